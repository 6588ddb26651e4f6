import { withUnit } from "../config/field.ts";
import type { Precision } from "../config/parse.ts";
import { rangeProblem } from "../config/range.ts";
import type { Issue } from "../errors/errors.ts";
import type { NumberList } from "./ends.ts";
import type { Synapses } from "./synapses.ts";

/** What decides which weights a projection can have. */
export interface WeightRules {
  readonly unit: string;
  readonly precision: Precision;
  /** Whether the weights are conductances. */
  readonly conductance: boolean;
  /** Whether some source units are inhibitory. */
  readonly inhibitory: boolean;
}

/** Issues of weights with a wrong sign, and of weights that are or can be drawn beyond the range of the precision. */
export const weightIssues = (
  { leastWeight, reachedWeights, paths }: Pick<Synapses, "leastWeight" | "reachedWeights" | "paths">,
  { unit, precision, conductance, inhibitory }: WeightRules,
): Issue[] => {
  const messages: string[] = [];
  const beyond =
    precision === "f32" ? rangeProblem(reachedWeights, unit, "weights of ") : infinityProblem(reachedWeights, unit);
  if (beyond !== undefined) messages.push(beyond);
  if (!(leastWeight >= 0) && (conductance || inhibitory)) {
    const received = Number.isFinite(leastWeight) ? withUnit(leastWeight, unit) : "draws without a lower bound";
    const [wanted, remedy] = conductance
      ? ["a conductance of at least 0", "For inhibition, set potentialReversal of the synapse"]
      : ["at least 0 if source units are inhibitory, whose spikes count as -1", "Give magnitudes"];
    messages.push(`must be ${wanted}; received ${received}. ${remedy}; for drawn weights, set min: 0.`);
  }
  return messages.map((message) => ({ path: paths.weights, message }));
};

/** Only draws and distances can exceed double precision; given weights are finite. */
const infinityProblem = (weights: NumberList, unit: string): string | undefined => {
  const wrong = Array.prototype.find.call(weights, (weight: number) => !Number.isFinite(weight));
  return wrong && `must be finite; received weights of ${withUnit(wrong, unit)}. Use smaller numbers.`;
};
