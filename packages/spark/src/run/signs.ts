import type { Place } from "../config/place.ts";
import { distributionOf } from "../connectivity/distribution.ts";
import { isList, type SynapseValues } from "../connectivity/values.ts";
import type { Wiring } from "../graph/wiring.ts";
import type { Ending } from "./frontend.ts";

/** Doubts about units whose synapses have weights of both signs. */
export const signDoubts = (populations: Wiring["populations"], endings: readonly Ending[]): string[] => {
  const doubts: string[] = [];
  for (const [source, { name, inhibitory }] of populations.entries()) {
    if (typeof inhibitory !== "boolean") continue;
    const signs = endings.flatMap(({ projection, synapses: { expected } }) => {
      const share = projection.source === source ? negativeShare(projection.weight) : undefined;
      return share === undefined ? [] : [{ share, place: projection.place, expected }];
    });
    const mixed = signs.filter(({ share, expected }) => share * expected >= 1 && (1 - share) * expected >= 1);
    const remedy = "A neuron excites or inhibits all its targets.";
    for (const { place, share } of mixed) {
      doubts.push(
        `${place.at("weight").path} has both signs: about ${percent(share)} of the weights are negative, although they come from one population, ${name}. ${remedy} For drawn weights, set min: 0 or max: 0.`,
      );
    }
    const positive = signs.find(({ share }) => share === 0);
    const negative = signs.find(({ share }) => share === 1);
    if (!positive || !negative) continue;
    doubts.push(
      `${weightPath(positive.place)} and ${weightPath(negative.place)} have opposite signs, although they come from one population, ${name}. ${remedy} Divide the population.`,
    );
  }
  return doubts;
};

const weightPath = (place: Place): string => place.at("weight").path;
const percent = (share: number): string => (share < 0.01 ? "less than 1 %" : `${Math.round(share * 100)} %`);

/** The fraction of negative weights; undefined if all are 0, or if they depend on the units or their distance. */
const negativeShare = (values: SynapseValues): number | undefined => {
  if (typeof values === "number") return values === 0 ? undefined : Number(values < 0);
  if (isList(values)) return listShare(values);
  if ("constant" in values) return negativeShare(values.constant);
  if ("byTarget" in values) return listShare(values.byTarget);
  if ("sparseUniform" in values) return negativeShare(values.sparseUniform.scale);
  if ("bySource" in values || "byDistance" in values) return undefined;
  return distributionOf(values)?.below(0);
};

const listShare = (list: ArrayLike<number>): number | undefined => {
  let negative = 0;
  let positive = 0;
  for (let k = 0; k < list.length; k++) {
    if (list[k]! < 0) negative++;
    else if (list[k]! > 0) positive++;
  }
  return negative + positive === 0 ? undefined : negative / (negative + positive);
};
