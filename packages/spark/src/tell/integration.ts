import { derivative } from "../expr/derivative.ts";
import { constant, dt, type Expr, type Float, symbol } from "../expr/expr.ts";
import { latexExpr, symbolLatex } from "../expr/latex.ts";
import { printExpr } from "../expr/print.ts";
import { add, div, exprel, mul } from "../expr/verbs.ts";
import { coupledGroups } from "../model/linear.ts";
import { type Differential, type IntegrationMethod, integrationMethods } from "../model/methods.ts";

/** One printed line: a name, a sign and a right-hand side, each as text and in LaTeX. */
export interface Line {
  /** The left-hand side: k1, a, or the state variable or output that the line updates. */
  readonly name: string;
  /** "=" names a value. "←" gives the value after a step or sub-step; all such updates are simultaneous. */
  readonly sign: "=" | "←";
  readonly text: string;
  readonly latex: string;
  readonly latexName: string;
}

/** How the variables of one method advance in a sub-step. */
export interface Integration {
  readonly method: IntegrationMethod;
  readonly lines: readonly Line[];
}

/** The left-hand side of a differential equation. */
export const slopeName = (key: string): Pick<Line, "name" | "latexName"> => ({
  name: `d ${key}/dt`,
  latexName: `\\frac{d\\,${symbolLatex(key)}}{dt}`,
});

/** The update of a variable that advances by itself, from its derivative x′ and the length δ of a sub-step. */
export interface Update {
  readonly key: string;
  readonly expr: Float;
  /** Names in LaTeX of the symbols x′ and δ. */
  readonly latexNames: ReadonlyMap<Expr, string>;
}

/** The updates of all variables that do not advance as a system. */
export const updatesOf = ({ equations, methods, substeps }: Differential): Update[] => {
  const h = lengthOf(substeps).expr;
  const symbols = symbolsOf(Object.keys(equations));
  const exact = Object.keys(equations).filter((key) => methods[key] === "exact");
  const coupled = coupledGroups(exact, equations, symbols).filter(({ length }) => length > 1);
  return Object.keys(equations).flatMap((key): Update[] => {
    const method = methods[key]!;
    if (method === "heun" || method === "rk4" || coupled.some((group) => group.includes(key))) return [];
    const x = symbols[key]!;
    const slope = symbol("float", `${key}′`, "state", "1");
    const change = method === "euler" ? constant("float", 0) : derivative(equations[key]!, x);
    const still = change.op === "constant" && change.value === 0;
    const expr = add(x, mul(still ? h : mul(h, exprel(mul(h, change))), slope));
    return [
      {
        key,
        expr,
        latexNames: new Map([
          [slope, `\\dot{${symbolLatex(key)}}`],
          [delta.expr, delta.latex],
        ]),
      },
    ];
  });
};

/** The lines of each method: the printed updates of variables that advance by themselves, and systems. */
export const integrationsOf = (differential: Differential, updates: ReadonlyMap<string, Line>): Integration[] => {
  const { equations, methods, substeps } = differential;
  const h = lengthOf(substeps);
  const used = integrationMethods.filter((method) => Object.values(methods).includes(method));
  return used.map((method, k) => {
    const keys = Object.keys(equations).filter((key) => methods[key] === method);
    const own = keys.flatMap((key) => updates.get(key) ?? []);
    const systems = coupledGroups(
      keys.filter((key) => !updates.has(key)),
      equations,
      symbolsOf(keys),
    );
    const joint = method === "exact" ? systems : systems.length > 0 ? [systems.flat()] : [];
    const length = k === 0 && substeps > 1 ? [lengthLine(substeps)] : [];
    return { method, lines: [...length, ...own, ...joint.flatMap((group) => schemes[method]?.(group, h) ?? [])] };
  });
};

const symbolsOf = (keys: readonly string[]): Record<string, Float> =>
  Object.fromEntries(keys.map((key) => [key, symbol("float", key, "state", "1")]));

/** The length of a sub-step. */
interface Step {
  readonly expr: Float;
  readonly text: string;
  readonly latex: string;
}

const delta: Step = { expr: symbol("float", "δ", "dt", "ms"), text: "δ", latex: "\\delta" };
const whole: Step = { expr: dt, text: "dt", latex: "\\Delta t" };

const lengthOf = (substeps: number): Step => (substeps === 1 ? whole : delta);

const lengthLine = (substeps: number): Line => ({
  name: delta.text,
  latexName: delta.latex,
  sign: "=",
  text: printExpr(div(dt, substeps)),
  latex: latexExpr(div(dt, substeps)),
});

type Scheme = (keys: readonly string[], h: Step) => readonly Line[];

/** Lines about a system x of several variables, with x′ = f(x). */
const system =
  (lines: (h: Step) => readonly (readonly [name: string, text: string, latexName: string, latex: string])[]): Scheme =>
  (keys, h) => {
    const vector = (text: (key: string) => string): string =>
      keys.length === 1 ? text(keys[0]!) : `(${keys.map(text).join(", ")})`;
    return [
      line(
        "x",
        vector((key) => key),
        "x",
        vector(symbolLatex),
      ),
      line(
        "f(x)",
        vector((key) => `${key}′`),
        "f(x)",
        vector((key) => `\\dot{${symbolLatex(key)}}`),
      ),
      ...lines(h).map((parts) => line(...parts)),
    ];
  };

const line = (name: string, text: string, latexName: string, latex: string): Line => ({
  name,
  sign: name === "x" && text.startsWith("x + ") ? "←" : "=",
  text,
  latexName,
  latex,
});

const stage = (k: number, { text, latex }: Step, share: "" | "/2"): readonly [string, string, string, string] => [
  `s${k}`,
  `f(x + ${text}${share}·s${k - 1})`,
  `s_{${k}}`,
  `f\\left(x + ${share === "" ? latex : `\\frac{${latex}}{2}`} \\cdot s_{${k - 1}}\\right)`,
];
const first = ["s1", "f(x)", "s_{1}", "f(x)"] as const;

const heun = system((h) => [
  first,
  stage(2, h, ""),
  ["x", `x + ${h.text}/2·(s1 + s2)`, "x", `x + \\frac{${h.latex}}{2} \\cdot \\left(s_{1} + s_{2}\\right)`],
]);

const rk4 = system((h) => [
  first,
  stage(2, h, "/2"),
  stage(3, h, "/2"),
  stage(4, h, ""),
  [
    "x",
    `x + ${h.text}/6·(s1 + 2·s2 + 2·s3 + s4)`,
    "x",
    `x + \\frac{${h.latex}}{6} \\cdot \\left(s_{1} + 2 s_{2} + 2 s_{3} + s_{4}\\right)`,
  ],
]);

/** A is the matrix of the derivatives of f; exprel of a matrix is its series. */
const coupled = system(({ text, latex }) => [
  ["A", "∂f/∂x", "A", "\\frac{\\partial f}{\\partial x}"],
  [
    "x",
    `x + ${text}·exprel(${text}·A)·f(x)`,
    "x",
    `x + ${latex} \\cdot \\mathrm{exprel}\\left(${latex} \\cdot A\\right) \\cdot f(x)`,
  ],
]);

const schemes: Readonly<Partial<Record<IntegrationMethod, Scheme>>> = { exact: coupled, heun, rk4 };
