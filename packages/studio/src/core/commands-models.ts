import type { Catalogue, FieldEntry, ModelEntry } from "./catalogue.ts";
import { resolved, schemaAt } from "./fields-schema.ts";
import { entryOf, inDegree, keysOf, modelOf, partOf, sectionOf, somaOfNeuron, synapseOf, unitsOf } from "./graph.ts";
import type { Command } from "./history.ts";
import { isObject, type Json, type JsonObject, type Key, objectAt, valueAt, withAt } from "./json.ts";
import { modelLabel } from "./names.ts";

/* Changes of the model of a population, a synapse, a connection rule and a plasticity rule. Equal parameters stay. */

/** Keys of a population beside its parameters. */
const commonKeys: readonly string[] = ["units", "inhibitory", "seed", "skipValidation", "dt", "dtype", "synapses"];

const entry = (models: readonly ModelEntry[], name: string): ModelEntry | undefined =>
  models.find((one) => one.name === name);

/** The parameters that a model has with the same unit. */
const kept = (part: JsonObject, before: readonly FieldEntry[], after: readonly FieldEntry[]): JsonObject =>
  Object.fromEntries(
    Object.entries(part).filter(([key]) => {
      const [from, to] = [before, after].map((fields) => fields.find(({ name }) => name === key));
      return to !== undefined && (from === undefined || from.unit === to.unit);
    }),
  );

const pick = (part: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(part).filter(([key]) => keys.includes(key)));

/** Removes what a run gives or records of states and ports that the population no longer has. */
const fitting = (document: JsonObject, name: string | undefined, model: ModelEntry | undefined): JsonObject => {
  if (!model) return document;
  const under = name === undefined ? [] : [name];
  const states = model.states.map((state) => state.name);
  const ports = model.ports.map((port) => port.name);
  const always = ["outSpikes", "rate", "activeFraction"];
  let next = document;
  const filter = (key: string, keep: (one: string) => boolean): void => {
    const found = valueAt(next, [key, ...under]);
    if (!isObject(found)) return;
    const left = Object.fromEntries(Object.entries(found).filter(([one]) => keep(one)));
    if (Object.keys(left).length === Object.keys(found).length) return;
    next = withAt(next, [key, ...under], Object.keys(left).length === 0 ? undefined : left);
    if (Object.keys(objectAt(next, key)).length === 0) next = withAt(next, [key], undefined);
  };
  filter("initial", (one) => one.includes(".") || states.includes(one));
  filter("record", (one) => one.includes(".") || always.includes(one) || states.includes(one));
  filter("inputs", (one) => ports.includes(one));
  const fields = model.fields.map((field) => field.name);
  return withFittingChanges(next, name, (path) => fields.includes(path) || path.includes("."));
};

/** Removes changes during the run to parameters that the population no longer has. */
const withFittingChanges = (
  document: JsonObject,
  name: string | undefined,
  keeps: (parameter: string) => boolean,
): JsonObject => {
  const { changes } = document;
  if (!Array.isArray(changes)) return document;
  const prefix = name === undefined ? /^(model\.)?/ : new RegExp(`^(model\\.)?(populations\\.)?${name}\\.`);
  const left = changes.flatMap((change): Json[] => {
    if (!isObject(change) || !isObject(change["set"])) return [change];
    const set = Object.fromEntries(
      Object.entries(change["set"]).filter(([path]) => !prefix.test(path) || keeps(path.replace(prefix, ""))),
    );
    const { set: _, ...others } = change;
    if (Object.keys(set).length > 0) return [{ ...change, set }];
    return Object.keys(others).length > 1 ? [others as JsonObject] : [];
  });
  return left.length === changes.length && JSON.stringify(left) === JSON.stringify(changes)
    ? document
    : withAt(document, ["changes"], left.length === 0 ? undefined : left);
};

/** Projections and drives to the named synapses of a population get synapses of their own. */
const withOwnSynapses = (document: JsonObject, population: string): JsonObject => {
  let next = document;
  for (const section of ["projections", "drives"] as const) {
    for (const [name, part] of Object.entries(sectionOf(document, section))) {
      if (!isObject(part)) continue;
      const [to = "", named] = String(part["to"] ?? "").split(".");
      if (to !== population || named === undefined) continue;
      const synapse = synapseOf(document, part);
      if (Object.keys(synapse).length === 0) continue;
      next = withAt(next, ["model", section, name], { ...part, to, synapse });
    }
  }
  return next;
};

/** Gives a population another soma, ready-made neuron or source. Parameters of the same name and unit keep their values. */
export const setModel = (
  catalogue: Catalogue,
  id: string,
  kind: "soma" | "source" | "neuron",
  name: string,
): Command => ({
  label: `Use ${modelLabel(name)}`,
  apply: (document) => {
    const population = partOf(document, id);
    const model = modelOf(population);
    if (model?.kind === kind && model.name === name) return document;
    const soma = kind === "neuron" ? somaOfNeuron(catalogue, name) : name;
    const after = entry(kind === "source" ? catalogue.sources : catalogue.somas, soma ?? "");
    const before = entryOf(catalogue, population)?.fields ?? [];
    const common =
      kind === "source" ? commonKeys.filter((key) => key !== "inhibitory" && key !== "synapses") : commonKeys;
    const own = kind === "neuron" ? common.filter((key) => key !== "synapses") : common;
    const parameters = kept(population, before, after?.fields ?? []);
    // Named synapses of one kind of population do not exist in another.
    const renamesSynapses = id !== "model" && (kind === "neuron") !== (model?.kind === "neuron");
    const next = renamesSynapses ? withOwnSynapses(document, id.split(".")[1]!) : document;
    const changed = withAt(next, keysOf(id), { [kind]: name, ...pick(population, own), ...parameters });
    return fitting(changed, id === "model" ? undefined : id.split(".")[1]!, after);
  },
});

/** Sets the parameters of a preset. Other parameters go back to their defaults. */
export const applyPreset = (id: string, model: ModelEntry, presetName: string): Command => {
  const preset = model.presets.find(({ name }) => name === presetName);
  return {
    label: `Use the preset ${presetName}`,
    apply: (document) => {
      if (!preset) return document;
      const names = model.fields.map(({ name }) => name);
      const others = Object.fromEntries(Object.entries(partOf(document, id)).filter(([key]) => !names.includes(key)));
      const differing = Object.entries(preset.parameters).filter(
        ([key, value]) => model.fields.find(({ name }) => name === key)?.default !== value,
      );
      return withAt(document, keysOf(id), { ...others, ...Object.fromEntries(differing) });
    },
  };
};

/** The preset whose parameters the population has, or undefined. */
export const presetOf = (population: JsonObject, model: ModelEntry): string | undefined =>
  model.presets.find(({ parameters }) =>
    model.fields.every(
      ({ name, default: standard }) => (population[name] ?? standard) === (parameters[name] ?? standard),
    ),
  )?.name;

/** Puts another synapse model at a place. */
export const setSynapse = (catalogue: Catalogue, keys: readonly Key[], name: string): Command => ({
  label: `Use ${modelLabel(name)} synapses`,
  apply: (document) => {
    const present = objectAt(document, ...keys);
    const before = entry(catalogue.synapses, String(present["synapse"]))?.fields ?? [];
    const after = entry(catalogue.synapses, name)?.fields ?? [];
    return withAt(document, keys, { synapse: name, ...kept(present, before, after) });
  },
});

/** Puts a plasticity rule at a place; undefined removes it. */
export const setPlasticity = (
  catalogue: Catalogue,
  keys: readonly Key[],
  name: string | undefined,
  weight: number | undefined,
): Command => ({
  label: name === undefined ? "Remove the plasticity" : `Use ${name}`,
  apply: (document) => {
    if (name === undefined) return withAt(document, keys, undefined);
    const present = objectAt(document, ...keys);
    const before = entry(catalogue.plasticity, String(present["rule"]))?.fields ?? [];
    const model = entry(catalogue.plasticity, name);
    const parameters = kept(present, before, model?.fields ?? []);
    // The largest weight is in the unit of the projection, so its default rarely fits: twice the present weight does.
    const bounded = model?.fields.some((field) => field.name === "weightMax") && parameters["weightMax"] === undefined;
    const limit: JsonObject = bounded && weight !== undefined && weight > 0 ? { weightMax: 2 * weight } : {};
    return withAt(document, keys, { rule: name, ...parameters, ...limit });
  },
});

/** Numbers for options that a connection rule requires. The expected number of synapses stays if it can. */
const ruleDefault = (name: string, degree: number, sources: number, targets: number): Json | undefined => {
  if (name === "probability") return Number(Math.min(1, degree / sources).toPrecision(3));
  if (name === "inDegree") return Math.round(degree);
  if (name === "outDegree") return Math.round((degree * targets) / sources);
  if (name === "total") return Math.round(degree * targets);
  return name === "sources" || name === "targets" ? [0] : undefined;
};

/** Puts another connection rule into a projection. */
export const setRule = (catalogue: Catalogue, id: string, name: string): Command => ({
  label: `Connect by ${name}`,
  apply: (document) => {
    const projection = partOf(document, id);
    const present = objectAt(projection, "connect");
    const [before = ""] = Object.keys(present);
    if (before === name) return document;
    const populations = sectionOf(document, "populations");
    const unitsAt = (end: Json | undefined): number => {
      const [population = ""] = String(end ?? "").split(".");
      return unitsOf(objectAt(populations, population)) ?? 1;
    };
    const [sources, targets] = [unitsAt(projection["from"]), unitsAt(projection["to"])];
    const known = before === "oneToOne" ? undefined : inDegree(present, sources, targets);
    const degree = known !== undefined && known < sources ? known : Math.max(1, 0.1 * sources);
    const { properties, required } = optionsOf(catalogue, name);
    const same = pick(objectAt(present, before), Object.keys(properties));
    const options: Record<string, Json> = {};
    for (const key of Object.keys(properties)) {
      const isProfile = resolved(catalogue.schema, properties[key])["oneOf"] !== undefined;
      const standard = isProfile ? { gaussian: { peak: 0.5, width: 1 } } : ruleDefault(key, degree, sources, targets);
      const old = same[key];
      if (old !== undefined && isObject(old) === isProfile) options[key] = old;
      else if (required.includes(key) && standard !== undefined) options[key] = standard;
    }
    return withAt(document, [...keysOf(id), "connect"], { [name]: options });
  },
});

const optionsOf = (
  catalogue: Catalogue,
  rule: string,
): { readonly properties: JsonObject; readonly required: readonly Json[] } => {
  const choices = schemaAt(catalogue.schema, "rule")["oneOf"];
  const choice = Array.isArray(choices)
    ? choices.find((one) => Object.hasOwn(objectAt(one, "properties"), rule))
    : undefined;
  const whole = objectAt(choice, "properties", rule);
  const options = Array.isArray(whole["anyOf"]) ? objectAt(whole["anyOf"][0]) : whole;
  const required = options["required"];
  return { properties: objectAt(options, "properties"), required: Array.isArray(required) ? required : [] };
};
