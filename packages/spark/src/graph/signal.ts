import { suggestName } from "../config/nearest-name.ts";
import type { Written } from "../config/options.ts";
import type { Site } from "../config/place.ts";
import { type Shape, sizeOf } from "../config/shape.ts";
import { doubles } from "../math/doubles.ts";
import { exp, expm1 } from "../math/elementary.ts";
import type { Model } from "../model/component.ts";
import { groupShape } from "../model/places.ts";
import type { Port } from "../model/ports.ts";
import type { SynapticFields } from "../model/rule-config.ts";
import { liveFields, type Plasticity } from "../model/rule-model.ts";
import type { signalOptions } from "./options.ts";
import type { WiredReadout } from "./readout.ts";

/*
 * Signals: values of populations that act on another part of the network in the next step, such as the rate of dopamine
 * neurons that modulates a plasticity rule.
 */

/** A signal from populations to a port of a population or a parameter of a plasticity rule. */
export interface Signal<From extends string = string> extends Omit<Written<typeof signalOptions>, "from"> {
  /** The population that is read, or several whose units follow one another. */
  readonly from: From | readonly From[];
}

/** Where a signal acts. */
export type SignalTarget =
  | { readonly population: number; readonly port: string }
  | { readonly projection: number; readonly parameter: string };

/** A signal with every name resolved. */
export interface WiredSignal extends Pick<WiredReadout, "name" | "tau" | "mean" | "units" | "scale"> {
  /** Indices of the populations whose units follow one another. */
  readonly sources: readonly number[];
  /** "outSpikes", or the name of an observable. */
  readonly of: string;
  /** Unit of the values at the target. */
  readonly unit: string;
  readonly offset: number;
  readonly target: SignalTarget;
}

interface Learning {
  readonly plasticity: Plasticity | undefined;
  readonly synaptic: SynapticFields;
}

/** The parts of a network at which signals can act. */
interface Parts {
  readonly populations: readonly { readonly name: string; readonly model: Model; readonly shape: Shape }[];
  /** By name; undefined for a projection with problems. */
  readonly projections: ReadonlyMap<string, Learning | undefined>;
}

interface FoundTarget {
  readonly target: SignalTarget;
  /** Name of the target in messages. */
  readonly name: string;
  readonly unit: string;
  /** Number of values that it takes, besides one for all. */
  readonly values: number;
}

/** The target that "population.port" or "projection.plasticity.parameter" names. Undefined, with an issue unless another part is the cause. */
export const findTarget = (to: string, parts: Parts, site: Site): FoundTarget | undefined => {
  const [first = "", second, ...more] = to.split(".");
  if (second === "plasticity" && more.length > 0) return findParameter(first, more.join("."), parts, site);
  if (more.length > 0) {
    return site.refuse(
      `must be "population.port" or "projection.plasticity.parameter"; received "${to}". Name one of them.`,
    );
  }
  return findPort(first, second, parts, site);
};

const findParameter = (name: string, parameter: string, parts: Parts, site: Site): FoundTarget | undefined => {
  const { projections } = parts;
  if (!projections.has(name)) {
    const hint = suggestName(name, [...projections.keys()]);
    return site.refuse(`must name a projection before ".plasticity"; received "${name}". ${hint}`);
  }
  const wired = projections.get(name);
  if (!wired) return undefined;
  const model = wired.plasticity?.model;
  if (!model) return site.refuse(`names ${name}, whose synapses do not learn. Give the projection a plasticity.`);
  const live = [...liveFields(model)];
  if (!live.includes(parameter)) {
    const known = Object.hasOwn(model.fields, parameter);
    const why = known ? `${parameter} selects the equations of ${model.name}` : `${model.name} has no ${parameter}`;
    return site.refuse(`must name a parameter that can change: ${why}. ${suggestName(parameter, live)}`);
  }
  if (wired.synaptic[parameter] !== undefined) {
    return site.refuse(
      `names ${parameter} of ${name}, which differs between synapses. Give it one number to drive it.`,
    );
  }
  const { unit } = model.fields[parameter]!;
  const sound = [...projections].filter(([, own]) => own !== undefined);
  const projection = sound.findIndex(([own]) => own === name);
  return { target: { projection, parameter }, name: `${name}.plasticity.${parameter}`, unit, values: 1 };
};

const findPort = (
  name: string,
  port: string | undefined,
  { populations, projections }: Parts,
  site: Site,
): FoundTarget | undefined => {
  const place = populations.findIndex((own) => own.name === name);
  if (place < 0) {
    if (projections.has(name)) {
      return site.refuse(
        `must name a parameter of the plasticity of ${name}; received "${name}". Write "${name}.plasticity.modulation", for instance.`,
      );
    }
    const hint = suggestName(name, [...populations.map((own) => own.name), ...projections.keys()]);
    return site.refuse(`must name a population or a projection; received "${name}". ${hint}`);
  }
  const { model, shape } = populations[place]!;
  const { inputs } = model;
  const ports = Object.keys(inputs).filter((key) => takesSignals(inputs[key]!));
  if (ports.length === 0) {
    return site.refuse(
      `names ${name}, but a ${model.name} takes no signals. Name a population with a current or a signal, such as a PoissonSpiker.`,
    );
  }
  const chosen = port ?? (ports.includes("current") ? "current" : ports.length === 1 ? ports[0]! : undefined);
  if (chosen === undefined || !ports.includes(chosen)) {
    const hint = chosen === undefined ? `Known: ${ports.join(", ")}.` : suggestName(chosen, ports);
    return site.refuse(
      `must name an input of ${name}; received "${port === undefined ? name : `${name}.${port}`}". ${hint}`,
    );
  }
  const { unit, shared } = inputs[chosen]!;
  const values = sizeOf(shared ? groupShape(shape) : shape);
  return { target: { population: place, port: chosen }, name: `${name}.${chosen}`, unit, values };
};

/** Whether a port takes numbers, and not only from synapses. */
const takesSignals = ({ payload, synaptic }: Port): boolean =>
  synaptic !== true && (payload === "CurrentArray" || payload === "SignalArray");

/** Checks that the values of a signal fit its target, and gives their unit there. */
export const checkSignal = (
  { unit, values, written }: { readonly unit: string; readonly values: number; readonly written: boolean },
  to: FoundTarget,
  site: Site,
): void => {
  if (!written && unit !== to.unit) {
    const per = `${to.unit === "1" ? "1" : to.unit} per ${unit === "1" ? "1" : unit}`;
    site
      .at("scale")
      .refuse(
        `is missing: the values are in ${unitText(unit)}, but ${to.name} takes ${unitText(to.unit)}. Give the factor, in ${per}.`,
      );
  }
  if (values === 1 || values === to.values) return;
  const wanted = to.values === 1 ? "one value" : `one value, or ${to.values}`;
  site.at("to").refuse(`takes ${wanted}, but the signal has ${values}. Add mean: true, or select units.`);
};

const unitText = (unit: string): string => (unit === "1" ? "a number without unit" : unit);

/** The ports of a population that signals drive, each once. */
export const inletsOf = (signals: readonly WiredSignal[], population: number): string[] => [
  ...new Set(
    signals.flatMap(({ target }) => ("port" in target && target.population === population ? [target.port] : [])),
  ),
];

/** The parameters of a rule that signals drive, each once. */
export const drivenParameters = (signals: readonly WiredSignal[], projection: number): string[] => [
  ...new Set(
    signals.flatMap(({ target }) =>
      "parameter" in target && target.projection === projection ? [target.parameter] : [],
    ),
  ),
];

/** The values that a population offers to signals, with their filters: see `Outlet` of the compiler. */
export const outletsOf = (
  signals: readonly WiredSignal[],
  population: number,
  dt: number,
): { readonly name: string; readonly of: string; readonly kept: number; readonly gain: number }[] =>
  signals.flatMap(({ name, sources, of, tau }) => {
    if (!sources.includes(population)) return [];
    const part = tau === undefined ? 1 : -expm1(doubles, -dt / tau);
    const kept = tau === undefined ? 0 : exp(doubles, -dt / tau);
    return [{ name, of, kept, gain: of === "outSpikes" ? (part * 1000) / dt : part }];
  });

/** The target as users write it. */
export const targetText = (
  { target }: Pick<WiredSignal, "target">,
  {
    populations,
    projections,
  }: {
    readonly populations: readonly { readonly name: string }[];
    readonly projections: readonly { readonly name: string }[];
  },
): string =>
  "port" in target
    ? `${populations[target.population]!.name}.${target.port}`
    : `${projections[target.projection]!.name}.plasticity.${target.parameter}`;
