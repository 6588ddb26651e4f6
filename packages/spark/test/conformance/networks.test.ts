import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { InterpreterNetwork } from "../../src/backend/interpreter/network.ts";
import { createNativeNetwork, nativeAvailable } from "../../src/backend/native/native.ts";
import { createNetwork } from "../../src/backend/wasm/network/network.ts";
import { createThreadedNetwork } from "../../src/backend/wasm/network/threads.ts";
import { Team } from "../../src/backend/wasm/team.ts";
import { doubles } from "../../src/math/doubles.ts";
import { threefry } from "../../src/math/threefry.ts";
import type { NetworkMachine, View } from "../../src/program/machine.ts";
import type { NetworkProgram } from "../../src/program/network.ts";
import { wordsOf } from "../../src/program/program.ts";
import { graphs, graphsTimeout } from "./graphs.test-support.ts";
import { inLists, networkOf, randomRecipe } from "./networks.test-support.ts";

type Create = (network: NetworkProgram) => NetworkMachine | Promise<NetworkMachine>;

const teams: Team[] = [];
afterAll(() => {
  for (const team of teams) team.dispose();
});

/** In WebAssembly on threads, the calling one among them or not; a machine is done with when the next is made. */
const onThreads = (threads: number, joins: boolean): Create => {
  let team: Team | undefined;
  return (network) => {
    team ??= new Team(threads, joins, 2);
    teams.push(team);
    return createThreadedNetwork(network, team, { leastWork: 0, free: !joins });
  };
};

/** What networks run on, beside the interpreter, which says what they mean. */
const backends: Readonly<Record<string, Create>> = {
  wasm: createNetwork,
  "wasm on 2 threads": onThreads(2, true),
  "wasm on 3 threads": onThreads(3, true),
  "wasm on 2 other threads": onThreads(2, false),
  ...(nativeAvailable().available &&
    Object.fromEntries(
      [1, 2, 3, 7].map((threads): [string, Create] => [
        `native on ${threads} threads`,
        (network) => createNativeNetwork(network, { threads, leastWork: 0 }),
      ]),
    )),
};

/** A number that no kernel computes. */
const UNTOUCHED = -1234567;
const EVERY = 2;

/** Writes currents that make units spike now and then, and the schedule of the records. */
const feed = (machine: NetworkMachine, firstStep: number, rows: number): void => {
  machine.populations.forEach(({ program, view }, p) => {
    program.buffers.forEach((buffer, k) => {
      if (buffer.role !== "input" || k === program.schedule) return;
      const current = view.call(machine.populations[p], k);
      for (let row = 0; row < rows; row++) {
        for (let unit = 0; unit < program.units; unit++) {
          const [a] = threefry(doubles, { first: 5, second: p }, firstStep + row, unit);
          current[row * program.padded + unit] = (a >>> 0) % 5 === 0 ? 2000 : 100;
        }
      }
    });
    const { records, schedule } = program;
    for (const { buffer } of records) machine.populations[p]!.view(buffer).fill(UNTOUCHED);
    machine.populations[p]!.view(schedule).set(records.flatMap((_, k) => [k, EVERY + k, rows - 1]));
  });
};

/** All that a chunk leaves behind, by name. */
const outcome = (machine: NetworkMachine, rows: number, step: number): Record<string, unknown> => {
  const entries = machine.populations.flatMap((population, p) =>
    population.program.buffers.flatMap(({ name, role, type }, k): [string, unknown][] => {
      const { program } = population;
      const view = population.view(k);
      if (role === "state") return [[name, [...view.subarray(0, program.units)]]];
      if (type === "bits" && role === "record") return [[name, [...view.subarray(0, rows * wordsOf(program.padded))]]];
      const record = program.records.findIndex(({ buffer }) => buffer === k);
      if (record < 0) return [];
      const { width, list } = program.records[record]!;
      const used = list === undefined ? program.units : width;
      const values = [...view].filter((_, place) => place % width < used);
      return [[`${p}.${record}`, values]];
    }),
  );
  return {
    ...Object.fromEntries(entries),
    underWay: machine.spikesBefore(step).map((one) => [one.step, ...one.sources]),
  };
};

/** Advances by chunks and gives what each leaves. */
const outcomes = async (machine: NetworkMachine, chunks: readonly number[], from = 0): Promise<object[]> => {
  const results: object[] = [];
  let step = from;
  for (const rows of chunks) {
    feed(machine, step, rows);
    await machine.advance(step, rows);
    step += rows;
    results.push(outcome(machine, rows, step));
  }
  return results;
};

/** Every buffer of role state. */
const states = (machine: NetworkMachine): View[] =>
  machine.populations.flatMap((population) =>
    population.program.buffers.flatMap(({ role }, k) => (role === "state" ? [population.view(k)] : [])),
  );

const CHUNKS = [1, 7, 3, 7, 7, 2, 7];

/** Seeds of networks, other ones in each run; all backends get the same ones, so that each is interpreted once. */
const seeds = fc.sample(fc.nat(), graphs(120));
const interpreted = new Map<number, Promise<object[]>>();
const meantBy = (seed: number): Promise<object[]> => {
  const known = interpreted.get(seed);
  if (known) return known;
  const meant = outcomes(new InterpreterNetwork(networkOf(inLists(randomRecipe(seed)))), CHUNKS);
  interpreted.set(seed, meant);
  return meant;
};

for (const [name, create] of Object.entries(backends)) {
  describe(`${name} and the interpreter give the same bits`, () => {
    test(
      "of random networks, whatever their shards and layouts",
      async () => {
        for (const seed of seeds) {
          const machine = await create(networkOf(randomRecipe(seed)));
          expect(await outcomes(machine, CHUNKS), `seed ${seed}`).toEqual(await meantBy(seed));
          machine.dispose();
        }
      },
      graphsTimeout(120_000),
    );

    test("after a restore with spikes under way", async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), async (seed) => {
          const network = networkOf(randomRecipe(seed));
          const first = await create(network);
          await outcomes(first, CHUNKS);
          const at = CHUNKS.reduce((sum, rows) => sum + rows, 0);
          const underWay = first.spikesBefore(at);
          const kept = states(first).map((view) => view.slice());
          const meant = await outcomes(first, CHUNKS, at);
          first.dispose();
          // What the second did before must not be seen afterwards.
          const second = await create(network);
          await outcomes(second, [5, 4]);
          second.setSpikes(underWay);
          expect(second.spikesBefore(at)).toEqual(underWay);
          states(second).forEach((view, k) => void view.set(kept[k]!));
          expect(await outcomes(second, CHUNKS, at)).toEqual(meant);
          second.dispose();
        }),
        { numRuns: 20 },
      );
    });
  });
}

test("the interpreter gives the same bits for rows, for what is worked out, and for lists", async () => {
  let rows = 0;
  const workedOut: Record<string, number> = { all: 0, same: 0, drawn: 0 };
  for (let seed = 0; seed < 60; seed++) {
    const recipe = randomRecipe(seed);
    const filled = recipe.bundles.filter(({ synapses }) => synapses.length > 0);
    if (!filled.some(({ dense, procedure }) => dense || procedure)) continue;
    if (filled.some(({ dense }) => dense)) rows++;
    for (const { procedure } of filled) if (procedure) workedOut[procedure.targets]!++;
    const [laid, listed] = [recipe, inLists(recipe)].map((one) => new InterpreterNetwork(networkOf(one)));
    expect(await outcomes(laid!, CHUNKS)).toEqual(await outcomes(listed!, CHUNKS));
  }
  expect(rows).toBeGreaterThan(10);
  expect(Math.min(...Object.values(workedOut))).toBeGreaterThan(4);
});

test("random networks have spikes that arrive", async () => {
  let arrived = 0;
  for (let seed = 0; seed < 40; seed++) {
    const network = networkOf(randomRecipe(seed));
    const machine = new InterpreterNetwork(network);
    await outcomes(machine, CHUNKS);
    const traces = machine.populations.flatMap((population) =>
      population.program.buffers.flatMap(({ name }, k) => (name.endsWith(".trace") ? [population.view(k)] : [])),
    );
    if (traces.some((trace) => trace.some((value) => value !== 0))) arrived++;
  }
  expect(arrived).toBeGreaterThan(20);
});
