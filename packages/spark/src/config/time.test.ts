import fc from "fast-check";
import { expect, it } from "vitest";
import { timeOfStep as timeInFiles } from "../io/decimal.ts";
import { timeOfStep, wholeStepsIn } from "./time.ts";

const dts = fc.oneof(
  fc.constantFrom(1, 0.5, 0.25, 0.2, 0.125, 0.1, 0.05, 0.025, 0.02, 0.01, 0.001, 1 / 3, 0.3, 0.7, 2, 5, 1 / 7),
  fc.double({ min: 1e-4, max: 10, noNaN: true }),
);

it("is the time that stands in files, to the bit", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), dts, (step, dt) => {
      expect(timeOfStep(step, dt)).toBe(timeInFiles(step, dt));
    }),
    { numRuns: 2000 },
  );
});

it("is the decimal that a person expects", () => {
  expect([388, 3, 3, 7].map((step, k) => timeOfStep(step, [0.1, 0.3, 0.1, 0.7][k]!))).toEqual([38.8, 0.9, 0.3, 4.9]);
});

it("finds the step that ends at its time again, and the one before for times in between", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999 }), dts, (step, dt) => {
      expect(wholeStepsIn(timeOfStep(step, dt), dt)).toBe(step);
      expect(wholeStepsIn(timeOfStep(step, dt) - dt / 2, dt)).toBe(step - 1);
    }),
    { numRuns: 2000 },
  );
});
