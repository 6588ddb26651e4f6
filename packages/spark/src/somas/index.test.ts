import { expect, test } from "vitest";
import { evaluateFixed } from "../model/fixed.ts";
import { somas } from "./index.ts";

test("every soma is listed under its own name", () => {
  for (const [name, type] of Object.entries(somas)) expect([type.model.name, type.name]).toEqual([name, name]);
});

/** Steps, from 1, at which a unit spikes under a constant current (pA). Evaluates the graph in doubles. */
const spikeSteps = (name: keyof typeof somas, current: number, dt: number, count: number): number[] => {
  const { model, fields, state } = somas[name]().build({}, { dt });
  let values: Record<string, number> = Object.fromEntries(Object.entries(state).map(([key, [value]]) => [key, value!]));
  const found: number[] = [];
  for (let step = 1; found.length < count; step++) {
    const scope = { ...fields, ...values, current, jump: 0 };
    const memo = new Map();
    if (evaluateFixed(model.spikes, scope, { dt }, memo)) found.push(step);
    values = Object.fromEntries(
      Object.entries(model.next).map(([key, expr]) => [key, evaluateFixed(expr, scope, { dt }, memo) as number]),
    );
  }
  return found;
};

// Expected steps from the reference's arithmetic in double precision. A constant interval equals tau·ln((RI −
// reset)/(RI − θ)).
test.each([
  ["LeakySoma", 300, 1, [22, 36, 50, 64, 78]],
  ["RefractoryLeakySoma", 300, 1, [22, 41, 60, 79]],
  ["StrictRefractoryLeakySoma", 300, 1, [22, 38, 54, 70]],
  ["AdaptiveLeakySoma", 300, 1, [22, 74, 127, 180]],
  ["LeakySoma", 300, 0.1, [220, 359, 498]],
  ["RefractoryLeakySoma", 300, 0.1, [220, 390, 560]],
  ["StrictRefractoryLeakySoma", 300, 0.1, [220, 379, 538]],
  ["AdaptiveLeakySoma", 300, 0.1, [220, 724, 1240, 1757]],
  ["LeakySoma", 100_000, 1, [1, 2, 3, 4]],
  ["RefractoryLeakySoma", 100_000, 1, [1, 5, 9]],
  ["StrictRefractoryLeakySoma", 100_000, 1, [1, 4, 7]],
  ["AdaptiveLeakySoma", 100_000, 1, [1, 5, 9]],
] as const)("%s at %d pA with steps of %d ms spikes at %o", (name, current, dt, steps) => {
  expect(spikeSteps(name, current, dt, steps.length)).toEqual(steps);
});
