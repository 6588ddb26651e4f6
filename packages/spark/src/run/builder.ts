import type { Synapses } from "../connectivity/synapses.ts";
import type { SynapseBuilder } from "../program/recipe.ts";

/** Synapses below which loading a builder takes longer than it saves. */
const LEAST_SYNAPSES = 1e5;

/**
 * Draws and writes the synapses of a large network on some threads; undefined where the plain way is as fast. `joins`:
 * whether the calling thread works too.
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
