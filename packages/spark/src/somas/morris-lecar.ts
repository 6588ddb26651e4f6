import { field, positive } from "../config/field.ts";
import type { Float } from "../expr/expr.ts";
import { add, div, exp, mul, neg, sub, tanh } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { withPresets } from "../model/presets.ts";
import { type FieldScope, float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { crossing } from "./conductance.ts";

const fields = {
  potentialRest: field(-50, "mV", "Membrane potential at the start, with the gate at its steady state."),
  capacitance: field(20, "pF", "Membrane capacitance.", positive),
  leakConductance: field(2, "nS", "Conductance of the leak."),
  leakReversal: field(-50, "mV", "Reversal potential of the leak."),
  calciumConductance: field(4, "nS", "Largest conductance of the calcium channels."),
  calciumReversal: field(100, "mV", "Reversal potential of calcium."),
  potassiumConductance: field(8, "nS", "Largest conductance of the potassium channels."),
  potassiumReversal: field(-70, "mV", "Reversal potential of potassium."),
  calciumMidpoint: field(10, "mV", "Potential at which half of the calcium channels are open: V₁ of the paper."),
  calciumWidth: field(15, "mV", "Range of potentials over which they open: V₂ of the paper.", positive),
  potassiumMidpoint: field(-1, "mV", "Potential at which half of the potassium channels are open: V₃ of the paper."),
  potassiumWidth: field(14.5, "mV", "Range of potentials over which they open: V₄ of the paper.", positive),
  potassiumRate: field(1 / 15, "1/ms", "Rate of the potassium channels at their midpoint: λ or φ.", positive),
  threshold: field(0, "mV", "A spike is an upward crossing of this potential."),
};
type Fields = FieldScope<typeof fields>;

const half = (z: Float): Float => mul(0.5, add(1, tanh(z)));
const cosh = (z: Float): Float => mul(0.5, add(exp(z), exp(neg(z))));
/** Distance of a potential from the midpoint of potassium, in widths. */
const distance = (x: Fields, v: Float): Float => div(sub(v, x.potassiumMidpoint), x.potassiumWidth);

/** Values of Ermentrout and Terman; the other values are common to them. */
const regime = (
  about: string,
  [calciumConductance, potassiumMidpoint, potassiumWidth, potassiumRate]: readonly [number, number, number, number],
) => ({
  about: `${about} Ermentrout and Terman 2010, Mathematical Foundations of Neuroscience, table 3.1.`,
  parameters: {
    ...{ calciumConductance, potassiumMidpoint, potassiumWidth, potassiumRate, potentialRest: -60 },
    ...{ leakReversal: -60, calciumReversal: 120, potassiumReversal: -84, calciumMidpoint: -1.2, calciumWidth: 18 },
  },
});

const plain = soma("MorrisLecarSoma", fields, {
  about:
    "Barnacle muscle fibre with a calcium and a potassium current, in the reduced form of two variables; capacitance, conductances and currents of the paper per cm² become pF, nS and pA. Morris and Lecar 1981, Biophys. J. 35, 193, eq. 9 and fig. 9.",
  state: (x) => ({
    potential: float(x.potentialRest, "mV", "Membrane potential."),
    potassiumActivation: float(half(distance(x, x.potentialRest)), "1", "Open share of the potassium channels."),
  }),
  roles: { threshold: "threshold" },
  differential(x) {
    const { potential: v, potassiumActivation: n } = x;
    const calcium = half(div(sub(v, x.calciumMidpoint), x.calciumWidth));
    const leak = mul(x.leakConductance, sub(v, x.leakReversal));
    const calciumCurrent = mul(mul(x.calciumConductance, calcium), sub(v, x.calciumReversal));
    const potassiumCurrent = mul(mul(x.potassiumConductance, n), sub(v, x.potassiumReversal));
    const from = distance(x, v);
    return {
      potential: div(sub(x.current, add(add(leak, calciumCurrent), potassiumCurrent)), x.capacitance),
      potassiumActivation: mul(mul(x.potassiumRate, cosh(mul(0.5, from))), sub(half(from), n)),
    };
  },
  step(x, after) {
    const potential = add(after.potential, x.jump);
    return { spikes: crossing(x.potential, potential, x.threshold), potential };
  },
});

export const MorrisLecarSoma = withPresets(plain, {
  hopf: regime("Firing that begins at a positive rate (class 2).", [4.4, 2, 30, 0.04]),
  saddleNode: regime("Firing that begins at rate zero (class 1).", [4, 12, 17.4, 0.067]),
});

export type MorrisLecarSomaConfig = ConfigOf<typeof fields>;
