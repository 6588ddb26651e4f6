import { describe, expect, test } from "vitest";
import {
  AdaptiveLeakySoma,
  brain,
  compile,
  DeltaSynapse,
  ExponentialSynapse,
  fixedInDegree,
  neuron,
  normal,
  PoissonDrive,
  PoissonSource,
  StrictRefractoryLeakySoma,
  simulate,
  uniform,
} from "../../src/entries/index.ts";
import { choiceOf, presentBackends } from "./backends.test-support.ts";

const current = ExponentialSynapse({ tau: 5 });
/** A loop with mixed inhibition, delays of 1 to 12 steps, a source and a drive. */
const network = brain({
  populations: {
    cells: neuron({
      soma: AdaptiveLeakySoma({ units: [150], thresholdDelta: 5 }),
      synapses: { current, jump: DeltaSynapse() },
      inhibitory: Array.from({ length: 150 }, (_, unit) => unit % 3 === 0),
    }),
    others: StrictRefractoryLeakySoma({ units: [80], potentialTau: uniform({ min: 10, max: 25 }) }),
    noise: PoissonSource({ units: [100], rate: 30 }),
  },
  projections: {
    loop: {
      from: "cells",
      to: "cells.current",
      connect: fixedInDegree({ inDegree: 12 }),
      weight: normal({ mean: 30, std: 8, min: 0 }),
      delay: uniform({ min: 0.5, max: 6 }),
    },
    out: {
      from: "cells",
      to: "others",
      connect: fixedInDegree({ inDegree: 20 }),
      weight: 60,
      delay: 2,
      synapse: current,
    },
    back: { from: "others", to: "cells.jump", connect: fixedInDegree({ inDegree: 4 }), weight: -0.5, delay: 1.5 },
    noisy: { from: "noise", to: "others", connect: fixedInDegree({ inDegree: 30 }), weight: 40, synapse: current },
  },
  drives: { more: { to: "cells.current", drive: PoissonDrive({ rate: 10, trains: 80, weight: 50 }) } },
});

const kinds = presentBackends.map(choiceOf);
const record = {
  cells: { outSpikes: true, potential: { units: [0, 149], every: 3 }, "current.trace": { units: [3], every: 7 } },
  others: { outSpikes: true },
  noise: { outSpikes: true },
} as const;
const base = { dt: 0.5, seed: 9 } as const;

/** Legs of a run, ms; none is a whole number of the longest delay. */
const LEG = 10.5;

describe.each(["f32", "f64"] as const)("in %s, a run that goes from backend to backend", (dtype) => {
  test("by snapshots with spikes under way has the bits of one that stays", async () => {
    // Every kind hands over to some others: the list twice, the second time in leaps.
    const legs = [...kinds, ...kinds.map((_, k) => kinds[(k * 3 + 1) % kinds.length]!)];
    const whole = await simulate(network, { ...base, dtype, record, duration: LEG * legs.length });
    const simulations = await Promise.all(kinds.map((kind) => compile(network, { ...base, dtype, ...kind })));
    const seen = { cells: [] as number[], others: [] as number[], noise: [] as number[] };
    let saved = simulations[0]!.snapshot();
    let underWay = 0;
    for (const kind of legs) {
      const simulation = simulations[kinds.indexOf(kind)]!;
      simulation.restore(saved);
      const run = await simulation.run({ duration: LEG, record });
      for (const name of ["cells", "others", "noise"] as const) seen[name].push(...run[name].outSpikes.units);
      saved = structuredClone(simulation.snapshot());
      underWay += saved.spikes.length;
    }
    for (const simulation of simulations) simulation.dispose();
    expect(underWay).toBeGreaterThan(5 * legs.length);
    for (const name of ["cells", "others", "noise"] as const) {
      expect(whole[name].outSpikes.count).toBeGreaterThan(100);
      expect(seen[name]).toEqual([...whole[name].outSpikes.units]);
    }
  });

  test("takes snapshots that are the same wherever they are taken", async () => {
    const snapshots = await Promise.all(
      kinds.map(async (kind) => {
        const simulation = await compile(network, { ...base, dtype, ...kind });
        await simulation.run({ duration: 40.5 });
        const snapshot = simulation.snapshot();
        simulation.dispose();
        return snapshot;
      }),
    );
    for (const snapshot of snapshots) expect(snapshot).toEqual(snapshots[0]);
  });
});

test("networks in double precision are recorded in single precision where that is asked, on every backend", async () => {
  const options = { ...base, dtype: "f64", duration: 60 } as const;
  const meant = await simulate(network, { ...options, record: { cells: { potential: true, outSpikes: true } } });
  const singly = { cells: { potential: { dtype: "f32" }, outSpikes: true } } as const;
  for (const kind of kinds) {
    const run = await simulate(network, { ...options, ...kind, record: singly });
    expect(run.dtype).toBe("f64");
    expect(run.cells.potential.values).toEqual(Float32Array.from(meant.cells.potential.values));
    expect(run.cells.outSpikes.units).toEqual(meant.cells.outSpikes.units);
  }
});
