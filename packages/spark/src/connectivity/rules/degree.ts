import type { Site } from "../../config/place.ts";

/** Rejects a number of synapses per unit that exceeds the number of possible partners. */
export const refuseDegree = (degree: number, multapses: boolean, partners: number, noun: string, site: Site): void => {
  if (degree === 0 || (multapses ? partners > 0 : degree <= partners)) return;
  const remedy = partners > 0 ? "Lower it, or allow multapses." : "Allow autapses, or use a larger population.";
  site.refuse(`must be at most the number of ${noun} units to choose from, ${partners}; received ${degree}. ${remedy}`);
};
