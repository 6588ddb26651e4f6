import { describe, expect, it } from "vitest";
import { brain } from "../graph/brain.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { inChunks, KeepingSink, mixed } from "./run.test-support.ts";
import { compile, simulate } from "./simulate.ts";

interface Partial {
  readonly steps: number;
  readonly duration: number;
  readonly complete: boolean;
  readonly stoppedBy: string;
  readonly outSpikes: { readonly count: number; readonly steps: Uint32Array };
  readonly potential: { readonly steps: Float64Array };
}
type Failure = Error & { readonly partial: Partial };

const failureOf = async (run: Promise<unknown>): Promise<Failure> => {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Failure;
};
const soma = mixed(37);
const record = { outSpikes: true, potential: { every: 7 } } as const;
const never = (): Promise<void> => new Promise(() => {});

describe("a run whose surroundings fail", () => {
  it("is returned with a warning if only closing its input fails", async () => {
    const current = {
      [Symbol.iterator]: () => ({
        next: () => ({ value: 300, done: false as const }),
        return: () => {
          throw new Error("socket already closed");
        },
      }),
    };
    const run = await simulate(LeakySoma(), { duration: 100, inputs: { current }, record: { outSpikes: true } });
    expect(run).toMatchObject({ complete: true, steps: 100 });
    expect(run.warnings).toEqual(["Closing an input failed after the run: socket already closed"]);
    const stopped = simulate(LeakySoma(), {
      duration: 100,
      inputs: { current },
      progress: () => {
        throw new Error("first");
      },
    });
    await expect(stopped).rejects.toThrow("first");
  });

  it("puts its records into the error of an input, a sink or a callback", async () => {
    const whole = await simulate(soma, { duration: 100, dt: 0.1, inputs: { current: 300 }, record });
    const broken = function* (): Generator<number> {
      for (let step = 0; step < 500; step++) yield 300;
      throw new Error("sensor lost");
    };
    const simulation = await inChunks(soma, 20);
    const failed = await failureOf(simulation.run({ duration: 100, inputs: { current: broken() }, record }));
    expect(failed.message).toBe("sensor lost");
    const { partial } = failed;
    expect(partial).toMatchObject({ complete: false, stoppedBy: "error" });
    expect(partial.steps).toBe(simulation.stepCount);
    expect(partial.steps).toBeGreaterThan(400);
    const kept = whole.outSpikes.steps.filter((step) => step <= partial.steps);
    expect(partial.outSpikes.steps).toEqual(kept);
    expect(partial.potential.steps).toHaveLength(Math.floor(partial.steps / 7));
    expect(Object.keys(failed)).not.toContain("partial");
    const late = failureOf(
      simulate(soma, {
        duration: 100,
        dt: 0.1,
        inputs: { current: 300 },
        record,
        progress: ({ fraction }) => {
          if (fraction === 1) throw new Error("drawing failed");
        },
      }),
    );
    expect((await late).partial.outSpikes).toEqual(expect.objectContaining({ count: whole.outSpikes.count }));
    const closing = Object.assign(new KeepingSink(), { close: () => Promise.reject(new Error("disk full")) });
    const ended = await failureOf(simulate(soma, { duration: 10, inputs: { current: 300 }, record, sink: closing }));
    expect(ended.partial).toMatchObject({ steps: 10, stoppedBy: "error" });
    // Other errors stay as they were thrown.
    const text = simulate(soma, {
      duration: 10,
      progress: () => {
        throw "a text";
      },
    });
    await expect(text).rejects.toBe("a text");
  });

  it("fails with the rejection of a progress callback, which is never unhandled", async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", listen);
    try {
      const progress = async (): Promise<void> => {
        throw new Error("the page is gone");
      };
      const failed = await failureOf(simulate(soma, { duration: 10, inputs: { current: 300 }, record, progress }));
      expect(failed.message).toBe("the page is gone");
      expect(failed.partial.steps).toBe(10);
      // A promise that never settles does not delay the run.
      await simulate(soma, { duration: 10, progress: never });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", listen);
    }
  });

  it("closes every sink, even if one of them cannot be closed", async () => {
    const network = brain({ populations: { a: LeakySoma({ units: [1] }), b: LeakySoma({ units: [1] }) } });
    const sinks = { a: new KeepingSink(), b: new KeepingSink() };
    sinks.a.close = () => {
      throw new Error("disk full");
    };
    const run = simulate(network, {
      duration: 10,
      record: { a: { outSpikes: true }, b: { outSpikes: true } },
      sink: sinks,
    });
    await expect(run).rejects.toThrow("disk full");
    expect(sinks.b.calls).toEqual(["open", "close true"]);
  });
});

describe("an abort", () => {
  for (const method of ["open", "spikes", "rows", "close"] as const) {
    it(`does not wait for a sink whose ${method} never settles`, async () => {
      const stop = new AbortController();
      const simulation = await compile(LeakySoma({ units: [100] }));
      const sink = Object.assign(new KeepingSink(), { [method]: never });
      setTimeout(() => stop.abort(), 50);
      const running = simulation.run({
        duration: method === "close" ? 10 : 1e6,
        inputs: { current: 300 },
        record: { outSpikes: true, potential: { every: 10 } },
        sink,
        signal: stop.signal,
      });
      const late = new Promise((_, reject) => setTimeout(reject, 5000, new Error("still running")));
      const run = await Promise.race([running, late]);
      if (method !== "close") expect(run).toMatchObject({ stoppedBy: "abort", complete: false });
      expect((run as { warnings: string[] }).warnings).toEqual([expect.stringContaining("A sink did not finish")]);
      await simulation.run({ duration: 1 });
    });
  }

  it("does not wait for an input that cannot be closed", async () => {
    const stop = new AbortController();
    const current = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ value: 300, done: false as const }),
        return: never as never,
      }),
    };
    setTimeout(() => stop.abort(), 100);
    const running = simulate(LeakySoma(), { duration: 10, inputs: { current }, signal: stop.signal });
    const late = new Promise((_, reject) => setTimeout(reject, 5000, new Error("still running")));
    expect(await Promise.race([running, late])).toMatchObject({ complete: true, steps: 10 });
  });

  it("closes a slow sink after its last call, without an overlap", async () => {
    const stop = new AbortController();
    const calls: string[] = [];
    let closed: (value: unknown) => void;
    const ended = new Promise((resolve) => {
      closed = resolve;
    });
    const sink = Object.assign(new KeepingSink(), {
      spikes: async () => {
        calls.push("begin");
        stop.abort();
        await new Promise((resolve) => setTimeout(resolve, 200));
        calls.push("end");
      },
      close: (complete: boolean) => {
        calls.push(`close ${complete}`);
        closed(undefined);
      },
    });
    const options = { duration: 1000, inputs: { current: 300 }, record: { outSpikes: true }, sink } as const;
    const run = await simulate(LeakySoma({ units: [10] }), { ...options, signal: stop.signal });
    expect(run.stoppedBy).toBe("abort");
    expect(calls).toEqual(["begin"]);
    await ended;
    expect(calls).toEqual(["begin", "end", "close false"]);
  });
});

describe("a sink with a grace", () => {
  it("gets that time after an abort to finish its work", async () => {
    const stop = new AbortController();
    const sink = Object.assign(new KeepingSink(), {
      grace: 10_000,
      spikes: async () => {
        stop.abort();
        await new Promise((resolve) => setTimeout(resolve, 300));
      },
    });
    const run = await simulate(LeakySoma({ units: [10] }), {
      duration: 1000,
      inputs: { current: 300 },
      record: { outSpikes: true },
      sink,
      signal: stop.signal,
    });
    expect([run.stoppedBy, run.warnings]).toEqual(["abort", []]);
    expect(sink.calls.at(-1)).toBe("close false");
  });
});

describe("a run that exceeds its memory", () => {
  it("ends all its records with the same step, which is that of partial.steps", async () => {
    const network = brain({
      populations: { a: LeakySoma({ units: [2000] }), c: LeakySoma({ units: [2000] }) },
      readouts: { r: { from: "a", tau: 20, mean: true } },
    });
    const options = {
      duration: 5000,
      dt: 0.1,
      inputs: { a: { current: 900 }, c: { current: 290 } },
      record: { a: { outSpikes: true }, c: { outSpikes: true, rate: { bin: 0.1 } }, readouts: { r: true } },
    } as const;
    type Part = Pick<Partial, "outSpikes"> & { readonly rate: Partial["potential"] };
    const run = simulate(network, { ...options, memory: 25e6 } as never);
    const { partial, message } = (await failureOf(run)) as never as {
      message: string;
      partial: Partial & { a: Part; c: Part; readouts: { r: Partial["potential"] } };
    };
    const { steps } = partial;
    expect(partial).toMatchObject({ stoppedBy: "memory", duration: Number((steps * 0.1).toFixed(1)) });
    expect(message).toContain(`outSpikes ends with step ${steps}.`);
    const full = await simulate(network, { ...options, duration: Number((steps * 0.1).toFixed(1)) } as never);
    for (const name of ["a", "c"] as const) {
      expect(partial[name].outSpikes.steps).toEqual((full as never as typeof partial)[name].outSpikes.steps);
    }
    expect(partial.c.rate.steps).toHaveLength(steps);
    expect(partial.readouts.r.steps).toHaveLength(steps);
  });

  it("passes no later records to the sinks of other populations", async () => {
    const network = brain({ populations: { a: LeakySoma({ units: [2000] }), c: LeakySoma({ units: [20] }) } });
    const sink = new KeepingSink();
    const run = simulate(network, {
      duration: 5000,
      dt: 0.1,
      memory: 12e6,
      inputs: { a: { current: 900 }, c: { current: 900 } },
      record: { a: { outSpikes: true }, c: { outSpikes: true, potential: { every: 3 } } },
      sink: { c: sink },
    });
    const { partial } = await failureOf(run);
    expect(sink.steps.at(-1)).toBeLessThanOrEqual(partial.steps);
    expect(sink.rowSteps["potential"]!.at(-1)).toBe(Math.floor(partial.steps / 3) * 3);
    expect(sink.calls).toEqual(["open", "close false"]);
  });
});
