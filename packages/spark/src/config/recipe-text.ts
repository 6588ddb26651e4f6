import type { RecipeName } from "./initializer.ts";

/** Descriptions of an initializer and its options. */
export interface RecipeText {
  readonly description: string;
  readonly options: Readonly<Record<string, string>>;
}

const limits = { min: "Values below it are drawn again.", max: "Values above it are drawn again." };
const sparse = { scale: "Upper limit of the values.", density: "Fraction of nonzero values." };

/** Texts for the schema of documents. */
export const recipeTexts: Readonly<Record<RecipeName, RecipeText>> = {
  uniform: { description: "Uniform in [min, max).", options: { min: "Lower limit.", max: "Upper limit." } },
  normal: {
    description: "Normal; values outside [min, max] are drawn again.",
    options: { mean: "Mean.", std: "Standard deviation.", ...limits },
  },
  logNormal: {
    description: "median·exp(sigma·z) with z standard normal; values outside [min, max] are drawn again.",
    options: {
      median: "Median of the values.",
      sigma: "Standard deviation of the logarithm.",
      ...limits,
    },
  },
  sparseUniform: { description: "Uniform in [0, scale) with probability density, otherwise 0.", options: sparse },
  normalizedSparseUniform: {
    description: "Sparse uniform, normalized so that the values along the last axis sum to scale.",
    options: sparse,
  },
};
