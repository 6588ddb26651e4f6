import { ConfigError } from "../errors/errors.ts";
import { nearest } from "../math/doubles.ts";
import type { RecipeDelays } from "../program/recipe.ts";
import { type Distribution, distributionOf } from "./distribution.ts";
import type { Draws } from "./draws.ts";
import { PARTNERS, type PairBatch, purposeKey } from "./pairs.ts";
import { distanceOf, farthest } from "./positions.ts";
import type { NumberList } from "./rule.ts";
import { type DistanceValue, isList, type SynapseValues } from "./values.ts";
import { LEAST_KEPT } from "./weights.ts";
import type { CheckedWiring } from "./wiring.ts";

/** The delays of a projection in whole steps. */
export interface Delays {
  /** Possible delays in steps, ascending. */
  readonly steps: Int32Array;
  /** Writes the delays of a batch. Returns the number of delays below half a step, which became one step. */
  readonly fill: (batch: PairBatch, delays: Int32Array) => number;
  /** The delays as plain numbers, if possible. */
  readonly recipe?: RecipeDelays;
  /** Sentence about a constant delay that is not a whole number of steps. */
  readonly note?: string;
}

/** Largest delay in steps: spikes are stored that long. */
export const LONGEST = 65_535;

const SLACK = 1e-6;
/** Relative distance from a half step that counts as a rounding error. */
const TIE = 1e-12;

/**
 * A time in steps, rounded to nearest; ties go to even. A time that differs from a half step only by rounding errors
 * counts as a half step, so that equal distances on a grid give equal delays.
 */
const nearestStep = (time: number, dt: number): number => {
  const exact = time / dt;
  const half = Math.floor(exact) + 0.5;
  return nearest(Math.abs(exact - half) <= TIE * Math.max(1, half) ? half : exact);
};

/** Reads delays in ms. @throws ConfigError for a delay that is shorter than a step or too long */
export const delaysOf = (values: SynapseValues, wiring: CheckedWiring, draws: Draws, path: string): Delays => {
  const { dt } = wiring;
  if (typeof values === "number") return constantDelay(values, dt, path);
  if (isList(values)) return listedDelays(values, dt, path, ({ first }, k) => first + k);
  if ("constant" in values) return constantDelay(values.constant, dt, `${path}.constant`);
  if ("bySource" in values)
    return listedDelays(values.bySource, dt, `${path}.bySource`, ({ sources }, k) => sources[k]!);
  if ("byTarget" in values)
    return listedDelays(values.byTarget, dt, `${path}.byTarget`, ({ targets }, k) => targets[k]!);
  if ("byDistance" in values) return distanceDelays(values.byDistance, wiring, path);
  return drawnDelays(distributionOf(values)!, wiring, draws, `${path}.${Object.keys(values)[0]}`);
};

const wrongDelay = (received: string, path: string, dt: number): ConfigError =>
  new ConfigError({
    path,
    message: `must be from ${dt} ms, one step, to ${dt * LONGEST} ms; received ${received}. Give another delay, or another dt.`,
  });

const constantDelay = (value: number, dt: number, path: string): Delays => {
  const exact = value / dt;
  const steps = nearestStep(value, dt);
  if (exact < 1 - SLACK || steps > LONGEST) throw wrongDelay(`${value} ms`, path, dt);
  const off = Math.abs(exact - steps) > SLACK * steps;
  return {
    steps: Int32Array.of(steps),
    recipe: { steps },
    fill: (_, delays) => {
      delays.fill(steps);
      return 0;
    },
    ...(off && { note: `${path} of ${value} ms is not a whole number of steps of ${dt} ms; taken as ${steps} steps.` }),
  };
};

const listedDelays = (
  list: NumberList,
  dt: number,
  path: string,
  placeOf: (batch: PairBatch, k: number) => number,
): Delays => {
  const all = new Int32Array(list.length);
  for (let k = 0; k < list.length; k++) {
    const steps = nearestStep(list[k]!, dt);
    if (steps < 0 || steps > LONGEST) throw wrongDelay(`${list[k]} ms`, `${path}[${k}]`, dt);
    all[k] = steps;
  }
  return {
    steps: Int32Array.from(new Set(all.map((steps) => Math.max(1, steps)))).sort(),
    fill: (batch, delays) => {
      let clipped = 0;
      for (let k = 0; k < batch.length; k++) {
        const steps = all[placeOf(batch, k)]!;
        if (steps === 0) clipped++;
        delays[k] = steps === 0 ? 1 : steps;
      }
      return clipped;
    },
  };
};

const distanceDelays = (value: DistanceValue, wiring: CheckedWiring, path: string): Delays => {
  const { source, target } = wiring.positions!;
  const { offset, slope, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = value;
  const stepsAt = (distance: number): number =>
    nearestStep(Math.min(max, Math.max(min, offset + slope * distance)), wiring.dt);
  const ends = [stepsAt(0), stepsAt(farthest(source, target))];
  const shortest = Math.max(1, Math.min(...ends));
  const longest = Math.max(1, ...ends);
  if (longest > LONGEST) throw wrongDelay(`up to ${longest * wiring.dt} ms`, path, wiring.dt);
  return {
    steps: Int32Array.from({ length: longest - shortest + 1 }, (_, k) => shortest + k),
    fill: ({ length, sources, targets }, delays) => {
      let clipped = 0;
      for (let k = 0; k < length; k++) {
        const steps = stepsAt(distanceOf(source, sources[k]!, target, targets[k]!));
        if (steps < 1) clipped++;
        delays[k] = Math.max(1, steps);
      }
      return clipped;
    },
  };
};

/** Number of cells of the table of start positions for the search among the thresholds. */
const CELLS = 4096;
const WORDS = 2 ** 32;

/**
 * Drawn delays take one word each. The word is below the threshold of d steps with the probability that the drawn time
 * rounds to at most d steps. Rounding and bounds are therefore part of the distribution, and no delay is drawn again.
 */
const drawnDelays = (distribution: Distribution, wiring: CheckedWiring, draws: Draws, path: string): Delays => {
  const { dt } = wiring;
  if (!(distribution.kept >= LEAST_KEPT)) {
    const message = `keeps only the fraction ${distribution.kept} of the draws between min and max; at least ${LEAST_KEPT} is required. Widen the bounds.`;
    throw new ConfigError({ path, message });
  }
  if (distribution.max < dt / 2) throw wrongDelay(`at most ${distribution.max} ms`, path, dt);
  const { thresholds, lowest } = thresholdsOf(distribution, dt, path);
  const cells = new Uint16Array(CELLS);
  for (let cell = 0, place = 0; cell < CELLS; cell++) {
    while (thresholds[place]! <= (cell * WORDS) / CELLS) place++;
    cells[cell] = place;
  }
  const key = purposeKey(wiring, PARTNERS);
  const possible = Array.from(thresholds, (_, place) => lowest + place).filter(
    (_, place) => thresholds[place]! > (thresholds[place - 1] ?? 0),
  );
  const steps = Int32Array.from(new Set(possible.map((count) => Math.max(1, count))));
  return {
    steps,
    recipe: { thresholds, lowest },
    fill: ({ first, length, words = draws.partners(key, first, 1).words }, delays) => {
      let clipped = 0;
      for (let k = 0; k < length; k++) {
        const word = words[k]! >>> 0;
        let place = cells[word >>> 20]!;
        while (word >= thresholds[place]!) place++;
        const drawn = lowest + place;
        if (drawn === 0) clipped++;
        delays[k] = drawn === 0 ? 1 : drawn;
      }
      return clipped;
    },
  };
};

/** For each number of steps from the lowest on: how many of the 2³² words give at most this number. */
const thresholdsOf = (
  { below, min }: Distribution,
  dt: number,
  path: string,
): { readonly thresholds: Float64Array; readonly lowest: number } => {
  // Negative times become one step, like all times below half a step.
  const lowest = Math.max(0, nearest(Math.max(0, min) / dt));
  const thresholds: number[] = [];
  for (let steps = lowest; ; steps++) {
    if (steps > LONGEST) throw wrongDelay("a distribution that goes beyond", path, dt);
    const threshold = Math.round(below((steps + 0.5) * dt) * WORDS);
    thresholds.push(threshold);
    if (threshold >= WORDS) return { thresholds: Float64Array.from(thresholds), lowest };
  }
};
