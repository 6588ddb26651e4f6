import { suggestName } from "../config/nearest-name.ts";
import type { Read, Written } from "../config/options.ts";
import type { Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import { readUnitList } from "../config/unit-list.ts";
import type { Component, Model, Observable } from "../model/component.ts";
import type { Neuron } from "./neuron.ts";
import type { readoutOptions } from "./options.ts";

/** The component within a population. */
type SomaOf<P> = P extends Neuron<infer C> ? C : P;
/** States of a population's soma, by name. */
export type OwnStates<P> = SomaOf<P> extends Component<infer M> ? keyof M["state"] & string : string;
/** The same, and what the synapses that end there show: "synapse.state". */
export type StatesOf<P> = OwnStates<P> | `${string}.${string}`;

/** A number that is put out, to a robot or a decoder: what a population does, filtered, a value per unit or their mean. */
export interface Readout<From extends string = string, Of extends string = string>
  extends Omit<Written<typeof readoutOptions>, "from" | "of"> {
  /** The population that is read. */
  readonly from: From;
  /** "outSpikes" (default), as a rate in Hz; a state variable such as "potential"; or a state variable of a synapse, as "synapse.variable". */
  readonly of?: Of;
}

export type Readouts = Readonly<Record<string, Readout>>;

/** Read-outs of such populations: from one that is there, of a port that it has. */
export type ReadoutsOf<P> = Readonly<
  Record<string, { [K in keyof P & string]: Readout<K, "outSpikes" | StatesOf<P[K]>> }[keyof P & string]>
>;

/** Makes every key a compile error that is no option of a read-out. */
export type OnlyReadouts<O> = {
  readonly [K in keyof O]: O[K] & { readonly [Q in Exclude<keyof O[K], keyof Readout>]: never };
};

/** A read-out with every name resolved. */
export interface WiredReadout {
  readonly name: string;
  /** Place in the list of populations. */
  readonly source: number;
  /** "outSpikes", or what the population shows. */
  readonly port: string;
  /** Physical unit of the values. */
  readonly unit: string;
  readonly tau: number | undefined;
  readonly mean: boolean;
  readonly units: readonly number[] | undefined;
  readonly scale: number;
}

/** A population as a read-out sees it. */
export interface ReadPopulation {
  readonly name: string;
  readonly model: Model;
  /** Number of units. */
  readonly size: number;
  readonly receptors: readonly { readonly name: string; readonly model: Pick<Model, "observables"> }[];
  /** Whether it may have more receptors, since other parts of the brain have problems. */
  readonly partial: boolean;
}

/** What a soma and its synapses show: the latter as "synapse.state". */
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

/** Reads all of a read-out but its name; undefined, with issues or where other parts have problems, where it has problems. */
export const readReadout = (
  { of = "outSpikes", tau, mean = false, units, scale = 1 }: Partial<Read<typeof readoutOptions>>,
  population: ReadPopulation,
  site: Site,
): Omit<WiredReadout, "name" | "source"> | undefined => {
  const unit = unitOf(of, population, site.at("of"));
  const chosen = readUnitList(site.at("units").place.path, units, population.size, site.issues);
  if (unit === undefined) return undefined;
  return {
    port: of as string,
    unit: scale === 1 ? unit : "1",
    tau,
    mean,
    units: chosen,
    scale,
  };
};

/** The physical unit of what is read; undefined, with an issue, for what the population does not show. */
const unitOf = (of: unknown, population: ReadPopulation, site: Site): string | undefined => {
  if (of === "outSpikes") return "Hz";
  const { name, model, receptors, partial } = population;
  const observables = observablesOf(model, receptors);
  const observable = typeof of === "string" && Object.hasOwn(observables, of) ? observables[of] : undefined;
  const readable = Object.keys(observables).filter((key) => observables[key]!.expr.dtype === "float");
  const known = ["outSpikes", ...readable];
  if (observable?.expr.dtype === "float") return observable.unit;
  // A synapse may come with a projection that has problems of its own.
  if (partial && typeof of === "string" && of.includes(".")) return undefined;
  const message = observable
    ? `must be spikes or a float; ${of} of ${name} counts in whole numbers. Known: ${known.join(", ")}.`
    : `must be something that ${name} (${model.name}) shows; received ${describe(of)}. ${typeof of === "string" ? suggestName(of, known) : `Known: ${known.join(", ")}.`}`;
  return site.refuse(message);
};
