import type { FieldInput } from "../../config/parse.ts";
import type { UnitList } from "../../config/unit-list.ts";
import type { SelectedSynapses, SynapseSelection } from "../../layout/weights.ts";
import type { Exactly } from "../../record/exact.ts";
import type { BrainRecords, Change, NameOf, PathOf, RecordOf, RecordsOf, Runnable } from "../model.ts";
import type { RunOptions } from "../options.ts";
import type { Snapshot } from "../snapshot.ts";
import type { TriggerAction } from "../triggers.ts";

/** Options of a session. All of them are optional. `R` is the type of `record`. */
export interface SessionOptions<M = Runnable, R = RecordOf<M>>
  extends Pick<RunOptions<M, R>, "inputs" | "record" | "memory" | "nonFinite"> {
  /** Simulated time after which the session ends, ms; a whole number of steps. Default: no end. */
  readonly duration?: number;
  /** Simulated time per wall-clock time: 1 is real time. Default 1; "fastest" does not wait. */
  readonly pace?: number | "fastest";
  /** Wall-clock time between two frames while the session plays, ms. Default 16. */
  readonly every?: number;
  /** Whether the session waits for `play` instead of playing at once. Default false. */
  readonly paused?: boolean;
  /** Memory for going back, bytes. Default 64 MiB; 0 keeps nothing, so that `seek` and `back` are not available. */
  readonly rewind?: number;
  /**
   * Receives the frames. While its promise is pending, the session continues and collects a larger frame. Without it,
   * read the frames with `for await`.
   */
  readonly onFrame?: (frame: Frame<M, R>) => void | Promise<void>;
}

/** What a frame contains: records by name, for a network by population and name, as in a run. */
export type FrameRecords<M, R> = [M] extends [{ readonly kind: "brain" }]
  ? { readonly [K in keyof R]: BrainRecords<K, R[K]> }
  : RecordsOf<R>;

/**
 * The records of the steps since the last frame. Its arrays belong to the receiver. `postMessage(frame, frame.buffers)`
 * transfers it to another thread, where it lacks its functions and `buffers`.
 */
export interface Frame<M = Runnable, R = RecordOf<M>> {
  /** Number of its first step, counted from 1 as in records. */
  readonly firstStep: number;
  /** Number of its steps. */
  readonly steps: number;
  /** Simulated time at its start, ms. */
  readonly start: number;
  /** Simulated time that it covers, ms. */
  readonly duration: number;
  /** Wall-clock time that it took, in seconds, without the time in which the session was paused. */
  readonly wallTime: number;
  /** Simulated time per wall-clock time. */
  readonly speed: number;
  readonly records: FrameRecords<M, R>;
  /** The memory of all arrays. The property is not enumerable. */
  readonly buffers: readonly ArrayBuffer[];
}

/**
 * A simulation that a person, a page or a program holds in its hands. Its methods act in the order of the calls. The
 * promises of the methods need not be awaited: an error also ends the session and rejects `done`.
 */
export interface Session<M = Runnable, R = RecordOf<M>> extends AsyncIterable<Frame<M, R>> {
  /** Simulated time per wall-clock time, or "fastest". Can be changed at any time. */
  pace: number | "fastest";
  /** Whether the session plays. False while it is paused and after its end. */
  readonly playing: boolean;
  /** Steps since the start of the simulation. */
  readonly stepCount: number;
  /** Simulated time since the start of the simulation, ms. */
  readonly time: number;
  /** The earliest step to which `seek` can go; undefined if it cannot go back. */
  readonly earliest: number | undefined;
  /**
   * The changes that led from the start of the session to the present step, in order. Their form is that of `changes` in
   * the options of a run, which repeats the session with them.
   */
  readonly changes: readonly Change[];
  /** Sentences about values that are allowed but unusual. */
  readonly warnings: readonly string[];
  /**
   * Resolves when the session has ended and `onFrame` has received the last frame. Rejects with the error that ended the
   * session.
   */
  readonly done: Promise<void>;
  /** Continues at the pace of the session. */
  play(): void;
  /** Pauses. Resolves when no step is being computed. */
  pause(): Promise<void>;
  /** Computes some steps, by default one, without waiting for the pace, and pauses. */
  step(count?: number): Promise<void>;
  /** Plays up to a step and pauses. Resolves to false if another call ended it before. */
  runTo(step: number): Promise<boolean>;
  /**
   * Plays until a unit spikes and pauses after that step. Name the population of a network; `units` limits the search to
   * some of its units. Resolves to the step and the units that spiked, or to undefined if another call ended it before.
   */
  runToSpike(search?: SpikeSearch): Promise<FoundSpikes | undefined>;
  /**
   * Goes to any step from `earliest` to the last one that was computed. Parameters return to their values at that step.
   * From there, the session repeats the same future, or takes another one after `set`.
   */
  seek(step: number): Promise<void>;
  /** Goes back by one step and pauses. */
  back(): Promise<void>;
  /** Returns the present value of a parameter, as `Simulation.get` does. */
  get(path: PathOf<M>): number | Float64Array;
  /**
   * Sets a parameter from the next chunk of steps on, as `Simulation.set` does. If this needs a compilation, the session
   * interrupts itself for it.
   */
  set(path: PathOf<M>, value: FieldInput): void;
  /** Lets units emit spikes in the first step of the next chunk, as `Simulation.inject` does. */
  inject(population: NameOf<M>, units: UnitList): void;
  /**
   * Returns access to the weights of a projection. Writing them is a change as `set` is: it is in `changes`, and going back
   * returns to the former weights.
   * @throws StateError for an unknown projection, for a single component, and after the end
   */
  weights(projection: string): SessionWeights;
  /**
   * Starts a trigger of records for one step, or until it is stopped, from the next chunk on, as `Simulation.trigger`
   * does.
   */
  trigger(name: string, action?: TriggerAction): void;
  /** Records something else from the next step on. Without `onFrame`, the present one receives the frames. */
  record<const Q = Record<never, never>>(
    record: Exactly<Q, RecordOf<M>>,
    onFrame?: (frame: Frame<M, Q>) => void | Promise<void>,
  ): Promise<Session<M, Q>>;
  /** Returns a snapshot of the present step. */
  snapshot(): Promise<Snapshot>;
  /** Ends the session. Resolves when the simulation can be used again. */
  stop(): Promise<void>;
}

/** The weights of a projection in a session. `ProjectionWeights` describes the numbers of synapses. */
export interface SessionWeights {
  /** Number of synapses. */
  readonly synapses: number;
  /**
   * Resolves to a copy of the weights in the unit of the synapse model, for all synapses in order or for those with the
   * given numbers. Weights of inhibitory units are magnitudes.
   */
  read(numbers?: ArrayLike<number>): Promise<Float32Array | Float64Array>;
  /**
   * Sets weights from the next chunk of steps on. Pass one value for all, or one for each synapse or each given number. The
   * first write to synapses that share a weight builds the network again, with a weight for each synapse; the promise
   * resolves afterwards. It rejects with a MemoryError, without any effect, if these weights exceed `memory`.
   * @throws ConfigError at once for a wrong number of values, a value that is not finite, or a negative value of an
   * inhibitory unit or a conductance
   */
  write(values: number | ArrayLike<number>, numbers?: ArrayLike<number>): Promise<void>;
  /** Numbers and ends of the synapses between the given source and target units; an omitted side selects all units. */
  select(selection?: SynapseSelection): SelectedSynapses;
}

/** Where `runToSpike` looks for a spike. */
export interface SpikeSearch {
  /** Name of the population; omitted for a single component. */
  readonly population?: string;
  /** Flat indices of the units. Default: all. */
  readonly units?: readonly number[];
}

/** Spikes that `runToSpike` found. */
export interface FoundSpikes {
  /** Number of the step, counted from 1. */
  readonly step: number;
  /** Flat indices of the units that spiked in it. */
  readonly units: readonly number[];
}
