import { suggestName } from "../config/nearest-name.ts";
import { describe } from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import { type Brain, type BrainOptions, brain, type Population, type Populations } from "../graph/brain.ts";
import { neuron, type Soma } from "../graph/neuron.ts";
import type { Component, Model } from "../model/component.ts";
import type { Synapse } from "../model/synapse.ts";
import { assemble, type ReadyMade } from "../neurons/lif.ts";
import { type Drive, PoissonDrive } from "../sources/index.ts";
import { type Given, isObject } from "./document.ts";
import { type PartType, placed, readPart } from "./parts.ts";

/** Where a brain stands in a document. */
export const BRAIN_PATH = "experiment.model";

/** Parts that documents name. */
export interface BrainParts {
  readonly somas: Readonly<Record<string, PartType<Soma>>>;
  /** Somas of ready-made neurons, by the names of the neurons. */
  readonly neurons: Readonly<Record<string, PartType<Soma>>>;
  readonly sources: Readonly<Record<string, PartType<Component<Model>>>>;
  readonly synapses: Readonly<Record<string, PartType<Synapse>>>;
}

/** What was read of a document's brain. */
export interface ReadBrain {
  /** The brain; where it has problems, what of it has none. */
  readonly brain: Brain;
  /** Populations that are in the document, but have problems. */
  readonly broken: ReadonlySet<string>;
  /** Whether projections or drives were left out. */
  readonly partial: boolean;
}

/** What drives a population, and is no part of it. */
export const inputKeys: readonly string[] = ["inputs", "current", "inSpikes", "events"];

type Wires = Readonly<Record<string, Given>>;
/** The parts of a brain, read one by one. */
interface Pieces {
  readonly populations: Readonly<Record<string, Population | undefined>>;
  readonly projections: Wires;
  readonly drives: Wires;
  readonly readouts: Wires;
  readonly positions: unknown;
}

/** Whether a model is a brain rather than one population. */
export const isBrainModel = (value: unknown): value is Given =>
  isObject(value) && ["populations", "projections", "drives", "readouts"].some((key) => Object.hasOwn(value, key));

/** Reads { populations, projections, drives, readouts }. Gives undefined where no population can be made. */
export const readBrain = (
  value: Given,
  name: string | undefined,
  parts: BrainParts,
  issues: Issue[],
): ReadBrain | undefined => {
  unknownKeys(BRAIN_PATH, value, ["populations", "projections", "drives", "readouts", "positions"], issues);
  const { populations, positions } = value;
  if (!isObject(populations) || Object.keys(populations).length === 0) {
    const example = '{ "excitatory": { "soma": "LeakySoma", "units": [100] } }';
    const message =
      populations === undefined
        ? `is missing. Give ${example}.`
        : `takes an object such as ${example}; received ${describe(populations)}. Name one population or more.`;
    issues.push({ path: `${BRAIN_PATH}.populations`, message });
    return undefined;
  }
  // What was told of a part is not told again when the brain misses the part.
  const told = new Set<string>();
  const pieces: Pieces = {
    populations: Object.fromEntries(
      Object.entries(populations).map(([key, given]) => {
        const read = readPopulation(given, `${BRAIN_PATH}.populations.${key}`, parts, issues);
        if (!read) told.add(`brain.populations.${key}`);
        return [key, read];
      }),
    ),
    projections: readWires("projections", value["projections"], parts, told, issues),
    drives: readWires("drives", value["drives"], parts, told, issues),
    readouts: (value["readouts"] ?? {}) as Wires,
    positions,
  };
  return wire(pieces, name, told, issues);
};

const wire = (pieces: Pieces, name: string | undefined, told: Set<string>, issues: Issue[]): ReadBrain | undefined => {
  const found = attempt(pieces, name);
  const wrong = "kind" in found ? [] : found;
  issues.push(...wrong.filter(({ path }) => !told.has(path)).map(inDocument));
  if ("kind" in found && told.size === 0) return { brain: found, broken: new Set(), partial: false };
  return soundPart(pieces, name, [...told, ...wrong.map(({ path }) => path)], []);
};

/** What is left of a brain without the parts that paths lead to; undefined where nothing is. */
export const withoutParts = ({ brain: whole, broken }: ReadBrain, paths: readonly string[]): ReadBrain | undefined => {
  const { populations, projections, drives, readouts, positions, name } = whole;
  const wires = { projections, drives, readouts } as unknown as Omit<Pieces, "populations" | "positions">;
  const pieces = { populations, ...wires, positions };
  return soundPart(pieces, name, paths, broken);
};

const soundPart = (
  pieces: Pieces,
  name: string | undefined,
  paths: readonly string[],
  before: Iterable<string>,
): ReadBrain | undefined => {
  const sound = soundPieces(pieces, paths);
  const names = Object.keys(pieces.populations);
  const broken = new Set([...before, ...names.filter((key) => !Object.hasOwn(sound.populations, key))]);
  if (Object.keys(sound.populations).length === 0) return undefined;
  const rest = attempt(sound, name);
  return "kind" in rest ? { brain: rest, broken, partial: true } : undefined;
};

const attempt = (
  { populations, projections, drives, readouts, positions }: Pieces,
  name: string | undefined,
): Brain | readonly Issue[] => {
  const wires = { projections, drives, readouts, ...(positions !== undefined && { positions }) } as unknown as Omit<
    BrainOptions<Populations>,
    "name" | "populations"
  >;
  try {
    return brain({ ...(name !== undefined && { name }), populations: populations as Populations, ...wires });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
};

/** What is left without the parts that have problems and the wires that end in them. */
const soundPieces = (pieces: Pieces, wrong: readonly string[]): Pieces => {
  const { populations, projections, drives, readouts, positions } = pieces;
  const has = (kind: keyof Pieces, key: string): boolean => {
    const path = `brain.${kind}.${key}`;
    return wrong.some((place) => place === path || place.startsWith(`${path}.`));
  };
  const kept = Object.fromEntries(
    Object.entries(populations).filter(([key, value]) => value !== undefined && !has("populations", key)),
  );
  const stands = (end: unknown): boolean => typeof end === "string" && Object.hasOwn(kept, end.split(".", 1)[0]!);
  const wires = (kind: "projections" | "drives" | "readouts", given: Wires, ends: readonly string[]): Wires =>
    Object.fromEntries(
      Object.entries(given).filter(([key, value]) => !has(kind, key) && ends.every((end) => stands(value[end]))),
    );
  // A synapse that is read may have come with a projection that is left out.
  const sure = Object.entries(wires("readouts", readouts, ["from"])).filter(([, { of }]) => !`${of}`.includes("."));
  return {
    populations: kept,
    projections: wires("projections", projections, ["from", "to"]),
    drives: wires("drives", drives, ["to"]),
    readouts: Object.fromEntries(sure),
    positions: isObject(positions)
      ? Object.fromEntries(Object.entries(positions).filter(([key]) => Object.hasOwn(kept, key)))
      : undefined,
  };
};

const readPopulation = (value: unknown, path: string, parts: BrainParts, issues: Issue[]): Population | undefined => {
  const add = (at: string, message: string): undefined => void issues.push({ path: at, message });
  if (!isObject(value)) {
    const example = '{ "soma": "LeakySoma", "units": [100] }';
    return add(path, `takes an object such as ${example}; received ${describe(value)}. Give one.`);
  }
  const driven = inputKeys.filter((key) => Object.hasOwn(value, key));
  if (driven.length > 0) {
    const place = path.replace(`${BRAIN_PATH}.populations`, "experiment.inputs");
    for (const key of driven) {
      add(`${path}.${key}`, `is no part of a population, but what drives it in a run. Write it under ${place}.`);
    }
    return undefined;
  }
  const [kind, other] = ["soma", "neuron", "source"].filter((one) => Object.hasOwn(value, one));
  if (other !== undefined) return add(`${path}.${other}`, `cannot stand beside ${kind}. Keep one of them.`);
  if (kind === "neuron") return readNeuron(value, path, parts, issues);
  if (kind === "source") {
    const foreign = ["synapses", "inhibitory"].filter((one) => Object.hasOwn(value, one));
    for (const key of foreign) {
      add(`${path}.${key}`, "belongs to a soma, and this population is a source of spikes. Remove it.");
    }
    const given = Object.fromEntries(Object.entries(value).filter(([key]) => !foreign.includes(key)));
    return sized(given, path, issues) ? readPart("source", given, path, parts.sources, issues) : undefined;
  }
  const { synapses, inhibitory, ...given } = value;
  const before = issues.length;
  const isSized = sized(given, path, issues);
  const soma = readPart("soma", given, path, parts.somas, issues);
  const read = synapses === undefined ? {} : readSynapses(synapses, `${path}.synapses`, parts, issues);
  if (!soma || !isSized || issues.length > before) return undefined;
  if (synapses === undefined && inhibitory === undefined) return soma;
  return placed("neuron", path, issues, () =>
    neuron({ soma, synapses: read, ...(inhibitory !== undefined && { inhibitory: inhibitory as boolean }) }),
  );
};

/** A ready-made neuron: its soma's fields, its two synapses where they are not the usual ones, its inhibitory units. */
const readNeuron = (value: Given, path: string, parts: BrainParts, issues: Issue[]): Population | undefined => {
  const { excitatorySynapse, inhibitorySynapse, inhibitory, synapses, ...given } = value;
  const before = issues.length;
  if (synapses !== undefined) {
    const message =
      "belongs to a soma, and a ready-made neuron has two synapses. Give excitatorySynapse and inhibitorySynapse.";
    issues.push({ path: `${path}.synapses`, message });
  }
  const read: Record<string, Synapse | undefined> = {};
  for (const [key, synapse] of Object.entries({ excitatorySynapse, inhibitorySynapse })) {
    if (synapse !== undefined) read[key] = readSynapse(synapse, `${path}.${key}`, parts, issues);
  }
  const isSized = sized(given, path, issues);
  const soma = readPart("neuron", given, path, parts.neurons, issues);
  if (!soma || !isSized || issues.length > before) return undefined;
  const options = { ...read, ...(inhibitory !== undefined && { inhibitory: inhibitory as boolean }) } as ReadyMade;
  return placed("neuron", path, issues, () => assemble(soma, options));
};

/** Whether a population says how many units it has, itself or by arrays. */
const sized = (given: Given, path: string, issues: Issue[]): boolean => {
  const isList = (value: unknown): boolean => Array.isArray(value) || (isObject(value) && isList(value["series"]));
  if (Object.hasOwn(given, "units") || Object.values(given).some(isList)) return true;
  const meant = Object.keys(given).find((key) => /^(unit|size|count|n)$/i.test(key));
  if (meant !== undefined) return true;
  issues.push({ path: `${path}.units`, message: "is missing. Give the number of units in brackets, such as [100]." });
  return false;
};

const readSynapses = (value: unknown, path: string, parts: BrainParts, issues: Issue[]): Record<string, Synapse> => {
  if (!isObject(value)) {
    const message = `takes an object such as { "fast": { "synapse": "ExponentialSynapse", "tau": 5 } }; received ${describe(value)}. Name each synapse.`;
    issues.push({ path, message });
    return {};
  }
  const read: Record<string, Synapse> = {};
  for (const [key, given] of Object.entries(value)) {
    const synapse = readSynapse(given, `${path}.${key}`, parts, issues);
    if (synapse) read[key] = synapse;
  }
  return read;
};

const readSynapse = (value: unknown, path: string, { synapses }: BrainParts, issues: Issue[]): Synapse | undefined => {
  if (isObject(value)) return readPart("synapse", value, path, synapses, issues);
  const known = Object.keys(synapses);
  const example = '{ "synapse": "ExponentialSynapse", "tau": 5 }';
  const remedy =
    typeof value === "string" && known.includes(value)
      ? `Write { "synapse": "${value}" }.`
      : typeof value === "string"
        ? suggestName(value, known)
        : "Give one.";
  const message = `takes an object such as ${example}; received ${describe(value)}. ${remedy}`;
  issues.push({ path, message });
  return undefined;
};

const wireKeys = {
  projections: ["from", "to", "connect", "weight", "delay", "synapse", "layout"] as readonly string[],
  drives: ["to", "synapse", "poisson"] as readonly string[],
};

/** Projections or drives with their synapses and drives made; the rest of them is read by the brain. */
const readWires = (
  kind: "projections" | "drives",
  value: unknown,
  parts: BrainParts,
  told: Set<string>,
  issues: Issue[],
): Wires => {
  if (!isObject(value)) return (value ?? {}) as Wires;
  return Object.fromEntries(
    Object.entries(value).map(([key, given]) => {
      if (!isObject(given)) return [key, given as unknown as Given];
      const path = `${BRAIN_PATH}.${kind}.${key}`;
      const place = `brain.${kind}.${key}`;
      unknownKeys(path, given, wireKeys[kind], issues);
      const made: Record<string, unknown> = Object.fromEntries(
        Object.entries(given).filter(([own]) => wireKeys[kind].includes(own)),
      );
      if (given["synapse"] !== undefined) {
        made["synapse"] = readSynapse(given["synapse"], `${path}.synapse`, parts, issues);
        if (!made["synapse"]) told.add(`${place}.synapse`);
      }
      if (kind === "drives") {
        delete made["poisson"];
        made["drive"] = readDrive(given, path, issues);
        if (!made["drive"]) told.add(`${place}.drive`);
      }
      return [key, made];
    }),
  );
};

const readDrive = (given: Given, path: string, issues: Issue[]): Drive | undefined => {
  const { poisson } = given;
  if (isObject(poisson)) return placed("PoissonDrive", `${path}.poisson`, issues, () => PoissonDrive(poisson));
  const example = '{ "rate": 8, "trains": 1000, "weight": 0.1 }';
  const message =
    poisson === undefined
      ? `is missing. Give ${example}.`
      : `takes an object such as ${example}; received ${describe(poisson)}. Give one.`;
  issues.push({ path: `${path}.poisson`, message });
  return undefined;
};

/** Words for code, as a document would say them. */
const wordings: readonly (readonly [RegExp, string])[] = [
  [/Add synapse: ExponentialSynapse\(\{ tau: 5 \}\)/, 'Add "synapse": { "synapse": "ExponentialSynapse", "tau": 5 }'],
  [/Write to: "/, 'Write "to": "'],
];

/** A problem of a brain, told of the place in the document. */
export const inDocument = ({ path, message }: Issue): Issue => ({
  path: path
    .replace(/^(brain\.drives\.\w+)\.(?=rate|trains|weight|seed)/, "$1.poisson.")
    .replace(/^brain(?=[.[]|$)/, BRAIN_PATH),
  message: wordings.reduce((text, [code, data]) => text.replace(code, data), message),
});
