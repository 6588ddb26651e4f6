import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isiDistance, spikeDistance } from "../../src/analysis/index.ts";
import type { Precision } from "../../src/entries/core.ts";
import { type Environments, pythonCommand } from "./candidates.ts";
import { type Comparison, compareTrains } from "./comparison.ts";
import type { PeerName } from "./environments.ts";
import type { Distances, Job, Message, ModelName } from "./job.ts";
import { PeerProcess } from "./process.ts";
import {
  drawConstant,
  drawParameters,
  drawRecorded,
  draws,
  type Population,
  replay,
  runOurs,
  type Trains,
  trainsByUnit,
} from "./trains.ts";

export interface AgreementOptions {
  readonly units: number;
  /** ms */
  readonly duration: number;
  /** Time limit of one peer, s. */
  readonly limit: number;
}

export interface AgreementRow extends Comparison {
  readonly model: ModelName;
  readonly drive: "constant" | "recorded";
  readonly peer: string;
  readonly dtype: Precision;
  readonly distances: DistanceMeans | undefined;
}
/** Means over units; `shuffled` compares with the peer's trains after shuffling their intervals. */
export interface DistanceMeans {
  readonly isi: number;
  readonly spike: number;
  readonly shuffledIsi: number;
  readonly shuffledSpike: number;
  /** Largest difference between PySpike's value and ours for any pair; undefined without PySpike. */
  readonly fromPySpike: number | undefined;
}
export interface AgreementReport {
  readonly units: number;
  readonly duration: number;
  readonly dt: number;
  readonly rows: readonly AgreementRow[];
  readonly missing: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
}

const dt = 0.1;
/** Number of steps for which a value of a recorded current holds. */
const hold = 10;
const seed = 20;

interface Peer {
  readonly name: string;
  readonly environment: PeerName;
  readonly runtime?: string;
  readonly models: readonly ModelName[];
}
const peers: readonly Peer[] = [
  { name: "Brian2", environment: "brian2", runtime: "standalone", models: ["strict", "refractory", "adaptive"] },
  { name: "NEST iaf_psc_delta", environment: "nest", models: ["strict"] },
  { name: "Spark 0.1.0", environment: "spark-0.1", models: ["strict", "refractory", "adaptive"] },
];

/** Sends one request to a peer that answers once. */
export const askOnce = async (
  environments: Environments,
  name: PeerName,
  line: string,
  limit: number,
): Promise<Message | { readonly missing: string }> => {
  const prepared = await environments.prepare(name);
  if ("missing" in prepared) return prepared;
  const process = new PeerProcess(pythonCommand(name, prepared.python));
  try {
    return await process.ask(line, limit);
  } catch (error) {
    return { missing: `${name} failed: ${(error as Error).message}.` };
  } finally {
    process.stop();
  }
};

const trainJob = (population: Population, peer: Pick<Peer, "runtime">, file: string): Job => {
  const { model, units, steps, parameters, current } = population;
  return {
    mode: "train",
    model,
    units,
    steps,
    dt,
    dtype: "f64",
    threads: 1,
    seed: 1,
    current: current.kind === "constant" ? current.values : { file, hold: current.hold },
    parameters,
    ...(peer.runtime && { runtime: peer.runtime }),
  };
};

export const makePopulation = (
  model: ModelName,
  drive: "constant" | "recorded",
  { units, duration }: Pick<AgreementOptions, "units" | "duration">,
): Population => {
  const steps = Math.round(duration / dt);
  const parameters = drawParameters(model, units, seed);
  // A refractory time of t is the strict soma with a cooldown of t − dt.
  if (model === "strict")
    parameters["cooldown"] = parameters["cooldown"]!.map((time) => (Math.round(time / dt) - 1) * dt);
  const current: Population["current"] =
    drive === "constant"
      ? { kind: "constant", values: drawConstant(parameters, seed + 1) }
      : { kind: "recorded", hold, values: drawRecorded(parameters, Math.ceil(steps / hold), seed + 2) };
  return { model, units, steps, dt, parameters, current };
};

/** A train with its intervals in another order. */
export const shuffle = (train: readonly number[], draw: () => number): number[] => {
  const intervals = train.map((step, k) => step - (train[k - 1] ?? 0));
  for (let k = intervals.length - 1; k > 0; k--) {
    const other = Math.floor(draw() * (k + 1));
    [intervals[k], intervals[other]] = [intervals[other]!, intervals[k]!];
  }
  let step = 0;
  return intervals.map((interval) => {
    step += interval;
    return step;
  });
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const measureDistances = async (
  environments: Environments,
  own: Trains,
  other: Trains,
  { duration, limit }: AgreementOptions,
): Promise<DistanceMeans> => {
  const draw = draws(seed + 3);
  const times = (train: readonly number[]): number[] => train.map((step) => step * dt);
  const window = { from: 0, to: duration };
  const near = own.map((train, k) => [times(train), times(other[k]!)] as const);
  const far = own.map((train, k) => [times(train), times(shuffle(other[k]!, draw))] as const);
  const pairs = [...near, ...far];
  const isi = pairs.map(([a, b]) => isiDistance(a, b, window));
  const spike = pairs.map(([a, b]) => spikeDistance(a, b, window));
  const answer = await askOnce(environments, "pyspike", JSON.stringify({ pairs, ...window }), limit);
  const theirs: Distances | undefined = "event" in answer && answer.event === "distances" ? answer : undefined;
  const apart = theirs && [
    ...isi.map((value, k) => Math.abs(value - theirs.isi[k]!)),
    ...spike.map((value, k) => Math.abs(value - theirs.spike[k]!)),
  ];
  return {
    isi: mean(isi.slice(0, own.length)),
    spike: mean(spike.slice(0, own.length)),
    shuffledIsi: mean(isi.slice(own.length)),
    shuffledSpike: mean(spike.slice(own.length)),
    fromPySpike: apart?.reduce((most, value) => Math.max(most, value), 0),
  };
};

/** Runs every peer on each of its models and drives, and compares spike by spike. */
export const measureAgreement = async (
  options: AgreementOptions,
  environments: Environments,
  say: (sentence: string) => void,
): Promise<AgreementReport> => {
  const folder = mkdtempSync(join(tmpdir(), "spark-snn-agreement-"));
  const rows: AgreementRow[] = [];
  const missing = new Set<string>();
  const versions: Record<string, string> = {};
  try {
    for (const drive of ["constant", "recorded"] as const) {
      for (const model of ["strict", "refractory", "adaptive"] as const) {
        say(`agreement: ${model}, ${drive} current`);
        const population = makePopulation(model, drive, options);
        const file = join(folder, `${model}.f64`);
        if (population.current.kind === "recorded")
          writeFileSync(file, new Uint8Array(population.current.values.buffer));
        const own = { f64: await runOurs(population, "f64"), f32: await runOurs(population, "f32") };
        const margins = (unit: number): Float64Array => replay(population, unit).margins;
        for (const peer of peers.filter(({ models }) => models.includes(model))) {
          const line = JSON.stringify(trainJob(population, peer, file));
          const answer = await askOnce(environments, peer.environment, line, options.limit);
          if ("missing" in answer || answer.event !== "train") {
            missing.add("missing" in answer ? answer.missing : `${peer.name} gave no spikes of the ${model} soma.`);
            continue;
          }
          Object.assign(versions, answer.versions);
          const theirs = trainsByUnit(answer.steps, answer.units, options.units);
          // In single precision only the sum of small differences is of interest, and only once.
          const precisions: readonly Precision[] = peer.environment === "brian2" ? ["f64", "f32"] : ["f64"];
          for (const dtype of precisions) {
            const compared = compareTrains(own[dtype], theirs, margins);
            const noisy = drive === "recorded" && peer.environment === "brian2";
            const distances = noisy ? await measureDistances(environments, own[dtype], theirs, options) : undefined;
            rows.push({ model, drive, peer: peer.name, dtype, ...compared, distances });
          }
        }
      }
    }
    return { ...options, dt, rows, missing: [...missing], versions };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
