import type { Fields } from "../config/field.ts";
import type { CommonConfig, InputOf, ParsedConfig } from "../config/parse.ts";
import type { Shape } from "../config/shape.ts";
import type { Bool, DType, Expr, Float } from "../expr/expr.ts";
import type { Port, PortSpecs } from "./ports.ts";
import type { Varying } from "./varying.ts";

/** A variable that a component keeps from step to step. */
export interface StateVariable<T extends DType = DType> {
  readonly dtype: T;
  /** Value at the start and after `reset()`; may depend on fields and dt. */
  readonly initial: Expr<T>;
  readonly unit: string;
  readonly description: string;
  /**
   * The value that a float state is kept relative to, over fields: the state holds the difference. What users give and
   * read is absolute. Absent for states that are kept as they are.
   */
  readonly from?: Float;
}

/** Something that can be read or recorded: an expression over fields and the state after the step. */
export interface Observable {
  readonly expr: Float | Expr<"int">;
  readonly unit: string;
  readonly description: string;
}

/**
 * What components of every kind declare. Checks, help, docs, forms and compiled code are derived from this and from
 * nothing else.
 */
export interface Declaration<F extends Fields = Fields, S extends string = string> {
  readonly name: string;
  readonly about: string;
  readonly fields: F;
  readonly state: Readonly<Record<S, StateVariable>>;
  readonly inputs: Readonly<Record<string, Port>>;
  readonly outputs: Readonly<Record<string, Port>>;
  /** Each state's value after the step, from the values before it. */
  readonly next: Readonly<Record<S, Expr>>;
  readonly observables: Readonly<Record<string, Observable>>;
  /** What must hold of fields and dt together. */
  readonly rules?: readonly Rule[];
  /** What a build is finished with where there are rules or a field may change in time; others need not load it. */
  readonly finish?: Finish;
}

/**
 * Finds the field that changes in time, if one does, and checks the rules of several values.
 * @throws ConfigError that names the first unit for which a rule does not hold
 */
export type Finish = (
  built: Pick<Built, "model" | "fields" | "dt" | "units" | "path">,
  config: ParsedConfig,
) => Varying | undefined;

/** A rule of several fields, or of fields and dt: one that a field alone cannot keep. */
export interface Rule {
  /** The field that a message names. */
  readonly field: string;
  readonly holds: Bool;
  /** Completes the sentence "rate …", without what was received. */
  readonly requirement: string;
  readonly remedy: string;
}

/** What a population is: with a membrane, or without. */
export type PopulationKind = "soma" | "spikeSource";

/** Fields and states whose meaning figures and warnings know, by name. */
export interface Roles<F extends string = string, S extends string = string> {
  /** Field: potential above which a unit spikes, mV. */
  readonly threshold?: F;
  /** State that adds to the threshold, mV. */
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
}

/** A component with its config: how many of what, with which values. Immutable. */
export interface Component<M extends Model = Model> {
  readonly model: M;
  readonly config: ParsedConfig;
  /** Shape of the population; undefined until `build` finds it from the inputs. */
  readonly units: Shape | undefined;
  /**
   * Finds the shape from the inputs, draws the initializers, checks every value and allocates the state. Never steps.
   * @throws ShapeError when an array or an input has another shape; ConfigError when a drawn value breaks a rule.
   */
  build(inputSpecs?: Readonly<Record<string, PortSpecs>>, options?: BuildOptions): BuiltComponent<M>;
}

/** What a build needs beside the config; the run's own dt and seed when they are set there. */
export interface BuildOptions {
  /** ms; the config's, else 1. */
  readonly dt?: number;
  /** The config's, else 1. */
  readonly seed?: number;
  /** Stands for the component in messages and keys its draws beside the seed; the model's name by default. */
  readonly path?: string;
}

/** A declaration whose shape is known, and whose values are known as far as they need not be drawn. */
export interface Surveyed<M extends Declaration = Declaration> {
  readonly model: M;
  /** Stands for it in messages and keys its draws beside the seed. */
  readonly path: string;
  readonly units: Shape;
  readonly dt: number;
  readonly seed: number;
  /** The field that changes in time, if one does. */
  readonly varying: Varying | undefined;
}

/** A declaration whose shape and values are known. */
export interface Built<M extends Declaration = Declaration> extends Surveyed<M> {
  /** Value of each field: a number for all units, or one a unit in row-major order. One that changes in time is not here. */
  readonly fields: Readonly<Record<string, number | Float64Array>>;
  /** The state, one value a unit; an array is made when it is first asked for. */
  readonly state: Readonly<Record<string, Float64Array | Int32Array>>;
  /** The same for who needs no array: a number where all units start alike and no array was asked for. */
  readonly start: Readonly<Record<string, number | Float64Array | Int32Array>>;
  /** Puts the state back to its start. */
  reset(): void;
}

/** A component whose shape and values are known. */
export interface BuiltComponent<M extends Model = Model> extends Built<M> {
  readonly outputSpecs: Readonly<Record<string, PortSpecs>>;
  /** Sentences about values that are allowed but unusual. */
  readonly warnings: readonly string[];
}

/** A component's constructor, which also carries its declaration. */
export interface ComponentType<
  F extends Fields = Fields,
  S extends string = string,
  K extends PopulationKind = PopulationKind,
> {
  (config?: ConfigOf<F>): Component<ModelOf<F, S, K>>;
  readonly model: ModelOf<F, S, K>;
}

/** A model whose fields and states are known by name, so that what may be set and recorded is typed. */
export type ModelOf<F extends Fields, S extends string, K extends PopulationKind = PopulationKind> = Model<F, S, K>;

/** The config that a declaration's fields make: every field optional, with the common options. */
export type ConfigOf<F extends Fields> = { readonly [K in keyof F]?: InputOf<F[K]> } & CommonConfig;
