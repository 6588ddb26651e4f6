import type {
  Initializer,
  LogNormalOptions,
  NormalOptions,
  SparseOptions,
  UniformOptions,
} from "../config/initializer.ts";
import { ConfigError } from "../errors/errors.ts";
import { doubles } from "../math/doubles.ts";
import { exp } from "../math/elementary.ts";
import { drawNormal, scheduleOf } from "../math/threefry.ts";
import type { RecipeWeights } from "../program/recipe.ts";
import { distributionOf } from "./distribution.ts";
import type { Draws } from "./draws.ts";
import type { NumberList } from "./ends.ts";
import { type PairBatch, purposeKey } from "./pairs.ts";
import { distanceOf, farthest } from "./positions.ts";
import { isList, type KindValues, type ParameterValues } from "./values.ts";
import type { CheckedWiring } from "./wiring.ts";

/** The weights of a projection. */
export interface Weighing {
  /** The weight of all synapses, if they share one. */
  readonly constant: number | undefined;
  /** Lower bound of the weights. */
  readonly least: number;
  /** The given weights, or the extreme ones that draws or distances can give. */
  readonly reached: NumberList;
  readonly fill: (batch: PairBatch, weights: Float64Array) => void;
  /** The weights as plain numbers, if possible. */
  readonly recipe?: RecipeWeights;
}

/** Fraction of draws that bounds must keep. Below it, redrawing would take longer than everything else. */
export const LEAST_KEPT = 1e-3;
const REDRAWS = 100_000;
/** No standard normal draw has a larger magnitude: the smallest uniform number, 2^-33, gives √(66·ln 2). */
const MOST_NORMAL = 6.764;

/** Weights, or values of another kind with draws of their own, whose key is their purpose. */
export const weightsOf = (
  values: ParameterValues,
  wiring: CheckedWiring,
  draws: Draws,
  path: string,
  purpose = "weights",
): Weighing => {
  if (typeof values === "number") return constantWeight(values);
  if (isList(values)) return listedWeights(values, ({ first }, k) => first + k);
  if ("byKind" in values) return kindWeights(values);
  if ("constant" in values) return constantWeight(values.constant);
  if ("bySource" in values) return listedWeights(values.bySource, ({ sources }, k) => sources[k]!);
  if ("byTarget" in values) return listedWeights(values.byTarget, ({ targets }, k) => targets[k]!);
  if ("byDistance" in values) {
    const { source, target } = wiring.positions!;
    const { offset, slope, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = values.byDistance;
    const at = (distance: number): number => Math.min(max, Math.max(min, offset + slope * distance));
    const ends = [at(0), at(farthest(source, target))];
    return {
      constant: undefined,
      least: Math.min(...ends),
      reached: ends,
      fill: ({ length, sources, targets }, weights) => {
        for (let k = 0; k < length; k++) weights[k] = at(distanceOf(source, sources[k]!, target, targets[k]!));
      },
    };
  }
  return drawnWeights(values, { wiring, draws, purpose }, path);
};

const kindWeights = ({ byKind, source, target }: KindValues): Weighing => {
  const reached = Object.values(byKind);
  const isInhibitory = (units: KindValues["target"], unit: number): boolean =>
    typeof units === "boolean" ? units : units[unit]!;
  return {
    constant: undefined,
    least: Math.min(...reached),
    reached,
    fill: ({ length, sources, targets }, weights) => {
      for (let k = 0; k < length; k++) {
        const to = isInhibitory(target, targets[k]!) ? "I" : "E";
        weights[k] = byKind[`${to}${source[sources[k]!] ? "I" : "E"}`];
      }
    },
  };
};

const constantWeight = (value: number): Weighing => ({
  constant: value,
  least: value,
  reached: [value],
  recipe: { kind: "constant", value },
  fill: (_, weights) => void weights.fill(value),
});

const listedWeights = (list: NumberList, placeOf: (batch: PairBatch, k: number) => number): Weighing => {
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < list.length; k++) least = Math.min(least, list[k]!);
  return {
    constant: undefined,
    least,
    reached: list,
    fill: (batch, weights) => {
      for (let k = 0; k < batch.length; k++) weights[k] = list[placeOf(batch, k)]!;
    },
  };
};

/** A projection, and what keys its draws. */
interface Drawing {
  readonly wiring: CheckedWiring;
  readonly draws: Draws;
  readonly purpose: string;
}

const drawnWeights = (values: Initializer, drawing: Drawing, path: string): Weighing => {
  const [name] = Object.keys(values);
  const { min, kept } = distributionOf(values)!;
  if (!(kept >= LEAST_KEPT)) {
    const message = `keeps only the fraction ${kept} of the draws between min and max; at least ${LEAST_KEPT} is required. Widen the bounds.`;
    throw new ConfigError({ path: `${path}.${name}`, message });
  }
  if ("sparseUniform" in values)
    return { constant: undefined, least: min, ...sparseWeights(values.sparseUniform, drawing) };
  const drawn =
    "uniform" in values
      ? uniformWeights(values.uniform, drawing)
      : "normal" in values
        ? normalWeights(values.normal, drawing)
        : logNormalWeights((values as { readonly logNormal: LogNormalOptions }).logNormal, drawing);
  return { constant: undefined, least: min, ...drawn };
};

/** Fills drawn weights, and describes them as plain numbers. */
type DrawnWeights = Required<Pick<Weighing, "reached" | "fill" | "recipe">>;

const uniformWeights = ({ min, max }: UniformOptions, { wiring, draws, purpose }: Drawing): DrawnWeights => {
  const key = purposeKey(wiring, purpose);
  return {
    reached: [farther(min, max)],
    recipe: { kind: "uniform", schedule: scheduleOf(key), min, max },
    fill: ({ first, length }, weights) => {
      const shares = draws.units(key, first);
      for (let k = 0; k < length; k++) {
        const value = min + (max - min) * shares[k]!;
        // Rounding can give max itself, which is not part of the range.
        weights[k] = value < max ? value : min;
      }
    },
  };
};

/** One draw decides whether a weight is 0, and the rest of it is the weight. */
const sparseWeights = (
  { scale, density }: SparseOptions,
  { wiring, draws, purpose }: Drawing,
): Omit<DrawnWeights, "recipe"> => {
  const key = purposeKey(wiring, purpose);
  return {
    reached: [scale],
    fill: ({ first, length }, weights) => {
      const shares = draws.units(key, first);
      for (let k = 0; k < length; k++) weights[k] = shares[k]! < density ? scale * (shares[k]! / density) : 0;
    },
  };
};

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

const normalWeights = (options: NormalOptions, drawing: Drawing): DrawnWeights => {
  const { mean, std } = options;
  const { wiring, draws, purpose } = drawing;
  const key = purposeKey(wiring, purpose);
  const { redraw, reached, ...bounds } = boundedBy(drawing, options, (z) => mean + std * z);
  return {
    reached,
    recipe: { kind: "normal", schedule: scheduleOf(key), mean, std, ...bounds },
    fill: ({ first, length }, weights) => {
      const { even, odd } = draws.normals(key, first);
      for (let k = 0; 2 * k < length; k++) {
        weights[2 * k] = mean + std * even[k]!;
        weights[2 * k + 1] = mean + std * odd[k]!;
      }
      redraw(first, length, weights);
    },
  };
};

const logNormalWeights = (options: LogNormalOptions, drawing: Drawing): DrawnWeights => {
  const { median, sigma } = options;
  const { wiring, draws, purpose } = drawing;
  const key = purposeKey(wiring, purpose);
  const { redraw, reached, ...bounds } = boundedBy(drawing, options, (z) => median * exp(doubles, sigma * z));
  return {
    reached,
    recipe: { kind: "logNormal", schedule: scheduleOf(key), median, sigma, ...bounds },
    fill: ({ first, length }, weights) => {
      const { even, odd } = draws.exponentials(key, first, sigma);
      for (let k = 0; 2 * k < length; k++) {
        weights[2 * k] = median * even[k]!;
        weights[2 * k + 1] = median * odd[k]!;
      }
      redraw(first, length, weights);
    },
  };
};

/** Redraws the values outside the bounds, keyed by the number and the count of attempts. */
const boundedBy = (
  { wiring, purpose }: Drawing,
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Bounds,
  drawnFrom: (z: number) => number,
) => {
  const key = purposeKey(wiring, `${purpose}.again`);
  const again = (number: number): number => {
    for (let attempt = 1; ; attempt++) {
      const weight = drawnFrom(drawNormal(key, number, attempt));
      if ((weight >= min && weight <= max) || attempt === REDRAWS - 1) return weight;
    }
  };
  const redraw = (first: number, length: number, weights: Float64Array): void => {
    for (let k = 0; k < length; k++) {
      if (weights[k]! < min || weights[k]! > max) weights[k] = again(first + k);
    }
  };
  const end = (z: number): number => Math.min(max, Math.max(min, drawnFrom(z)));
  return { min, max, reached: [farther(end(-MOST_NORMAL), end(MOST_NORMAL))], again, redraw };
};

/** The number of larger magnitude. */
const farther = (a: number, b: number): number => (Math.abs(a) > Math.abs(b) ? a : b);
