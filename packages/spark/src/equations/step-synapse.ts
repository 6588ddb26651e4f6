import type { Expr } from "../expr/expr.ts";
import { inputsUsed } from "../model/declare.ts";
import type { Observed } from "../model/synapse.ts";
import type { SynapseDeclarations } from "./declare-synapse.ts";
import { refuseFlags } from "./flags.ts";
import type { Value } from "./lower.ts";
import type { EquationsOptions } from "./options.ts";
import { START } from "./problems.ts";
import { Scope } from "./scope.ts";
import { startValues, statesOf } from "./starts.ts";
import {
  afterValue,
  assignResets,
  beforeStep,
  derivatives,
  methodOf,
  type TextDefinition,
  valuesBefore,
} from "./step.ts";
import { readUnit } from "./text-units.ts";
import { ownText } from "./variables.ts";

/* The step of a synapse from the declarations of a text. */

/** The definition of a synapse, as code would write it. */
export interface SynapseTextDefinition extends Pick<TextDefinition, "state" | "differential" | "method" | "substeps"> {
  readonly weightUnit: string;
  readonly observe: () => Readonly<Record<string, Observed>>;
  readonly step: () => never;
}

/**
 * Turns the declarations into the definition of a synapse. The output is computed from the values before the step, and
 * arrivals add to the values after it, so that delays are exact. Undefined, with problems, if something is wrong.
 */
export const defineSynapse = (
  declared: SynapseDeclarations,
  options: EquationsOptions,
): SynapseTextDefinition | undefined => {
  const { lowering, variables, resets, output, weightUnit, isWrittenOut } = declared;
  const { problems } = lowering;
  const scope = beforeStep(declared);
  for (const name of declared.definitions.keys()) scope.value(name);
  const differential = derivatives(declared, scope);
  const unit = output?.kind === "jump" ? "mV" : "pA";
  const given = output && lowering.inUnit(output.value, scope, unit, `${output.kind}:`);
  const next: Record<string, Expr> = {};
  if (isWrittenOut) {
    for (const { target } of resets.slice(0, 1)) {
      problems.add(target, "arrive: cannot be combined with next lines. Add the weights in next g = ….");
    }
    for (const { name, key, dtype, unit: own, next: line } of variables) {
      const what = `next ${name}`;
      const expr =
        line &&
        (dtype === "int" ? lowering.integer(line.value, scope, what) : lowering.inUnit(line.value, scope, own, what));
      if (expr) next[key] = expr;
    }
  } else {
    const moved = new Map(valuesBefore(declared));
    for (const variable of variables) {
      const own = moved.get(variable.name);
      if (own) moved.set(variable.name, { ...own, expr: afterValue(variable).expr });
      refuseFlags(declared, variable.differential!, []);
    }
    const scopeOf = (values: ReadonlyMap<string, Value>): Scope =>
      new Scope(lowering, new Map([...declared.constants, ...values]), declared.definitions);
    const arrived = assignResets(declared, moved, scopeOf, "arrive");
    for (const { name, key } of variables) {
      const value = arrived.get(name);
      if (value) next[key] = value.expr;
    }
  }
  const observed = observables(declared);
  const states = statesOf(declared, startValues(declared, differential), undefined);
  if (problems.found.length > 0 || !given || !states || weightUnit === undefined) return undefined;
  const roots = [given, ...Object.values(next), ...Object.values(differential)];
  if (!inputsUsed(roots).has("arriving")) {
    problems.add(
      START,
      "the weights are not used, so spikes have no effect. Add arrive: g += w, or use them in the output.",
    );
    return undefined;
  }
  const keys = Object.keys(differential);
  return {
    weightUnit,
    observe: () => observed,
    state: () => states,
    ...(keys.length > 0 && { differential: () => differential }),
    ...(options.method !== undefined && { method: methodOf(declared, options.method) }),
    ...(options.substeps !== undefined && { substeps: options.substeps }),
    step: () => ({ ...next, [output!.kind]: given }) as never,
  };
};

/** The values of `observe` lines: expressions of parameters and of the variables after the step. */
const observables = (declared: SynapseDeclarations): Readonly<Record<string, Observed>> => {
  const { lowering, constants, fields } = declared;
  const refused = new Map(
    [...constants.keys()]
      .filter((name) => name !== "dt" && !Object.hasOwn(fields, name))
      .map((name) => [name, `${name} is known only within a step. Observe variables and parameters.`]),
  );
  const values = new Map([...valuesBefore(declared)].filter(([name]) => !refused.has(name)));
  const scope = new Scope(lowering, values, declared.definitions, { refused });
  return Object.fromEntries(
    declared.observed.flatMap((line) => {
      const { target, unit, value, comment } = line;
      refuseFlags(declared, line, []);
      const own = unit && readUnit(unit.text);
      if (own === undefined) {
        const missing = unit ? `has the unit ${unit.text}, which is unknown` : "has no unit";
        lowering.problems.add(unit ?? target, `${target.name} ${missing}. Give one after a colon: … : pA.`, true);
        return [];
      }
      const expr = lowering.inUnit(value, scope, own, target.name);
      return expr ? [[target.name, { expr, unit: own, description: comment ?? ownText(target.name) }]] : [];
    }),
  );
};
