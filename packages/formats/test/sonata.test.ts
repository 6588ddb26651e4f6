import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ExperimentDocument, experiment, FileError, type SpikeRecording, simulatePrepared } from "spark-snn";
import { afterAll, expect, test } from "vitest";
import { findEnvironment } from "../../spark/bench/peers/environments.ts";
import { exportSonata, readSonataReports, readSonataSpikes } from "../src/index.ts";
import { recordToSonata } from "../src/node.ts";

/* The files are read by libsonata and BMTK, and run by BMTK on NEST. */

const python = findEnvironment("sonata");
if (!python) {
  console.info(
    "BMTK and libsonata are not installed, so files of SONATA are not read by them. npm run bench:peers -- --prepare installs them.",
  );
}

const folder = mkdtempSync(join(tmpdir(), "spark-sonata-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ask = (...given: string[]): unknown => {
  const script = fileURLToPath(new URL("./python/run_sonata.py", import.meta.url));
  const { stdout, stderr } = spawnSync(python!, ["-W", "ignore", script, ...given], { encoding: "utf8" });
  const line = stdout.split("\n").find((one) => one.startsWith("RESULT"));
  expect(line, stderr.slice(-3000)).toBeDefined();
  return JSON.parse(line!.slice(6));
};

const all = { allToAll: {} };
const cell = {
  soma: "StrictRefractoryLeakySoma",
  potentialRest: -70,
  potentialReset: -65,
  threshold: -52,
  cooldown: 2,
};
const network = {
  name: "To SONATA",
  model: {
    populations: {
      noise: { source: "PoissonSource", units: [30], rate: 50 },
      delta: { ...cell, units: [6], potentialTau: 15, inhibitory: true },
      alpha: {
        ...cell,
        units: [8],
        synapses: { fast: { synapse: "AlphaSynapse", tau: 2 }, slow: { synapse: "AlphaSynapse", tau: 6 } },
      },
      many: {
        ...cell,
        units: [5],
        synapses: {
          a: { synapse: "ExponentialSynapse", tau: 2 },
          b: { synapse: "ExponentialSynapse", tau: 5 },
          c: { synapse: "ExponentialSynapse", tau: 9 },
        },
      },
    },
    projections: {
      toDelta: {
        ...{ from: "noise", to: "delta", connect: { pairwiseBernoulli: { probability: 0.6 } } },
        ...{ weight: { normal: { mean: 3, std: 0.5, min: 0 } }, delay: { uniform: { min: 0.5, max: 3 } } },
        synapse: { synapse: "DeltaSynapse" },
      },
      toAlpha: { from: "noise", to: "alpha.fast", connect: all, weight: 220, delay: 1.5 },
      inhibit: { from: "delta", to: "alpha.slow", connect: all, weight: 60, delay: 1 },
      manyA: { from: "noise", to: "many.a", connect: all, weight: 150, delay: 0.4 },
      manyB: { from: "alpha", to: "many.b", connect: all, weight: 80, delay: 2 },
      manyC: { from: "delta", to: "many.c", connect: all, weight: 40, delay: 1 },
    },
  },
  ...{ duration: 200, dt: 0.1, dtype: "f64", seed: 3 },
  inputs: {
    alpha: { current: 40 },
    many: { current: { step: { amplitude: 150, from: 50, to: 120 } } },
  },
  initial: { many: { potential: -60 }, alpha: { potential: -66 } },
  record: {
    ...{ delta: { outSpikes: true }, alpha: { outSpikes: true, potential: { every: 5 } } },
    many: { outSpikes: true, potential: { units: [1, 3] } },
  },
} as unknown as ExperimentDocument;

type Run = Readonly<Record<string, { readonly outSpikes: SpikeRecording; readonly potential: Rows }>>;
interface Rows {
  readonly values: Float64Array | Float32Array;
  readonly columns: number;
}

const pairsOf = ({ steps, units }: SpikeRecording): number[][] =>
  Array.from(steps, (step, k) => [step, units[k]!]).sort(([a, b], [c, d]) => a! - c! || b! - d!);

test.runIf(python)("BMTK runs an export on NEST with the same spikes, and libsonata reads its edges", async () => {
  const read = await experiment(network, { kind: "brain" });
  const run = (await simulatePrepared(read.prepared, {})) as unknown as Run;
  const { files, report } = await exportSonata(read);
  expect(report.counts.unsupported).toBe(0);
  const path = join(folder, "network");
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), bytes);
  }
  const inNest = ask("run", path) as Readonly<Record<string, number[][]>>;
  for (const name of ["delta", "alpha", "many"]) {
    const expected = pairsOf(run[name]!.outSpikes);
    expect(expected.length, name).toBeGreaterThan(10);
    expect([name, inNest[name]]).toEqual([name, expected]);
  }
  const { nodes, edges } = ask("edges", path) as {
    readonly nodes: Readonly<Record<string, number>>;
    readonly edges: Readonly<Record<string, readonly [string, string, number[], number[]]>>;
  };
  expect(nodes).toEqual({ noise: 30, delta: 6, alpha: 8, many: 5 });
  expect(edges["inhibit"]!.slice(0, 2)).toEqual(["delta", "alpha"]);
  expect(edges["inhibit"]![2]).toHaveLength(48);
});

test.runIf(python)("libsonata and BMTK read the records of a run", async () => {
  const read = await experiment(network, { kind: "brain" });
  const recorder = recordToSonata(join(folder, "records"));
  const names = ["delta", "alpha", "many"];
  const sink = Object.fromEntries(names.map((name) => [name, recorder.population(name)]));
  await simulatePrepared(read.prepared, { sink } as never);
  expect(recorder.files).toEqual(["spikes.h5", "potential.h5"]);
  expect(recorder.leftOut).toEqual([]);
  const kept = (await simulatePrepared(read.prepared, {})) as unknown as Run;
  const { populations, reports } = ask("read", ...recorder.files.map((name) => join(folder, "records", name))) as {
    readonly populations: Readonly<Record<string, { readonly spikes: number[][]; readonly bmtk: number[][] }>>;
    readonly reports: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  for (const name of names) {
    const { steps, units } = kept[name]!.outSpikes;
    const expected = Array.from(steps, (step, k) => [units[k]!, step * 0.1]);
    expect(populations[name]!.spikes).toEqual(expected);
    expect(populations[name]!.bmtk).toEqual(expected.sort(([a, s], [b, t]) => a! - b! || s! - t!));
  }
  const { values, columns } = kept["alpha"]!.potential;
  expect(reports["alpha"]).toEqual({
    ...{ unit: "mV", nodes: [0, 1, 2, 3, 4, 5, 6, 7], rows: 400, lastTime: 200 },
    times: [0.5, 200.5, 0.5],
    last: Array.from(values.slice(-columns), Math.fround),
  });
  expect(reports["many"]).toMatchObject({ nodes: [1, 3], rows: 2000 });
});

test("records are read again, and damaged files are refused", async () => {
  const read = await experiment(network, { kind: "brain" });
  const recorder = recordToSonata(join(folder, "again"));
  const sink = { alpha: recorder.population("alpha"), many: recorder.population("many") };
  await simulatePrepared(read.prepared, { sink } as never);
  const kept = (await simulatePrepared(read.prepared, {})) as unknown as Run;
  const file = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, "again", name)));
  const spikes = await readSonataSpikes(file("spikes.h5"));
  expect(spikes.map(({ population }) => population)).toEqual(["alpha", "many"]);
  const { steps, units } = kept["alpha"]!.outSpikes;
  expect(Array.from(spikes[0]!.ids)).toEqual(Array.from(units));
  expect(Array.from(spikes[0]!.times)).toEqual(Array.from(steps, (step) => step * 0.1));
  const reports = await readSonataReports(file("potential.h5"));
  const many = reports.find(({ population }) => population === "many")!;
  expect(many).toMatchObject({ unit: "mV", nodes: Float64Array.of(1, 3) });
  expect([many.times[0], many.times.length]).toEqual([0.1, 2000]);
  expect(Array.from(many.values)).toEqual(Array.from(kept["many"]!.potential.values, Math.fround));
  await expect(readSonataReports(file("spikes.h5"))).rejects.toThrow("/report: is missing");
  await expect(readSonataSpikes(file("spikes.h5").slice(0, 3000))).rejects.toThrow(FileError);
});

test("a run that fails leaves the records until then", async () => {
  const read = await experiment(network, { kind: "brain" });
  const recorder = recordToSonata(join(folder, "stopped"));
  const own = recorder.population("delta");
  const stop = new AbortController();
  const sink = {
    delta: {
      ...own,
      spikes: async (steps: Uint32Array, units: Uint32Array) => {
        await own.spikes(steps, units);
        stop.abort();
      },
    },
  };
  await simulatePrepared(read.prepared, { sink, signal: stop.signal } as never);
  expect(recorder.files).toEqual(["spikes.h5"]);
  expect(readFileSync(join(folder, "stopped/spikes.h5")).length).toBeGreaterThan(1000);
  const again = recordToSonata(join(folder, "stopped"));
  const all = { delta: again.population("delta") };
  await expect(simulatePrepared(read.prepared, { sink: all } as never)).rejects.toThrow("force: true");
});
