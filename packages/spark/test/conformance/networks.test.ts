import fc from "fast-check";
import { expect, test } from "vitest";
import type { Machine } from "../../src/program/machine.ts";
import { definition, describeEach, once, open, partOf } from "./backends.test-support.ts";
import { expectSameOutcomes, type Outcome, spikesOf } from "./both.test-support.ts";
import { graphs, graphsTimeout } from "./graphs.test-support.ts";
import { inLists, networkOf, randomRecipe, runNetwork, setupFor, stand } from "./networks.test-support.ts";

const CHUNKS = [1, 7, 3, 7, 7, 2, 7];
const END = CHUNKS.reduce((sum, rows) => sum + rows, 0);

/** What the interpreter gives of a network whose synapses all lie in lists. */
const interpret = async (seed: number): Promise<Outcome[]> => {
  const recipe = inLists(randomRecipe(seed));
  const network = networkOf(recipe);
  return runNetwork(await stand(await open(definition), network, setupFor(recipe, network)), CHUNKS);
};

/** Networks by seeds, other ones in each run; all backends get the same ones, so that each is interpreted once. */
const cases = fc.sample(fc.nat(), graphs(120)).map((seed) => ({
  seed,
  made: once(() => {
    const recipe = randomRecipe(seed);
    const network = networkOf(recipe);
    return { network, setup: setupFor(recipe, network) };
  }),
  meant: once(() => interpret(seed)),
}));

/** The buffers of role state of a machine, by the number of its population. */
const statesOf = (machine: Machine): (readonly [population: number, buffer: number])[] =>
  machine.populations.flatMap(({ program }, p) =>
    program.buffers.flatMap(({ role }, k) => (role === "state" ? [[p, k] as const] : [])),
  );

describeEach(
  "gives the bits of the interpreter",
  ({ listed, engine }) => {
    test(
      "for random networks, whatever their shards and layouts",
      async () => {
        for (const { seed, made, meant } of partOf(cases, { share: Math.min(1, 4 * listed.share) })) {
          const { network, setup } = made();
          const standing = await stand(engine(), network, setup);
          expectSameOutcomes(await runNetwork(standing, CHUNKS), await meant(), `seed ${seed}`);
          standing.machine.dispose();
        }
      },
      graphsTimeout(120_000),
    );

    test("after a restore with spikes under way", async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), async (seed) => {
          const recipe = randomRecipe(seed);
          const network = networkOf(recipe);
          const setup = setupFor(recipe, network);
          const first = await stand(engine(), network, setup);
          await runNetwork(first, CHUNKS);
          const underWay = first.machine.spikesBefore(END);
          const kept = [];
          for (const [p, k] of statesOf(first.machine)) {
            await first.machine.pull?.(p, k);
            kept.push(first.machine.populations[p]!.view(k).slice());
          }
          const meant = await runNetwork(first, CHUNKS, END);
          first.machine.dispose();
          // What the second did before must not be seen afterwards.
          const second = await stand(engine(), network, setup);
          await runNetwork(second, [5, 4]);
          second.machine.setSpikes(underWay);
          expect(second.machine.spikesBefore(END)).toEqual(underWay);
          for (const [place, [p, k]] of statesOf(second.machine).entries()) {
            second.machine.populations[p]!.view(k).set(kept[place]!);
            await second.machine.push?.(p, k);
          }
          expectSameOutcomes(await runNetwork(second, CHUNKS, END), meant, `seed ${seed}`);
          second.machine.dispose();
        }),
        { numRuns: Math.ceil(20 * listed.share) },
      );
    });
  },
  { needs: ["networks"] },
);

test("random networks have synapses of every layout", () => {
  let rows = 0;
  const workedOut: Record<string, number> = { all: 0, same: 0, drawn: 0 };
  for (let seed = 0; seed < 60; seed++) {
    const filled = randomRecipe(seed).bundles.filter(({ synapses }) => synapses.length > 0);
    if (filled.some(({ dense }) => dense)) rows++;
    for (const { procedure } of filled) if (procedure) workedOut[procedure.targets]!++;
  }
  expect(rows).toBeGreaterThan(10);
  expect(Math.min(...Object.values(workedOut))).toBeGreaterThan(4);
});

test("random networks have spikes that arrive", { timeout: graphsTimeout(60_000) }, async () => {
  let arrived = 0;
  let spikes = 0;
  for (const { meant } of cases.slice(0, 40)) {
    const outcomes = await meant();
    spikes += spikesOf(outcomes);
    const traces = [...outcomes.at(-1)!.values].filter(([name]) => name.endsWith(".trace"));
    if (traces.some(([, trace]) => trace.some((value) => value !== 0))) arrived++;
  }
  expect(arrived).toBeGreaterThan(20);
  expect(spikes).toBeGreaterThan(1000);
});
