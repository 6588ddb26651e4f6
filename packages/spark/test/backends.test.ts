import { describe, expect, test } from "vitest";
import { AdaptiveLeakySoma, simulate, wasm } from "../src/entries/index.ts";
import { native, nativeAvailable } from "../src/entries/node.ts";

/* Backends by their names, as users choose them. conformance/simulate.test.ts compares the bits of all backends. */

const soma = AdaptiveLeakySoma({ units: [4133], potentialTau: { uniform: { min: 15, max: 25 } } });
const options = {
  duration: 100,
  dt: 0.1,
  inputs: { current: { ornsteinUhlenbeck: { mean: 260, std: 80, tau: 5 } } },
  record: { outSpikes: true, potential: { units: [0, 4132, 77], every: 7 }, adaptation: { every: 500 } },
} as const;
const found = nativeAvailable();
if (!found.available) console.info(`Native code is not tested through the public API. ${found.reason}`);

describe.runIf(found.available)("native code", () => {
  test("gives the bits of wasm on as many threads as there are processors", async () => {
    const wasm = await simulate(soma, options);
    const native = await simulate(soma, { ...options, backend: "native", threads: "all" });
    expect(native.backend).toBe("native");
    expect(native.outSpikes.steps).toEqual(wasm.outSpikes.steps);
    expect(native.outSpikes.units).toEqual(wasm.outSpikes.units);
    expect(native.potential.values).toEqual(wasm.potential.values);
    expect(native.adaptation.values).toEqual(wasm.adaptation.values);
  });

  test("is what fastest means, without a warning", async () => {
    const run = await simulate(soma, { duration: 1, inputs: { current: 300 }, backend: "fastest", threads: "all" });
    expect(run.backend).toBe("native");
    expect(run.warnings).toEqual([]);
  });

  test("leaves no thread behind when a run is aborted", async () => {
    const stop = new AbortController();
    const progress = (): void => stop.abort();
    const run = await simulate(soma, { duration: 1e6, backend: "native", threads: 2, signal: stop.signal, progress });
    expect(run).toMatchObject({ complete: false, stoppedBy: "abort" });
  });
});

test("threads go with compiled code, and are counted in whole numbers", async () => {
  await expect(simulate(soma, { duration: 1, backend: "interpreter", threads: 2 })).rejects.toThrow(
    'simulate.threads is not available with the backend "interpreter"; received 2. It computes one unit after the other, on the calling thread. Remove one of them.',
  );
  await expect(simulate(soma, { duration: 1, threads: 1.5 })).rejects.toThrow(
    'simulate.threads must be a whole number from 1 to 1024 or "all"; received 1.5. Give 1 for one thread.',
  );
});

test("backends refuse options that they do not know, and wrong numbers of threads", async () => {
  const runOn = (given: object) => simulate(soma, { duration: 1, inputs: { current: 300 }, backend: wasm(given) });
  await expect(runOn({ thread: 2 })).rejects.toThrow('wasm.thread is unknown. Did you mean "threads"?');
  await expect(runOn({ threads: "two" })).rejects.toThrow(
    'threads must be a whole number from 1 to 1024 or "all"; received "two". Give 1 for one thread.',
  );
  expect((await runOn({ threads: 1 })).warnings).toEqual([]);
  expect(() => native({ thread: 2 } as object)).toThrow('native.thread is unknown. Did you mean "threads"?');
  expect(() => native(null as never)).toThrow("native takes an object of options; received null.");
  await expect(simulate(soma, { duration: 1, backend: native({ threads: 0 }) })).rejects.toThrow(
    'threads must be a whole number from 1 to 1024 or "all"; received 0. Give 1 for one thread.',
  );
});
