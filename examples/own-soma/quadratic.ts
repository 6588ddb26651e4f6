import { add, div, dt, field, float, ge, mul, positive, select, soma, sub } from "spark-snn";

/**
 * A soma that the library does not have: quadratic integrate-and-fire. Below its critical potential it falls back to rest,
 * beyond it rises ever faster, and so makes its own upstroke. The rate leaves zero gradually, as the root of the current.
 */
export const QuadraticSoma = soma(
  "QuadraticSoma",
  {
    potentialRest: field(-65, "mV", "Membrane potential at rest."),
    potentialCritical: field(-50, "mV", "Potential beyond which the membrane runs away."),
    potentialPeak: field(30, "mV", "Potential at which a spike is counted."),
    potentialReset: field(-70, "mV", "Membrane potential just after a spike."),
    potentialTau: field(10, "ms", "Time constant of the return to rest, near rest.", positive),
    resistance: field(0.1, "GΩ", "Membrane resistance near rest."),
  },
  {
    about: "Quadratic integrate-and-fire. Neuronal Dynamics, ch. 5.3.",
    // The potential is kept relative to rest: v is 0 at rest and `critical` at the critical potential.
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

/** The least current that makes it spike, pA: the parabola then just touches zero. */
export const quadraticRheobase = (fields: { critical: number; rest: number; resistance: number }): number =>
  (fields.critical - fields.rest) / (4 * fields.resistance);
