import { type Binding, compileComponent } from "../../src/compile/compile.ts";
import { arrivalsName, type ReceptorModel } from "../../src/compile/receptors.ts";
import { constant, dt, type Float, symbol } from "../../src/expr/expr.ts";
import { add, div, exp, mul, neg } from "../../src/expr/verbs.ts";
import { doubles } from "../../src/math/doubles.ts";
import { scheduleOf, threefry } from "../../src/math/threefry.ts";
import type { Engine, Machine, Setup } from "../../src/program/machine.ts";
import type { Bundle, NetworkProgram, PopulationProgram, Procedure, Shard } from "../../src/program/network.ts";
import { paddedTo } from "../../src/program/program.ts";
import { RefractoryLeakySoma } from "../../src/somas/index.ts";
import { type Course, type Outcome, outcomesOf, setupOf, sharedAmong, type Watched } from "./both.test-support.ts";

/** One synapse of a small network, written down plainly. */
export interface Synapse {
  readonly source: number;
  /** Receptor and unit that it ends at. */
  readonly receptor: number;
  readonly unit: number;
  readonly delay: number;
  readonly weight: number;
}

/** Of synapses that end at one receptor after one delay. */
interface RecipeProcedure extends Pick<Procedure, "targets" | "skips" | "draws"> {
  readonly receptor: number;
  readonly delay: number;
  /** Number of the first draw of each source unit, and behind the last. */
  readonly offsets: readonly number[];
}

/** What a small network is made of. Receptors are numbered through all populations. */
export interface NetworkRecipe {
  readonly precision: "f32" | "f64";
  readonly populations: readonly {
    readonly units: number;
    readonly receptors: number;
    /** What the tests watch of it. */
    readonly records?: readonly Watched[];
  }[];
  /** In the order of populations. */
  readonly bundles: readonly {
    readonly population: number;
    readonly weights: Bundle["weights"];
    readonly synapses: readonly Synapse[];
    /** Whether they lie in rows, a bundle a receptor. */
    readonly dense?: boolean;
    /** What tells their targets, where they are not kept. */
    readonly procedure?: RecipeProcedure;
  }[];
  /** Units at which every population is cut into shards, multiples of 64; and whether their targets take 32 bits. */
  readonly cuts: readonly number[];
  readonly wide: boolean;
}

const trace: Float = symbol("float", "trace", "state", "pA");

/** A current that decays in 5 ms. */
const decaying: ReceptorModel = {
  name: "Decaying",
  state: { trace: { dtype: "float", initial: constant("float", 0, "pA"), unit: "pA", description: "current" } },
  next: {
    trace: add(mul(trace, exp(neg(div(dt, constant("float", 5, "ms"))))), symbol("float", "arriving", "input", "pA")),
  },
  output: { port: "current", value: trace },
  observables: { trace: { expr: trace, unit: "pA", description: "current" } },
};

/** A network of refractory somas whose receptors are decaying currents. Each population takes a current a step and unit. */
export const networkOf = (
  recipe: NetworkRecipe,
  current: readonly Binding[] = [{ kind: "rowUnit" }],
): NetworkProgram => {
  const { precision } = recipe;
  let slots = 0;
  let firstSource = 0;
  const receptorSlots: { readonly population: number; readonly firstSlot: number }[] = [];
  const populations = recipe.populations.map(({ units, receptors: count }, p): PopulationProgram => {
    const receptors = Array.from({ length: count }, (_, k) => ({
      name: `r${k}`,
      model: decaying,
      fields: {},
      start: { trace: [0] },
      seed: 1,
      port: "current",
      wired: true,
      drives: [],
    }));
    const built = RefractoryLeakySoma({ units: [units], potentialTau: { uniform: { min: 8, max: 20 } } }).build(
      {},
      { dt: 0.5, seed: p + 1 },
    );
    const path = `p${p}`;
    const program = compileComponent(built, {
      precision,
      receptors,
      path,
      inputs: { current },
    });
    const find = (name: string): number => program.buffers.findIndex((buffer) => buffer.name === name);
    const own = receptors.map(({ name }) => {
      const firstSlot = slots;
      slots += paddedTo(units, 32);
      receptorSlots.push({ population: p, firstSlot });
      return { buffer: find(arrivalsName(path, name)), firstSlot };
    });
    firstSource += units;
    return { name: path, program, receptors: own, firstSource: firstSource - units };
  });
  const shards = shardsOf(recipe, populations);
  const slotOf = (synapse: Synapse): number => receptorSlots[synapse.receptor]!.firstSlot + synapse.unit;
  const shardOf = ({ receptor, unit }: Synapse): number => {
    const { population } = receptorSlots[receptor]!;
    return shards.findIndex(({ units }) =>
      units.some((run) => run.population === population && unit >= run.first && unit < run.end),
    );
  };
  const bundles = recipe.bundles.flatMap((bundle): Bundle[] => {
    const { units } = recipe.populations[bundle.population]!;
    if (bundle.procedure) {
      const { population, firstSlot } = receptorSlots[bundle.procedure.receptor]!;
      const run = (shard: Shard) => shard.units.find((each) => each.population === population);
      return [workedOut(bundle, bundle.procedure, units, shards, { firstSlot, run })];
    }
    if (bundle.dense) {
      return receptorSlots.flatMap(({ population, firstSlot }, receptor) => {
        const own = bundle.synapses.filter((synapse) => synapse.receptor === receptor);
        const run = (shard: Shard) => shard.units.find((each) => each.population === population);
        return own.length === 0 ? [] : [rowsOf(bundle.population, units, own, shards, { firstSlot, run })];
      });
    }
    return [bundleOf(bundle, units, shards, (synapse) => [shardOf(synapse), slotOf(synapse)])];
  });
  const longestDelay = Math.max(0, ...bundles.map(({ delays }) => delays.at(-1) ?? 0));
  return { name: "Network", precision, populations, slots, shards, bundles, longestDelay };
};

const shardsOf = ({ cuts, wide }: NetworkRecipe, populations: readonly PopulationProgram[]): Shard[] =>
  [...cuts, Number.POSITIVE_INFINITY].flatMap((cut, k): Shard[] => {
    const first = cuts[k - 1] ?? 0;
    const units = populations.flatMap(({ program }, population) =>
      first < program.units ? [{ population, first, end: Math.min(cut, program.units) }] : [],
    );
    if (units.length === 0) return [];
    const starts = units.flatMap((run) =>
      populations[run.population]!.receptors.map(({ firstSlot }) => firstSlot + run.first),
    );
    return [{ thread: k, units, firstSlot: Math.min(...starts, Number.MAX_SAFE_INTEGER), wide }];
  });

const bundleOf = (
  { population, weights, synapses }: NetworkRecipe["bundles"][number],
  sources: number,
  shards: readonly Shard[],
  placeOf: (synapse: Synapse) => readonly [shard: number, slot: number],
): Bundle => {
  const delays = Int32Array.from([...new Set(synapses.map(({ delay }) => delay))].sort((a, b) => a - b));
  const parts = shards.map((_, shard) => {
    const cells = Array.from({ length: sources * delays.length }, (): Synapse[] => []);
    for (const synapse of synapses) {
      if (placeOf(synapse)[0] === shard)
        cells[synapse.source * delays.length + delays.indexOf(synapse.delay)]!.push(synapse);
    }
    const offsets = new Uint32Array(cells.length + 1);
    cells.forEach((cell, k) => {
      offsets[k + 1] = offsets[k]! + cell.length;
    });
    return { offsets, list: cells.flat() };
  });
  return {
    population,
    sources,
    delays,
    weights,
    shards: parts.map(({ offsets, list }) => ({ offsets, synapses: list.length })),
    fill: (written) => {
      written.forEach((part, shard) => {
        parts[shard]!.list.forEach((synapse, k) => {
          part.targets[k] = placeOf(synapse)[1] - shards[shard]!.firstSlot;
          part.weights[weights === "source" ? synapse.source : k] = synapse.weight;
        });
      });
    },
  };
};

/** Where the units of a population with a receptor are. */
interface Targets {
  readonly firstSlot: number;
  readonly run: (shard: Shard) => { first: number; end: number } | undefined;
}

/** The synapses of a bundle by what tells them. */
const workedOut = (
  { population, synapses }: NetworkRecipe["bundles"][number],
  { targets, skips, draws, delay, offsets }: RecipeProcedure,
  sources: number,
  shards: readonly Shard[],
  { firstSlot, run }: Targets,
): Bundle => ({
  population,
  sources,
  weights: "source",
  delays: Int32Array.from(synapses.length > 0 ? [delay] : []),
  shards: shards.map((shard) => {
    const units = run(shard);
    if (synapses.length === 0) return { offsets: new Uint32Array(1), synapses: 0 };
    if (!units) return { offsets: new Uint32Array(sources + 1), synapses: 0 };
    const { first, end } = units;
    const own = synapses.filter(({ unit }) => unit >= first && unit < end).length;
    const slot = firstSlot + first - shard.firstSlot;
    return {
      offsets: Uint32Array.from(offsets),
      synapses: draws ? offsets.at(-1)! : own,
      procedure: { targets, first, length: end - first, slot, skips, ...(draws && { draws }) },
    };
  }),
  fill: (written) => {
    for (const { weights } of written) for (const { source, weight } of synapses) weights[source] = weight;
  },
});

/** The synapses with one receptor as rows of weights: the second one of a pair and delay in a second row, and so on. */
const rowsOf = (
  population: number,
  sources: number,
  synapses: readonly Synapse[],
  shards: readonly Shard[],
  to: Targets,
): Bundle => {
  const delays = Int32Array.from([...new Set(synapses.map(({ delay }) => delay))].sort((a, b) => a - b));
  const parts = shards.map((shard) => {
    const { first, end } = to.run(shard) ?? { first: 0, end: 0 };
    const length = Math.ceil((end - first) / 16) * 16;
    const weights: number[] = [];
    const offsets = [0];
    for (let source = 0; source < sources; source++) {
      for (const delay of delays) {
        const start = weights.length;
        const seen = new Map<number, number>();
        for (const synapse of synapses) {
          if (synapse.source !== source || synapse.delay !== delay || synapse.unit < first || synapse.unit >= end)
            continue;
          const row = seen.get(synapse.unit) ?? 0;
          seen.set(synapse.unit, row + 1);
          while (weights.length < start + (row + 1) * length) weights.push(0);
          weights[start + row * length + synapse.unit - first] = synapse.weight;
        }
        offsets.push(weights.length);
      }
    }
    const row = length > 0 ? { first: to.firstSlot + first - shard.firstSlot, length } : { first: 0, length };
    return { offsets: Uint32Array.from(offsets), row, weights };
  });
  return {
    population,
    sources,
    delays,
    weights: "synapse" as const,
    shards: parts.map(({ offsets, row, weights }) => ({ offsets, synapses: weights.length, row })),
    fill: (written) => {
      parts.forEach(({ weights }, shard) => void written[shard]!.weights.set(weights));
    },
  };
};

/** The recipe with every synapse in lists. */
export const inLists = (recipe: NetworkRecipe): NetworkRecipe => ({
  ...recipe,
  bundles: recipe.bundles.map(({ population, weights, synapses }) => ({ population, weights, synapses })),
});

type Draw = (below: number) => number;

/** All synapses that a procedure tells, written down, beside what tells them. */
const proceduralRecipe = (
  draw: Draw,
  population: number,
  to: { readonly receptor: number; readonly delay: number; readonly recurrent: boolean },
  [units, targetUnits]: readonly [units: number, targetUnits: number],
): NetworkRecipe["bundles"][number] => {
  const kinds = ["all", "drawn", ...(units === targetUnits ? (["same"] as const) : [])] as const;
  const targets = kinds[draw(kinds.length)]!;
  const skips = targets !== "same" && targetUnits > 1 && to.recurrent && draw(2) === 0;
  const key = { first: draw(2 ** 31), second: draw(2 ** 31) };
  const choices = targetUnits - (skips ? 1 : 0);
  const offsets = [0];
  const synapses = Array.from({ length: units }, (_, source): Synapse[] => {
    const weight = (draw(2000) - 700) / 7;
    const of = (unit: number): Synapse => ({ source, receptor: to.receptor, unit, delay: to.delay, weight });
    if (targets === "same") return [of(source)];
    const every = Array.from({ length: targetUnits }, (_, unit) => unit);
    if (targets === "all") return every.filter((unit) => !skips || unit !== source).map(of);
    const first = offsets.at(-1)!;
    offsets.push(first + draw(20));
    return Array.from({ length: offsets.at(-1)! - first }, (_, k) => {
      const [word] = threefry(doubles, key, first + k, 0);
      const drawn = Math.floor((((word >>> 0) + 0.5) / 2 ** 32) * choices);
      return of(skips && drawn >= source ? drawn + 1 : drawn);
    });
  }).flat();
  const { receptor, delay } = to;
  const draws = targets === "drawn" ? { draws: { schedule: scheduleOf(key), choices } } : {};
  const told = { receptor, delay, targets, skips, offsets: targets === "drawn" ? offsets : [] };
  return { population, weights: "source", synapses, procedure: { ...told, ...draws } };
};

/** A recipe drawn by a seed: up to four populations, with bundles that share targets, repeat pairs, mix delays, and lie in
 * lists or rows or are worked out. */
export const randomRecipe = (seed: number): NetworkRecipe => {
  let count = 0;
  const draw: Draw = (below) => (threefry(doubles, { first: seed, second: 77 }, count++, 0)[0] >>> 0) % below;
  const populations = Array.from({ length: 1 + draw(4) }, () => {
    const units = 1 + draw(draw(3) === 0 ? 300 : 40);
    const listed = Array.from({ length: units }, (_, unit) => unit).filter(() => draw(3) === 0);
    const records = [{ name: "potential" }, { name: "potential", units: listed }, { name: "age", units: listed }];
    return { units, receptors: draw(3), records: draw(2) ? records : [] };
  });
  const receptors = populations.flatMap(({ units, receptors: own }) => Array.from({ length: own }, () => units));
  const longest = 1 + draw(12);
  const delays = Array.from({ length: 1 + draw(5) }, () => 1 + draw(longest));
  const owners = populations.flatMap(({ receptors: own }, p) => new Array<number>(own).fill(p));
  const bundleTo = (population: number, own: readonly number[]): NetworkRecipe["bundles"] => {
    if (own.length === 0) return [];
    const { units } = populations[population]!;
    if (draw(4) === 0) {
      return own.map((receptor) => {
        const to = { receptor, delay: delays[draw(delays.length)]!, recurrent: owners[receptor] === population };
        return proceduralRecipe(draw, population, to, [units, receptors[receptor]!]);
      });
    }
    const kind = draw(2) ? ("source" as const) : ("synapse" as const);
    const weightOf = Array.from({ length: units }, () => (draw(2000) - 700) / 7);
    const synapses = Array.from({ length: draw(units * 12) }, (): Synapse => {
      const source = draw(units);
      const receptor = own[draw(own.length)]!;
      const weight = kind === "source" ? weightOf[source]! : (draw(2000) - 700) / 7;
      return { source, receptor, unit: draw(receptors[receptor]!), delay: delays[draw(delays.length)]!, weight };
    });
    return [{ population, weights: kind, synapses, dense: draw(3) === 0 }];
  };
  const bundles = populations.flatMap((_, population) => {
    const own = receptors.flatMap((_, receptor) => (draw(4) > 0 ? [receptor] : []));
    const split = draw(own.length + 1);
    return [...bundleTo(population, own.slice(0, split)), ...bundleTo(population, own.slice(split))];
  });
  const cuts = [64, 128, 256].filter(() => draw(2) === 1);
  return { precision: draw(2) ? "f32" : "f64", populations, bundles, cuts, wide: draw(3) === 0 };
};

/** Units of the ring. */
export const RING_UNITS = 700;

/** One population in two shards. Each unit has one synapse of each delay, in steps. */
export const ringOf = (delays: readonly number[], precision: "f32" | "f64" = "f32"): NetworkProgram => {
  const synapses = Array.from({ length: RING_UNITS }, (_, source): Synapse[] =>
    delays.map((delay) => ({ source, receptor: 0, unit: (source * 7 + delay) % 5, delay, weight: 1 + source / 3 })),
  );
  return networkOf({
    precision,
    cuts: [128],
    wide: false,
    populations: [{ units: RING_UNITS, receptors: 1 }],
    bundles: [{ population: 0, weights: "synapse", synapses: synapses.flat() }],
  });
};

/** Chunks of at most 7 steps. */
export const MOST_ROWS = 7;

/** What the tests attach to the network of a recipe. */
export const setupFor = (recipe: NetworkRecipe, { populations }: NetworkProgram): Setup =>
  setupOf(
    populations.map(({ program }) => program),
    MOST_ROWS,
    recipe.populations.map(({ records = [] }) => records),
  );

/** Currents that make units spike now and then, and records that are due at some steps. */
export const courseFor = (setup: Setup, chunks: readonly number[], from = 0): Course => ({
  chunks,
  from,
  feed: (population, place, firstStep, rows) => {
    const { buffers, padded, units } = population.program;
    for (const [k, { role, length }] of buffers.entries()) {
      if (role !== "input") continue;
      const current = population.view(k);
      if (length < padded) current.fill(20 + firstStep);
      for (let row = 0; row < rows && length === padded; row++) {
        for (let unit = 0; unit < units; unit++) {
          const [a] = threefry(doubles, { first: 5, second: place }, firstStep + row, unit);
          current[row * padded + unit] = (a >>> 0) % 5 === 0 ? 2000 : 100;
        }
      }
    }
  },
  dues: (place, rows) => setup.populations[place]!.probes.map((_, k) => ({ first: k, every: 2 + k, last: rows - 1 })),
});

/** A network on an engine, with what is attached to it. */
export interface Standing {
  readonly machine: Machine;
  readonly setup: Setup;
}

export const stand = async (engine: Engine, network: NetworkProgram, setup: Setup): Promise<Standing> => {
  const machine = await engine.create(sharedAmong(network, engine.threads));
  await machine.attach(setup);
  return { machine, setup };
};

export const runNetwork = ({ machine, setup }: Standing, chunks: readonly number[], from = 0): Promise<Outcome[]> =>
  outcomesOf(machine, setup, courseFor(setup, chunks, from));
