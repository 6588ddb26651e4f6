import type { Synapses } from "../connectivity/synapses.ts";
import type { SynapseBuilder } from "../program/recipe.ts";

/** Number of synapses below which loading a builder takes longer than it saves. */
const LEAST_SYNAPSES = 1e5;

/**
 * Returns a builder that draws and writes the synapses of a large network on several threads, or undefined if the
 * machine is as fast without one. `joins`: whether the calling thread works too.
 */
export const builderFor = async (
  projections: readonly Synapses[],
  threads: number,
  joins: boolean,
): Promise<SynapseBuilder | undefined> => {
  const synapses = projections.reduce((sum, { recipe, expected }) => sum + (recipe ? expected : 0), 0);
  if (synapses < LEAST_SYNAPSES) return undefined;
  const { openBuilder } = await import("../backend/builder.ts");
  return openBuilder(synapses, threads, { joins });
};
