import { withUnit } from "../config/field.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { BuiltPopulation } from "../graph/build.ts";
import type { BuiltComponent } from "../model/component.ts";
import type { Settings } from "./options.ts";
import type { Driven } from "./programs.ts";

/* What a run checks before it starts, beyond the validity of its options. */

/** Largest finite number of single precision. */
const LARGEST = 3.4028235677973366e38;
/** Fraction of a value that single precision distinguishes. */
const PLACE = 2 ** -24;
/** Distance from its target, mV, in which a potential may stall without a warning. */
const STALL = 0.01;

/** The parts of a run that are checked. */
export interface Doubted {
  readonly populations: readonly BuiltPopulation[];
  readonly settings: Settings;
  readonly driven: readonly Driven[];
  /** Sentences about windows of records that exceed the run. */
  readonly cuts: readonly string[];
  /** Steps before the run, and at its end. */
  readonly first: number;
  readonly end: number;
  /** Whether other runs may follow, which use the rest of inputs and windows. */
  readonly continues: boolean;
}

/**
 * Sentences about values that are allowed but unusual in a run.
 * @throws ConfigError for values beyond the range of single precision
 */
export const doubtsOf = ({ populations, settings, driven, cuts, first, end, continues }: Doubted): string[] => {
  const inputs = driven.flatMap(({ feeds }) => feeds.flatMap(({ feed }) => feed.doubt?.(first, end, continues) ?? []));
  const ignored = continues ? inputs : [...inputs, ...cuts];
  return settings.precision === "f32" ? [...populations.flatMap(singleOf), ...ignored] : ignored;
};

const known = new WeakMap<BuiltPopulation, readonly string[]>();

/** The warnings of a population in single precision. Its values are checked once. */
const singleOf = (population: BuiltPopulation): readonly string[] => {
  const before = known.get(population);
  if (before) return before;
  const parts = [population.component, ...population.receptors.map((receptor) => ({ ...receptor, place: undefined }))];
  const issues = parts.flatMap(({ model, fields, start, place }) => {
    const values = [...Object.entries(fields), ...Object.entries(start)];
    return values.flatMap(([name, value]): Issue[] => {
      const wrong = beyond(value);
      if (wrong === undefined) return [];
      const unit = (model.fields[name] ?? model.state[name])!.unit;
      const message = `${Math.abs(wrong) > 1 ? "exceeds" : "is below"} the range of single precision; received ${withUnit(wrong, unit)}. Use dtype: "f64" or another number.`;
      return [place ? place.at(name).issue(message) : { path: `${population.name}.${model.name}.${name}`, message }];
    });
  });
  if (issues.length > 0) throw new ConfigError(issues);
  const warnings = stallOf(population.component);
  known.set(population, warnings);
  return warnings;
};

/** The first value that becomes infinite or 0 in single precision. */
const beyond = (value: number | ArrayLike<number>): number | undefined => {
  if (typeof value === "number") return isBeyond(value) ? value : undefined;
  for (let k = 0; k < value.length; k++) if (isBeyond(value[k]!)) return value[k];
  return undefined;
};

const isBeyond = (value: number): boolean =>
  Math.abs(value) > LARGEST || (value !== 0 && Math.abs(value) < 1e-44 && Math.fround(value) === 0);

/**
 * A potential stays where it is once its change in a step is less than half the distance of two neighbouring numbers.
 * This is known before the run: the change is the distance from the target times 1 − exp(−dt/tau).
 */
const stallOf = ({ path, fields, dt, model }: BuiltComponent): string[] => {
  const tau = largest(fields["potentialTau"]);
  const threshold = fields[model.roles?.threshold ?? ""];
  const rest = fields["potentialRest"];
  if (tau === undefined) return [];
  const height = threshold !== undefined && rest !== undefined ? largest(threshold)! - smallest(rest) : 20;
  const stalls = (Math.abs(height) * PLACE) / -Math.expm1(-dt / tau);
  if (!(stalls > STALL) || !Number.isFinite(height)) return [];
  return [
    `${path}: dt/potentialTau is so small, ${Number((dt / tau).toPrecision(3))}, that single precision stalls up to ${Number(stalls.toPrecision(2))} mV below its target. Use dtype: "f64" or a longer dt.`,
  ];
};

const largest = (value: number | Float64Array | undefined): number | undefined =>
  typeof value === "number" ? value : value?.reduce((a, b) => Math.max(a, b));
const smallest = (value: number | Float64Array): number =>
  typeof value === "number" ? value : value.reduce((a, b) => Math.min(a, b));
