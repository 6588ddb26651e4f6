import { type Client, connect } from "./client.ts";
import type { Files } from "./files-of.ts";
import type { JsonObject } from "./json.ts";
import { changesBetween, type Defaults, type LiveChanges, sameRuns } from "./live.ts";
import type {
  Built,
  Channel,
  CurrentPulse,
  Failure,
  FrameMessage,
  Position,
  RecordRequest,
  Steered,
} from "./protocol.ts";
import { type Readable, writable } from "./readable.ts";
import { speedMeter } from "./speed.ts";

/** State of the session. */
export type Status = "empty" | "building" | "paused" | "playing" | "ended" | "failed";

export interface SessionState {
  readonly status: Status;
  /** Progress of the build as text; undefined when nothing is being built. */
  readonly progress: string | undefined;
  readonly built: Built | undefined;
  /** The document whose values the simulation has. */
  readonly document: JsonObject | undefined;
  readonly position: Position;
  /** The last step that has been computed. The session can go to all steps from `position.earliest` to it. */
  readonly furthest: number;
  /** Simulated time per wall-clock time, averaged over a second. */
  readonly speed: number;
  readonly failure: Failure | undefined;
  /** Why the present document needs another build, as sentences. Empty if the simulation has its values. */
  readonly restartFor: readonly string[];
  /** A sentence about the last call that was refused. */
  readonly notice: string | undefined;
  /** Number of the simulation: it grows with each build and restart. */
  readonly run: number;
}

const nowhere: Position = { step: 0, time: 0, playing: false, earliest: undefined };
const empty: SessionState = {
  status: "empty",
  progress: undefined,
  built: undefined,
  document: undefined,
  position: nowhere,
  furthest: 0,
  speed: 0,
  failure: undefined,
  restartFor: [],
  notice: undefined,
  run: 0,
};

/** An engine that the page has started, with the way to end it at once. */
export interface StartedEngine {
  readonly channel: Channel;
  /** Calls the listener if the engine dies. */
  readonly onDeath: (listener: (message: string) => void) => void;
  terminate(): void;
}

export interface OpenOptions {
  readonly record: RecordRequest;
  readonly paused: boolean;
}

export interface StudioSession {
  readonly state: Readable<SessionState>;
  readonly client: Client;
  /** Receives every frame. Returns a function that ends this. */
  onFrame(listener: (frame: FrameMessage) => void): () => void;
  /** Builds a document and plays it, or waits at its start. An earlier simulation ends. */
  open(document: JsonObject, options: OpenOptions): Promise<void>;
  /** Returns to the start. Builds again only if the document needs it. */
  restart(document: JsonObject, options: OpenOptions): Promise<void>;
  play(): Promise<void>;
  pause(): Promise<void>;
  step(count: number): Promise<void>;
  /** Goes to a step that was computed before. Of calls in quick succession, the last one counts. */
  seek(step: number): Promise<void>;
  runToSpike(search: { readonly population?: string; readonly units?: readonly number[] }): Promise<void>;
  /** Records something else from the next step on. */
  record(record: RecordRequest): Promise<void>;
  /** Gives the simulation the values of a document, or finds why it needs another build. */
  follow(document: JsonObject, defaults: Defaults): void;
  /** Lets units of a network emit a spike in the next step. */
  inject(population: string, units: readonly number[]): Promise<void>;
  pulse(pulse: CurrentPulse): Promise<void>;
  /** Goes on with a document of `keepSteered`, which gives the present simulation the same values. */
  adopt(document: JsonObject): Promise<void>;
  /** What was changed since the start, and the document at the start. Undefined without a simulation. */
  steered(): Promise<{ readonly started: JsonObject; readonly steered: Steered } | undefined>;
  /** Simulated time per wall-clock time. */
  readonly pace: Readable<number | "fastest">;
  setPace(pace: number | "fastest"): void;
  /** Replaces the files that documents can name. */
  attach(files: Files): Promise<void>;
  /** Ends a build or a simulation at once. The next call starts another engine. */
  abort(): void;
}

/** Memory for going back, bytes. */
const rewind = 128 * 2 ** 20;

/** The session of the page. `start` starts an engine; it is called again after `abort`. */
export const studioSession = (start: () => StartedEngine, threads: number): StudioSession => {
  const state = writable(empty);
  const pace = writable<number | "fastest">(0.1);
  const listeners = new Set<(frame: FrameMessage) => void>();
  const meter = speedMeter(() => performance.now());
  let engine: { readonly started: StartedEngine; readonly client: Client } | undefined;

  /** The document of the last build, before changes that were made while it ran. */
  let builtFrom: JsonObject | undefined;

  const change = (next: Partial<SessionState>): void => state.update((before) => ({ ...before, ...next }));
  const moved = (position: Position, more: Partial<SessionState> = {}): void => {
    const { status, furthest } = state.get();
    const known = status === "ended" || status === "failed" || status === "empty" ? status : undefined;
    change({
      position,
      furthest: Math.max(furthest, position.step),
      status: known ?? (position.playing ? "playing" : "paused"),
      ...more,
    });
  };
  const failed = (failure: Failure): void => change({ status: "failed", progress: undefined, failure });

  let attached: Files = {};
  const connected = (): Client => {
    if (engine) return engine.client;
    const started = start();
    const client = connect(started.channel, {
      frame: (frame) => {
        // Frames of a worker that has been stopped may still arrive.
        if (engine?.client !== client) return;
        for (const listener of [...listeners]) listener(frame);
        if (state.get().status !== "building") moved(frame, { speed: meter.add(frame.start + frame.duration, frame) });
      },
      progress: (progress) => engine?.client === client && change({ progress }),
      ended: (failure) => (failure ? failed(failure) : change({ status: "ended" })),
    });
    started.onDeath((message) => {
      if (engine?.client !== client) return;
      const failure = {
        name: "Error",
        message: `The simulation stopped unexpectedly${message ? `: ${message}` : ""}. Run the experiment again; the document and the plots are kept.`,
        problems: [],
      };
      engine = undefined;
      failed(failure);
      client.fail(failure);
    });
    engine = { started, client };
    if (Object.keys(attached).length > 0) void client.call("attach", attached).catch(() => undefined);
    return client;
  };

  /** Runs a call of the open simulation. A refusal becomes a notice, and the simulation stays as it is. */
  const act = async (call: (client: Client) => Promise<Position | undefined>): Promise<void> => {
    if (!state.get().built) return;
    const { run } = state.get();
    try {
      const position = await call(connected());
      if (state.get().run !== run) return;
      if (position) moved(position, { notice: undefined });
      else change({ notice: undefined });
    } catch (error) {
      if (state.get().run === run && state.get().status !== "failed") change({ notice: (error as Failure).message });
    }
  };

  /** After a change, the steps that were computed beyond the present one are forgotten. */
  const forgetFuture = (): void => change({ furthest: state.get().position.step });

  const abort = (): void => {
    engine?.started.terminate();
    engine?.client.fail({ name: "AbortError", message: "The simulation was stopped.", problems: [] });
    engine = undefined;
    state.set({ ...empty, run: state.get().run + 1 });
  };

  const open = async (document: JsonObject, { record, paused }: OpenOptions): Promise<void> => {
    if (state.get().status === "building") abort();
    const run = state.get().run + 1;
    change({ ...empty, status: "building", progress: "Starting", document, run });
    const isPresent = (): boolean => state.get().run === run;
    try {
      const request = { document, record, paused, pace: pace.get(), threads, rewind };
      const built = await connected().call("open", request);
      if (!isPresent()) return;
      const status = built.playing ? "playing" : "paused";
      builtFrom = document;
      change({ built, progress: undefined, position: built, furthest: built.step, status });
    } catch (error) {
      const { name, message, problems = [] } = error as Failure;
      if (isPresent() && state.get().status === "building") failed({ name, message, problems });
    }
  };

  let wanted: number | undefined;
  const seek = async (step: number): Promise<void> => {
    const isWaiting = wanted !== undefined;
    wanted = step;
    if (isWaiting) return;
    while (wanted !== undefined) {
      const next: number = wanted;
      await act((client) => client.call("seek", next));
      if (wanted === next) wanted = undefined;
    }
  };

  let following: { readonly document: JsonObject; readonly defaults: Defaults } | undefined;
  let isFollowing = false;
  /** Makes the changes one after the other. Returns why the rest needs another build. */
  const apply = async (
    { sets, weights, inputs, plan, restart }: LiveChanges,
    document: JsonObject,
  ): Promise<string[]> => {
    const client = connected();
    const refused: string[] = [...restart];
    if (refused.length > 0) return refused;
    const attempt = async (call: () => Promise<unknown>): Promise<void> => {
      try {
        await call();
      } catch (error) {
        refused.push((error as Failure).message);
      }
    };
    for (const { path, value } of sets) await attempt(() => client.call("set", { path, value }));
    for (const { projection, value } of weights) {
      await attempt(() => client.call("setWeights", { projection, values: value }));
    }
    if (plan) await attempt(() => client.call("plan", document));
    if (inputs) await attempt(async () => moved(await client.call("inputs", document)));
    return refused;
  };
  const catchUp = async (): Promise<void> => {
    if (isFollowing) return;
    isFollowing = true;
    try {
      while (following) {
        const { document, defaults } = following;
        following = undefined;
        const { built, document: before, run, status } = state.get();
        if (!built || !before || status === "failed" || status === "building") break;
        const changes = changesBetween(before, document, defaults);
        const restartFor = await apply(changes, document);
        if (state.get().run !== run) continue;
        const isChanged = changes.sets.length + changes.weights.length > 0 || changes.inputs;
        if (restartFor.length === 0) {
          change({ restartFor, document, notice: undefined });
          if (isChanged) forgetFuture();
        } else change({ restartFor });
      }
    } finally {
      isFollowing = false;
    }
  };

  return {
    state,
    pace,
    get client() {
      return connected();
    },
    onFrame: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    open,
    restart: async (document, options) => {
      const { built, document: present, status } = state.get();
      const isOpen = built !== undefined && (status === "playing" || status === "paused");
      if (!isOpen || !sameRuns(builtFrom, document) || !sameRuns(present, document)) return open(document, options);
      change({ run: state.get().run + 1, speed: 0, furthest: 0, restartFor: [], notice: undefined });
      builtFrom = document;
      await act((client) => client.call("restart", { ...options, document }));
      change({ furthest: state.get().position.step });
    },
    play: () => act((client) => client.call("play")),
    pause: () => act((client) => client.call("pause")),
    step: (count) => act((client) => client.call("step", count)),
    seek,
    runToSpike: (search) => act((client) => client.call("runToSpike", search)),
    record: (record) => act((client) => client.call("record", record)),
    follow: (document, defaults) => {
      following = { document, defaults };
      void catchUp();
    },
    inject: async (population, units) => {
      await act((client) => client.call("inject", { population, units }));
      forgetFuture();
    },
    pulse: async (pulse) => {
      await act((client) => client.call("pulse", pulse));
      forgetFuture();
    },
    adopt: async (document) => {
      await act(async (client) => {
        const position = await client.call("adopt", document);
        builtFrom = document;
        change({ document, restartFor: [] });
        return position;
      });
    },
    steered: async () => {
      if (!state.get().built || builtFrom === undefined) return undefined;
      return { started: builtFrom, steered: await connected().call("steered") };
    },
    setPace: (next) => {
      pace.set(next);
      if (state.get().built) void connected().call("pace", next);
    },
    attach: async (files) => {
      attached = files;
      await connected().call("attach", files);
    },
    abort,
  };
};
