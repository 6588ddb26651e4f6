/** A job for a peer, as one JSON line. Every peer understands the fields and uses those that it needs. */
export interface Job {
  /** Measured runs of many steps, measured calls of one step each, or one run that returns its spikes. */
  readonly mode: "time" | "step" | "train";
  readonly model: ModelName;
  readonly units: number;
  readonly steps: number;
  /** ms */
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  readonly threads: number;
  readonly seed: number;
  /**
   * pA: one value for all units, one per unit, or rows of a file of little-endian doubles that hold for `hold` steps
   * each.
   */
  readonly current: number | readonly number[] | { readonly file: string; readonly hold: number };
  /** Fields of the soma with the names of this library: mV, ms, GΩ. */
  readonly parameters: Parameters;
  /** The peer's way to run: Brian2's "standalone" or "cython", or a backend of this library. */
  readonly runtime?: string;
}

export type ModelName = "refractory" | "strict" | "adaptive";
export type Parameters = Readonly<Record<string, number | readonly number[]>>;

/** The library's defaults, written out for the peers. */
export const leakyDefaults: Parameters = {
  potentialRest: -60,
  potentialReset: -50,
  potentialTau: 20,
  resistance: 0.1,
  threshold: -40,
  cooldown: 2,
};
export const defaultsOf = (model: ModelName): Parameters =>
  model === "adaptive" ? { ...leakyDefaults, thresholdTau: 20, thresholdDelta: 100 } : leakyDefaults;

interface Versioned {
  readonly versions: Readonly<Record<string, string>>;
  readonly note?: string | undefined;
}
export interface Ready extends Versioned {
  readonly event: "ready";
  /** Seconds of each part of the set-up. */
  readonly setup: Readonly<Record<string, number>>;
}
export interface Measured {
  readonly event: "run";
  readonly seconds: number;
  /** Seconds of processor time of all threads; undefined if a child process does the work. */
  readonly cpu: number | undefined;
  /** Hz: mean rate of each population, for networks. */
  readonly rates?: readonly number[];
}
export interface Ended {
  readonly event: "end";
  /** Bytes. */
  readonly peakMemory: number | undefined;
  /** Memory before the model was created, bytes. */
  readonly baseMemory: number | undefined;
}
export interface Train extends Versioned {
  readonly event: "train";
  /** Steps from 1 and flat units from 0 of all spikes, ordered by step and then by unit. */
  readonly steps: readonly number[];
  readonly units: readonly number[];
}
export interface Distances extends Versioned {
  readonly event: "distances";
  readonly isi: readonly number[];
  readonly spike: readonly number[];
}
export interface Unavailable {
  readonly event: "unavailable";
  readonly sentence: string;
}
export type Message = Ready | Measured | Ended | Train | Distances | Unavailable;

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isAmount = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value) && value >= 0;

const wrong = (line: string, what: string): Error =>
  new Error(`a peer answered with ${what}: ${line.length > 200 ? `${line.slice(0, 200)} …` : line}`);

/** Parses a line of a peer as a message. Throws Error for an invalid line. */
export const parseMessage = (line: string): Message => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw wrong(line, "a line that is not JSON");
  }
  if (!isFields(value)) throw wrong(line, "something that is not an object");
  const amount = (name: string): number => {
    const given = value[name];
    if (!isAmount(given)) throw wrong(line, `no finite number of at least 0 as "${name}"`);
    return given;
  };
  const perhaps = (name: string): number | undefined => (value[name] == null ? undefined : amount(name));
  const list = (name: string): number[] => {
    const given = value[name];
    if (!Array.isArray(given) || !given.every(isAmount)) throw wrong(line, `no list of numbers as "${name}"`);
    return given;
  };
  const record = <T>(name: string, is: (entry: unknown) => entry is T): Record<string, T> => {
    const given = value[name];
    if (!isFields(given) || !Object.values(given).every(is)) throw wrong(line, `a wrong "${name}"`);
    return given as Record<string, T>;
  };
  const text = (entry: unknown): entry is string => typeof entry === "string";
  const versioned = () => ({
    versions: record("versions", text),
    ...(text(value["note"]) && { note: value["note"] }),
  });
  switch (value["event"]) {
    case "ready":
      return { event: "ready", setup: record("setup", isAmount), ...versioned() };
    case "run":
      return {
        event: "run",
        seconds: amount("seconds"),
        cpu: perhaps("cpu"),
        ...(value["rates"] != null && { rates: list("rates") }),
      };
    case "end":
      return { event: "end", peakMemory: perhaps("peakMemory"), baseMemory: perhaps("baseMemory") };
    case "train": {
      const steps = list("steps");
      const units = list("units");
      if (steps.length !== units.length) throw wrong(line, "lists of different lengths");
      return { event: "train", steps, units, ...versioned() };
    }
    case "distances":
      return { event: "distances", isi: list("isi"), spike: list("spike"), ...versioned() };
    case "unavailable":
      if (!text(value["sentence"])) throw wrong(line, `no "sentence"`);
      return { event: "unavailable", sentence: value["sentence"] };
    default:
      throw wrong(line, "an unknown event");
  }
};
