import { isIntegrated, variableOf } from "./after.ts";
import type { Expr } from "./expr.ts";
import {
  comparison,
  type Form,
  infix,
  level,
  type Notation,
  type PrintOptions,
  type Written,
  write,
} from "./notation.ts";
import type { OpName } from "./ops.ts";

/* Uses only commands that MathJax, KaTeX and GitHub all accept. GitHub rejects \operatorname. */

const parentheses = (inner: string): string => `\\left(${inner}\\right)`;
const word = (name: string): string => `\\mathrm{${name.replaceAll("_", "\\_")}}`;

const call =
  (name: string): Form =>
  ({ expr, print }) => ({
    text: `${name}${parentheses(expr.args.map((part) => print(part, level.choice)).join(", "))}`,
    level: level.atom,
  });
const around =
  (before: string, after: string): Form =>
  ({ arg }) => ({ text: `${before}${arg(0, level.choice)}${after}`, level: level.atom });

const isZero = (expr: Expr | undefined): boolean => expr?.op === "constant" && expr.value === 0;

/** Cases if the choice is the whole right-hand side; within a formula, Iverson brackets: [c]·a + [¬c]·b. */
const choice: Form = ({ expr, alone, arg }) => {
  if (alone) {
    const rows = `${arg(1, level.choice)} & \\text{if } ${arg(0, level.choice)} \\\\ ${arg(2, level.choice)} & \\text{otherwise}`;
    return { text: `\\begin{cases} ${rows} \\end{cases}`, level: level.atom };
  }
  const condition = arg(0, level.choice);
  const yes = `\\left[${condition}\\right] \\cdot ${arg(1, level.product + 1)}`;
  const no = `\\left[\\lnot ${arg(0, level.atom)}\\right] \\cdot ${arg(2, level.product + 1)}`;
  // A product inside a product needs no parentheses in mathematics.
  if (isZero(expr.args[2])) return { text: yes, level: level.product + 1 };
  if (isZero(expr.args[1])) return { text: no, level: level.product + 1 };
  return { text: `${yes} + ${no}`, level: level.sum };
};

// −expm1(a) prints as 1 − e^a, unless expm1(a) has a name of its own.
const minus: Form = (place) => {
  const [inner] = place.expr.args;
  if (inner?.op !== "expm1" || place.named(inner)) return { text: `-${place.arg(0, level.product)}`, level: level.sum };
  return { text: `1 - e^{${place.print(inner.args[0]!, level.choice)}}`, level: level.sum };
};
// A base that is not a single sign takes parentheses: a fraction or a power has no visible end.
const power: Form = (place) => {
  const [base] = place.expr.args;
  const sign = base?.op === "symbol" || (base !== undefined && place.named(base));
  const text = place.print(base!, level.choice);
  return { text: `${sign ? text : parentheses(text)}^{${place.arg(1, level.choice)}}`, level: level.power };
};
const equal: Form = ({ arg }) => ({
  text: `${arg(0, level.comparison + 1)} = ${arg(1, level.comparison + 1)}`,
  level: level.comparison,
});
const whole: Form = (place) => {
  const [inner] = place.expr.args;
  return inner?.op === "nearest" && !place.named(inner)
    ? { text: `${word("round")}${parentheses(place.print(inner.args[0]!, level.choice))}`, level: level.atom }
    : call(word("trunc"))(place);
};
const turn =
  (name: string): Form =>
  ({ arg }) => ({ text: `${name}${parentheses(`2 \\pi \\cdot ${arg(0, level.product + 1)}`)}`, level: level.atom });
const noise =
  (sign: string): Form =>
  ({ expr, arg }) => {
    const index = expr.args[0]?.source === "unit" ? "" : `, ${arg(0, level.choice)}`;
    return { text: `${sign}_{${word(expr.purpose ?? "")}${index}}`, level: level.atom };
  };

const forms = {
  add: infix(" + ", level.sum),
  sub: infix(" - ", level.sum),
  mul: infix(" \\cdot ", level.product),
  div: ({ arg }) => ({ text: `\\frac{${arg(0, level.choice)}}{${arg(1, level.choice)}}`, level: level.atom }),
  sqrt: around("\\sqrt{", "}"),
  abs: around("\\left|", "\\right|"),
  neg: minus,
  min: call("\\min"),
  max: call("\\max"),
  floor: around("\\left\\lfloor ", " \\right\\rfloor"),
  nearest: call(word("round")),
  select: choice,
  less: comparison(" < ", " > "),
  lessEqual: comparison(" \\le ", " \\ge "),
  equal,
  intAdd: infix(" + ", level.sum),
  intSub: infix(" - ", level.sum),
  intMul: infix(" \\cdot ", level.product),
  intMin: call("\\min"),
  intMax: call("\\max"),
  intAnd: call(word("bitAnd")),
  intOr: call(word("bitOr")),
  intXor: call(word("bitXor")),
  shiftLeft: call(word("shiftLeft")),
  shiftRight: call(word("shiftRight")),
  shiftRightUnsigned: call(word("shiftRightUnsigned")),
  intSelect: choice,
  intLess: comparison(" < ", " > "),
  intLessEqual: comparison(" \\le ", " \\ge "),
  intEqual: equal,
  and: infix(" \\land ", level.and),
  or: infix(" \\lor ", level.or),
  xor: ({ arg }) => ({ text: `${arg(0, level.not)} \\oplus ${arg(1, level.not)}`, level: level.xor }),
  not: ({ arg }) => ({ text: `\\lnot ${arg(0, level.atom)}`, level: level.not }),
  toInt: whole,
  // Mathematics does not distinguish an integer from the equal float.
  toFloat: ({ expr, print }) => ({ text: print(expr.args[0]!, level.atom), level: level.atom }),
  pow2: around("2^{", "}"),
  exponent: call(word("exponent")),
  mantissa: call(word("mantissa")),
  exp: around("e^{", "}"),
  expm1: ({ arg }) => ({ text: `e^{${arg(0, level.choice)}} - 1`, level: level.sum }),
  log: call("\\ln"),
  log1p: ({ arg }) => ({ text: `\\ln${parentheses(`1 + ${arg(0, level.sum + 1)}`)}`, level: level.atom }),
  exprel: call(word("exprel")),
  pow: power,
  tanh: call("\\tanh"),
  sinTurn: turn("\\sin"),
  cosTurn: turn("\\cos"),
  normal: noise("\\mathcal{N}"),
  uniform: noise("\\mathcal{U}"),
  bits: noise("\\mathcal{B}"),
  otherBits: noise("\\mathcal{B}'"),
  pairedBits: noise("\\bar{\\mathcal{B}}"),
} as const satisfies Record<OpName, Form>;

const numberLatex = (value: number): Written => {
  if (Object.is(value, -0)) return { text: "-0", level: level.sum };
  if (Number.isNaN(value)) return { text: "\\mathrm{NaN}", level: level.atom };
  const [digits = "", power] = String(value).replace("Infinity", "\\infty").split("e");
  const bare = power === undefined ? digits : `${digits} \\cdot 10^{${Number(power)}}`;
  return { text: bare, level: digits.startsWith("-") ? level.sum : power === undefined ? level.atom : level.product };
};

/** "mV/ms" in upright type: \mathrm{mV}/\mathrm{ms}. */
export const unitLatex = (unit: string): string =>
  unit
    .split(/([·/])/)
    .map((part) => {
      if (part === "·") return " \\cdot ";
      if (part === "/" || part === "1" || part === "") return part;
      const [name = "", power] = part.split("^");
      const upright = word(name.replace("Ω", "\\Omega").replace("µ", "\\mu "));
      return power === undefined ? upright : `${upright}^{${power}}`;
    })
    .join("");

const constantLatex = ({ dtype, value = 0, unit = "1" }: Expr): Written => {
  if (dtype === "bool") return { text: word(value ? "true" : "false"), level: level.atom };
  const number = numberLatex(value);
  if (unit === "1") return number;
  const of = unit.startsWith("1/") ? unitLatex(unit.slice(1)) : `\\,${unitLatex(unit)}`;
  return { text: `${number.text}${of}`, level: Math.min(number.level, level.quantity) };
};

/** A symbol of a declaration, upright; dt is Δt. An integrated value has a hat. */
export const symbolLatex = (name: string): string => {
  if (name === "dt") return "\\Delta t";
  return isIntegrated(name) ? `\\widehat{${word(variableOf({ name }))}}` : word(name);
};

const latex: Notation = {
  formOf: (op) => forms[op],
  symbol: symbolLatex,
  constant: constantLatex,
  parentheses,
};

/** An expression in LaTeX, for use inside mathematics. */
export const latexExpr = (expr: Expr, options?: PrintOptions): string => write(latex, expr, options);
