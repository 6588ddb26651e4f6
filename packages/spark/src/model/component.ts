import type { Fields } from "../config/field.ts";
import type { CommonConfig, InputOf, ParsedConfig, Precision } from "../config/parse.ts";
import type { Place } from "../config/place.ts";
import type { Shape } from "../config/shape.ts";
import type { Bool, DType, Expr, Float } from "../expr/expr.ts";
import type { Differential } from "./methods.ts";
import type { Port, PortSpecs } from "./ports.ts";
import type { Varying } from "./varying.ts";

/** A state variable of a component. */
export interface StateVariable<T extends DType = DType> {
  readonly dtype: T;
  /** Value at the start and after `reset()`. May depend on fields and dt. */
  readonly initial: Expr<T>;
  readonly unit: string;
  readonly description: string;
  /**
   * Reference value of a float state variable, an expression of fields. The state variable stores the difference from
   * it; users set and read absolute values. Absent for state variables that are stored as they are.
   */
  readonly from?: Float;
}

/** A quantity that can be read or recorded: an expression of fields and the state variables after the step. */
export interface Observable {
  readonly expr: Float | Expr<"int">;
  readonly unit: string;
  readonly description: string;
}

/**
 * The declaration of a component of any kind. Checks, help, documentation, forms and compiled code are derived from it
 * alone.
 */
export interface Declaration<F extends Fields = Fields, S extends string = string> {
  readonly name: string;
  readonly about: string;
  readonly fields: F;
  readonly state: Readonly<Record<S, StateVariable>>;
  readonly inputs: Readonly<Record<string, Port>>;
  readonly outputs: Readonly<Record<string, Port>>;
  /** The value of each state variable after the step, from the values before it. */
  readonly next: Readonly<Record<S, Expr>>;
  readonly observables: Readonly<Record<string, Observable>>;
  /** Differential equations, from which `next` follows; absent if the author wrote every update. */
  readonly differential?: Differential;
  /** Whether the equations use the number of units along the last axis of the population. */
  readonly usesPlaces?: boolean;
  /** Conditions on fields and dt together. */
  readonly rules?: readonly Rule[];
  /**
   * Completes a build if there are rules or fields that may change over time. Absent otherwise, so that other models do
   * not load it.
   */
  readonly finish?: Finish;
}

/**
 * Completes a build: finds the field that changes over time, if any, and checks the rules for several values.
 * @throws ConfigError that names the first unit for which a rule does not hold
 */
export type Finish = (
  built: Pick<Built, "model" | "fields" | "dt" | "units" | "place">,
  config: ParsedConfig,
) => Varying | undefined;

/** A condition on several fields, or on fields and dt. */
export interface Rule {
  /** Field that a message names. */
  readonly field: string;
  readonly holds: Bool;
  /** Completes the sentence "rate …", without the received value. */
  readonly requirement: string;
  readonly remedy: string;
}

/** Kind of a population: with or without a membrane. */
export type PopulationKind = "soma" | "spikeSource";

/** Names of fields and state variables that have a role in figures and warnings. */
export interface Roles<F extends string = string, S extends string = string> {
  /** Field: potential above which a unit spikes, mV. */
  readonly threshold?: F;
  /** State variable that adds to the threshold, mV. */
  readonly thresholdShift?: S;
  /** Field: potential just after a spike, mV. */
  readonly reset?: F;
  /** Field: time after a spike during which a unit cannot spike, ms. */
  readonly refractory?: F;
}

/** A population as data: units that spike. */
export interface Model<F extends Fields = Fields, S extends string = string, K extends PopulationKind = PopulationKind>
  extends Declaration<F, S> {
  readonly kind: K;
  /** Whether each unit spikes in the step. */
  readonly spikes: Bool;
  readonly roles?: Roles;
  readonly presets?: Readonly<Record<string, Preset>>;
}

/** A published set of parameters. */
export interface Preset<P = Readonly<Record<string, number>>> {
  /** One or two sentences: the behaviour, and the source of the parameters. */
  readonly about: string;
  /** Values of some parameters; the others keep their defaults. */
  readonly parameters: P;
}

/** A component: a model with its config. Immutable. */
export interface Component<M extends Model = Model> {
  readonly model: M;
  readonly config: ParsedConfig;
  /** Shape of the population; undefined until `build` finds it from the inputs. */
  readonly units: Shape | undefined;
  /**
   * Determines the shape from the inputs, draws the initializers, checks every value and allocates the state. Runs no
   * step.
   * @throws ShapeError if an array or an input has another shape; ConfigError if a drawn value is out of range.
   */
  build(inputSpecs?: Readonly<Record<string, PortSpecs>>, options?: BuildOptions): BuiltComponent<M>;
}

/** Options of a build, in addition to the config. A run passes its own dt and seed if they are set. */
export interface BuildOptions {
  /** Time step, ms. Default: that of the config, otherwise 1. */
  readonly dt?: number;
  /** Default: that of the config, otherwise 1. */
  readonly seed?: number;
  /** Keys the draws of the component, with the seed. Default: the name of the model. */
  readonly path?: string;
}

/** The same for a part of a network or document. */
export interface PlacedOptions extends BuildOptions {
  /** Where messages say that the component is. Default: its path. */
  readonly place?: Place;
  /** Values must be within its range. Default: f64. */
  readonly precision?: Precision;
}

/** A declaration with a known shape. Values are known unless they must be drawn. */
export interface Surveyed<M extends Declaration = Declaration> {
  readonly model: M;
  /** Keys its draws, with the seed. */
  readonly path: string;
  /** Where messages say that it is. */
  readonly place: Place;
  readonly units: Shape;
  readonly dt: number;
  readonly seed: number;
  /** The field that changes over time, if any. */
  readonly varying: Varying | undefined;
}

/** A declaration with a known shape and known values. */
export interface Built<M extends Declaration = Declaration> extends Surveyed<M> {
  /**
   * Value of each field: one number for all units, or one per unit in row-major order. Excludes a field that changes
   * over time.
   */
  readonly fields: Readonly<Record<string, number | Float64Array>>;
  /**
   * Whether the value of an expression may be set during a simulation; `fields` then contains the present values. Absent
   * until a field is set.
   */
  live?: ((expr: Expr) => boolean) | undefined;
  /** State variables, one value per unit. Each array is allocated on first access. */
  readonly state: Readonly<Record<string, Float64Array | Int32Array>>;
  /** State variables without allocation: one number if all units start alike and no array was accessed. */
  readonly start: Readonly<Record<string, number | Float64Array | Int32Array>>;
  /** Sets the state to its start. */
  reset(): void;
}

/** A component with a known shape and known values. */
export interface BuiltComponent<M extends Model = Model> extends Built<M> {
  readonly outputSpecs: Readonly<Record<string, PortSpecs>>;
  /** Sentences about values that are valid but unusual. */
  readonly warnings: readonly string[];
}

/** The part of a model that names its inputs, for a soma that declares them. */
export type WithInputs<I> = I extends Readonly<Record<string, Port>> ? { readonly inputs: I } : unknown;

/** Constructor of a component. It also carries the declaration. */
export interface ComponentType<
  F extends Fields = Fields,
  S extends string = string,
  K extends PopulationKind = PopulationKind,
  I = unknown,
> {
  (config?: ConfigOf<F>): Component<Model<F, S, K> & WithInputs<I>>;
  readonly model: Model<F, S, K> & WithInputs<I>;
}

/** Config of a declaration: every field is optional. Includes the common options. */
export type ConfigOf<F extends Fields> = { readonly [K in keyof F]?: InputOf<F[K]> } & CommonConfig;
