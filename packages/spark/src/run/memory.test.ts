import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryError } from "../errors/errors.ts";
import type { RecordOptions } from "../record/options.ts";
import { LeakySoma } from "../somas/leaky.ts";
import type { Run } from "./model.ts";
import { events, KeepingSink } from "./run.test-support.ts";
import { simulate } from "./simulate.ts";

type Failure = MemoryError & { readonly partial?: Run<{ outSpikes: true; potential: true }> };

/** The error that a run ends with, if any; `duration` is never reached by a run that fits. */
const failureOf = async (
  units: number,
  duration: number,
  memory: number,
  record: RecordOptions<"potential">,
): Promise<MemoryError | undefined> => {
  const signal = AbortSignal.abort();
  const run = simulate(LeakySoma({ units: [units] }), { duration, memory, signal, record: record as never });
  return run.then(
    () => undefined,
    (error: MemoryError) => error,
  );
};

describe("the memory budget", () => {
  it("refuses a run beforehand and says what takes how much and how to get below", async () => {
    const record = { potential: true, rate: { bin: 1 } } as const;
    const failure = await failureOf(1000, 10_000, 20e6, record);
    expect(failure).toBeInstanceOf(MemoryError);
    expect(failure?.message).toMatchInlineSnapshot(
      `"memory must be at least 54.6 MB for this run (simulation 527936 bytes, potential 40.2 MB, rate 240000 bytes); received 20.0 MB. Multiply record.potential.every by 3, record fewer units or a shorter window, use reduce, stream to files with a sink, or raise memory to 54600000."`,
    );
  });

  it.each([2 ** 53, 1e300, Infinity])("of %d bytes is no limit", async (memory) => {
    const options = { duration: 300, inputs: { current: 300 }, record: { outSpikes: true } } as const;
    const usual = await simulate(LeakySoma({ units: [3] }), options);
    const run = await simulate(LeakySoma({ units: [3] }), { ...options, memory });
    expect(run.outSpikes.count).toBe(usual.outSpikes.count);
    expect(run.outSpikes.count).toBeGreaterThan(0);
  });

  it("is met when its advice is followed", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1000, max: 20_000 }),
        fc.integer({ min: 5, max: 30 }),
        async (units, duration, megabytes) => {
          const memory = megabytes * 1e6;
          const failure = await failureOf(units, duration, memory, { potential: true });
          if (!failure) return;
          const enough = Number(/raise memory to (\d+)\./.exec(failure.message)?.[1]);
          expect(await failureOf(units, duration, enough, { potential: true })).toBeUndefined();
          const rarer = /Multiply record\.potential\.every by (\d+)/.exec(failure.message)?.[1];
          if (rarer === undefined) return;
          expect(await failureOf(units, duration, memory, { potential: { every: Number(rarer) } })).toBeUndefined();
        },
      ),
      { numRuns: 60 },
    );
  });

  it("lets a sink take what would not fit", async () => {
    const sink = new KeepingSink();
    const options = { duration: 3000, memory: 3e5, record: { potential: true } } as const;
    await expect(simulate(LeakySoma({ units: [30] }), options)).rejects.toThrow(MemoryError);
    await simulate(LeakySoma({ units: [30] }), { ...options, sink });
    expect(sink.rowSteps["potential"]).toHaveLength(3000);
  });

  it("counts machines that are too large by themselves", async () => {
    const failure = await failureOf(100_000, 10, 1e5, {});
    expect(failure?.message).toBe(
      "memory must be at least 600000 bytes for this run (simulation 412544 bytes); received 100000 bytes. Use fewer units, or raise memory to 600000.",
    );
  });

  it("ends a run whose spikes outgrow it, with what was recorded in the error", async () => {
    const soma = LeakySoma({ units: [500], threshold: -59 });
    const options = { duration: 2000, inputs: { current: 1e6 } } as const;
    const run = simulate(soma, {
      ...options,
      memory: 4e6,
      record: { outSpikes: true, potential: { units: [7], every: 100 } },
    });
    const failure = (await run.catch((error: unknown) => error)) as Failure;
    expect(failure).toBeInstanceOf(MemoryError);
    const { partial } = failure;
    const last = Number(/outSpikes ends with step (\d+)\./.exec(failure.message)?.[1]);
    expect(partial).toMatchObject({ complete: false, stoppedBy: "memory" });
    expect(partial!.steps).toBeGreaterThanOrEqual(last);
    expect(partial!.steps).toBeLessThan(2000);
    expect(partial!.outSpikes.count).toBe(500 * last);
    expect(partial!.outSpikes.count * 12).toBeLessThan(4e6);
    const full = await simulate(soma, { ...options, record: { outSpikes: true } });
    expect(events(partial!.outSpikes)).toEqual(events(full.outSpikes).slice(0, 500 * last));
    expect(partial!.potential.steps.at(-1)).toBe(Math.floor(partial!.steps / 100) * 100);
  });

  it("plans room for records of few steps of many units", async () => {
    const record = { potential: { every: 1000 } } as const;
    const run = await simulate(LeakySoma({ units: [200_000] }), { duration: 1000, memory: 1e7, record });
    expect(run.potential.values).toHaveLength(200_000);
  });
});
