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

const call =
  (name: string): Form =>
  ({ expr, print }) => ({
    text: `${name}(${expr.args.map((part) => print(part, level.choice)).join(", ")})`,
    level: level.atom,
  });

const power: Form = ({ arg }) => ({ text: `${arg(0, level.atom)}^${arg(1, level.atom)}`, level: level.power });

const choice: Form = ({ arg }) => ({
  text: `${arg(0, level.xor)} ? ${arg(1, level.xor)} : ${arg(2, level.choice)}`,
  level: level.choice,
});
const minus: Form = ({ arg }) => ({ text: `−${arg(0, level.product)}`, level: level.sum });
const not: Form = ({ arg }) => ({ text: `not ${arg(0, level.atom)}`, level: level.not });
const equal: Form = ({ arg }) => ({
  text: `${arg(0, level.comparison + 1)} == ${arg(1, level.comparison + 1)}`,
  level: level.comparison,
});
// xor combined with "and" or "or" always takes parentheses, because its precedence is not widely known.
const xor: Form = ({ arg }) => ({ text: `${arg(0, level.not)} xor ${arg(1, level.not)}`, level: level.xor });
const whole: Form = (place) => {
  const [inner] = place.expr.args;
  return inner?.op === "nearest" && !place.named(inner)
    ? { text: `round(${place.print(inner.args[0]!, level.choice)})`, level: level.atom }
    : call("toInt")(place);
};
const noise =
  (name: string): Form =>
  ({ expr, arg }) => {
    const index = expr.args[0]?.source === "unit" ? "" : `, ${arg(0, level.choice)}`;
    return { text: `${name}("${expr.purpose ?? ""}"${index})`, level: level.atom };
  };

/** Operations that are not here are written as calls under their own names. */
const forms: Readonly<Partial<Record<OpName, Form>>> = {
  add: infix(" + ", level.sum),
  sub: infix(" − ", level.sum),
  mul: infix("·", level.product),
  div: infix("/", level.product),
  neg: minus,
  pow: power,
  nearest: call("round"),
  select: choice,
  less: comparison(" < ", " > "),
  lessEqual: comparison(" ≤ ", " ≥ "),
  equal,
  intAdd: infix(" + ", level.sum),
  intSub: infix(" − ", level.sum),
  intMul: infix("·", level.product),
  intMin: call("min"),
  intMax: call("max"),
  intAnd: call("bitAnd"),
  intOr: call("bitOr"),
  intXor: call("bitXor"),
  intSelect: choice,
  intLess: comparison(" < ", " > "),
  intLessEqual: comparison(" ≤ ", " ≥ "),
  intEqual: equal,
  and: infix(" and ", level.and),
  or: infix(" or ", level.or),
  xor,
  not,
  toInt: whole,
  normal: noise("normalNoise"),
  uniform: noise("uniformNoise"),
  bits: noise("randomBits"),
  otherBits: noise("otherBits"),
  pairedBits: noise("pairedBits"),
};

/** A number as equations show it: with a true minus sign, and ∞. */
export const numberText = (value: number): string =>
  Object.is(value, -0) ? "−0" : String(value).replaceAll("-", "−").replace("Infinity", "∞");

const constantText = ({ dtype, value = 0, unit = "1" }: Expr): Written => {
  if (dtype === "bool") return { text: value ? "true" : "false", level: level.atom };
  const number = numberText(value);
  const positive = unit === "1" ? level.atom : level.quantity;
  const of = unit === "1" ? "" : unit.startsWith("1/") ? unit.slice(1) : ` ${unit}`;
  return { text: `${number}${of}`, level: number.startsWith("−") ? level.sum : positive };
};

const text: Notation = {
  formOf: (op) => forms[op] ?? call(op),
  symbol: (name) => name,
  constant: constantText,
  parentheses: (inner) => `(${inner})`,
};

/**
 * An expression as one line of text with the fewest necessary parentheses, such as "potential + k2·(resistance·(a ?
 * current : 0) − potential)".
 */
export const printExpr = (expr: Expr, options?: PrintOptions): string => write(text, expr, options);
