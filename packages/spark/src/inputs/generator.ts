import { type Check, nonNegative, positive, requirementText, withUnit } from "../config/field.ts";
import type { JsonSchema } from "../config/json-schema.ts";
import { custom, described, flag, type Option, optional, options, type Read, type Written } from "../config/options.ts";
import { seedIssues } from "../config/parse.ts";
import { Place, Site } from "../config/place.ts";
import type { Issue } from "../errors/errors.ts";
import type { FeedContext } from "./contract.ts";
import type { GeneratorName } from "./kinds.ts";
import { numberProblem, type PerUnit, readPerUnit } from "./values.ts";

/* Generators of currents, declared once. */

const remedyFor = (unit: string): string => `Give ${unit === "1" ? "a number" : `a number in ${unit}`}.`;

/** A number, or one a unit. */
const perUnit = (about: string, unit: string, check?: Check) =>
  custom<PerUnit, number | Float64Array, FeedContext>({
    about,
    takes: "a number, or an array with one a unit",
    unit,
    remedy: remedyFor(unit),
    schema: perUnitSchema(described(about, unit), check),
    read: (value, { place, context, issues }) =>
      readPerUnit(value, place.path, context, issues, { unit, ...(check && { check }) }),
  });

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

/** Arrays within arrays, to any depth: what is no array is held to `leaf`. */
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

/** The schema of a number, or of one a unit. */
export const perUnitSchema = (description: string, check?: Check): JsonSchema => {
  const leaf = { type: "number", ...check?.schema };
  return { description, anyOf: [leaf, nested("One value a unit, in the shape of the units.", leaf)] };
};

/** Part of a run: it holds the steps that start at or after `from` and before `to`. */
const window = {
  /** When it begins, ms. Default 0. */
  from: optional(single("When it begins; 0 when left out.", "ms", nonNegative)),
  /** When it ends, ms. Default: the end of the run. */
  to: optional(single("When it ends; the end of the run when left out.", "ms", positive)),
};

const step = {
  /** pA. */
  amplitude: perUnit("Current while it is on.", "pA"),
  ...window,
};

const pulses = {
  /** Current within a pulse, pA. */
  amplitude: perUnit("Current while it is on.", "pA"),
  /** From the start of a pulse to that of the next, ms. */
  period: single("From the start of a pulse to that of the next.", "ms", positive),
  /** Length of a pulse, ms: at least a step and at most the period. */
  width: single("Length of a pulse: at least a step, at most the period.", "ms", positive),
  ...window,
};

const ramp = {
  /** Current at `from`, pA. */
  start: perUnit("Current at from.", "pA"),
  /** Current that is reached at `to`, pA. */
  end: perUnit("Current that is reached at to.", "pA"),
  ...window,
};

const sine = {
  /** Half the distance from peak to trough, pA. */
  amplitude: perUnit("Half the distance from peak to trough.", "pA"),
  /** Hz; below half of the steps a second. */
  frequency: perUnit("Frequency, below half of the steps a second.", "Hz", positive),
  /** Angle at time 0, in turns: 0.25 starts at the peak. Default 0. */
  phase: optional(perUnit("Angle at time 0 in turns: 0.25 starts at the peak. 0 when left out.", "1")),
  /** Current about which it swings, pA. Default 0. */
  offset: optional(perUnit("Current about which it swings; 0 when left out.", "pA")),
};

const noise = {
  /** pA. */
  mean: perUnit("Mean.", "pA"),
  /** Standard deviation, pA. */
  std: perUnit("Standard deviation.", "pA", nonNegative),
};

const draws = {
  /** A whole number from 0 to 4294967295; the run's seed when left out. */
  seed: optional(
    custom<number>({
      about: "Seed of the draws; the run's own when left out.",
      takes: "a whole number from 0 to 4294967295",
      schema: {
        description: "Seed of the draws; the run's own when left out.",
        type: "integer",
        minimum: 0,
        maximum: 4294967295,
      },
      read: (value, { place, issues }) => {
        const wrong = seedIssues(value, place.path);
        issues.push(...wrong);
        return wrong.length === 0 ? (value as number) : undefined;
      },
    }),
  ),
  /** True for the same draws in all units. */
  shared: flag(false, "True for the same draws in all units."),
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
  step: options("A constant current within a window, else 0 pA.", step),
  pulses: options("A rectangular pulse every period, else 0 pA.", pulses),
  ramp: options("A current that changes in a line; 0 pA outside of its window.", ramp),
  sine: options("offset + amplitude·sin(2π·(frequency·time + phase)).", sine),
  ornsteinUhlenbeck: options("Ornstein–Uhlenbeck noise: its correlation falls as exp(−time/tau).", correlated),
  whiteNoise: options("A normal number drawn anew in every step; std is that of a step, whatever its length.", white),
} satisfies Record<GeneratorName, Option>;

export interface StepCurrentOptions extends Written<typeof step> {}
export interface PulsesOptions extends Written<typeof pulses> {}
export interface RampOptions extends Written<typeof ramp> {}
export interface SineOptions extends Written<typeof sine> {}
export interface NoiseOptions extends Written<typeof white> {}
export interface OrnsteinUhlenbeckOptions extends Written<typeof correlated> {}

/** The options of a generator, read: numbers, or one number a unit. */
export interface GeneratorValues {
  readonly name: GeneratorName;
  readonly path: string;
  readonly numbers: Readonly<Record<string, number | Float64Array>>;
  readonly seed: number | undefined;
  readonly shared: boolean;
}

/** Reads the options of a generator, and adds everything wrong with them to `issues`. */
export const readGenerator = (
  name: GeneratorName,
  given: unknown,
  context: FeedContext,
  issues: Issue[],
): GeneratorValues | undefined => {
  const path = `${context.path}.${name}`;
  const found: Issue[] = [];
  const option = generators[name] as unknown as Option<unknown, Partial<Read<typeof white>>>;
  const read = option.read(given, new Site(new Place([path]), found, context));
  const hint = name === "step" && Array.isArray(given) ? ' Did you mean "steps"?' : "";
  // The path was printed before: its keys are told by the printed path.
  issues.push(...found.map((issue) => ({ path: issue.path, message: issue.message + hint })));
  if (!read) return undefined;
  const { seed, shared = false, ...numbers } = read;
  return { name, path, numbers, seed, shared };
};
