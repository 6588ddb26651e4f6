import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { brain } from "../graph/brain.ts";
import type { Component, Model } from "../model/component.ts";
import { simulate } from "../run/simulate.ts";
import { LinearSpiker, PoissonSpiker, TopologicalLinearSpiker, TopologicalPoissonSpiker } from "./index.ts";

/* Spikes of the interfaces of Python Spark 1.2 for recorded signals. */

interface Case {
  readonly name: string;
  readonly class: string;
  readonly config: Readonly<Record<string, number>>;
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  readonly inputs: { readonly signal: readonly (readonly number[])[] };
  readonly steps: number;
  readonly outputs: { readonly spikes: readonly (readonly [number, number])[] };
}

const { cases } = JSON.parse(
  readFileSync(new URL("../../test/golden/spark-1.2-interfaces.json", import.meta.url), "utf8"),
) as { readonly cases: readonly Case[] };

const linear = ({ tau, cd, max_freq }: Case["config"]) => ({ tau: tau!, cooldown: cd!, rateMax: max_freq! });
const map = ({ mins, maxs, glue, sigma }: Case["config"]) => ({
  signalMin: mins!,
  signalMax: maxs!,
  ring: glue!,
  tuningVariance: sigma!,
});

/** Python Spark's linear spiker multiplies its signal by dt, and has another gain if dt is not 1 ms. */
const factorOf = ({ config, dt }: Case): number => {
  const { tau, cd, max_freq } = config;
  const gain = (scale: number): number => 1 / Math.expm1((scale / tau!) * (1000 / max_freq! - cd!)) + 1;
  return (dt * gain(dt)) / gain(1);
};

const spiker = ({ class: name, config, inputs }: Case): Component<Model> =>
  name === "LinearSpiker"
    ? LinearSpiker({ units: [inputs.signal[0]!.length], ...linear(config) })
    : TopologicalLinearSpiker({
        units: [inputs.signal[0]!.length, config["resolution"]!],
        ...linear(config),
        ...map(config),
      });

const spikesOf = async (
  source: Component<Model>,
  signal: unknown,
  options: { readonly dt: number; readonly dtype?: "f32" | "f64"; readonly duration: number; readonly seed?: number },
): Promise<[number, number][]> => {
  const run = await simulate(brain({ populations: { source } }), {
    ...options,
    inputs: { source: { signal } } as never,
    record: { source: { outSpikes: true } },
  });
  const { steps, units } = run.source.outSpikes;
  return Array.from(steps, (step, k) => [step, units[k]!]);
};

describe("the spikers of Python Spark", () => {
  test.each(cases.filter((given) => /LinearSpiker$/.test(given.class)))(
    "$name: spikes in the same steps",
    async (given) => {
      const { dt, dtype, inputs, outputs, steps } = given;
      const factor = given.class === "LinearSpiker" ? factorOf(given) : 1;
      const signal = { steps: inputs.signal.map((row) => row.map((value) => value * factor)) };
      expect(outputs.spikes.length).toBeGreaterThan(8);
      expect(await spikesOf(spiker(given), signal, { dt, dtype, duration: steps * dt })).toEqual(outputs.spikes);
    },
  );
});

describe("the rate of a linear spiker", () => {
  test.each([1, 0.5, 0.1, 0.05])("is rateMax for a signal of 1, at dt %d", async (dt) => {
    for (const dtype of ["f32", "f64"] as const) {
      for (const [rateMax, tau] of [
        [50, 30],
        [100, 100],
        [40, 5],
      ] as const) {
        const source = LinearSpiker({ units: [2], rateMax, tau, cooldown: 2 });
        const spikes = await spikesOf(source, [1, 0], { dt, dtype, duration: 10_000 });
        // The first unit begins without a cooldown.
        expect(spikes.length).toBe(rateMax * 10);
        expect(spikes.every(([, unit]) => unit === 0)).toBe(true);
      }
    }
  });
});

describe("a random spiker", () => {
  test("has the rates of its signal: rateMax for 1, none for 0 and below", async () => {
    const source = PoissonSpiker({ units: [4, 250], rateMax: 100 });
    const signal = [1, 0.3, 0, -1].flatMap((value) => new Array<number>(250).fill(value));
    const spikes = await spikesOf(source, new Float64Array(signal), { dt: 0.5, duration: 2000 });
    const counts = [0, 0, 0, 0];
    for (const [, unit] of spikes) counts[Math.floor(unit / 250)]!++;
    for (const [k, part] of [1, 0.3].entries()) {
      // 4000 steps of 250 units with the probability 0.05 · part
      const [mean, chance] = [50_000 * part, 0.05 * part];
      expect(Math.abs(counts[k]! - mean)).toBeLessThan(4.9 * Math.sqrt(mean * (1 - chance)));
    }
    expect(counts.slice(2)).toEqual([0, 0]);
  });

  test("on a map has the rates of the tuning curve", async () => {
    const places = 16;
    const source = TopologicalPoissonSpiker({ units: [40, places], rateMax: 200, tuningVariance: 1 / 8 });
    const spikes = await spikesOf(source, 0.4, { dt: 1, duration: 4000 });
    const counts = new Array<number>(places).fill(0);
    for (const [, unit] of spikes) counts[unit % places]!++;
    for (const [place, count] of counts.entries()) {
      const distance = Math.tanh(Math.PI * (place / (places - 1) - 0.4));
      const chance = 0.2 * Math.exp(-4 * distance ** 2);
      const mean = 40 * 4000 * chance;
      expect(Math.abs(count - mean)).toBeLessThan(4.9 * Math.sqrt(mean * (1 - chance)));
    }
  });
});

describe("a spiker is refused", () => {
  const refused = async (source: () => Component<Model>, signal: unknown = 1): Promise<string> =>
    spikesOf(source(), signal, { dt: 1, duration: 5 }).then(
      () => "It was accepted.",
      (error: Error) => error.message,
    );

  test.each([
    [
      () => LinearSpiker({ units: [3], rateMax: 500, cooldown: 2 }),
      "brain.populations.source.cooldown must be shorter than the interval 1/rateMax; received 2 ms with dt 1 ms. Use a shorter cooldown or a smaller rateMax.",
    ],
    [
      () => PoissonSpiker({ units: [3], rateMax: 2000 }),
      "brain.populations.source.rateMax must give at most one spike per step; received 2000 Hz with dt 1 ms. Use a shorter dt.",
    ],
    [
      () => TopologicalPoissonSpiker({ units: [3, 4], signalMin: 1 }),
      "brain.populations.source.signalMax must be greater than signalMin; received 1 with dt 1 ms. Give the range of the signal.",
    ],
  ])("if %s", async (source, message) => {
    expect(await refused(source)).toBe(message);
  });

  test("if the signal has another number of values than the first axes", async () => {
    const source = () => TopologicalLinearSpiker({ units: [3, 4] });
    expect(await refused(source, [1, 2])).toBe(
      "inputs.source.signal has shape [2], but the signal of the population has shape [3]. Give one value for all units along the last axis.",
    );
    expect(await refused(source, { whiteNoise: { mean: 0, std: 1 } })).toBe(
      "inputs.source.signal takes one value for all units along the last axis of [3, 4]; received noise, which is drawn for each unit. Give a series or a function.",
    );
  });

  test("if the ring is neither 0 nor 1", () => {
    expect(() => TopologicalLinearSpiker({ units: [3, 4], ring: 0.5 })).toThrow(
      "TopologicalLinearSpiker.ring must be 0 or 1; received 0.5. The default is 0.",
    );
  });
});
