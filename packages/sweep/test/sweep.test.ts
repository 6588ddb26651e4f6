import { ConfigError, experiment, type Json, simulatePrepared } from "spark-snn";
import { describe, expect, test } from "vitest";
import { range, type SweepOptions, sweep } from "../src/index.ts";
import { documentOf } from "../src/recorded.ts";
import { digest, network } from "./network.test-support.ts";

/* Each run of a sweep must have the bits of the run alone, whatever the sweep reuses between runs. */

const soma = {
  model: { soma: "RefractoryLeakySoma", units: [5], potentialTau: { uniform: { min: 8, max: 20 } } },
  duration: 100,
  dt: 0.5,
  inputs: { current: { whiteNoise: { mean: 320, std: 80 } } },
  record: { outSpikes: true, potential: { units: [1] } },
} as const;

const expectAlone = async (document: object, options: SweepOptions): Promise<void> => {
  const { rows } = await sweep(document, { ...options, measure: ["spikes", digest] });
  expect(rows.length).toBeGreaterThan(1);
  for (const row of rows) {
    expect(row.error).toBeUndefined();
    const { prepared } = await experiment(documentOf(document, row));
    const alone = digest((await simulatePrepared(prepared as never)) as never);
    expect(row.measures, JSON.stringify([row.overrides, row.seed])).toMatchObject(alone);
  }
  // Different values must differ, or the comparison shows nothing.
  expect(new Set(rows.map(({ measures }) => measures["first"])).size).toBeGreaterThan(1);
};

describe("a run of a sweep has the bits of the run alone", () => {
  test.each<[string, Record<string, readonly Json[]>]>([
    ["a parameter", { threshold: range(-52, -44, 5) }],
    ["the resting potential, which determines the start", { potentialRest: [-70, -65, -72] }],
    ["the reset potential", { potentialReset: [-60, -62, -70] }],
    ["a drawn parameter", { potentialTau: [12, { uniform: { min: 5, max: 9 } }, 14, [5, 6, 7, 8, 9]] }],
    ["a current", { "inputs.current": [300, 400, { whiteNoise: { mean: 350, std: 50 } }, 500] }],
    ["a number in a current", { "inputs.current.whiteNoise.mean": [300, 340], threshold: [-50, -48] }],
    ["the duration and the time step", { duration: [50, 80], dt: [0.5, 0.25] }],
    ["the number of units", { units: [[2], [7]], cooldown: [2, 4] }],
    ["the precision", { dtype: ["f32", "f64"], threshold: [-50, -47] }],
  ])("for %s of a soma", (_, vary) => expectAlone(soma, { vary, seeds: 2 }));

  test.each<[string, Record<string, readonly Json[]>]>([
    ["a parameter of a population", { "excitatory.potentialTau": [10, 15, 25] }],
    ["the resting potential", { "excitatory.potentialRest": [-66, -64] }],
    ["a synapse", { "excitatory.fast.tau": [3, 5, 10] }],
    ["two synapses that become equal", { "excitatory.fast.tau": [3, 10], "excitatory.slow.tau": [10, 3] }],
    ["a rate of a source", { "populations.noise.rate": [0, 20, 200] }],
    ["a drive", { "outside.rate": [1, 8, 900, 0.01], "outside.weight": [20, 30] }],
    ["a read-out", { "left.tau": [5, 20, 80], "left.scale": [1, 0.5] }],
    ["a weight", { "ie.weight": [5, 30], "excitatory.threshold": [-51, -49] }],
    ["a delay and a connection rule", { "ee.delay": [1.5, 3], "ei.connect.fixedInDegree.inDegree": [5, 10] }],
  ])("for %s of a network", (_, vary) => expectAlone(network, { vary, seeds: [1, 9] }));

  test("for a document with changes during the run", () =>
    expectAlone(
      {
        ...network,
        changes: [
          { at: 20, set: { "excitatory.threshold": -51, "noise.rate": 90 } },
          { at: 40, set: { "excitatory.threshold": -48 } },
        ],
        model: { ...network.model, drives: { outside: network.model.drives.outside } },
      },
      { vary: { "excitatory.threshold": [-52, -50], "excitatory.potentialTau": [15, 20], "changes[1].at": [30, 50] } },
    ));

  test("for a document that changes weights during the run", () =>
    expectAlone(
      {
        ...network,
        changes: [
          { at: 20, weights: { ie: 0 } },
          { at: 30, set: { "excitatory.threshold": -50 }, weights: { noisy: 90 } },
        ],
      },
      { vary: { "excitatory.threshold": [-52, -51], "excitatory.potentialTau": [15, 20] }, seeds: 2 },
    ));

  test("though runs share a compiled simulation, and its synapses, if only parameters differ", async () => {
    const changes = ({ changes = [] }: { readonly changes?: readonly unknown[] }) => ({ changes: changes.length });
    const measure = [changes as never];
    const same = await sweep(network, { vary: { "excitatory.threshold": [-51, -50, -49] }, measure });
    expect(same.rows.map(({ measures }) => measures["changes"])).toEqual([0, 1, 1]);
    const other = await sweep(network, { vary: { "ie.weight": [5, 6, 7] }, measure });
    expect(other.rows.map(({ measures }) => measures["changes"])).toEqual([0, 0, 0]);
  });

  test("for points with different paths", () =>
    expectAlone(network, {
      points: [
        { "excitatory.threshold": -49 },
        { "excitatory.potentialTau": 14 },
        { "excitatory.threshold": -52, "excitatory.potentialTau": 18 },
        {},
        { duration: 40 },
        { "excitatory.threshold": -48 },
      ],
    }));

  test("for rules that hold for all values together, but not for one after another", () =>
    expectAlone(soma, {
      points: [
        { potentialReset: -60, threshold: -50 },
        { potentialReset: -40, threshold: -30 },
        { potentialReset: -80, threshold: -70 },
      ],
    }));

  test("for units that only the inputs determine", () =>
    expectAlone(
      { model: { soma: "LeakySoma" }, duration: 50, inputs: { current: [300, 350] }, record: { outSpikes: true } },
      { vary: { threshold: [-50, -48], "inputs.current": [[400, 450, 500], [380]] } },
    ));
});

describe("a run that fails", () => {
  test("is a row with its error, and the others go on", async () => {
    const { rows, failed, complete } = await sweep(soma, { vary: { potentialTau: [10, 0, 12] } });
    expect(rows.map(({ error }) => error)).toEqual([
      undefined,
      expect.stringMatching(/potentialTau must be greater than 0 ms; received 0 ms/),
      undefined,
    ]);
    expect([failed, complete, Object.keys(rows[1]!.measures).length]).toEqual([1, true, 0]);
  });

  test("by the memory budget says so", async () => {
    const { rows } = await sweep(soma, { vary: { units: [[5], [100_000_000]] }, memory: 1e8 });
    expect(rows[0]!.error).toBeUndefined();
    expect(rows[1]!.error).toMatch(/memory/);
  });
});

describe("wrong options are refused before any run", () => {
  const refused = async (document: unknown, options: unknown): Promise<string> => {
    const error = await sweep(document as object, options as SweepOptions).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  };

  test.each<[unknown, string | RegExp]>([
    [{ vary: { potentialTao: [1] } }, 'sweep.vary.potentialTao is unknown. Did you mean "potentialTau"?'],
    [
      { vary: { threshold: [] } },
      "sweep.vary.threshold must have at least one value; received none. Give a list of values.",
    ],
    [
      { vary: { threshold: 5 } },
      /sweep.vary.threshold takes a list of values, or { from, to } with samples; received 5/,
    ],
    [{ vary: { threshold: { from: 1, to: 2 } } }, /is an interval, which needs samples/],
    [{ vary: { threshold: { from: 1, too: 2 } } }, /threshold.too is unknown/],
    [{ vary: { threshold: [1], "model.threshold": [2] } }, /names the same value as "threshold"/],
    [{ vary: { threshold: [-50] }, points: [{ threshold: -40 }] }, /and vary both contain "threshold"/],
    [{ vary: {}, samples: { count: 4 } }, /samples needs an interval in vary/],
    [{ vary: { threshold: { from: -50, to: -40 } }, samples: { count: 0 } }, /count must be a whole number from 1/],
    [{ vary: {}, seeds: 0 }, /seeds takes a whole number of at least 1/],
    [{ vary: {}, seeds: [1, 1] }, /repeats the seed 1/],
    [{ vary: { seed: [1] }, seeds: 2 }, /cannot be combined with "seed" in vary/],
    [{ vary: {}, measure: ["rat"] }, 'sweep.measure[0] must be a measure; received "rat". Did you mean "rate"?'],
    [{ vary: {}, from: 200 }, "sweep.from must be before the end of the window, 100 ms; received 200 ms. Give less."],
    [{ vary: {}, paralel: 2 }, /paralel is unknown. Did you mean "parallel"/],
    [{ vary: {}, parallel: 0 }, /parallel must be a whole number from 1 to 1024/],
    [{ vary: {}, parallel: 2, measure: () => ({}) }, /is a function, which cannot be sent to other processes/],
    [{ vary: { threshold: range(0, 1, 1001), cooldown: range(0, 1, 1001) } }, /would make 1002001 runs/],
    [{ vary: { potentialTau: [0] } }, /potentialTau must be greater than 0 ms; received 0 ms/],
    [5, /takes an object of options/],
  ])("number %#", async (options, message) => {
    const text = await refused(soma, options);
    if (typeof message === "string") expect(text).toBe(message);
    else expect(text).toMatch(message);
  });

  test("a document that is none", async () => {
    expect(await refused(5, { vary: {} })).toMatch(/takes an experiment document; received 5/);
    expect(await refused({ model: { soma: "LekySoma" }, duration: 1 }, { vary: {} })).toMatch(
      /Did you mean "LeakySoma"/,
    );
  });
});

describe("a sweep", () => {
  test("measures as analyze does, by population", async () => {
    const { rows, columns } = await sweep(network, {
      vary: { "excitatory.threshold": [-52] },
      measure: ["rate", "cv", "spikes", "active", "synchrony", "correlation", "peak", "excess"],
      from: 20,
    });
    expect(columns.slice(0, 2)).toEqual(["excitatory.rate", "excitatory.cv"]);
    const { measures } = rows[0]!;
    expect(measures["excitatory.rate"]).toBeCloseTo((measures["excitatory.spikes"]! * 1000) / 40 / 40, 9);
    expect(measures["excitatory.active"]).toBeLessThanOrEqual(1);
    expect(Object.keys(measures)).toHaveLength(16);
  });

  test("ends with the rows so far when it is aborted", async () => {
    const stop = new AbortController();
    const { rows, complete } = await sweep(soma, {
      vary: { threshold: range(-52, -44, 50) },
      signal: stop.signal,
      onRow: ({ index }) => index === 3 && stop.abort(),
    });
    expect([rows.length, complete]).toEqual([4, false]);
  });

  test("reports its progress", async () => {
    const seen: number[] = [];
    await sweep(soma, { vary: { threshold: [-50, -49, -48] }, progress: ({ fraction }) => seen.push(fraction) });
    expect(seen).toEqual([0, 1 / 3, 2 / 3, 1]);
  });

  test("fails with the error of a measure function", async () => {
    const measure = (): never => {
      throw new TypeError("mine");
    };
    await expect(sweep(soma, { vary: {}, measure })).rejects.toThrow("mine");
    await expect(sweep(soma, { vary: {}, measure: () => ({ a: "b" }) as never })).rejects.toThrow(
      /must return numbers/,
    );
  });
});
