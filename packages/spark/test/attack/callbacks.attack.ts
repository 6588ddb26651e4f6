import fc from "fast-check";
import { afterAll, beforeAll, expect } from "vitest";
import { compile, LeakySoma, simulate } from "../../src/entries/index.ts";
import { attack } from "./attack.test-support.ts";

/** How a callback fails: at once, by a rejection, or by never ending. */
const ways = ["throws", "rejects", "never ends"] as const;
const cases = fc.record({
  where: fc.constantFrom("open", "spikes", "rows", "close", "progress", "next", "return"),
  way: fc.constantFrom(...ways),
  /** Calls that succeed before. */
  after: fc.nat(6),
  units: fc.integer({ min: 1, max: 300 }),
  duration: fc.integer({ min: 3, max: 3000 }),
});

const unhandled: unknown[] = [];
const listen = (reason: unknown): void => void unhandled.push(reason);
beforeAll(() => void process.on("unhandledRejection", listen));
afterAll(() => void process.off("unhandledRejection", listen));

const wait = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));
const record = { outSpikes: true, potential: { every: 3 } } as const;
const common = { dt: 1, seed: 2 } as const;

attack(
  "a callback that fails ends the run soon, and the simulation goes on with the same bits",
  cases,
  async (given) => {
    const { where, way, after, units, duration } = given;
    const failure = new Error(`${where} ${way}`);
    let calls = 0;
    const failing =
      (name: string, good: () => unknown = () => undefined) =>
      (): never => {
        if (name !== where || calls++ < after) return good() as never;
        if (way === "throws") throw failure;
        return (way === "rejects" ? Promise.reject(failure) : new Promise(() => {})) as never;
      };
    const model = LeakySoma({ units: [units], potentialTau: { uniform: { min: 10, max: 30 } } });
    const simulation = await compile(model, common);
    const names = ["open", "spikes", "rows", "close"] as const;
    const sink = names.includes(where as never)
      ? Object.fromEntries(names.map((name) => [name, failing(name)]))
      : undefined;
    const current =
      where === "next" || where === "return"
        ? {
            [Symbol.asyncIterator]: () => ({
              next: failing("next", async () => ({ value: 300, done: false })),
              return: failing("return", async () => ({ value: undefined, done: true })),
            }),
          }
        : 300;
    const stop = new AbortController();
    const abort = way === "never ends" ? setTimeout(() => stop.abort(), 30) : undefined;
    const options = { duration, inputs: { current }, record, progress: failing("progress"), signal: stop.signal };
    const running = simulation.run({ ...options, ...(sink && { sink }) } as never).then(
      () => undefined,
      (error: unknown) => error as Error & { readonly partial?: { readonly steps: number } },
    );
    const error = await Promise.race([running, wait(10_000).then(() => "still running" as const)]);
    clearTimeout(abort);
    if (error === "still running") throw new Error("The run does not end.");
    if (error) {
      expect(error).toBe(failure);
      expect(error.partial?.steps).toBe(simulation.stepCount);
    }
    // The simulation stands where the run ended, and gives what a whole run gives.
    const done = simulation.stepCount;
    const rest = await simulation.run({ duration: 50, inputs: { current: 300 }, record: { outSpikes: true } });
    const whole = await simulate(model, { ...common, duration: done + 50, inputs: { current: 300 }, record });
    expect([...rest.outSpikes.steps]).toEqual([...whole.outSpikes.steps].filter((step) => step > done));
    simulation.dispose();
    expect(unhandled).toEqual([]);
  },
);
