import { FileError, suggestName } from "spark-snn";
import type {
  NamedBytes,
  RecordedSamples,
  RecordedSpikes,
  RecordingKind,
  RecordingReader,
  RecordingSelection,
} from "spark-snn/documents";
import { readAbf } from "./abf/read.ts";
import { type NestOptions, type NestRecording, readNest } from "./nest/read.ts";
import type { Channel, Recording, Spikes, Sweep } from "./recordings/recording.ts";

/* Channels and spikes that a document selects in a recording. */

/** A channel by its name or index. @throws FileError if there is none, or several of the name */
export const channelOf = (
  channels: readonly Channel[],
  wanted: string | number,
  kind: Channel["kind"],
  where: string,
): Channel => {
  const own = channels.filter((channel) => channel.kind === kind);
  const word = kind === "command" ? "command" : "channel";
  const names = own.map(({ name }) => name);
  if (typeof wanted === "number") {
    const found = own[wanted];
    if (found) return found;
    throw new FileError(
      `${where} has ${own.length} ${word}s; received the index ${wanted}. Name one of ${names.join(", ")}.`,
    );
  }
  const found = own.filter(({ name }) => name === wanted);
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    throw new FileError(`${where} has ${found.length} ${word}s with the name "${wanted}". Give the index of one.`);
  }
  const hint = own.length === 0 ? `It has no ${word}s.` : suggestName(wanted, names);
  throw new FileError(`${where} has no ${word} "${wanted}". ${hint}`);
};

/** A sweep of a channel; the only one if none is wanted. @throws FileError */
export const sweepOf = ({ sweeps, name }: Channel, wanted: number | undefined, where: string): Sweep => {
  if (sweeps.length === 0) throw new FileError(`${where} contains no data.`);
  if (wanted === undefined && sweeps.length > 1) {
    throw new FileError(
      `${where} channel "${name}" has ${sweeps.length} sweeps. Add "sweep", from 0 to ${sweeps.length - 1}.`,
    );
  }
  const found = sweeps[wanted ?? 0];
  if (found) return found;
  throw new FileError(
    `${where} channel "${name}" has ${sweeps.length} sweeps; received sweep ${wanted}. Sweeps are counted from 0.`,
  );
};

const samplesOf = (channel: Channel, sweep: Sweep): RecordedSamples => {
  const { name, unit } = channel;
  const shared = { values: sweep.values(), unit: unit === "" ? undefined : unit, channel: name };
  if (sweep.interval !== undefined) return { ...shared, interval: sweep.interval, start: sweep.start };
  return { ...shared, ...evenly(sweep.times!()) };
};

/** Times with equal distances, to within a millionth, as an interval. */
const evenly = (times: Float64Array<ArrayBuffer>): Pick<RecordedSamples, "interval" | "start" | "times"> => {
  if (times.length < 2) return { times };
  const first = times[0]!;
  const interval = Number(((times.at(-1)! - first) / (times.length - 1)).toPrecision(9));
  const isEven = times.every((time, k) => Math.abs(time - (first + k * interval)) <= 1e-6 * interval);
  return isEven ? { interval, start: first } : { times };
};

const onlySender = (senders: readonly number[], wanted: number | undefined, where: string): number => {
  const list = senders.length > 10 ? `${senders.slice(0, 10).join(", ")}, …` : senders.join(", ");
  if (wanted === undefined && senders.length > 1) {
    throw new FileError(`${where} has ${senders.length} senders. Add "sender", one of ${list}.`);
  }
  if (wanted === undefined && senders.length === 0) throw new FileError(`${where} contains no rows. Add "sender".`);
  return wanted ?? senders[0]!;
};

const nestSamples = ({ channels }: NestRecording, selection: RecordingSelection, where: string): RecordedSamples => {
  const wanted = selection["column"] as string;
  const variables = [...new Set(channels.map(({ variable }) => variable))];
  if (!variables.includes(wanted)) {
    const hint = variables.length === 0 ? "It contains spikes only." : suggestName(wanted, variables);
    throw new FileError(`${where} has no column "${wanted}". ${hint}`);
  }
  const senders = [...new Set(channels.map(({ sender }) => sender))];
  const sender = onlySender(senders, selection["sender"] as number | undefined, where);
  const found = channels.find((channel) => channel.variable === wanted && channel.sender === sender);
  if (found) return samplesOf(found, found.sweeps[0]!);
  throw new FileError(`${where} has no rows of sender ${sender}. ${onlyFew(senders)}`);
};

const onlyFew = (senders: readonly number[]): string =>
  `It has rows of ${senders.slice(0, 10).join(", ")}${senders.length > 10 ? ", …" : ""}.`;

/** The spikes of one sender as unit 0, or of all from `firstSender` on. */
const nestSpikes = (spikes: Spikes | undefined, selection: RecordingSelection, where: string): RecordedSpikes => {
  if (!spikes) throw new FileError(`${where} contains samples, not spikes. Name the files of a spike_recorder.`);
  const { times, senders } = spikes;
  const first = selection["firstSender"] as number | undefined;
  if (first !== undefined) {
    const bad = senders.findIndex((sender) => sender < first);
    if (bad >= 0) {
      throw new FileError(
        `${where} has spikes of sender ${senders[bad]}, before the firstSender ${first}. Correct firstSender.`,
      );
    }
    return { times, units: senders.map((sender) => sender - first) };
  }
  const present = [...new Set(senders)].sort((a, b) => a - b);
  // A neuron that does not spike has no row.
  const sender = onlySender(present, selection["sender"] as number | undefined, where);
  const own = times.filter((_, k) => senders[k] === sender);
  return { times: own, units: new Float64Array(own.length) };
};

/** Reads recordings that documents name: an option of `experiment` and of `readFitDocument`. */
export const recordings: RecordingReader = {
  samples: async (kind: RecordingKind, files: readonly NamedBytes[], selection: RecordingSelection) => {
    const { name, bytes } = files[0]!;
    if (kind === "nest") return nestSamples(readNest(files, selection as NestOptions), selection, name);
    if (kind === "nwb") return nwbSamples(bytes, selection, name);
    if (kind === "sonata") return sonataSamples(bytes, selection, name);
    const { channels } = readAbf(bytes, name);
    const isCommand = selection["command"] !== undefined;
    const wanted = (isCommand ? selection["command"] : selection["channel"]) as string | number;
    const channel = channelOf(channels, wanted, isCommand ? "command" : "recorded", name);
    return samplesOf(channel, sweepOf(channel, selection["sweep"] as number | undefined, name));
  },
  spikes: async (kind, files, selection) => {
    const { name } = files[0]!;
    if (kind === "nest") return nestSpikes(readNest(files, selection as NestOptions).spikes, selection, name);
    if (kind === "sonata") return sonataSpikes(files[0]!.bytes, selection, name);
    return nwbSpikes(files[0]!.bytes, selection, name);
  },
};

/** Reads a file of SONATA, whose reader is loaded for it. */
const readSonata = async (bytes: Uint8Array, selection: RecordingSelection, name: string): Promise<Recording> => {
  const population = selection["population"] as string | undefined;
  const { readSonataRecording } = await import("./sonata/recording.ts");
  return readSonataRecording(bytes, name, population === undefined ? {} : { population });
};

/** The values of the only column of a node in a report. */
const sonataSamples = async (
  bytes: Uint8Array,
  selection: RecordingSelection,
  name: string,
): Promise<RecordedSamples> => {
  const { channels } = await readSonata(bytes, selection, name);
  if (channels.length === 0) throw new FileError(`${name} contains no report. Name a file of a report.`);
  const wanted = `node-${selection["node"]}`;
  const several = channels.filter((channel) => channel.name.startsWith(`${wanted}-`)).length;
  if (several > 0) {
    throw new FileError(
      `${name} has ${several + 1} columns for node ${selection["node"]}. Write one to a table with spark-snn convert.`,
    );
  }
  const channel = channelOf(channels, wanted, "recorded", name);
  return samplesOf(channel, channel.sweeps[0]!);
};

/** The spikes of a node as unit 0, or of all from `firstNode` on. */
const sonataSpikes = async (
  bytes: Uint8Array,
  selection: RecordingSelection,
  name: string,
): Promise<RecordedSpikes> => {
  const { spikes } = await readSonata(bytes, selection, name);
  if (!spikes) throw new FileError(`${name} contains no spikes. Name a file of spikes.`);
  const { times, senders } = spikes;
  const node = selection["node"] as number | undefined;
  if (node !== undefined) {
    const own = times.filter((_, k) => senders[k] === node);
    return { times: own, units: new Float64Array(own.length) };
  }
  const first = (selection["firstNode"] as number | undefined) ?? 0;
  const bad = senders.findIndex((id) => id < first);
  if (bad < 0) return { times, units: first === 0 ? senders : senders.map((id) => id - first) };
  throw new FileError(`${name} has spikes of node ${senders[bad]}, before the firstNode ${first}. Correct firstNode.`);
};

/** Loaded for NWB files: HDF5 is large. */
const readNwb = async (...given: Parameters<typeof import("./nwb/read.ts").readNwb>): Promise<Recording> =>
  (await import("./nwb/read.ts")).readNwb(...given);

const nwbSamples = async (bytes: Uint8Array, selection: RecordingSelection, name: string): Promise<RecordedSamples> => {
  const series = selection["series"] as string;
  const { channels } = await readNwb(bytes, name, { series, spikes: false });
  const channel = channelOf(channels, series, "recorded", name);
  const origin = (selection["origin"] as number | undefined) ?? 0;
  const { start, times, ...samples } = samplesOf(channel, channel.sweeps[0]!);
  const shift = (time: number): number => Math.round((time - origin) * 1e9) / 1e9;
  return {
    ...samples,
    ...(start !== undefined && { start: shift(start) }),
    ...(times && { times: times.map(shift) }),
  };
};

/** The spikes of one row of the table of units, or of all. */
const nwbSpikes = async (bytes: Uint8Array, selection: RecordingSelection, name: string): Promise<RecordedSpikes> => {
  const { spikes } = await readNwb(bytes, name, { series: "" });
  if (!spikes) throw new FileError(`${name} contains no table of units with spike times. Name another file.`);
  const origin = (selection["origin"] as number | undefined) ?? 0;
  const times = spikes.times.map((time) => Math.round((time - origin) * 1e9) / 1e9);
  if (selection["row"] === undefined) return { times, units: spikes.senders };
  const row = selection["row"] as number;
  const own = times.filter((_, k) => spikes.senders[k] === row);
  return { times: own, units: new Float64Array(own.length) };
};
