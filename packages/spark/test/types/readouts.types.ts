/* Checked by tsc alone: each line under an expectation must be a compile error, and the others must not. */
import {
  AdaptiveLeakySoma,
  allToAll,
  brain,
  compile,
  DeltaSynapse,
  neuron,
  PoissonSource,
  simulate,
  type TraceRecording,
} from "../../src/entries/index.ts";

const populations = {
  cells: AdaptiveLeakySoma({ units: [4] }),
  others: neuron({ soma: AdaptiveLeakySoma({ units: [4] }), synapses: { jump: DeltaSynapse() } }),
  noise: PoissonSource({ units: [4] }),
};
const projections = { out: { from: "cells", to: "others.jump", connect: allToAll(), weight: 1 } } as const;

export const declarations = [
  () => brain({ populations, readouts: { a: { from: "cells", tau: 20, mean: true, units: [0, 1], scale: 0.02 } } }),
  () => brain({ populations, projections, readouts: { a: { from: "others", of: "adaptation" } } }),
  () => brain({ populations, readouts: { a: { from: "others", of: "jump.arriving" }, b: { from: "noise" } } }),
  // @ts-expect-error: no population of that name
  () => brain({ populations, readouts: { a: { from: "sells" } } }),
  // @ts-expect-error: a population must be named
  () => brain({ populations, readouts: { a: { tau: 20 } } }),
  // @ts-expect-error: no state of that name
  () => brain({ populations, readouts: { a: { from: "cells", of: "potental" } } }),
  // @ts-expect-error: a source has no membrane
  () => brain({ populations, readouts: { a: { from: "noise", of: "potential" } } }),
  // @ts-expect-error: a time constant is a number
  () => brain({ populations, readouts: { a: { from: "cells", tau: "20 ms" } } }),
  // @ts-expect-error: no option of that name
  () => brain({ populations, readouts: { a: { from: "cells", taus: 20 } } }),
];

const network = brain({
  populations,
  readouts: { one: { from: "cells", mean: true }, each: { from: "cells", mean: false }, all: { from: "noise" } },
});
const wide: boolean = Math.random() < 2;
const later = brain({ populations, readouts: { one: { from: "cells", mean: wide } } });

export const steps = [
  async (): Promise<readonly [number, Float64Array, Float64Array]> => {
    const { readouts } = (await compile(network)).step();
    return [readouts.one, readouts.each, readouts.all];
  },
  async (): Promise<number | Float64Array> => (await compile(later)).step().readouts.one,
  // @ts-expect-error: no read-out of that name
  async () => (await compile(network)).step().readouts.two,
  // @ts-expect-error: a mean is a number
  async () => (await compile(network)).step().readouts.one.length,
  // @ts-expect-error: this brain has none
  async () => (await compile(brain({ populations }))).step().readouts.one,
];

const duration = 10;
export const records = [
  async (): Promise<TraceRecording> =>
    (await simulate(network, { duration, record: { cells: { outSpikes: true }, readouts: { one: { every: 5 } } } }))
      .readouts.one,
  async (): Promise<TraceRecording> =>
    (await (await compile(network)).run({ duration, record: { readouts: { one: true } } })).readouts.one,
  // @ts-expect-error: it was not asked for
  async () => (await simulate(network, { duration, record: { readouts: { one: true } } })).readouts.each,
  // @ts-expect-error: no read-out of that name
  () => simulate(network, { duration, record: { readouts: { two: true } } }),
  // @ts-expect-error: no option of that name
  () => simulate(network, { duration, record: { readouts: { one: { evry: 5 } } } }),
];
