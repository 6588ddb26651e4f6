import fc from "fast-check";
import { expect, it } from "vitest";
import { timeOfStep, timesOfSteps, wholeStepsIn } from "./time.ts";

const dts = fc.oneof(
  fc.constantFrom(
    1,
    0.5,
    0.25,
    0.2,
    0.125,
    0.1,
    0.05,
    0.025,
    0.02,
    0.01,
    0.001,
    1e-5,
    8e-6,
    1e-6,
    1 / 3,
    0.3,
    0.7,
    2,
    5,
    1 / 7,
  ),
  fc.double({ min: 1e-6, max: 10, noNaN: true }),
);

it("is the product rounded to 15 digits, to the bit, alone and in a list", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), dts, (step, dt) => {
      const rounded = Number((step * dt).toPrecision(15));
      expect(timeOfStep(step, dt)).toBe(rounded);
      expect([...timesOfSteps([0, step], dt)]).toEqual([0, rounded]);
    }),
    { numRuns: 2000 },
  );
});

it("is the decimal product of step and dt as written", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 1, max: 999_999 }),
      fc.nat({ max: 6 }),
      (step, digits, places) => {
        const dt = Number(`${digits}e-${places}`);
        expect(timeOfStep(step, dt)).toBe(Number(`${BigInt(step) * BigInt(digits)}e-${places}`));
      },
    ),
  );
});

it("is the decimal that a person expects", () => {
  const steps = [388, 3, 3, 7, 36_000_000, 3, 12_345];
  const dt = [0.1, 0.3, 0.1, 0.7, 0.1, 1 / 3, 0.025];
  expect(steps.map((step, k) => timeOfStep(step, dt[k]!))).toEqual([38.8, 0.9, 0.3, 4.9, 3_600_000, 1, 308.625]);
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
