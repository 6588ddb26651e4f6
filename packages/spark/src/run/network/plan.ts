import { numberParts, slotsOf } from "../../compile/network.ts";
import { receptorNode } from "../../compile/receptors.ts";
import { sizeOf } from "../../config/shape.ts";
import { type BundleInput, layOutBundles } from "../../connectivity/bundles.ts";
import { Draws } from "../../connectivity/draws.ts";
import { shardsOf } from "../../connectivity/shards.ts";
import type { Synapses } from "../../connectivity/synapses.ts";
import type { ReadWiring } from "../../connectivity/wiring.ts";
import type { Work } from "../../connectivity/work.ts";
import type { Issue } from "../../errors/errors.ts";
import { ConfigError } from "../../errors/errors.ts";
import type { BuiltBrain, BuiltPopulation } from "../../graph/build.ts";
import type { Feed } from "../../inputs/contract.ts";
import type { Backend } from "../../program/machine.ts";
import { memoryOf } from "../../program/memory.ts";
import type { BundlePart } from "../../program/network.ts";
import { paddedTo } from "../../program/program.ts";
import type { RecordPlan } from "../../record/plan.ts";
import {
  MAX_ROWS,
  type Plan,
  type PlanOptions,
  type ProgramRecord,
  type ProgramTrace,
  planOf,
  rowBytes,
} from "../session.ts";
import type { LaidNetwork } from "./assemble.ts";

/** A network goes step by step through all its populations: its chunks need not stay in a cache. */
const CHUNK_BYTES = 4e6;

/** What drives one population and what is kept of it. */
export interface PopulationRequest {
  readonly feeds: Readonly<Record<string, readonly Feed[]>>;
  readonly record: RecordPlan;
  /** What it records beside that, for read-outs; nothing when left out. */
  readonly readouts?: readonly ProgramTrace[];
}

export interface BrainPlanOptions {
  readonly precision: "f32" | "f64";
  readonly requests: readonly PopulationRequest[];
  readonly steps: number;
  readonly memory: number;
  readonly rows?: number | undefined;
}

/** Compiles the programs of all populations, with chunks of one length. */
export const planPopulations = (built: BuiltBrain, options: BrainPlanOptions): Plan[] => {
  const { precision, requests, steps, memory } = options;
  const planned = built.populations.map((population, k) => {
    const { feeds, record, readouts = [] } = requests[k]!;
    const all = { ...record, traces: [...record.traces, ...readouts] };
    const plan: PlanOptions<ProgramRecord> = { precision, feeds, record: all, steps, memory, rows: options.rows };
    return { population, plan, record };
  });
  const row = planned.reduce((sum, { population, plan }) => sum + bytesOfRow(population, plan), 1);
  // As many steps as fit the budget of all populations together; the same for any duration.
  const fitting = Math.floor(Math.min(CHUNK_BYTES, memory / 16) / row);
  const rows = Math.max(1, Math.min(options.rows ?? MAX_ROWS, fitting));
  return planned.map(({ population: { name, component, receptors }, plan, record }) => ({
    ...planOf(component, plan, { path: name, receptors, receptorNode, rows }, true),
    record,
  }));
};

/** Bytes that one step more in a chunk takes: of a population, its inputs, records and drives whose rates change. */
const bytesOfRow = ({ component, receptors }: BuiltPopulation, plan: PlanOptions<ProgramRecord>): number => {
  const padded = paddedTo(sizeOf(component.units), 32);
  const drives = receptors.flatMap(({ drives: own }) => own.map(({ source }) => source));
  const driven = drives.map((source) => source.varying?.rowBytes(source, padded) ?? 0);
  return driven.reduce((a, b) => a + b, rowBytes(component, plan, true));
};

/** What draws synapses, and every projection ready to be drawn. @throws ConfigError with every problem. */
export const drawProjections = (built: BuiltBrain, backend: Backend): Synapses[] => {
  const issues: Issue[] = [];
  const draws = new Draws(backend);
  const end = (place: number): ReadWiring["source"] => {
    const { name, component } = built.populations[place]!;
    const positions = built.positions[name];
    return { units: sizeOf(component.units), ...(positions !== undefined && { positions }) };
  };
  const drawn = built.wiring.projections.flatMap(({ name, source, target, rule, weight, delay, places, draw }) => {
    const wiring: ReadWiring = {
      name: `brain.projections.${name}`,
      rule,
      weights: weight,
      delays: delay ?? built.dt,
      source: end(source),
      target: end(target),
      recurrent: source === target,
      seed: built.seed,
      dt: built.dt,
    };
    try {
      return [draw(wiring, draws, places)];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      issues.push(...error.issues);
      return [];
    }
  });
  if (issues.length > 0) throw new ConfigError(issues);
  return drawn;
};

/** Bytes that the programs of the populations take. */
export const populationsMemory = (plans: readonly Plan[]): number =>
  plans.reduce((sum, { program }) => sum + memoryOf(program), 0);

/** Puts populations and synapses together into what a backend takes: counts the synapses. */
export const planNetwork = function* (
  built: BuiltBrain,
  plans: readonly Plan[],
  synapses: readonly Synapses[],
  threads: number,
): Work<LaidNetwork> {
  const { populations, slots } = numberParts(
    built.populations.map(({ name, receptors }, k) => ({ name, program: plans[k]!.program, receptors })),
  );
  const inputs = built.wiring.projections.map(({ source, target, receptor, layout }, k): BundleInput => {
    const signs = signsOf(built.populations[source]!);
    return {
      synapses: synapses[k]!,
      source,
      target,
      firstSlot: slotsOf(built.populations[target]!.receptors, populations[target]!)[receptor]!,
      ...(signs && { signs }),
      layout,
    };
  });
  const incoming = (place: number): number =>
    inputs.reduce((sum, input) => sum + (input.target === place ? input.synapses.expected : 0), 0);
  const shards = shardsOf(
    populations.map(({ program, receptors }, k) => ({ units: program.units, receptors, incoming: incoming(k) })),
    threads,
  );
  const laid = yield* layOutBundles(inputs, shards);
  const { precision, rows } = plans[0]!.program;
  const { longestDelay } = laid;
  const filling: Work<void>[] = [];
  const bundles = laid.bundles.map((bundle) => ({
    ...bundle,
    fill: (parts: readonly BundlePart[]) => void filling.push(bundle.filling(parts)),
  }));
  return {
    network: { name: built.name, precision, rows, populations, slots, shards, bundles, longestDelay },
    synapses: laid.synapses,
    warnings: laid.warnings,
    *fill() {
      for (const work of filling) yield* work;
    },
  };
};

/** −1 for inhibitory units; undefined where no unit is. The same array for every call, by which bundles compare. */
const signsOf = (population: BuiltPopulation): Int8Array | undefined => {
  const { component, inhibitory } = population;
  if (inhibitory === false) return undefined;
  const known = signed.get(population);
  if (known) return known;
  const signs = new Int8Array(sizeOf(component.units)).fill(-1);
  if (inhibitory !== true) for (const [unit, value] of inhibitory.entries()) signs[unit] = value ? -1 : 1;
  signed.set(population, signs);
  return signs;
};
const signed = new WeakMap<BuiltPopulation, Int8Array>();
