import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Brain, brain } from "../graph/brain.ts";
import { exponentialIntegrator, type Integrator, tanhIntegrator } from "../graph/integrator.ts";
import type { Readout } from "../graph/readout.ts";
import type { Component, Model } from "../model/component.ts";
import type { TraceRecording } from "../record/recordings.ts";
import { inChunks } from "../run/run.test-support.ts";
import { compile, simulate } from "../run/simulate.ts";
import { PoissonSource, SpikeReplay } from "../sources/index.ts";

/* Integrators: values of Python Spark 1.2 for recorded spikes, and the mean of normalised ones. */

type Events = readonly (readonly [step: number, unit: number])[];
interface Case {
  readonly name: string;
  readonly class: string;
  readonly config: Readonly<Record<string, number | boolean>>;
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  readonly inputs: Readonly<Record<string, Events>>;
  readonly inputShapes: Readonly<Record<string, readonly number[]>>;
  readonly steps: number;
  readonly outputs: { readonly signal: readonly (number | readonly number[])[] };
}
const { cases } = JSON.parse(
  readFileSync(new URL("../../test/golden/spark-1.2-interfaces.json", import.meta.url), "utf8"),
) as { readonly cases: readonly Case[] };

const integratorOf = ({ class: name, config }: Case): Integrator => {
  if (name === "TanhIntegrator") return tanhIntegrator({ normalised: false, smooth: config["smooth"] as boolean });
  return exponentialIntegrator({
    outputs: config["num_outputs"] as number,
    rateMax: config["saturation_freq"] as number,
    tau: config["tau"] as number,
    smooth: config["smooth_trace"] as boolean,
    normalised: false,
  });
};
const eventsOf = (events: Events) => ({
  events: { steps: events.map(([step]) => step), units: events.map(([, unit]) => unit) },
});

/** A network that replays the spikes of a case, and the inputs of its run. */
const replay = (given: Case) => {
  const names = Object.keys(given.inputs).map((name) => name[0]!);
  const shapes = Object.values(given.inputShapes);
  const events = Object.values(given.inputs);
  const populations = Object.fromEntries(names.map((name, k) => [name, SpikeReplay({ units: shapes[k]! })]));
  const readouts = { signal: { from: names.length === 1 ? names[0]! : names, integrator: integratorOf(given) } };
  const inputs = Object.fromEntries(names.map((name, k) => [name, { inSpikes: eventsOf(events[k]!) }]));
  return { network: brain({ populations, readouts }), inputs };
};

describe("the integrators of Python Spark", () => {
  test.each(cases.filter((given) => /Integrator$/.test(given.class)))("$name: same values", async (given) => {
    const { dt, dtype, steps, outputs } = given;
    const { network, inputs } = replay(given);
    const simulation = await compile(network as Brain<Record<string, Component<Model>>, { signal: Readout }>, { dt });
    const run = await simulation.run({ duration: steps * dt, inputs, record: { readouts: { signal: true } } as never });
    const expected = outputs.signal.flat();
    const found = (run as unknown as { readouts: { signal: TraceRecording } }).readouts.signal.values;
    expect(found.length).toBe(expected.length);
    const largest = Math.max(...expected.map(Math.abs));
    expect(largest).toBeGreaterThan(0.5);
    const off = Math.max(...expected.map((value, k) => Math.abs(value - found[k]!)));
    expect(off).toBeLessThan(largest * (dtype === "f64" ? 1e-9 : 1e-4));
  });
});

describe("a normalised integrator", () => {
  /** Regular spikes of all units at a rate. */
  const regular = async (integrator: Integrator, { dt, units, rate }: { dt: number; units: number; rate: number }) => {
    const interval = 1000 / rate / dt;
    const steps = Array.from({ length: Math.floor(2000 / dt / interval) }, (_, k) => Math.round((k + 1) * interval));
    const from: readonly ("a" | "b")[] = Object.hasOwn(integrator, "tanh") ? ["a", "b"] : ["a"];
    const network = brain({
      populations: { a: SpikeReplay({ units: [units] }), b: SpikeReplay({ units: [units] }) },
      readouts: { out: { from, integrator } },
    });
    const events = {
      steps: steps.flatMap((step) => new Array<number>(units).fill(step)),
      units: steps.flatMap(() => Array.from({ length: units }, (_, unit) => unit)),
    };
    const run = await simulate(network, {
      dt,
      duration: 2000,
      inputs: { a: { inSpikes: { events } } },
      record: { readouts: { out: { from: 1000 } } },
    });
    const { values } = run.readouts.out;
    return [...values].reduce((sum, value) => sum + value, 0) / values.length;
  };

  test.each([1, 0.5, 0.1])(
    "is 1 at the largest rate and proportional to the rate, for any size, at dt %d",
    async (dt) => {
      for (const smooth of [true, false]) {
        const integrator = exponentialIntegrator({ outputs: 1, smooth });
        for (const units of [1, 20]) {
          expect(await regular(integrator, { dt, units, rate: 50 })).toBeCloseTo(1, 3);
          expect(await regular(integrator, { dt, units, rate: 25 })).toBeCloseTo(0.5, 3);
        }
      }
    },
  );

  test("with tanh grows with the rate and does not depend on dt or size", async () => {
    const integrator = tanhIntegrator({ tau: 200, smoothTau: 50 });
    const rates = await Promise.all([5, 10, 20].map((rate) => regular(integrator, { dt: 0.5, units: 3, rate })));
    for (const [k, rate] of [5, 10, 20].entries()) {
      expect(Math.abs(rates[k]! - Math.tanh((Math.PI * rate) / 50))).toBeLessThan(0.02);
      expect(await regular(integrator, { dt: 1, units: 30, rate })).toBeCloseTo(rates[k]!, 2);
    }
  });
});

const noisy = (integrator: Integrator) =>
  brain({
    populations: { a: PoissonSource({ units: [13], rate: 60 }), b: PoissonSource({ units: [4, 5], rate: 30 }) },
    readouts: {
      out: { from: ["a", "b"], integrator },
      both: { from: ["b", "a"], tau: 20 },
      mean: { from: ["a", "b"], tau: 20, mean: true, units: [0, 13, 32] },
      some: { from: ["b", "a"], tau: 20, units: [20, 5] },
    },
  });
const names = ["out", "both", "mean", "some"] as const;
const all = [
  exponentialIntegrator({ outputs: 4 }),
  exponentialIntegrator({ outputs: 3, shuffle: true, smooth: false }),
  exponentialIntegrator({ outputs: 2, map: Array.from({ length: 33 }, (_, unit) => (unit % 3 === 0 ? 1 : 0)) }),
  tanhIntegrator({ tau: 30 }),
];

describe("read-outs of several populations", () => {
  test.each(all)("are equal in chunks, parts and single steps: %j", async (integrator) => {
    const record = { readouts: { out: true, both: true, mean: true, some: true } } as const;
    const whole = await simulate(noisy(integrator), { dt: 0.5, duration: 60, record });
    const cut = await inChunks(noisy(integrator), 7, { dt: 0.5, precision: "f32" });
    const chunked = await cut.run({ duration: 60, record });
    for (const name of names) expect(chunked.readouts[name].values).toEqual(whole.readouts[name].values);
    cut.dispose();
    const one = await compile(noisy(integrator), { dt: 0.5 });
    await one.run({ duration: 20, record });
    const two = await compile(noisy(integrator), { dt: 0.5 });
    two.restore(one.snapshot());
    const rest = await two.run({ duration: 40, record });
    for (const name of names) {
      const { values } = whole.readouts[name];
      const columns = values.length / 120;
      expect([...rest.readouts[name].values]).toEqual([...values.slice(40 * columns)]);
    }
    const three = await compile(noisy(integrator), { dt: 0.5 });
    for (let step = 0; step < 120; step++) {
      const { readouts } = three.step();
      for (const name of names) {
        const now = readouts[name] as number | Float64Array;
        const list = typeof now === "number" ? [now] : [...now];
        const { values } = whole.readouts[name];
        expect(list).toEqual([...values.slice(step * list.length, (step + 1) * list.length)]);
      }
    }
    expect(whole.readouts.out.values.some((value) => value !== 0)).toBe(true);
    for (const each of [one, two, three]) each.dispose();
  });

  test("read the same as one population at a time, in the order of the names", async () => {
    const network = brain({
      populations: { a: PoissonSource({ units: [3], rate: 90 }), b: PoissonSource({ units: [2], rate: 90 }) },
      readouts: {
        both: { from: ["b", "a"], tau: 5 },
        a: { from: "a", tau: 5 },
        b: { from: "b", tau: 5 },
      },
    });
    const record = { readouts: { both: true, a: true, b: true } } as const;
    const { readouts } = await simulate(network, { dt: 1, duration: 100, record });
    for (let step = 0; step < 100; step++) {
      expect([...readouts.both.values.slice(5 * step, 5 * step + 5)]).toEqual([
        ...readouts.b.values.slice(2 * step, 2 * step + 2),
        ...readouts.a.values.slice(3 * step, 3 * step + 3),
      ]);
    }
  });

  test("give each unit to the output that the map names", async () => {
    const replayed = (map: readonly number[] | undefined) =>
      simulate(
        brain({
          populations: { a: SpikeReplay({ units: [5] }) },
          readouts: {
            out: { from: "a", integrator: exponentialIntegrator({ outputs: 2, smooth: false, ...(map && { map }) }) },
          },
        }),
        {
          dt: 1,
          duration: 1,
          inputs: { a: { inSpikes: { events: { steps: [1, 1], units: [2, 3] } } } },
          record: { readouts: { out: true } },
        },
      );
    const gain = (size: number): number => ((1 - Math.exp(-1 / 5)) * 20) / size;
    const values = async (map?: readonly number[]) => [...(await replayed(map)).readouts.out.values];
    // The first group has three units, the second two.
    for (const [k, wanted] of [gain(3), gain(2)].entries()) expect((await values())[k]).toBeCloseTo(wanted, 12);
    for (const [k, wanted] of [0, 2 * gain(2)].entries()) {
      expect((await values([0, 0, 1, 1, 0]))[k]).toBeCloseTo(wanted, 12);
    }
  });
});

describe("an integrator is refused", () => {
  const refused = (readout: object): string => {
    try {
      brain({
        populations: { a: PoissonSource({ units: [3] }), b: PoissonSource({ units: [2] }) },
        readouts: { out: readout as never },
      });
      return "It was accepted.";
    } catch (error) {
      return (error as Error).message;
    }
  };

  test.each([
    [
      { from: "a", integrator: { exponential: { outputs: 4 } } },
      "brain.readouts.out.integrator.exponential.outputs must be at most the number of units, 3; received 4. Use fewer.",
    ],
    [
      { from: "a", integrator: { exponential: {} } },
      "brain.readouts.out.integrator.exponential.outputs is missing. Give a number.",
    ],
    [
      { from: "a", integrator: tanhIntegrator() },
      "brain.readouts.out.from must name two populations for a tanh integrator; received a. Name both.",
    ],
    [
      { from: "a", tau: 3, integrator: exponentialIntegrator({ outputs: 1 }) },
      "brain.readouts.out.tau cannot be combined with an integrator. Remove one of them.",
    ],
    [
      { from: "a", integrator: exponentialIntegrator({ outputs: 2, map: [0, 1] }) },
      "brain.readouts.out.integrator.exponential.map must contain 3 outputs, one per unit; received 2. Give one per unit.",
    ],
    [
      { from: "a", integrator: exponentialIntegrator({ outputs: 2, map: [0, 2, 1] }) },
      "brain.readouts.out.integrator.exponential.map[1] must be a whole number from 0 to 1; received 2. Count outputs from 0.",
    ],
    [
      { from: "a", integrator: exponentialIntegrator({ outputs: 2, map: [0, 0, 0] }) },
      "brain.readouts.out.integrator.exponential.map has no unit for output 1. Give each output a unit, or use fewer outputs.",
    ],
    [
      { from: "a", integrator: { exponentail: { outputs: 2 } } },
      'brain.readouts.out.integrator must name one integrator; received "exponentail". Did you mean "exponential"?',
    ],
    [{ from: ["a", "a"] }, 'brain.readouts.out.from[1] must not repeat a population; received "a" again. Remove it.'],
    [{ from: ["a", "c"] }, 'brain.readouts.out.from[1] must be the name of a population; received "c". Known: a, b.'],
    [{ from: [] }, "brain.readouts.out.from must name a population; received an empty list. Name a population: a, b."],
  ])("%j", (readout, message) => {
    expect(refused(readout)).toBe(message);
  });
});
