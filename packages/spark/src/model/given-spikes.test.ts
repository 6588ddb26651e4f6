import { describe, expect, test } from "vitest";
import { field } from "../config/field.ts";
import { soma as equationsSoma } from "../equations/soma.ts";
import { and, gt, lt, mul, not, or, quantity, relax, uniformNoise } from "../expr/verbs.ts";
import { simulate } from "../run/simulate.ts";
import { LeakySoma, somas } from "../somas/index.ts";
import type { ComponentType } from "./component.ts";
import { GIVEN, isRandom, LOG_LIKELIHOOD, withGivenSpikes } from "./given-spikes.ts";
import { soma } from "./soma.ts";

const { GeneralizedIntegrateAndFireSoma, SpikeResponseSoma } = somas;
const dt = 0.5;
const steps = 4000;

/** 1 in some steps. */
const trainOf = (every: number): Float64Array =>
  Float64Array.from({ length: steps }, (_, k) => (k % every === 7 ? 1 : 0));

const likelihoodOf = async (
  type: ComponentType,
  config: object,
  given: Float64Array,
  current: number | { readonly sine: object },
  dtype: "f32" | "f64" = "f64",
) => {
  const run = (await simulate(withGivenSpikes(type)({ units: [1], ...config } as never), {
    duration: steps * dt,
    dt,
    dtype,
    inputs: { current, [GIVEN]: { series: given, interval: dt } },
    record: { outSpikes: true, [LOG_LIKELIHOOD]: { every: steps }, potential: { every: 1 } },
  } as never)) as never as Record<string, { trace(): ArrayLike<number>; times(): Float64Array }>;
  return {
    likelihood: run[LOG_LIKELIHOOD]!.trace()[0]!,
    spikes: run["outSpikes"]!.times(),
    potential: run["potential"]!.trace(),
  };
};

describe("a soma with given spikes", () => {
  test("spikes when they say", async () => {
    const given = trainOf(100);
    const { spikes } = await likelihoodOf(SpikeResponseSoma as ComponentType, {}, given, 0);
    expect([...spikes]).toEqual(Array.from({ length: 40 }, (_, k) => (100 * k + 8) * dt));
  });

  test("has the likelihood of a constant rate if nothing changes the rate", async () => {
    const config = { threshold: -70, escapeRate: 0.02, afterpotential: 0 };
    const { likelihood } = await likelihoodOf(SpikeResponseSoma as ComponentType, config, trainOf(100), 0);
    const silent = -0.02 * dt;
    expect(likelihood).toBeCloseTo(40 * Math.log(-Math.expm1(silent)) + (steps - 40) * silent, 8);
  });

  test("has the likelihood that its equations give, and its rounding does not add up", async () => {
    const given = trainOf(37);
    const sine = { amplitude: 60, frequency: 7, offset: 90 };
    const config = { escapeRate: 0.05, escapeSlope: 3, afterpotential: -6 };
    const type = SpikeResponseSoma as ComponentType;
    const { likelihood, potential } = await likelihoodOf(type, config, given, { sine });
    let expected = 0;
    for (let k = 0; k < steps; k++) {
      // The potential after the step contains the afterpotential of a spike in it.
      const v = potential[k]! + (given[k] === 1 ? 6 : 0);
      const hazard = 0.05 * Math.exp((v + 50) / 3) * dt;
      expected += given[k] === 1 ? Math.log(-Math.expm1(-hazard)) : -hazard;
    }
    expect(likelihood).toBeCloseTo(expected, 6);
    expect((await likelihoodOf(type, config, given, { sine }, "f32")).likelihood / expected).toBeCloseTo(1, 5);
  });

  test("resets at the given spikes, and finds those in the refractory period nearly impossible", async () => {
    const config = { potentialReset: -60, cooldown: 4, threshold: -40 };
    const type = GeneralizedIntegrateAndFireSoma as ComponentType;
    const { potential, likelihood } = await likelihoodOf(type, config, trainOf(50), 40);
    expect([6, 7, 8, 14, 15].map((k) => potential[k]!)).toEqual([expect.any(Number), -60, -60, -60, -60]);
    const early = trainOf(50).map((value, k) => (k % 50 === 9 ? 1 : value));
    expect((await likelihoodOf(type, config, early, 40)).likelihood).toBeLessThan(likelihood - 80 * 5);
  });

  test("takes conditions of several parts, and those of texts", async () => {
    const fields = { tau: field(10, "ms", "Time constant.") };
    const Parts = soma("Parts", fields, {
      about: "Spikes at random.",
      step: (x) => {
        const often = lt(uniformNoise("often"), 0.5);
        const seldom = gt(0.1, uniformNoise("seldom"));
        const spikes = and(or(often, seldom), not(gt(x.potential, quantity(1000, "mV"))));
        return { spikes, potential: relax(x.potential, mul(x.current, quantity(1, "GΩ")), x.tau) };
      },
    }) as ComponentType;
    const Text = equationsSoma.equations(
      "Text",
      "dv/dt = (EL - v)/tau : mV\n spike: rand() < 0.55 and v < 1000 mV\n reset: v = EL\n tau = 10 ms; EL = 0 mV",
    ) as ComponentType;
    const expected = 40 * Math.log(0.55) + (steps - 40) * Math.log(0.45);
    for (const type of [Parts, Text]) {
      expect((await likelihoodOf(type, {}, trainOf(100), 0)).likelihood).toBeCloseTo(expected, 6);
    }
  });
});

describe("refused are", () => {
  test("somas that do not spike at random", () => {
    expect(() => withGivenSpikes(LeakySoma as ComponentType)).toThrow(
      "LeakySoma does not spike at random, so recorded spikes have no likelihood. Compare spike times instead.",
    );
    const random = Object.entries(somas).filter(([, { model }]) => isRandom(model));
    expect(random.map(([name]) => name)).toEqual(["GeneralizedIntegrateAndFireSoma", "SpikeResponseSoma"]);
  });

  test.each([
    ["a noisy membrane", "dv/dt = (EL - v)/tau + sigma*xi/sqrt(tau) : mV\n spike: v > 3 mV"],
    ["a noisy threshold", "dv/dt = (EL - v)/tau : mV\n spike: v > 3 mV + sigma*randn()"],
    ["a draw twice", "dv/dt = (EL - v)/tau : mV\n x = rand()\n spike: x < 0.1 and x > 0.05"],
  ])("%s", (_, text) => {
    const type = equationsSoma.equations("Noisy", `${text}\n reset: v = EL\n tau = 10 ms; sigma = 1 mV; EL = 0 mV`);
    expect(() => withGivenSpikes(type as ComponentType)).toThrow(
      "Noisy draws random numbers other than in its condition of a spike, so the likelihood of spikes is not known.",
    );
  });
});
