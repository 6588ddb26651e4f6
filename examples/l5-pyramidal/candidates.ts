import { AdaptiveLeakySoma, analysis, simulate } from "spark-snn";
import type { Recording } from "./recording.ts";

/** The parameters that are sought, with the ranges they are sought in. Units as in the soma's config. */
const ranges = {
  potentialTau: [0.5, 30],
  threshold: [-44, -25],
  potentialReset: [-62, -45],
  cooldown: [0, 8],
  thresholdTau: [10, 400],
  thresholdDelta: [0, 15],
} as const;
type Name = keyof typeof ranges;
const names = Object.keys(ranges) as Name[];

/** The config of the soma that came out best. */
export type Parameters = Readonly<Record<Name | "potentialRest" | "resistance", number>>;

export interface SearchOptions {
  readonly seed: number;
  readonly generations: number;
  /** Candidates in a generation: units of one run. */
  readonly candidates: number;
  readonly dt: number;
  /** Told the best score after each generation. */
  readonly progress?: (generation: number, best: number) => void;
}

/** Draws that are the same on every machine: mulberry32, and normal deviates as sums of twelve uniform ones. */
const randomFrom = (seed: number): { uniform: () => number; normal: () => number } => {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const normal = (): number => {
    let sum = -6;
    for (let k = 0; k < 12; k++) sum += uniform();
    return sum;
  };
  return { uniform, normal };
};

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

/**
 * What the recorded potential says by itself: rest, before the current begins at 500 ms; and the resistance, from how far
 * from rest the potential stands, in the median, while the current flows. The spike times could not tell: with the
 * resistance and all potentials (from rest) doubled, the soma spikes as before.
 */
export const measureMembrane = ({ current, voltage }: Recording): { potentialRest: number; resistance: number } => {
  const rest = mean(voltage.subarray(0, 500));
  const driven = voltage.slice(1000, 33_000).sort();
  const median = driven[driven.length / 2]!;
  const resistance = (median - rest) / mean(current.subarray(1000, 33_000));
  return { potentialRest: round(rest), resistance: round(resistance) };
};

// Four digits, so that what is printed is what was scored.
const round = (value: number): number => Number(value.toPrecision(4));

/** Mean coincidence factor of each candidate over the repetitions: one run with a unit for each candidate. */
const scoreCandidates = async (
  recording: Recording,
  candidates: readonly Readonly<Record<Name, number>>[],
  membrane: { potentialRest: number; resistance: number },
  dt: number,
): Promise<number[]> => {
  const { current, repetitions, duration } = recording;
  const values = Object.fromEntries(names.map((name) => [name, candidates.map((candidate) => candidate[name])]));
  const run = await simulate(AdaptiveLeakySoma({ ...membrane, ...values }), {
    duration,
    dt,
    inputs: { current: { series: current, interval: 1 } },
    record: { outSpikes: true },
  });
  const trains = analysis.trainsOf(run.outSpikes, { dt, unitCount: candidates.length });
  // A candidate that fires all the time has no coincidence factor; it is simply bad.
  return trains.map((train) => analysis.meanCoincidence(train, repetitions, { duration, window: 4, saturated: -1 }));
};

/**
 * Seeks the parameters whose spikes coincide best with the recorded ones. A first generation is spread evenly over the
 * ranges; each further one is drawn around the best twentieth of the one before, as wide as that is (the cross-entropy
 * method: Rubinstein 1999, Methodol. Comput. Appl. Probab. 1:127). The same options give the same parameters.
 */
export const search = async (
  recording: Recording,
  options: SearchOptions,
): Promise<{ readonly parameters: Parameters; readonly score: number }> => {
  const { generations, candidates: count, dt } = options;
  const { uniform, normal } = randomFrom(options.seed);
  const membrane = measureMembrane(recording);
  let best: { candidate: Record<Name, number>; score: number } | undefined;
  let centre: Record<Name, { mean: number; std: number }> | undefined;
  const draw = (name: Name): number => {
    const [low, high] = ranges[name];
    for (;;) {
      const { mean: middle, std } = centre?.[name] ?? { mean: 0, std: 0 };
      const value = round(centre ? middle + std * normal() : low + (high - low) * uniform());
      if (value >= low && value <= high) return value;
    }
  };
  for (let generation = 1; generation <= generations; generation++) {
    const candidates = Array.from(
      { length: count },
      () => Object.fromEntries(names.map((name) => [name, draw(name)])) as Record<Name, number>,
    );
    const scores = await scoreCandidates(recording, candidates, membrane, dt);
    const order = scores.map((_, k) => k).sort((a, b) => scores[b]! - scores[a]! || a - b);
    const [first] = order;
    if (!best || scores[first!]! > best.score) best = { candidate: candidates[first!]!, score: scores[first!]! };
    const elite = order.slice(0, Math.max(2, Math.round(count / 20))).map((k) => candidates[k]!);
    centre = Object.fromEntries(names.map((name) => [name, spread(elite.map((one) => one[name]))])) as typeof centre;
    options.progress?.(generation, best.score);
  }
  return { parameters: { ...membrane, ...best!.candidate }, score: best!.score };
};

/** Mean and spread, the latter a fifth wider than it is, so that the search does not close in too early. */
const spread = (values: readonly number[]): { mean: number; std: number } => {
  const middle = mean(values);
  const variance = mean(values.map((value) => (value - middle) * (value - middle)));
  return { mean: middle, std: 1.2 * Math.sqrt(variance) };
};
