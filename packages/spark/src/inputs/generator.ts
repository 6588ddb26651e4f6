import { type Check, nonNegative, positive, requirementText, withUnit } from "../config/field.ts";
import type { JsonSchema } from "../config/json-schema.ts";
import { custom, described, flag, type Option, optional, options, type Read, type Written } from "../config/options.ts";
import { checkSeed } from "../config/parse.ts";
import type { Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import type { FeedContext } from "./contract.ts";
import type { GeneratorName } from "./kinds.ts";
import { numberProblem, type PerUnit, readPerUnit } from "./values.ts";

/* Generators of currents, declared once. */

const remedyFor = (unit: string): string => `Give ${unit === "1" ? "a number" : `a number in ${unit}`}.`;

/** A number, or one per unit. */
const perUnit = (about: string, unit: string, check?: Check, unitFor: (context: FeedContext) => string = () => unit) =>
  custom<PerUnit, number | Float64Array, FeedContext>({
    about,
    takes: "a number, or an array with one per unit",
    unit,
    remedy: remedyFor(unit),
    missing: (context) => remedyFor(unitFor(context)),
    schema: perUnitSchema(described(about, unit), check),
    read: (value, site) => readPerUnit(value, site, { unit: unitFor(site.context), ...(check && { check }) }),
  });

/** A value in the unit of the port, which is pA for currents. */
const driving = (about: string, check?: Check) => perUnit(about, "pA", check, ({ port }) => port.unit);

const single = (about: string, unit: string, check: Check) =>
  custom<number>({
    about,
    takes: "a number",
    unit,
    remedy: remedyFor(unit),
    schema: { description: described(about, unit), type: "number", ...check.schema },
    read: (value, site) => {
      const problem = numberProblem(value, unit, "f64");
      if (problem) return site.refuse(problem);
      if (check.holds(value as number)) return value as number;
      const received = withUnit(value as number, unit);
      return site.refuse(`${requirementText(check, unit)}; received ${received}. Give a number in this range.`);
    },
  });

/** The schema of nested arrays whose elements match `leaf`. */
export const nested = (description: string, leaf: JsonSchema): JsonSchema => ({
  description,
  type: "array",
  minItems: 1,
  items: { anyOf: [leaf, ...[1, 2, 3, 4].map((depth) => levels(depth, leaf))] },
});

const levels = (depth: number, leaf: JsonSchema): JsonSchema => ({
  type: "array",
  minItems: 1,
  items: depth === 1 ? leaf : levels(depth - 1, leaf),
});

/** The schema of a number, or of one per unit. */
export const perUnitSchema = (description: string, check?: Check): JsonSchema => {
  const leaf = { type: "number", ...check?.schema };
  return { description, anyOf: [leaf, nested("One value per unit, in the shape of the units.", leaf)] };
};

/** A part of a run: the steps that start at or after `from` and before `to`. */
const window = {
  /** Start time, ms. Default 0. */
  from: optional(single("Start time; 0 if omitted.", "ms", nonNegative)),
  /** End time, ms. Default: the end of the run. */
  to: optional(single("End time; the end of the run if omitted.", "ms", positive)),
};

const step = {
  /** Current within the window, pA. */
  amplitude: driving("Current within the window."),
  ...window,
};

const pulses = {
  /** Current within a pulse, pA. */
  amplitude: driving("Current within a pulse."),
  /** Time between the starts of two pulses, ms. */
  period: single("Time between the starts of two pulses.", "ms", positive),
  /** Duration of a pulse, ms: at least one step, at most the period. */
  width: single("Duration of a pulse: at least one step, at most the period.", "ms", positive),
  ...window,
};

const ramp = {
  /** Current at `from`, pA. */
  start: driving("Current at the start time."),
  /** Current at `to`, pA. */
  end: driving("Current at the end time."),
  ...window,
};

const sine = {
  /** Half the distance from peak to trough, pA. */
  amplitude: driving("Half the distance from peak to trough."),
  /** Frequency, Hz; below half the number of steps per second. */
  frequency: perUnit("Frequency, below half the number of steps per second.", "Hz", positive),
  /** Phase at time 0, in turns: 0.25 starts at the peak. Default 0. */
  phase: optional(perUnit("Phase at time 0 in turns: 0.25 starts at the peak. 0 if omitted.", "1")),
  /** Mean current, pA. Default 0. */
  offset: optional(driving("Mean current; 0 if omitted.")),
};

const noise = {
  /** Mean, pA. */
  mean: driving("Mean."),
  /** Standard deviation, pA. */
  std: driving("Standard deviation.", nonNegative),
};

const draws = {
  /** A whole number from 0 to 4294967295. Default: the seed of the run. */
  seed: optional(
    custom<number>({
      about: "Seed of the draws; the seed of the run if omitted.",
      takes: "a whole number from 0 to 4294967295",
      schema: {
        description: "Seed of the draws; the seed of the run if omitted.",
        type: "integer",
        minimum: 0,
        maximum: 4294967295,
      },
      read: (value, site) => (checkSeed(value, site) ? (value as number) : undefined),
    }),
  ),
  /** True to use the same draws for all units. */
  shared: flag(false, "True to use the same draws for all units."),
};

const correlated = {
  ...noise,
  /** Time constant of the correlation, ms. */
  tau: perUnit("Time constant of the correlation.", "ms", positive),
  ...draws,
};

const white = { ...noise, ...draws };

/** Every generator by name. */
export const generators = {
  step: options("A constant current within a window, otherwise 0 pA.", step),
  pulses: options("A rectangular pulse in every period, otherwise 0 pA.", pulses),
  ramp: options("A current that changes linearly; 0 pA outside its window.", ramp),
  sine: options("offset + amplitude·sin(2π·(frequency·time + phase)).", sine),
  ornsteinUhlenbeck: options("Ornstein–Uhlenbeck noise with the autocorrelation exp(−time/tau).", correlated),
  whiteNoise: options(
    "White noise: a new normal number in every step. std refers to one step, whatever its length.",
    white,
  ),
} satisfies Record<GeneratorName, Option>;

export interface StepCurrentOptions extends Written<typeof step> {}
export interface PulsesOptions extends Written<typeof pulses> {}
export interface RampOptions extends Written<typeof ramp> {}
export interface SineOptions extends Written<typeof sine> {}
export interface NoiseOptions extends Written<typeof white> {}
export interface OrnsteinUhlenbeckOptions extends Written<typeof correlated> {}

/** The options of a generator after reading: numbers, or one number per unit. */
export interface GeneratorValues {
  readonly numbers: Readonly<Record<string, number | Float64Array>>;
  readonly seed: number | undefined;
  readonly shared: boolean;
}

/** Reads the options of a generator. */
export const readGenerator = (
  name: GeneratorName,
  given: unknown,
  site: Site<FeedContext>,
): GeneratorValues | undefined => {
  const option = generators[name] as unknown as Option<unknown, Partial<Read<typeof white>>>;
  if (name === "step" && Array.isArray(given)) {
    return site.refuse(`takes ${option.takes}; received ${describe(given)}. Give them by name. Did you mean "steps"?`);
  }
  const read = option.read(given, site);
  if (!read) return undefined;
  const { seed, shared = false, ...numbers } = read;
  return { numbers, seed, shared };
};
