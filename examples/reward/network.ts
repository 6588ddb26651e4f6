import { brain, DeltaSynapse, DopamineStdp, fixedOutDegree, IzhikevichSoma, neuron } from "spark-snn";

export const dt = 1; // ms
/** Mean and standard deviation of the noise current of each unit, pA. */
const noise = { mean: 0, std: 37.5 };

export const inputs = {
  excitatory: { current: { whiteNoise: noise } },
  inhibitory: { current: { whiteNoise: noise } },
};

/** Changes that release 0.5 of dopamine in the step at a time. */
export const rewardAt = (time: number) =>
  [
    { at: time, value: 0.5 / dt },
    { at: time + dt, value: 0 },
  ].map(({ at, value }) => ({ at, set: { "ee.plasticity.reward": value, "ei.plasticity.reward": value } }));

const learning = {
  from: "excitatory",
  weight: 1, // mV
  delay: dt,
  synapse: DeltaSynapse(),
  plasticity: DopamineStdp({ weightMax: 4 }),
} as const;

/**
 * 1000 Izhikevich neurons, each with synapses to 100 others. Excitatory synapses learn from dopamine: Izhikevich, Cereb.
 * Cortex 17:2443 (2007). The README names the differences.
 */
export const network = brain({
  name: "Reward",
  populations: {
    excitatory: IzhikevichSoma({ preset: "regularSpiking", units: [800] }),
    inhibitory: neuron({ soma: IzhikevichSoma({ preset: "fastSpiking", units: [200] }), inhibitory: true }),
  },
  projections: {
    ee: {
      ...learning,
      to: "excitatory",
      connect: fixedOutDegree({ outDegree: 80, autapses: false, multapses: false }),
    },
    ei: { ...learning, to: "inhibitory", connect: fixedOutDegree({ outDegree: 20, multapses: false }) },
    ie: {
      from: "inhibitory",
      to: "excitatory",
      connect: fixedOutDegree({ outDegree: 100, multapses: false }),
      weight: 1,
      delay: dt,
      synapse: DeltaSynapse(),
    },
  },
});
