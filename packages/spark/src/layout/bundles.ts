import { Place } from "../config/place.ts";
import type { Synapses } from "../connectivity/synapses.ts";
import { ConfigError, MemoryError } from "../errors/errors.ts";
import type { BundlePart, BundleShard, Shard } from "../program/network.ts";
import type { SynapseBuilder } from "../program/recipe.ts";
import type { Work } from "../program/work.ts";
import type { BundleInput, Bundles, Group, LaidBundle, StoredProjection, Tell } from "./bundle.ts";
import { countRows, denseRows, fillRows } from "./dense.ts";
import { conflictIssues, layoutOf } from "./layout.ts";
import { placesOf, stretchesOf } from "./places.ts";
import { proceduralBundle } from "./procedural.ts";
import { builtBy, fillShared } from "./recipes.ts";

/**
 * Lays out the synapses of a network, as work that can be interrupted: counts them now, and writes them later to the
 * memory of a machine. A builder draws and writes the projections that it supports; the others are drawn in batches. Do
 * not dispose of the builder before the bundles are filled. Weights of one source unit are added in the order of the
 * projections.
 * @throws ConfigError for incompatible layouts; MemoryError for synapses that do not fit into rows
 */
export const layOutBundles = function* (
  inputs: readonly BundleInput[],
  shards: readonly Shard[],
  builder?: SynapseBuilder,
): Work<Bundles> {
  const sources = [...new Set(inputs.map(({ source }) => source))].sort((a, b) => a - b);
  const groups = sources.flatMap((source) => groupsOf(inputs.filter((input) => input.source === source)));
  const warnings = inputs.flatMap(({ synapses }) => synapses.notes);
  let synapses = 0;
  const counts = new Map<Synapses, number>();
  const tell: Tell = (told, tally) => {
    const { paths } = told;
    counts.set(told, tally.synapses);
    synapses += tally.synapses;
    if (tally.clipped === 0) return;
    const clipped = `${tally.clipped} of ${tally.synapses}`;
    warnings.push(`${paths.delays}: ${clipped} were below half a step and were made one step.`);
  };
  const bundles: LaidBundle[] = [];
  for (const group of groups) {
    const one = group.layout === "procedural";
    bundles.push(one ? proceduralBundle(group.inputs[0], shards, tell) : yield* bundleOf(group, shards, tell, builder));
  }
  const filled = bundles.filter((bundle) => bundle.delays.length > 0);
  const projections = inputs.map((input): StoredProjection => {
    const place = groups.findIndex((group) => group.inputs.includes(input));
    const bundle = filled.indexOf(bundles[place]!);
    const own = { bundle: bundle < 0 ? undefined : bundle, group: groups[place]! };
    return { input, synapses: counts.get(input.synapses)!, ...own };
  });
  return {
    bundles: filled,
    projections,
    longestDelay: filled.reduce((most, { delays }) => Math.max(most, delays.at(-1)!), 0),
    synapses,
    warnings,
  };
};

/**
 * Splits the projections of one source population into bundles. Projections to one receptor stay together, so that their
 * weights are added in order. Receptors whose synapses all share one weight have a common bundle without weights, and the
 * other receptors in lists one with a weight per synapse. Each receptor that is not in lists, or whose synapses learn,
 * has its own bundle.
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
    if (layout !== "sparse" || together.some(({ learns }) => learns)) {
      unlisted.push({ inputs: together as [BundleInput], weight: undefined, layout });
      continue;
    }
    const [{ synapses, signs }] = together as [BundleInput];
    const same = together.every(
      (input) => input.synapses.weight === synapses.weight && input.signs === signs && !input.ownWeights,
    );
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
  const layout = layoutOf(laid);
  return layout === "procedural" && together.some(({ ownWeights }) => ownWeights) ? "sparse" : layout;
};

const bundleOf = function* (
  group: Group,
  shards: readonly Shard[],
  tell: Tell,
  builder: SynapseBuilder | undefined,
): Work<LaidBundle> {
  const [{ source, synapses }] = group.inputs;
  const { sources } = synapses;
  const possible = Int32Array.from(new Set(group.inputs.flatMap((input) => [...input.synapses.delays]))).sort();
  const inRows = group.layout === "dense";
  const built = builder && builtBy(builder, group, shards);
  const counted = inRows
    ? yield* countRows(group.inputs, shards, placesOf(possible), possible.length, tell)
    : built
      ? yield* built.count(possible, tell)
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
  const filling = (arrays: readonly BundlePart[]): Work<void> =>
    built ? built.fill(delays, parts, arrays) : fillBundle(group, shards, delays, parts, arrays);
  return {
    population: source,
    sources,
    delays,
    weights: group.weight === undefined ? "synapse" : "source",
    shards: parts,
    filling,
  };
};

const tooMany = (name: string, synapses: number): MemoryError =>
  new MemoryError(
    `${name} must make at most 4294967295 synapses a thread; received ${synapses}. Use more threads, or fewer synapses.`,
  );

/** Number of synapses of each shard, source unit and delay. */
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

/** Removes delays without synapses. */
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

/** Draws the synapses of a bundle again and writes them. */
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
  if (weight !== undefined) fillShared(inputs[0], weight, arrays);
};
