import { field, positive } from "../config/field.ts";
import { add, div, gt, mul, select, sub } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { float } from "../model/scope.ts";
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
    "Quadratic integrate-and-fire soma: the normal form of neurons whose firing begins at rate zero. With distant threshold and reset, it is the theta neuron of Ermentrout and Kopell 1986, SIAM J. Appl. Math. 46, 233. Neuronal Dynamics, ch. 5.3.",
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
