/* Published parameters of Izhikevich's soma: a, b, c, d of the papers, and the potential from which its figures start. */

const kinds = "Izhikevich 2003, IEEE Trans. Neural Netw. 14, 1569, fig. 2.";
const features = "Izhikevich 2004, IEEE Trans. Neural Netw. 15, 1063, fig. 1";

const parameters = (
  recoveryTimescale: number,
  recoverySensitivity: number,
  potentialReset: number,
  recoveryUpdate: number,
  potentialRest: number,
) => ({ recoveryTimescale, recoverySensitivity, potentialReset, recoveryUpdate, potentialRest });

/** The drift that two panels of fig. 1 use. */
const otherDrift = { driftSlope: 4.1, driftOffset: 108 };

export const izhikevichPresets = {
  regularSpiking: {
    about: `Cortical excitatory neurons: intervals that grow. ${kinds}`,
    parameters: parameters(0.02, 0.2, -65, 8, -63),
  },
  intrinsicallyBursting: {
    about: `Cortical excitatory neurons: a burst, then single spikes. ${kinds}`,
    parameters: parameters(0.02, 0.2, -55, 4, -70),
  },
  chattering: {
    about: `Cortical excitatory neurons: bursts of closely spaced spikes. ${kinds}`,
    parameters: parameters(0.02, 0.2, -50, 2, -70),
  },
  fastSpiking: {
    about: `Cortical inhibitory neurons: high rates without adaptation. ${kinds}`,
    parameters: parameters(0.1, 0.2, -65, 2, -70),
  },
  lowThresholdSpiking: {
    about: `Cortical inhibitory neurons: high rates with adaptation, and a low threshold. ${kinds}`,
    parameters: parameters(0.02, 0.25, -65, 2, -63),
  },
  thalamoCortical: {
    about: `Thalamo-cortical neurons: tonic firing, and a rebound burst after inhibition. ${kinds}`,
    parameters: parameters(0.02, 0.25, -65, 0.05, -63),
  },
  resonator: {
    about: `Neurons with damped oscillations below the threshold. ${kinds}`,
    parameters: parameters(0.1, 0.26, -65, 2, -70),
  },
  tonicSpiking: {
    about: `Spikes as long as the input lasts. Current in the figure: 140 pA. ${features}A.`,
    parameters: parameters(0.02, 0.2, -65, 6, -70),
  },
  phasicSpiking: {
    about: `One spike at the onset of the input: 5 pA. ${features}B.`,
    parameters: parameters(0.02, 0.25, -65, 6, -64),
  },
  tonicBursting: {
    about: `Bursts as long as the input lasts: 150 pA. ${features}C.`,
    parameters: parameters(0.02, 0.2, -50, 2, -70),
  },
  phasicBursting: {
    about: `One burst at the onset of the input: 6 pA. ${features}D.`,
    parameters: parameters(0.02, 0.25, -55, 0.05, -64),
  },
  mixedMode: {
    about: `A burst at the onset of the input, then single spikes: 100 pA. ${features}E.`,
    parameters: parameters(0.02, 0.2, -55, 4, -70),
  },
  spikeFrequencyAdaptation: {
    about: `Intervals that grow: 300 pA. ${features}F.`,
    parameters: parameters(0.01, 0.2, -65, 8, -70),
  },
  classOneExcitability: {
    about: `Rates that begin at zero as the input grows. ${features}G, with its own drift of the potential.`,
    parameters: { ...parameters(0.02, -0.1, -55, 6, -60), ...otherDrift },
  },
  classTwoExcitability: {
    about: `Rates that begin high as the input grows. ${features}H.`,
    parameters: parameters(0.2, 0.26, -65, 0, -64),
  },
  spikeLatency: {
    about: `A spike long after a short input. ${features}I.`,
    parameters: parameters(0.02, 0.2, -65, 6, -70),
  },
  subthresholdOscillations: {
    about: `Oscillations of the potential after a spike. ${features}J.`,
    parameters: parameters(0.05, 0.26, -60, 0, -62),
  },
  resonance: {
    about: `A spike after two inputs at the interval of the oscillation, 40 ms, not at 20 ms. ${features}K.`,
    parameters: parameters(0.1, 0.26, -60, -1, -62),
  },
  integration: {
    about: `A spike after two inputs close together, not after two far apart. ${features}L, with its own drift of the potential.`,
    parameters: { ...parameters(0.02, -0.1, -55, 6, -60), ...otherDrift },
  },
  reboundSpike: {
    about: `A spike after the end of an inhibitory input. ${features}M.`,
    parameters: parameters(0.03, 0.25, -60, 4, -64),
  },
  reboundBurst: {
    about: `A burst after the end of an inhibitory input. ${features}N.`,
    parameters: parameters(0.03, 0.25, -52, 0, -64),
  },
  thresholdVariability: {
    about: `A weak input causes a spike only after an inhibitory one. ${features}O.`,
    parameters: parameters(0.03, 0.25, -60, 4, -64),
  },
  bistability: {
    about: `A short input starts tonic spiking, and another one stops it. ${features}P.`,
    parameters: parameters(0.1, 0.26, -60, 0, -61),
  },
  depolarizingAfterPotential: {
    about: `A spike after which the potential stays raised. ${features}Q.`,
    parameters: parameters(1, 0.2, -60, -21, -70),
  },
  inhibitionInducedSpiking: {
    about: `Spikes while the input is lower: 750 instead of 800 pA. ${features}S.`,
    parameters: parameters(-0.02, -1, -60, 8, -63.8),
  },
  inhibitionInducedBursting: {
    about: `Bursts while the input is lower: 750 instead of 800 pA. ${features}T.`,
    parameters: parameters(-0.026, -1, -45, -2, -63.8),
  },
} as const;

/** The preset of the soma with another recovery. */
export const accommodationPreset = {
  about: `No spike in a slow ramp of the input, up to 80 pA, and one in a fast ramp, up to 40 pA. ${features}R.`,
  parameters: parameters(0.02, 1, -55, 4, -65),
};
