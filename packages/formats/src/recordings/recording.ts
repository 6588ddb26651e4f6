/* A recording: what any of its formats can contain. Times are in ms; values keep the units of the file. */

/** Samples of a channel in one sweep: at regular intervals, or each with its time. */
export interface Sweep {
  readonly count: number;
  /** Time of the first sample, ms, from the start of the sweep. */
  readonly start: number;
  /** Time between samples, ms; undefined if each sample has its own time. */
  readonly interval: number | undefined;
  /** The samples. They are read when this is called. @throws FileError */
  readonly values: () => Float64Array<ArrayBuffer>;
  /** Time of each sample, ms. */
  readonly times?: () => Float64Array<ArrayBuffer>;
}

/** A recorded channel, or a command of the amplifier. */
export interface Channel {
  readonly name: string;
  /** As in the file; empty if the file gives none. */
  readonly unit: string;
  /** A command was computed from the protocol of the file, not recorded. */
  readonly kind: "recorded" | "command";
  readonly sweeps: readonly Sweep[];
}

/** Spikes of several neurons by time. */
export interface Spikes {
  /** Time of each spike, ms, ascending. */
  readonly times: Float64Array<ArrayBuffer>;
  /** Number of the neuron of each spike, as in the file. */
  readonly senders: Float64Array<ArrayBuffer>;
}

/** The content of a file of recordings. */
export interface Recording {
  /** Format and version, such as "ABF 2.0.0.0". */
  readonly format: string;
  readonly channels: readonly Channel[];
  readonly spikes?: Spikes;
  /** Sentences about parts that were left out or that a user should know. */
  readonly notes: readonly string[];
}

/** The times of the samples of a sweep, ms. */
export const timesOf = ({ count, start, interval, times }: Sweep): Float64Array<ArrayBuffer> =>
  times?.() ?? Float64Array.from({ length: count }, (_, k) => nice(start + k * interval!));

/** Without the last digits, so that 3 times 0.05 ms are 0.15 ms. */
const nice = (time: number): number => Math.round(time * 1e9) / 1e9;
