import { field, nonNegative, positive } from "../config/field.ts";
import { dt, type Float } from "../expr/expr.ts";
import { add, and, div, ge, gt, max, mul, relax, select, since, steps, sub, when } from "../expr/verbs.ts";
import { type FieldScope, float } from "../model/scope.ts";
import { ageState, heard } from "./membrane.ts";

/*
 * The four mechanisms that Python Spark 1.2 adds to any membrane: a refractory period, a clamp of the potential, a
 * moving threshold and an adaptation current. Each is off at its default, zero.
 */

export const mechanisms = {
  cooldown: field(0, "ms", "Time after a spike during which the soma ignores its input and cannot spike.", nonNegative),
  clampDuration: field(0, "ms", "Time after a spike during which the potential stays at its reset.", nonNegative),
  thresholdTau: field(20, "ms", "Time constant with which the threshold returns to its base.", positive),
  thresholdDelta: field(0, "mV", "Increase of the threshold at each spike."),
  adaptationTau: field(100, "ms", "Time constant of the adaptation current.", positive),
  adaptationDelta: field(0, "pA", "Increase of the adaptation current at each spike."),
};

/** Coupling of the adaptation current to the potential. What it is relative to depends on the membrane. */
export const adaptationSubthreshold = (from: string) =>
  field(0, "nS", `Adaptation current per ${from}, which it approaches with its time constant.`);

type Mechanisms = FieldScope<typeof mechanisms> & { readonly adaptationSubthreshold: Float };

const longest = (x: Mechanisms) => max(steps(x.cooldown), steps(x.clampDuration));

export const mechanismState = (x: Mechanisms) => ({
  age: ageState(longest(x)),
  thresholdShift: float(0, "mV", "Increase of the threshold over its base."),
  adaptation: float(0, "pA", "Adaptation current."),
});

export const mechanismRoles = {
  threshold: "threshold",
  reset: "potentialReset",
  refractory: "cooldown",
  thresholdShift: "thresholdShift",
} as const;

interface Adapting {
  readonly age: Parameters<typeof since>[1];
  readonly thresholdShift: Float;
  readonly adaptation: Float;
  readonly current: Float;
  readonly jump: Float;
}

/**
 * The step of a membrane with all mechanisms.
 * @param integrate the potential after a step of the membrane with a current
 * @param threshold base of the threshold, like `reset` in the frame of the stored potential
 */
export const adapt = (
  x: Mechanisms & Adapting,
  integrate: (current: Float) => Float,
  { threshold, reset }: { readonly threshold: Float; readonly reset: Float },
) => {
  const ready = ge(x.age, steps(x.cooldown));
  const moved = heard(ready, integrate(sub(when(ready, x.current), x.adaptation)), x.jump);
  const after = select(ge(x.age, steps(x.clampDuration)), moved, reset);
  const spikes = and(ready, gt(after, add(threshold, x.thresholdShift)));
  const potential = select(spikes, reset, after);
  const drift = mul(div(dt, x.adaptationTau), sub(mul(x.adaptationSubthreshold, potential), x.adaptation));
  return {
    /** The potential before a reset. */
    after,
    next: {
      spikes,
      potential,
      age: since(spikes, x.age, longest(x)),
      thresholdShift: add(relax(x.thresholdShift, 0, x.thresholdTau), when(spikes, x.thresholdDelta)),
      adaptation: add(add(x.adaptation, drift), when(spikes, x.adaptationDelta)),
    },
  };
};
