import fc from "fast-check";
import { expect, test } from "vitest";
import { doubles } from "../../src/math/doubles.ts";
import { threefry } from "../../src/math/threefry.ts";
import type { Engine, Machine } from "../../src/program/machine.ts";
import type { NetworkProgram } from "../../src/program/network.ts";
import { definition, describeEach } from "./backends.test-support.ts";
import { isSet, pullState, setupOf } from "./both.test-support.ts";
import { graphs, graphsTimeout } from "./graphs.test-support.ts";
import { type NetworkRecipe, networkOf, randomRecipe, type Synapse, stand } from "./networks.test-support.ts";

const STEPS = 60;

/** Currents of one step that make units spike now and then. */
const drive = (machine: Machine, step: number): void => {
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
const firedIn = (machine: Machine): string[] =>
  machine.populations.flatMap(({ program }, p) => {
    const bits = machine.populations[p]!.view(program.spikes!);
    const units = Array.from({ length: program.units }, (_, unit) => unit);
    return units.filter((unit) => isSet(bits, unit)).map((unit) => `${p} ${unit}`);
  });

interface Course {
  /** The units that spiked, step by step. */
  readonly spikes: readonly string[][];
  /** What every state is in the end: the traces show in which order the weights were added. */
  readonly states: readonly (readonly number[])[];
}

type Deliver = (machine: Machine, step: number, seen: readonly ReadonlySet<string>[]) => void | Promise<void>;

/** Runs a network; before a step is computed, `deliver` may add to what arrives in it. */
const courseOf = async (engine: Engine, network: NetworkProgram, deliver: Deliver = () => {}): Promise<Course> => {
  const programs = network.populations.map(({ program }) => program);
  const { machine } = await stand(engine, network, setupOf(programs, 1, []));
  const seen: Set<string>[] = [];
  for (let step = 0; step < STEPS; step++) {
    drive(machine, step);
    await deliver(machine, step, seen);
    await machine.advance(step, 1);
    seen.push(new Set(firedIn(machine)));
  }
  const states: number[][] = [];
  for (const [p, { program }] of machine.populations.entries()) {
    for (const [k, { role }] of program.buffers.entries()) {
      if (role === "state") states.push([...(await pullState(machine, p, k))]);
    }
  }
  machine.dispose();
  return { spikes: seen.map((units) => [...units]), states };
};

/** The same network without bundles, shards or lists: every synapse is looked at in every step. */
const bruteForce = (engine: Engine, recipe: NetworkRecipe): Promise<Course> => {
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
  return courseOf(engine, { ...network, bundles: [], longestDelay: 0 }, async (machine, step, seen) => {
    for (const { p, buffer } of receptors) await machine.pull?.(p, buffer);
    for (const { receptor, unit, weight, delay, from } of synapses) {
      if (!seen[step - delay]?.has(from)) continue;
      const { p, buffer } = receptors[receptor]!;
      const slots = machine.populations[p]!.view(buffer);
      slots[unit] = round(slots[unit]! + round(weight));
    }
    for (const { p, buffer } of receptors) await machine.push?.(p, buffer);
  });
};

describeEach(
  "delivers what looking at every synapse in every step delivers",
  ({ listed, engine }) => {
    test(
      "in random networks",
      async () => {
        let spikes = 0;
        let steered = 0;
        const runs = Math.ceil(listed === definition ? graphs(60) : graphs(12) * listed.share);
        await fc.assert(
          fc.asyncProperty(fc.nat(), async (seed) => {
            const recipe = randomRecipe(seed);
            const seen = await courseOf(engine(), networkOf(recipe));
            expect(seen).toEqual(await bruteForce(engine(), recipe));
            spikes += seen.spikes.flat().length;
            const alone = await courseOf(engine(), { ...networkOf(recipe), bundles: [], longestDelay: 0 });
            if (JSON.stringify(alone) !== JSON.stringify(seen)) steered++;
          }),
          { numRuns: runs, seed: 11 },
        );
        // A comparison of networks that are silent, or whose synapses change nothing, would show nothing.
        expect(spikes).toBeGreaterThan(16 * runs);
        expect(steered).toBeGreaterThanOrEqual(Math.floor(runs / 3));
      },
      graphsTimeout(120_000),
    );
  },
  { needs: ["networks"] },
);
