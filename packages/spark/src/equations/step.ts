import { type Bool, type Expr, type Float, symbol } from "../expr/expr.ts";
import { substitute } from "../expr/substitute.ts";
import { add, and, div, ge, min, mul, select, since, steps, sub } from "../expr/verbs.ts";
import type { Roles, StateVariable } from "../model/component.ts";
import { inputsUsed } from "../model/declare.ts";
import { nonlinearPart } from "../model/linear.ts";
import type { IntegrationMethod } from "../model/methods.ts";
import type { InputPort } from "../model/ports.ts";
import { type Assigning, refuseAssignment } from "./assignments.ts";
import type { Declarations } from "./declare.ts";
import { refuseFlags } from "./flags.ts";
import type { Value } from "./lower.ts";
import type { EquationsOptions } from "./options.ts";
import { START } from "./problems.ts";
import { Scope } from "./scope.ts";
import { type Age, fixedScope, startValues, statesOf } from "./starts.ts";
import type { Assignment } from "./syntax.ts";
import { type Variable, variableValue } from "./variables.ts";

/* The step of a soma from the declarations of a text. */

/** The definition of a soma, as code would write it. */
export interface TextDefinition {
  readonly inputs?: Readonly<Record<string, InputPort>>;
  readonly state: () => Readonly<Record<string, StateVariable>>;
  readonly roles?: Roles;
  readonly differential?: () => Readonly<Record<string, Float>>;
  readonly method?: IntegrationMethod | Readonly<Record<string, IntegrationMethod>>;
  readonly substeps?: number;
  readonly step: () => never;
}

/** Turns the declarations into the definition of a soma. Undefined, with problems, if something is wrong. */
export const define = (declared: Declarations, options: EquationsOptions): TextDefinition | undefined => {
  const { lowering, variables, potential } = declared;
  const { problems } = lowering;
  if (variables.length === 0) {
    if (!declared.isPartial)
      problems.add(START, "the text has no equation of a variable. Write at least dv/dt = … : mV.");
    return undefined;
  }
  const scope = beforeStep(declared);
  for (const name of declared.definitions.keys()) scope.value(name);
  const written = derivatives(declared, scope);
  const differential = belowThreshold(declared, options, written);
  const result = declared.isWrittenOut ? writtenOut(declared, scope) : resetAtSpikes(declared);
  if (!potential) return undefined;
  const starts = startValues(declared, written);
  const states = statesOf(declared, starts, result?.age);
  if (result) checkInputs(declared, [...Object.values(result.next), ...Object.values(differential ?? {})]);
  if (problems.found.length > 0 || !result || !states) return undefined;
  const keys = Object.keys(differential ?? {});
  return {
    ...(declared.inputs && { inputs: Object.fromEntries(declared.inputs.map(({ key, port }) => [key, port])) }),
    state: () => states,
    roles: rolesOf(declared, result.age),
    ...(keys.length > 0 && { differential: () => differential }),
    ...(options.method !== undefined && { method: methodOf(declared, options.method) }),
    ...(options.substeps !== undefined && { substeps: options.substeps }),
    step: () => result.next as never,
  };
};

/** What `step` of a soma returns, and the name of the counter of the refractory period. */
interface Step {
  readonly next: Readonly<Record<string, Expr>>;
  readonly age?: Age | undefined;
}
export const valuesBefore = ({ constants, variables }: Declarations): Map<string, Value> =>
  new Map([
    ...constants,
    ...variables.filter(({ isSound }) => isSound).map((variable) => [variable.name, variableValue(variable)] as const),
  ]);

export const beforeStep = (declared: Declarations): Scope => {
  const after = new Map(
    declared.variables.flatMap((variable) =>
      variable.differential ? [[variable.name, afterValue(variable)] as const] : [],
    ),
  );
  return new Scope(declared.lowering, valuesBefore(declared), declared.definitions, {
    after,
    refused: refusedNames(declared),
  });
};

const refusedNames = ({ isWrittenOut, inputs }: Declarations): Map<string, string> =>
  isWrittenOut || inputs
    ? new Map()
    : new Map([
        ["jump", "jump adds to the potential by itself. Leave it out, or declare an input with: input kick : jump."],
      ]);

/** The value of a variable after the integration of the step. */
export const afterValue = (variable: Variable): Value => ({
  ...variableValue(variable),
  expr: symbol("float", `after.${variable.key}`, "state", variable.unit),
});

/** The derivatives by key, in the unit of each variable per ms. */
export const derivatives = ({ variables, lowering }: Declarations, scope: Scope): Record<string, Float> => {
  const all: Record<string, Float> = {};
  for (const { name, key, unit, differential, isSound } of variables) {
    if (!differential) continue;
    const wanted = unit === "1" ? "1/ms" : `${unit}/ms`;
    const expr = isSound
      ? lowering.inUnit(differential.value, scope, wanted, `d${name}/dt`)
      : lowering.value(differential.value, scope);
    if (expr && isSound) all[key] = expr as Float;
  }
  return all;
};

/**
 * The derivatives with a potential that is at most the threshold of `spike: v > threshold`. A step that crosses the
 * threshold ends with the reset, so only its remaining sub-steps and stages see a potential above it. There, an
 * exponential upstroke would overflow, and the other variables would follow it to infinity. Linear equations, and
 * steps without sub-steps, stay as they are written.
 */
const belowThreshold = (
  declared: Declarations,
  { method, substeps = 1 }: EquationsOptions,
  derivatives: Readonly<Record<string, Float>>,
): Readonly<Record<string, Float>> => {
  const { potential } = declared;
  const threshold = resetThreshold(declared);
  const methods = typeof method === "object" ? Object.values(method) : [method];
  const hasStages = substeps > 1 || methods.some((one) => one === "heun" || one === "rk4");
  if (!potential || !threshold || !hasStages) return derivatives;
  const v = variableValue(potential).expr as Float;
  const isPotential = ({ op, source, name }: Expr): boolean => op === "symbol" && source === "state" && name === v.name;
  const own = derivatives[potential.key];
  if (!own || !nonlinearPart(own, isPotential)) return derivatives;
  const capped = min(v, threshold);
  const keys = Object.keys(derivatives);
  const replaced = substitute(Object.values(derivatives), (symbol) => (isPotential(symbol) ? capped : undefined));
  return Object.fromEntries(keys.map((key, k) => [key, replaced[k] as Float]));
};

/** The threshold X, if every step that ends with v > X resets v. */
const resetThreshold = (declared: Declarations): Float | undefined => {
  const { lowering, spike, resets, refractory, potential, isWrittenOut } = declared;
  const node = spike?.value;
  const isReset = resets.some(({ target, sign }) => target.name === potential?.name && sign === "=");
  const isHeld = potential?.differential?.flags.some(
    ({ text }) => text.replaceAll(/\s+/g, " ") === "unless refractory",
  );
  if (isWrittenOut || !isReset || (refractory && !isHeld)) return undefined;
  if (node?.kind !== "binary" || (node.op !== ">" && node.op !== ">=")) return undefined;
  if (node.left.kind !== "name" || node.left.name !== potential?.name) return undefined;
  // A threshold that changes during a run is no problem; it only gives no bound.
  const quiet = { ...declared, lowering: lowering.quiet() };
  return quiet.lowering.inUnit(node.right, fixedScope(quiet, "the threshold"), "mV", "the threshold");
};

// Texts that write out the step

const writtenOut = (declared: Declarations, scope: Scope): Step | undefined => {
  const { lowering, variables, nextSpikes, spike, refractory, resets } = declared;
  const { problems } = lowering;
  for (const section of [spike, refractory]) {
    if (section)
      problems.add(
        section.at,
        `${section.kind}: cannot be combined with next lines. Write next spikes = … and next v = ….`,
      );
  }
  for (const { target } of resets.slice(0, 1)) {
    problems.add(target, "reset: cannot be combined with next lines. Write the reset with next v = select(…).");
  }
  const next: Record<string, Expr> = {};
  if (nextSpikes) {
    refuseFlags(declared, nextSpikes, []);
    const spikes = lowering.condition(nextSpikes.value, scope, "next spikes");
    if (spikes) next["spikes"] = spikes;
  } else if (!declared.isPartial) {
    problems.add(
      variables[0]!.place,
      "the text has next lines, but does not say when units spike. Add next spikes = v > ….",
    );
  }
  for (const { name, key, dtype, unit, next: line } of variables) {
    if (!line) continue;
    const what = `next ${name}`;
    const expr =
      dtype === "int" ? lowering.integer(line.value, scope, what) : lowering.inUnit(line.value, scope, unit, what);
    if (expr) next[key] = expr;
  }
  return problems.found.length > 0 ? undefined : { next };
};

// Texts with spike and reset

const resetAtSpikes = (declared: Declarations): Step | undefined => {
  const { lowering, variables, spike, refractory, inputs } = declared;
  const { problems } = lowering;
  const before = valuesBefore(declared);
  const refused = refusedNames(declared);
  const age = refractory && refractoryAge(declared);
  const count = age && symbol("int", age.key, "state", "1");
  const ready: Bool | undefined = age && count && ge(add(count, 1), age.limit);
  const jumps = (key: string): readonly Float[] =>
    inputs
      ? inputs
          .filter(({ port }) => port.payload === "JumpArray" && port.potential === key)
          .map((input) => symbol("float", input.key, "input", "mV"))
      : key === "potential"
        ? [symbol("float", "jump", "input", "mV")]
        : [];
  const moved = new Map(before);
  for (const variable of variables) {
    const integrated = jumps(variable.key).reduce<Float>(
      (sum, jump) => add(sum, jump),
      afterValue(variable).expr as Float,
    );
    const own = before.get(variable.name);
    if (!own) continue;
    const isHeld = holdsInRefractory(declared, variable, ready !== undefined);
    const expr = isHeld && ready ? select(ready, integrated, own.expr as Float) : integrated;
    moved.set(variable.name, { ...own, expr });
  }
  const scopeOf = (values: ReadonlyMap<string, Value>): Scope =>
    new Scope(lowering, values, declared.definitions, { refused });
  if (!spike) {
    if (!declared.isPartial)
      problems.add(START, "the text does not say when units spike. Add a condition, such as spike: v > 0 mV.");
    return undefined;
  }
  const condition = lowering.condition(spike.value, scopeOf(moved), "spike:");
  if (declared.resets.length === 0 && !refractory && !declared.isPartial) {
    problems.add(
      spike.at,
      "nothing resets at a spike, so units would spike in every step in which the condition holds. Add reset: v = …, or refractory: 3 ms.",
    );
  }
  const reset = assignResets(declared, moved, scopeOf);
  if (!condition || problems.found.length > 0) return undefined;
  const spikes = ready ? and(ready, condition) : condition;
  const next: Record<string, Expr> = { spikes };
  for (const { name, key } of variables) {
    const value = moved.get(name)!.expr as Float;
    const assigned = reset.get(name)!.expr as Float;
    next[key] = assigned === value ? value : select(spikes, assigned, value);
  }
  if (age && count) next[age.key] = since(spikes, count, age.limit);
  return { next, age };
};

/** The counter of steps since the last spike. */
const refractoryAge = (declared: Declarations): Age | undefined => {
  const { lowering, refractory, variables, fields } = declared;
  const time = lowering.inUnit(refractory!.value, fixedScope(declared, "the refractory period"), "ms", "refractory:");
  if (!time) return undefined;
  const taken = new Set([...Object.keys(fields), ...variables.map(({ key }) => key), ...declared.constants.keys()]);
  const key = ["age", "refractoryAge", "stepsSinceSpike"].find((name) => !taken.has(name)) ?? "stepsSinceLastSpike";
  return { key, limit: steps(time) };
};

/** Whether a variable keeps its value in the refractory period. */
const holdsInRefractory = (
  declared: Declarations,
  { differential, name }: Variable,
  isRefractory: boolean,
): boolean => {
  const { problems } = declared.lowering;
  const flag = refuseFlags(declared, differential!, ["unless refractory"]);
  if (flag && !isRefractory && !declared.refractory) {
    problems.add(
      flag,
      `${name} holds in the refractory period, but the text has none. Add refractory: 2 ms, or remove the words.`,
    );
  }
  return flag !== undefined;
};

/** The values after the reset, in the order of its assignments: later ones use the values of earlier ones. */
export const assignResets = (
  declared: Declarations,
  moved: ReadonlyMap<string, Value>,
  scopeOf: (values: ReadonlyMap<string, Value>) => Scope,
  section: Assigning = "reset",
): ReadonlyMap<string, Value> => {
  const { lowering, resets, variables } = declared;
  let values = new Map(moved);
  for (const assignment of resets) {
    const variable = variables.find(({ name }) => name === assignment.target.name);
    if (!variable) {
      refuseAssignment(declared, assignment, section);
      lowering.value(assignment.value, scopeOf(values));
      continue;
    }
    const present = values.get(variable.name);
    if (!present) continue;
    const expr = assigned(declared, assignment, variable, present, scopeOf(values));
    if (expr) values = new Map(values).set(variable.name, { ...present, expr });
  }
  return values;
};

const assigned = (
  { lowering }: Declarations,
  { target, sign, value }: Assignment,
  { unit }: Variable,
  present: Value,
  scope: Scope,
): Expr | undefined => {
  const isFactor = sign === "*=" || sign === "/=";
  const expr = lowering.inUnit(
    value,
    scope,
    isFactor ? "1" : unit,
    isFactor ? `the factor of ${target.name}` : target.name,
  );
  if (!expr || sign === "=") return expr;
  return { "+=": add, "-=": sub, "*=": mul, "/=": div }[sign](present.expr as Float, expr);
};

/** Sections that assign values. */
// Checks and roles

/** Every declared input must have an effect. */
const checkInputs = ({ inputs, lowering }: Declarations, roots: readonly Expr[]): void => {
  const used = inputsUsed(roots);
  for (const { name, key, place } of inputs ?? []) {
    if (!used.has(key))
      lowering.problems.add(place!, `the input ${name} is not used. Use it in an equation, or remove it.`);
  }
};

/** Methods by the keys of the variables. */
export const methodOf = (
  { variables }: Declarations,
  method: NonNullable<EquationsOptions["method"]>,
): NonNullable<EquationsOptions["method"]> =>
  typeof method === "string"
    ? method
    : Object.fromEntries(
        Object.entries(method).map(([name, own]) => [
          variables.find((variable) => variable.name === name)?.key ?? name,
          own,
        ]),
      );

const rolesOf = (
  { spike, resets, refractory, fields, potential, variables, parameterRoles }: Declarations,
  age: Age | undefined,
): Roles => {
  const isField = (name: string, unit: string): boolean => fields[name]?.unit === unit;
  const over =
    spike?.value.kind === "binary" && (spike.value.op === ">" || spike.value.op === ">=") ? spike.value : undefined;
  const isThreshold =
    over?.left.kind === "name" &&
    over.left.name === potential!.name &&
    over.right.kind === "name" &&
    isField(over.right.name, "mV");
  const back = resets.find(({ target, sign }) => target.name === potential!.name && sign === "=")?.value;
  const pause = age && refractory?.value;
  const shift = variables.find(({ next, differential }) =>
    [next, differential].some((line) => line?.flags.some(({ text }) => text === "threshold shift")),
  );
  return {
    ...(isThreshold && over.right.kind === "name" && { threshold: over.right.name }),
    ...(back?.kind === "name" && isField(back.name, "mV") && { reset: back.name }),
    ...(pause?.kind === "name" && isField(pause.name, "ms") && { refractory: pause.name }),
    ...(shift && { thresholdShift: shift.key }),
    ...parameterRoles,
  };
};
