/* Checked by tsc alone: each line under an expectation must be a compile error, and the others must not. */
import { oneToOne } from "../../src/connectivity/rule.ts";
import { brain } from "../../src/graph/brain.ts";
import { neuron } from "../../src/graph/neuron.ts";
import { compile, simulate } from "../../src/run/simulate.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../../src/somas/index.ts";
import { PoissonDrive, PoissonSource } from "../../src/sources/index.ts";
import { DeltaSynapse } from "../../src/synapses/delta.ts";
import { ExponentialSynapse } from "../../src/synapses/exponential.ts";

const cells = AdaptiveLeakySoma({ units: [3] });
const named = neuron({
  soma: LeakySoma({ units: [3] }),
  synapses: { fast: DeltaSynapse(), slow: ExponentialSynapse() },
});
const populations = { cells, named, noise: PoissonSource({ units: [3] }) };
const wire = { connect: oneToOne(), weight: 1, synapse: DeltaSynapse() } as const;
const plain = { connect: oneToOne(), weight: 1 } as const;
const drive = PoissonDrive();
const whole = brain({ populations });

/** Wirings and runs that must compile or must not; nothing here is run. */
export const wirings = [
  () => brain({ populations, projections: { right: { ...wire, from: "noise", to: "cells" } } }),
  () => brain({ populations, projections: { right: { ...plain, from: "cells", to: "named.slow" } } }),
  // @ts-expect-error: noises is no population
  () => brain({ populations, projections: { wrong: { ...wire, from: "noises", to: "cells" } } }),
  // @ts-expect-error: cell is no population
  () => brain({ populations, projections: { wrong: { ...wire, from: "noise", to: "cell" } } }),
  // @ts-expect-error: named has no synapse slaw
  () => brain({ populations, projections: { wrong: { ...plain, from: "cells", to: "named.slaw" } } }),
  // @ts-expect-error: cells is a soma, whose synapses have no names
  () => brain({ populations, projections: { wrong: { ...plain, from: "cells", to: "cells.fast" } } }),
  // @ts-expect-error: spikes do not come from one synapse of a neuron
  () => brain({ populations, projections: { wrong: { ...wire, from: "named.fast", to: "cells" } } }),
  // @ts-expect-error: noise is a source of spikes, where nothing can end
  () => brain({ populations, projections: { wrong: { ...wire, from: "cells", to: "noise" } } }),
  // @ts-expect-error: and nothing can be drawn into it
  () => brain({ populations, drives: { wrong: { to: "noise", drive, synapse: DeltaSynapse() } } }),
  // @ts-expect-error: a projection needs a rule
  () => brain({ populations, projections: { wrong: { from: "noise", to: "cells", weight: 1 } } }),
  // @ts-expect-error: a soma is no synapse
  () => brain({ populations, projections: { wrong: { ...wire, synapse: cells, from: "noise", to: "cells" } } }),
  // @ts-expect-error: there is no layout of that name
  () => brain({ populations, projections: { wrong: { ...wire, layout: "sparser", from: "noise", to: "cells" } } }),
  () => brain({ populations, drives: { right: { to: "named.fast", drive } } }),
  // @ts-expect-error: other is no population
  () => brain({ populations, drives: { wrong: { to: "other", drive, synapse: DeltaSynapse() } } }),
  // @ts-expect-error: a source of spikes is no drive
  () => brain({ populations, drives: { wrong: { to: "cells", drive: populations.noise, synapse: DeltaSynapse() } } }),
  // @ts-expect-error: positions of a population that is not there
  () => brain({ populations, positions: { others: [[1]] } }),
  // @ts-expect-error: a synapse is no population
  () => brain({ populations: { cells, wrong: DeltaSynapse() } }),
  // @ts-expect-error: a mask has truth values
  () => neuron({ soma: cells, inhibitory: [1, 0, 1] }),
  // @ts-expect-error: a synapse has no soma's fields
  () => neuron({ soma: DeltaSynapse() }),
  // @ts-expect-error: a source of spikes has no membrane
  () => neuron({ soma: PoissonSource({ units: [3] }) }),
];

export const runs = [
  async () => {
    const record = { cells: { outSpikes: true, adaptation: { units: [0] } }, noise: { outSpikes: true } } as const;
    const run = await simulate(whole, { duration: 10, record, inputs: { cells: { current: 300 } } });
    return [run.cells.adaptation.values, run.noise.outSpikes.count, run.synapses];
  },
  async () => {
    const run = await simulate(whole, { duration: 10, record: { cells: { outSpikes: true } } });
    // @ts-expect-error: the potential was not recorded
    return run.cells.potential;
  },
  async () => {
    const run = await simulate(whole, { duration: 10, record: { cells: { outSpikes: true } } });
    // @ts-expect-error: nothing of noise was recorded
    return run.noise;
  },
  // @ts-expect-error: cell is no population
  () => simulate(whole, { duration: 10, record: { cell: { outSpikes: true } } }),
  // @ts-expect-error: LeakySoma has no adaptation
  () => simulate(whole, { duration: 10, record: { named: { adaptation: true } } }),
  // @ts-expect-error: others is no population
  () => simulate(whole, { duration: 10, inputs: { others: { current: 300 } } }),
  () => simulate(whole, { duration: 10, inputs: { noise: { inSpikes: { events: { steps: [1], units: [0] } } } } }),
  // @ts-expect-error: a source of spikes takes no current
  () => simulate(whole, { duration: 10, inputs: { noise: { current: 300 } } }),
  // @ts-expect-error: an input port is named current
  () => simulate(whole, { duration: 10, inputs: { cells: { curent: 300 } } }),
  () => compile(whole, { initial: { cells: { potential: -50, adaptation: 1 } } }),
  // @ts-expect-error: LeakySoma has no adaptation
  () => compile(whole, { initial: { named: { adaptation: 1 } } }),
  async () => {
    const simulation = await compile(whole);
    const { cells: seen, named: other, noise } = simulation.step({ cells: { current: 300 } });
    // @ts-expect-error: a source of spikes has no potential
    console.log(seen.potential.values, other.potential.values, noise.outSpikes.count, noise.potential);
    // @ts-expect-error: and takes no current
    simulation.step({ noise: { current: 300 } });
    simulation.step({ noise: { inSpikes: noise.outSpikes }, cells: { current: 300, inSpikes: seen.outSpikes } });
    simulation.inject("noise", [0, 2]);
    // @ts-expect-error: nois is no population
    simulation.inject("nois", [0]);
    // @ts-expect-error: nois is no population
    await simulation.run({ duration: 1, changes: [{ at: 0, inject: { nois: [0] } }] });
    // @ts-expect-error: sets is no kind of change
    await simulation.run({ duration: 1, changes: [{ at: 0, sets: { "cells.threshold": 1 } }] });
    await simulation.run({ duration: 1, changes: [{ at: 0, set: { "cells.threshold": 1 }, inject: { cells: [0] } }] });
    // @ts-expect-error: cels is no population
    simulation.step({ cels: { current: 300 } });
    // @ts-expect-error: cels is no population
    await simulation.run({ duration: 1, record: { cels: { outSpikes: true } } });
  },
];
