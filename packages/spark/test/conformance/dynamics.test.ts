import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawNormal, drawUnit, keyOf } from "../../src/math/threefry.ts";
import type { Component } from "../../src/model/component.ts";
import { AdaptiveLeakySoma, LeakySoma, RefractoryLeakySoma, StrictRefractoryLeakySoma } from "../../src/somas/index.ts";
import { describeEach } from "./backends.test-support.ts";
import { type Outcome, simulateProgram as runProgram, type Setting } from "./simulate.test-support.ts";

type Create = (config: object) => Component;
const four: readonly [name: string, create: Create, shortest: (cooldownSteps: number) => number][] = [
  ["LeakySoma", LeakySoma, () => 1],
  ["RefractoryLeakySoma", RefractoryLeakySoma, (c) => c + 2],
  ["StrictRefractoryLeakySoma", StrictRefractoryLeakySoma, (c) => c + 1],
  ["AdaptiveLeakySoma", AdaptiveLeakySoma, (c) => c + 2],
];

/** A current that makes most units spike, and silences some for a while. */
const noise =
  (mean: number, std: number) =>
  (step: number, unit: number): number =>
    mean + std * drawNormal(keyOf(3, "current"), unit, step);

/** First spikes of the reference at its defaults; steps from 1. */
const table: readonly [Create, dt1: number[], dt01: number[], saturated: number[]][] = [
  [LeakySoma, [22, 36, 50, 64, 78], [220, 359, 498], [1, 2, 3]],
  [RefractoryLeakySoma, [22, 41, 60, 79], [220, 390, 560], [1, 5, 9]],
  [StrictRefractoryLeakySoma, [22, 38, 54, 70], [220, 379, 538], [1, 4, 7]],
  [AdaptiveLeakySoma, [22, 74, 127, 180], [220, 724, 1240, 1757], [1, 5, 9]],
];

describeEach("has the dynamics of the papers", ({ engine }) => {
  const simulateProgram = (component: Component, setting: Omit<Setting, "engine">): Promise<Outcome> =>
    runProgram(component, { ...setting, engine: engine() });

  for (const [name, create, shortest] of four) {
    describe(name, () => {
      test("runs in parts as in one go", async () => {
        const setting = { dt: 0.5, steps: 200, current: noise(400, 500), precision: "f32" } as const;
        const whole = await simulateProgram(create({ units: [5] }), setting);
        expect(whole.spikes.flat().length).toBeGreaterThan(5);
        for (const chunks of [[4, 6], [1], [199], [7, 1, 30]]) {
          expect(await simulateProgram(create({ units: [5] }), { ...setting, chunks })).toEqual(whole);
        }
      });

      test("gives each unit the same wherever it stands in the population", async () => {
        const units = 37;
        const order = Array.from({ length: units }, (_, k) => (k * 16 + 5) % units);
        const tau = order.map((_, k) => 10 + drawUnit(keyOf(1, "tau"), k) * 20);
        const threshold = order.map((_, k) => -45 + drawUnit(keyOf(1, "threshold"), k) * 8);
        const current = noise(350, 300);
        const common = { dt: 0.5, steps: 150, precision: "f32" } as const;
        const plain = await simulateProgram(create({ units: [units], potentialTau: tau, threshold }), {
          ...common,
          current,
        });
        const moved = await simulateProgram(
          create({
            units: [units],
            potentialTau: order.map((k) => tau[k]!),
            threshold: order.map((k) => threshold[k]!),
          }),
          { ...common, current: (step, place) => current(step, order[place]!) },
        );
        expect(plain.spikes.flat().length).toBeGreaterThan(units);
        expect(moved.spikes).toEqual(order.map((k) => plain.spikes[k]));
        expect(moved.potential).toEqual(order.map((k) => plain.potential[k]));
      });

      test("never spikes sooner after a spike than it may, and spikes as soon as that when driven hard", async () => {
        await fc.assert(
          fc.asyncProperty(fc.nat(30), fc.constantFrom(0.1, 0.5, 1), fc.nat(), async (cooldownSteps, dt, seed) => {
            const cooldown = name === "LeakySoma" ? {} : { cooldown: cooldownSteps * dt, thresholdDelta: 1 };
            const { thresholdDelta, ...refractory } = { thresholdDelta: 1, ...cooldown };
            const config = name === "AdaptiveLeakySoma" ? { ...refractory, thresholdDelta } : refractory;
            const hard = (step: number, unit: number): number =>
              unit === 0 ? 1e6 : 20000 * drawNormal(keyOf(seed, "current"), unit, step);
            const { spikes } = await simulateProgram(create({ units: [6], ...config }), {
              dt,
              steps: 150,
              current: hard,
            });
            const intervals = spikes.map((steps) => steps.slice(1).map((step, k) => step - steps[k]!));
            expect(Math.min(...intervals.flat())).toBe(shortest(cooldownSteps));
            expect(new Set(intervals[0])).toEqual(new Set([shortest(cooldownSteps)]));
          }),
          { numRuns: 30 },
        );
      });

      test("answers a sum of currents below threshold with the sum of its answers", async () => {
        const quiet = { potentialRest: -60, threshold: 1000 };
        const run = async (current: (step: number) => number) =>
          (await simulateProgram(create(quiet), { dt: 0.2, steps: 300, current })).potential[0]!.map((v) => v + 60);
        const one = noise(50, 100);
        const other = noise(-20, 300);
        const a = await run((step) => one(step, 0));
        const b = await run((step) => other(step, 1));
        const sum = await run((step) => 2 * one(step, 0) - 0.5 * other(step, 1));
        const worst = Math.max(...sum.map((v, k) => Math.abs(v - (2 * a[k]! - 0.5 * b[k]!))));
        expect(worst).toBeLessThan(1e-12);
        expect(Math.max(...sum)).toBeGreaterThan(1);
      });

      test("follows the closed form of a membrane that is charged and left alone", async () => {
        const dt = 0.1;
        const tau = 13;
        const r = 0.07;
        const i = 150;
        const { potential } = await simulateProgram(create({ potentialTau: tau, resistance: r }), {
          dt,
          steps: 600,
          current: (step) => (step < 300 ? i : 0),
        });
        const peak = r * i * -Math.expm1((-300 * dt) / tau);
        potential[0]!.forEach((v, k) => {
          const t = (k + 1) * dt;
          const exact = k < 300 ? r * i * -Math.expm1(-t / tau) : peak * Math.exp(-(t - 300 * dt) / tau);
          expect(Math.abs(v - (-60 + exact))).toBeLessThan(1e-12);
        });
      });

      test("spikes above its rheobase of 200 pA and not below", async () => {
        const { spikes } = await simulateProgram(create({ units: [2] }), {
          dt: 0.1,
          steps: 20000,
          current: (_, unit) => (unit === 0 ? 199.999 : 200.001),
        });
        expect(spikes[0]).toEqual([]);
        expect(spikes[1]!.length).toBeGreaterThan(0);
      });
    });
  }

  test("LeakySoma's interval under a constant current is the analytic one, rounded up to a step", async () => {
    const currents = [210, 250, 300, 500, 1000, 5000];
    const dt = 0.1;
    const tau = 20;
    const resetFromRest = 10;
    const thresholdFromRest = 20;
    const { spikes } = await simulateProgram(LeakySoma({ units: [currents.length] }), {
      dt,
      steps: 4000,
      current: (_, unit) => currents[unit]!,
    });
    currents.forEach((current, unit) => {
      const drive = 0.1 * current;
      const interval = Math.ceil((tau * Math.log((drive - resetFromRest) / (drive - thresholdFromRest))) / dt);
      const first = Math.ceil((tau * Math.log(drive / (drive - thresholdFromRest))) / dt);
      const intervals = new Set(spikes[unit]!.slice(1).map((step, k) => step - spikes[unit]![k]!));
      expect(spikes[unit]![0]).toBe(first);
      expect([...intervals]).toEqual([interval]);
    });
  });

  test("gives the first spikes of the reference at 300 pA and at 100 nA", async () => {
    for (const [create, dt1, dt01, saturated] of table) {
      const first = async (dt: number, current: number, count: number): Promise<number[]> =>
        (await simulateProgram(create({}), { dt, steps: 1800, current: () => current })).spikes[0]!.slice(0, count);
      expect(await first(1, 300, dt1.length)).toEqual(dt1);
      expect(await first(0.1, 300, dt01.length)).toEqual(dt01);
      expect(await first(1, 100000, 3)).toEqual(saturated);
    }
  });

  test("LeakySoma solves the first task of the NIR paper: spikes at steps 461, 511, 711 and 761", async () => {
    const task = JSON.parse(readFileSync(new URL("../golden/nir-lif.json", import.meta.url), "utf8")) as {
      readonly dt: number;
      readonly steps: number;
      readonly tau: number;
      readonly resistance: number;
      readonly leak: number;
      readonly threshold: number;
      readonly reset: number;
      readonly input: { readonly value: number; readonly steps: readonly number[] };
      readonly spikes: readonly number[];
    };
    const soma = LeakySoma({
      potentialRest: task.leak,
      potentialReset: task.reset,
      potentialTau: task.tau,
      resistance: task.resistance,
      threshold: task.threshold,
    });
    for (const precision of ["f32", "f64"] as const) {
      const { spikes } = await simulateProgram(soma, {
        dt: task.dt,
        steps: task.steps,
        current: (step) => (task.input.steps.includes(step + 1) ? task.input.value : 0),
        precision,
      });
      expect(spikes[0]).toEqual(task.spikes);
    }
  });
});
