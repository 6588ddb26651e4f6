import type { Declarations } from "../config/options.ts";

/** An option, for people. */
export interface OptionRow {
  readonly name: string;
  /** "a whole number from 0 to 10" */
  readonly takes: string;
  /** "required", "optional", or the default as it is written. */
  readonly default: string;
  /** "1" where it has none. */
  readonly unit: string;
  readonly description: string;
}

/** Options as rows, in the order of their declaration. */
export const optionTable = (declared: Declarations): OptionRow[] =>
  Object.entries(declared).map(([name, { takes, need, default: value, unit = "1", about }]) => ({
    name,
    takes,
    default: need === "default" ? JSON.stringify(value) : need,
    unit,
    description: about,
  }));
