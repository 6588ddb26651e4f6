import { isShapedArray, readConfig } from "../config/parse.ts";
import { Place, Site } from "../config/place.ts";
import { describe, type ShapedArray } from "../config/shape.ts";
import type { RuleFields } from "../model/rule-config.ts";
import { endsOf, liveFields, type PlasticityModel } from "../model/rule-model.ts";
import type { FieldValue } from "./part.ts";
import { settle } from "./setting.ts";

/** A plasticity rule with its parameters, and the population whose units may have values of their own. */
export interface Ruled {
  readonly model: PlasticityModel;
  readonly fields: RuleFields;
  readonly target: { readonly name: string; readonly units: number };
}

/** Where a parameter is read. Among other rules, its name contains that of its rule. */
const sitesOf = (name: string, place: Place) => {
  const keys = name.split(".");
  const site = new Site(new Place(place.keys.slice(0, -keys.length), place.language), [], undefined);
  return { site, own: site.at(...keys), around: site.at(...keys.slice(0, -1)), key: keys.at(-1)! };
};

/** Reads a value for a parameter of a plasticity rule. @throws ConfigError */
export const readRuleSetting = (
  { model, fields, target }: Ruled,
  name: string,
  given: unknown,
  place: Place,
): FieldValue => {
  const { site, own, around, key } = sitesOf(name, place);
  const declared = fields[name]!;
  if (!liveFields(model).has(name)) {
    const why = endsOf(model).some(({ every }) => every === name)
      ? "is the interval of the rule"
      : "selects the equations of the rule";
    own.refuse(`${why}, so it cannot change later. Compile again with another value.`);
  }
  settle(site);
  const { settings } = readConfig(around, { [key]: model.fields[name]! }, { [key]: given ?? null }, []);
  settle(site);
  const setting = settings[key]!;
  if (typeof setting === "number") {
    return typeof declared === "number" ? setting : new Float64Array(declared.length).fill(setting);
  }
  if (typeof declared === "number") {
    const remedy = `To set one for each unit of ${target.name}, declare ${name} with a list.`;
    own.refuse(`takes one number, because it was declared with one; received ${describe(given)}. ${remedy}`);
  } else if (!isShapedArray(setting) || setting.data.length !== target.units) {
    const wanted = `takes one number, or a list of ${target.units}, one for each unit of ${target.name}`;
    own.refuse(`${wanted}; received ${describe(given)}. Give a number.`);
  }
  settle(site);
  return Float64Array.from((setting as ShapedArray).data);
};

/**
 * Reads a value for a parameter that differs between the synapses of a projection: one number for all of them, or a list
 * with one for each. @throws ConfigError
 */
export const readSynapticSetting = (
  model: PlasticityModel,
  name: string,
  given: unknown,
  place: Place,
  synapses: number | undefined,
): Float64Array => {
  const { site, own, around, key } = sitesOf(name, place);
  const { settings } = readConfig(around, { [key]: model.fields[name]! }, { [key]: given ?? null }, []);
  settle(site);
  const setting = settings[key]!;
  if (typeof setting === "number") return new Float64Array(synapses ?? 1).fill(setting);
  const isFlat = isShapedArray(setting) && setting.shape.length === 1;
  if (!isFlat || (synapses !== undefined && setting.data.length !== synapses)) {
    const list = synapses === undefined ? "a list with one for each" : `a list of ${synapses}, one for each`;
    own.refuse(`takes one number, or ${list} synapse; received ${describe(given)}. Give a number.`);
  }
  settle(site);
  return Float64Array.from((setting as ShapedArray).data);
};
