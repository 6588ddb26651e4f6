import { FileError } from "spark-snn";
import type { Bytes } from "../recordings/bytes.ts";
import { type AbfHeader, type AdcChannel, type DacChannel, written } from "./header.ts";

/* The header of ABF 1: fields at fixed bytes. From version 1.6 on, it has 6144 bytes, with the epochs of commands. */

const BLOCK = 512;
/** First byte after the epochs of commands. */
const EXTENDED = 3360;

/** @throws FileError for a truncated header or values that no file has */
export const readHeader1 = (file: Bytes): AbfHeader => {
  const int16 = (at: number): number => file.int16(at, "the header");
  const int32 = (at: number): number => file.int32(at, "the header");
  const float = (at: number): number => file.float(at, "the header");
  file.require(0, 2048, "the header");
  const count = int16(120);
  if (count < 1 || count > 16) {
    throw new FileError(
      `${file.name} byte 120 must be a number of channels from 1 to 16; received ${count}. It is damaged.`,
    );
  }
  const interval = written(float(122)) * count;
  if (!(interval > 0 && Number.isFinite(interval))) {
    throw new FileError(
      `${file.name} byte 122 must be a sampling interval greater than 0 µs; received ${float(122)}. It is damaged.`,
    );
  }
  const format = int16(100);
  const isFloat = isFloatFormat(format, 100, file.name);
  const notes: string[] = [];
  const dataAt = int32(40) * BLOCK + int16(14) * (isFloat ? 4 : 2);
  const version = float(4);
  const hasEpochs = version >= 1.595 && int32(40) * BLOCK >= EXTENDED;
  return {
    version: version.toFixed(2),
    mode: int16(8),
    isFloat,
    dataAt,
    samples: int32(10),
    episodes: int32(16),
    interval: interval / 1000,
    synchUnit: float(130),
    synchAt: int32(92) * BLOCK,
    synchCount: int32(96),
    channels: sequenceOf(file, count, notes).map((index) => channelOf(file, index, isFloat)),
    commands: Array.from({ length: 2 }, (_, index) => commandOf(file, index, hasEpochs)),
    notes,
  };
};

export const isFloatFormat = (format: number, at: number, name: string): boolean => {
  if (format === 0 || format === 1) return format === 1;
  throw new FileError(
    `${name} byte ${at} must be 0 (integers) or 1 (floats), the format of samples; received ${format}. It is damaged.`,
  );
};

/** The indices of the sampled channels in the lists of channels. */
const sequenceOf = (file: Bytes, count: number, notes: string[]): number[] => {
  const order = Array.from({ length: count }, (_, k) => file.int16(410 + 2 * k, "the header"));
  const isValid = order.every((index) => index >= 0 && index < 16) && new Set(order).size === count;
  if (isValid) return order;
  if (count > 1) notes.push("The order of the channels in the file is invalid, so they are taken as sampled in order.");
  return order.map((_, k) => k);
};

const channelOf = (file: Bytes, index: number, isFloat: boolean): AdcChannel => {
  const part = `channel ${index}`;
  const name = file.text(442 + 10 * index, 10, part);
  const unit = file.text(602 + 8 * index, 8, part);
  const own = { name: name || part, unit };
  if (isFloat) return { ...own, gain: 1, offset: 0 };
  const telegraphed =
    file.size >= 4640 && file.int16(4512 + 2 * index, part) === 1 ? file.float(4576 + 4 * index, part) : 1;
  const divisor =
    file.float(922 + 4 * index, part) *
    file.float(1050 + 4 * index, part) *
    file.float(730 + 4 * index, part) *
    telegraphed *
    file.int32(252, part);
  const offset = file.float(986 + 4 * index, part) - file.float(1114 + 4 * index, part);
  return { ...own, ...scaleOf(file.float(244, part), divisor, offset, `${file.name} ${part}`) };
};

/** The scale of raw integers. @throws FileError if it is not a number */
export const scaleOf = (
  range: number,
  divisor: number,
  offset: number,
  where: string,
): { readonly gain: number; readonly offset: number } => {
  const gain = range / divisor;
  if (Number.isFinite(gain) && gain !== 0 && Number.isFinite(offset)) return { gain, offset };
  throw new FileError(`${where} has no valid scale: a range of ${range} over a gain of ${divisor}. It is damaged.`);
};

/** One of the first two commands, with up to ten epochs. Files contain nothing about the waveforms of others. */
const commandOf = (file: Bytes, index: number, hasEpochs: boolean): DacChannel => {
  const part = `command ${index}`;
  const own = {
    name: file.text(1306 + 10 * index, 10, part) || part,
    unit: file.text(1346 + 8 * index, 8, part),
    holding: file.float(1394 + 4 * index, part),
    keepsLevel: hasEpochs && file.int16(2304 + 2 * index, part) !== 0,
  };
  if (!hasEpochs) return { ...own, epochs: undefined, unknown: "are not in the files of this version" };
  const source = file.int16(2296 + 2 * index, part) !== 0 ? file.int16(2300 + 2 * index, part) : 0;
  if (source === 0) return { ...own, epochs: undefined, unknown: undefined };
  if (source !== 1) {
    const path = file.text(2736 + 256 * index, 256, part);
    return { ...own, epochs: undefined, unknown: `come from another file${path && ` (${path})`}` };
  }
  // A list of values that replaces a field of the epochs in each sweep.
  const isVaried = file.size >= 3368 && file.int16(3360 + 2 * index, part) === 1;
  const epochs = Array.from({ length: 10 }, (_, k) => {
    const slot = 10 * index + k;
    return {
      shape: file.int16(2308 + 2 * slot, part),
      level: file.float(2348 + 4 * slot, part),
      levelStep: file.float(2428 + 4 * slot, part),
      duration: file.int32(2508 + 4 * slot, part),
      durationStep: file.int32(2588 + 4 * slot, part),
      period: 0,
      width: 0,
    };
  }).filter(({ shape }) => shape !== 0);
  return { ...own, epochs, unknown: isVaried ? "are varied by a user list, which is not read" : undefined };
};
