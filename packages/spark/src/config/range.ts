import { withUnit } from "./field.ts";

/** Whether a finite number becomes infinite or 0 in single precision. */
const isBeyond = (value: number): boolean => {
  const single = Math.fround(value);
  return single === 0 ? value !== 0 : !Number.isFinite(single);
};

/** The problem of the first number that single precision cannot hold. */
export const rangeProblem = (values: number | ArrayLike<number>, unit: string): string | undefined => {
  const wrong = Array.prototype.find.call(typeof values === "number" ? [values] : values, isBeyond);
  return wrong && `is outside the range of single precision; received ${withUnit(wrong, unit)}. Use dtype: "f64".`;
};
