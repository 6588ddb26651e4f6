import { describe, expect, test } from "vitest";
import { AdaptiveLeakySoma, compile, PoissonSource, simulate } from "../src/entries/index.ts";
import { nativeAvailable } from "../src/entries/node.ts";

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
  for (const dtype of ["f32", "f64"] as const) {
    test(`gives the bits of wasm through simulate, on one thread and on several, in ${dtype}`, async () => {
      const wasm = await simulate(soma, { ...options, dtype });
      for (const threads of [1, 2, 3, "all"] as const) {
        const native = await simulate(soma, { ...options, dtype, backend: "native", threads });
        expect(native.backend).toBe("native");
        expect(native.outSpikes.steps).toEqual(wasm.outSpikes.steps);
        expect(native.outSpikes.units).toEqual(wasm.outSpikes.units);
        expect(native.potential.values).toEqual(wasm.potential.values);
        expect(native.adaptation.values).toEqual(wasm.adaptation.values);
      }
    });
  }

  test("keeps single precision of a run in double precision, as wasm does", async () => {
    const wanted = await simulate(soma, { ...options, dtype: "f64" });
    const record = { potential: { units: [0, 4132, 77], every: 7, dtype: "f32" } } as const;
    const run = await simulate(soma, { ...options, record, dtype: "f64", backend: "native", threads: 3 });
    expect([run.dtype, run.potential.values]).toEqual(["f64", Float32Array.from(wanted.potential.values)]);
  });

  test("is what fastest means, without a warning", async () => {
    const run = await simulate(soma, { duration: 1, backend: "fastest", threads: "all" });
    expect(run.backend).toBe("native");
    expect(run.warnings).toEqual([]);
  });

  test("steps, saves and goes on as wasm does", async () => {
    const native = await compile(soma, { backend: "native", threads: 2 });
    const wasm = await compile(soma);
    for (let k = 0; k < 50; k++) {
      const a = native.step({ current: 300 + k });
      const b = wasm.step({ current: 300 + k });
      expect(a.potential.values).toEqual(b.potential.values);
      expect(a.outSpikes.indices()).toEqual(b.outSpikes.indices());
    }
    wasm.restore(native.snapshot());
    const next = { duration: 20, inputs: { current: 300 }, record: { outSpikes: true } } as const;
    expect((await wasm.run(next)).outSpikes.units).toEqual((await native.run(next)).outSpikes.units);
    native.dispose();
    wasm.dispose();
    expect(() => native.step()).toThrow("Simulation was used after dispose().");
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

const rate = (hertz: number): number[] => Array.from({ length: 5000 }, (_, k) => (k % 7) * hertz);
const changing = PoissonSource({
  rate: { series: [rate(10), rate(40), rate(0)], interval: 7, between: "linear", after: "repeat" },
});

test.each<object>([
  { worker: true },
  { threads: 2 },
  { threads: 3, worker: true },
  { dtype: "f64" },
  { memory: 3e6 },
  ...(found.available ? [{ backend: "native" }, { backend: "native", threads: 3 }] : []),
])("rates that change give the same spikes with %o", async (choice) => {
  const given = { duration: 50, dt: 0.5, record: { outSpikes: true } } as const;
  const { outSpikes: meant } = await simulate(changing, given);
  expect(meant.count).toBeGreaterThan(10_000);
  const { outSpikes } = await simulate(changing, { ...given, ...choice });
  expect(outSpikes.steps).toEqual(meant.steps);
  expect(outSpikes.units).toEqual(meant.units);
});
