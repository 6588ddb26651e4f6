import { counted } from "../config/counted.ts";
import type { Fields } from "../config/field.ts";
import { suggestName } from "../config/nearest-name.ts";
import { byDefault, custom } from "../config/options.ts";
import { Place, Site } from "../config/place.ts";
import { describe, isRecord, sizeOf } from "../config/shape.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { Component, Model } from "../model/component.ts";
import { targetPort } from "../model/ports.ts";
import type { Plasticity } from "../model/rule-model.ts";
import type { Synapse } from "../model/synapse.ts";

/** A population with a membrane. */
export type Soma = Component<Model<Fields, string, "soma">>;
/** A population without a membrane. Projections cannot end there. */
export type SpikeSource = Component<Model<Fields, string, "spikeSource">>;

/** Synapses of a neuron by the names that projections use. */
export type NeuronSynapses = Readonly<Record<string, Synapse | Readonly<Record<string, Synapse>>>>;

/** The names of synapses as projections write them: "excitatory", or "dendrite.excitatory" for one of a compartment. */
export type SynapseNames<S> = string extends keyof S
  ? string
  : { [K in keyof S & string]: S[K] extends Synapse ? K : `${K}.${keyof S[K] & string}` }[keyof S & string];

/**
 * A population as a reusable part: a soma, its synapses, and which of its units are inhibitory. Delays belong to the
 * projections that end in it.
 */
export interface Neuron<C extends Soma = Soma, R extends string = string> {
  readonly kind: "neuron";
  readonly soma: C;
  readonly synapses: Readonly<Record<R, Synapse>>;
  /** Whether the units are inhibitory: one value for all, or one per unit. Their weights in pA and mV act with a negative sign. */
  readonly inhibitory: boolean | readonly boolean[];
}

/** An entry of `populations`: a soma, a source of spikes, or a neuron. */
export type Population = Component<Model> | Neuron;

export interface NeuronOptions<C extends Soma, S extends NeuronSynapses> {
  readonly soma: C;
  /**
   * Synapses by name, or by compartment and name: `{ dendrite: { excitatory: ExponentialSynapse() } }`. Default: none, so
   * every projection needs its own.
   */
  readonly synapses?: S;
  /** Whether the units are inhibitory: one value for all, or one per unit. Default false. */
  readonly inhibitory?: boolean | readonly boolean[];
}

const camelCase = /^[a-z][A-Za-z0-9]*$/;

/**
 * Combines a soma and synapses into a neuron.
 * @throws ConfigError if a part is not a component, a synapse acts on a port that the soma does not have, or the length
 * of `inhibitory` differs from that of the population
 */
export const neuron = <C extends Soma, const S extends NeuronSynapses = Record<never, never>>(
  options: NeuronOptions<C, S>,
): Neuron<C, SynapseNames<S>> => {
  const issues: Issue[] = [];
  const read = readNeuron(options, new Site(new Place(["neuron"]), issues, codeSynapse));
  if (issues.length > 0) throw new ConfigError(issues);
  return read as Neuron<C, SynapseNames<S>>;
};

/** Reads a synapse: a value in code, a name in a document. */
export type ReadSynapse = (value: unknown, site: Site) => Synapse | undefined;

/** Reads a synapse in code. */
export const codeSynapse: ReadSynapse = (value, site) => {
  if (isSynapse(value)) return value;
  const received = uncalled(value) ?? `received ${describe(value)}. Give one.`;
  return site.refuse(`takes a synapse such as ExponentialSynapse({ tau: 5 }); ${received}`);
};

const INHIBITORY =
  "Whether the units are inhibitory: one value for all, or one per unit. Weights in pA and mV then act with a negative sign; conductances act in the direction of potentialReversal.";

/** Which units of a population are inhibitory. */
export const inhibitory = byDefault(
  false,
  custom<boolean | readonly boolean[]>({
    about: INHIBITORY,
    takes: "true, false or one of them per unit",
    schema: {
      description: INHIBITORY,
      anyOf: [{ type: "boolean" }, { type: "array", items: { type: "boolean" } }],
    },
    read: (value, site) =>
      typeof value === "boolean" || (Array.isArray(value) && value.every((one) => typeof one === "boolean"))
        ? value
        : site.refuse(`must be true, false or one of them per unit; received ${describe(value)}. Give one of these.`),
  }),
);

/** Reads a neuron. Returns undefined, with issues, if it has problems. */
export const readNeuron = (
  given: Partial<NeuronOptions<Soma, Readonly<Record<string, unknown>> & NeuronSynapses>>,
  site: Site<ReadSynapse>,
  keysOf: (synapse: string) => readonly string[] = (name) => ["synapses", name],
): Neuron | undefined => {
  const before = site.issues.length;
  if (!isRecord(given)) return site.refuse(`takes an object of options; received ${describe(given)}. Name a soma.`);
  const { soma } = given;
  if (!isComponent(soma) || soma.model.kind !== "soma") {
    const received = uncalled(soma) ?? `received ${describe(soma)}. Give one.`;
    return site.at("soma").refuse(`takes a soma such as LeakySoma({ units: [100] }); ${received}`);
  }
  const synapses: Record<string, Synapse> = {};
  const compartments = compartmentsOf(soma);
  for (const [name, value] of Object.entries(given.synapses ?? {})) {
    const own = site.at(...keysOf(name));
    if (!isGroup(value) || compartments.length === 0) {
      const synapse = readNamed(name, value, own);
      if (synapse && fitsPort(synapse, soma, own)) synapses[name] = synapse;
      continue;
    }
    if (!compartments.includes(name)) {
      const hint = suggestName(name, compartments);
      own.refuse(`is neither a synapse nor a compartment of ${soma.model.name}; received ${describe(value)}. ${hint}`);
      continue;
    }
    for (const [inner, one] of Object.entries(value)) {
      const place = own.at(inner);
      const synapse = readNamed(inner, one, place);
      const placed = synapse && onCompartment(synapse, name, soma, place);
      if (placed) synapses[`${name}.${inner}`] = placed;
    }
  }
  const mask = given.inhibitory === undefined ? false : inhibitory.read(given.inhibitory, site.at("inhibitory"));
  const size = soma.units && sizeOf(soma.units);
  if (mask !== undefined && typeof mask !== "boolean" && size !== undefined && mask.length !== size) {
    const message = `must contain ${counted(size, "value")}, one per unit; received ${mask.length}. Give one per unit.`;
    site.at("inhibitory").refuse(message);
  }
  return site.issues.length > before ? undefined : { kind: "neuron", soma, synapses, inhibitory: mask! };
};

const readNamed = (name: string, value: unknown, site: Site<ReadSynapse>): Synapse | undefined => {
  if (!camelCase.test(name)) site.refuse("must be named in camelCase, such as excitatory. Rename it.");
  return site.context(value, site);
};

/** Whether a value lists synapses by name, as a compartment does. */
const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && !isSynapse(value) && !Object.hasOwn(value, "synapse");

const compartmentsOf = ({ model }: Component<Model>): string[] => [
  ...new Set(Object.values(model.inputs).flatMap(({ compartment }) => compartment ?? [])),
];

/** The synapse with the port of a compartment. Adds a problem if the compartment has none. */
const onCompartment = (
  synapse: Synapse,
  compartment: string,
  soma: Component<Model>,
  site: Site,
): Synapse | undefined => {
  const inputs = Object.fromEntries(
    Object.entries(soma.model.inputs).filter(([, input]) => input.compartment === compartment),
  );
  const port = targetPort(inputs, synapse.model.output.port, synapse.port);
  if (port !== undefined) return { ...synapse, port };
  const { name, output } = synapse.model;
  const wanted = synapse.port === undefined ? `a ${output.port}` : synapse.port;
  return site.refuse(
    `is a ${name}, which acts on ${wanted}; the compartment ${compartment} of ${soma.model.name} has ${listOf(inputs)}. Use another synapse, or omit its port.`,
  );
};

const kindOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "config" in value && "model" in value
    ? (value.model as { readonly kind?: unknown } | undefined)?.kind
    : undefined;

/** Whether a value is a population: a soma, or a source of spikes. */
export const isComponent = (value: unknown): value is Component<Model> => {
  const kind = kindOf(value);
  return kind === "soma" || kind === "spikeSource";
};

export const isSynapse = (value: unknown): value is Synapse => kindOf(value) === "synapse";

export const isPlasticity = (value: unknown): value is Plasticity => kindOf(value) === "plasticity";

export const isNeuron = (value: unknown): value is Neuron =>
  typeof value === "object" && value !== null && (value as { readonly kind?: unknown }).kind === "neuron";

/** The end of a message for a type that was not called, such as LeakySoma; undefined for other values. */
export const uncalled = (value: unknown): string | undefined => {
  if (typeof value !== "function" || !("model" in value)) return undefined;
  const { name } = value.model as { readonly name: string };
  return `received its type ${name}. Call it: ${name}({ … }).`;
};

/** Whether the soma has a port for the synapse. Adds a problem if not. */
export const fitsPort = ({ model, port }: Synapse, soma: Component<Model>, site: Site): boolean => {
  const { output, name } = model;
  const { inputs } = soma.model;
  if (targetPort(inputs, output.port, port) !== undefined) return true;
  if (port !== undefined && !Object.hasOwn(inputs, port)) {
    site.at("port").refuse(`is not an input of ${soma.model.name}. ${suggestName(port, Object.keys(inputs))}`);
    return false;
  }
  const wanted = port === undefined ? `the port ${output.port}` : `${port} with a ${output.port}`;
  site.refuse(
    `is a ${name}, which acts on ${wanted}; ${soma.model.name} has ${listOf(inputs)}. Use a synapse that gives a ${output.port === "jump" ? "current" : "jump"}.`,
  );
  return false;
};

const listOf = (inputs: Readonly<Record<string, unknown>>): string => Object.keys(inputs).join(", ") || "no input port";
