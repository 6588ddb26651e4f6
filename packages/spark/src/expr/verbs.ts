import {
  type Bool,
  constant,
  type DType,
  dt,
  type Expr,
  type Float,
  type FloatLike,
  guarded,
  type Int,
  type IntLike,
  symbol,
} from "./expr.ts";
import { type OpName, signatures } from "./ops.ts";
import { written } from "./written.ts";

/*
 * Functions to write equations with. Each takes typed expressions or plain numbers and returns a typed expression. A
 * bool in place of a number is a compile error in TypeScript, and an error at the declaration in JavaScript.
 */

/** @throws TypeError that names the function as its caller does */
const check = (verb: string, types: readonly DType[], args: readonly Expr[]): void => {
  types.forEach((type, k) => {
    if (args[k]?.dtype !== type) {
      throw new TypeError(`${verb} takes (${types.join(", ")}); argument ${k + 1} is ${describe(args[k])}.`);
    }
  });
};

const make = <T extends DType>(op: OpName, args: readonly Expr[], verb: string = op): Expr<T> => {
  const { args: types, result } = signatures[op];
  check(verb, types, args);
  return guarded({ op, dtype: result as T, args });
};

/** A function that is composed of others. Messages show the call, not its parts. */
const compose = <E extends Expr>(verb: string, types: readonly DType[], args: readonly Expr[], expr: () => E): E => {
  check(verb, types, args);
  return written(verb, args, expr());
};

const describe = (arg: unknown): string => {
  if (typeof arg === "object" && arg !== null && "dtype" in arg) return `a ${String(arg.dtype)} expression`;
  return arg === undefined ? "undefined: check its name" : `the ${typeof arg} ${String(arg)}`;
};

const toExpr = <T extends "float" | "int">(value: Expr<"float" | "int"> | number, dtype: T): Expr<T> =>
  typeof value === "number" ? constant(dtype, value) : (value as Expr<T>);

const isInt = (a: unknown, b: unknown): boolean =>
  (a as Partial<Expr> | undefined)?.dtype === "int" || (b as Partial<Expr> | undefined)?.dtype === "int";

/** Two-argument functions for floats and ints. A plain number takes the type of the other argument. */
export interface Arithmetic {
  (a: Int, b: IntLike): Int;
  (a: number, b: Int): Int;
  (a: FloatLike, b: Float): Float;
  (a: Float, b: FloatLike): Float;
}
/** Comparisons of floats or of ints. A plain number takes the type of the other argument. */
export interface Comparison {
  (a: Int, b: IntLike): Bool;
  (a: number, b: Int): Bool;
  (a: FloatLike, b: Float): Bool;
  (a: Float, b: FloatLike): Bool;
}

const two = <V>(float: OpName, int: OpName, verb: string = float, swap = false): V => {
  const apply = (a: Expr<"float" | "int"> | number, b: Expr<"float" | "int"> | number): Expr => {
    const dtype = isInt(a, b) ? "int" : "float";
    const args = [toExpr(a, dtype), toExpr(b, dtype)];
    const expr = make(dtype === "int" ? int : float, args, verb);
    return swap ? written(verb, args, guarded({ ...expr, args: [args[1]!, args[0]!] })) : expr;
  };
  return apply as V;
};

export const add: Arithmetic = two("add", "intAdd");
export const sub: Arithmetic = two("sub", "intSub");
export const mul: Arithmetic = two("mul", "intMul");
/** Minimum: b < a ? b : a. */
export const min: Arithmetic = two("min", "intMin");
/** Maximum: a < b ? b : a. */
export const max: Arithmetic = two("max", "intMax");

export const lt: Comparison = two("less", "intLess", "lt");
export const le: Comparison = two("lessEqual", "intLessEqual", "le");
export const gt: Comparison = two("less", "intLess", "gt", true);
export const ge: Comparison = two("lessEqual", "intLessEqual", "ge", true);
export const eq: Comparison = two("equal", "intEqual", "eq");

const float1 =
  (op: OpName) =>
  (a: FloatLike): Float =>
    make(op, [toExpr(a, "float")]);

export const div = (a: FloatLike, b: FloatLike): Float => make("div", [toExpr(a, "float"), toExpr(b, "float")]);
export const neg: (a: FloatLike) => Float = float1("neg");
export const abs: (a: FloatLike) => Float = float1("abs");
export const sqrt: (a: FloatLike) => Float = float1("sqrt");
export const floor: (a: FloatLike) => Float = float1("floor");
/** Nearest integer; ties go to even. */
export const nearest: (a: FloatLike) => Float = float1("nearest");
export const exp: (a: FloatLike) => Float = float1("exp");
/** e^a − 1, accurate for small a. */
export const expm1: (a: FloatLike) => Float = float1("expm1");
export const log: (a: FloatLike) => Float = float1("log");
/** log(1 + a), accurate for small a. */
export const log1p: (a: FloatLike) => Float = float1("log1p");
/** (e^a − 1)/a, accurate for small a, with its limit 1 at 0. */
export const exprel: (a: FloatLike) => Float = float1("exprel");
export const tanh: (a: FloatLike) => Float = float1("tanh");
/** Sine of an angle in turns: sinTurn(0.25) is 1. */
export const sinTurn: (a: FloatLike) => Float = float1("sinTurn");
/** Cosine of an angle in turns. */
export const cosTurn: (a: FloatLike) => Float = float1("cosTurn");

/** Sine of an angle in radians. The error of the angle is half a unit in its last place. */
export const sin = (a: FloatLike): Float => turned("sin", sinTurn, a);
/** Cosine of an angle in radians. The error of the angle is half a unit in its last place. */
export const cos = (a: FloatLike): Float => turned("cos", cosTurn, a);

const TURNS_PER_RADIAN = 1 / (2 * Math.PI);
const turned = (verb: string, circle: (turns: FloatLike) => Float, a: FloatLike): Float => {
  const angle = toExpr(a, "float");
  return compose(verb, ["float"], [angle], () => circle(mul(angle, TURNS_PER_RADIAN)));
};

/**
 * a to the power b. If b is a whole number, the power is a product by squaring, and a may be negative. If b is a
 * multiple of ½, the product contains a square root. Otherwise the power is e^(b·log a): a must be positive, and the
 * relative error is up to about |b·log a| units in the last place. The unit of `a` is raised to the power b if b is a
 * number. If b is an expression, both must be pure numbers.
 * @throws TypeError if b is NaN or infinite
 */
export const pow = (a: FloatLike, b: FloatLike): Float => {
  if (typeof b === "number" && !Number.isFinite(b))
    throw new TypeError(`pow takes (float, float); argument 2 is ${b}. Use a finite power.`);
  return make("pow", [toExpr(a, "float"), toExpr(b, "float")]);
};

export const and = (a: Bool, b: Bool): Bool => make("and", [a, b]);
export const or = (a: Bool, b: Bool): Bool => make("or", [a, b]);
export const xor = (a: Bool, b: Bool): Bool => make("xor", [a, b]);
export const not = (a: Bool): Bool => make("not", [a]);

/** A choice between two floats or two ints. A plain number takes the type of the other argument. */
export interface Selection {
  (condition: Bool, a: Int, b: IntLike): Int;
  (condition: Bool, a: number, b: Int): Int;
  (condition: Bool, a: FloatLike, b: Float): Float;
  (condition: Bool, a: Float, b: FloatLike): Float;
}
/** condition ? a : b, for each unit. */
export const select: Selection = ((
  condition: Bool,
  a: Expr<"float" | "int"> | number,
  b: Expr<"float" | "int"> | number,
) => {
  const dtype = isInt(a, b) ? "int" : "float";
  return make(dtype === "int" ? "intSelect" : "select", [condition, toExpr(a, dtype), toExpr(b, dtype)], "select");
}) as Selection;

/** Converts an integer to a float. */
export const toFloat = (a: Int): Float => make("toFloat", [a]);
/** Truncates a float to an integer. */
export const toInt = (a: Float): Int => make("toInt", [a]);

/** A number with a unit, for use in equations: quantity(30, "mV"). */
export const quantity = (value: number, unit: string): Float => {
  if (typeof value === "number") return constant("float", value, unit);
  throw new TypeError(`quantity takes a number and a unit; argument 1 is ${describe(value)}.`);
};

/**
 * Moves x toward target with time constant tau: x + rate·(target − x) with rate = −expm1(−dt/tau). Exact for a target
 * that is constant during the step; the fixed point is exactly the target. Gerstner et al., Neuronal Dynamics (2014),
 * ch. 1.3.
 */
export const relax = (x: Float, target: FloatLike, tau: Float): Float =>
  compose("relax", ["float", "float", "float"], [x, toExpr(target, "float"), tau], () =>
    add(x, mul(neg(expm1(neg(div(dt, tau)))), sub(target, x))),
  );

/** Traces below this value, in the unit of the trace, become zero. */
const FADED = 1e-30;

/**
 * The value of a trace (a state variable) after one step of exponential decay with time constant tau:
 * trace·exp(−dt/tau). Values below 1e-30 of the trace's unit become zero. Otherwise they would turn subnormal, which
 * processors handle slowly.
 */
export const decay = (trace: Float, tau: Float): Float =>
  compose("decay", ["float", "float"], [trace, tau], () =>
    when(lt(constant("float", FADED, trace.unit), abs(trace)), mul(trace, exp(neg(div(dt, tau))))),
  );

/** Mean of exp(−t/tau) over one step. */
export const meanOfDecay = (tau: Float): Float =>
  compose("meanOfDecay", ["float"], [tau], () => mul(div(tau, dt), neg(expm1(neg(div(dt, tau))))));

/** Mean over one step of a trace that decays from its value with time constant tau. */
export const meanDecay = (trace: Float, tau: Float): Float =>
  compose("meanDecay", ["float", "float"], [trace, tau], () => mul(trace, meanOfDecay(tau)));

/** x if the condition is true, otherwise zero. A plain number is a float. */
export const when = (condition: Bool, x: FloatLike): Float => {
  const value = toExpr(x, "float");
  return compose("when", ["bool", "float"], [condition, value], () => select(condition, value, 0));
};

/** The logistic function 1/(1 + e^(−x)). */
export const sigmoid = (x: Float): Float => compose("sigmoid", ["float"], [x], () => div(1, add(1, exp(neg(x)))));

/** log(1 + e^x) without overflow: about x for large x, and about e^x for x far below 0. */
export const softplus = (x: Float): Float =>
  compose("softplus", ["float"], [x], () => add(max(x, 0), log1p(exp(neg(abs(x))))));

/**
 * The rate a·x/(1 − e^(−x/k)) of Hodgkin–Huxley models, with its limit a·k at x = 0 instead of 0/0. It is computed as
 * a·k/exprel(−x/k). Hodgkin and Huxley 1952, J. Physiol. 117, 500, eqs. 12 and 20.
 */
export const linoid = (a: FloatLike, x: Float, k: FloatLike): Float => {
  const [slope, scale] = [toExpr(a, "float"), toExpr(k, "float")];
  return compose("linoid", ["float", "float", "float"], [slope, x, scale], () =>
    div(mul(slope, scale), exprel(neg(div(x, scale)))),
  );
};

/** x, but at least `low` and at most `high`. */
export const clip = (x: Float, low: FloatLike, high: FloatLike): Float => {
  const [least, most] = [toExpr(low, "float"), toExpr(high, "float")];
  return compose("clip", ["float", "float", "float"], [x, least, most], () => min(max(x, least), most));
};

/** Least whole number that is not below x. */
export const ceil = (x: Float): Float => compose("ceil", ["float"], [x], () => neg(floor(neg(x))));

/** Remainder x − y·floor(x/y), which has the sign of y. */
export const mod = (x: Float, y: FloatLike): Float => {
  const divisor = toExpr(y, "float");
  return compose("mod", ["float", "float"], [x, divisor], () => sub(x, mul(divisor, floor(div(x, divisor)))));
};

/** Sign of x: 1, −1, or 0 for zero. */
export const sign = (x: Float): Float =>
  compose("sign", ["float"], [x], () => sub(when(gt(x, 0), 1), when(lt(x, 0), 1)));

/** Steps since the last event: resets `age` to 0 at an event, otherwise counts up to `limit`. */
export const since = (event: Bool, age: Int, limit: IntLike): Int =>
  compose("since", ["bool", "int", "int"], [event, age, toExpr(limit, "int")], () =>
    select(event, 0, min(add(age, 1), limit)),
  );

/** A time as a number of steps, rounded to nearest; ties go to even. */
export const steps = (time: Float): Int => compose("steps", ["float"], [time], () => toInt(nearest(div(time, dt))));

/** Flat index of the unit, from 0. */
export const unitIndex: Int = symbol("int", "unit", "unit", "1");
/** Number of the step, from 0 at the start of a simulation. */
export const stepIndex: Int = symbol("int", "step", "step", "1");

/**
 * A standard normal number, drawn for every unit and step. `purpose` separates the draws of one component. By default
 * the unit's index counts the draws. Units with the same `index` get the same draws: pass 0 for one draw shared by all
 * units.
 */
export const normalNoise = (purpose: string, index: IntLike = unitIndex): Float =>
  guarded({ ...make<"float">("normal", [toExpr(index, "int"), stepIndex], "normalNoise"), purpose });
/**
 * 32 random bits as an integer from −2147483648, drawn for every unit and step; `purpose` and `index` as for
 * `normalNoise`. A comparison with an integer has the same result in single and double precision.
 */
export const randomBits = (purpose: string, index: IntLike = unitIndex): Int =>
  guarded({ ...make<"int">("bits", [toExpr(index, "int"), stepIndex], "randomBits"), purpose });
/** The other 32 bits of the `randomBits` draw with the same purpose and index, at no extra cost. */
export const otherBits = (purpose: string, index: IntLike = unitIndex): Int =>
  guarded({ ...make<"int">("otherBits", [toExpr(index, "int"), stepIndex], "otherBits"), purpose });
/**
 * Like `randomBits`, for about half the work: an even step and the odd step after it share one draw of 64 bits. The
 * bits differ from those of `randomBits`, so a model that switches between the two draws other numbers.
 */
export const pairedBits = (purpose: string, index: IntLike = unitIndex): Int =>
  guarded({ ...make<"int">("pairedBits", [toExpr(index, "int"), stepIndex], "pairedBits"), purpose });
/** A uniform number in (0, 1), drawn for every unit and step; `purpose` and `index` as for `normalNoise`. */
export const uniformNoise = (purpose: string, index: IntLike = unitIndex): Float =>
  guarded({ ...make<"float">("uniform", [toExpr(index, "int"), stepIndex], "uniformNoise"), purpose });
