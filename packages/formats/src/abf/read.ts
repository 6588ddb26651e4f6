import { FileError } from "spark-snn";
import { Bytes } from "../recordings/bytes.ts";
import type { Channel, Recording, Sweep } from "../recordings/recording.ts";
import { commandOf } from "./command.ts";
import type { AbfHeader, SweepRange } from "./header.ts";
import { readHeader1 } from "./header1.ts";
import { readHeader2 } from "./header2.ts";

/*
 * Axon Binary Format, versions 1 and 2: sweeps of interleaved channels, as integers with a scale or as floats. The
 * layout follows the published description, and Neo and pyABF, with which the tests compare.
 */

const signatureOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 4));

export const looksLikeAbf = (bytes: Uint8Array): boolean => ["ABF ", "ABF2"].includes(signatureOf(bytes));

/** Modes of acquisition that have sweeps. */
const modes = [1, 2, 3, 4, 5];

/**
 * Reads the header of an Axon file. Samples are read when a sweep asks for them.
 * @throws FileError that names the byte or the part
 */
export const readAbf = (bytes: Uint8Array, name = "The file"): Recording => {
  const file = new Bytes(bytes, name);
  const signature = signatureOf(bytes);
  if (!looksLikeAbf(bytes)) {
    throw new FileError(
      `${name} must begin with "ABF " or "ABF2"; received ${JSON.stringify(signature)}. Give an Axon Binary File.`,
    );
  }
  const header = signature === "ABF2" ? readHeader2(file) : readHeader1(file);
  if (!modes.includes(header.mode)) {
    throw new FileError(
      `${name} has the mode of acquisition ${header.mode}; known are ${modes.join(", ")}. It is damaged.`,
    );
  }
  const ranges = rangesOf(file, header);
  const stride = header.channels.length;
  const { interval, isFloat, dataAt } = header;
  const timed = { start: 0, interval };
  const recorded = header.channels.map(({ name: own, unit, gain, offset }, first): Channel => {
    const scale = isFloat ? (raw: number) => raw : (raw: number) => raw * gain + offset;
    const sweeps = ranges.map(({ first: before, length }, k): Sweep => {
      const count = Math.floor(length / stride);
      const at = dataAt + before * (isFloat ? 4 : 2);
      const where = `sweep ${k} of channel "${own}"`;
      return { count, ...timed, values: () => file.interleaved({ at, first, stride, count, isFloat }, scale, where) };
    });
    return { name: own, unit, kind: "recorded", sweeps };
  });
  const lengths = new Set(ranges.map(({ length }) => length));
  const isEpisodic = header.mode === 5 || header.mode === 4 || header.mode === 2;
  const commands = header.commands.map((command): Channel => {
    const sweeps = ranges.map(({ length }, k): Sweep => {
      const count = Math.floor(length / stride);
      return { count, ...timed, values: () => commandOf(command, k, count, name) };
    });
    return { name: command.name, unit: command.unit, kind: "command", sweeps };
  });
  const notes = [...header.notes];
  const hasCommands = isEpisodic && lengths.size === 1;
  if (!hasCommands && commands.length > 0) {
    notes.push("The recording has no sweeps of one length, so it has no commands.");
  }
  return { format: `ABF ${header.version}`, channels: [...recorded, ...(hasCommands ? commands : [])], notes };
};

/** The sweeps in the data. @throws FileError if they are not in the file */
const rangesOf = (file: Bytes, header: AbfHeader): readonly SweepRange[] => {
  const { samples, synchAt, synchCount, synchUnit, mode, dataAt, isFloat, channels } = header;
  const stride = channels.length;
  if (samples < 0) throw new FileError(`${file.name} has ${samples} samples. It is damaged.`);
  file.require(dataAt, samples * (isFloat ? 4 : 2), `the data of ${samples} samples`);
  if (synchCount > 0) {
    file.require(synchAt, synchCount * 8, `the list of ${synchCount} sweeps`);
    const ranges: SweepRange[] = [];
    let first = 0;
    for (let k = 0; k < synchCount; k++) {
      const given = file.int32(synchAt + 8 * k + 4, "the list of sweeps");
      // Events of variable length give their lengths in a unit of time.
      const length = synchUnit !== 0 && mode === 1 ? Math.floor(given / synchUnit) : given;
      if (length < 0 || first + length > samples) {
        throw new FileError(
          `${file.name} sweep ${k} must lie within the ${samples} samples; it has ${length} from sample ${first} on. It is damaged.`,
        );
      }
      ranges.push({ first, length });
      first += length;
    }
    return ranges;
  }
  const count = mode === 3 ? 1 : Math.max(1, header.episodes);
  const length = Math.floor(samples / count / stride) * stride;
  if (count > samples && samples > 0) {
    throw new FileError(`${file.name} has ${count} sweeps, but ${samples} samples. It is damaged.`);
  }
  return samples === 0 ? [] : Array.from({ length: count }, (_, k) => ({ first: k * length, length }));
};
