import { expect, test } from "vitest";
import { compile, simulate } from "../../src/entries/index.ts";
import { choiceOf, describeEach, meaning, once, partOf, presentBackends } from "./backends.test-support.ts";
import { graphs, graphsTimeout } from "./graphs.test-support.ts";
import { type RandomBrain, randomBrain, randomRunTime } from "./random-brain.test-support.ts";

type Options = ReturnType<typeof choiceOf> & { readonly dtype: "f32" | "f64" };

/** All numbers of a run that must not depend on what it ran on. */
const essence = (run: object): unknown =>
  JSON.parse(
    JSON.stringify(run, (key, value: unknown) => {
      if (["backend", "wallTime", "buildTime", "warnings"].includes(key)) return undefined;
      return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value;
    }),
  );

const spikesOf = (run: object): number =>
  Object.values(run).reduce<number>(
    (sum, part) => sum + ((part as { outSpikes?: { count: number } } | null)?.outSpikes?.count ?? 0),
    0,
  );

const runOf = async ({ brain, inputs, record }: RandomBrain, seed: number, options: Options): Promise<object> =>
  simulate(brain, { ...randomRunTime, inputs, record, seed, ...options } as never);

/** The run in two parts, the second one by another simulation that goes on from a snapshot. */
const inTwoParts = async (
  { brain, inputs, record }: RandomBrain,
  seed: number,
  kinds: readonly [Options, Options],
): Promise<readonly object[]> => {
  const { dt, duration } = randomRunTime;
  const parts: object[] = [];
  let before: Awaited<ReturnType<typeof compile>> | undefined;
  for (const [k, options] of kinds.entries()) {
    const simulation = await compile(brain, { dt, seed, ...options } as never);
    if (before) simulation.restore(before.snapshot());
    before?.dispose();
    before = simulation;
    const share = k === 0 ? 0.4 : 0.6;
    parts.push(await simulation.run({ duration: duration * share, inputs, record } as never));
  }
  before!.dispose();
  return parts;
};

type Values = Readonly<Record<string, { readonly values: Float64Array }>>;

/** Spikes of every population, and values of every read-out, of runs that follow each other. */
const coursesOf = (runs: readonly object[], { record }: RandomBrain): unknown =>
  Object.keys(record).map((name) =>
    name === "readouts"
      ? Object.keys(record["readouts"]!).map((key) =>
          runs.flatMap((run) => [...(run as { readouts: Values }).readouts[key]!.values]),
        )
      : runs.flatMap((run) => {
          const { steps, units } = (run as Record<string, { outSpikes: { steps: Uint32Array; units: Uint32Array } }>)[
            name
          ]!.outSpikes;
          return Array.from(steps, (step, k) => `${step} ${units[k]}`);
        }),
  );

const layouts = ["auto", "dense", "procedural"] as const;

/** Each brain is interpreted once, with synapses in lists. */
const cases = Array.from({ length: graphs(60) }, (_, seed) => ({
  seed,
  dtype: seed % 2 ? ("f64" as const) : ("f32" as const),
  meant: once(async () => {
    const dtype = seed % 2 ? ("f64" as const) : ("f32" as const);
    const run = await runOf(randomBrain(seed, "sparse"), seed, { ...choiceOf(meaning), dtype });
    return { run, essence: essence(run) };
  }),
}));

test("random brains spike, and have synapses", { timeout: graphsTimeout(120_000) }, async () => {
  const some = cases.slice(0, 20);
  const runs = await Promise.all(some.map(({ meant }) => meant()));
  expect(runs.reduce((sum, { run }) => sum + spikesOf(run), 0) / some.length).toBeGreaterThan(50);
  expect(runs.reduce((sum, { run }) => sum + (run as { synapses: number }).synapses, 0) / some.length).toBeGreaterThan(
    200,
  );
});

describeEach(
  "gives the interpreter's bits of random brains",
  ({ listed }) => {
    const mine = partOf(cases, { share: Math.min(1, 2 * listed.share) });

    test(
      "by every layout",
      async () => {
        for (const [k, { seed, dtype, meant }] of mine.entries()) {
          const options = { ...choiceOf(listed), dtype };
          for (const layout of listed.share === 1 ? layouts : [layouts[k % layouts.length]!]) {
            const run = await runOf(randomBrain(seed, layout), seed, options);
            expect(essence(run), `${seed} ${layout}`).toEqual((await meant()).essence);
          }
        }
      },
      graphsTimeout(240_000),
    );

    test(
      "in parts that go on in another backend",
      async () => {
        for (const [k, { seed, dtype, meant }] of mine.filter((_, place) => place % 4 === 0).entries()) {
          const plain = randomBrain(seed, "sparse");
          const other = presentBackends[(presentBackends.indexOf(listed) + 1 + k) % presentBackends.length]!;
          const [own, next] = [listed, other].map((one): Options => ({ ...choiceOf(one), dtype }));
          for (const kinds of [[own!, next!] as const, [next!, own!] as const]) {
            const parts = await inTwoParts(plain, seed, kinds);
            expect(coursesOf(parts, plain), `${seed} with ${other.name}`).toEqual(
              coursesOf([(await meant()).run], plain),
            );
          }
        }
      },
      graphsTimeout(240_000),
    );
  },
  { others: true, needs: ["networks"] },
);
