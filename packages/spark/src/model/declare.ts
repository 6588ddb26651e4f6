import { type Fields, requirementText, withUnit } from "../config/field.ts";
import { isObjectName, runNames } from "../config/reserved-names.ts";
import { describe } from "../config/shape.ts";
import { parseUnit, unitBases, unitPrefixes } from "../config/unit.ts";
import { ModelError } from "../errors/errors.ts";
import { type Expr, type Float, type Int, symbol, walk } from "../expr/expr.ts";
import type { Declaration, Observable, StateVariable } from "./component.ts";
import type { Port } from "./ports.ts";

/* Shared parts of all kinds of declarations: the symbols of their equations, and checks. */

/** A kind of component: its name in messages, and the reserved names of its fields and state variables. */
export interface Kind {
  readonly name: string;
  /** An example of a well-formed name. */
  readonly example: string;
  readonly reserved: readonly string[];
  /** Names in the results of a run, which its state variables must not take. */
  readonly results?: readonly string[];
  /** How names of fields and state variables are formed. Default: `codeNames`. */
  readonly names?: Naming;
}

/** A rule for names: a pattern, and words that describe it. */
export interface Naming {
  readonly pattern: RegExp;
  readonly form: string;
}

/** Names of declarations in code. */
export const codeNames: Naming = { pattern: /^[a-z][A-Za-z0-9]*$/, form: "in camelCase" };

/** Names in the results of a population. */
export const resultNames: readonly string[] = [...runNames, "name", "rate", "activeFraction"];

export type States = Readonly<Record<string, StateVariable>>;

export const fieldSymbols = (fields: Fields): Record<string, Float> =>
  Object.fromEntries(Object.entries(fields).map(([key, { unit }]) => [key, symbol("float", key, "field", unit)]));

export const stateSymbols = (state: States): Record<string, Expr> =>
  Object.fromEntries(Object.entries(state).map(([key, { dtype, unit }]) => [key, symbol(dtype, key, "state", unit)]));

const undeclared = (path: string, form: string): ModelError =>
  new ModelError(`${path} is not declared. Write ${form}.`);

/** Checks the name of a field or a state variable. */
const checkName = (kind: Kind, name: string, key: string, noun: string, example: string): void => {
  const path = `${name}.${key}`;
  const remedy = `Rename the ${noun}.`;
  if (kind.reserved.includes(key)) throw new ModelError(`${path} is a name that every ${kind.name} has. ${remedy}`);
  const { pattern, form } = kind.names ?? codeNames;
  if (!pattern.test(key)) throw new ModelError(`${path} must be named ${form}, such as ${example}. ${remedy}`);
  checkObjectName(name, key, noun);
};

export const checkNames = (
  kind: Kind,
  name: string,
  fields: Fields,
  definition: { readonly step?: unknown } | undefined,
): void => {
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) {
    throw new ModelError(`${kind.name}("${name}") must be named in PascalCase, such as ${kind.example}. Rename it.`);
  }
  if (typeof (fields && definition?.step) !== "function") {
    throw undeclared(name, "fields and { step: (x) => … }");
  }
  for (const [key, field] of Object.entries(fields)) {
    if (!field?.checks) throw undeclared(`${name}.${key}`, "field(…)");
    checkName(kind, name, key, "field", "potentialTau");
    for (const check of field.checks) {
      if (!check.holds(field.default)) {
        throw new ModelError(
          `${name}.${key} ${requirementText(check, field.unit)}, but its default is ${withUnit(field.default, field.unit)}. Change the default.`,
        );
      }
    }
  }
};

export const checkObjectName = (name: string, key: string, noun: string): void => {
  if (isObjectName(key)) {
    throw new ModelError(`${name}.${key} is a name that every JavaScript object has. Rename the ${noun}.`);
  }
};

/** Completes the sentence "WrongSoma.tau …" for a unit that is unknown. */
export const unknownUnit = (unit: unknown): string => {
  const names = unitBases.flatMap((base) => unitPrefixes.map((prefix) => prefix + base));
  const meant = names.find((name) => name.toLowerCase() === String(unit).toLowerCase());
  const remedy = meant
    ? `Did you mean "${meant}"?`
    : `Use ${unitBases.join(", ")} with a prefix, such as mV, products before quotients, such as nS·mV/ms, or "1" for a pure number.`;
  return `has the unknown unit ${describe(unit)}. ${remedy}`;
};

/** @throws ModelError that lists all unknown units of the parts of a declaration */
export const checkUnitNames = (name: string, ...parts: Readonly<Record<string, { readonly unit: string }>>[]): void => {
  const wrong = parts.flatMap((part) =>
    Object.entries(part).flatMap(([key, { unit }]) => (parseUnit(unit) ? [] : [`${name}.${key} ${unknownUnit(unit)}`])),
  );
  if (wrong.length > 0) throw new ModelError(wrong.join("\n"));
};

/** Checks that a state variable has a unique name, a known unit and a start value that is known before a run. */
export const checkStates = (kind: Kind, name: string, fields: Fields, state: States): void => {
  for (const [key, variable] of Object.entries(state)) {
    if (!variable?.initial) throw undeclared(`${name}.${key}`, "float(…)");
    if (Object.hasOwn(fields, key)) {
      throw new ModelError(`${name}.${key} is declared twice, as a field and as a state variable. Rename one of them.`);
    }
    checkName(kind, name, key, "state variable", "adaptation");
    if (kind.results?.includes(key)) {
      throw new ModelError(
        `${name}.${key} is a name that the result of every run has. A record of it would take its place. Rename the state variable.`,
      );
    }
    walk([variable.initial], ({ op, source, name: what }) => {
      if (op !== "symbol" || source === "field" || source === "dt") return;
      throw new ModelError(`${name}.${key} starts from ${what}, which is known only during a run. Use fields and dt.`);
    });
  }
};

/** Checks that `step` returns every state variable, its results, and nothing else. */
export const checkNext = (
  kind: Kind,
  name: string,
  state: States,
  next: Readonly<Record<string, Expr | undefined>>,
): void => {
  for (const [key, variable] of Object.entries(state)) {
    const expr = Object.hasOwn(next, key) ? next[key] : undefined;
    if (typeof expr === "number") {
      throw new ModelError(
        `${name}.step must return ${key} as an expression; received the number ${expr}. ${variable.dtype === "float" ? `Write quantity(${expr}, "${variable.unit}")` : "Compute it from other ints"}.`,
      );
    }
    if (!expr) {
      throw new ModelError(
        `${name}.step must return ${key}, a state variable of the ${kind.name}. Add it to the result of step.`,
      );
    }
    if (expr.dtype !== variable.dtype) {
      throw new ModelError(
        `${name}.${key} is ${variable.dtype}, but step returns ${returned(expr)}. Make the types agree.`,
      );
    }
  }
  for (const key of Object.keys(next)) {
    if (!Object.hasOwn(state, key)) {
      throw new ModelError(
        `${name}.step returns ${key}, which is not a state variable. Declare it under state, or remove it.`,
      );
    }
  }
};

/**
 * Checks that the equations name only declared symbols. An expression from another declaration is allowed if this one
 * declares all its symbols.
 */
export const checkSymbols = (
  declaration: Pick<Declaration, "name" | "fields" | "state">,
  inputs: readonly string[],
  roots: readonly Expr[],
): void => {
  const { name: owner, fields, state } = declaration;
  const own = { field: Object.keys(fields), state: Object.keys(state), input: inputs };
  walk(roots, ({ op, source, name }) => {
    if (op !== "symbol" || (source !== "field" && source !== "state" && source !== "input")) return;
    if (own[source].includes(name!)) return;
    throw new ModelError(
      `${owner} uses the ${source} ${name}, which it does not declare. Use only symbols from the argument of step.`,
    );
  });
};

type DeclaredInputs = Readonly<Record<string, Port>>;

/** Declared inputs by their paths, to check their units. */
export const inputUnits = (declared: DeclaredInputs): Record<string, { readonly unit: string }> =>
  Object.fromEntries(Object.entries(declared).map(([key, port]) => [`inputs.${key}`, port]));

export const inputSymbols = (declared: DeclaredInputs): Record<string, Float> =>
  Object.fromEntries(Object.entries(declared).map(([key, { unit }]) => [key, symbol("float", key, "input", unit)]));

export const checkInputs = ({ names = codeNames }: Kind, name: string, inputs: DeclaredInputs): void => {
  for (const key of Object.keys(inputs)) {
    if (!names.pattern.test(key)) {
      throw new ModelError(`${name}.inputs.${key} must be named ${names.form}, such as dendrite. Rename the input.`);
    }
    checkObjectName(`${name}.inputs`, key, "input");
  }
};

export const unusedInput = (name: string, key: string): ModelError =>
  new ModelError(`${name}.inputs.${key} is declared, but step does not use it. Use x.${key}, or remove it.`);

/** The declared inputs, all of which the equations must use. */
export const usedInputs = (name: string, declared: DeclaredInputs, used: ReadonlySet<string>): DeclaredInputs => {
  for (const key of Object.keys(declared)) if (!used.has(key)) throw unusedInput(name, key);
  return declared;
};

/** Names of the input symbols in the expressions. */
export const inputsUsed = (roots: readonly Expr[]): Set<string> => {
  const used = new Set<string>();
  walk(roots, ({ op, source, name }) => {
    if (op === "symbol" && source === "input") used.add(name!);
  });
  return used;
};

/** Text for a value that an author's `step` returned. */
export const returned = (value: unknown): string =>
  typeof value === "object" && value !== null && "dtype" in value
    ? String(value.dtype)
    : value === undefined
      ? "nothing"
      : describe(value);

/** Every state variable as an observable. */
export const stateObservables = (state: States, scope: Readonly<Record<string, Expr>>): Record<string, Observable> =>
  Object.fromEntries(
    Object.entries(state).map(([key, { unit, description }]) => [
      key,
      { expr: scope[key] as Float | Int, unit, description },
    ]),
  );
