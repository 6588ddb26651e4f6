import { byDefault, choice, flag, number, optional, whole } from "../../config/options.ts";
import { autapses, count, multapses } from "./connection-rule.ts";

/** Declares the options of a custom connection rule: their types, defaults, checks and descriptions. */
export const ruleOptions = {
  /** A number of synapses: a whole number from 0 to 4294967295. */
  count,
  /** A finite number, with an optional rule and unit. */
  number,
  /** A whole number between two bounds, inclusive. */
  whole,
  /** One of some names. */
  choice,
  /** True or false, with a default. */
  flag,
  /** The same option, but optional. */
  optional,
  /** The same option with a default. */
  byDefault,
  /** Whether a unit may be connected to itself. Default true. */
  autapses,
  /** Whether a pair may have several synapses. Default true. */
  multapses,
};
