import { field, positive } from "../config/field.ts";
import type { Bool, Float } from "../expr/expr.ts";
import { add, and, div, exp, gt, le, linoid, mul, neg, pow, quantity, sigmoid, sub } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { type FieldScope, float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";

/* Somas with sodium and potassium channels. A spike is an upward crossing of a threshold; nothing is reset. */

/** Fields of a membrane with a leak, sodium and potassium channels. */
const membrane = (values: {
  readonly start: number;
  readonly capacitance: number;
  readonly leak: readonly [conductance: number, reversal: number];
  readonly sodium: readonly [conductance: number, reversal: number];
  readonly potassium: readonly [conductance: number, reversal: number];
  readonly threshold: number;
}) => ({
  potentialRest: field(values.start, "mV", "Membrane potential at the start, with gates at their steady state."),
  capacitance: field(values.capacitance, "pF", "Membrane capacitance.", positive),
  leakConductance: field(values.leak[0], "nS", "Conductance of the leak."),
  leakReversal: field(values.leak[1], "mV", "Reversal potential of the leak."),
  sodiumConductance: field(values.sodium[0], "nS", "Largest conductance of the sodium channels."),
  sodiumReversal: field(values.sodium[1], "mV", "Reversal potential of sodium."),
  potassiumConductance: field(values.potassium[0], "nS", "Largest conductance of the potassium channels."),
  potassiumReversal: field(values.potassium[1], "mV", "Reversal potential of potassium."),
  threshold: field(values.threshold, "mV", "A spike is an upward crossing of this potential."),
});

type Membrane = FieldScope<ReturnType<typeof membrane>>;

/** Rates at which a gate opens and closes, 1/ms. */
export interface Rates {
  readonly opening: Float;
  readonly closing: Float;
}

/** The value at which a gate settles. */
export const settled = ({ opening, closing }: Rates): Float => div(opening, add(opening, closing));
/** The derivative of a gate. */
export const gating = ({ opening, closing }: Rates, gate: Float): Float =>
  sub(opening, mul(add(opening, closing), gate));

/** rate·exp(v/scale) */
export const exponentialRate = (rate: number, v: Float, scale: number): Float =>
  mul(quantity(rate, "1/ms"), exp(div(v, quantity(scale, "mV"))));
/** rate/(1 + exp(−v/scale)) */
export const sigmoidRate = (rate: number, v: Float, scale: number): Float =>
  mul(quantity(rate, "1/ms"), sigmoid(div(v, quantity(scale, "mV"))));
/** slope·v/(1 − exp(−v/scale)) */
export const linoidRate = (slope: number, v: Float, scale: number): Float =>
  linoid(quantity(slope, "1/ms/mV"), v, quantity(scale, "mV"));

/** An upward crossing of a threshold. */
export const crossing = (before: Float, after: Float, threshold: Float): Bool =>
  and(gt(after, threshold), le(before, threshold));

const mV = (value: number): Float => quantity(value, "mV");

/** Rates of the three gates at a potential. */
type Channels = (
  x: Membrane,
  v: Float,
) => { readonly sodium: Rates; readonly inactivation: Rates; readonly potassium: Rates };

const gates = (channels: Channels) => (x: Membrane) => {
  const { sodium, inactivation, potassium } = channels(x, x.potentialRest);
  return {
    potential: float(x.potentialRest, "mV", "Membrane potential."),
    sodiumActivation: float(settled(sodium), "1", "Open share of the activation gates of sodium: m."),
    sodiumInactivation: float(settled(inactivation), "1", "Open share of the inactivation gates of sodium: h."),
    potassiumActivation: float(settled(potassium), "1", "Open share of the gates of potassium: n."),
  };
};

interface State {
  readonly potential: Float;
  readonly sodiumActivation: Float;
  readonly sodiumInactivation: Float;
  readonly potassiumActivation: Float;
}

const flows = (channels: Channels) => (x: Membrane & State & { readonly current: Float }) => {
  const { potential: v, sodiumActivation: m, sodiumInactivation: h, potassiumActivation: n } = x;
  const { sodium, inactivation, potassium } = channels(x, v);
  const leak = mul(x.leakConductance, sub(v, x.leakReversal));
  const sodiumCurrent = mul(mul(x.sodiumConductance, mul(pow(m, 3), h)), sub(v, x.sodiumReversal));
  const potassiumCurrent = mul(mul(x.potassiumConductance, pow(n, 4)), sub(v, x.potassiumReversal));
  return {
    potential: div(sub(x.current, add(add(leak, sodiumCurrent), potassiumCurrent)), x.capacitance),
    sodiumActivation: gating(sodium, m),
    sodiumInactivation: gating(inactivation, h),
    potassiumActivation: gating(potassium, n),
  };
};

const roles = { threshold: "threshold" } as const;

const squid = membrane({
  start: -65,
  capacitance: 100,
  leak: [30, -54.402],
  sodium: [12_000, 50],
  potassium: [3600, -77],
  threshold: 0,
});
const squidChannels: Channels = (_, v) => {
  const from = (rest: number): Float => sub(v, mV(rest));
  return {
    sodium: { opening: linoidRate(0.1, from(-40), 10), closing: exponentialRate(4, neg(from(-65)), 18) },
    inactivation: { opening: exponentialRate(0.07, neg(from(-65)), 20), closing: sigmoidRate(1, from(-35), 10) },
    potassium: { opening: linoidRate(0.01, from(-55), 10), closing: exponentialRate(0.125, neg(from(-65)), 80) },
  };
};

export const HodgkinHuxleySoma = soma("HodgkinHuxleySoma", squid, {
  about:
    "The squid giant axon, for 10 000 µm² of membrane. Hodgkin and Huxley 1952, J. Physiol. 117, 500, with potentials as in NEST's hh_psc_alpha.",
  state: gates(squidChannels),
  roles,
  differential: flows(squidChannels),
  step(x, after) {
    const potential = add(after.potential, x.jump);
    return { spikes: crossing(x.potential, potential, x.threshold), potential };
  },
});

const traubMiles = {
  ...membrane({
    start: -60,
    capacitance: 200,
    leak: [10, -60],
    sodium: [20_000, 50],
    potassium: [6000, -90],
    threshold: -40,
  }),
  rateShift: field(-63, "mV", "Shift of the rates of all gates: V_T of the paper."),
};
const traubMilesChannels: Channels = (x, v) => {
  const { rateShift } = x as FieldScope<typeof traubMiles>;
  const from = (shift: number): Float => sub(sub(v, rateShift), mV(shift));
  return {
    sodium: { opening: linoidRate(0.32, from(13), 4), closing: linoidRate(0.28, neg(from(40)), 5) },
    inactivation: { opening: exponentialRate(0.128, neg(from(17)), 18), closing: sigmoidRate(4, from(40), 5) },
    potassium: { opening: linoidRate(0.032, from(15), 5), closing: exponentialRate(0.5, neg(from(10)), 40) },
  };
};

export const TraubMilesSoma = soma("TraubMilesSoma", traubMiles, {
  about:
    "Hippocampal pyramidal neuron after Traub and Miles 1991, as in the network COBAHH of Brette et al. 2007, J. Comput. Neurosci. 23, 349, and NEST's hh_cond_exp_traub.",
  state: gates(traubMilesChannels),
  roles,
  differential: flows(traubMilesChannels),
  step(x, after) {
    const potential = add(after.potential, x.jump);
    return { spikes: crossing(x.potential, potential, x.threshold), potential };
  },
});

export type HodgkinHuxleySomaConfig = ConfigOf<typeof squid>;
export type TraubMilesSomaConfig = ConfigOf<typeof traubMiles>;
