import { nearestName, suggestName } from "../config/nearest-name.ts";
import { pathText } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { ConfigError, type Key } from "../errors/errors.ts";
import { documentDriveOptions, projectionOptions, readoutOptions, signalOptions } from "../graph/options.ts";
import { configKeys } from "../model/presets.ts";
import { readyMadeSomas } from "../neurons/ready-made.ts";
import { somas } from "../somas/index.ts";
import { PoissonDrive, sources } from "../sources/index.ts";
import { isBrainModel } from "./brain-model.ts";
import type { Given } from "./document.ts";
import { documentOptions } from "./options.ts";
import { currentDocument } from "./versions.ts";

/* Changing one value of a document, found by its path. */

/** The kinds of parts of a network, which short paths omit. */
const kinds = ["populations", "projections", "drives", "readouts", "signals"] as const;
type PartKind = (typeof kinds)[number];

const typeKeys = ["soma", "neuron", "source"] as const;
const types: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  soma: somas,
  neuron: readyMadeSomas,
  source: sources,
};
const populationKeys = [...typeKeys, "synapses", "inhibitory", "excitatorySynapse", "inhibitorySynapse"];
const driveFields = (): readonly string[] => Object.keys(PoissonDrive({ rate: 1, trains: 1, weight: 0 }).model.fields);

/** A part of a network that a path may name. */
interface Part {
  readonly kind: PartKind;
  readonly name: string;
  readonly value: unknown;
}

/** The names of the parameters of what a document names by type; undefined for a custom type. */
const fieldsOf = (value: Given): readonly string[] | undefined => {
  const key = typeKeys.find((one) => Object.hasOwn(value, one));
  const name = key && value[key];
  if (key === undefined || typeof name !== "string" || !Object.hasOwn(types[key]!, name)) return undefined;
  const { model } = types[key]![name] as { readonly model: Parameters<typeof configKeys>[0] };
  return configKeys(model);
};

/** The first keys that a path into a part may have; undefined if any may follow. */
const keysOf = ({ kind, value }: Part): readonly string[] | undefined => {
  if (kind === "projections") return Object.keys(projectionOptions);
  if (kind === "readouts") return Object.keys(readoutOptions);
  if (kind === "signals") return Object.keys(signalOptions);
  if (kind === "drives") return [...Object.keys(documentDriveOptions), ...driveFields()];
  if (!isRecord(value)) return [];
  const fields = fieldsOf(value);
  return fields && [...fields, ...populationKeys, ...synapsesOf(value)];
};

/** The names of the synapses of a population. */
const synapsesOf = (value: Given): readonly string[] => [
  ...(isRecord(value["synapses"]) ? Object.keys(value["synapses"]) : []),
  ...(Object.hasOwn(value, "neuron") ? ["excitatory", "inhibitory"] : []),
];

/** The keys within a part as the document has them: a synapse and the parameters of a drive have an own level. */
const insideOf = ({ kind, value }: Part, rest: readonly Key[]): readonly Key[] => {
  const [first, ...others] = rest;
  if (kind === "drives" && driveFields().includes(`${first}`)) return ["poisson", ...rest];
  if (kind !== "populations" || others.length === 0 || !isRecord(value)) return rest;
  if (isRecord(value["synapses"]) && Object.hasOwn(value["synapses"], `${first}`)) return ["synapses", ...rest];
  const isReadyMade = Object.hasOwn(value, "neuron") && (first === "excitatory" || first === "inhibitory");
  return isReadyMade ? [`${first}Synapse`, ...others] : rest;
};

const accepts = (part: Part, [first]: readonly Key[]): boolean =>
  first === undefined || (keysOf(part)?.includes(`${first}`) ?? true);

const refuse = (path: string, message: string): never => {
  throw new ConfigError({ path, message });
};

/** The hint for an unknown key of a path: the whole path with the most similar key. */
const suggestKey = (path: string, key: string, known: readonly string[]): string => {
  const nearest = nearestName(key, known);
  return nearest === undefined ? suggestName(key, known) : `Did you mean "${path.trim().replace(key, nearest)}"?`;
};

const partsNamed = (model: Given, name: Key): Part[] =>
  kinds.flatMap((kind) => {
    const parts = model[kind];
    if (!isRecord(parts) || !Object.hasOwn(parts, name)) return [];
    return [{ kind, name: `${name}`, value: parts[`${name}`] }];
  });

/** The keys of a path that starts with the name of a part. @throws ConfigError */
const partKeys = (path: string, found: readonly Part[], rest: readonly Key[]): readonly Key[] => {
  const taking = found.filter((part) => accepts(part, rest));
  if (taking.length > 1) {
    const full = taking.map(({ kind, name }) => `"${pathText(["model", kind, name, ...rest])}"`);
    refuse(path, `names several values. Write ${full.join(" or ")}.`);
  }
  const [part] = taking;
  if (part) return ["model", part.kind, part.name, ...insideOf(part, rest)];
  const known = found.flatMap((one) => keysOf(one) ?? []);
  return refuse(path, `is unknown. ${suggestKey(path, `${rest[0]}`, [...new Set(known)])}`);
};

/** The keys of a path into a network, without "model". @throws ConfigError */
const brainKeys = (path: string, model: Given, keys: readonly Key[]): readonly Key[] => {
  const [first = "", ...rest] = keys;
  if (kinds.includes(first as PartKind)) {
    const parts = model[first];
    const [name, ...inside] = rest;
    const isKnown = isRecord(parts) && name !== undefined && Object.hasOwn(parts, name);
    // A name that the document does not have yet adds a part.
    if (!isKnown && inside.length === 0) return ["model", ...keys];
    if (!isKnown) {
      return refuse(path, `is unknown. ${suggestKey(path, `${name}`, isRecord(parts) ? Object.keys(parts) : [])}`);
    }
    return partKeys(path, [{ kind: first as PartKind, name: `${name}`, value: parts[`${name}`] }], inside);
  }
  const found = partsNamed(model, first);
  if (found.length > 0) return partKeys(path, found, rest);
  const names = kinds.flatMap((kind) => (isRecord(model[kind]) ? Object.keys(model[kind]) : []));
  // The name of a parameter without its part.
  const holding = names.filter((name) => partsNamed(model, name).some((part) => keysOf(part)?.includes(`${first}`)));
  if (holding.length > 0) {
    const full = [...new Set(holding)].slice(0, 3).map((name) => `"${name}.${pathText(keys)}"`);
    return refuse(path, `is unknown. Did you mean ${full.join(" or ")}?`);
  }
  return refuse(
    path,
    `is unknown. ${suggestKey(path, `${first}`, [...names, ...kinds, ...Object.keys(documentOptions)])}`,
  );
};

/** The keys of a path into one population, without "model". @throws ConfigError */
const somaKeys = (path: string, model: Given, keys: readonly Key[]): readonly Key[] => {
  const fields = fieldsOf(model);
  const [first = ""] = keys;
  if (!fields || first === "soma" || first === "source" || fields.includes(`${first}`)) return ["model", ...keys];
  const known = [...fields, ...Object.keys(documentOptions), "inputs.current"];
  return refuse(path, `is unknown. ${suggestKey(path, `${first}`, known)}`);
};

const keysIn = (path: unknown): readonly Key[] => {
  const text = typeof path === "string" ? path.trim() : "";
  const keys = text
    .split(/[.[\]]/)
    .filter((key) => key !== "")
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  if (keys.length > 0) return keys;
  const message = `must be the path of a value; received ${describe(path)}. Write one such as "model.potentialTau".`;
  return refuse("path", message);
};

/**
 * The keys of a value in an experiment document. The path has the keys of the document, such as "model.potentialTau" or
 * "inputs.current[2]". Paths of parameters may omit "model" and the kind of the part, as those of `Simulation.set` do:
 * "potentialTau", "excitatory.threshold", "excitatory.fast.tau", "background.rate"; "inhibitory.weight" of a projection.
 *
 * @throws ConfigError for a path of no value, with the most similar name, for a short path of several values, and for
 * anything but an experiment document
 */
export const valueKeys = (document: object, path: string): readonly Key[] =>
  keysFor("valueKeys", currentOf(document), path);

/**
 * A copy of an experiment document with one value changed. `valueKeys` describes paths. The value is plain data; it is
 * checked when the document is read. Parts of the document that do not change are shared with the copy.
 *
 * @throws ConfigError for a path of no value, with the most similar name, for a short path of several values, for a path
 * through a value that is not an object or array, and for anything but an experiment document
 */
export const withValue = <D extends object>(document: D, path: string, value: unknown): D =>
  replaced(currentOf(document), keysFor("withValue", currentOf(document), path), value, path) as D;

/** Paths are those of the newest version of documents. */
const currentOf = (document: object): object => (isRecord(document) ? currentDocument(document) : document);

const keysFor = (call: string, document: unknown, path: string): readonly Key[] => {
  if (!isRecord(document)) {
    const message = `must be an experiment document; received ${describe(document)}. Give { model: { … }, … }.`;
    return refuse(`${call}.document`, message);
  }
  const keys = keysIn(path);
  const { model } = document as Given;
  const [first = "", ...rest] = keys;
  const isOption = Object.hasOwn(documentOptions, first);
  if (isOption && (first !== "model" || rest.length === 0)) return keys;
  if (!isRecord(model)) {
    const message = `must be an object; received ${describe(model)}. Give an experiment document.`;
    return refuse(`${call}.document.model`, message);
  }
  const own = isOption ? rest : keys;
  if (isBrainModel(model)) return brainKeys(path, model, own);
  // A key below "model" may be new there, as in a document that is written for a custom soma.
  return isOption && !fieldsOf(model) ? keys : somaKeys(path, model, own);
};

const replaced = (holder: unknown, keys: readonly Key[], value: unknown, path: string, depth = 0): unknown => {
  if (depth === keys.length) return value;
  const key = keys[depth]!;
  const way = pathText(keys.slice(0, depth));
  if (typeof holder !== "object" || holder === null) {
    return refuse(path, `leads through ${way}, which is ${JSON.stringify(holder)}. Set ${way} itself.`);
  }
  if (Array.isArray(holder)) {
    if (typeof key !== "number" || key > holder.length) {
      const [many, last] = [holder.length === 1 ? "entry" : "entries", holder.length - 1];
      const range = last < 0 ? "It is empty" : `Give an index from 0 to ${last}`;
      return refuse(path, `leads through ${way}, which has ${holder.length} ${many}. ${range}, or set ${way} itself.`);
    }
    const copy = [...(holder as readonly unknown[])];
    copy[key] = replaced(copy[key] ?? {}, keys, value, path, depth + 1);
    return copy;
  }
  const present = Object.hasOwn(holder, key) ? (holder as Given)[key] : {};
  const copy = { ...holder };
  const next = replaced(present, keys, value, path, depth + 1);
  // A key named __proto__ stays an ordinary key, which the reader of the document refuses.
  Object.defineProperty(copy, key, { value: next, enumerable: true, writable: true, configurable: true });
  return copy;
};
