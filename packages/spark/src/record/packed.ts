import type { Saved } from "./rows.ts";

/** Lists of numbers by name as one list: the length of each, then its numbers, in the order of the names. */
export const packed = (lists: Saved): Float64Array => {
  const all = Object.values(lists);
  const whole = new Float64Array(all.reduce((sum, list) => sum + 1 + list.length, 0));
  let at = 0;
  for (const list of all) {
    whole[at++] = list.length;
    whole.set(list, at);
    at += list.length;
  }
  return whole;
};

/**
 * The inverse of `packed`. `like` has the names; its lists have the right lengths, except those that `varies` names.
 * Returns undefined if the numbers do not fit.
 */
export const unpacked = (numbers: Float64Array, like: Saved, varies: readonly string[]): Saved | undefined => {
  const lists: Record<string, Float64Array> = {};
  let at = 0;
  for (const [name, { length }] of Object.entries(like)) {
    const own = numbers[at++];
    if (own === undefined || (own !== length && !varies.includes(name)) || !(own >= 0)) return undefined;
    lists[name] = numbers.subarray(at, at + own);
    at += own;
  }
  return at === numbers.length ? lists : undefined;
};
