import { byDefault, choice } from "../config/options.ts";
import type { Place } from "../config/place.ts";
import type { Synapses } from "../connectivity/synapses.ts";
import type { Issue } from "../errors/errors.ts";

/** Layout of synapses in memory. It changes speed and memory, never results. */
export type Layout = "auto" | "sparse" | "dense" | "procedural";

/** A layout as an option. */
export const layoutOption = byDefault(
  "auto",
  choice<Layout>(
    "Layout of the synapses in memory. It changes speed and memory, never results.",
    ["auto", "sparse", "dense", "procedural"],
    "Leave it out for auto.",
  ),
);

/** The properties of a projection that determine its layout. */
export interface Laid {
  readonly name: string;
  readonly layout?: Layout | undefined;
}

const chosenOf = (together: readonly Laid[]): readonly Laid[] =>
  together.filter(({ layout = "auto" }) => layout !== "auto");

/** Issues of the layouts of projections whose weights are added in one order. */
export const conflictIssues = (together: readonly Laid[], place: (name: string) => Place): Issue[] => {
  const [chosen, ...others] = chosenOf(together);
  const alone = together.length > 1 ? together.find(({ layout }) => layout === "procedural") : undefined;
  const first = alone ? together.find((each) => each !== alone) : chosen;
  const other = alone ?? others.find(({ layout }) => layout !== chosen!.layout);
  if (!first || !other) return [];
  const meant = alone ? '"sparse" or "dense"' : `"${first.layout}"`;
  const message = `must be ${meant}, as that of ${first.name}, which has the same source and ends at the same synapse; received "${other.layout}". Give both the same layout, or each its own synapse.`;
  return [place(other.name).issue(message)];
};

/** Fraction of connected pairs above which rows are faster than lists. Measured: see layouts.md. */
const BREAK_EVEN = 2 / 3;

/**
 * Layout of projections that share source and receptor. By default, several such projections are stored in lists. A
 * single projection is procedural if nothing is drawn for it. It is stored in rows if it has one delay and its own
 * weights, and connects enough pairs with one synapse each.
 */
export const layoutOf = (together: readonly (Laid & { readonly synapses: Synapses })[]): Exclude<Layout, "auto"> => {
  const [chosen] = chosenOf(together);
  if (chosen) return chosen.layout as Exclude<Layout, "auto">;
  const [{ synapses }] = together as unknown as readonly [{ readonly synapses: Synapses }];
  if (together.length > 1) return "sparse";
  if (synapses.telling && synapses.telling.draws === undefined) return "procedural";
  const full = !synapses.repeats && synapses.expected >= BREAK_EVEN * synapses.sources * synapses.targets;
  return full && synapses.delays.length === 1 && synapses.weight === undefined ? "dense" : "sparse";
};

/** Approximate number of weights in rows. */
export const rowWeights = ({ sources, targets, delays, expected, repeats }: Synapses): number => {
  const each = expected / sources;
  const length = Math.ceil(targets / ROW_UNITS) * ROW_UNITS;
  const rows = sources * Math.min(delays.length, Math.max(1, Math.ceil(each)));
  // The largest of several Poisson numbers.
  const mean = (each * sources) / (rows * targets);
  return rows * length * (repeats ? Math.max(1, Math.ceil(mean + 4 * Math.sqrt(mean))) : 1);
};

/** Rows are multiples of this many weights: a cache line of single precision. */
export const ROW_UNITS = 16;
