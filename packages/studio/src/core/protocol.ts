import type { Catalogue, ModelEntry } from "./catalogue.ts";
import type { Files } from "./files-of.ts";
import type { JsonObject, Key } from "./json.ts";

/*
 * The messages between the page and the engine. The engine runs in a worker, and contains the library; the page only
 * knows these types. Calls are answered in order; events arrive at any time.
 */

/** A problem of the document. */
export interface Problem {
  /** Keys from the top of the document; empty if the place is not known. */
  readonly keys: readonly Key[];
  /** The path as in messages of the library. */
  readonly path: string;
  readonly message: string;
}

/** The result of a check. Nothing is drawn or built for it. */
export interface Checked {
  readonly problems: readonly Problem[];
  /** Sentences about values that are allowed but unusual. */
  readonly warnings: readonly string[];
}

/** A population that has been built. */
export interface BuiltPopulation {
  /** Empty for a document with a single population. */
  readonly name: string;
  readonly units: number;
  readonly shape: readonly number[];
}

export interface BuiltProjection {
  readonly name: string;
  readonly synapses: number;
}

/** A simulation that has been built and can play. */
export interface Built {
  readonly kind: "soma" | "brain";
  readonly populations: readonly BuiltPopulation[];
  readonly projections: readonly BuiltProjection[];
  /** Time step, ms. */
  readonly dt: number;
  /** Threads that compute. */
  readonly threads: number;
  /** Wall-clock time of the build, s. */
  readonly buildTime: number;
  readonly warnings: readonly string[];
}

/** A record as `Session.record` takes it: by name, for a network by population. */
export type RecordRequest = JsonObject;

export interface OpenRequest {
  readonly document: JsonObject;
  readonly record: RecordRequest;
  readonly pace: number | "fastest";
  readonly paused: boolean;
  /** Threads; 1 where the page is not isolated. */
  readonly threads: number;
  /** Memory for going back, bytes. */
  readonly rewind: number;
}

/** State of the session after a call or with a frame. */
export interface Position {
  /** Steps since the start. */
  readonly step: number;
  /** Simulated time, ms. */
  readonly time: number;
  readonly playing: boolean;
  /** The earliest step to which the session can go back. */
  readonly earliest: number | undefined;
}

/** The values of a frame of the library, as a message. */
export interface FrameMessage extends Position {
  readonly firstStep: number;
  readonly steps: number;
  readonly start: number;
  readonly duration: number;
  readonly wallTime: number;
  readonly speed: number;
  /** Records by name, for a network by population and name, with typed arrays. */
  readonly records: Readonly<Record<string, unknown>>;
}

/** A current into some units. */
export interface CurrentPulse {
  readonly population: string;
  readonly units: readonly number[];
  /** pA */
  readonly amplitude: number;
  /** ms */
  readonly duration: number;
}

/** A pulse with the time of its start. */
export interface PlacedPulse extends CurrentPulse {
  /** ms */
  readonly from: number;
}

/** Everything that was changed in a simulation since its start, in order. */
export interface Steered {
  /** Parameters, weights and injected spikes, as `changes` of a document. */
  readonly changes: readonly JsonObject[];
  /** Inputs that replaced those before, with their time, ms. */
  readonly inputs: readonly { readonly at: number; readonly inputs: JsonObject }[];
  readonly pulses: readonly PlacedPulse[];
  /** Time of the next change of the document, ms; undefined if none is to come. */
  readonly coming: number | undefined;
}

/** Spikes of a population in a window, as the functions of `analysis` take them. */
export interface SpikeWindow {
  readonly steps: Uint32Array;
  readonly units: Uint32Array;
  readonly dt: number;
  readonly unitCount: number;
  /** ms */
  readonly from: number;
  readonly to: number;
}

/** Counts of values between edges. */
export interface Counts {
  readonly edges: Float64Array;
  readonly counts: Float64Array;
}

export interface IntervalStatistics {
  /** Histogram of the intervals of all units, ms. Undefined if no unit has two spikes. */
  readonly histogram: (Counts & { readonly above: number }) | undefined;
  readonly intervals: number;
  /** Mean rate, Hz. */
  readonly rate: number;
  /** Mean CV of the units with at least four spikes, and the number of these units. */
  readonly cv: number;
  readonly cvUnits: number;
  /** Variance over mean of the population's counts in bins of 3 ms. */
  readonly synchrony: number;
}

export interface RateSpectrum {
  /** Hz */
  readonly frequencies: Float64Array;
  /** Hz²/Hz */
  readonly power: Float64Array;
  readonly segments: number;
}

export interface CurrentCurve {
  /** pA */
  readonly currents: Float64Array;
  /** Hz */
  readonly rates: Float64Array;
  /** Smallest current that makes the unit spike within a second, pA. Undefined if there is none. */
  readonly rheobase: number | undefined;
}

/** Arrays as `encodeNpz` of the library takes them. */
export type NamedArrays = Readonly<
  Record<string, { readonly data: Float64Array | Float32Array | Uint32Array; readonly shape: readonly number[] }>
>;

/** The response of one unit to a step of current. */
export interface StepResponse {
  /** Traced variable and its unit. */
  readonly variable: string;
  readonly unit: string;
  /** One value for each step. */
  readonly values: Float64Array;
  readonly low: number;
  readonly high: number;
  /** pA */
  readonly amplitude: number;
  /** Start and end of the current, end of the run and time step, ms. */
  readonly from: number;
  readonly to: number;
  readonly duration: number;
  readonly dt: number;
  readonly spikes: number;
}

export interface WeightRequest {
  readonly projection: string;
  /** Size of the matrix. Cells combine several units if the populations are larger. */
  readonly rows: number;
  readonly columns: number;
  readonly bins: number;
}

export interface WeightPicture {
  readonly synapses: number;
  readonly sources: number;
  readonly targets: number;
  readonly rows: number;
  readonly columns: number;
  /** Mean weight of each cell, by source (row) and target (column); NaN without a synapse. */
  readonly matrix: Float32Array;
  readonly histogram: Counts;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Time that reading took, ms. */
  readonly took: number;
}

/** A format of another program. */
export interface FormatEntry {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly reads: boolean;
  readonly writes: boolean;
}

/** An experiment that was read from files. */
export interface Opened {
  readonly document: JsonObject;
  /** Files that the document names. */
  readonly data: Files;
  /** Report of an import; undefined for documents of the studio. */
  readonly report: string | undefined;
}

/** Files with data for the present document, and a sentence that describes them. */
export interface Attached {
  readonly attached: Files;
  readonly text: string;
}

/** A file for the user. */
export interface Saved {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Report of an export. */
  readonly report: string | undefined;
}

export interface SweepRequest {
  readonly document: JsonObject;
  /** Values by path, for each run. */
  readonly points: readonly Readonly<Record<string, number>>[];
  readonly measures: readonly ("rate" | "cv")[];
}

export interface SweptRow {
  /** By column, such as "excitatory.rate". NaN where a measure is not defined. */
  readonly measures: Readonly<Record<string, number>>;
  /** Why the run failed. */
  readonly error: string | undefined;
}

/** The calls, with their arguments and results. */
export interface Calls {
  /** Runs a document many times. Events of progress tell the share. */
  sweep: { readonly take: SweepRequest; readonly give: readonly SweptRow[] };
  /** The plan of a sweep as the text of a file. */
  sweepPlan: { readonly take: SweepRequest; readonly give: string };
  formats: { readonly take: undefined; readonly give: readonly FormatEntry[] };
  /** Replaces the files that documents can name. */
  attach: { readonly take: Files; readonly give: undefined };
  /** Reads a document, an archive, the files of a model of another program, or files with data. */
  read: { readonly take: Files; readonly give: Opened | Attached };
  /** The document and its data as one file, or in the format of another program. `name` lacks its ending. */
  save: {
    readonly take: { readonly document: JsonObject; readonly name: string; readonly format?: string };
    readonly give: Saved;
  };
  catalogue: { readonly take: undefined; readonly give: Catalogue };
  /** The somas as text, by name. */
  sources: { readonly take: undefined; readonly give: Readonly<Record<string, ModelEntry["source"]>> };
  check: { readonly take: JsonObject; readonly give: Checked };
  /** Builds a document and opens a session. An earlier session ends. */
  open: { readonly take: OpenRequest; readonly give: Built & Position };
  close: { readonly take: undefined; readonly give: undefined };
  play: { readonly take: undefined; readonly give: Position };
  pause: { readonly take: undefined; readonly give: Position };
  step: { readonly take: number; readonly give: Position };
  runTo: { readonly take: number; readonly give: Position };
  runToSpike: {
    readonly take: { readonly population?: string; readonly units?: readonly number[] };
    readonly give: Position & {
      readonly found: { readonly step: number; readonly units: readonly number[] } | undefined;
    };
  };
  seek: { readonly take: number; readonly give: Position };
  pace: { readonly take: number | "fastest"; readonly give: undefined };
  record: { readonly take: RecordRequest; readonly give: Position };
  set: { readonly take: { readonly path: string; readonly value: unknown }; readonly give: undefined };
  get: { readonly take: string; readonly give: number | Float64Array };
  inject: {
    readonly take: { readonly population: string; readonly units: readonly number[] };
    readonly give: undefined;
  };
  /** Sets the weights of a projection: one value for all synapses, or one for each. */
  setWeights: {
    readonly take: { readonly projection: string; readonly values: number | readonly number[] };
    readonly give: undefined;
  };
  /**
   * Continues with the inputs of another document. The state and the step stay, but the session can go back only to this
   * step.
   */
  inputs: { readonly take: JsonObject; readonly give: Position };
  /** Adds a current to some units from the present step on. As `inputs`, this ends the past. */
  pulse: { readonly take: CurrentPulse; readonly give: Position };
  /** Returns to the start with the same synapses, parameters and draws. */
  restart: {
    readonly take: { readonly record: RecordRequest; readonly paused: boolean; readonly document: JsonObject };
    readonly give: Position;
  };
  weights: { readonly take: WeightRequest; readonly give: WeightPicture };
  intervals: { readonly take: SpikeWindow; readonly give: IntervalStatistics };
  spectrum: { readonly take: { readonly values: Float64Array; readonly width: number }; readonly give: RateSpectrum };
  /** Measures the f–I curve of one unit of a population; "" for a document with a single population. */
  curve: {
    readonly take: { readonly document: JsonObject; readonly population: string };
    readonly give: CurrentCurve;
  };
  /** Replaces the changes of the document that are still to come. */
  plan: { readonly take: JsonObject; readonly give: undefined };
  /** Arrays as an NPZ file. */
  npz: { readonly take: NamedArrays; readonly give: Uint8Array };
  /** Computes the response of one unit of a population to a current that makes it spike. */
  response: {
    readonly take: { readonly document: JsonObject; readonly population: string };
    readonly give: StepResponse;
  };
  /** Goes on with a document that contains everything that was changed. */
  adopt: { readonly take: JsonObject; readonly give: Position };
  /** Everything that was changed since the start. */
  steered: { readonly take: undefined; readonly give: Steered };
}

export type CallName = keyof Calls;

export interface CallMessage<K extends CallName = CallName> {
  readonly call: K;
  readonly id: number;
  readonly take: Calls[K]["take"];
}

/** The answer to a call: its result, or the error. */
export type AnswerMessage =
  | { readonly answer: number; readonly give: unknown }
  | { readonly answer: number; readonly error: Failure };

/** An error as data. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly problems: readonly Problem[];
}

export type EventMessage =
  | { readonly event: "frame"; readonly frame: FrameMessage }
  | { readonly event: "progress"; readonly text: string; readonly share: number | undefined }
  | { readonly event: "ended"; readonly error: Failure | undefined };

/** Tells the engine that the page has taken a frame, so that it may send the next one. */
export interface TakenMessage {
  readonly taken: true;
}

/** The end of a channel, such as a Worker, a MessagePort, or the scope of a worker. */
export interface Channel {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}
