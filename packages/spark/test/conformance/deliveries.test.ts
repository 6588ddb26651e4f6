import fc from "fast-check";
import { expect, test } from "vitest";
import type { Backend, NetworkMachine } from "../../src/backend/backend.ts";
import { interpreter } from "../../src/backend/interpreter/interpreter.ts";
import { type NetworkRecipe, networkOf, networkRecipes, type RandomSynapse } from "./random-network.test-support.ts";

const STEPS = 60;

/** A current for each unit, so that networks fire; `phase` varies it. */
const drive = ({ program, view }: Bound, phase: number): void => {
  const current = program.buffers.findIndex(({ role, type }) => role === "input" && type === "float");
  const values = view(current);
  for (let unit = 0; unit < values.length; unit++) values[unit] = 260 + 30 * Math.sin(unit + phase);
};

type Bound = Pick<NetworkMachine["populations"][number], "program" | "view">;
const bound = (machine: NetworkMachine): Bound[] =>
  machine.populations.map((population) => ({ program: population.program, view: (k) => population.view(k) }));

const make = async (backend: Backend, recipe: NetworkRecipe, precision: "f32" | "f64", threads = 1) =>
  backend.createNetwork!(networkOf(recipe, precision, threads).network);

/** The same network without bundles, shards or lists: every synapse is looked at in every step. */
const bruteForce = (recipe: NetworkRecipe, precision: "f32" | "f64"): unknown[] => {
  const { network, synapses } = networkOf(recipe, precision, 1);
  const quiet = { ...network, bundles: [], longestDelay: 0 };
  const machine = interpreter.createNetwork!(quiet) as NetworkMachine;
  const round = precision === "f32" ? Math.fround : (x: number): number => x;
  const history: Set<string>[] = [];
  const seen: unknown[] = [];
  for (let step = 0; step < STEPS; step++) {
    for (const population of bound(machine)) drive(population, 0);
    const arrived = synapses
      .filter(({ delay, source, from }) => history[step - delay]?.has(`${source} ${from}`))
      .sort((a, b) => b.delay - a.delay || a.source - b.source || a.from - b.from);
    for (const { target, receptor, to, weight } of arrived as RandomSynapse[]) {
      const slots = machine.populations[target]!.view(network.populations[target]!.receptors[receptor]!.buffer);
      slots[to] = round(slots[to]! + weight);
    }
    machine.advance(step, 1);
    const fired = new Set<string>();
    bound(machine).forEach(({ program, view }, p) => {
      const bits = view(network.populations[p]!.spikes);
      for (let unit = 0; unit < program.units; unit++) {
        if ((bits[unit >>> 5]! >>> (unit & 31)) & 1) fired.add(`${p} ${unit}`);
      }
    });
    history.push(fired);
    seen.push([...fired]);
  }
  return seen;
};

/** The spikes of each step, by population and unit. */
const spikesOf = async (machine: NetworkMachine): Promise<unknown[]> => {
  const seen: unknown[] = [];
  for (let step = 0; step < STEPS; step++) {
    for (const population of bound(machine)) drive(population, 0);
    await machine.advance(step, 1);
    const fired: string[] = [];
    bound(machine).forEach(({ program, view }, p) => {
      const bits = view(machine.network.populations[p]!.spikes);
      for (let unit = 0; unit < program.units; unit++) {
        if ((bits[unit >>> 5]! >>> (unit & 31)) & 1) fired.push(`${p} ${unit}`);
      }
    });
    seen.push(fired);
  }
  return seen;
};

test("the interpreter delivers what looking at every synapse in every step delivers", async () => {
  let spikes = 0;
  await fc.assert(
    fc.asyncProperty(networkRecipes, fc.constantFrom("f32" as const, "f64" as const), async (recipe, precision) => {
      const seen = await spikesOf(await make(interpreter, recipe, precision));
      expect(seen).toEqual(bruteForce(recipe, precision));
      spikes += (seen as string[][]).flat().length;
    }),
    { numRuns: 60, seed: 11 },
  );
  expect(spikes).toBeGreaterThan(1000);
}, 120_000);
