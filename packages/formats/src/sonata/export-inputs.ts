import { isRecord } from "spark-snn/documents";
import type { FlatNetwork, FlatPopulation, PerUnit } from "../network.ts";
import { currentsOf } from "../recorded.ts";

/* Currents of a run: constant ones are parameters of the nodes, steps are clamps, and others are files. */

/** A clamp with one amplitude for some units. */
export interface WrittenClamp {
  /** pA */
  readonly amplitude: number;
  readonly units: readonly number[];
  /** First and last time, ms. */
  readonly from: number;
  readonly to: number;
}

export interface WrittenCurrents {
  readonly constant: PerUnit;
  readonly clamps: readonly WrittenClamp[];
  /** The current of each step, pA: steps × units. */
  readonly values: Float64Array | undefined;
}

/** Above this number of amplitudes, the currents are a file. */
const MOST_CLAMPS = 20;

const numbersIn = (value: unknown, units: number): PerUnit | undefined => {
  if (typeof value === "number") return value;
  if (!Array.isArray(value)) return undefined;
  const flat = value.flat(9) as unknown[];
  return flat.length === units && flat.every((one) => typeof one === "number") ? Float64Array.from(flat) : undefined;
};

/** The current of a population in the parts of a SONATA simulation. */
export const writtenCurrents = async (population: FlatPopulation, network: FlatNetwork): Promise<WrittenCurrents> => {
  const given = population.inputs["current"];
  if (given === undefined) return { constant: 0, clamps: [], values: undefined };
  const terms = isRecord(given) && Array.isArray(given["sum"]) ? (given["sum"] as readonly unknown[]) : [given];
  return (
    parted(terms, population.units, network) ?? {
      constant: 0,
      clamps: [],
      values: await currentsOf(population, network),
    }
  );
};

/** Undefined if a term is neither a constant nor a step. */
const parted = (terms: readonly unknown[], units: number, { dt, steps }: FlatNetwork): WrittenCurrents | undefined => {
  let constant: PerUnit = 0;
  const clamps: WrittenClamp[] = [];
  for (const [k, term] of terms.entries()) {
    const numbers = numbersIn(term, units);
    if (numbers !== undefined) {
      // Currents are added in order, and only the first can be part of the nodes.
      if (k > 0) return undefined;
      constant = numbers;
      continue;
    }
    const step = isRecord(term) ? term["step"] : undefined;
    if (!isRecord(step)) return undefined;
    const { amplitude, from = 0, to = steps * dt } = step as Readonly<Record<string, unknown>>;
    const amplitudes = numbersIn(amplitude, units);
    // NEST cannot start a generator in the first step.
    if (amplitudes === undefined || typeof from !== "number" || typeof to !== "number" || from < 3 * dt)
      return undefined;
    const byAmplitude = new Map<number, number[]>();
    for (let unit = 0; unit < units; unit++) {
      const value = typeof amplitudes === "number" ? amplitudes : amplitudes[unit]!;
      if (value === 0) continue;
      const own = byAmplitude.get(value);
      if (own) own.push(unit);
      else byAmplitude.set(value, [unit]);
    }
    for (const [value, own] of byAmplitude) clamps.push({ amplitude: value, units: own, from, to });
    if (clamps.length > MOST_CLAMPS) return undefined;
  }
  return { constant, clamps, values: undefined };
};
