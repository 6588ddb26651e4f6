import { custom, number, oneOf, optional, options, type WrittenVariant } from "../config/options.ts";
import { doubles } from "../math/doubles.ts";
import { exp } from "../math/elementary.ts";

export const probability = (about: string) =>
  number(about, {
    holds: (value) => value >= 0 && value <= 1,
    takes: "a probability from 0 to 1",
    remedy: "Give the fraction of pairs to connect.",
    schema: { minimum: 0, maximum: 1 },
  });

const length = (about: string) =>
  number(about, {
    holds: (value) => value > 0,
    takes: "a finite number above 0",
    remedy: "Give it in the unit of the positions.",
    schema: { exclusiveMinimum: 0 },
  });

const peak = probability("Probability at distance 0.");
const reach = length("Distance beyond which the probability is 0.");

const variants = {
  /** peak · exp(−distance² / (2·width²)) */
  gaussian: options("peak · exp(−distance² / (2·width²))", {
    peak,
    width: length("Standard deviation of the profile."),
    reach: optional(reach),
  }),
  /** peak · exp(−distance / length) */
  exponential: options("peak · exp(−distance / length)", {
    peak,
    length: length("Distance over which the probability decreases to 1/e."),
    reach: optional(reach),
  }),
  /** peak up to the distance reach, 0 beyond it. */
  disc: options("peak up to the distance reach, 0 beyond it.", { peak, reach }),
};

/** A probability that decreases with the distance, in the unit of the positions. */
export type DistanceProfile = WrittenVariant<typeof variants>;

const declared = oneOf("profile", "Profile: how the probability decreases with distance.", variants);

/** The profile of a rule as an option. */
export const profile = custom<DistanceProfile>({
  ...declared,
  read: (value, site) => (declared.read(value, site) ? (value as DistanceProfile) : undefined),
});

/** Whether a computed distance is within reach. On a grid, the sums of coordinates differ from it in the last bits. */
const isWithin = (distance: number, reach: number): boolean => distance <= reach * (1 + 1e-9);

/** The largest probability of a profile, and the fraction of it at a distance. */
export const profileOf = (
  shape: DistanceProfile,
): { readonly peak: number; readonly share: (distance: number) => number } => {
  if ("disc" in shape) {
    const { peak: most, reach: end } = shape.disc;
    return { peak: most, share: (distance) => (isWithin(distance, end) ? 1 : 0) };
  }
  if ("gaussian" in shape) {
    const { peak: most, width, reach: end = Number.POSITIVE_INFINITY } = shape.gaussian;
    const factor = -1 / (2 * width * width);
    return {
      peak: most,
      share: (distance) => (isWithin(distance, end) ? exp(doubles, factor * distance * distance) : 0),
    };
  }
  const { peak: most, length: scale, reach: end = Number.POSITIVE_INFINITY } = shape.exponential;
  return { peak: most, share: (distance) => (isWithin(distance, end) ? exp(doubles, -distance / scale) : 0) };
};
