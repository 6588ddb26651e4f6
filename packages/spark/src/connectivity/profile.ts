import { doubles } from "../math/doubles.ts";
import { exp } from "../math/elementary.ts";
import type { DistanceProfile } from "./rule.ts";

/** The largest probability of a profile, and the share of it that is left at a distance. */
export const profileOf = (
  profile: DistanceProfile,
): { readonly peak: number; readonly share: (distance: number) => number } => {
  if ("disc" in profile) {
    const { peak, reach } = profile.disc;
    return { peak, share: (distance) => (distance <= reach ? 1 : 0) };
  }
  if ("gaussian" in profile) {
    const { peak, width, reach = Number.POSITIVE_INFINITY } = profile.gaussian;
    const factor = -1 / (2 * width * width);
    return { peak, share: (distance) => (distance <= reach ? exp(doubles, factor * distance * distance) : 0) };
  }
  const { peak, length, reach = Number.POSITIVE_INFINITY } = profile.exponential;
  return { peak, share: (distance) => (distance <= reach ? exp(doubles, -distance / length) : 0) };
};
