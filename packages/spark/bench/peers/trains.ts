import {
  AdaptiveLeakySoma,
  type InputOptions,
  type Precision,
  RefractoryLeakySoma,
  StrictRefractoryLeakySoma,
  simulate,
} from "../../src/entries/core.ts";
import type { ModelName, Parameters } from "./job.ts";

/** A population for several simulators: every parameter and every current is known to the last bit. */
export interface Population {
  readonly model: ModelName;
  readonly units: number;
  readonly steps: number;
  readonly dt: number;
  /** Values per unit. */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly current: Current;
}
/** pA: one per unit, or rows with one per unit that hold for this many steps each. */
export type Current =
  | { readonly kind: "constant"; readonly values: readonly number[] }
  | { readonly kind: "recorded"; readonly values: Float64Array; readonly hold: number };

/** Spikes of each unit as ascending steps, from 1. */
export type Trains = readonly (readonly number[])[];

export const trainsByUnit = (steps: ArrayLike<number>, units: ArrayLike<number>, count: number): number[][] => {
  const trains: number[][] = Array.from({ length: count }, () => []);
  for (let k = 0; k < steps.length; k++) {
    const train = trains[units[k]!];
    if (!train) throw new Error(`a peer reported a spike of unit ${units[k]}; there are ${count} units`);
    train.push(steps[k]!);
  }
  return trains;
};

/** Draws in [0, 1) from a seed: Marsaglia's 32-bit xorshift. Only the values matter, because they are passed on. */
export const draws = (seed: number): (() => number) => {
  let x = (Math.imul(seed, 0x9e3779b1) | 1) >>> 0;
  return () => {
    x ^= x << 13;
    x >>>= 0;
    x ^= x >>> 17;
    x ^= x << 5;
    x >>>= 0;
    return x / 2 ** 32;
  };
};

/** Parameters per unit, in eighths, and a refractory time of whole steps. */
export const drawParameters = (model: ModelName, units: number, seed: number): Record<string, number[]> => {
  const draw = draws(seed);
  const list = (least: number, most: number, fraction = 8): number[] =>
    Array.from({ length: units }, () => Math.round((least + (most - least) * draw()) * fraction) / fraction);
  const parameters: Record<string, number[]> = {
    potentialRest: list(-72, -62),
    potentialReset: list(-75, -58),
    potentialTau: list(8, 40),
    resistance: list(0.125, 0.5),
    threshold: list(-54, -45),
    cooldown: list(1, 5, 2),
  };
  if (model !== "adaptive") return parameters;
  return { ...parameters, thresholdTau: list(20, 150), thresholdDelta: list(1, 12) };
};

/**
 * A current per unit that holds its potential at 1.05 to 2 times the distance from rest to threshold, in quarters of a
 * pA.
 */
export const drawConstant = (parameters: Readonly<Record<string, readonly number[]>>, seed: number): number[] => {
  const draw = draws(seed);
  const { threshold, potentialRest, resistance } = parameters;
  return threshold!.map((value, k) => {
    const rheobase = (value - potentialRest![k]!) / resistance![k]!;
    return Math.round(rheobase * (1.05 + 0.95 * draw()) * 4) / 4;
  });
};

/** An Ornstein-Uhlenbeck current around the rheobase, τ 10 ms, one value per millisecond, in quarters of a pA. */
export const drawRecorded = (
  parameters: Readonly<Record<string, readonly number[]>>,
  rows: number,
  seed: number,
): Float64Array => {
  const draw = draws(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  const { threshold, potentialRest, resistance } = parameters;
  const rheobase = threshold!.map((value, k) => (value - potentialRest![k]!) / resistance![k]!);
  const keep = Math.exp(-0.1);
  const kick = Math.sqrt(1 - keep * keep);
  const noise = rheobase.map(() => normal());
  const values = new Float64Array(rows * rheobase.length);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < rheobase.length; k++) {
      noise[k] = keep * noise[k]! + kick * normal();
      values[row * rheobase.length + k] = Math.round(rheobase[k]! * (0.95 + 0.6 * noise[k]!) * 4) / 4;
    }
  }
  return values;
};

/** The current of a step, from 0, pA. */
const currentAt = (current: Current, units: number, unit: number, step: number): number =>
  current.kind === "constant" ? current.values[unit]! : current.values[Math.floor(step / current.hold) * units + unit]!;

const somas = {
  refractory: RefractoryLeakySoma,
  strict: StrictRefractoryLeakySoma,
  adaptive: AdaptiveLeakySoma,
} as const;

/** The spikes of this library. */
export const runOurs = async (population: Population, dtype: Precision): Promise<number[][]> => {
  const { model, units, steps, dt, current } = population;
  const inputs: InputOptions = {
    current:
      current.kind === "constant"
        ? [...current.values]
        : ({ firstStep, steps: rows, values }) => {
            for (let row = 0; row < rows; row++) {
              const held = Math.floor((firstStep + row) / current.hold) * units;
              values.set(current.values.subarray(held, held + units), row * units);
            }
          },
  };
  const parameters: Parameters = population.parameters;
  const soma = somas[model]({ units: [units], ...parameters });
  const run = await simulate(soma, { duration: steps * dt, dt, dtype, inputs, record: { outSpikes: true } });
  return trainsByUnit(run.outSpikes.steps, run.outSpikes.units, units);
};

/** One unit over time, according to semantics.md, in plain double precision. */
export interface Replay {
  /** Steps with a spike, from 1. */
  readonly spikes: readonly number[];
  /** Distance of the potential above the threshold at a step, from 1, mV; NaN while refractory. */
  readonly margins: Float64Array;
}

export const replay = (population: Population, unit: number): Replay => {
  const { model, units, steps, dt, current, parameters } = population;
  const value = (name: string): number => parameters[name]![unit]!;
  const rate = -Math.expm1(-dt / value("potentialTau"));
  const theta = value("threshold") - value("potentialRest");
  const reset = value("potentialReset") - value("potentialRest");
  const adapts = model === "adaptive";
  const decay = adapts ? Math.exp(-dt / value("thresholdTau")) : 1;
  const delta = adapts ? value("thresholdDelta") : 0;
  const ratio = value("cooldown") / dt;
  // Ties go to even, as in the library.
  const rounded = Math.round(ratio);
  const cooldown = rounded - ratio === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
  const strict = model === "strict";
  const spikes: number[] = [];
  const margins = new Float64Array(steps + 1).fill(Number.NaN);
  let v = 0;
  let h = 0;
  let age = cooldown + 1;
  for (let step = 0; step < steps; step++) {
    const ready = strict ? age >= cooldown : age > cooldown;
    const input = value("resistance") * currentAt(current, units, unit, step);
    if (strict && !ready) v = reset;
    else v += rate * ((ready ? input : 0) - v);
    if (ready) margins[step + 1] = v - (theta + h);
    const spike = ready && v > theta + h;
    h = h * decay + (spike ? delta : 0);
    if (spike) {
      spikes.push(step + 1);
      v = reset;
    }
    age = spike ? 0 : Math.min(age + 1, cooldown + 1);
  }
  return { spikes, margins };
};
