import { brokenRule, type Fields, field, inUnit, positive } from "../config/field.ts";
import { type FieldSetting, readConfig } from "../config/parse.ts";
import { Place, Site } from "../config/place.ts";
import type { Series } from "../config/sampling.ts";
import { describe, isRecord, type Shape } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";
import { symbol } from "../expr/expr.ts";
import { checkShapes, shapesOf } from "../model/build.ts";
import type { Varying } from "../model/varying.ts";
import type { Tuning } from "../readouts/tuning.ts";

/* Reading a value for a parameter, as far as possible without drawing. */

/** Whether a field changes over time. */
export const isVarying = (varying: Varying | undefined, name: string): boolean =>
  varying?.names(symbol("float", name, "field", "1")) === true;

/** The equations of a part, before values are drawn. */
export interface Fielded {
  readonly fields: Fields;
  readonly units: Shape;
  readonly varying: Varying | undefined;
}

/** Reads a value for a field. Initializers are not drawn. @throws ConfigError, ShapeError */
export const readSetting = (
  { fields, units, varying }: Fielded,
  name: string,
  given: unknown,
  place: Place,
): Exclude<FieldSetting, Series> => {
  const site = new Site(new Place(place.keys.slice(0, -1), place.language), [], undefined);
  const own = site.at(name);
  if (isVarying(varying, name)) {
    own.refuse("changes over time, because it was declared with a series. Declare it with a number to set it.");
  } else if (given === undefined) {
    own.refuse("takes a value; received undefined. Give a number, an array or an initializer.");
  } else if (isRecord(given) && Object.hasOwn(given, "series")) {
    own.refuse("takes a value for all later steps; received a series. Declare the series, or set each value.");
  }
  settle(site);
  const { settings } = readConfig(site, { [name]: fields[name]! }, { [name]: given }, []);
  settle(site);
  checkShapes(shapesOf({ settings, skipValidation: false }), { from: "the population", shape: units }, site.place);
  return settings[name] as Exclude<FieldSetting, Series>;
};

/** @throws ConfigError with the issues of a site, if there are any */
export const settle = ({ issues }: Site): void => {
  if (issues.length > 0) throw new ConfigError(issues);
};

const tuned = {
  tau: field(1, "ms", "Time constant of the filter.", positive),
  scale: field(1, "1", "Factor of the values."),
};

/** Names of the numbers of a read-out. */
export const tuningNames = (tau: number | undefined): readonly (keyof Tuning)[] =>
  tau === undefined ? ["scale"] : ["tau", "scale"];

/** Reads a number of a read-out. @throws ConfigError */
export const readTuning = (name: string, given: unknown, place: Place): number => {
  const own = tuned[name as keyof Tuning];
  const wanted = `must be a number${inUnit(own.unit)}; received ${describe(given)}`;
  const wrong = typeof given === "number" ? brokenRule(own, given) : wanted;
  if (wrong !== undefined) throw new ConfigError(place.issue(`${wrong}. Give another number.`));
  return given as number;
};
