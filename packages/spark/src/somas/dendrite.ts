import { field, positive } from "../config/field.ts";
import { type Bool, dt, type Float } from "../expr/expr.ts";
import { add, div, exp, expm1, log, mul, neg, quantity, relax, sub, when } from "../expr/verbs.ts";
import { current, jump } from "../model/ports.ts";
import { type FieldScope, float } from "../model/scope.ts";

/*
 * A passive dendrite of one compartment, coupled to a soma. A spike of the soma travels back into it as a conductance.
 * Pastorelli et al. 2025 (Ca-AdEx); the LeakyDendrite of Python Spark 1.2.
 */

export const dendrite = {
  dendriteRest: field(-55, "mV", "Potential to which the leak of the dendrite pulls."),
  dendriteCapacitance: field(23.6, "pF", "Membrane capacitance of the dendrite.", positive),
  dendriteLeak: field(3.4, "nS", "Leak conductance of the dendrite.", positive),
  coupling: field(5, "nS", "Conductance between soma and dendrite."),
  backpropagationConductance: field(28, "nS", "Peak conductance of one back-propagating spike."),
  backpropagationReversal: field(0, "mV", "Reversal potential of back-propagating spikes."),
  backpropagationRiseTau: field(0.2, "ms", "Time constant of their rise, below that of their decay.", positive),
  backpropagationDecayTau: field(3, "ms", "Time constant of their decay.", positive),
  plateauThreshold: field(-25, "mV", "Potential at which the plateau reads 0.5."),
  plateauSlope: field(2, "mV", "Range of potentials over which the plateau rises.", positive),
};

type Dendrite = FieldScope<typeof dendrite>;

const logistic = (z: Float): Float => div(1, add(1, exp(neg(z))));

/** How far the dendrite is in a plateau, from its potential relative to rest. */
const plateauOf = (x: Dendrite, potential: Float): Float =>
  logistic(div(sub(potential, sub(x.plateauThreshold, x.dendriteRest)), x.plateauSlope));

export const dendriteState = (x: Dendrite) => ({
  dendritePotential: float(0, "mV", "Potential of the dendrite relative to dendriteRest.", { from: x.dendriteRest }),
  backpropagationRise: float(0, "1", "Trace of the soma's spikes that falls with the rise."),
  backpropagationDecay: float(0, "1", "Trace of the soma's spikes that falls with the decay."),
  plateau: float(plateauOf(x, quantity(0, "mV")), "1", "How far the dendrite is in a plateau, from 0 to 1."),
  couplingCurrent: float(0, "pA", "Current from the dendrite into the soma, which the soma receives in the next step."),
});

const distal = { potential: "dendritePotential", compartment: "dendrite" };
export const dendriteInputs = {
  dendriteCurrent: current("Current into the dendrite.", distal),
  dendriteJump: jump("Jump of the dendrite's potential from delta synapses.", distal),
};

/** Scales the difference of the two traces to a peak of 1 after one spike. */
const normalization = (rise: Float, decay: Float): Float => {
  const peakTime = mul(div(mul(rise, decay), sub(decay, rise)), log(div(decay, rise)));
  return div(1, sub(exp(neg(div(peakTime, decay))), exp(neg(div(peakTime, rise)))));
};

/** The potential of the dendrite after a step in which its conductances stay as they are: exact for these. */
const integrateDendrite = (
  x: Dendrite & { readonly dendritePotential: Float; readonly dendriteCurrent: Float },
  soma: Float,
  backpropagation: Float,
): Float => {
  const conductance = add(add(x.dendriteLeak, backpropagation), x.coupling);
  const reversal = sub(x.backpropagationReversal, x.dendriteRest);
  const drive = add(add(x.dendriteCurrent, mul(backpropagation, reversal)), mul(x.coupling, soma));
  const gain = neg(expm1(neg(div(mul(dt, conductance), x.dendriteCapacitance))));
  return add(x.dendritePotential, mul(gain, sub(div(drive, conductance), x.dendritePotential)));
};

/**
 * The state of the dendrite after a step.
 * @param soma absolute potential of the soma after the step
 * @param spikes whether the soma spikes in the step
 */
export const dendriteStep = (
  x: Dendrite & {
    readonly dendritePotential: Float;
    readonly backpropagationRise: Float;
    readonly backpropagationDecay: Float;
    readonly dendriteCurrent: Float;
    readonly dendriteJump: Float;
  },
  soma: Float,
  spikes: Bool,
) => {
  const arriving = when(spikes, quantity(1, "1"));
  const rise = add(relax(x.backpropagationRise, 0, x.backpropagationRiseTau), arriving);
  const decay = add(relax(x.backpropagationDecay, 0, x.backpropagationDecayTau), arriving);
  const peak = mul(x.backpropagationConductance, normalization(x.backpropagationRiseTau, x.backpropagationDecayTau));
  const somaFromRest = sub(soma, x.dendriteRest);
  const moved = integrateDendrite(x, somaFromRest, mul(peak, sub(decay, rise)));
  const dendritePotential = add(moved, x.dendriteJump);
  return {
    dendritePotential,
    backpropagationRise: rise,
    backpropagationDecay: decay,
    plateau: plateauOf(x, dendritePotential),
    couplingCurrent: mul(x.coupling, sub(dendritePotential, somaFromRest)),
  };
};
