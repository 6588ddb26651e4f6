import { add, div, dt, field, float, ge, mul, positive, select, soma, sub } from "spark-snn";

/**
 * A custom soma: quadratic integrate-and-fire. Below its critical potential it returns to rest. Above it, the potential
 * rises ever faster and so forms its own upstroke. The rate starts at zero, with the square root of the current.
 */
export const QuadraticSoma = soma(
  "QuadraticSoma",
  {
    potentialRest: field(-65, "mV", "Membrane potential at rest."),
    potentialCritical: field(-50, "mV", "Critical potential, above which the potential grows without bound."),
    potentialPeak: field(30, "mV", "Potential at which a spike is counted."),
    potentialReset: field(-70, "mV", "Membrane potential just after a spike."),
    potentialTau: field(10, "ms", "Time constant of the return to rest, near rest.", positive),
    resistance: field(0.1, "GΩ", "Membrane resistance near rest."),
  },
  {
    about: "Quadratic integrate-and-fire. Neuronal Dynamics, ch. 5.3.",
    // The potential is relative to rest: v is 0 at rest and `critical` at the critical potential.
    state: (x) => ({ potential: float(0, "mV", "Membrane potential.", { from: x.potentialRest }) }),
    step(x) {
      const critical = sub(x.potentialCritical, x.potentialRest);
      const slope = add(div(mul(x.potential, sub(x.potential, critical)), critical), mul(x.resistance, x.current));
      const v = add(x.potential, mul(div(dt, x.potentialTau), slope));
      const spikes = ge(v, sub(x.potentialPeak, x.potentialRest));
      return { spikes, potential: select(spikes, sub(x.potentialReset, x.potentialRest), v) };
    },
  },
);

const { potentialRest, potentialCritical, potentialPeak, potentialReset, potentialTau, resistance } =
  QuadraticSoma.model.fields;
const critical = potentialCritical.default - potentialRest.default; // mV above rest

/** Smallest current with spikes, pA; the parabola then just touches zero. */
export const quadraticRheobase = (fields: { critical: number; rest: number; resistance: number }): number =>
  (fields.critical - fields.rest) / (4 * fields.resistance);

/** Firing rate of the default soma at a constant current (pA), Hz: the closed form, without time steps. */
export const quadraticRate = (current: number): number => {
  // With u = (v − critical/2)/critical, the equation becomes tau·du/dt = u² + gap.
  const gap = (resistance.default * current) / critical - 1 / 4;
  if (gap <= 0) return 0;
  const phase = (potential: number): number =>
    Math.atan(((potential - potentialRest.default) / critical - 1 / 2) / Math.sqrt(gap));
  const interval =
    (potentialTau.default * (phase(potentialPeak.default) - phase(potentialReset.default))) / Math.sqrt(gap);
  return 1000 / interval;
};
