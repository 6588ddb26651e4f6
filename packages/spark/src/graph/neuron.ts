import type { Fields } from "../config/field.ts";
import { suggestName } from "../config/nearest-name.ts";
import type { Shape } from "../config/shape.ts";
import { describe, sizeOf } from "../config/shape.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { Component, Model } from "../model/component.ts";
import { targetPort } from "../model/ports.ts";
import type { Synapse } from "../model/synapse.ts";

/** A population with a membrane. */
export type Soma = Component<Model<Fields, string, "soma">>;
/** A population without one: nothing can end there. */
export type SpikeSource = Component<Model<Fields, string, "spikeSource">>;

/** Synapses of a neuron by the names that projections use. */
export type NeuronSynapses = Readonly<Record<string, Synapse>>;

/**
 * A population as a reusable part: a soma, the synapses through which it is reached, and which of its units are
 * inhibitory. Delays belong to the projections that end in it.
 */
export interface Neuron<C extends Soma = Soma, R extends string = string> {
  readonly kind: "neuron";
  readonly soma: C;
  readonly synapses: Readonly<Record<R, Synapse>>;
  /** True for all units, or one truth value a unit. The weights of an inhibitory unit's synapses count negative. */
  readonly inhibitory: boolean | readonly boolean[];
}

export interface NeuronOptions<C extends Soma, S extends NeuronSynapses> {
  readonly soma: C;
  /** Default: none, so that every projection brings its own. */
  readonly synapses?: S;
  /** Default false. */
  readonly inhibitory?: boolean | readonly boolean[];
}

const camelCase = /^[a-z][A-Za-z0-9]*$/;

/**
 * Puts a neuron together.
 * @throws ConfigError when a part is no component, a synapse acts on a port that the soma has not, or the inhibition
 * mask has another length than the population.
 */
export const neuron = <C extends Soma, const S extends NeuronSynapses = Record<never, never>>(
  options: NeuronOptions<C, S>,
): Neuron<C, keyof S & string> => {
  const { soma, synapses = {} as S, inhibitory = false } = options;
  const issues: Issue[] = [];
  if (!isComponent(soma) || soma.model.kind !== "soma") {
    issues.push({
      path: "neuron.soma",
      message: `takes a soma such as LeakySoma({ units: [100] }); ${uncalled(soma) ?? `received ${describe(soma)}. Give one.`}`,
    });
    throw new ConfigError(issues);
  }
  for (const [name, synapse] of Object.entries(synapses)) {
    const path = `neuron.synapses.${name}`;
    if (!camelCase.test(name))
      issues.push({ path, message: "must be named in camelCase, such as excitatory. Rename it." });
    issues.push(...synapseIssues(path, synapse, soma));
  }
  issues.push(...maskIssues(inhibitory, soma.units));
  if (issues.length > 0) throw new ConfigError(issues);
  return { kind: "neuron", soma, synapses, inhibitory };
};

const kindOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "config" in value && "model" in value
    ? (value.model as { readonly kind?: unknown } | undefined)?.kind
    : undefined;

/** A population of units that spike: a soma, or a source of spikes. */
export const isComponent = (value: unknown): value is Component<Model> => {
  const kind = kindOf(value);
  return kind !== undefined && kind !== "synapse";
};

const isSynapse = (value: unknown): value is Synapse => kindOf(value) === "synapse";

/** A neuron made of other parts than these is of no use to a brain. */
export const isNeuron = (value: unknown): value is Neuron =>
  typeof value === "object" && value !== null && (value as { readonly kind?: unknown }).kind === "neuron";

/** What was received and what to do where a type stands in place of what it makes; undefined for all else. */
export const uncalled = (value: unknown): string | undefined => {
  if (typeof value !== "function" || !("model" in value)) return undefined;
  const { name } = value.model as { readonly name: string };
  return `received its type ${name}. Call it: ${name}({ … }).`;
};

/** What is wrong with a synapse on a soma. */
export const synapseIssues = (path: string, synapse: unknown, soma: Component<Model>): Issue[] => {
  if (!isSynapse(synapse)) {
    const message = uncalled(synapse) ?? `received ${describe(synapse)}. Give one.`;
    return [{ path, message: `takes a synapse such as ExponentialSynapse({ tau: 5 }); ${message}` }];
  }
  const { model, port } = synapse;
  const { output, name } = model;
  const { inputs } = soma.model;
  if (targetPort(inputs, output.port, port) !== undefined) return [];
  if (port !== undefined && !Object.hasOwn(inputs, port)) {
    const message = `is no input of a ${soma.model.name}. ${suggestName(port, Object.keys(inputs))}`;
    return [{ path: `${path}.port`, message }];
  }
  const wanted = port === undefined ? `the port ${output.port}` : `${port} with a ${output.port}`;
  const message = `is a ${name}, which acts on ${wanted}; ${soma.model.name} has ${listOf(inputs)}. Use a synapse that gives a ${output.port === "jump" ? "current" : "jump"}.`;
  return [{ path, message }];
};

const listOf = (inputs: Readonly<Record<string, unknown>>): string => Object.keys(inputs).join(", ") || "no input port";

const maskIssues = (inhibitory: unknown, units: Shape | undefined): Issue[] => {
  const path = "neuron.inhibitory";
  if (typeof inhibitory === "boolean") return [];
  if (!Array.isArray(inhibitory) || inhibitory.some((value) => typeof value !== "boolean")) {
    const message = `must be true, false or one of them a unit; received ${describe(inhibitory)}. Give one of these.`;
    return [{ path, message }];
  }
  if (!units || inhibitory.length === sizeOf(units)) return [];
  const message = `must hold ${sizeOf(units)} values, one a unit; received ${inhibitory.length}. Give one a unit.`;
  return [{ path, message }];
};
