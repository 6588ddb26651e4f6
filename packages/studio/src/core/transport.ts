import type { Catalogue } from "./catalogue.ts";
import type { History } from "./history.ts";
import { type JsonObject, withAt } from "./json.ts";
import { type Defaults, sameRuns } from "./live.ts";
import { populationsOf } from "./panels.ts";
import type { Problem } from "./protocol.ts";
import { type Readable, throttled, type Writable, writable } from "./readable.ts";
import { recordOf } from "./recording.ts";
import type { SessionState, StudioSession } from "./session.ts";

/** The commands of the transport, as its buttons and shortcuts call them. */
export interface Transport {
  /** Starts, pauses or continues. */
  toggle(): void;
  /** Computes some steps, or goes back by some if the number is negative. */
  step(count: number): void;
  /** Runs until a unit of the selected population spikes; of the first population if none is selected. */
  toSpike(): void;
  /** Goes to a step in the reachable past. Pauses. */
  scrub(step: number): void;
  /** Returns to the start with the same seed. */
  restart(): void;
  /** Plays the present document from its start. */
  begin(): void;
  /** Draws everything anew, as an undoable change of the document, and starts. */
  reseed(): void;
  /** Ends a build or a simulation. */
  stop(): void;
  /** The state of the session for texts and sliders, which need not follow every frame. */
  readonly shown: Readable<SessionState>;
  /** Whether changes that need another build restart the simulation at once. */
  readonly autoRestart: Writable<boolean>;
}

interface Parts {
  readonly history: History;
  readonly session: StudioSession;
  readonly selection: Readable<readonly string[]>;
  readonly catalogue: Readable<Catalogue | undefined>;
  readonly problems: Readable<readonly Problem[]>;
}

/** Wall-clock time between two updates of texts during a run, ms. */
const textEvery = 80;

/** Wall-clock time that a document must stay unchanged before an automatic restart, ms. */
const restartDelay = 400;

const kinds = { soma: "somas", synapse: "synapses", source: "sources", plasticity: "plasticity" } as const;

const defaultsOf =
  (catalogue: Catalogue | undefined): Defaults =>
  (kind, model, field) =>
    catalogue?.[kinds[kind]].find(({ name }) => name === model)?.fields.find(({ name }) => name === field)?.default;

export const isOpen = ({ status, built }: SessionState): boolean =>
  built !== undefined && (status === "playing" || status === "paused");

/** Connects the document with the simulation: its values, its records and its restarts. */
export const transportOf = ({ history, session, selection, catalogue, problems }: Parts): Transport => {
  const { document } = history;
  const autoRestart = writable(false);
  const optionsFor = (next: JsonObject, paused: boolean) => ({ record: recordOf(next), paused });

  const open = (paused: boolean): void => void session.open(document.get(), optionsFor(document.get(), paused));

  let recorded = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.subscribe((next) => {
    const state = session.state.get();
    if (!isOpen(state) || !state.document) return;
    session.follow(next, defaultsOf(catalogue.get()));
    // Records follow the panels. Those of another model have to wait for its build.
    const record = recordOf(next);
    const text = JSON.stringify(record);
    const fits =
      populationsOf(next)
        .map(({ name }) => name)
        .join() ===
      populationsOf(state.document)
        .map(({ name }) => name)
        .join();
    if (fits && text !== recorded) {
      recorded = text;
      void session.record(record);
    }
  });
  session.state.subscribe(({ restartFor, status, document: own }) => {
    if (status === "building" && own) recorded = JSON.stringify(recordOf(own));
    clearTimeout(timer);
    if (!autoRestart.get() || restartFor.length === 0) return;
    timer = setTimeout(() => {
      const state = session.state.get();
      if (problems.get().length === 0 && isOpen(state)) open(state.status === "paused");
    }, restartDelay);
  });

  return {
    shown: throttled(
      session.state,
      textEvery,
      (shown, next) => next.status !== "playing" || next.status !== shown.status || next.notice !== shown.notice,
    ),
    autoRestart,
    toggle: () => {
      const { status } = session.state.get();
      if (status === "playing") void session.pause();
      else if (status === "paused") void session.play();
      else if (status !== "building") open(false);
    },
    step: (count) => {
      const { position, status } = session.state.get();
      if (status === "playing") void session.pause();
      if (!isOpen(session.state.get())) {
        if (status !== "building" && count > 0) open(true);
      } else if (count > 0) void session.step(count);
      else void session.seek(Math.max(position.earliest ?? 0, position.step + count));
    },
    toSpike: () => {
      const populations = populationsOf(document.get());
      const chosen = populations.find(({ identity }) => selection.get().includes(identity)) ?? populations[0];
      void session.runToSpike(chosen && chosen.name !== "" ? { population: chosen.name } : {});
    },
    scrub: (step) => {
      if (session.state.get().status === "playing") void session.pause();
      void session.seek(step);
    },
    restart: () => {
      const { status } = session.state.get();
      void session.restart(document.get(), optionsFor(document.get(), status === "paused"));
    },
    begin: () => void session.restart(document.get(), optionsFor(document.get(), false)),
    reseed: () => {
      history.run({
        label: "Change the seed",
        apply: (before) => {
          const { seed } = before;
          return withAt(before, ["seed"], typeof seed === "number" ? seed + 1 : 2);
        },
      });
      open(false);
    },
    stop: () => session.abort(),
  };
};

/** Whether the document differs from the simulation in a way that needs another build. */
export const needsRestart = (state: SessionState, document: JsonObject): boolean =>
  isOpen(state) && state.restartFor.length > 0 && !sameRuns(state.document, document);

/** The state of the simulation as a sentence. */
export const statusText = ({ status, progress, speed, built, failure }: SessionState): string => {
  switch (status) {
    case "empty":
      return "Not running";
    case "building":
      return progress ?? "Building";
    case "playing":
      return `${speedText(speed)}× real time`;
    case "paused":
      return built && built.buildTime >= 1 ? `Paused · built in ${built.buildTime.toFixed(1)} s` : "Paused";
    case "ended":
      return "Ended";
    case "failed":
      return failure?.message ?? "Failed";
  }
};

const speedText = (speed: number): string => (speed >= 100 ? speed.toFixed(0) : speed.toPrecision(2));

/** The position of the slider of the pace: a power of ten from −2 to 1, and beyond that the fastest. */
export const pacePosition = (pace: number | "fastest"): number => (pace === "fastest" ? 1.25 : Math.log10(pace));

export const paceAt = (position: number): number | "fastest" =>
  position > 1.1 ? "fastest" : Number((10 ** Math.min(1, position)).toPrecision(2));

export const paceText = (pace: number | "fastest"): string => (pace === "fastest" ? "Fastest" : `${pace}× real time`);

/** A time with as many digits as its step needs. */
export const timeText = (time: number, dt: number): string => {
  const digits = dt >= 1 ? 0 : Math.min(3, Math.ceil(-Math.log10(dt) - 1e-9));
  return `${time.toFixed(digits)} ms`;
};
