import fc from "fast-check";
import { compileComponent } from "../../src/compile/compile.ts";
import { numberParts } from "../../src/compile/network.ts";
import type { Bundle, NetworkProgram, Shard } from "../../src/compile/network-program.ts";
import type { Receptor, ReceptorModel } from "../../src/compile/receptors.ts";
import { constant, type Float, symbol } from "../../src/expr/expr.ts";
import { add, mul } from "../../src/expr/verbs.ts";
import { float } from "../../src/model/scope.ts";
import { AdaptiveLeakySoma, LeakySoma, RefractoryLeakySoma, StrictRefractoryLeakySoma } from "../../src/somas/leaky.ts";

/*
 * Random small networks, made without the library's own rules: a list of synapses, laid out here in the plainest way.
 */

export interface RandomSynapse {
  readonly source: number;
  readonly target: number;
  readonly receptor: number;
  readonly delay: number;
  readonly weight: number;
  readonly from: number;
  readonly to: number;
}

export interface NetworkRecipe {
  /** Units of each population. */
  readonly sizes: readonly number[];
  /** Receptors of each population. */
  readonly receptors: readonly number[];
  readonly seed: number;
  /** Synapses of each unit with one population, about. */
  readonly degree: number;
  readonly longest: number;
  /** Whether all synapses of a source unit have one weight. */
  readonly shared: boolean;
  readonly rows: number;
}

export const networkRecipes: fc.Arbitrary<NetworkRecipe> = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 4 }),
  receptors: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
  seed: fc.nat(1e6),
  degree: fc.integer({ min: 0, max: 12 }),
  longest: fc.constantFrom(1, 2, 5, 17),
  shared: fc.boolean(),
  rows: fc.constantFrom(1, 7, 40),
});

/** A small generator for tests: the networks need to be varied, not good. */
const numbersOf = (seed: number): (() => number) => {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
};

/** A trace that decays, and gives its value before the step. */
const traced: ReceptorModel = (() => {
  const state = { trace: float(0, "pA", "Trace.") };
  const trace = symbol("float", "trace", "state", "pA") as Float;
  const arriving = symbol("float", "arriving", "input", "pA") as Float;
  return {
    name: "TracedSynapse",
    state,
    next: { trace: add(mul(trace, constant("float", 0.9)), arriving) },
    output: { port: "current" as const, value: trace },
    observables: { trace: { expr: trace, unit: "pA", description: "Trace." } },
  };
})();

const somaTypes = [LeakySoma, RefractoryLeakySoma, StrictRefractoryLeakySoma, AdaptiveLeakySoma];

export const synapsesOf = (recipe: NetworkRecipe): RandomSynapse[] => {
  const { sizes, receptors, degree, longest, shared } = recipe;
  const draw = numbersOf(recipe.seed);
  const list: RandomSynapse[] = [];
  sizes.forEach((units, source) => {
    const weights = Array.from({ length: units }, () => Math.fround((draw() - 0.25) * 900));
    sizes.forEach((size, target) => {
      if (receptors[target] === 0) return;
      for (let from = 0; from < units; from++) {
        const count = Math.floor(draw() * (degree + 1));
        for (let k = 0; k < count; k++) {
          const weight = shared ? weights[from]! : Math.fround((draw() - 0.25) * 900);
          const receptor = Math.floor(draw() * receptors[target]!);
          const [to, delay] = [Math.floor(draw() * size), 1 + Math.floor(draw() * longest)];
          list.push({ source, target, receptor, delay, weight, from, to });
        }
      }
    });
  });
  return list;
};

/** Units cut into as many runs as there are threads, each a shard of its own. */
const shardsOf = (sizes: readonly number[], threads: number, firstSlots: readonly number[]): Shard[] =>
  Array.from({ length: threads }, (_, thread) => {
    const units = sizes.flatMap((size, population) => {
      const cut = (k: number): number => Math.min(size, Math.ceil((size * k) / threads / 64) * 64);
      const [first, end] = [cut(thread), thread === threads - 1 ? size : cut(thread + 1)];
      return first < end ? [{ population, first, end }] : [];
    });
    const firstSlot = Math.min(...units.map(({ population }) => firstSlots[population]!), firstSlots.at(-1)!);
    return { thread, units, firstSlot, wide: thread % 2 === 1 };
  });

export const networkOf = (
  recipe: NetworkRecipe,
  precision: "f32" | "f64",
  threads: number,
): { readonly network: NetworkProgram; readonly synapses: readonly RandomSynapse[] } => {
  const synapses = synapsesOf(recipe);
  const parts = recipe.sizes.map((units, p) => {
    const name = `p${p}`;
    const component = somaTypes[(p + recipe.seed) % somaTypes.length]!({ units: [units] });
    const built = component.build({}, { dt: 0.5, seed: recipe.seed });
    const receptors = Array.from(
      { length: recipe.receptors[p]! },
      (_, r): Receptor => ({
        name: `r${r}`,
        model: traced,
        fields: {},
        start: {},
        seed: 1,
        wired: true,
        drives: [],
      }),
    );
    const program = compileComponent(built, {
      precision,
      rows: recipe.rows,
      inputs: { current: [{ kind: "unit" }] },
      spikes: true,
      records: [{ name: "potential" }, { name: "potential", units: [0, units - 1] }],
      path: name,
      receptors,
    });
    return { name, program, receptors };
  });
  const numbered = numberParts(parts);
  const slotOf = ({ target, receptor, to }: RandomSynapse): number =>
    numbered.populations[target]!.receptors[receptor]!.firstSlot + to;
  const firstSlots = numbered.populations.map(({ receptors }) => receptors[0]?.firstSlot ?? numbered.slots);
  const shards = shardsOf(recipe.sizes, threads, firstSlots);
  const bundles = recipe.sizes.flatMap((units, source): Bundle[] => {
    const own = synapses.filter((synapse) => synapse.source === source);
    return own.length === 0 ? [] : [bundleOf(own, source, units, shards, slotOf, recipe.shared)];
  });
  const longestDelay = synapses.reduce((most, { delay }) => Math.max(most, delay), 0);
  const { populations, slots } = numbered;
  return {
    network: { name: "Random", precision, rows: recipe.rows, populations, slots, shards, bundles, longestDelay },
    synapses,
  };
};

const bundleOf = (
  own: readonly RandomSynapse[],
  population: number,
  sources: number,
  shards: readonly Shard[],
  slotOf: (synapse: RandomSynapse) => number,
  shared: boolean,
): Bundle => {
  const delays = Int32Array.from([...new Set(own.map(({ delay }) => delay))].sort((a, b) => a - b));
  const sorted = shards.map(({ units }) => {
    const here = own.filter(({ target, to }) =>
      units.some((run) => run.population === target && run.first <= to && to < run.end),
    );
    return Array.from({ length: sources }, (_, from) =>
      Array.from(delays, (delay) => here.filter((synapse) => synapse.from === from && synapse.delay === delay)),
    ).flat();
  });
  return {
    population,
    sources,
    delays,
    weights: shared ? "source" : "synapse",
    shards: sorted.map((groups) => {
      const offsets = new Uint32Array(groups.length + 1);
      for (const [k, group] of groups.entries()) offsets[k + 1] = offsets[k]! + group.length;
      return { offsets, synapses: offsets.at(-1)! };
    }),
    fill: (parts) => {
      for (const [shard, { targets, weights }] of parts.entries()) {
        for (const [k, synapse] of sorted[shard]!.flat().entries()) {
          targets[k] = slotOf(synapse) - shards[shard]!.firstSlot;
          weights[shared ? synapse.from : k] = synapse.weight;
        }
      }
    },
  };
};
