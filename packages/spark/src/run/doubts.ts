import type { BuiltPopulation } from "../graph/build.ts";
import type { BuiltComponent } from "../model/component.ts";
import type { Settings } from "./options.ts";
import type { Driven } from "./programs.ts";

/* What a run checks before it starts, beyond the validity of its options. */

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

/** Sentences about values that are allowed but unusual in a run. */
export const doubtsOf = ({ populations, settings, driven, cuts, first, end, continues }: Doubted): string[] => {
  const feeds = driven.flatMap((population) => population.feeds.map(({ feed }) => feed));
  const varying = populations.flatMap(({ component, receptors }) =>
    [component, ...receptors.flatMap(({ drives }) => drives.map(({ source }) => source))].map((part) => part.varying),
  );
  const inputs = [...feeds, ...varying].flatMap((part) => part?.doubt?.(first, end, continues) ?? []);
  const ignored = continues ? inputs : [...inputs, ...cuts];
  return settings.precision === "f32"
    ? [...populations.flatMap(({ component }) => stallOf(component)), ...ignored]
    : ignored;
};

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
