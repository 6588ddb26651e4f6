import { FileError } from "spark-snn";
import { type DacChannel, type Epoch, shapes } from "./header.ts";

/*
 * The waveform of a command, from its epochs. A sweep begins at the holding level for a 64th of its length, passes
 * through the epochs, and returns to the holding level.
 */

const HOLDING = 64;

/**
 * The waveform in a sweep.
 *
 * @param samples number of samples of a sweep
 * @throws FileError if it cannot be computed from the file
 */
export const commandOf = (
  { name, holding, epochs, keepsLevel, unknown }: DacChannel,
  sweep: number,
  samples: number,
  where: string,
): Float64Array<ArrayBuffer> => {
  if (unknown !== undefined) {
    throw new FileError(
      `${where} command "${name}": its levels ${unknown}. Record the command on a channel, or give the current as a table.`,
    );
  }
  const values = new Float64Array(samples);
  const last = epochs?.at(-1);
  const before = keepsLevel && last && sweep > 0 ? last.level + last.levelStep * (sweep - 1) : holding;
  let at = epochs ? Math.floor(samples / HOLDING) : 0;
  let level = before;
  values.fill(before, 0, at);
  for (const [k, epoch] of (epochs ?? []).entries()) {
    const length = epoch.duration + epoch.durationStep * sweep;
    if (length < 0) {
      throw new FileError(
        `${where} command "${name}" epoch ${k} has ${length} samples in sweep ${sweep}. It is damaged.`,
      );
    }
    const next = epoch.level + epoch.levelStep * sweep;
    const shape = waveforms[epoch.shape];
    if (!shape) {
      throw new FileError(
        `${where} command "${name}" epoch ${k} has the unknown shape ${epoch.shape}. Give the current as a table.`,
      );
    }
    const own = shape(level, next, length, epoch);
    for (let j = 0; j < length && at + j < samples; j++) values[at + j] = own(j);
    at = Math.min(samples, at + length);
    level = next;
  }
  values.fill(keepsLevel && last ? level : holding, at);
  return values;
};

/** The level at a sample of an epoch. */
type Waveform = (before: number, level: number, length: number, epoch: Epoch) => (sample: number) => number;

/** A straight line that reaches both ends. */
const line =
  (from: number, to: number, length: number) =>
  (sample: number): number =>
    length < 2 ? from : from + ((to - from) * sample) / (length - 1);

/** Whole periods of a train; after them, `rest`. */
const train =
  (length: number, { period }: Epoch, rest: number, inPeriod: (sample: number) => number) =>
  (sample: number): number =>
    period > 0 && sample < Math.floor(length / period) * period ? inPeriod(sample % period) : rest;

const waveforms: Readonly<Record<number, Waveform>> = {
  [shapes.step]: (_, level) => () => level,
  [shapes.ramp]: (before, level, length) => line(before, level, length),
  [shapes.pulses]: (before, level, length, epoch) =>
    train(length, epoch, before, (sample) => (sample < epoch.width ? level : before)),
  [shapes.triangles]: (before, level, length, epoch) => {
    const up = line(before, level, epoch.width);
    const down = line(level, before, epoch.period - epoch.width);
    return train(length, epoch, before, (sample) => (sample < epoch.width ? up(sample) : down(sample - epoch.width)));
  },
  [shapes.cosine]: (before, level, length, { period }) => {
    const turns = period > 0 ? Math.floor(length / period) : 0;
    const half = (level - before) / 2;
    return (sample) =>
      turns === 0 ? before : before + half - half * Math.cos((2 * Math.PI * turns * sample) / Math.max(1, length - 1));
  },
  [shapes.biphasic]: (before, level, length, epoch) =>
    train(length, epoch, before, (sample) => {
      if (sample >= epoch.width) return before;
      return sample < Math.floor(epoch.width / 2) ? level : 2 * before - level;
    }),
};
