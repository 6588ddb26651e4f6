import {
  type BrainExperiment,
  compile,
  encodeNpz,
  experiment,
  type Session,
  type Simulation,
  type SomaExperiment,
} from "spark-snn";
import type { Files } from "../core/files-of.ts";
import { type JsonObject, objectAt } from "../core/json.ts";
import type {
  Built,
  BuiltPopulation,
  CallMessage,
  CallName,
  Calls,
  Channel,
  EventMessage,
  FrameMessage,
  OpenRequest,
  PlacedPulse,
  Position,
  RecordRequest,
  TakenMessage,
  WeightPicture,
  WeightRequest,
} from "../core/protocol.ts";
import { catalogue, somaSources } from "./catalogue.ts";
import { failureOf, problemsOf } from "./failure.ts";
import { Plan, type PlannedChange } from "./plan.ts";
import { lazyRecordings, readerOf } from "./reader.ts";
import { currentCurve, stepResponse } from "./single-unit.ts";
import { intervalStatistics, rateSpectrum } from "./statistics.ts";
import { plainChanges } from "./steered.ts";
import { type Ends, endsOf, type Weights, weightPicture } from "./weights.ts";

/** A session of any model, with the parts that the engine uses. */
type AnySession = Omit<Session<never, never>, "weights" | "set" | "get" | "inject" | "record"> & {
  set(path: string, value: unknown): void;
  get(path: string): number | Float64Array;
  inject(population: string, units: readonly number[]): void;
  trigger(name: string, action: unknown): void;
  record(record: JsonObject, onFrame: (frame: LibraryFrame) => Promise<void>): Promise<AnySession>;
  weights(projection: string): Weights;
};

interface LibraryFrame extends Omit<FrameMessage, keyof Position> {
  readonly buffers: readonly ArrayBuffer[];
}

interface Open {
  readonly simulation: Simulation<never>;
  session: AnySession;
  readonly request: OpenRequest;
  readonly isBrain: boolean;
  readonly units: ReadonlyMap<string, number>;
  record: RecordRequest;
  /** Inputs of the document, and the pulses that were added. */
  inputs: Inputs;
  pulses: readonly PlacedPulse[];
  /** What earlier sessions of the simulation changed, and what was changed by opening another one. */
  readonly log: {
    readonly changes: readonly JsonObject[];
    readonly inputs: readonly { readonly at: number; readonly inputs: JsonObject }[];
    readonly pulses: readonly PlacedPulse[];
  };
  readonly plan: Plan;
  /** Time step, ms. */
  readonly dt: number;
  readonly ends: Map<string, Ends | undefined>;
}

type Inputs = Readonly<Record<string, unknown>>;

/** The inputs with the pulses added to the currents. */
const withPulses = (inputs: Inputs, { pulses, isBrain, units }: Pick<Open, "pulses" | "isBrain" | "units">): Inputs => {
  const all: Record<string, Inputs> = isBrain ? { ...(inputs as Record<string, Inputs>) } : { "": inputs };
  for (const { population, units: chosen, amplitude, from, duration } of pulses) {
    const amplitudes = new Float64Array(units.get(population) ?? 0);
    for (const unit of chosen) amplitudes[unit] = amplitude;
    const own = all[population] ?? {};
    const step = { step: { amplitude: amplitudes, from, to: from + duration } };
    all[population] = { ...own, current: own["current"] === undefined ? step : { sum: [own["current"], step] } };
  }
  return isBrain ? all : all[""]!;
};

type Handlers = { readonly [K in CallName]: (take: Calls[K]["take"]) => Calls[K]["give"] | Promise<Calls[K]["give"]> };

const changesIn = (options: object): readonly PlannedChange[] =>
  (options as { readonly changes?: readonly PlannedChange[] }).changes ?? [];

const noLog: Open["log"] = { changes: [], inputs: [], pulses: [] };

const sumOf = (entries: readonly (readonly [string, number])[]): number =>
  entries.reduce((total, [, count]) => total + count, 0);

const counted = (count: number, noun: string): string =>
  `${Math.round(count).toLocaleString("en").replaceAll(",", "\u2009")} ${noun}${count === 1 ? "" : "s"}`;

const populationsOf = (
  units: BrainExperiment["units"] | SomaExperiment["units"],
  isBrain: boolean,
): BuiltPopulation[] =>
  Object.entries(isBrain ? units : { "": units }).map(([name, shape]) => ({
    name,
    shape: shape as readonly number[],
    units: (shape as readonly number[]).reduce((product, size) => product * size, 1),
  }));

/** Serves the calls that arrive at a channel. One engine holds at most one simulation. */
export const serve = (channel: Channel): void => {
  let open: Open | undefined;
  let files: Files = {};
  const options = () => ({ readFile: readerOf(files), recordings: lazyRecordings });
  let frameTaken: (() => void) | undefined;
  let pace: number | "fastest" = 1;

  const tell = (event: EventMessage, transfer: readonly ArrayBuffer[] = []): void =>
    channel.postMessage(event, [...transfer]);
  const progress = (text: string, share?: number): void => tell({ event: "progress", text, share });

  const current = (): Open => {
    if (!open) throw new Error("No simulation is open. Run the experiment first.");
    return open;
  };
  const position = (): Position => {
    const { session } = current();
    return {
      step: session.stepCount,
      time: session.time,
      playing: session.playing,
      earliest: session.earliest,
    };
  };

  /** Spikes that the next step emits. The session lists them when it has made the step. */
  let waiting: { readonly step: number; readonly change: JsonObject } | undefined;
  const inject = (population: string, units: readonly number[]): void => {
    const { session } = current();
    session.inject(population, units);
    const step = session.stepCount;
    const before = waiting?.step === step ? objectAt(waiting.change, "inject") : {};
    const own = Array.isArray(before[population]) ? (before[population] as readonly number[]) : [];
    const all = [...new Set([...own, ...units])].sort((a, b) => a - b);
    waiting = { step, change: { at: session.time, inject: { ...before, [population]: all } } };
  };

  /** The step after which a search for a spike pauses. */
  let pauseAfter: number | undefined;

  /** Passes a frame to the page, and resolves when the page has taken it. The session computes on meanwhile. */
  const onFrame = ({ buffers, ...frame }: LibraryFrame): Promise<void> => {
    if (pauseAfter !== undefined && frame.firstStep + frame.steps - 1 > pauseAfter) void open?.session.pause();
    tell({ event: "frame", frame: { ...frame, ...(open ? position() : unopened(frame)) } }, buffers);
    return new Promise((resolve) => {
      frameTaken = resolve;
    });
  };

  const close = async (): Promise<undefined> => {
    const closing = open;
    open = undefined;
    waiting = undefined;
    frameTaken?.();
    if (closing) {
      await closing.session.stop().catch(() => undefined);
      closing.simulation.dispose();
    }
    return undefined;
  };

  /** Opens a session of the simulation as it is, with the present inputs and records. */
  const opened = async (of: Omit<Open, "session">): Promise<AnySession> => {
    const { request, record, simulation } = of;
    const session = (await simulation.start({
      inputs: withPulses(of.inputs, of),
      record,
      pace,
      rewind: request.rewind,
      paused: true,
      onFrame,
    } as never)) as unknown as AnySession;
    session.done.then(
      () => open?.session === session && tell({ event: "ended", error: undefined }),
      (error: unknown) => open?.session === session && tell({ event: "ended", error: failureOf(error) }),
    );
    return session;
  };

  /** Ends the session and opens another one, which continues from the same state or from the start. */
  const reopened = async (change: Partial<Open>, fromStart = false): Promise<Position> => {
    const before = current();
    const { playing } = before.session;
    const { session } = before;
    open = undefined;
    frameTaken?.();
    const made = plainChanges(session.changes);
    await session.stop();
    if (fromStart) {
      before.simulation.reset();
      waiting = undefined;
    }
    const log = change.log ?? before.log;
    const next = { ...before, ...change, log: fromStart ? noLog : { ...log, changes: [...log.changes, ...made] } };
    try {
      open = { ...next, session: await opened(next) };
    } catch (error) {
      open = {
        ...before,
        log: { ...before.log, changes: [...before.log.changes, ...made] },
        session: await opened(before),
      };
      throw error;
    } finally {
      if (playing && !fromStart) play();
    }
    return position();
  };

  /** Makes the changes of the document that belong to a step. */
  const make = async ({ session, plan }: Open, step: number): Promise<void> => {
    for (const { set = {}, weights = {}, inject = {}, trigger = {} } of plan.take(step)) {
      for (const [path, value] of Object.entries(set)) session.set(path, value);
      for (const [projection, values] of Object.entries(weights)) await session.weights(projection).write(values);
      for (const [population, units] of Object.entries(inject)) session.inject(population, units);
      for (const [name, action] of Object.entries(trigger)) session.trigger(name, action);
    }
  };

  /** Plays on, and makes the changes of the document at their steps, until another call ends this. */
  const playOn = async (until = Number.POSITIVE_INFINITY): Promise<void> => {
    const { session, plan } = current();
    for (;;) {
      if (open?.session !== session) return;
      const next = plan.next(session.stepCount);
      if (next === undefined || next >= until) break;
      if (next > session.stepCount && !(await session.runTo(next))) return;
      if (open?.session === session) await make(open, next);
    }
    if (until === Number.POSITIVE_INFINITY) session.play();
    else await session.runTo(until);
  };
  const play = (): void => {
    const { session } = current();
    playOn().catch((error: unknown) => open?.session === session && tell({ event: "ended", error: failureOf(error) }));
  };

  /** Computes some steps, with the changes of the document on the way. */
  const stepOn = async (count: number): Promise<void> => {
    const { session, plan } = current();
    const end = session.stepCount + count;
    while (session.stepCount < end) {
      const next = plan.next(session.stepCount);
      if (next === session.stepCount) await make(current(), next);
      else await session.step(Math.min(end, next ?? end) - session.stepCount);
    }
  };

  /** Runs to the next spike. A run that passes a change of the document returns to it, and makes it. */
  const runToSpike: Handlers["runToSpike"] = async (search) => {
    const { session, plan } = current();
    for (;;) {
      const next = plan.next(session.stepCount);
      if (next === session.stepCount) await make(current(), next);
      else {
        pauseAfter = next;
        const found = await session.runToSpike(search).finally(() => {
          pauseAfter = undefined;
        });
        if (next === undefined || session.stepCount <= next) return { ...position(), found };
        await session.seek(next);
      }
    }
  };

  const start = async (request: OpenRequest): Promise<Built & Position> => {
    await close();
    const began = performance.now();
    progress("Reading the experiment");
    const read = await experiment(request.document, options());
    const { dt, dtype, seed, initial, inputs } = read.options as object as Readonly<Record<string, unknown>>;
    const isBrain = read.kind === "brain";
    const component = (isBrain ? read.brain : read.component) as never;
    const populations = populationsOf(read.units, isBrain);
    const synapses = read.kind === "brain" ? Object.entries(read.synapses) : [];
    const units = populations.reduce((total, population) => total + population.units, 0);
    progress(
      synapses.length === 0
        ? `Building ${counted(units, "unit")}`
        : `Building ${counted(units, "unit")} and ${counted(sumOf(synapses), "synapse")}`,
    );
    const threads = request.threads > 1 && isBrain ? { threads: request.threads } : {};
    const given = { dt, dtype, seed, initial };
    const settings = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    pace = request.pace;
    const simulation = (await compile(component, { ...settings, ...threads })) as Simulation<never>;
    const parts = {
      simulation,
      request,
      isBrain,
      units: new Map(populations.map(({ name, units: count }) => [name, count])),
      record: request.record,
      inputs: (inputs ?? {}) as Inputs,
      pulses: [],
      log: noLog,
      dt: read.settings.dt,
      plan: new Plan(changesIn(read.options), read.settings.dt),
      ends: new Map<string, Ends | undefined>(),
    };
    const session = await opened(parts);
    open = { ...parts, session };
    if (!request.paused) play();
    return {
      kind: read.kind,
      populations,
      projections: synapses.map(([name, count]) => ({ name, synapses: count })),
      dt: read.settings.dt,
      threads: isBrain ? request.threads : 1,
      buildTime: (performance.now() - began) / 1000,
      warnings: [...read.warnings, ...session.warnings],
      ...position(),
    };
  };

  const weights = async (request: WeightRequest): Promise<WeightPicture> => {
    const began = performance.now();
    const {
      session,
      ends,
      units,
      request: { document },
    } = current();
    const own = session.weights(request.projection);
    const values = await own.read();
    if (!ends.has(request.projection)) ends.set(request.projection, endsOf(own));
    const { from, to } = objectAt(document, "model", "projections", request.projection);
    const unitsOf = (end: unknown): number => units.get(String(end).split(".")[0]!) ?? 0;
    const sizes = { sources: unitsOf(from), targets: unitsOf(to) };
    const picture = weightPicture(values, ends.get(request.projection), request, sizes);
    return { ...picture, took: performance.now() - began };
  };

  /** Runs a method of the session, and tells where the session is then. */
  const moved = async (act: (session: AnySession) => unknown): Promise<Position> => {
    await act(current().session);
    return position();
  };

  /** After a change from outside, the planned changes that the session had seen have to be made again. */
  const steer = (): void => {
    const { plan, session } = current();
    plan.cut(session.stepCount);
    if (session.playing) play();
  };

  const handlers: Handlers = {
    catalogue,
    sources: somaSources,
    formats: async () => (await import("./exchange.ts")).formatEntries(),
    attach: (attached) => {
      files = attached;
      return undefined;
    },
    read: async (given) => (await import("./exchange.ts")).opened(given),
    sweep: async (request) => {
      const { swept } = await import("./sweep.ts");
      return swept(request, readerOf(files), (share) => progress("Sweeping", share));
    },
    sweepPlan: async (request) => (await import("./sweep.ts")).planOf(request, readerOf(files)),
    save: async ({ document, name, format }) => {
      const { exported, saved } = await import("./exchange.ts");
      return format === undefined ? saved(document, files, name) : exported(document, files, format, name);
    },
    check: async (document) => {
      try {
        const { warnings } = await experiment(document, options());
        return { problems: [], warnings };
      } catch (error) {
        return { problems: problemsOf(error), warnings: [] };
      }
    },
    open: start,
    close,
    play: () => moved(play),
    pause: () => moved((session) => session.pause()),
    step: (count) => moved(() => stepOn(count)),
    runTo: (step) => moved(() => playOn(step)),
    runToSpike,
    seek: (step) => {
      waiting = undefined;
      return moved((session) => session.seek(step));
    },
    pace: (next) => {
      pace = next;
      if (open) open.session.pace = next;
      return undefined;
    },
    record: (record) => {
      current().record = record;
      return moved((session) => session.record(record, onFrame));
    },
    set: ({ path, value }) => {
      current().session.set(path, value);
      steer();
      return undefined;
    },
    get: (path) => current().session.get(path),
    inject: ({ population, units }) => {
      inject(population, units);
      steer();
      return undefined;
    },
    setWeights: async ({ projection, values }) => {
      await current().session.weights(projection).write(values);
      steer();
      return undefined;
    },
    inputs: async (document) => {
      const read = await experiment(document, options());
      const { inputs = {} } = read.options as { readonly inputs?: Inputs };
      const { log, session } = current();
      const entry = { at: session.time, inputs: objectAt(document, "inputs") };
      current().plan.cut(session.stepCount);
      return reopened({ inputs, log: { ...log, inputs: [...log.inputs, entry] } });
    },
    pulse: (pulse) => {
      const { pulses, session, log } = current();
      // Pulses that are over are forgotten, so that they cost nothing.
      const present = pulses.filter(({ from, duration }) => from + duration > session.time);
      current().plan.cut(session.stepCount);
      const placed = { ...pulse, from: session.time };
      return reopened({ pulses: [...present, placed], log: { ...log, pulses: [...log.pulses, placed] } });
    },
    restart: async ({ record, paused, document }) => {
      const read = await experiment(document, options());
      const { inputs = {} } = read.options as { readonly inputs?: Inputs };
      await reopened({ record, pulses: [], inputs }, true);
      current().plan.reset(changesIn(read.options));
      if (!paused) play();
      return position();
    },
    weights,
    intervals: intervalStatistics,
    spectrum: ({ values, width }) => rateSpectrum(values, width),
    curve: ({ document, population }) => currentCurve(document, population),
    npz: (arrays) => encodeNpz(arrays, { compress: true }),
    response: ({ document, population }) => stepResponse(document, population),
    plan: async (document) => {
      const read = await experiment(document, options());
      const { plan, session } = current();
      plan.replace(changesIn(read.options), session.stepCount);
      // A session that plays goes on towards the changes that are new.
      if (session.playing) play();
      return undefined;
    },
    steered: () => {
      const { log, session, plan, dt } = current();
      const next = plan.next(session.stepCount);
      const coming = next === undefined ? undefined : Number((next * dt).toPrecision(12));
      const emitted = waiting?.step === session.stepCount ? [waiting.change] : [];
      return { ...log, changes: [...log.changes, ...plainChanges(session.changes), ...emitted], coming };
    },
    adopt: async (document) => {
      const read = await experiment(document, options());
      const { inputs = {} } = read.options as { readonly inputs?: Inputs };
      const { log, plan, session } = current();
      plan.adopt(changesIn(read.options), session.stepCount, plan.next(session.stepCount));
      return reopened({ inputs, pulses: [], log: { ...log, inputs: [], pulses: [] } });
    },
  };

  channel.onmessage = async ({ data }: MessageEvent): Promise<void> => {
    const message = data as CallMessage | TakenMessage;
    if ("taken" in message) {
      frameTaken?.();
      return;
    }
    const { call, id, take } = message;
    try {
      const give = await (handlers[call] as (take: unknown) => unknown)(take);
      channel.postMessage({ answer: id, give });
    } catch (error) {
      channel.postMessage({ answer: id, error: failureOf(error) });
    }
  };
};

/** The position of a frame that arrives before the session is known. */
const unopened = ({ firstStep, steps, start, duration }: Omit<LibraryFrame, "buffers">): Position => ({
  step: firstStep + steps - 1,
  time: start + duration,
  playing: false,
  earliest: undefined,
});
