import { isShapedArray, readConfig } from "../config/parse.ts";
import { Place, Site } from "../config/place.ts";
import { describe, type ShapedArray } from "../config/shape.ts";
import { liveFields, type PlasticityModel } from "../model/plasticity.ts";
import type { RuleFields } from "../model/rule-config.ts";
import type { FieldValue } from "./part.ts";
import { settle } from "./setting.ts";

/** A plasticity rule with its parameters, and the population whose units may have values of their own. */
export interface Ruled {
  readonly model: PlasticityModel;
  readonly fields: RuleFields;
  readonly target: { readonly name: string; readonly units: number };
}

/** Reads a value for a parameter of a plasticity rule. @throws ConfigError */
export const readRuleSetting = (
  { model, fields, target }: Ruled,
  name: string,
  given: unknown,
  place: Place,
): FieldValue => {
  const site = new Site(new Place(place.keys.slice(0, -1), place.language), [], undefined);
  const own = site.at(name);
  const declared = fields[name]!;
  if (!liveFields(model).has(name)) {
    const why = name === model.every ? "is the interval of the rule" : "selects the equations of the rule";
    own.refuse(`${why}, so it cannot change later. Compile again with another value.`);
  }
  settle(site);
  const { settings } = readConfig(site, { [name]: model.fields[name]! }, { [name]: given ?? null }, []);
  settle(site);
  const setting = settings[name]!;
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
