import { between, field, positive } from "../config/field.ts";
import type { Float } from "../expr/expr.ts";
import { add, div, exp, gt, min, mul, neg, pow, quantity, select, sub } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { current, jump } from "../model/ports.ts";
import { type FieldScope, float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { crossing, exponentialRate, gating, linoidRate, type Rates, settled, sigmoidRate } from "./conductance.ts";
import { dendriteInputs } from "./dendrite.ts";

/*
 * A pyramidal cell of CA3 with a soma that spikes and a dendrite with calcium. The conductances of the paper per cm² are
 * those of 10 000 µm² of membrane here: 1 mS/cm² becomes 100 nS, 1 µF/cm² 100 pF and 1 µA/cm² 100 pA.
 */

const fields = {
  potentialRest: field(-60, "mV", "Potential of both compartments at the start, with gates at their steady state."),
  capacitance: field(300, "pF", "Capacitance of the whole membrane.", positive),
  somaShare: field(0.5, "1", "Share of the membrane that is the soma: p of the paper.", between(0.01, 0.99)),
  coupling: field(210, "nS", "Conductance between soma and dendrite: g_c of the paper."),
  leakConductance: field(10, "nS", "Leak conductance."),
  leakReversal: field(-60, "mV", "Reversal potential of the leak."),
  sodiumConductance: field(3000, "nS", "Largest sodium conductance of the soma."),
  sodiumReversal: field(60, "mV", "Reversal potential of sodium."),
  potassiumConductance: field(1500, "nS", "Largest delayed-rectifier potassium conductance of the soma."),
  potassiumReversal: field(-75, "mV", "Reversal potential of potassium."),
  calciumConductance: field(1000, "nS", "Largest calcium conductance of the dendrite."),
  calciumReversal: field(80, "mV", "Reversal potential of calcium."),
  afterhyperpolarization: field(80, "nS", "Largest slow calcium-activated potassium conductance of the dendrite."),
  calciumPotassium: field(1500, "nS", "Largest fast calcium-activated potassium conductance of the dendrite."),
  threshold: field(-20, "mV", "A spike is an upward crossing of this potential by the soma."),
};
type Fields = FieldScope<typeof fields>;

/** Distance of a potential from a value of the paper's rates, shifted to a resting potential of −60 mV. */
const from = (v: Float, mV: number): Float => sub(v, quantity(mV, "mV"));

const sodiumActivation = (v: Float): Float =>
  settled({ opening: linoidRate(0.32, from(v, -46.9), 4), closing: linoidRate(0.28, neg(from(v, -19.9)), 5) });
const sodiumInactivation = (v: Float): Rates => ({
  opening: exponentialRate(0.128, neg(from(v, -43)), 18),
  closing: sigmoidRate(4, from(v, -20), 5),
});
const potassium = (v: Float): Rates => ({
  opening: linoidRate(0.016, from(v, -24.9), 5),
  closing: exponentialRate(0.25, neg(from(v, -40)), 40),
});
const calcium = (v: Float): Rates => ({
  opening: sigmoidRate(1.6, from(v, 5), 1 / 0.072),
  closing: linoidRate(0.02, neg(from(v, -8.9)), 5),
});
const calciumPotassium = (v: Float): Rates => {
  const total = exponentialRate(2, neg(from(v, -53.5)), 27);
  const low = mul(
    quantity(1 / 18.975, "1/ms"),
    exp(sub(div(from(v, -50), quantity(11, "mV")), div(from(v, -53.5), quantity(27, "mV")))),
  );
  const isHigh = gt(v, quantity(-10, "mV"));
  return { opening: select(isHigh, total, low), closing: select(isHigh, quantity(0, "1/ms"), sub(total, low)) };
};
/** The slow gate opens with calcium. */
const slow = (level: Float): Rates => ({
  opening: min(mul(quantity(0.00002, "1/ms"), level), quantity(0.01, "1/ms")),
  closing: quantity(0.001, "1/ms"),
});

/** The calcium current into the whole membrane, if all of it were dendrite. */
const calciumCurrent = (x: Fields, gate: Float, v: Float): Float =>
  mul(mul(x.calciumConductance, pow(gate, 2)), sub(v, x.calciumReversal));

export const PinskyRinzelSoma = soma("PinskyRinzelSoma", fields, {
  about:
    "Pyramidal cell of CA3 with a soma and a dendrite: bursts arise from the exchange of current between sodium spikes and calcium spikes. Pinsky and Rinzel 1994, J. Comput. Neurosci. 1, 39, for 10 000 µm² of membrane.",
  inputs: {
    current: current("Current into the soma."),
    jump: jump("Jump of the soma's potential from delta synapses."),
    ...dendriteInputs,
  },
  state: (x) => {
    const v = x.potentialRest;
    return {
      potential: float(v, "mV", "Potential of the soma."),
      dendritePotential: float(v, "mV", "Potential of the dendrite."),
      sodiumInactivation: float(
        settled(sodiumInactivation(v)),
        "1",
        "Open share of the inactivation gates of sodium: h.",
      ),
      potassiumActivation: float(settled(potassium(v)), "1", "Open share of the delayed rectifier: n."),
      calciumActivation: float(settled(calcium(v)), "1", "Open share of the calcium gates: s."),
      fastActivation: float(settled(calciumPotassium(v)), "1", "Open share of the fast calcium-activated gates: c."),
      slowActivation: float(0, "1", "Open share of the slow calcium-activated gates: q."),
      calcium: float(0, "1", "Calcium in the dendrite, in the paper's arbitrary unit."),
    };
  },
  roles: { threshold: "threshold" },
  differential(x) {
    const { potential: v, dendritePotential: d } = x;
    const dendriteShare = sub(1, x.somaShare);
    const flow = mul(x.coupling, sub(d, v));
    const leak = (potential: Float): Float => mul(x.leakConductance, sub(potential, x.leakReversal));
    const gates = mul(pow(sodiumActivation(v), 2), x.sodiumInactivation);
    const sodiumCurrent = mul(mul(x.sodiumConductance, gates), sub(v, x.sodiumReversal));
    const potassiumCurrent = mul(mul(x.potassiumConductance, x.potassiumActivation), sub(v, x.potassiumReversal));
    const into = calciumCurrent(x, x.calciumActivation, d);
    const fast = mul(mul(x.calciumPotassium, x.fastActivation), min(div(x.calcium, 250), 1));
    const toPotassium = mul(add(fast, mul(x.afterhyperpolarization, x.slowActivation)), sub(d, x.potassiumReversal));
    return {
      potential: div(
        sub(div(add(x.current, flow), x.somaShare), add(add(leak(v), sodiumCurrent), potassiumCurrent)),
        x.capacitance,
      ),
      dendritePotential: div(
        sub(div(sub(x.dendriteCurrent, flow), dendriteShare), add(add(leak(d), into), toPotassium)),
        x.capacitance,
      ),
      sodiumInactivation: gating(sodiumInactivation(v), x.sodiumInactivation),
      potassiumActivation: gating(potassium(v), x.potassiumActivation),
      calciumActivation: gating(calcium(d), x.calciumActivation),
      fastActivation: gating(calciumPotassium(d), x.fastActivation),
      slowActivation: gating(slow(x.calcium), x.slowActivation),
      calcium: sub(mul(quantity(-0.0013, "1/pA/ms"), into), mul(quantity(0.075, "1/ms"), x.calcium)),
    };
  },
  step(x, after) {
    const potential = add(after.potential, x.jump);
    const dendritePotential = add(after.dendritePotential, x.dendriteJump);
    return { spikes: crossing(x.potential, potential, x.threshold), potential, dendritePotential };
  },
});

export type PinskyRinzelSomaConfig = ConfigOf<typeof fields>;
