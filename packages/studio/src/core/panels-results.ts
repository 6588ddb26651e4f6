import { objectAt } from "./json.ts";
import type { Panel } from "./panels.ts";
import type { CurrentCurve, IntervalStatistics, RateSpectrum, WeightPicture } from "./protocol.ts";
import { type Readable, writable } from "./readable.ts";
import { recordedBin } from "./recording.ts";
import { firstAbove } from "./spikes.ts";
import type { Studio } from "./studio.ts";
import { isOpen } from "./transport.ts";

/* Results that the engine computes for panels. The panels request them from time to time. */

/** A result that is computed again and again. */
export interface Refreshed<T> {
  readonly value: Readable<T | undefined>;
  /** Why there is no value. */
  readonly reason: Readable<string | undefined>;
  /** Ends the refreshing. */
  stop(): void;
}

/** Least time between two requests, ms. */
const pause = 300;
/** Share of the time that requests may take of the engine. */
const share = 0.1;

/** The last result of each panel, by its identity, for its figure. */
const resultsOf = new WeakMap<Studio, Map<string, object>>();
const resultsIn = (studio: Studio): Map<string, object> => {
  const found = resultsOf.get(studio) ?? new Map<string, object>();
  resultsOf.set(studio, found);
  return found;
};

/** The last result of a panel. Undefined if there is none. */
export const resultOf = (studio: Studio, { id }: Panel): object | undefined => resultsIn(studio).get(id);

/**
 * Computes a value after each change of the plots. Requests take at most a tenth of the time of the engine. `compute`
 * returns a sentence if there is nothing to compute.
 */
const refreshed = <T extends object>(
  studio: Studio,
  panel: () => Panel,
  compute: () => Promise<T> | string,
): Refreshed<T> => {
  const { plots, session } = studio;
  const results = resultsIn(studio);
  const value = writable<T | undefined>(undefined);
  const reason = writable<string | undefined>(undefined);
  let isStopped = false;
  let isStale = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const request = async (): Promise<void> => {
    isStale = false;
    const began = performance.now();
    try {
      const result = compute();
      if (typeof result === "string") {
        reason.set(result);
        value.set(undefined);
      } else {
        const next = await result;
        if (isStopped) return;
        value.set(next);
        results.set(panel().id, next);
        reason.set(undefined);
      }
    } catch (error) {
      if (isStopped) return;
      if (isOpen(session.state.get())) reason.set((error as Error).message);
    }
    const took = performance.now() - began;
    timer = setTimeout(
      () => {
        timer = undefined;
        if (isStale) void request();
      },
      Math.max(pause, took / share),
    );
    isBusy = false;
  };
  let isBusy = false;
  const end = plots.version.subscribe(() => {
    isStale = true;
    if (isBusy || timer !== undefined || isStopped) return;
    isBusy = true;
    void request();
  });
  return {
    value,
    reason,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      end();
    },
  };
};

/** Time over which statistics are computed, ms: the last ten seconds. */
const statisticsOver = 10_000;
/** Spikes that are sent to the engine at once. */
const mostSpikes = 500_000;

export const intervalsOf = (studio: Studio, panel: () => Panel): Refreshed<IntervalStatistics> =>
  refreshed(studio, panel, () => {
    const { session, plots } = studio;
    const recorded = plots.present.get();
    const spikes = recorded?.populations.get(panel().population)?.spikes;
    const { step } = session.state.get().position;
    if (!recorded || !spikes || step === 0) return "Run to see the intervals between spikes.";
    const { dt, populations } = recorded;
    const end = firstAbove(spikes.steps, spikes.count, step);
    const earliest = Math.max(spikes.since, step - Math.round(statisticsOver / dt));
    // A step is included whole.
    const start = Math.max(firstAbove(spikes.steps, end, earliest), end - mostSpikes);
    const from = start === 0 ? earliest : Math.max(earliest, spikes.steps[start - 1]!);
    const begin = firstAbove(spikes.steps, end, from);
    if (begin === end) return "No spikes yet.";
    return session.client.call("intervals", {
      steps: spikes.steps.slice(begin, end),
      units: spikes.units.slice(begin, end),
      dt,
      unitCount: populations.get(panel().population)!.units,
      from: Number((from * dt).toPrecision(12)),
      to: Number((step * dt).toPrecision(12)),
    });
  });

/** Rates that a spectrum needs at least. */
const leastRates = 128;

export const spectrumOf = (studio: Studio, panel: () => Panel): Refreshed<RateSpectrum> =>
  refreshed(studio, panel, () => {
    const { session, plots } = studio;
    const recorded = plots.present.get();
    const rate = recorded?.populations.get(panel().population)?.rate;
    const width = recordedBin(recorded?.dt ?? 1);
    const end = rate ? firstAbove(rate.steps, rate.count, session.state.get().position.step) : 0;
    const start = Math.max(0, end - Math.round(statisticsOver / width));
    if (!rate || end - start < leastRates) return `A spectrum needs ${Math.ceil(leastRates * width)} ms of the run.`;
    return session.client.call("spectrum", { values: Float64Array.from(rate.values.subarray(start, end)), width });
  });

/** Cells of the matrix of weights in each direction. */
const cells = 200;
const weightBins = 40;

export const weightsOf = (studio: Studio, panel: () => Panel): Refreshed<WeightPicture> => {
  let last: { readonly of: string; readonly picture: WeightPicture } | undefined;
  return refreshed(studio, panel, () => {
    const { session } = studio;
    const state = session.state.get();
    const { projection } = panel();
    if (!isOpen(state)) return "Run to see the weights.";
    if (!state.built!.projections.some(({ name }) => name === projection)) return "This projection has not been built.";
    // Weights without plasticity change only with the document.
    const own = objectAt(state.document, "model", "projections", projection);
    const of = JSON.stringify([state.run, own, "plasticity" in own ? state.position.step : 0]);
    if (last?.of === of) return Promise.resolve(last.picture);
    return session.client
      .call("weights", { projection, rows: cells, columns: cells, bins: weightBins })
      .then((picture) => {
        last = { of, picture };
        return picture;
      });
  });
};

/** The f–I curve of a panel, measured on demand. */
export interface Curve {
  readonly value: Readable<CurrentCurve | undefined>;
  readonly state: Readable<"empty" | "measuring" | "measured" | "stale">;
  readonly reason: Readable<string | undefined>;
  measure(): Promise<void>;
}

export const curveOf = (studio: Studio, panel: () => Panel): Curve => {
  const value = writable<CurrentCurve | undefined>(undefined);
  const state = writable<"empty" | "measuring" | "measured" | "stale">("empty");
  const reason = writable<string | undefined>(undefined);
  return {
    value,
    state,
    reason,
    measure: async () => {
      state.set("measuring");
      try {
        const document = studio.document.get();
        const next = await studio.session.client.call("curve", { document, population: panel().population });
        value.set(next);
        resultsIn(studio).set(panel().id, next);
        reason.set(undefined);
        state.set("measured");
      } catch (error) {
        reason.set((error as Error).message);
        state.set("empty");
      }
    },
  };
};
