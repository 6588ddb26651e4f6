import { withUnit } from "./field.ts";

/** Whether a finite number becomes infinite or 0 in single precision. */
const isBeyond = (value: number): boolean => {
  const single = Math.fround(value);
  return single === 0 ? value !== 0 : !Number.isFinite(single);
};

/**
 * The problem of the first number that single precision cannot hold. Allocates nothing for one number within range.
 * @param of words before the number, such as "weights of "
 */
export const rangeProblem = (values: number | ArrayLike<number>, unit: string, of = ""): string | undefined => {
  const wrong = typeof values === "number" ? isBeyond(values) && values : Array.prototype.find.call(values, isBeyond);
  return wrong
    ? `is outside the range of single precision, 1.4e-45 to 3.4e+38; received ${of}${withUnit(wrong, unit)}. Use dtype: "f64".`
    : undefined;
};
