import type { Panel } from "./panels.ts";
import { populationsOf } from "./panels.ts";
import { rateBefore } from "./rates.ts";
import { derived, type Readable, type Writable, writable } from "./readable.ts";
import { addFrame, type Recorded, recordedOf } from "./recorded.ts";
import { recordedBin } from "./recording.ts";
import type { StudioSession } from "./session.ts";

/** The time that plots show, ms. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The time that plots show: a fixed range, or the most recent part of the run. */
export interface View {
  /** Length of the range that follows the run, ms. */
  readonly span: number;
  /** A range that was chosen. Undefined while the plots follow the run. */
  readonly fixed: TimeRange | undefined;
}

export interface Plots {
  /** The records of the present simulation. Undefined before the first run. */
  readonly present: Readable<Recorded | undefined>;
  /** An earlier simulation to compare with. */
  readonly kept: Readable<Recorded | undefined>;
  /** Grows with each frame and each move, so that plots know when to draw. */
  readonly version: Readable<number>;
  readonly view: Writable<View>;
  /** The time under the pointer, ms, which all plots mark. */
  readonly cursor: Writable<number | undefined>;
  /** The panel that fills the area. */
  readonly maximised: Writable<Panel["id"] | undefined>;
  /** Present rates by the identity of the population, such as "populations.excitatory", Hz. */
  readonly rates: Readable<Readonly<Record<string, number>>>;
  /** The range that plots show now. */
  range(): TimeRange;
  /**
   * Least wall-clock time between two drawings of a plot, ms. A simulation that needs all the time of the computer leaves
   * less for the plots.
   */
  interval(): number;
  /** Keeps the present simulation, to compare the next ones with it. */
  keep(): void;
  /** Forgets the kept simulation. */
  forget(): void;
}

/** Wall-clock time between two updates of the rates, ms. */
const ratesEvery = 100;
/** Simulated time over which the rates are averaged, ms. */
const ratesOver = 100;
const firstSpan = 500;
/** Wall-clock time between two drawings of a plot while the simulation is slower than its pace, ms. */
const drawEveryWhenBehind = 100;

/** Collects the records of a session. `now` is the wall-clock time, ms. */
export const plotsOf = (session: StudioSession, now: () => number = () => performance.now()): Plots => {
  const present = writable<Recorded | undefined>(undefined);
  const kept = writable<Recorded | undefined>(undefined);
  const version = writable(0);
  const view = writable<View>({ span: firstSpan, fixed: undefined });
  const rates = writable<Readonly<Record<string, number>>>({});
  let run = -1;
  let ratesAt = Number.NEGATIVE_INFINITY;

  const touch = (): void => version.update((before) => before + 1);
  const begin = (): void => {
    const { built, document, run: next } = session.state.get();
    if (!built || !document || next === run) return;
    run = next;
    present.set(recordedOf(built, document));
    view.update((before) => ({ ...before, fixed: undefined }));
  };
  const updateRates = (): void => {
    const recorded = present.get();
    if (!recorded) return;
    ratesAt = now();
    const { step } = session.state.get().position;
    const bins = Math.max(1, Math.round(ratesOver / recordedBin(recorded.dt)));
    rates.set(
      Object.fromEntries(
        populationsOf(recorded.document).map(({ name, identity }) => {
          const rate = recorded.populations.get(name)?.rate;
          return [identity, rate ? rateBefore(rate, step, bins) : 0];
        }),
      ),
    );
  };
  session.onFrame((frame) => {
    begin();
    const recorded = present.get();
    if (!recorded || session.state.get().status === "building") return;
    addFrame(recorded, frame);
    if (now() - ratesAt >= ratesEvery) updateRates();
    touch();
  });
  const place = derived(session.state, ({ position, status, run: own }) => `${position.step} ${status} ${own}`);
  place.subscribe(() => {
    begin();
    if (session.state.get().status !== "playing") updateRates();
    touch();
  });
  view.subscribe(touch);
  kept.subscribe(touch);

  return {
    present,
    kept,
    version,
    view,
    rates,
    cursor: writable<number | undefined>(undefined),
    maximised: writable<string | undefined>(undefined),
    range: () => {
      const { span, fixed } = view.get();
      const { time } = session.state.get().position;
      if (fixed) return fixed;
      return { from: Math.max(0, time - span), to: Math.max(span, time) };
    },
    interval: () => {
      const { status, speed } = session.state.get();
      const pace = session.pace.get();
      const isBehind = status === "playing" && (pace === "fastest" || speed < 0.9 * pace);
      return isBehind ? drawEveryWhenBehind : 0;
    },
    keep: () => kept.set(present.get()),
    forget: () => kept.set(undefined),
  };
};
