import { AdaptiveLeakySoma, type ComponentType, drawsFor, exactExp, simulate } from "spark-snn";
import type { Recording } from "../src/index.ts";

/** Ornstein–Uhlenbeck noise with a correlation time of 10 ms: a sample every `interval` ms, pA. */
export const noisyCurrent = (duration: number, mean: number, seed: number, interval = 1): number[] => {
  const draws = drawsFor(seed, "test.current");
  const keep = exactExp(-interval / 10);
  let noise = draws.normal(0xffff);
  return Array.from({ length: Math.ceil(duration / interval) }, (_, k) => {
    noise = keep * noise + Math.sqrt(1 - keep * keep) * draws.normal(k);
    return Number((mean * (1 + 0.5 * noise)).toFixed(3));
  });
};

/** The parameters of the neuron that the tests simulate. */
export const truth = {
  potentialRest: -65,
  resistance: 0.08,
  potentialTau: 14,
  threshold: -47,
  potentialReset: -60,
  cooldown: 2,
  thresholdTau: 60,
  thresholdDelta: 4,
};

interface Simulated {
  readonly name?: string;
  readonly type?: ComponentType;
  readonly parameters?: Readonly<Record<string, number>>;
  readonly duration?: number;
  readonly mean?: number;
  readonly seed?: number;
  readonly interval?: number;
  readonly voltage?: boolean;
}

/** The response of a soma with known parameters to a noisy current. */
export const simulateRecording = async (options: Simulated = {}): Promise<Recording> => {
  const { name = "A", type = AdaptiveLeakySoma as ComponentType, parameters = truth } = options;
  const { duration = 3000, mean = 260, seed = 1, interval = 1, voltage = false } = options;
  const current = { series: noisyCurrent(duration, mean, seed, interval), interval };
  const { outSpikes, potential } = await simulate(type(parameters), {
    duration,
    dt: 0.5,
    inputs: { current },
    record: { outSpikes: true, potential: { every: 2 } },
  });
  return {
    name,
    current,
    spikes: [outSpikes.times()],
    ...(voltage && { voltage: { series: Float64Array.from(potential.trace()), interval: 1, start: 0 } }),
  };
};

/** Rest and resistance, which spike times do not constrain. */
export const scale = { potentialRest: -65, resistance: 0.08 };
