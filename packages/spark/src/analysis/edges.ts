import { ordered, refuse, requireOptions, requireTrain } from "./checks.ts";
import { type TimeWindow, windowKeys } from "./window.ts";

/**
 * A train that spans its window, so that every time has a spike before and after it. If the train does not reach a
 * border, an auxiliary spike is added at the border, or beyond it if the neighbouring interval is longer than the
 * distance to the border. An empty train gets a spike at each border. These are the conventions of PySpike.
 */
export interface EdgedTrain {
  /** Strictly ascending, ms; only the first is at or before `from` and only the last at or after `to`. */
  readonly times: Float64Array;
  /** Indices of the first and last spike that is not auxiliary. */
  readonly first: number;
  readonly last: number;
}

/** Checks two trains and their window, and adds auxiliary spikes so that both span it. Throws ConfigError. */
export function edgedPair(
  where: string,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  window: TimeWindow,
): { readonly first: EdgedTrain; readonly second: EdgedTrain; readonly from: number; readonly to: number } {
  requireOptions(where, window, windowKeys);
  const { from = 0, to } = window;
  refuse([ordered(where, from, to, "ms")]);
  requireTrain(`${where}.first`, first, from, to, true);
  requireTrain(`${where}.second`, second, from, to, true);
  return { first: edgedTrain(first, from, to), second: edgedTrain(second, from, to), from, to };
}

function edgedTrain(times: ArrayLike<number>, from: number, to: number): EdgedTrain {
  const count = times.length;
  if (count === 0) return { times: Float64Array.of(from, to), first: 0, last: 1 };
  const head = times[0]!;
  const tail = times[count - 1]!;
  const result: number[] = [];
  const before = head > from ? 1 : 0;
  if (before === 1) result.push(count > 1 ? Math.min(from, head - (times[1]! - head)) : from);
  for (let index = 0; index < count; index++) result.push(times[index]!);
  if (tail < to) result.push(count > 1 ? Math.max(to, tail + (tail - times[count - 2]!)) : to);
  return { times: Float64Array.from(result), first: before, last: before + count - 1 };
}
