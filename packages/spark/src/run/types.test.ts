import { describe, expect, expectTypeOf, it } from "vitest";
import type { Component } from "../model/component.ts";
import type { RecordOptions } from "../record/options.ts";
import type { SpikeRecording, TraceRecording } from "../record/recordings.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../somas/leaky.ts";
import { compile, simulate } from "./simulate.ts";

/* What the compiler refuses here, it must refuse: an unused @ts-expect-error is an error of its own. */
const duration = 1;

describe("the type of a run", () => {
  it("has exactly what was recorded", async () => {
    const run = await simulate(AdaptiveLeakySoma(), {
      duration,
      record: { outSpikes: true, adaptation: { every: 1, units: [0] }, rate: { bin: 1 }, potential: false },
    });
    expectTypeOf(run.outSpikes).toEqualTypeOf<SpikeRecording>();
    expectTypeOf(run.adaptation).toEqualTypeOf<TraceRecording>();
    expectTypeOf(run.rate).toEqualTypeOf<TraceRecording>();
    // @ts-expect-error It was not asked for.
    expect(run.age).toBeUndefined();
    // @ts-expect-error It was declined.
    expect(run.potential).toBeUndefined();
    const bare = await simulate(LeakySoma(), { duration });
    // @ts-expect-error Nothing was asked for.
    expect(bare.potential).toBeUndefined();
  });

  it("says what depends on a value that is known later", async () => {
    const wanted = Math.random() < 2;
    const run = await simulate(LeakySoma(), { duration, record: { potential: wanted } });
    expectTypeOf(run.potential).toEqualTypeOf<TraceRecording | undefined>();
    const record: RecordOptions<"potential"> = { potential: true };
    const other = await simulate(LeakySoma(), { duration, record });
    expectTypeOf(other.potential).toEqualTypeOf<TraceRecording | undefined>();
  });

  it("is the same for runs of a simulation", async () => {
    const simulation = await compile(LeakySoma());
    const run = await simulation.run({ duration, record: { potential: true } });
    expectTypeOf(run.potential).toEqualTypeOf<TraceRecording>();
    // @ts-expect-error A leaky soma has no age.
    await expect(simulation.run({ duration, record: { age: true } })).rejects.toThrow("record.age is unknown.");
    simulation.dispose();
  });

  it("takes any record of a component that is known only at run time", async () => {
    const component: Component = LeakySoma();
    const record: RecordOptions = { potential: true, rate: { bin: 1 } };
    const run = await simulate(component, { duration, record });
    expect(run["potential"]).toMatchObject({ name: "potential" });
  });
});

describe("the compiler refuses", () => {
  const refused = async (call: Promise<unknown>, message: string): Promise<void> => {
    await expect(call).rejects.toThrow(message);
  };

  it("records that the component does not have", async () => {
    // @ts-expect-error
    await refused(simulate(LeakySoma(), { duration, record: { adaptation: true } }), "record.adaptation is unknown.");
    // @ts-expect-error
    await refused(simulate(LeakySoma(), { duration, record: { outSpike: true } }), "record.outSpike is unknown.");
    // @ts-expect-error
    const rate = simulate(LeakySoma(), { duration, record: { rate: true } });
    await refused(rate, "record.rate needs the width of its bins.");
  });

  it("options that a record does not have", async () => {
    // @ts-expect-error
    const evry = simulate(LeakySoma(), { duration, record: { potential: { every: 1, evry: 2 } } });
    await refused(evry, "record.potential.evry is unknown.");
    // @ts-expect-error
    const every = simulate(LeakySoma(), { duration, record: { outSpikes: { every: 2 } } });
    await refused(every, "record.outSpikes.every is unknown.");
  });

  it("options and inputs that there are not, and wrong ports", async () => {
    // @ts-expect-error
    await refused(simulate(LeakySoma(), { duration, durations: 4 }), "simulate.durations is unknown.");
    // @ts-expect-error
    await refused(simulate(LeakySoma(), { duration, inputs: { curent: 4 } }), "inputs.curent is unknown.");
    // @ts-expect-error
    await refused(simulate(LeakySoma(), { duration, inputs: { current: "high" } }), "inputs.current");
    // @ts-expect-error
    await refused(simulate(LeakySoma(), { duration, initial: { age: 3 } }), "initial.age is unknown.");
    // @ts-expect-error
    await refused(compile(LeakySoma(), { dtype: "f16" }), "compile.dtype");
  });
});
