import { describe, expect, it } from "vitest";
import { field } from "../config/field.ts";
import { oneToOne } from "../connectivity/rules/one-to-one.ts";
import { ConfigError, NonFiniteError } from "../errors/errors.ts";
import { add, gt, mul, quantity } from "../expr/verbs.ts";
import { brain } from "../graph/brain.ts";
import { float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { DeltaSynapse } from "../synapses/delta.ts";
import { isFiniteView } from "./finite.ts";
import type { Run } from "./model.ts";
import { compile, simulate } from "./simulate.ts";

/** A potential that is multiplied by a factor in each step; without a spike. */
const Growing = soma(
  "Growing",
  { factor: field(1, "1", "Factor of a step.") },
  {
    about: "A potential that grows.",
    state: () => ({ potential: float(1, "mV", "Potential.") }),
    step: (x) => ({
      spikes: gt(x.potential, quantity(Number.MAX_VALUE, "mV")),
      potential: add(add(mul(x.potential, x.factor), x.jump), mul(x.current, quantity(1, "GΩ"))),
    }),
  },
);

/** 2¹²⁸ is infinite in single precision. */
const doubling = Growing({ units: [40], factor: Array.from({ length: 40 }, (_, unit) => (unit === 33 ? 2 : 1)) });
const failureOf = (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (error: NonFiniteError & { readonly partial: Run<{ potential: true }> }) => error,
  );

describe("a state that becomes NaN or infinite", () => {
  for (const { backend, worker } of [
    { backend: "interpreter", worker: false },
    { backend: "wasm", worker: false },
    { backend: "wasm", worker: true },
  ] as const) {
    it(`is an error with unit, state and step (${backend}${worker ? " in a worker" : ""})`, async () => {
      const record = { potential: { units: [33] } };
      const failure = await failureOf(simulate(doubling, { duration: 250, dt: 0.5, backend, worker, record }));
      expect(failure).toBeInstanceOf(NonFiniteError);
      expect(failure).toMatchObject({ state: "potential", unit: 33, step: 128, population: undefined });
      expect(failure!.message).toBe(
        'Growing.potential of unit 33 became Infinity in step 128, which ends at 64 ms. Use a shorter dt, smaller inputs or smaller weights, or check the equations. nonFinite: "ignore" accepts such values.',
      );
      expect(failure!.partial).toMatchObject({ complete: false, stoppedBy: "error" });
      expect(failure!.partial.potential.values[126]).toBe(2 ** 127);
    });
  }

  it("is found in the first step and in the last one, in any run", async () => {
    const simulation = await compile(doubling, { dt: 1 });
    await simulation.run({ duration: 127 });
    expect(await failureOf(simulation.run({ duration: 1 }))).toMatchObject({ step: 128 });
    expect(() => simulation.snapshot()).toThrow("lost its state");
    simulation.reset();
    expect(await failureOf(simulation.run({ duration: 128 }))).toMatchObject({ step: 128 });
    simulation.reset();
    expect((await simulation.run({ duration: 127 })).complete).toBe(true);
    simulation.dispose();
  });

  it("is accepted on request", async () => {
    for (const backend of ["interpreter", "wasm"] as const) {
      const run = await simulate(doubling, {
        duration: 200,
        backend,
        nonFinite: "ignore",
        record: { potential: true },
      });
      expect(run.complete).toBe(true);
      expect(run.potential.values.at(-7)).toBe(Infinity);
    }
    await expect(simulate(doubling, { duration: 1, nonFinite: "no" as never })).rejects.toThrow(
      'nonFinite must be "error" or "ignore"; received "no". Omit it for an error.',
    );
    await expect(simulate(doubling, { duration: 1, nonFinite: null as never })).rejects.toThrow(ConfigError);
  });

  it("is located with inputs that can be repeated, and bounded with others", async () => {
    const times = Array.from({ length: 300 }, (_, k) => (k === 200 ? 3e38 : k === 201 ? 3e38 : 0));
    const given = { dt: 1, duration: 300 } as const;
    const series = { current: { series: times, interval: 1 } };
    expect(await failureOf(simulate(Growing(), { ...given, inputs: series }))).toMatchObject({ step: 202 });
    const fill = (chunk: { readonly firstStep: number; readonly values: Float32Array | Float64Array }): void =>
      chunk.values.set(times.slice(chunk.firstStep, chunk.firstStep + chunk.values.length));
    const failure = await failureOf(simulate(Growing(), { ...given, inputs: { current: fill as never } }));
    expect(failure?.message).toMatch(
      /^Growing.potential of unit 0 became Infinity after step \d+ and not later than step \d+, which ends at \d+ ms\. /,
    );
  });

  it("of a network is an error with its population, also by spikes in transit", async () => {
    const network = brain({
      populations: { calm: LeakySoma({ units: [3] }), wild: Growing({ units: [3] }) },
      projections: {
        out: { from: "calm", to: "wild", connect: oneToOne(), weight: 3e38, delay: 40, synapse: DeltaSynapse() },
      },
    });
    // Spikes at 3 and 60 ms: their jumps of 3e38 mV arrive 40 ms later, and the second one exceeds the range.
    const current = { series: Array.from({ length: 200 }, (_, k) => (k === 2 || k === 59 ? 1e6 : 0)), interval: 1 };
    for (const backend of ["interpreter", "wasm"] as const) {
      const options = { duration: 200, dt: 1, backend, inputs: { calm: { current } } };
      const failure = await failureOf(simulate(network, options));
      expect(failure).toMatchObject({ population: "wild", state: "potential", unit: 0, step: 100 });
      expect(failure!.message).toContain(
        "wild.potential of unit 0 became Infinity in step 100, which ends at 100 ms. ",
      );
      expect(failure!.message).toContain("2 more values are not finite.");
    }
  });

  it("is found anywhere in an array", () => {
    for (let length = 0; length < 12; length++) {
      const view = new Float32Array(length).fill(-1e38);
      expect(isFiniteView(view)).toBe(true);
      for (let k = 0; k < length; k++) {
        for (const bad of [Number.NaN, Infinity, -Infinity]) expect(isFiniteView(view.with(k, bad))).toBe(false);
      }
    }
    // The sum overflows.
    expect(isFiniteView(new Float64Array(20).fill(1e308))).toBe(true);
  });
});
