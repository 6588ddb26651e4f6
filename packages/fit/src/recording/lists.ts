import { describe, type Site } from "spark-snn/documents";

/* Lists of numbers: of samples, of their times, and of spikes. */

/** Whether the value is a list that may contain numbers. */
export const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** A list with its length, for a message. */
export const describeList = (value: unknown): string => (isList(value) ? `a list of ${value.length}` : describe(value));

/** The numbers of a list. The first invalid one becomes an issue, which also gives the number of invalid ones. */
export const readFinite = (
  given: ArrayLike<unknown>,
  unit: string,
  remedy: string,
  site: Site,
): Float64Array | undefined => {
  let first = -1;
  let count = 0;
  for (let k = 0; k < given.length; k++) {
    if (typeof given[k] === "number" && Number.isFinite(given[k])) continue;
    if (count++ === 0) first = k;
  }
  if (count === 0) return Float64Array.from(given as ArrayLike<number>);
  const others = count > 1 ? ` ${count - 1} more of ${given.length} are not finite numbers.` : "";
  const value = given[first];
  const received = typeof value === "number" ? `${value} ${unit}` : describe(value);
  return site.at(first).refuse(`must be a finite number; received ${received}.${others} ${remedy}`);
};

/** Refuses the first of the times, ms, that is not later than the one before it. */
export const refuseDisorder = (times: ArrayLike<number>, what: string, remedy: string, site: Site): void => {
  for (let at = 1; at < times.length; at++) {
    if (times[at]! > times[at - 1]!) continue;
    site.at(at).refuse(`must be later than the ${what}, ${times[at - 1]} ms; received ${times[at]} ms. ${remedy}`);
    return;
  }
};
