import { Place } from "../config/place.ts";
import { ConfigError, type Issue, MemoryError } from "../errors/errors.ts";
import type { Bundle, BundlePart, BundleShard, Shard } from "../program/network.ts";
import { countRows, denseRows, fillRows } from "./dense.ts";
import { conflictIssues, type Layout, layoutOf } from "./layout.ts";
import { proceduralBundle } from "./procedural.ts";
import { SHARD_UNITS } from "./shards.ts";
import type { Synapses, SynapseTally } from "./synapses.ts";
import { finish, type Work } from "./work.ts";

/** A projection and where its synapses end. */
export interface BundleInput {
  readonly synapses: Synapses;
  /** Number of the source population. */
  readonly source: number;
  /** Number of the target population. */
  readonly target: number;
  /** Slot of unit 0 of the target's receptor. */
  readonly firstSlot: number;
  /** 1 or −1 for each source unit, which its weights are multiplied by; 1 for all where left out. */
  readonly signs?: ArrayLike<number>;
  /** Default "auto". */
  readonly layout?: Layout;
}

/** A bundle whose synapses can be written little by little. */
export interface LaidBundle extends Bundle {
  readonly filling: (parts: readonly BundlePart[]) => Work<void>;
}

export interface Bundles {
  readonly bundles: readonly LaidBundle[];
  /** Steps of the longest delay; 0 where there is no synapse. */
  readonly longestDelay: number;
  readonly synapses: number;
  /** Sentences about delays that were rounded or clipped. */
  readonly warnings: readonly string[];
}

/**
 * Lays out the synapses of a network: counts them now, and has them written where a machine keeps them. The order of
 * the projections is that in which weights of one source unit add up.
 * @throws ConfigError for negative weights where a sign is applied to magnitudes, and for layouts that do not go
 * together; MemoryError for synapses that fit no rows
 */
export const bundlesOf = (inputs: readonly BundleInput[], shards: readonly Shard[]): Bundles =>
  finish(layOutBundles(inputs, shards));

/** The same as work that can be left off between batches of synapses. */
export const layOutBundles = function* (inputs: readonly BundleInput[], shards: readonly Shard[]): Work<Bundles> {
  checkSigns(inputs);
  const sources = [...new Set(inputs.map(({ source }) => source))].sort((a, b) => a - b);
  const groups = sources.flatMap((source) => groupsOf(inputs.filter((input) => input.source === source)));
  const warnings = inputs.flatMap(({ synapses }) => synapses.notes);
  let synapses = 0;
  const tell: Tell = ({ paths }, tally) => {
    synapses += tally.synapses;
    if (tally.clipped === 0) return;
    const clipped = `${tally.clipped} of ${tally.synapses}`;
    warnings.push(`${paths.delays}: ${clipped} were below half a step and were made one step.`);
  };
  const bundles: LaidBundle[] = [];
  for (const group of groups) {
    const one = group.layout === "procedural";
    bundles.push(one ? proceduralBundle(group.inputs[0], shards, tell) : yield* bundleOf(group, shards, tell));
  }
  const filled = bundles.filter((bundle) => bundle.delays.length > 0);
  return {
    bundles: filled,
    longestDelay: filled.reduce((most, { delays }) => Math.max(most, delays.at(-1)!), 0),
    synapses,
    warnings,
  };
};

/** Takes what going through the synapses of a projection found. */
export type Tell = (synapses: Synapses, tally: SynapseTally) => void;

/** What is wrong with the weights of a projection whose source units are inhibitory. */
export const signIssues = ({ leastWeight, paths }: Pick<Synapses, "leastWeight" | "paths">): Issue[] => {
  if (leastWeight >= 0) return [];
  const received = Number.isFinite(leastWeight) ? `${leastWeight}` : "draws without a lower bound";
  const message = `must be at least 0 where source units are inhibitory, whose spikes count as -1; received ${received}. Give magnitudes, and drawn ones min: 0.`;
  return [{ path: paths.weights, message }];
};

const checkSigns = (inputs: readonly BundleInput[]): void => {
  const issues = inputs.flatMap(({ synapses, signs }) => (signs ? signIssues(synapses) : []));
  if (issues.length > 0) throw new ConfigError(issues);
};

/** Projections of one bundle. */
interface Group {
  readonly inputs: readonly [BundleInput, ...BundleInput[]];
  /** The weight of all, where they share one. */
  readonly weight: number | undefined;
  /** If not in lists, they end in one receptor. */
  readonly layout: Exclude<Layout, "auto">;
}

/**
 * Splits the projections of one source population: those that end in one receptor stay together, so that their weights
 * add up in order. Receptors whose synapses all have one same weight share a bundle without weights; the others, one
 * with a weight a synapse. Receptors whose synapses do not lie in lists have a bundle each.
 */
const groupsOf = (inputs: readonly BundleInput[]): Group[] => {
  const byReceptor = new Map<number, BundleInput[]>();
  for (const input of inputs) {
    byReceptor.set(input.firstSlot, [...(byReceptor.get(input.firstSlot) ?? []), input]);
  }
  const groups = new Map<number | undefined, BundleInput[]>();
  const unlisted: Group[] = [];
  for (const [, together] of byReceptor) {
    const layout = commonLayout(together);
    if (layout !== "sparse") {
      unlisted.push({ inputs: together as [BundleInput], weight: undefined, layout });
      continue;
    }
    const [{ synapses, signs }] = together as [BundleInput];
    const same = together.every((input) => input.synapses.weight === synapses.weight && input.signs === signs);
    const weight = same ? synapses.weight : undefined;
    groups.set(weight, [...(groups.get(weight) ?? []), ...together]);
  }
  const lists = [...groups].map(([weight, members]): Group => {
    const [first, ...others] = inputs.filter((input) => members.includes(input));
    return { weight, inputs: [first!, ...others], layout: "sparse" };
  });
  return [...lists, ...unlisted];
};

const commonLayout = (together: readonly BundleInput[]): Group["layout"] => {
  const laid = together.map(({ synapses, layout }) => ({ name: synapses.name, layout, synapses }));
  const issues = conflictIssues(laid, (name) => new Place([name, "layout"]));
  if (issues.length > 0) throw new ConfigError(issues);
  return layoutOf(laid);
};

/** Where a synapse goes by its target: the shard of each stretch of target units. */
const stretchesOf = (target: number, units: number, shards: readonly Shard[]): Uint8Array | Uint16Array => {
  const length = Math.ceil(units / SHARD_UNITS);
  const stretches = shards.length > 256 ? new Uint16Array(length) : new Uint8Array(length);
  shards.forEach((shard, k) => {
    for (const { population, first, end } of shard.units) {
      if (population === target) stretches.fill(k, first / SHARD_UNITS, Math.ceil(end / SHARD_UNITS));
    }
  });
  return stretches;
};

/** Place of each number of steps among ascending ones. */
const placesOf = (delays: Int32Array): Int32Array => {
  const places = new Int32Array((delays.at(-1) ?? 0) + 1);
  delays.forEach((steps, place) => {
    places[steps] = place;
  });
  return places;
};

const bundleOf = function* (group: Group, shards: readonly Shard[], tell: Tell): Work<LaidBundle> {
  const [{ source, synapses }] = group.inputs;
  const { sources } = synapses;
  const possible = Int32Array.from(new Set(group.inputs.flatMap((input) => [...input.synapses.delays]))).sort();
  const inRows = group.layout === "dense";
  const counted = inRows
    ? yield* countRows(group.inputs, shards, placesOf(possible), possible.length, tell)
    : yield* countSynapses(group, shards, possible, tell);
  const dense = inRows ? denseRows(group.inputs[0], shards) : undefined;
  const { delays, counts } = withoutUnused(counted, possible, sources, shards.length);
  const parts = shards.map((_, shard): BundleShard => {
    const rows = sources * delays.length;
    const offsets = new Uint32Array(rows + 1);
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      offsets[row] = sum;
      sum += counts[shard * rows + row]!;
    }
    if (sum > 0xffffffff) throw tooMany(synapses.name, sum);
    offsets[rows] = sum;
    return { offsets, synapses: sum, ...(dense && { row: dense[shard]! }) };
  });
  return {
    population: source,
    sources,
    delays,
    weights: group.weight === undefined ? "synapse" : "source",
    shards: parts,
    fill: (arrays) => finish(fillBundle(group, shards, delays, parts, arrays)),
    filling: (arrays) => fillBundle(group, shards, delays, parts, arrays),
  };
};

const tooMany = (name: string, synapses: number): MemoryError =>
  new MemoryError(
    `${name} must make at most 4294967295 synapses a thread; received ${synapses}. Use more threads, or fewer synapses.`,
  );

/** Synapses of each shard, source unit and delay. */
const countSynapses = function* (
  { inputs }: Group,
  shards: readonly Shard[],
  delays: Int32Array,
  tell: Tell,
): Work<Uint32Array> {
  const rows = inputs[0].synapses.sources * delays.length;
  const counts = new Uint32Array(rows * shards.length);
  const places = placesOf(delays);
  for (const { synapses, target } of inputs) {
    const starts = Float64Array.from(stretchesOf(target, synapses.targets, shards), (shard) => shard * rows);
    const batches = synapses.batches({ weights: false });
    let next = batches.next();
    for (; !next.done; next = batches.next()) {
      const { length, sources, targets, delays: steps } = next.value;
      for (let k = 0; k < length; k++) {
        counts[starts[targets[k]! >>> 6]! + sources[k]! * delays.length + places[steps[k]!]!]!++;
      }
      yield;
    }
    tell(synapses, next.value);
  }
  return counts;
};

/** Leaves out delays that no synapse has. */
const withoutUnused = (
  counts: Uint32Array,
  delays: Int32Array,
  sources: number,
  shards: number,
): { readonly delays: Int32Array; readonly counts: Uint32Array } => {
  const width = delays.length;
  const totals = new Float64Array(width);
  for (let row = 0; row < counts.length; row += width) {
    for (let k = 0; k < width; k++) totals[k]! += counts[row + k]!;
  }
  const used = [...totals.keys()].filter((k) => totals[k]! > 0);
  if (used.length === width) return { delays, counts };
  const kept = new Uint32Array(shards * sources * used.length);
  for (let row = 0; row < shards * sources; row++) {
    for (let k = 0; k < used.length; k++) kept[row * used.length + k] = counts[row * width + used[k]!]!;
  }
  return { delays: Int32Array.from(used, (k) => delays[k]!), counts: kept };
};

/** Draws the synapses of a bundle again and writes each to its place. */
const fillBundle = function* (
  { inputs, weight, layout }: Group,
  shards: readonly Shard[],
  delays: Int32Array,
  parts: readonly BundleShard[],
  arrays: readonly BundlePart[],
): Work<void> {
  if (layout === "dense") {
    const [{ target, synapses }] = inputs;
    const stretches = stretchesOf(target, synapses.targets, shards);
    yield* fillRows(inputs, shards, placesOf(delays), delays.length, parts, arrays, stretches);
    return;
  }
  const cursors = parts.map(({ offsets }) => offsets.slice());
  const places = placesOf(delays);
  for (const input of inputs) {
    const stretches = stretchesOf(input.target, input.synapses.targets, shards);
    const shifts = Float64Array.from(shards, ({ firstSlot }) => input.firstSlot - firstSlot);
    const { signs } = input;
    const batches = input.synapses.batches({ weights: weight === undefined });
    for (const { length, sources, targets, delays: steps, weights } of batches) {
      for (let k = 0; k < length; k++) {
        const source = sources[k]!;
        const target = targets[k]!;
        const shard = stretches[target >>> 6]!;
        const at = cursors[shard]![source * delays.length + places[steps[k]!]!]!++;
        const array = arrays[shard]!;
        array.targets[at] = target + shifts[shard]!;
        if (weight === undefined) array.weights[at] = signs ? weights[k]! * signs[source]! : weights[k]!;
      }
      yield;
    }
  }
  if (weight === undefined) return;
  const { signs } = inputs[0];
  for (const { weights } of arrays) {
    for (let source = 0; source < weights.length; source++) weights[source] = signs ? weight * signs[source]! : weight;
  }
};
