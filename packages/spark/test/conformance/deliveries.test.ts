import fc from "fast-check";
import { expect, test } from "vitest";
import { InterpreterNetwork } from "../../src/backend/interpreter/network.ts";
import { doubles } from "../../src/math/doubles.ts";
import { threefry } from "../../src/math/threefry.ts";
import type { NetworkProgram } from "../../src/program/network.ts";
import { graphs, graphsTimeout } from "./graphs.test-support.ts";
import { type NetworkRecipe, networkOf, randomRecipe, type Synapse } from "./networks.test-support.ts";

const STEPS = 60;

/** A random network of which nothing is recorded. */
const plainRecipe = (seed: number): NetworkRecipe => {
  const recipe = randomRecipe(seed);
  return { ...recipe, populations: recipe.populations.map(({ units, receptors }) => ({ units, receptors })) };
};

/** Currents of one step that make units spike now and then. */
const drive = (machine: InterpreterNetwork, step: number): void => {
  machine.populations.forEach((population, p) => {
    const { buffers, units } = population.program;
    const current = population.view(buffers.findIndex(({ role, type }) => role === "input" && type === "float"));
    for (let unit = 0; unit < units; unit++) {
      const [drawn] = threefry(doubles, { first: 5, second: p }, step, unit);
      current[unit] = (drawn >>> 0) % 5 === 0 ? 2000 : 100;
    }
  });
};

/** The units that spiked in the last step, as "population unit". */
const firedIn = (machine: InterpreterNetwork, network: NetworkProgram): string[] =>
  machine.populations.flatMap((population, p) => {
    const bits = population.view(network.populations[p]!.spikes);
    return Array.from({ length: population.program.units }, (_, unit) => unit)
      .filter((unit) => (bits[unit >>> 5]! >>> (unit & 31)) & 1)
      .map((unit) => `${p} ${unit}`);
  });

interface Course {
  /** The units that spiked, step by step. */
  readonly spikes: readonly string[][];
  /** What every state is in the end: the traces show in which order the weights were added. */
  readonly states: readonly (readonly number[])[];
}

/** Runs a network; before a step is computed, `deliver` may add to what arrives in it. */
const courseOf = (
  network: NetworkProgram,
  deliver: (machine: InterpreterNetwork, step: number, seen: readonly string[][]) => void = () => {},
): Course => {
  const machine = new InterpreterNetwork(network);
  const seen: string[][] = [];
  for (let step = 0; step < STEPS; step++) {
    drive(machine, step);
    deliver(machine, step, seen);
    machine.advance(step, 1);
    seen.push(firedIn(machine, network));
  }
  const states = machine.populations.flatMap((population) =>
    population.program.buffers.flatMap(({ role }, k) =>
      role === "state" ? [[...population.view(k).subarray(0, population.program.units)]] : [],
    ),
  );
  return { spikes: seen, states };
};

/** The same network without bundles, shards or lists: every synapse is looked at in every step. */
const bruteForce = (recipe: NetworkRecipe): Course => {
  const network = networkOf(recipe);
  const round = recipe.precision === "f32" ? Math.fround : (x: number): number => x;
  const receptors = network.populations.flatMap(({ receptors: own }, p) => own.map(({ buffer }) => ({ p, buffer })));
  const synapses = recipe.bundles.flatMap(({ population, synapses: own }, bundle) =>
    own.map((synapse): Synapse & { from: string; bundle: number } => ({
      ...synapse,
      bundle,
      from: `${population} ${synapse.source}`,
    })),
  );
  // Into one unit in the order of emission, then of bundles, then of source units.
  synapses.sort((a, b) => b.delay - a.delay || a.bundle - b.bundle || a.source - b.source);
  return courseOf({ ...network, bundles: [], longestDelay: 0 }, (machine, step, seen) => {
    for (const { receptor, unit, weight, delay, from } of synapses) {
      if (!seen[step - delay]?.includes(from)) continue;
      const { p, buffer } = receptors[receptor]!;
      const slots = machine.populations[p]!.view(buffer);
      slots[unit] = round(slots[unit]! + round(weight));
    }
  });
};

const deliversAll = (): void => {
  let spikes = 0;
  let steered = 0;
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const recipe = plainRecipe(seed);
      const seen = courseOf(networkOf(recipe));
      expect(seen).toEqual(bruteForce(recipe));
      spikes += seen.spikes.flat().length;
      const alone = courseOf({ ...networkOf(recipe), bundles: [], longestDelay: 0 });
      if (JSON.stringify(alone) !== JSON.stringify(seen)) steered++;
    }),
    { numRuns: graphs(60), seed: 11 },
  );
  // A comparison of networks that are silent, or whose synapses change nothing, would show nothing.
  expect(spikes).toBeGreaterThan(1000);
  expect(steered).toBeGreaterThan(20);
};

test(
  "the interpreter delivers what looking at every synapse in every step delivers",
  deliversAll,
  graphsTimeout(120_000),
);
