import { expect, test } from "vitest";
import { checkModel } from "../../src/run/prepare.ts";
import { openSimulation } from "../../src/run/simulate.ts";
import type { Simulation } from "../../src/run/simulation.ts";
import { choiceOf, describeEach, type ListedBackend, meaning, once, partOf } from "./backends.test-support.ts";
import { allForms, type DrivenBrain, DT, drivenBrain, STEPS } from "./driven.test-support.ts";
import { graphs, graphsTimeout } from "./graphs.test-support.ts";

/*
 * Networks with inputs of every form, through the whole of a run: what fills the buffers of chunks, noises with their
 * states, rates that change, replayed spikes. All must give the interpreter's bits.
 */

interface Way {
  readonly precision: "f32" | "f64";
  /** Most steps of a chunk. */
  readonly rows: number;
  /** Steps of the runs, one after the other; a snapshot goes to another simulation between the last two. */
  readonly runs: readonly number[];
}

interface Kept {
  readonly steps: readonly number[];
  readonly units: readonly number[];
  /** Of traces. */
  readonly values?: readonly number[];
}

/** What a brain gives, run after run, population after population: spikes, then potentials and traces. */
const outcome = async (
  driven: DrivenBrain,
  listed: ListedBackend,
  { precision, rows, runs }: Way,
): Promise<Kept[][][]> => {
  const settings = { ...choiceOf(listed), dt: DT, precision, seed: 3, rows };
  const open = async (): Promise<Simulation> => {
    const front = (await checkModel(driven.brain, settings, {}, [])).build();
    return openSimulation(front, settings);
  };
  let simulation = await open();
  const results: Kept[][][] = [];
  for (const [k, steps] of runs.entries()) {
    if (k > 0 && k === runs.length - 1) {
      const snapshot = simulation.snapshot();
      simulation.dispose();
      simulation = await open();
      simulation.restore(snapshot);
    }
    const { inputs, record } = driven;
    const options = { duration: steps * DT, inputs, record };
    const run = (await simulation.run(options as never)) as unknown as Record<string, Record<string, Kept>>;
    results.push(Object.entries(record).map(([name, kept]) => Object.keys(kept).map((key) => plain(run[name]![key]!))));
  }
  simulation.dispose();
  return results;
};

/** Lists in the place of typed arrays, so that a difference is told by its value. */
const plain = ({ steps, units, values }: Kept): Kept => ({
  steps: Array.from(steps),
  units: Array.from(units),
  ...(values && { values: Array.from(values) }),
});

const SEEDS = Array.from({ length: graphs(12) }, (_, k) => k);
const PRECISIONS = ["f32", "f64"] as const;
const wayOf = (precision: "f32" | "f64"): Way => ({ precision, rows: 7, runs: [9, 14, STEPS - 23] });

/** Each brain is interpreted once in each precision, in chunks of another length. */
const cases = SEEDS.flatMap((seed) => {
  const driven = once(() => drivenBrain(seed));
  // Precisions take turns, so that each part of the cases has both.
  return (seed % 2 ? PRECISIONS : [...PRECISIONS].reverse()).map((precision) => ({
    seed,
    precision,
    driven,
    meant: once(() => outcome(driven(), meaning, { ...wayOf(precision), rows: 1 + (seed % 5) })),
  }));
});

test("random brains are driven in every way, spike, and give finite numbers", {
  timeout: graphsTimeout(120_000),
}, async () => {
  expect(new Set(cases.flatMap(({ driven }) => driven().forms))).toEqual(new Set(allForms));
  for (const { seed, meant } of cases) {
    const kept = (await meant()).flat(2);
    expect(kept.flatMap(({ values = [] }) => values).every(Number.isFinite), `seed ${seed}`).toBe(true);
    const spikes = kept.filter(({ values }) => !values).reduce((sum, { steps }) => sum + steps.length, 0);
    expect(spikes, `seed ${seed}`).toBeGreaterThan(20);
  }
});

describeEach(
  "runs networks with inputs",
  ({ listed }) => {
    test(
      "to the bits of the interpreter",
      async () => {
        for (const { seed, precision, driven, meant } of partOf(cases, { share: Math.min(1, 5 * listed.share) })) {
          const found = await outcome(driven(), listed, wayOf(precision));
          expect(found, `seed ${seed}, ${precision}`).toEqual(await meant());
        }
      },
      graphsTimeout(120_000),
    );

    test(
      "in parts, and with a snapshot between, as in one go",
      async () => {
        for (const { seed, precision, driven } of partOf(cases, { share: listed.share / 2 })) {
          const way = wayOf(precision);
          const [whole] = await outcome(driven(), listed, { ...way, rows: 1000, runs: [STEPS] });
          const parts = await outcome(driven(), listed, way);
          whole!.forEach(([spikes], population) => {
            const own = parts.map((run) => run[population]![0]!);
            expect(
              own.flatMap(({ steps }) => steps),
              `seed ${seed}`,
            ).toEqual(spikes!.steps);
            expect(
              own.flatMap(({ units }) => units),
              `seed ${seed}`,
            ).toEqual(spikes!.units);
          });
        }
      },
      graphsTimeout(60_000),
    );
  },
  { others: true, needs: ["networks"] },
);
