import type { Fields } from "../config/field.ts";
import { isShapedArray, type ParsedConfig, readConfig } from "../config/parse.ts";
import type { Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { type BySynapse, isBySynapse, namesSynapses, readBySynapse } from "./by-synapse.ts";

/* The config of a plasticity rule. */

/**
 * One value for each kind of synapse. The first letter is the postsynaptic unit: EI is a synapse from an inhibitory to an
 * excitatory unit.
 */
export interface ByKind {
  readonly EE: number;
  readonly EI: number;
  readonly IE: number;
  readonly II: number;
}
export const kinds = ["EE", "EI", "IE", "II"] as const;

/** A parameter of a rule: one number for all synapses, one for each kind of synapse, target unit, or synapse. */
export type RuleValue = number | ByKind | Float64Array | BySynapse;

/** Whether a value was meant as one for each kind of synapse. */
const namesKinds = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && (Object.keys(value).length === 0 || Object.keys(value).some((key) => /^[EI]{2}$/i.test(key)));

/** Reads the config of a rule. Adds its problems to the issues of the site. */
export const readRuleConfig = (
  site: Site,
  fields: Fields,
  config: unknown,
): { readonly parsed: ParsedConfig; readonly values: Readonly<Record<string, RuleValue>> } => {
  const options = ["skipValidation"];
  const given = isRecord(config) ? config : {};
  const kinded = Object.entries(fields).filter(([key]) => namesKinds(given[key]));
  const differing = Object.entries(fields).filter(([key]) => namesSynapses(given[key]));
  const without = Object.fromEntries([...kinded, ...differing].map(([key]) => [key, undefined]));
  const parsed = readConfig(site, fields, isRecord(config) ? { ...config, ...without } : config, options);
  const values: Record<string, RuleValue> = {};
  for (const [key, setting] of Object.entries(parsed.settings)) {
    if (typeof setting === "number") values[key] = setting;
    else if (isShapedArray(setting) && setting.shape.length === 1) values[key] = Float64Array.from(setting.data);
    else if (!site.issues.some(({ keys = [] }) => keys.includes(key))) {
      const wanted =
        "must be one number, { EE, EI, IE, II }, a list with a number for each target unit, or values of synapses such as { bySynapse: [1, 2] }";
      site.at(key).refuse(`${wanted}; received ${describe(given[key])}. Give a number.`);
    }
  }
  for (const [key, field] of kinded) {
    const own = given[key] as Readonly<Record<string, unknown>>;
    const before = site.issues.length;
    for (const kind of kinds) {
      if (Object.hasOwn(own, kind)) continue;
      const meaning = `the synapses from ${kind[1] === "E" ? "excitatory" : "inhibitory"} to ${kind[0] === "E" ? "excitatory" : "inhibitory"} units`;
      site.at(key, kind).refuse(`is missing. Give the value for ${meaning}.`);
    }
    const skipped = parsed.skipValidation ? { skipValidation: true } : {};
    const each = Object.fromEntries(kinds.map((kind) => [kind, field]));
    const { settings } = readConfig(site.at(key), each, { ...own, ...skipped }, options);
    for (const kind of kinds) {
      if (typeof settings[kind] !== "number") site.at(key, kind).refuse("must be one number. Give a number.");
    }
    if (site.issues.length === before) values[key] = settings as unknown as ByKind;
  }
  for (const [key, field] of differing) {
    const read = readBySynapse(given[key] as object, field, site.at(key), parsed.skipValidation);
    if (read !== undefined) values[key] = read;
  }
  return { parsed, values };
};

/** Values of a rule for the synapses of a projection: one number, or one for each target unit. */
export type RuleFields = Readonly<Record<string, number | Float64Array>>;

/** What a projection connects. A list says which units of a population are inhibitory. */
export interface RuleEnds {
  readonly source: { readonly name: string; readonly inhibitory: boolean | readonly boolean[] };
  readonly target: { readonly name: string; readonly inhibitory: boolean | readonly boolean[]; readonly units: number };
}

/** Values by kind for a source population with units of both kinds. */
export interface KindValues {
  readonly byKind: ByKind;
  readonly source: readonly boolean[];
  readonly target: boolean | readonly boolean[];
}

/** Parameters of a rule that differ between the synapses of a projection. */
export type SynapticFields = Readonly<Record<string, BySynapse | KindValues>>;

/** The values of a rule for a projection. */
export interface ProjectedFields {
  readonly fields: RuleFields;
  readonly synaptic: SynapticFields;
}

/** The parameters that may differ between target units, and between synapses. */
interface Differing {
  readonly perTarget: ReadonlySet<string>;
  readonly perSynapse: ReadonlySet<string>;
}

/** Selects the values for a projection. Adds an issue if a parameter does not fit its populations. */
export const ruleFieldsFor = (
  values: Readonly<Record<string, RuleValue>>,
  { perTarget, perSynapse }: Differing,
  { source, target }: RuleEnds,
  site: Site,
): ProjectedFields => {
  const fields: Record<string, number | Float64Array> = {};
  const synaptic: Record<string, BySynapse | KindValues> = {};
  const from = uniform(source.inhibitory);
  for (const [key, value] of Object.entries(values)) {
    if (typeof value === "number") fields[key] = value;
    else if (value instanceof Float64Array) {
      if (value.length !== target.units) {
        const wanted = `must have one number for each of the ${target.units} units of ${target.name}`;
        site
          .at(key)
          .refuse(`${wanted}; received ${value.length}. Give one number for all of them, or ${target.units}.`);
      }
      fields[key] = value;
    } else if (isBySynapse(value)) {
      if (perSynapse.has(key)) synaptic[key] = value;
      else {
        const why = "because it also acts on units or selects the equations";
        site.at(key).refuse(`cannot differ between synapses, ${why}. Give one number.`);
      }
    } else if (from === undefined && perSynapse.has(key)) {
      synaptic[key] = { byKind: value, source: source.inhibitory as readonly boolean[], target: target.inhibitory };
    } else if (from === undefined) {
      const why = `${source.name} contains excitatory and inhibitory units`;
      site
        .at(key)
        .refuse(`has a value for each kind of synapse, but ${why}. Divide ${source.name} into two populations.`);
    } else {
      const of = (inhibitory: boolean): number => value[`${inhibitory ? "I" : "E"}${from ? "I" : "E"}`];
      const to = uniform(target.inhibitory);
      fields[key] = to === undefined ? Float64Array.from(target.inhibitory as readonly boolean[], of) : of(to);
    }
    if (typeof fields[key] === "object" && !perTarget.has(key)) {
      const why = "because it also acts on presynaptic units or selects the equations";
      site.at(key).refuse(`must be the same for all units of ${target.name}, ${why}. Give one number.`);
    }
  }
  return { fields, synaptic };
};

/** Whether all units are inhibitory, or none; undefined for both kinds. */
const uniform = (inhibitory: boolean | readonly boolean[]): boolean | undefined => {
  if (typeof inhibitory === "boolean") return inhibitory;
  if (inhibitory.every((one) => one)) return inhibitory.length > 0;
  return inhibitory.some((one) => one) ? undefined : false;
};
