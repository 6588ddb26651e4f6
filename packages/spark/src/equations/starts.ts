import type { Expr, Float, Int } from "../expr/expr.ts";
import type { StateVariable } from "../model/component.ts";
import { refuseAssignment } from "./assignments.ts";
import type { Declarations } from "./declare.ts";
import { refuseFlags } from "./flags.ts";
import type { Value } from "./lower.ts";
import { printedName } from "./names.ts";
import { Structures } from "./same.ts";
import { Scope } from "./scope.ts";
import { restOf, startState, type Variable, variableValue, zeroOf } from "./variables.ts";

/* Start values of the variables of a text. */

/** The counter of the steps since the last spike, for the refractory period. */
export interface Age {
  readonly key: string;
  readonly limit: Int;
}

/** Names that are known before a run: parameters, dt, and sub-expressions of them. */
export const fixedScope = (
  declared: Declarations,
  what: string,
  more: ReadonlyMap<string, Value> = new Map(),
): Scope => {
  const { lowering, constants, fields, variables } = declared;
  const values = new Map([...constants].filter(([name]) => name === "dt" || Object.hasOwn(fields, name)));
  for (const [name, value] of more) values.set(name, value);
  const moving = [...constants.keys(), ...variables.map(({ name }) => name)].filter((name) => !values.has(name));
  const refused = new Map(
    moving.map((name) => [
      name,
      `${what} may depend on parameters only, because it is computed before a run; ${name} changes during a run. Use parameters.`,
    ]),
  );
  return new Scope(lowering, values, declared.definitions, { refused });
};

interface Start {
  readonly initial: Expr;
  readonly reason?: string;
}

export const startValues = (
  declared: Declarations,
  differential: Readonly<Record<string, Float>>,
): ReadonlyMap<string, Start> => {
  const { lowering, variables, starts, isWrittenOut } = declared;
  const { problems } = lowering;
  const found = new Map<string, Start>();
  const values = new Map<string, Value>();
  for (const assignment of starts) {
    const { target, sign, value } = assignment;
    const variable = variables.find(({ name }) => name === target.name);
    if (!variable) refuseAssignment(declared, assignment, "start");
    else if (sign !== "=") problems.add(assignment, `a start value has the sign =. Write ${target.name} = ….`);
    else if (found.has(target.name)) problems.add(target, `${target.name} has two start values. Remove one.`);
    const scope = fixedScope(declared, "a start value", values);
    if (!variable) {
      lowering.value(value, scope);
      continue;
    }
    const { dtype, unit, name } = variable;
    const initial = dtype === "int" ? lowering.integer(value, scope, name) : lowering.inUnit(value, scope, unit, name);
    found.set(name, { initial: initial ?? zeroOf(variable) });
    if (initial) values.set(name, { ...variableValue(variable), expr: initial });
  }
  for (const variable of variables) {
    if (found.has(variable.name)) continue;
    if (isWrittenOut && declared.isPartial) continue;
    if (isWrittenOut)
      problems.add(variable.place, `${variable.name} has no start value. Add it: start: ${variable.name} = ….`);
    else found.set(variable.name, usualStart(declared, variable, differential[variable.key]));
  }
  return found;
};

/** Potentials start where their leak pulls them; other variables at 0. */
const usualStart = ({ lowering, fields }: Declarations, variable: Variable, derivative: Float | undefined): Start => {
  const { name, unit } = variable;
  if (unit !== "mV") return { initial: zeroOf(variable), reason: "Starts at 0." };
  if (!derivative) return { initial: zeroOf(variable) };
  const structures = new Structures();
  const rests = new Map(
    restOf(derivative, variableValue(variable).expr).map((rest) => [structures.numberOf(rest), rest]),
  );
  const [rest, other] = rests.values();
  if (rest && !other) {
    return { initial: rest, reason: `Starts at ${printedName(rest)}, to which its leak pulls it.` };
  }
  const several = [...rests.values()].map(printedName).join(", ");
  const reason = rest
    ? `its equation has several leaks: to ${several}`
    : `its equation has no leak of the form (E - ${name}) that would give one`;
  const candidates = Object.keys(fields).filter((key) => fields[key]!.unit === "mV");
  const example = candidates.find((key) => /rest|^E_?[lL]/.test(key)) ?? candidates[0] ?? "-70 mV";
  lowering.problems.add(
    variable.place,
    `${name} has no start value, and ${reason}. Add a line such as start: ${name} = ${example}.`,
  );
  return { initial: zeroOf(variable) };
};

export const statesOf = (
  declared: Declarations,
  starts: ReadonlyMap<string, Start>,
  age: Age | undefined,
): Record<string, StateVariable> | undefined => {
  const { lowering, variables, isWrittenOut } = declared;
  const states: Record<string, StateVariable> = {};
  for (const variable of variables) {
    const { next, differential, name, unit, key } = variable;
    const relative = [next, differential].flatMap((line) => line?.flags ?? []).find((flag) => flag.relative);
    if (next) refuseFlags(declared, next, ["relative to"]);
    if (isWrittenOut && differential) refuseFlags(declared, differential, ["relative to"]);
    const from =
      relative?.relative &&
      lowering.inUnit(
        relative.relative,
        fixedScope(declared, "a reference value"),
        unit,
        `the reference value of ${name}`,
      );
    const start = starts.get(name) ?? { initial: zeroOf(variable) };
    states[key] = startState(variable, start.initial, {
      from,
      ...(start.reason !== undefined && { reason: start.reason }),
    });
  }
  if (age) {
    states[age.key] = { dtype: "int", initial: age.limit, unit: "1", description: "Steps since the last spike." };
  }
  return states;
};
