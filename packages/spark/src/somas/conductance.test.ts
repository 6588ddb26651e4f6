import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Component } from "../model/component.ts";
import { simulate } from "../run/simulate.ts";
import { HodgkinHuxleySoma, TraubMilesSoma } from "./conductance.ts";
import { MorrisLecarSoma } from "./morris-lecar.ts";
import { PinskyRinzelSoma } from "./pinsky-rinzel.ts";

/* The papers' equations in plain arithmetic, solved by a Runge–Kutta method of order 4, are the reference here. */

type Derivative = (y: readonly number[]) => number[];

const solve = (derivative: Derivative, start: readonly number[], duration: number, step: number): number[] => {
  let y = [...start];
  const moved = (k: readonly number[], h: number): number[] => y.map((value, i) => value + h * k[i]!);
  for (let n = Math.round(duration / step); n > 0; n--) {
    const k1 = derivative(y);
    const k2 = derivative(moved(k1, step / 2));
    const k3 = derivative(moved(k2, step / 2));
    const k4 = derivative(moved(k3, step));
    y = y.map((value, i) => value + (step / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!));
  }
  return y;
};

const { exp, tanh, cosh } = Math;
const linoid = (slope: number, v: number, scale: number): number => (slope * v) / (1 - exp(-v / scale));
const gate = (opening: number, closing: number, value: number): number => opening * (1 - value) - closing * value;

/** Per cm²: µA, mS, µF. */
const squid =
  (current: number): Derivative =>
  ([v, m, h, n]) => [
    current - 120 * m! ** 3 * h! * (v! - 50) - 36 * n! ** 4 * (v! + 77) - 0.3 * (v! + 54.402),
    gate(linoid(0.1, v! + 40, 10), 4 * exp(-(v! + 65) / 18), m!),
    gate(0.07 * exp(-(v! + 65) / 20), 1 / (1 + exp(-(v! + 35) / 10)), h!),
    gate(linoid(0.01, v! + 55, 10), 0.125 * exp(-(v! + 65) / 80), n!),
  ];
const traubMiles =
  (current: number): Derivative =>
  ([v, m, h, n]) => {
    const u = v! + 63;
    const flow = 20_000 * m! ** 3 * h! * (v! - 50) + 6000 * n! ** 4 * (v! + 90) + 10 * (v! + 60);
    return [
      (current - flow) / 200,
      gate(linoid(0.32, u - 13, 4), linoid(0.28, 40 - u, 5), m!),
      gate(0.128 * exp((17 - u) / 18), 4 / (1 + exp((40 - u) / 5)), h!),
      gate(linoid(0.032, u - 15, 5), 0.5 * exp((10 - u) / 40), n!),
    ];
  };
const morrisLecar =
  (current: number): Derivative =>
  ([v, n]) => {
    const calcium = 0.5 * (1 + tanh((v! - 10) / 15));
    const flow = 2 * (v! + 50) + 4 * calcium * (v! - 100) + 8 * n! * (v! + 70);
    return [(current - flow) / 20, (cosh((v! + 1) / 29) / 15) * (0.5 * (1 + tanh((v! + 1) / 14.5)) - n!)];
  };
/** Per cm², with the paper's rates at potentials from rest, at −60 mV. */
const pinskyRinzel =
  (current: number): Derivative =>
  ([vs, vd, h, n, s, c, q, level]) => {
    const [u, w] = [vs! + 60, vd! + 60];
    const am = (0.32 * (13.1 - u)) / (exp((13.1 - u) / 4) - 1);
    const bm = (0.28 * (u - 40.1)) / (exp((u - 40.1) / 5) - 1);
    const ac = w > 50 ? 2 * exp((6.5 - w) / 27) : exp((w - 10) / 11 - (w - 6.5) / 27) / 18.975;
    const bc = w > 50 ? 0 : 2 * exp((6.5 - w) / 27) - ac;
    const calcium = 10 * s! ** 2 * (w - 140);
    const sodium = 30 * (am / (am + bm)) ** 2 * h! * (u - 120);
    const potassium = 15 * n! * (u + 15);
    const outward = 0.8 * q! * (w + 15) + 15 * c! * Math.min(level! / 250, 1) * (w + 15);
    return [
      (-0.1 * u - sodium - potassium + (2.1 / 0.5) * (w - u) + current / 0.5) / 3,
      (-0.1 * w - calcium - outward + (2.1 / 0.5) * (u - w)) / 3,
      gate(0.128 * exp((17 - u) / 18), 4 / (1 + exp((40 - u) / 5)), h!),
      gate((0.016 * (35.1 - u)) / (exp((35.1 - u) / 5) - 1), 0.25 * exp(0.5 - 0.025 * u), n!),
      gate(1.6 / (1 + exp(-0.072 * (w - 65))), (0.02 * (w - 51.1)) / (exp((w - 51.1) / 5) - 1), s!),
      gate(ac, bc, c!),
      gate(Math.min(0.00002 * level!, 0.01), 0.001, q!),
      -0.13 * calcium - 0.075 * level!,
    ];
  };

/** Final values of all state variables after a run with a current. */
const endOf = async (component: Component, current: number, duration: number, dt: number): Promise<number[]> => {
  const names = Object.keys(component.model.state);
  const run = (await simulate(component, {
    duration,
    dt,
    dtype: "f64",
    inputs: { current },
    record: Object.fromEntries(names.map((name) => [name, true])),
  } as never)) as never as Record<string, { readonly values: Float64Array }>;
  return names.map((name) => run[name]!.values.at(-1)!);
};
const startOf = (component: Component): number[] => Object.values(component.build().state).map(([value]) => value!);

describe("follows the equations of the paper as dt shrinks", () => {
  test.each([
    ["HodgkinHuxleySoma", HodgkinHuxleySoma(), 1000, squid(10), 12],
    ["TraubMilesSoma", TraubMilesSoma(), 500, traubMiles(500), 12],
    ["MorrisLecarSoma", MorrisLecarSoma(), 300, morrisLecar(300), 60],
    ["PinskyRinzelSoma", PinskyRinzelSoma(), 150, pinskyRinzel(1.5), 20],
  ] as const)("%s", async (_, component, current, derivative, duration) => {
    const expected = solve(derivative, startOf(component as never), duration, 0.001);
    const errorAt = async (dt: number): Promise<number> => {
      const found = await endOf(component as never, current, duration, dt);
      return Math.max(...found.map((value, k) => Math.abs(value - expected[k]!) / Math.max(1, Math.abs(expected[k]!))));
    };
    const [coarse, fine] = [await errorAt(0.005), await errorAt(0.00125)];
    expect(fine).toBeLessThan(0.01);
    expect(fine / coarse).toBeLessThan(0.3);
  });
});

describe("HodgkinHuxleySoma", () => {
  const countAt = async (density: number): Promise<number> => {
    const run = await simulate(HodgkinHuxleySoma(), {
      duration: 500,
      dt: 0.02,
      inputs: { current: 100 * density },
      record: { outSpikes: true },
    });
    return run.outSpikes.count;
  };

  test("rests at −65 mV without input", async () => {
    expect((await endOf(HodgkinHuxleySoma() as never, 0, 100, 0.05))[0]).toBeCloseTo(-65, 1);
  });

  test("fires repetitively from 6 to 7 µA/cm², at 50 to 80 Hz at 10 µA/cm²", async () => {
    expect(await countAt(5.5)).toBeLessThan(5);
    expect(await countAt(7)).toBeGreaterThan(20);
    const count = await countAt(10);
    expect(count).toBeGreaterThan(25);
    expect(count).toBeLessThan(40);
  });

  test("keeps its gates between 0 and 1 and its potential between the reversal potentials", async () => {
    const property = fc.asyncProperty(fc.double({ min: -500, max: 3000, noNaN: true }), async (current) => {
      const [v, ...gates] = await endOf(HodgkinHuxleySoma() as never, current, 30, 0.05);
      expect(v).toBeGreaterThan(-100);
      expect(v).toBeLessThan(60);
      for (const gate of gates) expect(gate >= 0 && gate <= 1).toBe(true);
    });
    await fc.assert(property, { numRuns: 20 });
  });
});

describe("MorrisLecarSoma", () => {
  const rateAt = async (preset: "hopf" | "saddleNode", current: number): Promise<number> => {
    const run = await simulate(MorrisLecarSoma({ preset }), {
      duration: 4000,
      dt: 0.05,
      inputs: { current },
      record: { outSpikes: true },
    });
    const late = [...run.outSpikes.times()].filter((time) => time > 1000);
    return late.length / 3;
  };

  test("begins at a low rate at a saddle-node, and at a high rate at a Hopf bifurcation", async () => {
    const rates = { saddleNode: [] as number[], hopf: [] as number[] };
    for (let current = 38; current <= 42; current += 0.5) rates.saddleNode.push(await rateAt("saddleNode", current));
    for (let current = 86; current <= 100; current += 2) rates.hopf.push(await rateAt("hopf", current));
    const first = (values: readonly number[]): number => values.find((rate) => rate > 0)!;
    expect(rates.saddleNode[0]).toBe(0);
    expect(first(rates.saddleNode)).toBeLessThan(5);
    expect(rates.hopf[0]).toBe(0);
    expect(first(rates.hopf)).toBeGreaterThan(7);
  });
});

describe("PinskyRinzelSoma", () => {
  const run = (coupling: number) =>
    simulate(PinskyRinzelSoma({ coupling }), {
      duration: 3000,
      dt: 0.02,
      inputs: { current: 75 },
      record: { outSpikes: true, dendritePotential: true },
    });

  test("bursts at a low rate, with calcium spikes of the dendrite, at the published coupling", async () => {
    const { outSpikes, dendritePotential } = await run(210);
    const times = [...outSpikes.times()];
    const intervals = times.slice(1).map((time, k) => time - times[k]!);
    expect(Math.min(...intervals)).toBeLessThan(15);
    expect(Math.max(...intervals)).toBeGreaterThan(100);
    expect(Math.max(...dendritePotential.values)).toBeGreaterThan(0);
  });

  test("spikes singly where the compartments are coupled tightly", async () => {
    const { outSpikes } = await run(1050);
    const times = [...outSpikes.times()].filter((time) => time > 500);
    const intervals = times.slice(1).map((time, k) => time - times[k]!);
    expect(Math.min(...intervals)).toBeGreaterThan(20);
  });
});
