/**
 * Arithmetic that the elementary functions are written in. Plain doubles are one instance; expression graphs are
 * another. Each function, such as `exp`, therefore exists once, and gives the same bits evaluated and compiled.
 *
 * `V` is a float, `I` a 32-bit integer, `B` a truth value. Every member is an exactly rounded IEEE operation or an
 * exact bit operation, so that no engine, compiler or thread can round it differently.
 */
export interface Arithmetic<V, I, B> {
  readonly precision: "f32" | "f64";
  float(value: number): V;
  int(value: number): I;
  add(a: V, b: V): V;
  sub(a: V, b: V): V;
  mul(a: V, b: V): V;
  div(a: V, b: V): V;
  sqrt(a: V): V;
  abs(a: V): V;
  /** b < a ? b : a */
  min(a: V, b: V): V;
  /** a < b ? b : a */
  max(a: V, b: V): V;
  /** Nearest integer; ties go to even. */
  nearest(a: V): V;
  less(a: V, b: V): B;
  select(c: B, a: V, b: V): V;
  intSelect(c: B, a: I, b: I): I;
  toInt(a: V): I;
  toFloat(a: I): V;
  /** 2 to the power k, for k in the range of normal numbers. */
  pow2(k: I): V;
  /** Unbiased exponent of a positive normal number. */
  exponent(a: V): I;
  /** Mantissa in [1, 2) of a positive normal number. */
  mantissa(a: V): V;
  intAdd(a: I, b: I): I;
  intSub(a: I, b: I): I;
  intAnd(a: I, b: I): I;
  intOr(a: I, b: I): I;
  intXor(a: I, b: I): I;
  shiftLeft(a: I, bits: I): I;
  /** Arithmetic shift: keeps the sign. */
  shiftRight(a: I, bits: I): I;
  /** Logical shift: fills with zeros. */
  shiftRightUnsigned(a: I, bits: I): I;
  intEqual(a: I, b: I): B;
}
