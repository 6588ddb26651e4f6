import {
  brain,
  ConductanceExponentialSynapse,
  IzhikevichSoma,
  pairwiseBernoulli,
  soma,
  TraubMilesSoma,
  uniform,
} from "spark-snn";

/** Numbers of COBAHH and of the populations of uncoupled neurons, for this library and the peers. */
export const neuronNumbers = {
  cobahh: {
    /** Mean number of inputs per unit. */
    inputs: 80,
    /** nS */
    excitatoryWeight: 6,
    inhibitoryWeight: 67,
    /** mV: range of the start values. A tenth of the units spikes in the first milliseconds and starts the activity. */
    start: [-75, -52],
    /** mV: upward crossings of this potential count as spikes. */
    threshold: -20,
  },
  /** pA: the currents of the units, from the first to the last in equal steps. */
  adex: { currents: [500, 1500] },
  izhikevich: { currents: [50, 150] },
} as const;

/**
 * The network of Hodgkin–Huxley neurons of the simulator review: Brette et al., J. Comput. Neurosci. 23:349 (2007),
 * benchmark 3.
 */
export const cobahh = (units: number) => {
  const { inputs, excitatoryWeight, inhibitoryWeight, threshold } = neuronNumbers.cobahh;
  const excitatory = Math.round(units * 0.8);
  const connect = pairwiseBernoulli({ probability: inputs / units });
  const excite = {
    connect,
    weight: excitatoryWeight,
    synapse: ConductanceExponentialSynapse({ tau: 5, potentialReversal: 0 }),
  };
  const inhibit = {
    connect,
    weight: inhibitoryWeight,
    synapse: ConductanceExponentialSynapse({ tau: 10, potentialReversal: -80 }),
  };
  return brain({
    name: "COBAHH",
    populations: {
      excitatory: TraubMilesSoma({ units: [excitatory], threshold }),
      inhibitory: TraubMilesSoma({ units: [units - excitatory], threshold }),
    },
    projections: {
      ee: { from: "excitatory", to: "excitatory", ...excite },
      ei: { from: "excitatory", to: "inhibitory", ...excite },
      ie: { from: "inhibitory", to: "excitatory", ...inhibit },
      ii: { from: "inhibitory", to: "inhibitory", ...inhibit },
    },
  });
};

const [least, most] = neuronNumbers.cobahh.start;
const start = { potential: uniform({ min: least, max: most }) };
export const cobahhStart = { excitatory: start, inhibitory: start };

const equations = `
  # Adaptive exponential soma. Brette and Gerstner 2005, J. Neurophysiol. 94, 3637.
  dv/dt = (gL*(EL - v) + gL*DeltaT*exp((v - VT)/DeltaT) - w + I)/C : mV
  dw/dt = (a*(v - EL) - w)/tauw : pA
  spike: v > Vcut
  reset: v = Vr; w += b
  C = 281 pF; gL = 30 nS; EL = -70.6 mV; VT = -50.4 mV; DeltaT = 2 mV; Vcut = -30 mV
  tauw = 144 ms; a = 4 nS; b = 80.5 pA; Vr = -70.6 mV`;
const exponential = soma.equations("AdEx", equations, { method: "exponentialEuler" });
const forward = soma.equations("AdExEuler", equations, { method: "euler" });

const spread = (count: number, [first, last]: readonly [number, number]): Float64Array =>
  Float64Array.from({ length: count }, (_, k) => first + ((last - first) * k) / Math.max(1, count - 1));

/** Uncoupled adaptive exponential units with different currents. */
export const adex = (units: number, method: "exponentialEuler" | "euler") => ({
  brain: brain({
    name: "AdEx",
    populations: { cells: method === "euler" ? forward({ units: [units] }) : exponential({ units: [units] }) },
  }),
  inputs: { cells: { current: spread(units, neuronNumbers.adex.currents) } },
});

/** Uncoupled regular spiking units of Izhikevich with different currents. */
export const izhikevich = (units: number) => ({
  brain: brain({ name: "Izhikevich", populations: { cells: IzhikevichSoma({ units: [units] }) } }),
  inputs: { cells: { current: spread(units, neuronNumbers.izhikevich.currents) } },
});
