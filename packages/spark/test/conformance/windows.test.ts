import { expect, test } from "vitest";
import {
  brain,
  ExponentialSynapse,
  fixedInDegree,
  PoissonSource,
  RefractoryLeakySoma,
  simulate,
} from "../../src/entries/index.ts";
import { choiceOf, definition, describeEach, meaning } from "./backends.test-support.ts";

/* Records in windows have the bits of the record of all steps. */

const dt = 0.5;
const UNITS = 70;

const network = () =>
  brain({
    populations: { noise: PoissonSource({ units: [40], rate: 50 }), cells: RefractoryLeakySoma({ units: [UNITS] }) },
    projections: {
      in: {
        from: "noise",
        to: "cells",
        connect: fixedInDegree({ inDegree: 8 }),
        weight: 60,
        synapse: ExponentialSynapse({ tau: 4 }),
      },
    },
    readouts: { rate: { from: "cells", tau: 9 } },
  });

const windows = [
  { during: { period: 31, length: 4.5, start: 2 } },
  {
    during: [
      { from: 0, to: 3 },
      { from: 3, to: 90 },
      { from: 250.5, to: 251 },
    ],
    every: 3,
  },
  { at: [0.5, 77, 77.5, 400] },
  { during: { period: 11, length: 11 }, units: [69, 3, 40] },
] as const;

describeEach(
  "records in windows",
  ({ listed }) => {
    test("the rows of the record of all steps", async () => {
      const options = { dt, seed: 2, duration: 400, inputs: { cells: { current: 150 } } } as const;
      const choice = choiceOf(listed === definition ? meaning : listed);
      const whole = await simulate(network(), { ...options, record: { cells: { potential: true, outSpikes: true } } });
      const steady = await simulate(network(), { ...options, record: { readouts: { rate: true } } });
      for (const own of windows) {
        const columns = "units" in own ? own.units : Array.from({ length: UNITS }, (_, unit) => unit);
        const { units: _, ...steps } = { units: undefined, ...own };
        const part = (await simulate(network(), {
          ...options,
          ...choice,
          record: { cells: { potential: own, outSpikes: true }, readouts: { rate: steps } },
        } as never)) as typeof whole & typeof steady;
        const rowsOf = (values: ArrayLike<number>, taken: readonly number[]): number[] =>
          [...part.cells.potential.steps].flatMap((step) => taken.map((unit) => values[(step - 1) * UNITS + unit]!));
        expect(part.cells.potential.steps.length).toBeGreaterThan(3);
        expect([...part.cells.potential.values]).toEqual(rowsOf(whole.cells.potential.values, columns));
        expect(part.readouts.rate.steps).toEqual(part.cells.potential.steps);
        const every = Array.from({ length: UNITS }, (_, unit) => unit);
        expect([...part.readouts.rate.values]).toEqual(rowsOf(steady.readouts.rate.values, every));
        expect(part.cells.outSpikes.units).toEqual(whole.cells.outSpikes.units);
      }
    });
  },
  { needs: ["networks"] },
);
