import { FileError } from "spark-snn";
import type { Bytes } from "../recordings/bytes.ts";
import { type AbfHeader, type AdcChannel, type DacChannel, type Epoch, MOST_CHANNELS, written } from "./header.ts";
import { isFloatFormat, scaleOf } from "./header1.ts";

/* The header of ABF 2: a table of sections, each a list of entries of one size. */

const BLOCK = 512;

interface Section {
  readonly name: string;
  readonly at: number;
  readonly entry: number;
  readonly count: number;
}

/** First byte of the description of each section. */
const places = {
  protocol: 76,
  channels: 92,
  commands: 108,
  epochs: 156,
  userLists: 172,
  strings: 220,
  data: 236,
  sweeps: 316,
} as const;

/** Bytes of an entry that are read. Files can have longer entries. */
const shortest: Readonly<Record<keyof typeof places, number>> = {
  protocol: 186,
  channels: 82,
  commands: 122,
  epochs: 30,
  userLists: 10,
  strings: 44,
  data: 2,
  sweeps: 8,
};

/** @throws FileError if the section is not in the file */
const sectionOf = (file: Bytes, name: keyof typeof places): Section => {
  const at = places[name];
  const part = `the section of ${name}`;
  const start = file.uint32(at, part) * BLOCK;
  const entry = file.uint32(at + 4, part);
  const count = file.uint32(at + 8, part) + file.uint32(at + 12, part) * 2 ** 32;
  if (count === 0) return { name, at: start, entry, count };
  if (entry < shortest[name]) {
    throw new FileError(
      `${file.name} byte ${at + 4} must be a size of at least ${shortest[name]} bytes for ${part}; received ${entry}. It is damaged.`,
    );
  }
  file.require(start, entry * count, part);
  return { name, at: start, entry, count };
};

/** @throws FileError for a truncated file or values that no file has */
export const readHeader2 = (file: Bytes): AbfHeader => {
  const protocol = sectionOf(file, "protocol");
  const data = sectionOf(file, "data");
  const adc = sectionOf(file, "channels");
  const dac = sectionOf(file, "commands");
  const sweeps = sectionOf(file, "sweeps");
  if (protocol.count === 0) throw new FileError(`${file.name} contains no protocol at byte 76. It is damaged.`);
  if (adc.count < 1 || adc.count > MOST_CHANNELS || dac.count > MOST_CHANNELS) {
    throw new FileError(
      `${file.name} must have 1 to ${MOST_CHANNELS} channels; received ${adc.count}, and ${dac.count} commands. It is damaged.`,
    );
  }
  const interval = written(file.float(protocol.at + 2, "the protocol"));
  if (!(interval > 0 && Number.isFinite(interval))) {
    throw new FileError(
      `${file.name} byte ${protocol.at + 2} must be a sampling interval greater than 0 µs; received ${interval}. It is damaged.`,
    );
  }
  const isFloat = isFloatFormat(file.int16(30, "the header"), 30, file.name);
  if (data.count > 0 && data.entry !== (isFloat ? 4 : 2)) {
    throw new FileError(
      `${file.name} byte 240 must be ${isFloat ? 4 : 2}, the size of a sample; received ${data.entry}. It is damaged.`,
    );
  }
  const strings = stringsOf(file);
  const version = [7, 6, 5, 4].map((at) => file.bytes[at]).join(".");
  return {
    version,
    mode: file.int16(protocol.at, "the protocol"),
    isFloat,
    dataAt: data.at,
    samples: data.count,
    episodes: file.uint32(12, "the header"),
    interval: interval / 1000,
    synchUnit: file.float(protocol.at + 14, "the protocol"),
    synchAt: sweeps.at,
    synchCount: sweeps.count,
    channels: Array.from({ length: adc.count }, (_, k) => channelOf(file, adc, protocol, k, isFloat, strings)),
    commands: commandsOf(file, dac, protocol, strings),
    notes: [],
  };
};

/** The numbered texts of the file. Number 0 is no text. */
const stringsOf = (file: Bytes): readonly string[] => {
  const { at, entry, count } = sectionOf(file, "strings");
  if (count === 0) return [""];
  // A header of 44 bytes comes before the texts, which end with zeros.
  const text = new TextDecoder("windows-1252").decode(file.bytes.subarray(at + 44, at + entry));
  return ["", ...text.split("\0").map((one) => one.trim())];
};

const textAt = (strings: readonly string[], index: number): string => strings[index] ?? "";

const channelOf = (
  file: Bytes,
  section: Section,
  protocol: Section,
  k: number,
  isFloat: boolean,
  strings: readonly string[],
): AdcChannel => {
  const at = section.at + k * section.entry;
  const part = `channel ${k}`;
  const own = {
    name: textAt(strings, file.int32(at + 74, part)) || part,
    unit: textAt(strings, file.int32(at + 78, part)),
  };
  if (isFloat) return { ...own, gain: 1, offset: 0 };
  const telegraphed = file.int16(at + 2, part) === 1 ? file.float(at + 6, part) : 1;
  const divisor =
    file.float(at + 40, part) *
    file.float(at + 48, part) *
    file.float(at + 28, part) *
    telegraphed *
    file.int32(protocol.at + 118, part);
  const offset = file.float(at + 44, part) - file.float(at + 52, part);
  return { ...own, ...scaleOf(file.float(protocol.at + 110, part), divisor, offset, `${file.name} ${part}`) };
};

const commandsOf = (file: Bytes, dac: Section, protocol: Section, strings: readonly string[]): DacChannel[] => {
  const epochs = sectionOf(file, "epochs");
  const byCommand = new Map<number, Epoch[]>();
  for (let k = 0; k < epochs.count; k++) {
    const at = epochs.at + k * epochs.entry;
    const part = `epoch ${k}`;
    const command = file.int16(at + 2, part);
    const epoch: Epoch = {
      shape: file.int16(at + 4, part),
      level: file.float(at + 6, part),
      levelStep: file.float(at + 10, part),
      duration: file.int32(at + 14, part),
      durationStep: file.int32(at + 18, part),
      period: file.int32(at + 22, part),
      width: file.int32(at + 26, part),
    };
    const own = byCommand.get(command) ?? [];
    byCommand.set(command, own);
    if (epoch.shape !== 0) own.push(epoch);
  }
  const lists = sectionOf(file, "userLists");
  const isVaried = Array.from({ length: lists.count }, (_, k) =>
    file.int16(lists.at + k * lists.entry + 2, "the user lists"),
  ).some((enabled) => enabled === 1);
  const alternates = file.int16(protocol.at + 182, "the protocol") === 1;
  return Array.from({ length: dac.count }, (_, k): DacChannel => {
    const at = dac.at + k * dac.entry;
    const part = `command ${k}`;
    const number = file.int16(at, part);
    const own = {
      name: textAt(strings, file.int32(at + 24, part)) || part,
      unit: textAt(strings, file.int32(at + 28, part)),
      holding: file.float(at + 12, part),
      keepsLevel: file.int16(at + 44, part) !== 0,
    };
    const source = file.int16(at + 40, part) === 0 ? 0 : file.int16(at + 42, part);
    if (source === 0) return { ...own, epochs: undefined, unknown: undefined };
    if (source !== 1) {
      const path = textAt(strings, file.int32(at + 118, part));
      return { ...own, epochs: undefined, unknown: `come from another file${path && ` (${path})`}` };
    }
    const unknown = isVaried
      ? "are varied by a user list, which is not read"
      : alternates
        ? "alternate between commands, which is not read"
        : undefined;
    return { ...own, epochs: byCommand.get(number) ?? [], unknown };
  });
};
