import { describe, expect, test } from "vitest";
import { simulate } from "../run/simulate.ts";
import { StrictRefractoryLeakySoma } from "../somas/leaky.ts";
import { absoluteRefractory } from "./refractory.ts";

describe("absoluteRefractory", () => {
  test.each([
    [2, 0.1, 1.9],
    [5, 0.5, 4.5],
    [0.3, 0.1, 0.2],
    [1, 1, 0],
    [0, 0.1, 0],
  ])("of %d ms at dt %d ms is a cooldown of %d ms", (time, dt, cooldown) => {
    expect(absoluteRefractory(time, dt)).toBe(cooldown);
  });

  test.each([
    [2, 0.1, 20],
    [0.7, 0.1, 7],
    [3, 1, 3],
    [1, 1, 1],
    [0.3, 0.05, 6],
  ])("keeps the spikes of the strict soma %d ms apart at dt %d ms: %d steps", async (time, dt, steps) => {
    const component = StrictRefractoryLeakySoma({ cooldown: absoluteRefractory(time, dt), dt });
    const run = await simulate(component, {
      duration: 60 * dt,
      inputs: { current: 1e6 },
      record: { outSpikes: true },
    });
    const found = [...run.outSpikes.steps];
    expect(found.slice(0, 3)).toEqual([1, 1 + steps, 1 + 2 * steps]);
  });

  test.each([
    [-1, 0.1, "absoluteRefractory.time must be at least 0 ms; received -1 ms. Give the refractory period."],
    [Number.NaN, 0.1, "absoluteRefractory.time must be at least 0 ms; received NaN ms."],
    [0.25, 0.1, "absoluteRefractory.time must be a whole number of steps of 0.1 ms; received 0.25 ms."],
    [2, 0, "absoluteRefractory.dt must be greater than 0 ms; received 0 ms."],
  ])("refuses %d ms at dt %d ms", (time, dt, message) => {
    expect(() => absoluteRefractory(time, dt)).toThrow(message);
  });
});
