import { suggestName } from "../config/nearest-name.ts";
import { describe } from "../config/shape.ts";
import { ModelError } from "../errors/errors.ts";
import { afterName } from "../expr/after.ts";
import { type Expr, type Float, symbol } from "../expr/expr.ts";
import { returned, type States } from "./declare.ts";
import { type Differential, type IntegrationMethod, integrationMethods } from "./methods.ts";
import type { Result } from "./units.ts";

/* Reads differential equations as authors declare them. integrate.ts solves them. */

/** The part of a definition that declares differential equations. Shared by all kinds of components. */
export interface DifferentialDefinition {
  readonly differential?: unknown;
  readonly method?: unknown;
  readonly substeps?: unknown;
}

/** Reads the differential equations of a definition; undefined if it has none. */
export const readDifferential = (
  name: string,
  definition: DifferentialDefinition,
  state: States,
  scope: unknown,
): Omit<Differential, "step"> | undefined => {
  const { differential, method, substeps = 1 } = definition;
  if (differential === undefined) {
    const alone = (["method", "substeps"] as const).find((key) => definition[key] !== undefined);
    if (!alone) return undefined;
    throw new ModelError(
      `${name}.${alone} is given, but there are no differential equations. Add differential: (x) => ({ … }), or remove ${alone}.`,
    );
  }
  if (typeof differential !== "function") {
    throw new ModelError(
      `${name}.differential must be a function; received ${describe(differential)}. Write differential: (x) => ({ potential: … }).`,
    );
  }
  const equations: Readonly<Record<string, Float>> = { ...(differential(scope) as object) };
  checkEquations(name, equations, state);
  if (typeof substeps !== "number" || !Number.isInteger(substeps) || substeps < 1 || substeps > MOST_SUBSTEPS) {
    throw new ModelError(
      `${name}.substeps must be a whole number from 1 to ${MOST_SUBSTEPS}; received ${describe(substeps)}. Pass, for example, substeps: 10.`,
    );
  }
  return { equations, methods: methodsOf(name, method, Object.keys(equations)), substeps };
};

const MOST_SUBSTEPS = 1000;

const checkEquations = (name: string, equations: Readonly<Record<string, unknown>>, state: States): void => {
  const floats = Object.keys(state).filter((key) => state[key]!.dtype === "float");
  const wrong = Object.entries(equations).flatMap(([key, expr]): string[] => {
    const variable = Object.hasOwn(state, key) ? state[key] : undefined;
    if (!variable) {
      return [
        `${name}.differential returns ${key}, which is not a state variable. ${suggestName(key, floats)} Or declare it under state.`,
      ];
    }
    if (variable.dtype !== "float") {
      return [
        `${name}.${key} is ${variable.dtype}, which has no derivative. Update it in step, or declare it with float(…).`,
      ];
    }
    if ((expr as Partial<Expr> | undefined)?.dtype === "float") return [];
    const remedy = typeof expr === "number" ? ` Write quantity(${expr}, "${perMillisecond(variable.unit)}").` : "";
    return [`${name}.differential must return ${key} as a float; received ${returned(expr)}.${remedy}`];
  });
  if (Object.keys(equations).length === 0) {
    wrong.push(`${name}.differential returns no equation. Return { potential: … }, or remove differential.`);
  }
  if (wrong.length > 0) throw new ModelError(wrong.join("\n"));
};

const methodsOf = (
  name: string,
  method: unknown = "exponentialEuler",
  keys: readonly string[],
): Record<string, IntegrationMethod> => {
  const each: Readonly<Record<string, unknown>> =
    typeof method === "object" && method !== null
      ? { ...method }
      : Object.fromEntries(keys.map((key) => [key, method]));
  const place = (key: string): string => `${name}.method${typeof method === "object" ? `.${key}` : ""}`;
  const wrong = new Set<string>();
  for (const key of Object.keys(each)) {
    if (keys.includes(key)) continue;
    wrong.add(`${place(key)} names no differential equation. ${suggestName(key, keys)}`);
  }
  for (const key of keys) {
    const given = Object.hasOwn(each, key) ? each[key] : undefined;
    if (integrationMethods.includes(given as IntegrationMethod)) continue;
    const choices = `Use ${integrationMethods.map((one) => `"${one}"`).join(", ")}.`;
    wrong.add(
      given === undefined
        ? `${place(key)} is missing. ${choices}`
        : `${place(key)} must be a method of integration; received ${describe(given)}. ${typeof given === "string" ? suggestName(given, integrationMethods) : choices}`,
    );
  }
  if (wrong.size > 0) throw new ModelError([...wrong].join("\n"));
  return each as Record<string, IntegrationMethod>;
};

/** A unit per ms. */
const perMillisecond = (unit: string): string => `${unit}/ms`;

/** Symbols for the integrated values, which `step` receives as its second argument. */
export const afterSymbols = (equations: Readonly<Record<string, Float>>, state: States): Record<string, Float> =>
  Object.fromEntries(
    Object.keys(equations).map((key) => [key, symbol("float", afterName(key), "state", state[key]!.unit)]),
  );

/** The right-hand sides of the differential equations, which must have the unit of their variable per ms. */
export const slopesOf = (system: Pick<Differential, "equations"> | undefined, state: States): Record<string, Result> =>
  Object.fromEntries(
    Object.entries(system?.equations ?? {}).map(([key, expr]) => [
      `differential.${key}`,
      { expr, unit: perMillisecond(state[key]!.unit), from: "it returns" },
    ]),
  );
