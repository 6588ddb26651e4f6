import { suggestName } from "../config/nearest-name.ts";
import { describe } from "../config/shape.ts";
import type { Issue } from "../errors/errors.ts";
import type { Synapses } from "./synapses.ts";

/** How synapses lie in memory. It changes speed and memory, never a result. */
export type Layout = "auto" | "sparse" | "dense";
export const layouts: readonly Layout[] = ["auto", "sparse", "dense"];

/** What is wrong with a layout as it was given. */
export const layoutIssues = (layout: unknown, path: string): Issue[] => {
  if (layout === undefined || layouts.includes(layout as Layout)) return [];
  const hint = typeof layout === "string" ? suggestName(layout, layouts) : "Leave it out for auto.";
  const message = `must be one of ${layouts.map((name) => `"${name}"`).join(", ")}; received ${describe(layout)}. ${hint}`;
  return [{ path, message }];
};

/** A projection as far as its layout goes. */
export interface Laid {
  readonly name: string;
  readonly layout?: Layout | undefined;
}

const chosenOf = (together: readonly Laid[]): readonly Laid[] =>
  together.filter(({ layout = "auto" }) => layout !== "auto");

/** What is wrong where projections ask for different layouts though their weights must add up in one order. */
export const conflictIssues = (together: readonly Laid[], path: (name: string) => string): Issue[] => {
  const [first, ...others] = chosenOf(together);
  const other = others.find(({ layout }) => layout !== first!.layout);
  if (!first || !other) return [];
  const message = `must be "${first.layout}", as that of ${first.name}, which comes from the same population and ends at the same synapse; received "${other.layout}". Give both one layout, or each a synapse of its own.`;
  return [{ path: path(other.name), message }];
};

/** Share of pairs that are connected from which on rows are delivered faster than lists. Measured: see layouts.md. */
const BREAK_EVEN = 2 / 3;

/**
 * Whether projections of one population that end at the same slots lie in rows. Where nobody says so, only one by itself
 * does that has one delay, weights of its own, and connects so many of its pairs, each by one synapse.
 */
export const liesInRows = (together: readonly (Laid & { readonly synapses: Synapses })[]): boolean => {
  const [chosen] = chosenOf(together);
  if (chosen) return chosen.layout === "dense";
  const [{ synapses }] = together as unknown as readonly [{ readonly synapses: Synapses }];
  if (together.length > 1 || synapses.repeats) return false;
  const pairs = synapses.sources * synapses.targets;
  return synapses.delays.length === 1 && synapses.weight === undefined && synapses.expected >= BREAK_EVEN * pairs;
};

/** Weights that rows hold, or about so many. */
export const rowWeights = ({ sources, targets, delays, expected, repeats }: Synapses): number => {
  const [each, length] = [expected / sources, Math.ceil(targets / ROW_UNITS) * ROW_UNITS];
  const rows = sources * Math.min(delays.length, Math.max(1, Math.ceil(each)));
  // The most of some Poisson numbers.
  const mean = (each * sources) / (rows * targets);
  return rows * length * (repeats ? Math.max(1, Math.ceil(mean + 4 * Math.sqrt(mean))) : 1);
};

/** Rows are multiples of this many weights: a cache line of single precision. */
export const ROW_UNITS = 16;
