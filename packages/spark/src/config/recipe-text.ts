import type { RecipeName } from "./initializer.ts";

/** What an initializer does, and what each of its options means. */
export interface RecipeText {
  readonly description: string;
  readonly options: Readonly<Record<string, string>>;
}

const limits = { min: "Values below are drawn again.", max: "Values above are drawn again." };
const sparse = { scale: "Upper end of the values.", density: "Share of values that are not zero." };

/** The words of the document's schema. */
export const recipeTexts: Readonly<Record<RecipeName, RecipeText>> = {
  uniform: { description: "Uniform in [min, max).", options: { min: "Lower end.", max: "Upper end." } },
  normal: {
    description: "Normal; values outside [min, max] are drawn again.",
    options: { mean: "Mean.", std: "Standard deviation.", ...limits },
  },
  logNormal: {
    description: "median·exp(sigma·z) with z standard normal; values outside [min, max] are drawn again.",
    options: {
      median: "Half of the values are below it.",
      sigma: "Standard deviation of the logarithm.",
      ...limits,
    },
  },
  sparseUniform: { description: "Uniform in [0, scale) for a share of the values, else 0.", options: sparse },
  normalizedSparseUniform: {
    description: "Sparse uniform, after which the values along the last axis sum to scale.",
    options: sparse,
  },
};
