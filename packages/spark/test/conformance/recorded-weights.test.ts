import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  brain,
  compile,
  decodeNpz,
  ExponentialSynapse,
  experiment,
  fixedInDegree,
  LeakySoma,
  normal,
  PoissonSource,
  pairwiseBernoulli,
  readCsv,
  type Session,
  simulate,
} from "../../src/entries/index.ts";
import { recordToFolder } from "../../src/entries/node.ts";
import { choiceOf, definition, describeEach, meaning } from "./backends.test-support.ts";

/* Records of weights have the weights that a simulation reads at the same steps. */

const synapse = ExponentialSynapse({ tau: 4 });
const network = () =>
  brain({
    populations: {
      noise: PoissonSource({ units: [40], rate: 50 }),
      cells: LeakySoma({ units: [30] }),
      other: LeakySoma({ units: [20] }),
    },
    projections: {
      in: {
        from: "noise",
        to: "cells",
        connect: fixedInDegree({ inDegree: 8 }),
        weight: normal({ mean: 60, std: 5 }),
        synapse,
      },
      out: { from: "cells", to: "other", connect: pairwiseBernoulli({ probability: 0.2 }), weight: 20, synapse },
    },
  });

const dt = 0.5;
const seed = 3;
const one = Array.from({ length: 240 }, (_, k) => k / 4);
const changes = [
  { at: 10, weights: { in: one } },
  { at: 22.5, weights: { in: 7, out: 3 } },
] as const;

/** The weights that act in a step. */
const known = async () => {
  const simulation = await compile(network(), { dt, seed });
  const [inside, out] = [simulation.weights("in"), simulation.weights("out")];
  const first = { in: [...inside.read()], out: [...out.read()] };
  const ends = { in: inside.select(), out: out.select() };
  simulation.dispose();
  const at = (step: number): { readonly in: readonly number[]; readonly out: readonly number[] } =>
    step <= 20
      ? first
      : step <= 45
        ? { in: one, out: first.out }
        : { in: one.map(() => 7), out: first.out.map(() => 3) };
  return { at, ends, start: first };
};

const record = {
  weights: {
    in: { every: 15 },
    out: { at: [0.5, 22.5, 23, 40], sources: [3, 7, 8], targets: [19, 2, 4, 5, 6] },
  },
} as const;

describeEach(
  "records of weights",
  ({ listed }) => {
    const choice = choiceOf(listed === definition ? meaning : listed);

    test("are the weights at the end of their steps, whatever the runs are", async () => {
      const { at, ends } = await known();
      const simulation = await compile(network(), { dt, seed, ...choice });
      const run = await simulation.run({ duration: 40, changes, record: { ...record, cells: { outSpikes: true } } });
      const whole = run.weights.in;
      expect([whole.unit, [...whole.steps], whole.columns]).toEqual(["pA", [15, 30, 45, 60, 75], 240]);
      expect([...whole.values]).toEqual([...whole.steps].flatMap((step) => at(step).in));
      expect([...whole.targets]).toEqual([...ends.in.targets]);
      const some = run.weights.out;
      const chosen = [...ends.out.numbers].filter(
        (k) => [3, 7, 8].includes(ends.out.sources[k]!) && [19, 2, 4, 5, 6].includes(ends.out.targets[k]!),
      );
      expect(chosen.length).toBeGreaterThan(0);
      expect([[...some.synapses], [...some.steps], [...some.times]]).toEqual([
        chosen,
        [1, 45, 46, 80],
        [0.5, 22.5, 23, 40],
      ]);
      expect([...some.sources]).toEqual(chosen.map((k) => ends.out.sources[k]));
      expect([...some.values]).toEqual([...some.steps].flatMap((step) => chosen.map((k) => at(step).out[k])));
      simulation.dispose();
    });

    test("of changes and of target units", async () => {
      const { at, ends, start } = await known();
      const options = { dt, seed, duration: 40, changes, ...choice } as const;
      const changed = await simulate(network(), {
        ...options,
        record: {
          weights: { in: { every: 20, difference: true }, out: { every: 40, difference: true, reduce: "max" } },
        },
      });
      const rows = [20, 40, 60, 80].map((step, k, all) => {
        const before = k > 0 ? at(all[k - 1]!).in : start.in;
        return at(step).in.map((weight, own) => Math.fround(weight - before[own]!));
      });
      expect([...changed.weights.in.values]).toEqual(rows.flat());
      expect([...changed.weights.out.values]).toEqual([0, Math.fround(3 - 20)]);
      const means = await simulate(network(), {
        ...options,
        record: {
          weights: {
            in: { every: 40, reduce: "mean", over: "targets", targets: [29, 3], dtype: "f64" },
            out: { at: [40], reduce: "std", over: "targets" },
          },
        },
      });
      const meanOf = (step: number, unit: number): number => {
        const own = at(step).in.filter((_, k) => ends.in.targets[k] === unit);
        return own.reduce((sum, weight) => sum + weight, 0) / own.length;
      };
      expect([...means.weights.in.targets]).toEqual([29, 3]);
      const { values } = means.weights.in;
      for (const [k, mean] of [40, 80].flatMap((step) => [29, 3].map((unit) => meanOf(step, unit))).entries()) {
        expect(values[k]).toBeCloseTo(mean, 9);
      }
      expect([means.weights.out.columns, means.weights.out.synapses.length]).toEqual([20, 0]);
      expect(Math.max(...means.weights.out.values)).toBe(0);
    });

    test("in frames of a session", async () => {
      const { at } = await known();
      const simulation = await compile(network(), { dt, seed, ...choice });
      let rows: [number, number[]][] = [];
      const session = (await simulation.start({
        pace: "fastest",
        every: 1,
        paused: true,
        record: {
          weights: { in: { every: 15, sources: [0, 1, 2] }, out: { every: 10, difference: true, reduce: "min" } },
        },
        onFrame: ({ records }) => {
          const { steps, values, columns } = records.weights.out;
          rows.push(
            ...Array.from(steps, (step, k): [number, number[]] => [
              step,
              [...values.subarray(k * columns, (k + 1) * columns)],
            ]),
          );
        },
      })) as unknown as Session;
      await session.runTo(45);
      session.weights("out").write(3);
      await session.runTo(80);
      const change = (step: number): number => Math.min(...at(step).out) - Math.max(...at(Math.max(1, step - 10)).out);
      const wanted = [10, 20, 30, 40, 50, 60, 70, 80].map((step) => [step, [change(step)]]);
      expect(rows).toEqual(wanted);
      rows = [];
      await session.seek(47);
      await session.runTo(80);
      expect(rows).toEqual(wanted.slice(4));
      await session.stop();
      simulation.dispose();
    });
  },
  { needs: ["networks"] },
);

test("records of weights go to files", async () => {
  const root = await mkdtemp(join(tmpdir(), "spark-weights-"));
  const recorded = {
    weights: { in: { every: 40, targets: [3] }, out: { every: 40, reduce: "mean", over: "targets", targets: [7, 2] } },
  } as const;
  const options = { dt, seed, duration: 40, changes, record: recorded } as const;
  const { weights } = await simulate(network(), options);
  await simulate(network(), { ...options, sink: { weights: recordToFolder(join(root, "csv")) } });
  const read = async (name: string) => readCsv(await readFile(join(root, "csv", name)));
  const inside = await read("in.csv");
  expect(inside.header).toEqual(["step", "time_ms", "synapse", "in_pA"]);
  expect([...inside.columns[2]!]).toEqual([...weights.in.synapses, ...weights.in.synapses]);
  expect(Float32Array.from(inside.columns[3]!)).toEqual(weights.in.values);
  const out = await read("out.csv");
  expect([out.header, [...out.columns[2]!]]).toEqual([
    ["step", "time_ms", "target", "mean_out_pA"],
    [7, 2, 7, 2],
  ]);
  await simulate(network(), { ...options, sink: { weights: recordToFolder(join(root, "npz"), { format: "npz" }) } });
  const arrays = decodeNpz(await readFile(join(root, "npz", "in.npz")));
  expect([Object.keys(arrays).toSorted(), arrays["values"]!.shape]).toEqual([
    ["steps", "synapses", "times", "values"],
    [2, 8],
  ]);
  expect(arrays["values"]!.data).toEqual(weights.in.values);
  await rm(root, { recursive: true });
});

test("a document records weights", async () => {
  const document = {
    model: {
      populations: { a: { source: "PoissonSource", units: [5] }, b: { soma: "LeakySoma", units: [4] } },
      projections: {
        ab: { from: "a", to: "b", connect: { allToAll: {} }, weight: 2, synapse: { synapse: "ExponentialSynapse" } },
      },
    },
    duration: 10,
    record: { weights: { ab: { every: 5, reduce: "mean" } } },
    changes: [{ at: 7, weights: { ab: 5 } }],
  };
  const read = await experiment(document, { kind: "brain" });
  const run = (await simulate(read.brain, read.options as never)) as unknown as {
    readonly weights: { readonly ab: { readonly values: Float32Array } };
  };
  expect([...run.weights.ab.values]).toEqual([2, 5]);
  await expect(experiment({ ...document, record: { weights: { ba: { every: 5 } } } })).rejects.toThrow(
    'experiment.record.weights.ba is unknown. Did you mean "ab"?',
  );
});

test("records of weights are refused if they name no projection, synapse or step", async () => {
  const messages: string[] = [];
  for (const weights of [
    { inn: { every: 5 } },
    { in: true },
    { in: {} },
    { in: { evry: 5 } },
    { in: { every: 0 } },
    { in: { every: 500 } },
    { in: { every: 5, sources: [40] } },
    { in: { every: 5, targets: [] } },
    { in: { every: 5, over: "targets" } },
    { in: { every: 5, reduce: "median" } },
    { in: { at: [0.2] } },
    5,
  ]) {
    const run = simulate(network(), { dt, seed, duration: 40, record: { weights } as never });
    messages.push(
      await run.then(
        () => "accepted",
        (error: Error) => error.message,
      ),
    );
  }
  expect(messages.join("\n")).toMatchInlineSnapshot(`
    "record.weights.inn is unknown. Did you mean "in"?
    record.weights.in needs the steps to record. Write { every: 100 } or { at: [500, 1000] }.
    record.weights.in.every is missing. Say how often the weights are recorded: write every: 100, or use at.
    record.weights.in.evry is unknown. Did you mean "every"?
    record.weights.in.every must be a whole number of at least 1; received 0. Give a count of steps.
    record.weights.in.every must be at most the 80 steps of its window; received 500. Record more often or for longer.
    record.weights.in.sources[0] must be a whole number from 0 to 39; received 40. Count units from 0, row by row.
    record.weights.in.targets must be a list of unit indices such as [0, 1]; received []. Leave it out for all units.
    record.weights.in.over needs reduce. Add reduce: "mean", or remove over.
    record.weights.in.reduce must be one of "mean", "std", "min", "max"; received "median". Choose one of these.
    record.weights.in.at[0] must be the end of a step of 0.5 ms; received 0.2 ms. The nearest is 0.5 ms.
    record.weights takes an object with one entry per projection; received 5. Use projection names as keys."
  `);
  await expect(
    simulate(network(), { dt, seed, duration: 40_000, memory: 2e6, record: { weights: { in: { every: 1 } } } }),
  ).rejects.toThrow(/weights\.in 78\.\d MB/);
  expect(() => brain({ populations: { weights: LeakySoma() } })).toThrow("weights");
});
