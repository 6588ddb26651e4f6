import { FileError } from "spark-snn";
import { type Channel, type Recording, type Sweep, timesOf } from "./recording.ts";

/* Recordings as columns of a table, or as arrays. */

/** Which part of a recording. */
export interface RecordingPart {
  /** Names of channels and commands. Default: all recorded channels. */
  readonly channels?: readonly string[];
  /** Index of the sweep, counted from 0. Default: all. */
  readonly sweep?: number;
  /** Number of the first neuron, to count units from 0. Default: spikes keep the numbers of their senders. */
  readonly firstSender?: number;
}

/** Columns of a table by name, in order. */
export interface Columns {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
}

/** Arrays by name, for an NPZ file. */
export type Arrays = Readonly<Record<string, { readonly data: Float64Array; readonly shape: readonly number[] }>>;

/** The name of a channel with its unit, as columns of tables say it. */
const titleOf = ({ name, unit }: Channel, more = ""): string => {
  const title = `${name}${more}${unit === "" ? "" : ` (${unit})`}`;
  // Separators, quotes and paths are not possible in names of columns and arrays.
  return title.replace(/[,;"/\\:\s]+/g, " ").trim();
};

/** Names made distinct by a number. */
const distinct = (names: readonly string[]): string[] => {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let k = 2; taken.has(own); k++) own = `${name} ${k}`;
    taken.add(own);
    return own;
  });
};

/** @throws FileError for an unknown channel */
const channelsIn = (recording: Recording, { channels: wanted }: RecordingPart, where: string): readonly Channel[] => {
  if (!wanted) return recording.channels.filter(({ kind }) => kind === "recorded");
  return wanted.flatMap((name) => {
    const found = recording.channels.filter((channel) => channel.name === name);
    if (found.length > 0) return found;
    const names = recording.channels.map((channel) => channel.name).join(", ");
    throw new FileError(`${where} has no channel "${name}". Name one of ${names || "none: it contains spikes only"}.`);
  });
};

const sweepsOf = (
  { sweeps, name }: Channel,
  { sweep }: RecordingPart,
  where: string,
): readonly (readonly [number, Sweep])[] => {
  if (sweep === undefined) return sweeps.map((one, k) => [k, one] as const);
  const found = sweeps[sweep];
  if (found) return [[sweep, found]];
  throw new FileError(
    `${where} channel "${name}" has ${sweeps.length} sweeps; received sweep ${sweep}. Sweeps are counted from 0.`,
  );
};

const hasSameTimes = (a: Sweep, b: Sweep): boolean => {
  if (a.count !== b.count) return false;
  if (a.interval !== undefined && a.interval === b.interval) return a.start === b.start;
  const times = timesOf(a);
  return timesOf(b).every((time, k) => time === times[k]);
};

const requireSameTimes = (sweeps: readonly Sweep[], where: string): void => {
  if (sweeps.every((sweep) => hasSameTimes(sweeps[0]!, sweep))) return;
  throw new FileError(
    `${where} has channels or sweeps with other times, which one table cannot contain. Choose a sweep and a channel.`,
  );
};

const sendersOf = ({ senders }: { readonly senders: Float64Array }, first: number | undefined, where: string) => {
  if (first === undefined) return senders;
  const bad = senders.find((sender) => sender < first);
  if (bad === undefined) return senders.map((sender) => sender - first);
  throw new FileError(`${where} has spikes of sender ${bad}, before the first sender ${first}. Correct it.`);
};

/** Spikes, or the channels of a recording, as a table with times in ms. @throws FileError */
export const recordingColumns = (recording: Recording, part: RecordingPart, where: string): Columns => {
  const { spikes } = recording;
  if (spikes && recording.channels.length === 0) {
    const names = ["time_ms", part.firstSender === undefined ? "sender" : "unit"];
    return { names, columns: [spikes.times, sendersOf(spikes, part.firstSender, where)] };
  }
  const chosen = channelsIn(recording, part, where).flatMap((channel) =>
    sweepsOf(channel, part, where).map(([k, sweep]) => ({
      title: titleOf(channel, channel.sweeps.length > 1 ? ` sweep ${k}` : ""),
      sweep,
    })),
  );
  const [first] = chosen;
  if (!first) throw new FileError(`${where} contains no samples. Choose a channel.`);
  requireSameTimes(
    chosen.map(({ sweep }) => sweep),
    where,
  );
  return {
    names: distinct(["time_ms", ...chosen.map(({ title }) => title)]),
    columns: [timesOf(first.sweep), ...chosen.map(({ sweep }) => sweep.values())],
  };
};

/** Spikes as `times` (ms) and `units` or `senders`; channels as arrays of sweeps × samples, with `times` in ms. @throws FileError */
export const recordingArrays = (recording: Recording, part: RecordingPart, where: string): Arrays => {
  const { spikes } = recording;
  const list = (data: Float64Array) => ({ data, shape: [data.length] });
  if (spikes && recording.channels.length === 0) {
    const units = list(sendersOf(spikes, part.firstSender, where));
    return { times: list(spikes.times), [part.firstSender === undefined ? "senders" : "units"]: units };
  }
  const channels = channelsIn(recording, part, where);
  const sweeps = channels.map((channel) => sweepsOf(channel, part, where).map(([, sweep]) => sweep));
  const all = sweeps.flat();
  if (all.length === 0) throw new FileError(`${where} contains no samples. Choose a channel.`);
  requireSameTimes(all, where);
  const { count } = all[0]!;
  const names = distinct(["times", ...channels.map((channel) => titleOf(channel))]);
  const arrays = sweeps.map((own) => {
    const data = new Float64Array(own.length * count);
    for (const [k, sweep] of own.entries()) data.set(sweep.values(), k * count);
    return { data, shape: [own.length, count] };
  });
  return Object.fromEntries([
    [names[0]!, list(timesOf(all[0]!))],
    ...arrays.map((one, k) => [names[k + 1]!, one] as const),
  ]);
};
