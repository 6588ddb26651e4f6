import { equalJson, isObject, type Json, type JsonObject, type Key, objectAt } from "./json.ts";

/* Which changes of a document a running simulation can take. */

/** The default of a parameter of a model, or undefined if the model is unknown. */
export type Defaults = (
  kind: "soma" | "synapse" | "source" | "plasticity",
  model: string,
  field: string,
) => number | undefined;

export interface LiveChanges {
  readonly sets: readonly { readonly path: string; readonly value: Json }[];
  readonly weights: readonly { readonly projection: string; readonly value: number }[];
  /** Whether the inputs changed. */
  readonly inputs: boolean;
  /** Whether the changes at chosen times changed. */
  readonly plan: boolean;
  /** Changes that need another build, as sentences. */
  readonly restart: readonly string[];
}

/** Keys of a document that do not act on a simulation in the page. */
const inert = ["studio", "name", "description", "$schema", "version", "duration", "record", "changes"];

const acting = (document: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(document).filter(([key]) => !inert.includes(key)));

/** Whether two documents give the same simulation. The order of keys counts: the order of populations changes draws. */
export const sameRuns = (a: JsonObject | undefined, b: JsonObject): boolean =>
  a === b || (a !== undefined && JSON.stringify(acting(a)) === JSON.stringify(acting(b)));

/** Keys of a population that decide how it is built. */
const ofPopulation = [
  "soma",
  "neuron",
  "source",
  "equations",
  "units",
  "synapses",
  "inhibitory",
  "excitatorySynapse",
  "inhibitorySynapse",
];
const ofReadout = ["from", "of", "mean", "units"];

interface Collected {
  readonly sets: { path: string; value: Json }[];
  readonly weights: { projection: string; value: number }[];
  readonly restart: string[];
}

/** Compares the document of a simulation with the present one. */
export const changesBetween = (before: JsonObject, after: JsonObject, defaults: Defaults): LiveChanges => {
  const found: Collected = { sets: [], weights: [], restart: [] };
  const inputs = !equalJson(before["inputs"], after["inputs"]);
  if (before !== after) {
    for (const key of keysOf(acting(before), acting(after))) {
      if (key === "model" || key === "inputs" || equalJson(before[key], after[key])) continue;
      found.restart.push(`${nameOf[key] ?? key} changed.`);
    }
    if (!equalJson(before["model"], after["model"]))
      compareModels(objectAt(before, "model"), objectAt(after, "model"), defaults, found);
  }
  return { ...found, inputs, plan: !equalJson(before["changes"], after["changes"]) };
};

const nameOf: Readonly<Record<string, string>> = {
  dt: "The time step",
  seed: "The seed",
  dtype: "The precision",
  initial: "The initial values",
};

const keysOf = (...objects: readonly JsonObject[]): string[] => [
  ...new Set(objects.flatMap((own) => Object.keys(own))),
];

const compareModels = (before: JsonObject, after: JsonObject, defaults: Defaults, found: Collected): void => {
  if (before["populations"] === undefined && after["populations"] === undefined) {
    comparePopulation(before, after, { defaults, found, prefix: "", name: "The model" });
    return;
  }
  for (const key of keysOf(before, after)) {
    const [old, next] = [before[key], after[key]];
    if (equalJson(old, next)) continue;
    const compare = parts[key];
    const [a, b] = [objectAt(old), objectAt(next)];
    if (!compare || !isObject(old) || !isObject(next) || Object.keys(a).join() !== Object.keys(b).join()) {
      found.restart.push(`The ${key} changed.`);
      continue;
    }
    for (const name of Object.keys(a)) {
      if (equalJson(a[name], b[name])) continue;
      compare(objectAt(a[name]), objectAt(b[name]), { defaults, found, prefix: `${key}.${name}.`, name });
    }
  }
};

interface Part {
  readonly defaults: Defaults;
  readonly found: Collected;
  readonly prefix: string;
  readonly name: string;
}

type Compare = (before: JsonObject, after: JsonObject, part: Part) => void;

/** Adds a change for each parameter that differs. A parameter that was removed gets the default of its model. */
const compareParameters = (
  before: JsonObject,
  after: JsonObject,
  { found, prefix, name }: Omit<Part, "defaults">,
  fixed: readonly string[],
  defaultOf: (field: string) => number | undefined,
): void => {
  for (const key of keysOf(before, after)) {
    if (equalJson(before[key], after[key])) continue;
    const value = after[key] ?? defaultOf(key);
    if (fixed.includes(key) || value === undefined) found.restart.push(`${key} of ${name} changed.`);
    else found.sets.push({ path: `${prefix}${key}`, value });
  }
};

const textAt = (object: JsonObject, key: Key): string => String(object[key] ?? "");

const comparePopulation: Compare = (before, after, part) => {
  const { defaults, prefix } = part;
  const [oldSynapses, synapses] = [objectAt(before, "synapses"), objectAt(after, "synapses")];
  const isSameSet = Object.keys(oldSynapses).join() === Object.keys(synapses).join();
  const ofNetwork = isSameSet ? { ...after, synapses: before["synapses"] ?? null } : after;
  const kind = after["source"] === undefined ? "soma" : "source";
  compareParameters(
    before["synapses"] === undefined ? { ...before, synapses: null } : before,
    after["synapses"] === undefined ? { ...after, synapses: null } : (ofNetwork as JsonObject),
    part,
    ofPopulation,
    (field) => defaults(kind, textAt(after, kind), field),
  );
  if (!isSameSet) return;
  for (const name of Object.keys(synapses)) {
    compareParameters(
      objectAt(oldSynapses, name),
      objectAt(synapses, name),
      { ...part, prefix: `${prefix}${name}.` },
      ["synapse"],
      (field) => defaults("synapse", textAt(objectAt(synapses, name), "synapse"), field),
    );
  }
};

const compareProjection: Compare = (before, after, part) => {
  const { found, prefix, name, defaults } = part;
  for (const key of keysOf(before, after)) {
    const [old, next] = [before[key], after[key]];
    if (equalJson(old, next)) continue;
    if (key === "weight" && typeof next === "number") found.weights.push({ projection: name, value: next });
    else if ((key === "synapse" || key === "plasticity") && isObject(old) && isObject(next)) {
      compareParameters(
        old,
        next,
        { ...part, prefix: `${prefix}${key}.` },
        ["synapse", "rule", "plasticity"],
        (field) => defaults(key, textAt(next, key === "plasticity" ? "rule" : "synapse"), field),
      );
    } else found.restart.push(`${key} of ${name} changed.`);
  }
};

const compareDrive: Compare = (before, after, part) => {
  for (const key of keysOf(before, after)) {
    const [old, next] = [before[key], after[key]];
    if (equalJson(old, next)) continue;
    if (key === "poisson" && isObject(old) && isObject(next)) {
      compareParameters(old, next, part, ["trains"], () => undefined);
    } else if (key === "synapse" && isObject(old) && isObject(next)) {
      compareParameters(old, next, { ...part, prefix: `${part.prefix}synapse.` }, ["synapse"], (field) =>
        part.defaults("synapse", textAt(next, "synapse"), field),
      );
    } else part.found.restart.push(`${key} of ${part.name} changed.`);
  }
};

const compareReadout: Compare = (before, after, part) =>
  compareParameters(before, after, part, ofReadout, () => undefined);

const parts: Readonly<Record<string, Compare>> = {
  populations: comparePopulation,
  projections: compareProjection,
  drives: compareDrive,
  readouts: compareReadout,
};
