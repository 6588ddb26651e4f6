import { type DType, type Expr, symbol } from "../expr/expr.ts";
import { latexExpr, symbolLatex } from "../expr/latex.ts";
import { inReadingOrder } from "../expr/notation.ts";
import { printExpr } from "../expr/print.ts";
import { share } from "../expr/share.ts";
import type { Model } from "../model/component.ts";
import { moments, type PlasticityModel } from "../model/rule-model.ts";
import type { SynapseModel } from "../model/synapse.ts";
import { requireModel, TOLD } from "./described.ts";
import { type Integration, integrationsOf, type Line, slopeName, updatesOf } from "./integration.ts";

/** A declaration of any kind that has printable equations. */
export type Described = Model | SynapseModel;

/** Result of a step other than the state variables. */
const resultOf = (model: Described): readonly [name: string, expr: Expr] =>
  model.kind === "synapse"
    ? [model.output.port, model.differential?.step[model.output.port] ?? model.output.value]
    : ["outSpikes", model.differential?.step["spikes"] ?? model.spikes];

/** One line of a model's equations. Its right-hand side uses the names of the other lines. */
export interface Equation extends Line {
  readonly dtype: DType;
  readonly expr: Expr;
}

export interface Equations {
  /** Values that depend on fields and dt only; computed once. */
  readonly build: readonly Equation[];
  /** Each state variable at the start and after `reset()`. */
  readonly start: readonly Equation[];
  /** Names for repeated parts, then the derivative of each variable that has a differential equation. */
  readonly differential: readonly Equation[];
  /** How these variables advance in a sub-step, for each method. */
  readonly integration: readonly Integration[];
  /** Names for repeated parts, then the result (outSpikes, current or jump), then every state variable. */
  readonly step: readonly Equation[];
}

/** The equations of a model as lines, in the order of evaluation. */
export const equations = (model: Described): Equations => {
  const states = Object.keys(model.state);
  const { differential } = model;
  const updates = differential ? updatesOf(differential) : [];
  const integrated = Object.keys(differential?.equations ?? {});
  const [resultName, result] = resultOf(model);
  const roots = share([
    result,
    ...states.map((name) => (differential?.step ?? model.next)[name]!),
    ...states.map((name) => model.state[name]!.initial),
    ...integrated.map((name) => differential!.equations[name]!),
    ...updates.map(({ expr }) => expr),
  ]);
  const next = roots.slice(0, states.length + 1);
  const initial = roots.slice(states.length + 1, 2 * states.length + 1);
  const slopes = roots.slice(2 * states.length + 1, 2 * states.length + 1 + integrated.length);
  const advances = roots.slice(2 * states.length + 1 + integrated.length);
  const { fixed, moving } = findNamed(next, initial);
  const parts = findNamed([...slopes, ...advances], []).moving;
  const later = moving.filter((expr) => !parts.includes(expr));
  const taken = new Set([...Object.keys(model.fields), ...states]);
  const text = new Map<Expr, string>();
  const latex = new Map<Expr, string>(updates.flatMap(({ latexNames }) => [...latexNames]));
  const name = (exprs: readonly Expr[], candidates: Iterator<string>): void => {
    for (const expr of exprs) {
      const given = candidates.next().value as string;
      text.set(expr, given);
      latex.set(expr, given.replace(/\d+$/, "_{$&}"));
    }
  };
  name(fixed, free(constantNames(), taken));
  name([...parts, ...later], free(letterNames(), taken));
  const named = (expr: Expr): Equation => ({
    name: text.get(expr)!,
    latexName: latex.get(expr)!,
    sign: "=",
    dtype: expr.dtype,
    expr,
    text: printExpr(expr, { names: text }),
    latex: latexExpr(expr, { names: latex }),
  });
  const assigned = (to: string, sign: "=" | "←", expr: Expr): Equation => ({
    name: to,
    latexName: symbolLatex(to),
    sign,
    dtype: expr.dtype,
    expr,
    text: text.get(expr) ?? printExpr(expr, { names: text }),
    latex: latex.get(expr) ?? latexExpr(expr, { names: latex }),
  });
  return {
    build: fixed.map(named),
    start: initial.map((expr, k) => assigned(states[k]!, "=", expr)),
    differential: [
      ...parts.map(named),
      ...slopes.map((expr, k) => ({ ...assigned("", "=", expr), ...slopeName(integrated[k]!) })),
    ],
    integration: differential
      ? integrationsOf(differential, new Map(updates.map(({ key }, k) => [key, assigned(key, "←", advances[k]!)])))
      : [],
    step: [...later.map(named), ...next.map((expr, k) => assigned([resultName, ...states][k]!, "←", expr))],
  };
};

/**
 * The parts that get a name: the largest parts that are fixed before a run, and parts that are used more than once.
 * Each list is in the order of evaluation.
 */
const findNamed = (next: readonly Expr[], initial: readonly Expr[]): { fixed: Expr[]; moving: Expr[] } => {
  const order: Expr[] = [];
  const fixedness = new Map<Expr, boolean>();
  const uses = new Map<Expr, number>();
  const largest = new Set<Expr>();
  const enter = (expr: Expr): boolean => {
    const known = fixedness.get(expr);
    if (known !== undefined) return known;
    const parts = inReadingOrder(expr);
    for (const part of parts) {
      uses.set(part, (uses.get(part) ?? 0) + 1);
      enter(part);
    }
    const fixed =
      expr.op === "symbol"
        ? expr.source === "field" || expr.source === "dt"
        : parts.every((part) => fixedness.get(part));
    if (!fixed) for (const part of parts) if (fixedness.get(part)) largest.add(part);
    fixedness.set(expr, fixed);
    order.push(expr);
    return fixed;
  };
  for (const root of next) {
    uses.set(root, (uses.get(root) ?? 0) + 1);
    if (enter(root)) largest.add(root);
  }
  for (const root of initial) {
    uses.set(root, (uses.get(root) ?? 0) + 1);
    enter(root);
  }
  const compound = order.filter((expr) => expr.args.length > 0);
  const repeated = (expr: Expr): boolean => uses.get(expr)! > 1;
  return {
    fixed: compound.filter((expr) => fixedness.get(expr) && (largest.has(expr) || repeated(expr))),
    moving: compound.filter((expr) => !fixedness.get(expr) && repeated(expr)),
  };
};

function* constantNames(): Generator<string> {
  for (let n = 1; ; n++) yield `k${n}`;
}

/** a to z, then a2 to z2, and so on. */
function* letterNames(): Generator<string> {
  for (let round = 1; ; round++) {
    for (const letter of "abcdefghijklmnopqrstuvwxyz") yield round === 1 ? letter : `${letter}${round}`;
  }
}

function* free(names: Iterable<string>, taken: ReadonlySet<string>): Generator<string> {
  for (const name of names) if (!taken.has(name)) yield name;
}

type Section = readonly [title: string, lines: readonly (Line & Partial<Pick<Equation, "dtype">>)[]];

/** The lines of a plasticity rule: what each moment changes. */
const momentsOf = (model: PlasticityModel): Section[] => {
  const line = (name: string, sign: "=" | "←", expr: Expr): Equation => ({
    name,
    latexName: symbolLatex(name),
    sign,
    dtype: expr.dtype,
    expr,
    text: printExpr(expr),
    latex: latexExpr(expr),
  });
  return [
    ["at start", Object.entries(model.state).map(([name, { initial }]) => line(name, "=", initial))],
    ...moments.map((moment) => {
      const lines = Object.entries(model.moments[moment]).map(([name, expr]) => line(name, "←", expr));
      if (moment === "gather") return [moment, lines.map(summed)] as const;
      return [moment, moment === "follow" ? [...lines, ...delaysOf(model)] : lines] as const;
    }),
  ];
};

/** The lines of state variables that repeat another one later. */
const delaysOf = ({ delayed, state, fields }: PlasticityModel): Equation[] =>
  Object.entries(delayed).map(([name, { of, by = "" }]): Equation => {
    const expr = symbol("float", of, "state", state[of]!.unit);
    const latexBy = latexExpr(symbol("float", by, "field", fields[by]!.unit));
    return {
      name,
      latexName: symbolLatex(name),
      sign: "←",
      dtype: "float",
      expr,
      text: `${of} ${by} before`,
      latex: `${latexExpr(expr)}(t - ${latexBy})`,
    };
  });

/** The line of a sum over the synapses of a target unit. */
const summed = (line: Equation): Equation => ({
  ...line,
  text: `sum(${line.text})`,
  latex: `\\sum \\left(${line.latex}\\right)`,
});

const sections = (model: Described | PlasticityModel): Section[] => {
  if (model.kind === "plasticity") return momentsOf(model).filter(([, lines]) => lines.length > 0);
  const { build, start, differential, integration, step } = equations(model);
  const all: readonly Section[] = [
    ["at build", build],
    ["at start", start],
    ["equations", differential],
    ...integration.map(({ method, lines }): Section => [method, lines]),
    ["each step", step],
  ];
  return all.filter(([, lines]) => lines.length > 0);
};

/**
 * The equations as a block of text: the model's name, then the lines at build, at the start and in each step. The
 * differential equations and the updates of their method stand before the step. A plasticity rule has the lines at the
 * start and those of each moment of a step.
 * @throws ConfigError unless it gets a model, such as LeakySoma.model
 */
export const equationsText = (model: Described | PlasticityModel): string => {
  requireModel("equationsText", model, TOLD);
  const parts = sections(model);
  const width = Math.max(...parts.map(([title]) => title.length)) + 2;
  const lines = parts.flatMap(([title, list]) =>
    list.map(({ name, sign, text }, k) => `  ${(k === 0 ? title : "").padEnd(width)}${name} ${sign} ${text}`),
  );
  return [model.name, ...lines].join("\n");
};

/**
 * The equations as one LaTeX `aligned` environment, without math delimiters.
 * @throws ConfigError unless it gets a model, such as LeakySoma.model
 */
export const equationsLatex = (model: Described | PlasticityModel): string => {
  requireModel("equationsLatex", model, TOLD);
  const rows = sections(model).flatMap(([title, list]) => [
    `&\\textbf{${title}}`,
    ...list.map(({ latexName, sign, dtype, latex }) => {
      const relation = sign === "←" ? "\\leftarrow" : dtype === "bool" ? "\\iff" : "=";
      return `${latexName} &${relation} ${latex}`;
    }),
  ]);
  return ["\\begin{aligned}", rows.join(" \\\\\n"), "\\end{aligned}"].join("\n");
};
