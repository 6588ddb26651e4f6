import { expect, test } from "vitest";
import { evaluateFixed } from "../model/fixed.ts";
import { simulate } from "../run/simulate.ts";
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
  ["ExponentialSoma", 65, 1, [8, 12, 16, 20]],
  ["ExponentialSoma", 65, 0.1, [67, 91, 115]],
  ["AdaptiveExponentialSoma", 65, 1, [8, 13, 19, 27, 45, 83, 121, 159]],
  ["AdaptiveExponentialSoma", 65, 0.1, [67, 96, 135, 195, 344, 710, 1078]],
  ["IzhikevichSoma", 100, 1, [5, 12, 28, 53, 84, 113, 136, 160]],
  ["IzhikevichSoma", 100, 0.5, [8, 18, 33, 64, 109, 157]],
  ["LeakySoma", 100_000, 1, [1, 2, 3, 4]],
  ["RefractoryLeakySoma", 100_000, 1, [1, 5, 9]],
  ["StrictRefractoryLeakySoma", 100_000, 1, [1, 4, 7]],
  ["AdaptiveLeakySoma", 100_000, 1, [1, 5, 9]],
] as const)("%s at %d pA with steps of %d ms spikes at %o", (name, current, dt, steps) => {
  expect(spikeSteps(name, current, dt, steps.length)).toEqual(steps);
});

/** Steps of spikes of a refractory exponential soma with the default values, from the formulas in plain arithmetic. */
const exponentialSteps = (current: number, dt: number, count: number, thresholdDelta: number): number[] => {
  const [rest, reset, tau, resistance, threshold, rheobase, slope, cooldown, thresholdTau] = [
    -70, -51, 5, 0.5, -30, -50, 2, 2, 20,
  ] as const;
  let v = 0;
  let raised = 0;
  let age = Number.POSITIVE_INFINITY;
  const found: number[] = [];
  for (let step = 1; found.length < count; step++) {
    const ready = age > Math.round(cooldown / dt);
    const upstroke = slope * Math.exp((v - (rheobase - rest)) / slope);
    v += (dt / tau) * (-v + upstroke + (ready ? resistance * current : 0));
    const spikes = ready && v > threshold - rest + raised;
    raised = raised * Math.exp(-dt / thresholdTau) + (spikes ? thresholdDelta : 0);
    age = spikes ? 0 : age + 1;
    if (!spikes) continue;
    found.push(step);
    v = reset - rest;
  }
  return found;
};

test.each([1, 0.1])("exponential somas with a cooldown follow their formulas at dt %d ms", (dt) => {
  const plain = exponentialSteps(65, dt, 6, 0);
  expect(spikeSteps("RefractoryExponentialSoma", 65, dt, 6)).toEqual(plain);
  expect(plain[1]! - plain[0]!).toBeGreaterThan(2 / dt);
  expect(spikeSteps("SimplifiedAdaptiveExponentialSoma", 65, dt, 4)).toEqual(exponentialSteps(65, dt, 4, 100));
});

/** The shortest interval in steps, at a cooldown of 3 steps and a current that makes each soma spike as soon as it can. */
test.each([
  ["LeakySoma", 1],
  ["ExponentialSoma", 1],
  ["RefractoryLeakySoma", 5],
  ["AdaptiveLeakySoma", 5],
  ["RefractoryExponentialSoma", 5],
  ["SimplifiedAdaptiveExponentialSoma", 5],
  ["AdaptiveExponentialSoma", 4],
  ["DoublyAdaptiveLeakySoma", 4],
  ["DoublyAdaptiveExponentialSoma", 4],
  ["AdaptiveIzhikevichSoma", 4],
  ["CoupledAdaptiveExponentialSoma", 4],
  ["StrictRefractoryLeakySoma", 4],
  ["AdaptiveThresholdSoma", 4],
  ["InactivatingThresholdSoma", 4],
  ["GeneralizedIntegrateAndFireSoma", 4],
] as const)("%s spikes every %i steps at most", async (name, steps) => {
  const create = somas[name] as unknown as (config: object) => Parameters<typeof simulate>[0];
  const cooldown = "cooldown" in somas[name].model.fields ? { cooldown: 1.5 } : {};
  const options = {
    duration: 20,
    dt: 0.5,
    inputs: { current: /Izh/.test(name) ? 3000 : 1e6 },
    record: { outSpikes: true },
  };
  const run = (await simulate(create(cooldown), options as never)) as never as {
    readonly outSpikes: { readonly steps: Iterable<number> };
  };
  const times = [...run.outSpikes.steps];
  expect(Math.min(...times.slice(1).map((time, k) => time - times[k]!))).toBe(steps);
});
