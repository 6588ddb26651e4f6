import { brain, DeltaSynapse, LeakySoma, oneToOne, PairStdp, SpikeReplay } from "spark-snn";

/** Lags from the arrival of the presynaptic spike to the postsynaptic spike, ms. */
export const lags = Array.from({ length: 21 }, (_, k) => 5 * (k - 10));
/** Parameters of the rule. The weights are between 0 and 1 mV and begin in the middle. */
export const rule = { preTau: 16.8, postTau: 33.7, rate: 0.01, asymmetry: 0.6, weightMax: 1 };
export const start = 0.5; // mV

const dt = 1; // ms
const middle = 100; // ms

/**
 * One pair of units for each lag. `teacher` makes the postsynaptic units spike: its jumps of 40 mV cross the threshold in
 * the step in which they arrive. Each unit spikes once.
 */
export const network = brain({
  name: "STDP window",
  populations: {
    pre: SpikeReplay({ units: [lags.length] }),
    teacher: SpikeReplay({ units: [lags.length] }),
    post: LeakySoma({ units: [lags.length] }),
  },
  projections: {
    learned: {
      from: "pre",
      to: "post",
      connect: oneToOne(),
      weight: start,
      delay: dt,
      synapse: DeltaSynapse(),
      plasticity: PairStdp(rule),
    },
    teaching: { from: "teacher", to: "post", connect: oneToOne(), weight: 40, delay: dt, synapse: DeltaSynapse() },
  },
});

const units = lags.map((_, unit) => unit);
/** Both delays are equal, so the lags of the sources are those at the synapses. */
export const options = {
  duration: 200,
  dt,
  dtype: "f64",
  inputs: {
    pre: { inSpikes: { events: { times: lags.map((lag) => middle - Math.max(0, lag)), units } } },
    teacher: { inSpikes: { events: { times: lags.map((lag) => middle + Math.min(0, lag)), units } } },
  },
  record: { post: { outSpikes: true }, weights: { learned: { at: [200] } } },
} as const;

/** The change of the weight by one pair: exponentials on both sides. A lag of 0 counts as pre before post. */
export const expected = (lag: number): number =>
  rule.rate * (lag >= 0 ? Math.exp(-lag / rule.preTau) : -rule.asymmetry * Math.exp(lag / rule.postTau));
