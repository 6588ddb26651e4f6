import { doubles } from "./doubles.ts";
import * as elementary from "./elementary.ts";
import { drawNormal, drawUnit, keyOf } from "./threefry.ts";

/** Random numbers by their place: each is a function of the seed, the purpose and two counters, and of nothing else. */
export interface Draws {
  /** Uniform in [0, 1). The counters are whole numbers from 0 to 4294967295. */
  uniform(index: number, step?: number): number;
  /** Standard normal. */
  normal(index: number, step?: number): number;
}

/**
 * Draws for one purpose, such as "myProtocol.start": the same in every engine, in any order, and independent of those
 * for another purpose or seed. Threefry-2x32-20, as behind the initializers and noises of a run.
 */
export const drawsFor = (seed: number, purpose: string): Draws => {
  const key = keyOf(seed, purpose);
  return {
    uniform: (index, step = 0) => drawUnit(key, index, step),
    normal: (index, step = 0) => drawNormal(key, index, step),
  };
};

/** e^x with the same bits in every engine, which Math.exp does not promise; within a unit in the last place or two. */
export const exactExp = (x: number): number => elementary.exp(doubles, x);

/** Natural logarithm with the same bits in every engine, which Math.log does not promise. */
export const exactLog = (x: number): number => elementary.log(doubles, x);
