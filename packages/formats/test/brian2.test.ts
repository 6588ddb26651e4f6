import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ExperimentDocument, experiment, type SpikeRecording, simulatePrepared } from "spark-snn";
import { expect, test } from "vitest";
import { findEnvironment } from "../../spark/bench/peers/environments.ts";
import { exportBrian2 } from "../src/index.ts";

/* Exported scripts give the same spikes in Brian2, in double precision. */

const python = findEnvironment("brian2");
if (!python) {
  console.info(
    "Brian2 is not installed, so exported scripts are not run. npm run bench:peers -- --prepare installs it.",
  );
}

const cell = { units: [8], potentialReset: -60, threshold: -50 };
const all = { allToAll: {} };
const network = {
  name: "To Brian2",
  model: {
    populations: {
      noise: { source: "PoissonSource", units: [20], rate: 60 },
      replay: { source: "SpikeReplay", units: [3] },
      plain: { soma: "LeakySoma", ...cell, potentialTau: { uniform: { min: 10, max: 25 } } },
      gated: { soma: "RefractoryLeakySoma", ...cell, cooldown: 1.5 },
      heldCells: { soma: "StrictRefractoryLeakySoma", ...cell, cooldown: 2, inhibitory: true },
      lambda: { soma: "AdaptiveLeakySoma", ...cell, thresholdDelta: 6, thresholdTau: 30, cooldown: 0.5 },
    },
    projections: {
      // The same name as its target, and a keyword of Python as a population: the script changes both.
      plain: {
        ...{ from: "noise", to: "plain", connect: { pairwiseBernoulli: { probability: 0.5 } } },
        ...{ weight: { normal: { mean: 120, std: 20, min: 0 } }, delay: { uniform: { min: 0.5, max: 4 } } },
        synapse: { synapse: "ExponentialSynapse", tau: 4 },
      },
      toGated: {
        ...{ from: "plain", to: "gated", connect: all, weight: 2.2, delay: 1 },
        synapse: { synapse: "DeltaSynapse" },
      },
      toHeld: {
        ...{ from: "plain", to: "heldCells", connect: all, weight: 60, delay: 0.7 },
        synapse: { synapse: "AlphaSynapse", tau: 1.5 },
      },
      valueToHeld: {
        ...{ from: "gated", to: "heldCells", connect: all, weight: 30 },
        synapse: { synapse: "RiseDecaySynapse", riseTau: 0.6, decayTau: 3, currentOf: "value" },
      },
      back: {
        ...{ from: "heldCells", to: "plain", connect: all, weight: 40, delay: 1.2 },
        synapse: { synapse: "ExponentialSynapse", tau: 6 },
      },
      conductance: {
        ...{ from: "plain", to: "lambda", connect: all, weight: 1.2, delay: 0.1 },
        synapse: { synapse: "ConductanceExponentialSynapse", tau: 3 },
      },
      alphaConductance: {
        ...{ from: "heldCells", to: "lambda", connect: all, weight: 0.6, delay: 0.9 },
        synapse: { synapse: "ConductanceAlphaSynapse", tau: 2, potentialReversal: -80 },
      },
      pulses: {
        ...{ from: "replay", to: "gated", connect: all, weight: 900, delay: 0.4 },
        synapse: { synapse: "LinearSynapse" },
      },
    },
  },
  ...{ duration: 60, dt: 0.1, dtype: "f64", seed: 5 },
  inputs: {
    plain: { current: { ornsteinUhlenbeck: { mean: 90, std: 30, tau: 5 } } },
    lambda: { current: [60, 65, 70, 75, 80, 85, 90, 95] },
    gated: { current: 85 },
    replay: { inSpikes: { steps: [100, 200, 201, 333, 500], units: [0, 1, 2, 0, 1] } },
  },
  initial: { plain: { potential: -55 } },
  record: {
    ...{ plain: { outSpikes: true }, gated: { outSpikes: true }, heldCells: { outSpikes: true } },
    lambda: { outSpikes: true, potential: true },
  },
} as unknown as ExperimentDocument;

test("a script has names, units and comments, and its data beside it", async () => {
  const { files, report } = await exportBrian2(await experiment(network), { strict: true });
  expect(report.counts).toMatchObject({ approximate: 0, unsupported: 0 });
  expect(Object.keys(files)).toEqual(["network.py", "network.npz"]);
  const script = new TextDecoder().decode(files["network.py"]);
  for (const line of [
    "held_cells = NeuronGroup(",
    "held_cells.refractory_period = 2.1*ms  # shortest interval of spikes",
    "plain_synapses.connect(",
    "gated.I_ext = 85*pA  # input current",
    "noise = SpikeGeneratorGroup(",
    "run(duration)",
  ]) {
    expect(script).toContain(line);
  }
});

/** Somas that both programs integrate by Euler's method, with all kinds of synapses. */
const euler = {
  name: "Euler",
  model: {
    populations: {
      noise: { source: "PoissonSource", units: [10], rate: 60 },
      quadratic: { soma: "Izhikevich2007Soma", units: [4], recoveryDelta: { uniform: { min: 60, max: 120 } } },
      planar: { soma: "IzhikevichSoma", units: [4], recoveryUpdate: 6 },
      upstroke: { soma: "ExponentialSoma", units: [4], potentialTau: 15, resistance: 0.1 },
      adaptive: { soma: "AdaptiveExponentialSoma", units: [4], potentialTau: 15, resistance: 0.1, adaptationDelta: 30 },
    },
    projections: {
      a: {
        ...{ from: "noise", to: "quadratic", connect: all, weight: { uniform: { min: 10, max: 40 } }, delay: 0.7 },
        synapse: { synapse: "ExponentialSynapse", tau: 4 },
      },
      b: {
        ...{ from: "noise", to: "planar", connect: all, weight: 40, delay: 0.5 },
        synapse: { synapse: "AlphaSynapse", tau: 1.5 },
      },
      c: {
        ...{ from: "quadratic", to: "upstroke", connect: all, weight: 1.2, delay: 0.1 },
        synapse: { synapse: "ConductanceExponentialSynapse", tau: 3 },
      },
      d: {
        ...{ from: "planar", to: "adaptive", connect: all, weight: 1.5, delay: 0.9 },
        synapse: { synapse: "ConductanceAlphaSynapse", tau: 2 },
      },
      e: {
        ...{ from: "adaptive", to: "upstroke", connect: all, weight: 0.7, delay: 1 },
        synapse: { synapse: "DeltaSynapse" },
      },
      f: {
        ...{ from: "upstroke", to: "planar", connect: all, weight: 30, delay: 1.1 },
        synapse: { synapse: "RiseDecaySynapse", riseTau: 0.6, decayTau: 3, currentOf: "value" },
      },
    },
  },
  ...{ duration: 100, dt: 0.1, dtype: "f64", seed: 7 },
  inputs: {
    quadratic: { current: 150 },
    planar: { current: [60, 80, 100, 120] },
    upstroke: { current: { step: { amplitude: 250, from: 10 } } },
    adaptive: { current: 260 },
  },
  initial: { planar: { potential: -60 } },
  record: {
    ...{ quadratic: { outSpikes: true }, planar: { outSpikes: true } },
    ...{ upstroke: { outSpikes: true }, adaptive: { outSpikes: true } },
  },
} as unknown as ExperimentDocument;

test.runIf(python).each([
  [
    "leaky somas",
    network,
    { plain: "plain", gated: "gated", heldCells: "held_cells", lambda: "lambda_group" } as Readonly<
      Record<string, string>
    >,
  ],
  [
    "exponential somas and those of Izhikevich",
    euler,
    { quadratic: "quadratic", planar: "planar", upstroke: "upstroke", adaptive: "adaptive" },
  ],
] as const)("a script of %s gives the same spikes in Brian2", async (_, document, names) => {
  const folder = mkdtempSync(join(tmpdir(), "spark-brian2-"));
  try {
    const read = await experiment(document, { kind: "brain" });
    const run = (await simulatePrepared(read.prepared, {})) as unknown as Readonly<
      Record<string, { readonly outSpikes: SpikeRecording }>
    >;
    const { files } = await exportBrian2(read, { strict: true });
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const script = fileURLToPath(new URL("./python/run_brian2.py", import.meta.url));
    const { stdout, stderr } = spawnSync(python!, ["-W", "ignore", script, join(folder, "network.py")], {
      encoding: "utf8",
    });
    const line = stdout.split("\n").find((one) => one.startsWith("RESULT"));
    expect(line, stderr.slice(-3000)).toBeDefined();
    const found = JSON.parse(line!.slice(6)) as Readonly<Record<string, number[][]>>;
    for (const [name, own] of Object.entries(names)) {
      const { steps, units } = run[name]!.outSpikes;
      const expected = Array.from(steps, (step, k) => [step, units[k]!]).sort(([a, b], [c, d]) => a! - c! || b! - d!);
      expect(expected.length, name).toBeGreaterThan(10);
      expect([name, found[own]]).toEqual([name, expected]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("what a script does not hold is reported, with a remedy", async () => {
  const { report } = await exportBrian2(
    await experiment({
      model: {
        populations: {
          a: { soma: "LeakySoma", units: [2] },
          b: { soma: "AdaptiveExponentialSoma", units: [2], cooldown: 2 },
        },
        projections: {
          learned: {
            ...{ from: "a", to: "a", connect: all, weight: 1, synapse: { synapse: "ExponentialSynapse" } },
            plasticity: { rule: "PairStdp" },
          },
          lost: { from: "a", to: "b", connect: all, weight: 1, synapse: { synapse: "ExponentialSynapse" } },
        },
        drives: {
          noise: { to: "a", poisson: { rate: 5, trains: 10, weight: 1 }, synapse: { synapse: "ExponentialSynapse" } },
        },
        readouts: { rate: { from: "a", tau: 5 } },
      },
      duration: 10,
      initial: { a: { potential: { uniform: { min: -60, max: -55 } } } },
    }),
  );
  const found = report.entries.filter(({ fidelity }) => fidelity !== "faithful");
  expect(found.map(({ path, fidelity }) => `${fidelity} ${path}`)).toEqual([
    "approximate dtype",
    "unsupported initial.a.potential",
    "unsupported model.populations.b",
    "unsupported model.projections.learned.plasticity",
    "unsupported model.projections.lost",
    "approximate model.drives.noise",
    "unsupported model.readouts.rate",
  ]);
  for (const { note } of found) expect(note).toMatch(/\.$/);
});
