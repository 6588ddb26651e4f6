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

/** Smallest current with spikes, pA; the parabola then just touches zero. */
export const quadraticRheobase = (fields: { critical: number; rest: number; resistance: number }): number =>
  (fields.critical - fields.rest) / (4 * fields.resistance);
