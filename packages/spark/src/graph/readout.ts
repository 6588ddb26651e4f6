import { suggestName } from "../config/nearest-name.ts";
import { positiveTime } from "../config/parse.ts";
import { describe } from "../config/shape.ts";
import { readUnitList, type UnitList } from "../config/unit-list.ts";
import type { Issue } from "../errors/errors.ts";
import type { Component, Model, Observable } from "../model/component.ts";
import type { Neuron } from "./neuron.ts";

/** The component within a population. */
type SomaOf<P> = P extends Neuron<infer C> ? C : P;
/** States of a population's soma, by name. */
export type OwnStates<P> = SomaOf<P> extends Component<infer M> ? keyof M["state"] & string : string;
/** The same, and what the synapses that end there show: "synapse.state". */
export type StatesOf<P> = OwnStates<P> | `${string}.${string}`;

/** A number that is put out, to a robot or a decoder: what a population does, filtered, a value a unit or their mean. */
export interface Readout<From extends string = string, Of extends string = string> {
  /** The population that is read. */
  readonly from: From;
  /** "outSpikes" (default), as a rate in Hz; a state such as "potential"; or one of a synapse, as "synapse.state". */
  readonly of?: Of;
  /** Time constant of the low-pass filter, ms. Left out: none, so that each step speaks for itself. */
  readonly tau?: number;
  /** True for one number, the mean over the units; false (default) for one a unit. */
  readonly mean?: boolean;
  /** Flat indices of the units that are read; all when left out. */
  readonly units?: UnitList;
  /** Multiplies every value, which then has no unit. Default 1. */
  readonly scale?: number;
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

/** Options of a read-out. */
export const readoutKeys = ["from", "of", "tau", "mean", "units", "scale"] as const;

/** Reads all of a read-out but its name; `population` is the one it names, where that is known. */
export const readReadout = (
  path: string,
  { of = "outSpikes", tau, mean = false, units, scale = 1 }: Readout,
  population: ReadPopulation | undefined,
  issues: Issue[],
): Omit<WiredReadout, "name" | "source"> => {
  const refuse = (key: string, wanted: string, value: unknown, remedy: string): void =>
    void issues.push({ path: `${path}.${key}`, message: `must be ${wanted}; received ${describe(value)}. ${remedy}` });
  if (tau !== undefined && !(typeof tau === "number" && tau > 0 && Number.isFinite(tau))) {
    const message = `must be ${positiveTime(tau)}. Leave it out for values that are not filtered.`;
    issues.push({ path: `${path}.tau`, message });
  }
  if (typeof mean !== "boolean") refuse("mean", "true or false", mean, "True gives one number for all units.");
  if (typeof scale !== "number" || !Number.isFinite(scale)) {
    refuse("scale", "a finite number", scale, "Leave it out for 1.");
  }
  const unit = population && unitOf(`${path}.of`, of, population, issues);
  const chosen = population && readUnitList(`${path}.units`, units, population.size, issues);
  return {
    port: of,
    unit: scale === 1 ? (unit ?? "1") : "1",
    tau,
    mean,
    units: chosen,
    scale,
  };
};

/** The physical unit of what is read; undefined, with an issue, for what the population does not show. */
const unitOf = (path: string, of: unknown, population: ReadPopulation, issues: Issue[]): string | undefined => {
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
  issues.push({ path, message });
  return undefined;
};
