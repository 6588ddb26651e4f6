import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Component } from "../src/model/component.ts";
import { simulate } from "../src/run/simulate.ts";
import { AdaptiveThresholdSoma } from "../src/somas/adaptive-threshold.ts";
import { HodgkinHuxleySoma, TraubMilesSoma } from "../src/somas/conductance.ts";
import { AdaptiveExponentialSoma } from "../src/somas/exponential.ts";
import { Izhikevich2007Soma } from "../src/somas/izhikevich-2007.ts";
import { StrictRefractoryLeakySoma } from "../src/somas/leaky.ts";

/* What NEST's neurons do under given step currents; golden/make_nest_models.py made the cases. */

interface Case {
  readonly name: string;
  readonly model: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly dt: number;
  readonly duration: number;
  readonly current: readonly { readonly from: number; readonly to: number; readonly amplitude: number }[];
  /** ms, at the end of the step. */
  readonly spikes: readonly number[];
  readonly v: { readonly times: readonly number[]; readonly mV: readonly number[] };
}
const file = new URL("golden/nest-models.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Case[] };
const casesOf = (model: string): Case[] => cases.filter((one) => one.model === model);

/** The current of each step. NEST applies it one of its own steps after the time that it is set for. */
const currentOf = ({ dt, duration, current }: Case, step: number): number[] =>
  Array.from({ length: Math.round(duration / step) }, (_, k) => {
    const time = k * step - dt + 1e-9;
    const found = current.find(({ from, to }) => time >= from && time < to);
    return found?.amplitude ?? 0;
  });

const run = async (component: Component, one: Case, dt = one.dt) => {
  const current = currentOf(one, dt);
  const { outSpikes, potential } = (await simulate(component, {
    duration: one.duration,
    dt,
    dtype: "f64",
    inputs: { current: { steps: Float64Array.from(current) } },
    record: { outSpikes: true, potential: true },
  })) as never as {
    readonly outSpikes: { readonly steps: Iterable<number> };
    readonly potential: { readonly values: Float64Array };
  };
  return {
    times: [...outSpikes.steps].map((step) => step * dt),
    potential: potential.values,
    at: (time: number) => potential.values[Math.round(time / dt) - 1]!,
  };
};

/** Expects equal steps, and the largest difference of the potential outside spikes. */
const expectEqual = async (component: Component, one: Case): Promise<void> => {
  const { times, at } = await run(component, one);
  expect(times.map((time) => Math.round(time / one.dt))).toEqual(one.spikes.map((time) => Math.round(time / one.dt)));
  const worst = Math.max(...one.v.times.map((time, k) => Math.abs(at(time) - one.v.mV[k]!)));
  expect(worst).toBeLessThan(1e-9);
};

const leaky = ({ E_L, C_m, tau_m }: Case["parameters"]) => ({
  potentialRest: E_L!,
  potentialTau: tau_m!,
  resistance: tau_m! / C_m!,
});

describe("equals NEST step by step", () => {
  test.each(casesOf("iaf_psc_exp"))("$name: StrictRefractoryLeakySoma", async (one) => {
    const { V_reset, V_th, t_ref } = one.parameters;
    const config = { ...leaky(one.parameters), potentialReset: V_reset!, threshold: V_th!, cooldown: t_ref! };
    await expectEqual(StrictRefractoryLeakySoma(config) as never, one);
  });

  test.each([...casesOf("mat2_psc_exp"), ...casesOf("amat2_psc_exp")])("$name: AdaptiveThresholdSoma", async (one) => {
    const { omega, alpha_1, alpha_2, tau_1, tau_2, t_ref } = one.parameters;
    const soma = AdaptiveThresholdSoma({
      ...leaky(one.parameters),
      threshold: omega!,
      fastDelta: alpha_1!,
      fastTau: tau_1!,
      slowDelta: alpha_2!,
      slowTau: tau_2!,
      cooldown: t_ref!,
    });
    await expectEqual(soma as never, one);
  });

  // The equations of 2003 are those of 2007 with the roots of their parabola, and a recovery that is zero at rest.
  test.each(casesOf("izhikevich"))("$name: Izhikevich2007Soma", async (one) => {
    const { a, b, c, d } = one.parameters;
    const width = Math.sqrt(25 - 4 * 0.04 * 140) / (2 * 0.04);
    const rest = -62.5 - width;
    const soma = Izhikevich2007Soma({
      capacitance: 1,
      curvature: 0.04,
      potentialRest: rest,
      instantaneousThreshold: -62.5 + width,
      potentialReset: c!,
      threshold: 30,
      recoveryRate: a!,
      recoveryConductance: b!,
      recoveryDelta: d!,
    });
    const current = currentOf(one, one.dt).map((value) => value - b! * rest);
    const result = await simulate(soma, {
      duration: one.duration,
      dt: one.dt,
      dtype: "f64",
      inputs: { current: { steps: Float64Array.from(current) } },
      // NEST's recovery starts at −13 for any b.
      initial: { potential: -65, recovery: -13 - b! * rest },
      record: { outSpikes: true },
    });
    expect([...result.outSpikes.steps]).toEqual(one.spikes.map((time) => Math.round(time / one.dt)));
  });
});

describe("converges to NEST's spikes as dt shrinks", () => {
  test.each(casesOf("aeif_psc_exp"))("$name: AdaptiveExponentialSoma", async (one) => {
    const { C_m, g_L, E_L, V_th, Delta_T, V_peak, V_reset, a, b, tau_w, t_ref } = one.parameters;
    const soma = AdaptiveExponentialSoma({
      potentialRest: E_L!,
      potentialTau: C_m! / g_L!,
      resistance: 1 / g_L!,
      rheobaseThreshold: V_th!,
      spikeSlope: Delta_T!,
      threshold: V_peak!,
      potentialReset: V_reset!,
      adaptationSubthreshold: a!,
      adaptationDelta: b!,
      adaptationTau: tau_w!,
      cooldown: t_ref!,
    });
    const worst = async (dt: number): Promise<number> => {
      const { times } = await run(soma as never, one, dt);
      expect(times.length).toBe(one.spikes.length);
      return Math.max(...times.map((time, k) => Math.abs(time - one.spikes[k]!)));
    };
    const [coarse, fine] = [await worst(0.01), await worst(0.0025)];
    expect(coarse).toBeLessThan(1.1);
    expect(fine).toBeLessThan(0.3 * coarse);
  });

  // NEST counts a spike at the maximum of the potential.
  test.each([
    ["HodgkinHuxleySoma", casesOf("hh_psc_alpha")[0]!, HodgkinHuxleySoma(), 0],
    ["TraubMilesSoma", casesOf("hh_cond_exp_traub")[0]!, TraubMilesSoma(), -33],
  ] as const)("%s", async (_, one, soma, above) => {
    const worst = async (dt: number): Promise<number> => {
      const { potential } = await run(soma as never, one, dt);
      const maxima: number[] = [];
      for (let k = 1; k + 1 < potential.length; k++) {
        const v = potential[k]!;
        if (v >= above && v > potential[k - 1]! && v >= potential[k + 1]!) maxima.push((k + 2) * dt);
      }
      // Whether a spike follows the end of the current depends on the phase in which it ends.
      const end = one.current.at(-1)!.to;
      const [found, expected] = [maxima, one.spikes].map((times) => times.filter((time) => time < end)) as [
        number[],
        number[],
      ];
      expect(found.length).toBe(expected.length);
      return Math.max(...found.map((time, k) => Math.abs(time - expected[k]!)));
    };
    const [coarse, fine] = [await worst(0.005), await worst(0.00125)];
    expect(coarse).toBeLessThan(1.5);
    expect(fine).toBeLessThan(0.3 * coarse);
  });
});
