import type { Expr } from "./expr.ts";

/* Names of the symbols for integrated values, which authors write as after.potential. */

const AFTER = "after.";

/** Name of the symbol for the integrated value of a variable. */
export const afterName = (variable: string): string => AFTER + variable;

/** The state variable of a symbol, before the step or after the integration. */
export const variableOf = ({ name = "" }: Pick<Expr, "name">): string =>
  name.startsWith(AFTER) ? name.slice(AFTER.length) : name;

export const isIntegrated = (name: string): boolean => name.startsWith(AFTER);
