import type { Arithmetic } from "./arithmetic.ts";

/*
 * Elementary functions built from exactly rounded operations. Argument reduction follows Cody and Waite, Software
 * Manual for the Elementary Functions (1980). The polynomials are Taylor or atanh series, truncated where the remainder
 * is below half a unit in the last place on the reduced range. Largest error measured by elementary.test.ts: about one
 * unit in the last place.
 */

const taylor = (from: number, to: number): number[] => {
  const coefficients: number[] = [];
  let factorial = 1;
  for (let n = 1; n < from; n++) factorial *= n;
  for (let n = from; n <= to; n++) {
    if (n > 0) factorial *= n;
    coefficients.push(1 / factorial);
  }
  return coefficients;
};

const horner = <V, I, B>(m: Arithmetic<V, I, B>, x: V, coefficients: readonly number[]): V => {
  let sum = m.float(coefficients.at(-1)!);
  for (let k = coefficients.length - 2; k >= 0; k--) sum = m.add(m.mul(sum, x), m.float(coefficients[k]!));
  return sum;
};

const EXP = { f64: taylor(2, 14), f32: taylor(2, 8) };
const RANGE = { f64: { low: -746, high: 710 }, f32: { low: -104, high: 89 } };
const LN2 = {
  f64: { high: 0.6931471803691238, low: 1.9082149292705877e-10 },
  f32: { high: 0.693145751953125, low: 1.428606765330187e-6 },
};

/** x = k·ln 2 + r with |r| ≤ ln 2 / 2. */
const reduceExp = <V, I, B>(m: Arithmetic<V, I, B>, argument: V): { k: I; r: V } => {
  const { low, high } = RANGE[m.precision];
  const x = m.max(m.min(argument, m.float(high)), m.float(low));
  const k = m.nearest(m.mul(x, m.float(Math.LOG2E)));
  const ln2 = LN2[m.precision];
  const r = m.sub(m.sub(x, m.mul(k, m.float(ln2.high))), m.mul(k, m.float(ln2.low)));
  return { k: m.toInt(k), r };
};

/** e^r − 1 on the reduced range. */
const expm1Reduced = <V, I, B>(m: Arithmetic<V, I, B>, r: V): V =>
  m.add(r, m.mul(m.mul(r, r), horner(m, r, EXP[m.precision])));

/** e^x. Overflow gives infinity; underflow passes through the subnormal numbers to zero. */
export const exp = <V, I, B>(m: Arithmetic<V, I, B>, x: V): V => {
  const { k, r } = reduceExp(m, x);
  const half = m.shiftRight(k, m.int(1));
  const p = m.add(m.float(1), expm1Reduced(m, r));
  return m.mul(m.mul(p, m.pow2(half)), m.pow2(m.intSub(k, half)));
};

/** e^x − 1, accurate for small x. */
export const expm1 = <V, I, B>(m: Arithmetic<V, I, B>, x: V): V => {
  const { k, r } = reduceExp(m, x);
  const half = m.shiftRight(k, m.int(1));
  const first = m.pow2(half);
  const second = m.pow2(m.intSub(k, half));
  const p = m.mul(m.mul(expm1Reduced(m, r), first), second);
  const scaled = m.add(p, m.sub(m.mul(first, second), m.float(1)));
  return m.select(m.intEqual(k, m.int(0)), expm1Reduced(m, r), scaled);
};

const ATANH = { f64: 11, f32: 5 };
const SMALLEST_NORMAL = { f64: 2.2250738585072014e-308, f32: 1.1754943508222875e-38 };

/** Natural logarithm. Zero gives −infinity, a negative number gives NaN. */
export const log = <V, I, B>(m: Arithmetic<V, I, B>, x: V): V => {
  const tiny = m.less(x, m.float(SMALLEST_NORMAL[m.precision]));
  const lifted = m.select(tiny, m.mul(x, m.float(2 ** 54)), x);
  const raw = m.mantissa(lifted);
  const upper = m.less(m.float(Math.SQRT2), raw);
  const f = m.sub(m.select(upper, m.mul(raw, m.float(0.5)), raw), m.float(1));
  const e = m.add(
    m.add(m.toFloat(m.exponent(lifted)), m.select(tiny, m.float(-54), m.float(0))),
    m.select(upper, m.float(1), m.float(0)),
  );
  // log(1+f) = f − s·(f − R) with s = f/(2+f) and R = 2s²(1/3 + s²/5 + …): the leading f is exact.
  const s = m.div(f, m.add(m.float(2), f));
  const s2 = m.mul(s, s);
  const series = Array.from({ length: ATANH[m.precision] }, (_, n) => 2 / (2 * n + 3));
  const rest = m.mul(s2, horner(m, s2, series));
  const ln2 = LN2[m.precision];
  const tail = m.sub(m.mul(s, m.sub(f, rest)), m.mul(e, m.float(ln2.low)));
  const value = m.sub(m.mul(e, m.float(ln2.high)), m.sub(tail, f));
  const infinite = m.select(m.less(x, m.float(0)), m.float(Number.NaN), m.float(Number.NEGATIVE_INFINITY));
  const positive = m.less(m.float(0), x);
  const huge = m.less(m.float(m.precision === "f32" ? 3.4028234663852886e38 : Number.MAX_VALUE), x);
  // x − x is 0 for every finite x; NaN passes through.
  return m.select(huge, x, m.select(positive, value, m.add(infinite, m.sub(x, x))));
};

/** log(1 + x), accurate for small x. Kahan's correction of the rounding of 1 + x; Higham, Accuracy and Stability, 1.14. */
export const log1p = <V, I, B>(m: Arithmetic<V, I, B>, x: V): V => {
  const one = m.float(1);
  const u = m.add(one, x);
  // Beyond 2^24 the correction is below the precision of the logarithm, and infinite at infinity.
  const correction = m.select(m.less(x, m.float(2 ** 24)), m.div(x, m.sub(u, one)), one);
  const value = m.mul(log(m, u), correction);
  return m.select(m.less(u, one), value, m.select(m.less(one, u), value, x));
};

/** (e^x − 1)/x. 1 at 0, 0 at −infinity. */
export const exprel = <V, I, B>(m: Arithmetic<V, I, B>, x: V): V => {
  // Limited so that infinity is not divided by infinity.
  const quotient = m.div(expm1(m, x), m.min(x, m.float(1000)));
  return m.select(m.less(m.abs(x), m.float(SMALLEST_NORMAL[m.precision])), m.float(1), quotient);
};

/** x to a whole power from 1, by squaring. */
const product = <V, I, B>(m: Arithmetic<V, I, B>, x: V, power: number): V => {
  let value = x;
  for (const digit of power.toString(2).slice(1)) {
    value = m.mul(value, value);
    if (digit === "1") value = m.mul(value, x);
  }
  return value;
};

/**
 * x to the power p. `known` is the value of p if the equations have it as a number. A whole power is a product by
 * squaring; a half power is such a product times the square root of x. Each product is exactly rounded. Other powers
 * are e^(p·log x): x must be positive, and the relative error grows to about |p·log x| units in the last place.
 */
export const pow = <V, I, B>(m: Arithmetic<V, I, B>, x: V, p: V, known?: number): V => {
  if (known === undefined || !Number.isSafeInteger(2 * known)) return exp(m, m.mul(p, log(m, x)));
  const power = Math.abs(known);
  const whole = Math.floor(power);
  const root = whole === power ? undefined : m.sqrt(x);
  const powered = whole === 0 ? undefined : product(m, x, whole);
  const value = root !== undefined && powered !== undefined ? m.mul(powered, root) : (powered ?? root ?? m.float(1));
  return known < 0 ? m.div(m.float(1), value) : value;
};

const TAU = 2 * Math.PI;
const SIN = { f64: 10, f32: 5 };

const wave = (count: number, offset: 0 | 1): number[] => {
  const coefficients: number[] = [];
  let term = offset === 1 ? TAU : 1;
  for (let n = 0; n < count; n++) {
    coefficients.push(term);
    const k = 2 * n + offset;
    term = (-term * TAU * TAU) / ((k + 1) * (k + 2));
  }
  return coefficients;
};
const SIN_TURN = { f64: wave(SIN.f64, 1), f32: wave(SIN.f32, 1) };
const COS_TURN = { f64: wave(SIN.f64 + 1, 0), f32: wave(SIN.f32 + 1, 0) };

/** Sine and cosine of an angle in turns (1 is a full circle). The reduction is exact for any number of turns. */
export const circle = <V, I, B>(m: Arithmetic<V, I, B>, turns: V): readonly [sine: V, cosine: V] => {
  const u = m.sub(turns, m.nearest(turns));
  const quarter = m.nearest(m.mul(u, m.float(4)));
  const r = m.sub(u, m.mul(quarter, m.float(0.25)));
  const r2 = m.mul(r, r);
  const sine = m.mul(r, horner(m, r2, SIN_TURN[m.precision]));
  const cosine = horner(m, r2, COS_TURN[m.precision]);
  const q = m.toInt(quarter);
  const odd = m.intEqual(m.intAnd(q, m.int(1)), m.int(1));
  const signed = (value: V, turned: I): V =>
    m.select(m.intEqual(m.intAnd(turned, m.int(2)), m.int(2)), m.sub(m.float(0), value), value);
  return [signed(m.select(odd, cosine, sine), q), signed(m.select(odd, sine, cosine), m.intAdd(q, m.int(1)))];
};

/** Sine of an angle in turns. */
export const sinTurn = <V, I, B>(m: Arithmetic<V, I, B>, turns: V): V => circle(m, turns)[0];

/** Cosine of an angle in turns. */
export const cosTurn = <V, I, B>(m: Arithmetic<V, I, B>, turns: V): V => {
  const u = m.sub(turns, m.nearest(turns));
  return sinTurn(m, m.add(u, m.float(0.25)));
};

export const tanh = <V, I, B>(m: Arithmetic<V, I, B>, x: V): V => {
  const limited = m.max(m.min(x, m.float(22)), m.float(-22));
  const e = expm1(m, m.mul(m.float(2), limited));
  return m.div(e, m.add(e, m.float(2)));
};
