import { type Check, nonNegative, positive, requirementText, withUnit } from "../config/field.ts";
import { seedIssues } from "../config/parse.ts";
import { describe } from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import type { Issue } from "../errors/errors.ts";
import type { FeedContext } from "./contract.ts";
import type { GeneratorName } from "./kinds.ts";
import { numberProblem, readPerUnit } from "./values.ts";

/** One option of a generator. */
export interface GeneratorOption {
  /** perUnit takes a number or one a unit; number, flag and seed take one value. */
  readonly kind: "perUnit" | "number" | "flag" | "seed";
  readonly unit: string;
  readonly description: string;
  readonly required: boolean;
  readonly check?: Check;
}
export interface Generator {
  readonly description: string;
  readonly options: Readonly<Record<string, GeneratorOption>>;
}

const option = (
  kind: GeneratorOption["kind"],
  unit: string,
  description: string,
  required: boolean,
  check?: Check,
): GeneratorOption => ({ kind, unit, description, required, ...(check && { check }) });

const amplitude = option("perUnit", "pA", "Current while it is on.", true);
const span = {
  from: option("number", "ms", "When it begins; 0 when left out.", false, nonNegative),
  to: option("number", "ms", "When it ends; the end of the run when left out.", false, positive),
};
const noise = {
  mean: option("perUnit", "pA", "Mean.", true),
  std: option("perUnit", "pA", "Standard deviation.", true, nonNegative),
};
const draws = {
  seed: option("seed", "1", "Seed of the draws; the run's own when left out.", false),
  shared: option("flag", "1", "True for the same draws in all units.", false),
};

/** Every generator by name; also the source of the document's schema. */
export const generators = {
  step: { description: "A constant current within a window, else 0 pA.", options: { amplitude, ...span } },
  pulses: {
    description: "A rectangular pulse every period, else 0 pA.",
    options: {
      amplitude,
      period: option("number", "ms", "From the start of a pulse to that of the next.", true, positive),
      width: option("number", "ms", "Length of a pulse: at least a step, at most the period.", true, positive),
      ...span,
    },
  },
  ramp: {
    description: "A current that changes in a line; 0 pA outside of its window.",
    options: {
      start: option("perUnit", "pA", "Current at from.", true),
      end: option("perUnit", "pA", "Current that is reached at to.", true),
      ...span,
    },
  },
  sine: {
    description: "offset + amplitude·sin(2π·(frequency·time + phase)).",
    options: {
      amplitude: option("perUnit", "pA", "Half the distance from peak to trough.", true),
      frequency: option("perUnit", "Hz", "Frequency, below half of the steps a second.", true, positive),
      phase: option("perUnit", "1", "Angle at time 0 in turns: 0.25 starts at the peak. 0 when left out.", false),
      offset: option("perUnit", "pA", "Current about which it swings; 0 when left out.", false),
    },
  },
  ornsteinUhlenbeck: {
    description: "Ornstein–Uhlenbeck noise: its correlation falls as exp(−time/tau).",
    options: { ...noise, tau: option("perUnit", "ms", "Time constant of the correlation.", true, positive), ...draws },
  },
  whiteNoise: {
    description: "A normal number drawn anew in every step; std is that of a step, whatever its length.",
    options: { ...noise, ...draws },
  },
} as const satisfies Record<GeneratorName, Generator>;

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
  const options: Readonly<Record<string, GeneratorOption>> = generators[name].options;
  const known = Object.keys(options);
  const add = (at: string, message: string): void => void issues.push({ path: at, message });
  if (typeof given !== "object" || given === null || Array.isArray(given) || ArrayBuffer.isView(given)) {
    const hint = name === "step" && Array.isArray(given) ? ' Did you mean "steps"?' : "";
    add(path, `takes an object with ${known.join(", ")}; received ${describe(given)}. Give these by name.${hint}`);
    return undefined;
  }
  const before = issues.length;
  const numbers: Record<string, number | Float64Array> = {};
  const values = given as Readonly<Record<string, unknown>>;
  unknownKeys(path, values, known, issues);
  for (const [key, rule] of Object.entries(options)) {
    const value = values[key];
    if (value !== undefined) {
      const read = readOption(rule, value, `${path}.${key}`, context, issues);
      if (read !== undefined) numbers[key] = read;
    } else if (rule.required) {
      add(`${path}.${key}`, `is missing. Give ${rule.unit === "1" ? "a number" : `a number in ${rule.unit}`}.`);
    }
  }
  if (issues.length > before) return undefined;
  const { seed, shared } = values as { readonly seed?: number; readonly shared?: boolean };
  return { name, path, numbers, seed, shared: shared === true };
};

const readOption = (
  rule: GeneratorOption,
  value: unknown,
  path: string,
  context: FeedContext,
  issues: Issue[],
): number | Float64Array | undefined => {
  const add = (message: string): undefined => void issues.push({ path, message });
  if (rule.kind === "perUnit") return readPerUnit(value, path, context, issues, rule);
  if (rule.kind === "seed") issues.push(...seedIssues(value, path));
  else if (rule.kind === "flag") {
    if (typeof value !== "boolean") add(`must be true or false; received ${describe(value)}. Leave it out for false.`);
  } else {
    const problem = numberProblem(value, rule.unit, "f64");
    if (problem) return add(problem);
    if (!rule.check || rule.check.holds(value as number)) return value as number;
    const received = withUnit(value as number, rule.unit);
    return add(`${requirementText(rule.check, rule.unit)}; received ${received}. Give such a number.`);
  }
  return undefined;
};
