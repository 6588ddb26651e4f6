import { isConductance } from "../config/conductance.ts";
import { field, nonNegative, withUnit } from "../config/field.ts";
import { type FieldInput, type InputOf, type ParsedConfig, readConfig } from "../config/parse.ts";
import { Place, placeOf, Site } from "../config/place.ts";
import { varying } from "../config/series.ts";
import type { Shape } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";
import { constant, type Float, type Int } from "../expr/expr.ts";
import { add, le, lt, mul, pairedBits, quantity, select, toFloat } from "../expr/verbs.ts";
import { buildOn } from "../model/build.ts";
import type { BuildOptions, Declaration, PlacedOptions } from "../model/component.ts";
import { fieldSymbols } from "../model/declare.ts";
import { finish } from "../model/finish.ts";
import { evaluateFixed } from "../model/fixed.ts";
import type { FieldScope } from "../model/scope.ts";
import { type SourceInstance, type SourceModel, source } from "../model/source.ts";
import { bound, exceedances, perStep } from "./chance.ts";

const fieldsIn = (weightUnit: string) => ({
  rate: varying(field(10, "Hz", "Mean rate of each train.", nonNegative)),
  trains: field(1, "1", "Number of independent trains to each unit.", nonNegative),
  weight: field(1, weightUnit, "Weight of each spike, in the unit of the synapse that it drives."),
});
type DriveFields = ReturnType<typeof fieldsIn>;

/** Expected number of spikes to a unit per step. */
const meanOf = (x: FieldScope<DriveFields>): Float => mul(x.trains, perStep(x.rate));

/** Largest mean of one draw: e to its negative must stay a normal number. */
const MOST = 500;
/** Probabilities below this count as zero. */
const LEAST = 2 ** -33;

/** Creates the declaration for the unit of the weights, which depends on the driven synapse. */
const declaration = (weightUnit: string): Declaration<DriveFields, never> => {
  const fields = fieldsIn(weightUnit);
  const symbols = fieldSymbols(fields) as FieldScope<DriveFields>;
  const tooMany = {
    field: "rate",
    holds: le(meanOf(symbols), MOST),
    requirement: `times trains must give at most ${MOST} spikes per step`,
    remedy: "Use a shorter dt, or several drives.",
  };
  return {
    name: "PoissonDrive",
    about:
      "The summed spikes of many Poisson trains to each unit. The count in a step is drawn from the Poisson distribution and multiplied by the weight. The counts are the same in single and double precision.",
    fields,
    state: {},
    inputs: {},
    outputs: {},
    next: {},
    observables: {},
    rules: [tooMany],
    finish,
  };
};

export interface PoissonDriveConfig {
  /**
   * Mean rate of each train, Hz: one for all units, one per unit, an initializer, or a series that changes over time.
   * Default 10.
   */
  readonly rate?: InputOf<DriveFields["rate"]>;
  /** Number of independent trains to each unit. Default 1. */
  readonly trains?: FieldInput;
  /** Weight of each spike, in the unit of the synapse. Default 1. */
  readonly weight?: FieldInput;
  /** Seed of initializers and draws. Default: the seed of the network. */
  readonly seed?: number;
  readonly skipValidation?: boolean;
}

/** A drive with its config. Immutable. */
export interface Drive {
  readonly model: Declaration;
  readonly config: ParsedConfig;
  /**
   * Builds the drive for a target population and a synapse whose weights have the given unit.
   * @throws ShapeError if an array has another shape than `units`; ConfigError if a value is out of range.
   */
  build(units: Shape, weightUnit: string, options?: BuildOptions): SourceInstance;
}

const build = (config: ParsedConfig, units: Shape, weightUnit: string, options: PlacedOptions = {}): SourceInstance => {
  const model = declaration(weightUnit);
  const { fields, varying: changing, dt, seed } = buildOn(model, config, units, "the population it drives", options);
  const refuse = (weight: number | Float64Array): void => {
    if (isConductance(weightUnit)) refuseNegative(weight, weightUnit, options.place ?? new Place([model.name]));
  };
  refuse(fields["weight"]!);
  const mean = meanOf(fieldSymbols(model.fields) as FieldScope<DriveFields>);
  const all = changing?.occurring(fields) ?? [{ values: fields }];
  const means = all.map(({ values }) => evaluateFixed(mean, values, { dt }));
  const told = new Map<SourceModel, Terms>();
  const withTerms = (terms: Terms): SourceModel => {
    const drawn = equations(model, terms);
    told.set(drawn, terms);
    return drawn;
  };
  const adapt: SourceInstance["adapt"] = (sets, present) => {
    for (const values of sets) refuse(values["weight"]!);
    const occurring = sets.flatMap((values) => changing?.occurring(values) ?? [{ values }]);
    const changed = occurring.map(({ values }) => evaluateFixed(mean, values, { dt }));
    const needed = termsFor(changed);
    const { first, last } = told.get(present)!;
    if (needed.first >= first && needed.last <= last) return present;
    // Other values may follow, and each change of the equations is compiled.
    return withTerms(termsFor([1 / SPAN, 1, SPAN].flatMap((factor) => changed.map((value) => scaled(value, factor)))));
  };
  return { model: withTerms(termsFor(means)), fields, varying: changing, seed, adapt, start: {} };
};

/** Largest number by which the mean may change before the equations change again. */
const SPAN = 4;

const scaled = (value: number | Float64Array, factor: number): number | Float64Array => {
  const least = (mean: number): number => Math.min(mean * factor, MOST);
  return typeof value === "number" ? least(value) : value.map(least);
};

/** The counts that the equations of a drive tell apart. */
interface Terms {
  readonly first: number;
  readonly last: number;
}

const equations = ({ name, fields, about }: Declaration<DriveFields>, { first, last }: Terms): SourceModel =>
  source(name, fields, {
    about,
    step(x) {
      const chances = exceedances(meanOf(x), last);
      let count: Int = constant("int", first);
      for (let k = first; k < last; k++) {
        // One draw decides the count: it exceeds k if the bits are below the bound of that probability.
        count = add(count, select(lt(pairedBits("spikes"), bound(chances[k]!)), 1, constant("int", 0)));
      }
      return { value: mul(x.weight, toFloat(count)) };
    },
  });

/** @throws ConfigError for a negative conductance */
const refuseNegative = (weight: number | Float64Array, unit: string, place: Place): void => {
  const least = typeof weight === "number" ? weight : weight.reduce((a, b) => Math.min(a, b), 0);
  if (least >= 0) return;
  const remedy = "For inhibition, set potentialReversal of the synapse; for drawn weights, set min: 0.";
  const received = withUnit(least, unit);
  throw new ConfigError(
    place.at("weight").issue(`must be a conductance of at least 0; received ${received}. ${remedy}`),
  );
};

/** The count that is certain and the largest count that is possible, for the means of all units at all times. */
const termsFor = (means: readonly (number | Float64Array)[]): Terms => {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const mean of means) {
    for (const one of typeof mean === "number" ? [mean] : mean) {
      least = Math.min(least, one);
      most = Math.max(most, one);
    }
  }
  const certain = chancesAt(least).findIndex((chance) => chance <= 1 - LEAST);
  const last = chancesAt(most).findIndex((chance) => chance < LEAST);
  return { first: Math.min(certain, last), last };
};

const chancesAt = (mean: number): number[] => {
  const memo = new Map();
  // Far beyond the last probability that does not count as zero.
  const terms = Math.ceil(mean + 10 * Math.sqrt(mean) + 30);
  return exceedances(quantity(mean, "1"), terms).map((chance) => evaluateFixed(chance, {}, { dt: 1 }, memo) as number);
};

const create = (config?: PoissonDriveConfig, place?: Place): Drive => {
  const { model } = PoissonDrive;
  const site = new Site(placeOf("PoissonDrive", place), [], undefined);
  const parsed = readConfig(site, model.fields, config, ["seed", "skipValidation"]);
  if (site.issues.length > 0) throw new ConfigError(site.issues);
  return { model, config: parsed, build: (units, weightUnit, options) => build(parsed, units, weightUnit, options) };
};

/**
 * Many Poisson trains that act on one synapse of a population, summed: K trains of rate r to each unit become one draw
 * per step instead of K delivered spikes.
 */
export const PoissonDrive: ((config?: PoissonDriveConfig) => Drive) & { readonly model: Declaration<DriveFields> } =
  Object.defineProperty(Object.assign(create, { model: declaration("1") }), "name", { value: "PoissonDrive" });
