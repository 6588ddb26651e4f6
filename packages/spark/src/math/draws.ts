import { doubles } from "./doubles.ts";
import * as elementary from "./elementary.ts";
import { drawNormal, drawUnit, keyOf } from "./threefry.ts";

/** Counted random numbers. Each draw is a function of the seed, the purpose and two counters only. */
export interface Draws {
  /** Uniform in [0, 1). The counters are integers from 0 to 4294967295. */
  uniform(index: number, step?: number): number;
  /** Standard normal. The counters are integers from 0 to 4294967295. */
  normal(index: number, step?: number): number;
}

/**
 * Returns the draws for one purpose, such as "myProtocol.start". They are the same in every engine and in any order,
 * and independent of the draws for another purpose or seed. Uses Threefry-2x32-20, like the initializers and noise of a
 * run.
 */
export const drawsFor = (seed: number, purpose: string): Draws => {
  const key = keyOf(seed, purpose);
  return {
    uniform: (index, step = 0) => drawUnit(key, index, step),
    normal: (index, step = 0) => drawNormal(key, index, step),
  };
};

/**
 * e^x with the same bits in every engine, which Math.exp does not guarantee. The error is at most two units in the last
 * place.
 */
export const exactExp = (x: number): number => elementary.exp(doubles, x);

/** Natural logarithm with the same bits in every engine, which Math.log does not guarantee. */
export const exactLog = (x: number): number => elementary.log(doubles, x);
