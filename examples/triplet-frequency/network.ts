import { brain, DeltaSynapse, LeakySoma, oneToOne, SpikeReplay, TripletStdp } from "spark-snn";

/** Sjöström, Turrigiano and Nelson, Neuron 32:1149 (2001): relative changes of weights and their standard errors. */
export const measured = [
  { frequency: 0.1, before: [-0.04, 0.05], after: [-0.29, 0.08] },
  { frequency: 10, before: [0.14, 0.1], after: [-0.41, 0.11] },
  { frequency: 20, before: [0.29, 0.14], after: [-0.34, 0.1] },
  { frequency: 40, before: [0.53, 0.11], after: [0.56, 0.32] },
  { frequency: 50, before: [0.56, 0.26], after: [0.75, 0.19] },
] as const;

/** The parameters of Pfister and Gerstner for these data; the defaults of TripletStdp are those of the full model. */
export const models = {
  full: {},
  minimal: {
    pairPotentiation: 0,
    tripletPotentiation: 6.5e-3,
    pairDepression: 7.1e-3,
    tripletDepression: 0,
    postSlowTau: 114,
  },
} as const;

const PAIRINGS = 60;
const lag = 10; // ms
const dt = 1; // ms
/** Intervals between pairings, ms. */
const periods = [10_000, 1000, 500, 250, 200, 125, 100, 80, 65, 57, 50, 44, 40, 36, 33, 30, 28, 25, 24, 22, 21, 20];
/** Hz. */
export const frequencies = periods.map((period) => 1000 / period);

/** A pair of units for each frequency and order: unit 2k has the presynaptic spike first, unit 2k + 1 last. */
const pairs = periods.flatMap((period) => [
  { period, pre: 0, post: lag },
  { period, pre: lag, post: 0 },
]);

/** The pairings of all frequencies. `teacher` makes the postsynaptic units spike, with jumps of 40 mV. */
export const network = (model: keyof typeof models = "full") =>
  brain({
    name: "Pairings",
    populations: {
      pre: SpikeReplay({ units: [pairs.length] }),
      teacher: SpikeReplay({ units: [pairs.length] }),
      post: LeakySoma({ units: [pairs.length] }),
    },
    projections: {
      learned: {
        from: "pre",
        to: "post",
        connect: oneToOne(),
        weight: 1,
        delay: dt,
        synapse: DeltaSynapse(),
        plasticity: TripletStdp(models[model]),
      },
      teaching: { from: "teacher", to: "post", connect: oneToOne(), weight: 40, delay: dt, synapse: DeltaSynapse() },
    },
  });

const eventsOf = (side: "pre" | "post") => {
  const events = pairs.flatMap((pair, unit) =>
    Array.from({ length: PAIRINGS }, (_, k) => ({ time: 1 + k * pair.period + pair[side], unit })),
  );
  events.sort((a, b) => a.time - b.time || a.unit - b.unit);
  return { events: { times: events.map(({ time }) => time), units: events.map(({ unit }) => unit) } };
};

const duration = (PAIRINGS - 1) * 10_000 + 100;
export const options = {
  duration,
  dt,
  dtype: "f64",
  inputs: { pre: { inSpikes: eventsOf("pre") }, teacher: { inSpikes: eventsOf("post") } },
  record: { post: { outSpikes: true }, weights: { learned: { at: [duration] } } },
} as const;

/** Changes of the weights by frequency, for both orders. */
export const changesOf = (weights: ArrayLike<number>) => ({
  before: periods.map((_, k) => weights[2 * k]! - 1),
  after: periods.map((_, k) => weights[2 * k + 1]! - 1),
});
