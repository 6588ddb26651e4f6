import { type BackendChoice, type Change, compile } from "spark-snn";
import { dt, inputs, network, rewardAt } from "./network.ts";

/** Length of a run, ms: shorter than the time from a pair to its reward, so that rewards are known before their run. */
const part = 1000;
/** A pair: the target spikes within this time after the source, ms. */
const coincidence = 20;

/** Rewards in each s at random times: as many as the pair gets on average. */
const shuffledRate = 0.14;

/** What the reward depends on. */
export type Reward = "pair" | "shuffled" | "none";

export interface RewardRun {
  /** End of each row, s. */
  readonly times: number[];
  /** Weight of the rewarded synapse, mV. */
  readonly rewarded: number[];
  /** Mean weight of all synapses between excitatory units, mV. */
  readonly mean: number[];
  /** All weights between excitatory units at the end, mV. */
  readonly weights: ArrayLike<number>;
  /** Number of rewards. */
  readonly rewards: number;
  /** Mean rate of the excitatory units, Hz. */
  readonly rate: number;
  /** s */
  readonly wallTime: number;
  readonly backend: string;
}

/** Random numbers from 0 to 1: mulberry32, so that rewards come at the same times everywhere. */
const randomNumbers = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/**
 * Rewards one synapse: whenever its target spikes within 20 ms after its source, dopamine is released 1 to 3 s later.
 * "shuffled" releases it at random times with the same rate; "none" never.
 */
export const simulateReward = async ({
  seconds,
  seed = 1,
  reward = "pair",
  every = 10,
  backend = "fastest",
}: {
  readonly seconds: number;
  readonly seed?: number;
  readonly reward?: Reward;
  /** Seconds from one row of the result to the next. */
  readonly every?: number;
  readonly backend?: BackendChoice;
}): Promise<RewardRun> => {
  const began = performance.now();
  const simulation = await compile(network, { dt, seed, dtype: "f32", backend });
  const weights = simulation.weights("ee");
  // The first synapse of the first unit begins at 0.
  const { sources, targets } = weights.select();
  const [source, target] = [sources[0]!, targets[0]!];
  weights.write([0], [0]);
  const random = randomNumbers(seed);
  /** Changes that are still to come. */
  const due: Change[] = [];
  let lastSource = -Infinity;
  let rewards = 0;
  let spikes = 0;
  const release = (time: number): void => {
    due.push(...rewardAt(time));
    rewards++;
  };
  const rows = { times: [] as number[], rewarded: [] as number[], mean: [] as number[] };
  for (let second = 0; second < seconds; second++) {
    const [from, to] = [second * part, (second + 1) * part];
    const changes: Change[] = [];
    if (reward === "shuffled" && random() < shuffledRate) release(Math.round(from + part * random()));
    due.sort((a, b) => a.at - b.at);
    while (due[0] && due[0].at < to) changes.push(due.shift()!);
    const run = await simulation.run({
      duration: part,
      inputs,
      changes,
      record: { excitatory: { outSpikes: true } },
    });
    const { steps, units, count } = run.excitatory.outSpikes;
    spikes += count;
    for (let k = 0; k < count; k++) {
      const time = steps[k]! * dt;
      if (units[k] === target && time - lastSource <= coincidence && reward === "pair") {
        release(Math.round(time + 1000 + 2000 * random()));
        lastSource = -Infinity;
      }
      if (units[k] === source) lastSource = time;
    }
    if ((second + 1) % every === 0) {
      const present = Array.from(weights.read());
      rows.times.push(second + 1);
      rows.rewarded.push(present[0]!);
      rows.mean.push(present.reduce((sum, weight) => sum + weight, 0) / present.length);
    }
  }
  const result: RewardRun = {
    ...rows,
    weights: weights.read(),
    rewards,
    rate: spikes / 800 / seconds,
    wallTime: (performance.now() - began) / 1000,
    backend: simulation.backend,
  };
  simulation.dispose();
  return result;
};
