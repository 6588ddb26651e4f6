import {
  allToAll,
  brain,
  ConductanceExponentialSynapse,
  DeltaSynapse,
  DoublyAdaptiveLeakySoma,
  LeakySoma,
  neuron,
  PoissonSource,
  type PoissonSourceConfig,
  TripletStdp,
  uniform,
  WeightNormalization,
} from "spark-snn";

export const dt = 0.5; // ms
/** Time for which an image is shown, and time without one after it, ms. */
export const shown = 350;
export const pause = 150;
/** Pixels of a side of the images of MNIST. */
export const full = 28;

export interface NetworkOptions {
  /** Number of excitatory units. */
  readonly units: number;
  /** Pixels of a side of the images. */
  readonly side: number;
  /** Increase of the threshold of a unit at each of its spikes, mV. The fewer images for each unit, the larger it must be. */
  readonly thresholdDelta?: number;
  /** Rates of the pixels. Default: 0, until `set` changes them. */
  readonly rate?: PoissonSourceConfig["rate"];
}

/** Rate of a white pixel, Hz. With fewer pixels, each has a higher rate, so that an image gives as many spikes. */
export const rateOf = (side: number): number => 63.75 * (full / side) ** 2;

/**
 * Units that come to prefer digits without being told which: Diehl and Cook, Front. Comput. Neurosci. 9:99 (2015). The
 * README names the differences.
 */
export const network = ({ units, side, thresholdDelta = 0.2, rate = 0 }: NetworkOptions) => {
  // The higher the rates, the larger the presynaptic traces.
  const share = (side / full) ** 2;
  return brain({
    name: "Digits",
    populations: {
      image: PoissonSource({ units: [side, side], rate }),
      excitatory: DoublyAdaptiveLeakySoma({
        units: [units],
        potentialRest: -65,
        potentialReset: -65,
        potentialTau: 100,
        resistance: 1,
        threshold: -52,
        cooldown: 5,
        // The threshold of a unit that spikes more often than others rises above theirs, so that all units take part.
        thresholdTau: 4e6,
        thresholdDelta,
      }),
      inhibitory: neuron({
        soma: LeakySoma({ units: [1], potentialRest: -60, potentialReset: -60, potentialTau: 10, threshold: -40 }),
        inhibitory: true,
      }),
    },
    projections: {
      learned: {
        from: "image",
        to: "excitatory",
        connect: allToAll(),
        weight: uniform({ min: 0.003, max: 0.303 }), // nS
        delay: dt,
        synapse: ConductanceExponentialSynapse({ tau: 1 }),
        plasticity: [
          TripletStdp({
            preTau: 20,
            postTau: 20,
            postSlowTau: 40,
            pairPotentiation: 0,
            tripletPotentiation: 0.03 * share,
            pairDepression: 1e-4 * share,
            tripletDepression: 0,
            weightMax: 1,
          }),
          // Prefer means to spend the same weight on fewer pixels.
          WeightNormalization({ total: 0.153 * side ** 2, interval: shown + pause }),
        ],
      },
      excitation: {
        from: "excitatory",
        to: "inhibitory",
        connect: allToAll(),
        weight: 60, // mV: the spike of any unit suffices
        delay: dt,
        synapse: DeltaSynapse(),
      },
      // The first unit that spikes keeps all others from it. Inhibition comes in its own refractory period.
      inhibition: {
        from: "inhibitory",
        to: "excitatory",
        connect: allToAll(),
        weight: 50, // nS
        delay: dt,
        synapse: ConductanceExponentialSynapse({ potentialReversal: -100, tau: 2 }),
      },
    },
  });
};
