import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ExperimentDocument, experiment, type SpikeRecording, simulatePrepared } from "spark-snn";
import { expect, test } from "vitest";
import { findEnvironment } from "../../spark/bench/peers/environments.ts";
import { exportPynn } from "../src/index.ts";

/* Exported scripts give the same spikes with PyNN on NEST, in double precision. */

const python = findEnvironment("pynn");
if (!python) {
  console.info("PyNN is not installed, so exported scripts are not run. npm run bench:peers -- --prepare installs it.");
}

const cell = { units: [8], potentialReset: -60, threshold: -50 };
const all = { allToAll: {} };
const network = {
  name: "To PyNN",
  model: {
    populations: {
      noise: { source: "PoissonSource", units: [30], rate: 60 },
      replay: { source: "SpikeReplay", units: [3] },
      plain: { soma: "LeakySoma", ...cell, potentialTau: { uniform: { min: 10, max: 25 } } },
      gated: { soma: "RefractoryLeakySoma", ...cell, potentialReset: -64, cooldown: 1.5 },
      heldCells: { soma: "StrictRefractoryLeakySoma", ...cell, cooldown: 2, inhibitory: true },
      // A name that the script uses itself.
      data: { soma: "StrictRefractoryLeakySoma", ...cell, cooldown: 0.3 },
    },
    projections: {
      plain: {
        ...{ from: "noise", to: "plain", connect: { pairwiseBernoulli: { probability: 0.5 } } },
        ...{ weight: { normal: { mean: 120, std: 20, min: 0 } }, delay: { uniform: { min: 0.5, max: 4 } } },
        synapse: { synapse: "ExponentialSynapse", tau: 4 },
      },
      back: {
        ...{ from: "heldCells", to: "plain", connect: all, weight: 40, delay: 1.2 },
        synapse: { synapse: "ExponentialSynapse", tau: 6, currentOf: "value" },
      },
      toGated: {
        ...{ from: "plain", to: "gated", connect: all, weight: { uniform: { min: -1, max: 2.5 } }, delay: 0.1 },
        synapse: { synapse: "DeltaSynapse" },
      },
      pulses: {
        ...{ from: "replay", to: "gated", connect: all, weight: 900, delay: 0.4 },
        synapse: { synapse: "LinearSynapse" },
      },
      toHeld: {
        ...{ from: "plain", to: "heldCells", connect: all, weight: { uniform: { min: -40, max: 90 } }, delay: 0.7 },
        synapse: { synapse: "ExponentialSynapse", tau: { uniform: { min: 2, max: 5 } } },
      },
      none: {
        ...{ from: "plain", to: "data", connect: { explicit: { sources: [], targets: [] } }, weight: 1 },
        synapse: { synapse: "ExponentialSynapse", tau: 5 },
      },
    },
  },
  ...{ duration: 200, dt: 0.1, dtype: "f64", seed: 5 },
  inputs: {
    plain: { current: { pulses: { amplitude: 60, period: 50, width: 20, from: 40 } } },
    heldCells: { current: 60 },
    gated: { current: 85 },
    data: {
      current: {
        sum: [
          [110, 112, 114, 116, 118, 120, 122, 124],
          { pulses: { amplitude: 50, period: 30, width: 0.1, from: 20.3 } },
        ],
      },
    },
    replay: { inSpikes: { steps: [1, 100, 200, 201, 333, 500], units: [2, 0, 1, 2, 0, 1] } },
  },
  initial: { plain: { potential: -55 }, data: { potential: [-60, -59, -58, -57, -56, -55, -54, -53] } },
  record: {
    ...{ plain: { outSpikes: true }, gated: { outSpikes: true }, heldCells: { outSpikes: true, potential: true } },
    ...{ data: { outSpikes: true, potential: true }, noise: { outSpikes: true } },
  },
} as unknown as ExperimentDocument;

type Recorded = Readonly<
  Record<string, { readonly outSpikes: SpikeRecording; readonly potential?: { readonly values: Float64Array } }>
>;

interface FromPython {
  readonly spikes: Readonly<Record<string, number[][]>>;
  readonly potentials: Readonly<Record<string, number[][]>>;
}

/** Runs an experiment here and its script with PyNN on NEST. */
const both = async (document: ExperimentDocument) => {
  const folder = mkdtempSync(join(tmpdir(), "spark-pynn-"));
  try {
    const read = await experiment(document);
    const ours = (await simulatePrepared(read.prepared as never, {})) as unknown as Recorded;
    const { files, report } = await exportPynn(read);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const script = fileURLToPath(new URL("./python/run_pynn.py", import.meta.url));
    const { stdout, stderr } = spawnSync(python!, [script, join(folder, "network.py")], { encoding: "utf8" });
    const line = stdout.split("\n").find((one) => one.startsWith("RESULT"));
    expect(line, stderr.slice(-3000)).toBeDefined();
    return { ours, theirs: JSON.parse(line!.slice(6)) as FromPython, report };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const eventsOf = ({ steps, units }: SpikeRecording): number[][] =>
  Array.from(steps, (step, k) => [step, units[k]!]).sort(([a, b], [c, d]) => a! - c! || b! - d!);

test.runIf(python)("a script gives the same spikes with PyNN on NEST", async () => {
  const { ours, theirs } = await both(network);
  for (const [name, own] of [
    ["plain", "plain"],
    ["gated", "gated"],
    ["heldCells", "held_cells"],
    ["data", "data_cells"],
  ] as const) {
    const expected = eventsOf(ours[name]!.outSpikes);
    expect(expected.length, name).toBeGreaterThan(30);
    expect([name, theirs.spikes[own]]).toEqual([name, expected]);
  }
});

const replay = { source: "SpikeReplay", units: [4] };
const events = Array.from({ length: 120 }, (_, k) => k);
const spikes = { inSpikes: { steps: events.map((k) => 2 + 13 * k), units: events.map((k) => k % 4) } };
const from = (to: string, weight: number, synapse: string, more: object = {}) => ({
  ...{ from: "replay", to, connect: all, weight, delay: 1, synapse: { synapse, ...more } },
});
const approximate = {
  model: {
    populations: {
      replay,
      alpha: { soma: "StrictRefractoryLeakySoma", ...cell },
      conductance: { soma: "StrictRefractoryLeakySoma", ...cell, cooldown: 3 },
      alphaConductance: { soma: "LeakySoma", ...cell },
      exponential: { soma: "AdaptiveExponentialSoma", units: [2], adaptationDelta: 20 },
      upstroke: { soma: "RefractoryExponentialSoma", units: [2], potentialReset: -60 },
      channels: { soma: "TraubMilesSoma", units: [2] },
      quadratic: { soma: "IzhikevichSoma", units: [2] },
    },
    projections: {
      a: from("alpha", 60, "AlphaSynapse", { tau: 2 }),
      b: from("conductance", 1.5, "ConductanceExponentialSynapse", { tau: 4 }),
      c: from("conductance", 1, "ConductanceExponentialSynapse", { tau: 6, potentialReversal: -80 }),
      d: from("alphaConductance", 1, "ConductanceAlphaSynapse", { tau: 2 }),
      e: from("exponential", 0.2, "ConductanceExponentialSynapse", { tau: 4 }),
      f: from("upstroke", 0.2, "ConductanceAlphaSynapse", { tau: 4 }),
      g: from("channels", 0.5, "ConductanceExponentialSynapse", { tau: 4, potentialReversal: -80 }),
      h: from("quadratic", 0.3, "DeltaSynapse"),
    },
  },
  ...{ duration: 150, dt: 0.02, dtype: "f64" },
  inputs: {
    replay: spikes,
    ...{ alpha: { current: 90 }, conductance: { current: 80 }, alphaConductance: { current: 90 } },
    ...{ exponential: { current: 50 }, upstroke: { current: 50 }, channels: { current: 700 } },
    quadratic: { current: 100 },
  },
  record: {
    ...{ alpha: { outSpikes: true }, conductance: { outSpikes: true }, alphaConductance: { outSpikes: true } },
    ...{ exponential: { outSpikes: true }, upstroke: { outSpikes: true }, channels: { outSpikes: true } },
    quadratic: { outSpikes: true },
  },
} as unknown as ExperimentDocument;

test.runIf(python)("approximate cells spike at nearly the same times", async () => {
  const { ours, theirs, report } = await both(approximate);
  // Methods of first order and steps of 0.02 ms change intervals by up to 3 %.
  for (const [name, own, type, share] of [
    ["alpha", "alpha", "IF_curr_alpha", 0.001],
    ["conductance", "conductance", "IF_cond_exp", 0.005],
    ["alphaConductance", "alpha_conductance", "IF_cond_alpha", 0.005],
    ["exponential", "exponential", "EIF_cond_exp_isfa_ista", 0.02],
    ["upstroke", "upstroke", "EIF_cond_alpha_isfa_ista", 0.03],
    ["channels", "channels", "HH_cond_exp", 0.03],
    ["quadratic", "quadratic", "Izhikevich", 0.01],
  ] as const) {
    const entry = report.entries.find(({ path }) => path === `model.populations.${name}`)!;
    expect([entry.fidelity, entry.result]).toEqual(["approximate", `${type} ${own}`]);
    const unit = (list: readonly number[][]): number[] => list.filter(([, k]) => k === 0).map(([step]) => step! * 0.02);
    const [expected, found] = [unit(eventsOf(ours[name]!.outSpikes)), unit(theirs.spikes[own]!)];
    expect(expected.length, name).toBeGreaterThan(1);
    expect(Math.abs(found.length - expected.length), name).toBeLessThanOrEqual(1);
    const common = Math.min(found.length, expected.length);
    for (let k = 0; k < common; k++) {
      expect(Math.abs(expected[k]! - found[k]!), `${name} ${k}`).toBeLessThan(0.2 + share * expected[k]!);
    }
  }
});

test.runIf(python)("spikes of the first step arrive, if no delay is shorter than two steps", async () => {
  const document = (delay: number) =>
    ({
      model: {
        populations: { replay, cells: { soma: "LeakySoma", ...cell, units: [1] } },
        projections: {
          p: {
            from: "replay",
            to: "cells",
            connect: all,
            weight: 900,
            delay,
            synapse: { synapse: "ExponentialSynapse" },
          },
        },
      },
      ...{ duration: 20, dt: 0.1, dtype: "f64" },
      inputs: { replay: { inSpikes: { steps: [1, 1], units: [1, 3] } } },
      record: { cells: { outSpikes: true } },
    }) as unknown as ExperimentDocument;
  const { ours, theirs } = await both(document(0.2));
  const expected = eventsOf(ours["cells"]!.outSpikes);
  expect(expected.length).toBeGreaterThan(0);
  expect(theirs.spikes["cells"]).toEqual(expected);
  const { report } = await exportPynn(await experiment(document(0.1)));
  expect(report.entries.find(({ fidelity }) => fidelity === "approximate")!.note).toContain(
    "the 2 spikes of the first step",
  );
});

test("a script has names, units and comments, and its data beside it", async () => {
  const { files, report } = await exportPynn(await experiment(network), { strict: true });
  expect(report.counts).toMatchObject({ approximate: 0, unsupported: 0 });
  expect(Object.keys(files)).toEqual(["network.py", "network.npz"]);
  const script = new TextDecoder().decode(files["network.py"]);
  for (const line of [
    'simulator = sys.argv[1] if len(sys.argv) > 1 else "nest"',
    "        tau_refrac=1.6,  # ms, refractory period",
    '    connections("to_gated_inhibitory", mV),',
    "        i_offset=0.085,  # nA, constant current",
    '    sim.SpikeSourceArray(spike_times=spike_times("noise")),',
    "data_cells = sim.Population(",
  ]) {
    expect(script.split("\n")).toContain(line);
  }
});

const exponential = (to: string, weight: number, tau: number) => ({
  ...{ from: "a", to, connect: all, weight, synapse: { synapse: "ExponentialSynapse", tau } },
});
const refused = async (populations: object, projections: object = {}, more: object = {}) => {
  const read = await experiment({
    ...{ model: { populations: { a: { soma: "LeakySoma", units: [2] }, ...populations }, projections }, duration: 10 },
    ...{ dtype: "f64", ...more },
  } as unknown as ExperimentDocument);
  const { report } = await exportPynn(read);
  const found = report.entries.filter(({ fidelity }) => fidelity !== "faithful");
  for (const { note } of found) expect(note).toMatch(/\.$/);
  return found.map(({ path, fidelity, note }) => `${fidelity} ${path}: ${note}`);
};

test.each<[string, object, object, string]>([
  ["a soma without a standard cell", { b: { soma: "AdaptiveLeakySoma", units: [2] } }, {}, "Use one of LeakySoma,"],
  [
    "a reset at the threshold",
    { b: { soma: "LeakySoma", units: [2], potentialReset: -40 } },
    {},
    "Lower potentialReset.",
  ],
  [
    "two time constants for positive weights",
    { b: { soma: "LeakySoma", units: [2] } },
    { x: exponential("b", 1, 2), y: exponential("b", 1, 3) },
    "Use one time constant for all positive weights",
  ],
  [
    "currents and jumps at one population",
    { b: { soma: "LeakySoma", units: [2] } },
    { x: exponential("b", 1, 2), y: { ...exponential("b", 1, 2), synapse: { synapse: "DeltaSynapse" } } },
    "Cells of PyNN have synapses of one kind, and this population has",
  ],
  [
    "currents at a cell that has conductances only",
    { b: { soma: "ExponentialSoma", units: [2] } },
    { x: exponential("b", 1, 2) },
    "and ExponentialSynapse. Its synapses must be of ConductanceExponentialSynapse, ConductanceAlphaSynapse.",
  ],
  [
    "an Izhikevich soma with another peak",
    { b: { soma: "IzhikevichSoma", units: [2], threshold: 35 } },
    {},
    "a threshold of 30 mV",
  ],
])("%s is unsupported, with a remedy", async (_, populations, projections, remedy) => {
  const [first] = await refused(populations, projections);
  expect(first).toContain("unsupported model.populations.b: ");
  expect(first).toContain(remedy);
});

test("other parts that a script does not hold are reported, with a remedy", async () => {
  const found = await refused(
    {},
    {
      learned: {
        ...{ from: "a", to: "a", connect: all, weight: 1, synapse: { synapse: "ExponentialSynapse" } },
        plasticity: { rule: "PairStdp" },
      },
    },
    {
      inputs: {
        a: {
          current: {
            steps: [
              [1, 2],
              [2, 3],
              [4, 5],
            ],
          },
        },
      },
      initial: { a: { potential: { uniform: { min: -60, max: -55 } } } },
      record: { a: { outSpikes: true, "exponential.trace": true } },
      duration: 3,
      dt: 1,
    },
  );
  expect(found.map((one) => one.split(":")[0])).toEqual([
    "approximate inputs.a.current",
    "unsupported initial.a.potential",
    "unsupported model.projections.learned.plasticity",
    "unsupported record.a.exponential.trace",
  ]);
});
