import type { Synapses } from "../connectivity/synapses.ts";
import type { Issue } from "../errors/errors.ts";

/** Issues of the weights of a projection whose weights must not be negative. `conductance`: because of their unit. */
export const signIssues = (
  { leastWeight, paths }: Pick<Synapses, "leastWeight" | "paths">,
  conductance = false,
): Issue[] => {
  if (leastWeight >= 0) return [];
  const received = Number.isFinite(leastWeight) ? `${leastWeight}` : "draws without a lower bound";
  if (conductance) {
    const remedy = "For inhibition, set potentialReversal of the synapse; for drawn weights, set min: 0.";
    return [{ path: paths.weights, message: `must be a conductance of at least 0; received ${received}. ${remedy}` }];
  }
  const message = `must be at least 0 if source units are inhibitory, whose spikes count as -1; received ${received}. Give magnitudes; for drawn weights, set min: 0.`;
  return [{ path: paths.weights, message }];
};
