import { openToy } from "../../test/conformance/toy.test-support.ts";
import { Place, Site } from "../config/place.ts";
import type { Drawer } from "../program/machine.ts";
import { buildSynapses } from "./build.ts";
import { Draws } from "./draws.ts";
import type { Rule } from "./rule.ts";
import type { Synapses } from "./synapses.ts";
import { placesIn, readWiring, type Wiring } from "./wiring.ts";

/** A wiring of two populations; what is left out has a plain value. */
export const wiringOf = (
  rule: Rule,
  options: Partial<Omit<Wiring, "source" | "target">> & { sources?: number; targets?: number } & Partial<
      Pick<Wiring, "source" | "target">
    > = {},
): Wiring => {
  const { sources = 100, targets = 80, ...rest } = options;
  return {
    name: "projection",
    rule,
    weights: 1,
    delays: 1,
    source: { units: sources },
    target: { units: targets },
    recurrent: false,
    seed: 7,
    dt: 0.1,
    ...rest,
  };
};

const { drawer: quick } = openToy();

export const drawsOf = (chunk?: number, drawer: Drawer = quick): Draws => new Draws(drawer, chunk);

/** A place of code that is read, without problems so far. */
export const siteAt = (...keys: readonly string[]): Site<undefined> => new Site(new Place(keys), [], undefined);

const places = placesIn("brain", "projection");

export const built = (wiring: Wiring, draws: Draws = drawsOf()): Synapses =>
  buildSynapses(readWiring(wiring, places), draws, places);

export interface Listed {
  readonly sources: number[];
  readonly targets: number[];
  readonly delays: number[];
  readonly weights: number[];
  readonly clipped: number;
}

/** All synapses of a projection in lists. */
export const listed = (synapses: Synapses): Listed => {
  const list: Omit<Listed, "clipped"> = { sources: [], targets: [], delays: [], weights: [] };
  const { clipped } = synapses.each(
    ({ length, ...arrays }) => {
      for (const key of ["sources", "targets", "delays", "weights"] as const) {
        for (let k = 0; k < length; k++) list[key].push(arrays[key][k]!);
      }
    },
    { weights: true },
  );
  return { ...list, clipped };
};

/** Pairs as text, in order of source and target. */
export const pairsOf = ({ sources, targets }: Listed): string[] => sources.map((s, k) => `${s} ${targets[k]}`);

/** Pearson's χ² of counts against expectations. */
export const chiSquare = (counts: ArrayLike<number>, expected: (k: number) => number): number => {
  let sum = 0;
  for (let k = 0; k < counts.length; k++) sum += (counts[k]! - expected(k)) ** 2 / expected(k);
  return sum;
};

/** How many standard deviations a χ² of so many degrees of freedom lies above its mean (Wilson and Hilferty 1931). */
export const chiSquareDeviation = (value: number, freedom: number): number =>
  (Math.cbrt(value / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom));
