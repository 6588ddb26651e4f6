import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ExperimentDocument, experiment, type SpikeRecording, simulatePrepared } from "spark-snn";
import { expect, test } from "vitest";
import { findEnvironment } from "../../spark/bench/peers/environments.ts";
import { exportNeuroml } from "../src/index.ts";

/* Exported networks satisfy the schema of NeuroML, and run with PyLEMS and jNeuroML. */

const python = findEnvironment("neuroml");
if (!python) {
  console.info(
    "pyNeuroML is not installed, so exported networks are not run. npm run bench:peers -- --prepare installs it.",
  );
}
const hasJava = python !== undefined && spawnSync("java", ["-version"]).status === 0;
if (python && !hasJava) console.info("Java is not installed, so exported networks are not run with jNeuroML.");

const cell = { potentialReset: -60, threshold: -50 };
const all = { allToAll: {} };
const network = {
  name: "To <NeuroML> & back",
  model: {
    populations: {
      noise: { source: "PoissonSource", units: [4], rate: 80 },
      plain: { soma: "LeakySoma", units: [3], ...cell, potentialTau: [15, 20, 15] },
      strict: { soma: "StrictRefractoryLeakySoma", units: [2], ...cell, cooldown: 3 },
      adaptive: { soma: "AdaptiveExponentialSoma", units: [2], adaptationDelta: 20 },
      quadratic: { soma: "Izhikevich2007Soma", units: [2] },
    },
    projections: {
      a: {
        ...{ from: "noise", to: "plain", connect: all, weight: 100, delay: 1 },
        synapse: { synapse: "ExponentialSynapse", tau: 4 },
      },
      b: {
        ...{ from: "plain", to: "strict", connect: all, weight: 40, delay: 0.5 },
        synapse: { synapse: "AlphaSynapse", tau: 2 },
      },
      c: {
        ...{ from: "strict", to: "adaptive", connect: all, weight: 2, delay: 0.5 },
        synapse: { synapse: "ConductanceExponentialSynapse", tau: 3 },
      },
      d: {
        ...{ from: "strict", to: "quadratic", connect: all, weight: 2, delay: 0.5 },
        synapse: { synapse: "ConductanceAlphaSynapse", tau: 2, potentialReversal: -80 },
      },
    },
  },
  ...{ duration: 100, dt: 0.02, dtype: "f64", seed: 4 },
  inputs: {
    ...{ plain: { current: 90 }, strict: { current: [80, 90] }, adaptive: { current: 40 } },
    quadratic: { current: { pulses: { amplitude: 120, period: 50, width: 40 } } },
  },
  initial: { quadratic: { potential: -58 } },
  record: {
    ...{ plain: { outSpikes: true }, strict: { outSpikes: true }, adaptive: { outSpikes: true } },
    ...{ quadratic: { outSpikes: true }, noise: { outSpikes: true } },
  },
} as unknown as ExperimentDocument;

type Runs = Readonly<
  Record<string, { readonly outSpikes: SpikeRecording; readonly potential: { readonly values: Float64Array } }>
>;

const ours = async (document: ExperimentDocument): Promise<Runs> =>
  (await simulatePrepared((await experiment(document)).prepared as never, {})) as unknown as Runs;

/** Writes the files of an export, and passes their folder on. */
const inFolder = async (document: ExperimentDocument, use: (folder: string) => void): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "spark-neuroml-"));
  try {
    const { files } = await exportNeuroml(await experiment(document));
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const script = fileURLToPath(new URL("./python/run_neuroml.py", import.meta.url));
const ask = (what: string, folder: string): string => {
  const { stdout, stderr } = spawnSync(python!, [script, what, folder], { encoding: "utf8" });
  const found = stdout.indexOf("RESULT");
  expect(found, stderr.slice(-3000)).toBeGreaterThanOrEqual(0);
  return stdout.slice(found + 6).trim();
};

const driven = (synapse: string) =>
  ({
    model: {
      populations: { cells: { soma: "LeakySoma", units: [5], ...cell } },
      drives: { noise: { to: "cells", poisson: { rate: 20, trains: 50, weight: 60 }, synapse: { synapse, tau: 5 } } },
    },
    ...{ duration: 200, dt: 0.05, dtype: "f64" },
    record: { cells: { outSpikes: true } },
  }) as unknown as ExperimentDocument;

test.runIf(python)("networks satisfy the schema of NeuroML 2.3.1", async () => {
  for (const document of [network, driven("ExponentialSynapse"), driven("AlphaSynapse")]) {
    await inFolder(document, (folder) => expect(ask("validate", folder)).toBe(""));
  }
});

/** Times of the spikes of a file of jNeuroML, in ms, by unit. */
const spikesIn = (folder: string, name: string, units: number): number[][] => {
  const rows = readFileSync(join(folder, `${name}.spikes.dat`), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(/\s+/).map(Number) as [number, number]);
  return Array.from({ length: units }, (_, unit) => rows.flatMap(([time, k]) => (k === unit ? [time * 1000] : [])));
};

const runJava = (folder: string): void => {
  const { status, stdout } = spawnSync("java", ["-Xmx400M", "-jar", ask("jar", folder), "LEMS_network.xml", "-nogui"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(status, stdout.slice(-2000)).toBe(0);
};

test.runIf(hasJava)("networks spike at nearly the same times with jNeuroML", async () => {
  const run = await ours(network);
  await inFolder(network, (folder) => {
    runJava(folder);
    for (const [name, units] of [
      ["plain", 3],
      ["strict", 2],
      ["adaptive", 2],
      ["quadratic", 2],
    ] as const) {
      const found = spikesIn(folder, name, units);
      found.forEach((times, unit) => {
        const expected = Array.from(run[name]!.outSpikes.times(unit));
        expect(expected.length, name).toBeGreaterThan(0);
        expect(times.length, `${name} ${unit}`).toBe(expected.length);
        const worst = Math.max(...times.map((time, k) => Math.abs(time - expected[k]!)));
        expect(worst, `${name} ${unit}`).toBeLessThan(0.5);
      });
    }
  });
});

test.runIf(hasJava)("drives give nearly the same rates with jNeuroML", async () => {
  const document = driven("ExponentialSynapse");
  const expected = (await ours(document))["cells"]!.outSpikes.count;
  expect(expected).toBeGreaterThan(30);
  await inFolder(document, (folder) => {
    runJava(folder);
    const count = spikesIn(folder, "cells", 5).flat().length;
    expect(count).toBeGreaterThan(0.6 * expected);
    expect(count).toBeLessThan(1.6 * expected);
  });
});

test.runIf(python)("cells with currents have nearly the same potentials with PyLEMS", async () => {
  const document = {
    model: {
      populations: {
        strict: { soma: "StrictRefractoryLeakySoma", units: [2], ...cell, cooldown: 3 },
        adaptive: { soma: "AdaptiveExponentialSoma", units: [1], adaptationDelta: 20 },
        quadratic: { soma: "Izhikevich2007Soma", units: [1] },
      },
    },
    ...{ duration: 30, dt: 0.02, dtype: "f64" },
    inputs: {
      ...{ strict: { current: [60, 90] }, adaptive: { current: 20 } },
      quadratic: { current: { pulses: { amplitude: 80, period: 20, width: 12 } } },
    },
    record: { strict: { potential: true }, adaptive: { potential: true }, quadratic: { potential: true } },
  } as unknown as ExperimentDocument;
  const run = await ours(document);
  await inFolder(document, (folder) => {
    ask("pylems", folder);
    for (const [name, units] of [
      ["strict", 2],
      ["adaptive", 1],
      ["quadratic", 1],
    ] as const) {
      const rows = readFileSync(join(folder, `${name}.v.dat`), "utf8")
        .trim()
        .split("\n");
      const theirs = rows.map((row) => row.trim().split(/\s+/).slice(1).map(Number));
      const { values } = run[name]!.potential;
      let worst = 0;
      for (let step = 10; step < 1490; step++) {
        for (let unit = 0; unit < units; unit++) {
          worst = Math.max(worst, Math.abs(theirs[step]![unit]! * 1000 - values[step * units + unit]!));
        }
      }
      expect(worst, name).toBeLessThan(0.1);
      expect(Math.max(...values) - Math.min(...values), name).toBeGreaterThan(1);
    }
  });
});

test("a network has named components, quantities with units and all synapses", async () => {
  const { files, report } = await exportNeuroml(await experiment(network), { strict: true });
  expect(report.counts).toMatchObject({ approximate: 0, unsupported: 0 });
  expect(Object.keys(files)).toEqual(["network.net.nml", "LEMS_network.xml"]);
  const text = new TextDecoder().decode(files["network.net.nml"]).split("\n");
  for (const line of [
    "  <notes>To &lt;NeuroML&gt; &amp; back. Exported by spark-snn.</notes>",
    '  <iafCell id="plain_1_cell" C="200pF" thresh="-50mV" reset="-60mV" leakConductance="10nS" leakReversal="-60mV"/>',
    '    <property tag="sparkUnits:plain_0" value="plain 0 2"/>',
    '    <population id="plain_0" component="plain_0_cell" size="2"/>',
    '  <expOneSynapse id="adaptive_conductanceExponential" gbase="1nS" erev="0mV" tauDecay="3ms"/>',
    '  <pulseGenerator id="quadratic_pulse_1" delay="50ms" duration="40ms" amplitude="120pA"/>',
    '      <connectionWD id="0" preCellId="../strict[0]" postCellId="../adaptive[0]" weight="2" delay="0.5ms"/>',
  ]) {
    expect(text).toContain(line);
  }
  expect(text.filter((line) => line.includes("<connectionWD"))).toHaveLength(12 + 6 + 4 + 4);
  expect(report.entries.find(({ path }) => path === "model.populations.plain")!.note).toBe(
    "Populations of NeuroML have equal cells, so it becomes 2 populations.",
  );
});

test("what a network does not hold is reported, with a remedy", async () => {
  const { report } = await exportNeuroml(
    await experiment({
      model: {
        populations: {
          a: { soma: "LeakySoma", units: [2] },
          b: { soma: "RefractoryLeakySoma", units: [2] },
          c: { soma: "LeakySoma", units: [2], synapses: { jumps: { synapse: "DeltaSynapse" } } },
          d: { soma: "LeakySoma", units: [2], resistance: -1 },
          e: { soma: "AdaptiveExponentialSoma", units: [2], cooldown: 2 },
        },
        projections: {
          learned: {
            ...{ from: "a", to: "a", connect: all, weight: 1, synapse: { synapse: "ExponentialSynapse" } },
            plasticity: { rule: "PairStdp" },
          },
          lost: { from: "a", to: "b", connect: all, weight: 1, synapse: { synapse: "ExponentialSynapse" } },
        },
        readouts: { rate: { from: "a", tau: 5 } },
      },
      duration: 1000,
      dt: 0.1,
      inputs: { a: { current: { whiteNoise: { mean: 0, std: 50 } } } },
      initial: { a: { potential: -55 } },
      record: { a: { outSpikes: true, "exponential.trace": true } },
    } as unknown as ExperimentDocument),
  );
  const found = report.entries.filter(({ fidelity }) => fidelity !== "faithful");
  expect(found.map(({ path, fidelity }) => `${fidelity} ${path}`)).toEqual([
    "approximate dtype",
    "unsupported initial.a.potential",
    "unsupported inputs.a.current",
    "unsupported model.populations.b",
    "unsupported model.populations.c",
    "unsupported model.populations.d",
    "approximate model.populations.e",
    "unsupported model.projections.learned.plasticity",
    "unsupported model.projections.lost",
    "unsupported record.a.exponential.trace",
    "unsupported model.readouts.rate",
  ]);
  for (const { note } of found) expect(note).toMatch(/\.$/);
});
