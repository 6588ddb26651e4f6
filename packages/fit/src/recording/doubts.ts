import type { ReadRecording } from "./recording.ts";

/** If the largest current is outside this range, pA, the recording has another unit or is not from a neuron. */
const CURRENTS = [5, 100_000] as const;

const range = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** No neuron spikes more often than this on average, spikes/ms. */
const FASTEST_RATE = 1;
/** No amplifier samples more densely than this, ms. */
const SHORTEST_INTERVAL = 0.004;

/** Warnings about values of a recording that are valid but unlikely, mostly because of wrong units. */
export const doubtsOf = (recording: ReadRecording): string[] => {
  const { name, current, repetitions, duration } = recording;
  const doubts: string[] = [];
  const largest = range(current.values);
  if (largest > 0 && largest < CURRENTS[0]) {
    doubts.push(
      `${name}: the current stays within ${shortest(largest)} pA, too little for a neuron. If it is in nA, multiply it by 1000.`,
    );
  }
  if (largest > CURRENTS[1]) {
    doubts.push(`${name}: the current reaches ${shortest(largest)} pA. If it is in fA or A, convert it to pA.`);
  }
  if (largest === 0) doubts.push(`${name}: the current is always zero. The fit cannot use it.`);
  doubts.push(...voltageDoubts(recording), ...timeDoubts(recording));
  const last = repetitions.reduce((most, train) => Math.max(most, train.at(-1) ?? 0), 0);
  const count = repetitions.reduce((sum, train) => sum + train.length, 0);
  // Times in seconds lie within the first thousandth of the time. A neuron that spikes only there is unlikely.
  if (count > 0 && last <= duration / 1000) {
    const spikes = count === 1 ? "the only spike is at" : "all spikes are in the first";
    const [they, are] = count === 1 ? ["it", "is"] : ["they", "are"];
    const them = count === 1 ? "it" : "them";
    doubts.push(
      `${name}: ${spikes} ${shortest(last)} ms of ${shortest(duration)} ms. If ${they} ${are} in seconds, multiply ${them} by 1000.`,
    );
  }
  if (repetitions.every((train) => train.length === 0)) doubts.push(`${name}: the recording has no spikes.`);
  return doubts;
};

/** Doubts about the unit of the voltage. With volts, no spike is detected. */
export const voltageDoubts = ({ name, voltage }: ReadRecording): string[] => {
  const potential = voltage && range(voltage.values);
  if (potential === undefined) return [];
  if (potential < 1) {
    return [`${name}: the voltage stays within ${shortest(potential)} mV. If it is in V, multiply it by 1000.`];
  }
  if (potential <= 1000) return [];
  return [`${name}: the voltage reaches ${shortest(potential)} mV. If it is in µV, divide it by 1000.`];
};

/** Doubts about the unit of the times: in seconds, a recording seems a thousand times shorter and denser. */
export const timeDoubts = ({ name, current, voltage, repetitions, duration }: ReadRecording): string[] => {
  const remedy = "If the times are in seconds, multiply them by 1000.";
  const rate = repetitions.reduce((sum, train) => sum + train.length, 0) / repetitions.length / duration;
  if (rate > FASTEST_RATE) {
    const distance = `the spikes are ${shortest(1 / rate)} ms apart on average`;
    return [
      `${name}: the recording lasts ${shortest(duration)} ms, and ${distance}, too dense for a neuron. ${remedy}`,
    ];
  }
  const interval = Math.min(current.interval, voltage?.interval ?? Infinity);
  if (interval >= SHORTEST_INTERVAL) return [];
  return [`${name}: the samples are only ${shortest(interval)} ms apart. ${remedy}`];
};

const shortest = (value: number): string => `${Number(value.toPrecision(3))}`;
