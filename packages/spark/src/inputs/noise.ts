import { field, nonNegative, positive } from "../config/field.ts";
import type { Site } from "../config/place.ts";
import { sizeOf } from "../config/shape.ts";
import { dt } from "../expr/expr.ts";
import { add, div, expm1, mul, neg, normalNoise, relax, sqrt } from "../expr/verbs.ts";
import { drawNormal, keyOf } from "../math/threefry.ts";
import { type SourceModel, source, sourceState } from "../model/source.ts";
import type { Feed, FeedContext } from "./contract.ts";
import type { GeneratorValues } from "./generator.ts";
import { firstProblem } from "./values.ts";

/* The machine computes noise unit by unit. Shared noise uses the draws of unit 0 for every unit. */

const white = {
  mean: field(0, "pA", "Mean."),
  std: field(0, "pA", "Standard deviation of a step.", nonNegative),
};
const correlated = {
  mean: field(0, "pA", "Mean."),
  std: field(0, "pA", "Standard deviation.", nonNegative),
  tau: field(1, "ms", "Time constant of the correlation.", positive),
};

const whiteNoise = (name: string, draw: () => ReturnType<typeof normalNoise>): SourceModel =>
  source(name, white, {
    about: "White noise: a new normal number in every step.",
    step: (x) => ({ value: add(x.mean, mul(x.std, draw())) }),
  });

const ornsteinUhlenbeck = (name: string, draw: () => ReturnType<typeof normalNoise>): SourceModel =>
  source(name, correlated, {
    about: "Ornstein–Uhlenbeck noise with the exact update of Gillespie 1996, Phys. Rev. E 54, 2084.",
    state: { current: sourceState("pA", "Current of the step.") },
    step(x) {
      // Restores the variance that decays within a step.
      const spread = mul(x.std, sqrt(neg(expm1(neg(div(mul(2, dt), x.tau))))));
      const current = add(relax(x.current, x.mean, x.tau), mul(spread, draw()));
      return { current, value: current };
    },
  });

const own = () => normalNoise("noise");
const common = () => normalNoise("noise", 0);

/** The models of noise by name: with separate draws for each unit, and with the same draws for all. */
export const noiseModels = {
  whiteNoise: [whiteNoise("WhiteNoise", own), whiteNoise("SharedWhiteNoise", common)],
  ornsteinUhlenbeck: [
    ornsteinUhlenbeck("OrnsteinUhlenbeck", own),
    ornsteinUhlenbeck("SharedOrnsteinUhlenbeck", common),
  ],
} as const satisfies Record<string, readonly [SourceModel, SourceModel]>;
export type NoiseName = keyof typeof noiseModels;

/** The feed of a noise generator. An Ornstein–Uhlenbeck process starts from its stationary distribution. */
export const noiseFeed = (name: NoiseName, values: GeneratorValues, site: Site<FeedContext>): Feed | undefined => {
  const { context } = site;
  const { numbers, shared } = values;
  const seed = values.seed ?? context.seed;
  const model = noiseModels[name][shared ? 1 : 0];
  const start = Object.hasOwn(model.state, "current")
    ? { current: stationary(numbers, shared, seed, `${context.key}.${model.name}.start`, sizeOf(context.units)) }
    : {};
  const wrong = start.current && firstProblem(start.current, context.precision, context.port.unit);
  if (wrong) return site.at("std").refuse(`starts from a value that ${wrong.message}`);
  return { binding: { kind: "source", source: { model, fields: numbers, seed, start } } };
};

const stationary = (
  { mean, std }: GeneratorValues["numbers"],
  shared: boolean,
  seed: number,
  purpose: string,
  units: number,
): Float64Array => {
  const key = keyOf(seed, purpose);
  const at = (value: number | Float64Array, unit: number): number => (typeof value === "number" ? value : value[unit]!);
  return Float64Array.from(
    { length: units },
    (_, unit) => at(mean!, unit) + at(std!, unit) * drawNormal(key, shared ? 0 : unit),
  );
};
