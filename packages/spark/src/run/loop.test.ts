import { describe, expect, it } from "vitest";
import { LeakySoma } from "../somas/leaky.ts";
import { nextRows } from "./loop.ts";
import type { Progress } from "./options.ts";
import { events, inChunks, KeepingSink, mixed } from "./run.test-support.ts";
import { compile, simulate } from "./simulate.ts";

const soma = mixed(50);
const inputs = { current: 300 } as const;
const record = { outSpikes: true, potential: { units: [1, 49], every: 3 }, rate: { bin: 1 } } as const;

describe("progress", () => {
  it("ascends to 1 with a finite time left", async () => {
    const seen: Progress[] = [];
    // Each chunk takes longer than the interval between reports.
    const current = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
    await (await inChunks(soma, 10)).run({
      duration: 6,
      inputs: { current },
      progress: (progress) => seen.push(progress),
    });
    expect(seen.length).toBeGreaterThan(1);
    seen.forEach(({ step, steps, fraction, elapsed, remaining }, k) => {
      expect(steps).toBe(60);
      expect(fraction).toBe(step / 60);
      expect(fraction).toBeGreaterThan(seen[k - 1]?.fraction ?? 0);
      expect(elapsed).toBeGreaterThan(seen[k - 1]?.elapsed ?? 0);
      expect(Number.isFinite(remaining)).toBe(true);
    });
    expect(seen.at(-1)).toMatchObject({ fraction: 1, remaining: 0 });
  });

  it("is reported once at the end of a short run", async () => {
    const seen: number[] = [];
    await simulate(soma, { duration: 1, progress: ({ fraction }) => seen.push(fraction) });
    expect(seen).toEqual([1]);
  });
});

describe("an abort", () => {
  /** Aborts when a function is asked for the chunk that begins with a step. */
  const stopAt = async (step: number, options: { readonly worker?: boolean } = {}) => {
    const stop = new AbortController();
    const current = ({ firstStep, values }: { firstStep: number; values: Float32Array | Float64Array }): void => {
      values.fill(300);
      if (firstStep >= step) stop.abort();
    };
    const simulation = await inChunks(soma, 16, options);
    const run = await simulation.run({ duration: 1000, inputs: { current }, record, signal: stop.signal });
    return { run, simulation };
  };

  for (const worker of [false, true]) {
    it(`stops at the next chunk and keeps what was recorded${worker ? ", in a worker" : ""}`, async () => {
      const { run, simulation } = await stopAt(200, { worker });
      expect(run).toMatchObject({ complete: false, stoppedBy: "abort" });
      expect(run.steps).toBeGreaterThan(200);
      expect(run.steps).toBeLessThanOrEqual(232);
      expect(simulation.stepCount).toBe(run.steps);
      const full = await (await inChunks(soma, 4096)).run({ duration: 40, inputs, record });
      expect(events(run.outSpikes)).toEqual(events(full.outSpikes).filter(([step]) => step <= run.steps));
      expect(run.potential.values).toEqual(full.potential.values.subarray(0, 2 * Math.floor(run.steps / 3)));
      expect(run.rate.values).toEqual(full.rate.values.subarray(0, Math.floor(run.steps / 10)));
      const rest = await simulation.run({ duration: 40 - simulation.time, inputs, record: { outSpikes: true } });
      expect([...events(run.outSpikes), ...events(rest.outSpikes)]).toEqual(events(full.outSpikes));
      simulation.dispose();
    });
  }

  it("within the progress callback stops the run there", async () => {
    const stop = new AbortController();
    const reported: number[] = [];
    const run = await simulate(soma, {
      duration: 10_000_000,
      dt: 0.1,
      inputs,
      record: { rate: { bin: 100 } },
      signal: stop.signal,
      progress: ({ step }) => {
        reported.push(step);
        stop.abort();
      },
    });
    expect(run.complete).toBe(false);
    expect(reported).toEqual([run.steps]);
    expect(run.rate.steps).toHaveLength(Math.floor(run.steps / 1000));
  });

  it("before the run leaves nothing done", async () => {
    const run = await simulate(soma, { duration: 10, signal: AbortSignal.abort(), record: { outSpikes: true } });
    expect(run).toMatchObject({ steps: 0, complete: false, stoppedBy: "abort" });
    expect(run.outSpikes.count).toBe(0);
  });

  it("does not wait for data that never comes", async () => {
    const stop = new AbortController();
    let closed = false;
    const current: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => {
        let given = 0;
        return {
          next: () => {
            if (given++ < 5) return Promise.resolve({ done: false, value: 300 });
            setTimeout(() => stop.abort(), 1);
            return new Promise(() => {});
          },
          return: () => {
            closed = true;
            return new Promise(() => {});
          },
        };
      },
    };
    const run = await simulate(soma, { duration: 10, inputs: { current }, signal: stop.signal });
    expect(run).toMatchObject({ complete: false, stoppedBy: "abort" });
    expect(closed).toBe(true);
  });
});

describe("an input", () => {
  it("that ends early ends the run, with what there was", async () => {
    const sink = new KeepingSink();
    const data = async function* (): AsyncGenerator<number> {
      for (let k = 0; k < 250; k++) yield 300;
    };
    const run = await simulate(LeakySoma(), {
      duration: 1000,
      dt: 0.1,
      inputs: { current: data() },
      record: { outSpikes: true },
    });
    expect(run).toMatchObject({ steps: 250, duration: 25, complete: false, stoppedBy: "input" });
    expect([...run.outSpikes.steps]).toEqual([220]);
    await simulate(LeakySoma(), { duration: 1000, dt: 0.1, inputs: { current: data() }, record: {}, sink });
    expect(sink.calls).toEqual(["open", "close false"]);
  });

  it("that lasts as long as the run leaves it complete", async () => {
    const run = await simulate(LeakySoma(), { duration: 3, inputs: { current: [1, 2, 3].values() } });
    expect(run).toMatchObject({ steps: 3, complete: true });
  });

  for (const worker of [false, true]) {
    it(`that throws ends the run, closes the sink and leaves the simulation usable${worker ? ", in a worker" : ""}`, async () => {
      const sink = new KeepingSink();
      const simulation = await inChunks(soma, 8, { worker });
      const current = ({ firstStep, values }: { firstStep: number; values: Float32Array | Float64Array }): void => {
        if (firstStep >= 100) throw new RangeError("no more");
        values.fill(300);
      };
      await expect(simulation.run({ duration: 50, inputs: { current }, record, sink })).rejects.toThrow(
        new RangeError("no more"),
      );
      expect(sink.calls).toEqual(["open", "close false"]);
      const done = simulation.stepCount;
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThanOrEqual(107);
      const rest = await simulation.run({ duration: 50 - simulation.time, inputs, record: { outSpikes: true } });
      const full = await (await inChunks(soma, 4096)).run({ duration: 50, inputs, record: { outSpikes: true } });
      expect(events(rest.outSpikes)).toEqual(events(full.outSpikes).filter(([step]) => step > done));
      simulation.dispose();
    });
  }

  it("is closed when another one throws", async () => {
    let closed = 0;
    const endless = function* (): Generator<number> {
      try {
        for (;;) yield 1;
      } finally {
        closed++;
      }
    };
    const fail = (): void => {
      throw new Error("broken");
    };
    const sum = { sum: [endless(), fail] };
    await expect(simulate(LeakySoma(), { duration: 10, inputs: { current: sum } })).rejects.toThrow("broken");
    expect(closed).toBe(1);
  });
});

describe("a sink", () => {
  it("gets all that memory would have kept", async () => {
    const sink = new KeepingSink();
    const run = await (await inChunks(soma, 37)).run({ duration: 50, inputs, record, sink });
    const kept = await (await inChunks(soma, 4096)).run({ duration: 50, inputs, record });
    expect(sink.steps).toEqual([...kept.outSpikes.steps]);
    expect(sink.units).toEqual([...kept.outSpikes.units]);
    expect(sink.values["potential"]).toEqual([...kept.potential.values]);
    expect(sink.rowSteps["potential"]).toEqual([...kept.potential.steps]);
    expect(sink.values["rate"]).toEqual([...kept.rate.values]);
    expect(sink.calls).toEqual(["open", "close true"]);
    expect(run.outSpikes.count).toBe(0);
  });

  it("gets more spikes than it may hold at once in parts", async () => {
    const sink = new KeepingSink();
    const busy = LeakySoma({ units: [3000], threshold: -59, potentialReset: -50 });
    await simulate(busy, { duration: 100, inputs: { current: 1e6 }, record: { outSpikes: true }, sink });
    expect(sink.steps).toHaveLength(300_000);
    expect(sink.longest).toBeLessThanOrEqual(65_536);
    expect(sink.steps.every((step, k) => step === Math.floor(k / 3000) + 1 && sink.units[k] === k % 3000)).toBe(true);
  });

  for (const method of ["open", "spikes", "rows", "close"] as const) {
    it(`whose ${method} fails ends the run, and is closed where it was open`, async () => {
      const simulation = await inChunks(soma, 20);
      const sink = new KeepingSink();
      const fail = Object.assign(sink, {
        [method]: () => {
          sink.calls.push(method);
          return Promise.reject(new Error("disk full"));
        },
      });
      await expect(simulation.run({ duration: 50, inputs, record, sink: fail })).rejects.toThrow("disk full");
      const closing = {
        open: ["open"],
        spikes: ["open", "spikes", "close false"],
        rows: ["open", "rows", "close false"],
      };
      expect(sink.calls).toEqual(method === "close" ? ["open", "close"] : closing[method]);
      const before = simulation.stepCount;
      await simulation.run({ duration: 1 });
      expect(simulation.stepCount).toBe(before + 10);
    });
  }
});

describe("a simulation", () => {
  it("refuses two runs at once, and other calls meanwhile", async () => {
    const simulation = await compile(soma, { dt: 0.1 });
    const first = simulation.run({ duration: 50 });
    await expect(simulation.run({ duration: 50 })).rejects.toThrow("Simulation is running. Wait for run()");
    for (const call of [
      () => simulation.step(),
      () => simulation.reset(),
      () => simulation.snapshot(),
      () => simulation.current,
    ]) {
      expect(call).toThrow("Simulation is running.");
    }
    await first;
    expect(simulation.time).toBe(50);
  });

  for (const worker of [false, true]) {
    it(`that is disposed while it runs fails that run${worker ? ", in a worker" : ""}`, async () => {
      const simulation = await compile(soma, { dt: 0.1, worker });
      const sink = new KeepingSink();
      const progress = (): void => simulation.dispose();
      const run = simulation.run({ duration: 1e7, inputs, record: { rate: { bin: 100 } }, progress, sink });
      await expect(run).rejects.toThrow("Simulation was disposed while it ran.");
      expect(sink.calls).toEqual(["open", "close false"]);
    });
  }

  it("refuses to be used after dispose, but not to be disposed again", async () => {
    const simulation = await compile(soma, { dt: 0.1 });
    const snapshot = simulation.snapshot();
    simulation.step();
    simulation.dispose();
    simulation.dispose();
    const message = "Simulation was used after dispose(). Compile it again.";
    await expect(simulation.run({ duration: 1 })).rejects.toThrow(message);
    for (const call of [
      () => simulation.step(),
      () => simulation.reset(),
      () => simulation.snapshot(),
      () => simulation.restore(snapshot),
      () => simulation.current,
    ]) {
      expect(call).toThrow(message);
    }
  });
});

describe("the steps of the next chunk", () => {
  it("take a fiftieth of a second, by the speed of the last one, and grow fourfold at most", () => {
    expect(nextRows(100, 0.04, 1)).toBe(50);
    expect(nextRows(100, 0.0001, 1)).toBe(400);
    expect(nextRows(100, 0, 1)).toBe(400);
    expect(nextRows(4, 10, 1)).toBe(1);
  });

  it("are enough for blocks of units where that takes a twelfth of a second at most", () => {
    // 2.5 ms a step.
    expect(nextRows(8, 0.02, 32)).toBe(32);
    expect(nextRows(4, 0.01, 32)).toBe(16);
    // 10 ms a step.
    expect(nextRows(8, 0.08, 32)).toBe(8);
    expect(nextRows(8, 0.08, 4)).toBe(4);
    // 0.1 ms a step.
    expect(nextRows(200, 0.02, 32)).toBe(200);
  });
});
