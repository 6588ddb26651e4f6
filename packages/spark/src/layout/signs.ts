import type { Synapses } from "../connectivity/synapses.ts";
import type { Issue } from "../errors/errors.ts";

/** Issues of the weights of a projection with inhibitory source units. */
export const signIssues = ({ leastWeight, paths }: Pick<Synapses, "leastWeight" | "paths">): Issue[] => {
  if (leastWeight >= 0) return [];
  const received = Number.isFinite(leastWeight) ? `${leastWeight}` : "draws without a lower bound";
  const message = `must be at least 0 if source units are inhibitory, whose spikes count as -1; received ${received}. Give magnitudes; for drawn weights, set min: 0.`;
  return [{ path: paths.weights, message }];
};
