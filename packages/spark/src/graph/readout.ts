import { suggestName } from "../config/nearest-name.ts";
import type { Read, Written } from "../config/options.ts";
import type { Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import { readUnitList } from "../config/unit-list.ts";
import type { Component, Model, Observable } from "../model/component.ts";
import { checkIntegrator, type ReadIntegrator } from "./integrator.ts";
import type { Neuron } from "./neuron.ts";
import type { readoutOptions } from "./options.ts";

/** The soma or source of a population. */
export type SomaOf<P> = P extends Neuron<infer C> ? C : P;
/** Names of the state variables of the soma of a population. */
export type OwnStates<P> = SomaOf<P> extends Component<infer M> ? keyof M["state"] & string : string;
/** These names, and those of the observables of its synapses: "synapse.variable". */
export type StatesOf<P> = OwnStates<P> | `${string}.${string}`;

/** A read-out for a robot or decoder: the filtered spikes or variable of a population, one value per unit or the mean. */
export interface Readout<
  From extends string | readonly string[] = string | readonly string[],
  Of extends string = string,
> extends Omit<Written<typeof readoutOptions>, "from" | "of"> {
  /** The population that is read, or several whose units follow one another. */
  readonly from: From;
  /** "outSpikes" (default), as a rate in Hz; a state variable such as "potential"; or a state variable of a synapse, as "synapse.variable". */
  readonly of?: Of;
}

export type Readouts = Readonly<Record<string, Readout>>;

/** Read-outs of the given populations. */
export type ReadoutsOf<P> = Readonly<
  Record<
    string,
    | { [K in keyof P & string]: Readout<K, "outSpikes" | StatesOf<P[K]>> }[keyof P & string]
    | Readout<readonly (keyof P & string)[], "outSpikes">
    // Populations whose names are not known.
    | (string extends keyof P ? Readout : never)
  >
>;

/** Makes a key that is not an option of a read-out a compile error. */
export type OnlyReadouts<O> = {
  readonly [K in keyof O]: O[K] & { readonly [Q in Exclude<keyof O[K], keyof Readout>]: never };
};

/** A read-out with every name resolved. */
export interface WiredReadout {
  readonly name: string;
  /** Index in the list of populations. */
  readonly source: number;
  /** Further populations, whose units follow those of the first; absent if there are none. */
  readonly others?: readonly number[];
  readonly integrator?: ReadIntegrator;
  /** "outSpikes", or the name of an observable. */
  readonly port: string;
  /** Physical unit of the values. */
  readonly unit: string;
  readonly tau: number | undefined;
  readonly mean: boolean;
  readonly units: readonly number[] | undefined;
  readonly scale: number;
}

/** The populations that a read-out reads, in order. */
export const populationsOf = ({ source, others = [] }: WiredReadout): readonly number[] => [source, ...others];

/** The parts of a population that a read-out needs. */
export interface ReadPopulation {
  readonly name: string;
  readonly model: Model;
  /** Number of units. */
  readonly size: number;
  readonly receptors: readonly { readonly name: string; readonly model: Pick<Model, "observables"> }[];
  /** Whether it may have more receptors, because other parts of the network have problems. */
  readonly partial: boolean;
}

/** Observables of a soma and its synapses; those of synapses as "synapse.variable". */
export const observablesOf = (
  model: Pick<Model, "observables">,
  receptors: ReadPopulation["receptors"],
): Readonly<Record<string, Observable>> =>
  Object.fromEntries([
    ...Object.entries(model.observables),
    ...receptors.flatMap(({ name, model: { observables } }) =>
      Object.entries(observables).map(([key, observable]) => [`${name}.${key}`, observable] as const),
    ),
  ]);

/** Reads a read-out, except its name. Returns undefined if it has problems, with issues unless another part is the cause. */
export const readReadout = (
  given: Partial<Read<typeof readoutOptions>>,
  populations: readonly ReadPopulation[],
  site: Site,
): Omit<WiredReadout, "name" | "source" | "others"> | undefined => {
  const { of = "outSpikes", tau, mean = false, units, scale = 1, integrator } = given;
  const [first] = populations as readonly [ReadPopulation];
  const sizes = populations.map(({ size }) => size);
  const unit = unitOf(of, first, site.at("of"));
  const chosen = readUnitList(
    units,
    sizes.reduce((sum, size) => sum + size, 0),
    site.at("units"),
  );
  if (of !== "outSpikes" && populations.length > 1) {
    site.at("from").refuse(`must name one population for ${describe(of)}; received ${sizes.length}. Name one.`);
  }
  if (integrator) {
    for (const key of ["of", "tau", "mean", "units"] as const) {
      const own = given[key];
      if (own === undefined || own === false || own === "outSpikes") continue;
      site.at(key).refuse("cannot be combined with an integrator. Remove one of them.");
    }
    checkIntegrator(integrator, { sizes, names: populations.map(({ name }) => name) }, site);
  }
  if (unit === undefined) return undefined;
  return {
    port: of as string,
    unit: scale === 1 && !integrator ? unit : "1",
    tau,
    // A number, not a list.
    mean: mean || integrator?.name === "tanh",
    units: chosen,
    scale,
    ...(integrator && { integrator }),
  };
};

/** The physical unit of the variable. Returns undefined, with an issue, if the population has no such variable. */
const unitOf = (of: unknown, population: ReadPopulation, site: Site): string | undefined => {
  if (of === "outSpikes") return "Hz";
  const { name, model, receptors, partial } = population;
  const observables = observablesOf(model, receptors);
  const observable = typeof of === "string" && Object.hasOwn(observables, of) ? observables[of] : undefined;
  const readable = Object.keys(observables).filter((key) => observables[key]!.expr.dtype === "float");
  const known = ["outSpikes", ...readable];
  if (observable?.expr.dtype === "float") return observable.unit;
  // The synapse may belong to a projection that has problems.
  if (partial && typeof of === "string" && of.includes(".")) return undefined;
  const message = observable
    ? `must be spikes or a float; ${of} of ${name} is an integer. Known: ${known.join(", ")}.`
    : `must be a variable of ${name} (${model.name}); received ${describe(of)}. ${typeof of === "string" ? suggestName(of, known) : `Known: ${known.join(", ")}.`}`;
  return site.refuse(message);
};
