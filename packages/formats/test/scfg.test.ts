import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ExperimentDocument, experiment, type SpikeRecording, simulatePrepared } from "spark-snn";
import { expect, test } from "vitest";
import { findEnvironment } from "../../spark/bench/peers/environments.ts";
import { dataReader, exportScfg, type Files, importScfg } from "../src/index.ts";

/* Files that are exported here open in Python Spark 1.2.2, and give the same spikes in single precision. */

const python = findEnvironment("spark-1.2");
if (!python)
  console.info(
    "Python Spark 1.2.2 is not installed, so exported files are not run with it. npm run bench:peers -- --prepare installs it.",
  );

const UNITS = 12;
/** Few enough that the last bit, which XLA rounds differently where it fuses operations, moves no spike to another step. */
const STEPS = 120;
/** Spikes of the input in a fixed order: about a quarter of the units in each step. */
const given = Array.from({ length: STEPS * UNITS }, (_, k) => [Math.floor(k / UNITS) + 1, k % UNITS] as const).filter(
  ([step, unit]) => (step * 7919 + unit * 104_729 + step * unit * 31) % 97 < 24,
);
const input = { source: "SpikeReplay", units: [UNITS] };
const inSpikes = { steps: given.map(([step]) => step), units: given.map(([, unit]) => unit) };
const all = { allToAll: {} };
const drawn = { uniform: { min: 5, max: 45 } };

const network = (populations: object, projections: object, dt = 1): ExperimentDocument =>
  ({
    name: "To Python",
    model: { populations: { input, ...populations }, projections },
    duration: STEPS * dt,
    dt,
    inputs: { input: { inSpikes } },
    record: Object.fromEntries(Object.keys(populations).map((name) => [name, { outSpikes: true }])),
  }) as unknown as ExperimentDocument;

const exponential = { synapse: "ExponentialSynapse", tau: 6 };
const jump = { synapse: "DeltaSynapse" };
const cases: Readonly<Record<string, ExperimentDocument>> = {
  "four populations at 1 ms": network(
    {
      excitatory: { soma: "AdaptiveLeakySoma", units: [10], thresholdDelta: 4, cooldown: 1 },
      inhibitory: {
        soma: "StrictRefractoryLeakySoma",
        units: [4],
        inhibitory: true,
        threshold: { uniform: { min: -48, max: -42 } },
      },
      mixed: {
        soma: "RefractoryLeakySoma",
        units: [2, 3],
        cooldown: 2,
        inhibitory: [true, false, false, false, false, false],
      },
      bursting: { soma: "IzhikevichSoma", units: [5] },
    },
    {
      // Mean currents, drawn delays, and two populations that inhibit each other.
      ...{
        toExcitatory: {
          ...{ from: "input", to: "excitatory", connect: all, weight: drawn, synapse: exponential },
          delay: { uniform: { min: 1, max: 4 } },
        },
        toInhibitory: {
          ...{ from: "excitatory", to: "inhibitory", weight: 90, synapse: exponential, delay: 2 },
          connect: { fixedInDegree: { inDegree: 6, multapses: false } },
        },
        back: { from: "inhibitory", to: "excitatory", connect: all, weight: 40, synapse: exponential },
      },
      // Jumps of the potential, with signs of single units.
      ...{
        jumps: {
          ...{ from: "input", to: "mixed", connect: all, synapse: jump, delay: 1 },
          weight: { uniform: { min: 0.2, max: 2.6 } },
        },
        within: { from: "mixed", to: "mixed", connect: all, weight: 0.8, synapse: jump, delay: 3 },
      },
      toBursting: {
        ...{ from: "input", to: "bursting", connect: all, weight: { uniform: { min: 10, max: 60 } } },
        synapse: { synapse: "LinearSynapse" },
      },
    },
  ),
  "rise and decay at 0.5 ms, with an adapting exponential soma": network(
    {
      cells: {
        ...{ soma: "DoublyAdaptiveExponentialSoma", units: [6] },
        ...{ adaptationDelta: 6, adaptationSubthreshold: 0.4, clampDuration: 1 },
      },
    },
    {
      a: {
        ...{ from: "input", to: "cells", connect: all, weight: 18, delay: 2 },
        synapse: { synapse: "RiseDecaySynapse", riseTau: 1.5, decayTau: 7 },
      },
    },
    0.5,
  ),
};

type Run = Readonly<Record<string, { readonly outSpikes: SpikeRecording }>>;
/** The spikes of all populations that the document records, by name: [step, unit]. */
const spikesOf = async (document: ExperimentDocument, data: Files = {}): Promise<Record<string, number[][]>> => {
  const { prepared } = await experiment(document, { kind: "brain", readFile: dataReader(data) });
  const run = (await simulatePrepared(prepared, {})) as unknown as Run;
  return Object.fromEntries(
    Object.keys(document.record!).map((name) => {
      const { steps, units } = run[name]!.outSpikes;
      return [name, Array.from(steps, (step, k) => [step, units[k]!])];
    }),
  );
};

test.runIf(python)("exported files open in Python Spark 1.2.2 and give the same spikes", async () => {
  const folder = mkdtempSync(join(tmpdir(), "spark-scfg-"));
  try {
    const jobs: object[] = [];
    const expected: Record<string, number[][]>[] = [];
    for (const [name, document] of Object.entries(cases)) {
      expected.push(await spikesOf(document));
      const { files, report } = await exportScfg(await experiment(document));
      expect([name, report.counts.unsupported, report.counts.approximate]).toEqual([name, 0, 0]);
      const file = join(folder, `${jobs.length}.scfg`);
      writeFileSync(file, files["model.scfg"]!);
      const outputs = Object.keys(document.record!);
      jobs.push({ file, steps: STEPS, inputs: { input: UNITS }, spikes: { input: given }, outputs });
    }
    const script = fileURLToPath(new URL("./python/run_scfg.py", import.meta.url));
    const { stdout, stderr } = spawnSync(python!, ["-W", "ignore", script], {
      ...{ input: JSON.stringify(jobs), encoding: "utf8", maxBuffer: 2 ** 26 },
    });
    const results = stdout
      .split("\n")
      .flatMap((line) => (line.startsWith("RESULT") ? [JSON.parse(line.slice(6)) as Record<string, number[][]>] : []));
    expect(results.length, stderr.slice(-2000)).toBe(expected.length);
    for (const [k, name] of Object.keys(cases).entries()) {
      for (const [population, spikes] of Object.entries(results[k]!)) {
        expect([name, population, spikes]).toEqual([name, population, expected[k]![population]]);
      }
      for (const [population, spikes] of Object.entries(expected[k]!)) {
        expect(spikes.length, population).toBeGreaterThan(10);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each(Object.entries(cases))("the import of an export gives the same spikes: %s", async (_, document) => {
  const { files } = await exportScfg(await experiment(document));
  const imported = await importScfg(files["model.scfg"]!, { inputs: { input: UNITS }, duration: document.duration });
  const record = { ...imported.document.record };
  delete record["input"];
  const again = { ...imported.document, inputs: document.inputs!, record };
  expect(await spikesOf(again, imported.data)).toEqual(await spikesOf(document));
  expect(imported.report.counts).toMatchObject({ unsupported: 0 });
});

test("what Python Spark lacks is reported, with a remedy", async () => {
  const alpha = { synapse: "AlphaSynapse" };
  const { report } = await exportScfg(
    await experiment({
      model: {
        populations: {
          input,
          a: { soma: "HodgkinHuxleySoma", units: [2] },
          b: { soma: "LeakySoma", units: [2] },
          c: { soma: "LeakySoma", units: [2] },
          d: { soma: "LeakySoma", units: [2] },
        },
        projections: {
          one: { from: "input", to: "b", connect: all, weight: 1, synapse: alpha },
          two: { from: "input", to: "c", connect: all, weight: 1, synapse: exponential },
          three: { from: "input", to: "c", connect: all, weight: 1, synapse: jump },
        },
        drives: { noise: { to: "b", poisson: { rate: 5, trains: 10, weight: 1 }, synapse: alpha } },
        signals: { back: { from: "b", to: "c.current", scale: 1 } },
      },
      duration: 10,
      dtype: "f64",
      changes: [{ at: 5, set: { "b.threshold": -30 } }],
      initial: { b: { potential: -55 } },
    }),
  );
  const found = report.entries.filter(({ fidelity }) => fidelity !== "faithful");
  expect(found.map(({ path, fidelity }) => `${fidelity} ${path}`)).toEqual([
    "approximate dtype",
    "unsupported model.populations.a",
    "unsupported model.projections.one",
    "unsupported model.projections.two",
    "unsupported model.projections.three",
    "unsupported model.drives.noise",
    "unsupported model.signals.back",
    "unsupported changes",
    "unsupported initial.b",
  ]);
  for (const { note } of found) expect(note).toMatch(/\.$/);
});
