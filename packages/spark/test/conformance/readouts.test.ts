import { expect, test } from "vitest";
import {
  brain,
  DeltaSynapse,
  ExponentialSynapse,
  fixedInDegree,
  LeakySoma,
  PoissonSource,
  simulate,
} from "../../src/entries/index.ts";
import { choiceOf, describeEach, meaning, once } from "./backends.test-support.ts";

/** More units than a shard of one thread has, in two populations, read in every way. */
const network = () =>
  brain({
    populations: { cells: LeakySoma({ units: [613] }), noise: PoissonSource({ units: [300], rate: 30 }) },
    projections: {
      drive: {
        from: "noise",
        to: "cells",
        connect: fixedInDegree({ inDegree: 30 }),
        weight: 40,
        delay: 1.5,
        synapse: ExponentialSynapse({ tau: 5 }),
      },
      back: {
        from: "cells",
        to: "cells",
        connect: fixedInDegree({ inDegree: 10 }),
        weight: -0.2,
        synapse: DeltaSynapse(),
      },
    },
    readouts: {
      mean: { from: "cells", tau: 15, mean: true },
      each: { from: "cells", tau: 40, scale: 0.02 },
      some: { from: "noise", units: [299, 0, 32] },
      potential: { from: "cells", of: "potential", tau: 8, mean: true },
      current: { from: "cells", of: "exponential.trace", units: [612, 5] },
    },
  });
const record = {
  readouts: { mean: true, each: { every: 50 }, some: { every: 3 }, potential: { every: 2 }, current: { every: 9 } },
} as const;

const bitsOf = async (more: object): Promise<unknown> => {
  const { readouts } = await simulate(network(), { duration: 60, dt: 0.25, seed: 9, record, ...more });
  return Object.fromEntries(
    Object.entries(readouts).map(([name, { values, steps }]) => [
      name,
      [[...steps], [...new Uint8Array(values.slice().buffer)]],
    ]),
  );
};

const cases = (["f32", "f64"] as const).map((dtype) => ({
  dtype,
  meant: once(() => bitsOf({ dtype, ...choiceOf(meaning) })),
}));

describeEach(
  "gives the interpreter's bits of read-outs",
  ({ listed }) => {
    for (const { dtype, meant } of cases) {
      // A small budget makes small chunks.
      test.each([{}, { memory: 3e6 }])(`in ${dtype} with %o`, async (more) => {
        expect(await bitsOf({ dtype, ...choiceOf(listed), ...more })).toEqual(await meant());
      });
    }
  },
  { others: true, needs: ["networks"] },
);
