import { expect, test } from "vitest";
import { choiceOf, describeEach, meaning, once, partOf, presentBackends } from "./backends.test-support.ts";
import { graphs, graphsTimeout } from "./graphs.test-support.ts";
import { randomBrain } from "./random-brain.test-support.ts";
import { coursesOf, essence, inParts, runOf, spikesOf, type TriedOptions } from "./random-runs.test-support.ts";

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
          const [own, next] = [listed, other].map((one): TriedOptions => ({ ...choiceOf(one), dtype }));
          for (const kinds of [[own!, next!] as const, [next!, own!] as const]) {
            const [first, second] = kinds;
            const parts = await inParts(plain, seed, [
              { options: first, share: 0.4 },
              { options: second, share: 0.6 },
            ]);
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
