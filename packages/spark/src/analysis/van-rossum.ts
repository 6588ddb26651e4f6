import { keysOf, positive, refuse, requireAscending, requireOptions } from "./checks.ts";

export interface VanRossumOptions {
  /** Time constant of the kernel, ms, greater than 0. */
  readonly tau: number;
}

const vanRossumKeys = keysOf<VanRossumOptions>({ tau: true });

/**
 * Van Rossum distance D of two trains, times in ms. Each spike becomes exp(−t/tau) from its time, and D² = 1/tau ∫ (f −
 * g)² dt. The closed form is
 *
 *     D² = ½ Σ_ij q_i q_j exp(−|t_i − t_j|/tau)   over all spikes, q = +1 in one train and −1 in the other
 *
 * and is computed in one pass over the merged trains. One spike against none gives D² = ½; two distant spikes give D² =
 * 1. The distance is a metric without a unit. The last bits depend on the engine's `Math.exp`. Van Rossum 2001, Neural
 * Comput. 13:751; Houghton and Kreuz 2012, Network 23:48.
 * @throws ConfigError for times that are not finite or not ascending, and for tau <= 0
 */
export function vanRossumDistance(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: VanRossumOptions,
): number {
  requireOptions("vanRossumDistance", options, vanRossumKeys);
  const { tau } = options;
  refuse([positive("vanRossumDistance.tau", tau, "ms", "Give the time constant of the kernel.")]);
  requireAscending("vanRossumDistance.first", first, false);
  requireAscending("vanRossumDistance.second", second, false);
  let square = 0;
  let trace = 0;
  // Not after the first spike, so that no factor overflows.
  let last = Math.min(first[0] ?? 0, second[0] ?? 0);
  let i = 0;
  let j = 0;
  while (i < first.length || j < second.length) {
    const fromFirst = j === second.length || (i < first.length && first[i]! <= second[j]!);
    const time = fromFirst ? first[i++]! : second[j++]!;
    const charge = fromFirst ? 1 : -1;
    trace *= Math.exp((last - time) / tau);
    square += charge * trace + 0.5;
    trace += charge;
    last = time;
  }
  return Math.sqrt(Math.max(0, square));
}
