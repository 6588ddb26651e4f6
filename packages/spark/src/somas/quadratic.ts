import { field, positive } from "../config/field.ts";
import type { Float } from "../expr/expr.ts";
import { add, clip, cos, div, eq, ge, gt, max, mul, quantity, select, sin, sqrt, sub, when } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { type FieldScope, float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";

const fields = {
  potentialRest: field(-65, "mV", "Resting potential, to which lower potentials relax."),
  potentialCritical: field(-50, "mV", "Potential above which a spike starts, without input."),
  potentialReset: field(-75, "mV", "Membrane potential just after a spike."),
  potentialTau: field(20, "ms", "Membrane time constant.", positive),
  curvature: field(0.04, "1/mV", "Strength of the quadratic term.", positive),
  resistance: field(0.1, "GΩ", "Membrane resistance."),
  threshold: field(30, "mV", "Peak of a spike, above which the soma is reset."),
};

export const QuadraticIntegrateAndFireSoma = soma("QuadraticIntegrateAndFireSoma", fields, {
  about:
    "Quadratic integrate-and-fire soma: the normal form of neurons whose firing begins at rate zero. With infinitely distant threshold and reset, it is the ThetaSoma. Neuronal Dynamics, ch. 5.3.",
  state: (x) => ({ potential: float(x.potentialRest, "mV", "Membrane potential.") }),
  roles: { threshold: "threshold", reset: "potentialReset" },
  differential(x) {
    const parabola = mul(mul(x.curvature, sub(x.potential, x.potentialRest)), sub(x.potential, x.potentialCritical));
    return { potential: div(add(parabola, mul(x.resistance, x.current)), x.potentialTau) };
  },
  method: "heun",
  step(x, after) {
    const v = add(after.potential, x.jump);
    const spikes = gt(v, x.threshold);
    return { spikes, potential: select(spikes, x.potentialReset, v) };
  },
});

export type QuadraticIntegrateAndFireSomaConfig = ConfigOf<typeof fields>;

const { potentialRest, potentialCritical, potentialTau, curvature, resistance } = fields;
const phaseFields = { potentialRest, potentialCritical, potentialTau, curvature, resistance };

/** Half of the distance between the resting and the critical potential. */
const halfWidth = (x: FieldScope<typeof phaseFields>): Float => div(sub(x.potentialCritical, x.potentialRest), 2);

/** Arc tangent: three halvings of the angle, then its series, to the precision of doubles. */
const arctangent = (x: Float): Float => {
  let t = x;
  for (let k = 0; k < 3; k++) t = div(t, add(1, sqrt(add(1, mul(t, t)))));
  const square = mul(t, t);
  let sum: Float = quantity(1 / 15, "1");
  for (let n = 13; n > 0; n -= 2) sum = sub(1 / n, mul(square, sum));
  return mul(8, mul(t, sum));
};

/** The tangent of half of a phase: the distance of the potential from the middle, in half widths. */
const tangentOf = (phase: Float, least: number): Float => div(sin(phase), max(add(1, cos(phase)), least));

/** Largest distance of the shown potential from the middle, in half widths. */
const FAR = 100;

export const ThetaSoma = soma("ThetaSoma", phaseFields, {
  about:
    "Theta neuron: the quadratic integrate-and-fire soma as a phase on a circle, which spikes when it passes π. Threshold and reset of the quadratic soma are infinitely distant here. Ermentrout and Kopell 1986, SIAM J. Appl. Math. 46, 233; Neuronal Dynamics, ch. 5.3.",
  state: (x) => ({
    potential: float(
      x.potentialRest,
      "mV",
      "Membrane potential that belongs to the phase, within a hundred half distances of rest and critical potential.",
    ),
    phase: float(-Math.PI / 2, "1", "Phase, from −π to π: −π/2 at rest, π/2 at the critical potential."),
  }),
  differential(x) {
    const unit = mul(x.curvature, halfWidth(x));
    const drive = sub(div(mul(x.resistance, x.current), mul(unit, halfWidth(x))), 1);
    const cosine = cos(x.phase);
    const change = add(sub(1, cosine), mul(add(1, cosine), drive));
    return { phase: div(mul(unit, change), x.potentialTau) };
  },
  method: "rk4",
  step(x, after) {
    const spikes = ge(after.phase, Math.PI);
    const wrapped = sub(after.phase, when(spikes, 2 * Math.PI));
    const moved = mul(2, arctangent(add(tangentOf(wrapped, 1e-6), div(x.jump, halfWidth(x)))));
    const phase = select(eq(x.jump, 0), wrapped, moved);
    const middle = add(x.potentialRest, halfWidth(x));
    const tangent = clip(tangentOf(phase, 1 / (FAR * FAR)), -FAR, FAR);
    return { spikes, phase, potential: add(middle, mul(halfWidth(x), tangent)) };
  },
});

export type ThetaSomaConfig = ConfigOf<typeof phaseFields>;
