import { field, nonNegative, positive } from "../config/field.ts";
import { add, and, ge, mul, relax, since, steps, when } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { ageState, fromRest, potentialState } from "./membrane.ts";

const fields = {
  potentialRest: field(-70, "mV", "Membrane potential at rest."),
  potentialTau: field(5, "ms", "Membrane time constant.", positive),
  resistance: field(0.05, "GΩ", "Membrane resistance."),
  threshold: field(-51, "mV", "Threshold without earlier spikes: ω of the paper."),
  fastDelta: field(37, "mV", "Increase of the fast part of the threshold at each spike: α₁ of the paper."),
  fastTau: field(10, "ms", "Time constant of the fast part: τ₁ of the paper.", positive),
  slowDelta: field(2, "mV", "Increase of the slow part of the threshold at each spike: α₂ of the paper."),
  slowTau: field(200, "ms", "Time constant of the slow part: τ₂ of the paper.", positive),
  cooldown: field(
    2,
    "ms",
    "Time after a spike during which the soma cannot spike. It does not ignore its input.",
    nonNegative,
  ),
};

export const AdaptiveThresholdSoma = soma("AdaptiveThresholdSoma", fields, {
  about:
    "Leaky soma without a reset, whose threshold is the sum of a base, a fast and a slow part: the multi-timescale adaptive threshold (MAT). Kobayashi, Tsubo and Shinomoto 2009, Front. Comput. Neurosci. 3:9; the same as NEST's mat2_psc_exp.",
  state: (x) => ({
    potential: potentialState(x),
    age: ageState(steps(x.cooldown)),
    fast: float(0, "mV", "Fast part of the threshold."),
    slow: float(0, "mV", "Slow part of the threshold."),
    thresholdShift: float(0, "mV", "Increase of the threshold over its base: the sum of both parts."),
  }),
  roles: { threshold: "threshold", refractory: "cooldown", thresholdShift: "thresholdShift" },
  step(x) {
    const potential = add(relax(x.potential, mul(x.resistance, x.current), x.potentialTau), x.jump);
    const [fast, slow] = [relax(x.fast, 0, x.fastTau), relax(x.slow, 0, x.slowTau)];
    const ready = ge(x.age, steps(x.cooldown));
    const spikes = and(ready, ge(potential, add(fromRest(x, x.threshold), add(fast, slow))));
    const next = {
      fast: add(fast, when(spikes, x.fastDelta)),
      slow: add(slow, when(spikes, x.slowDelta)),
    };
    return {
      spikes,
      potential,
      age: since(spikes, x.age, steps(x.cooldown)),
      ...next,
      thresholdShift: add(next.fast, next.slow),
    };
  },
});

export type AdaptiveThresholdSomaConfig = ConfigOf<typeof fields>;
