import { type Lesson, lessonOf, type Measures, type Outcome, outcomeOf } from "./lesson.ts";
import { rateBefore } from "./rates.ts";
import { derived, type Readable, writable } from "./readable.ts";
import { recordedBin } from "./recording.ts";
import type { Studio } from "./studio.ts";

export interface LessonState {
  readonly lesson: Lesson;
  /** The step that is shown. */
  readonly step: number;
  /** By step: whether its checks have held at once. What was passed stays passed. */
  readonly passed: readonly boolean[];
  /** The checks of the step that is shown. */
  readonly outcomes: readonly Outcome[];
}

export interface LessonProgress {
  /** Undefined for a document without a lesson. */
  readonly state: Readable<LessonState | undefined>;
  goTo(step: number): void;
  /** Reads the document and the simulation again. The page calls it some times a second. */
  refresh(): Promise<void>;
}

/** Follows the lesson of the document. */
export const lessonProgress = (studio: Studio): LessonProgress => {
  const state = writable<LessonState | undefined>(undefined);
  // Only another lesson starts anew, not each change of its document.
  const key = derived(studio.document, (document) => JSON.stringify(lessonOf(document)?.steps ?? null));
  let weights: { readonly projection: string; readonly mean: number } | undefined;
  key.subscribe(() => {
    const lesson = lessonOf(studio.document.get());
    weights = undefined;
    state.set(lesson && { lesson, step: 0, passed: lesson.steps.map(() => false), outcomes: [] });
  });

  const measures = (): Measures => {
    const recorded = studio.plots.present.get();
    const { position } = studio.session.state.get();
    return {
      time: position.time,
      rate: (population, over) => {
        const rate = recorded?.populations.get(population)?.rate;
        if (!recorded || !rate) return undefined;
        const bins = Math.round(over / recordedBin(recorded.dt));
        const spent = rateBefore(rate, position.step, bins);
        // A shorter time would judge the transient at the start.
        return position.time < over ? undefined : spent;
      },
      weight: (projection) => (weights?.projection === projection ? weights.mean : undefined),
    };
  };

  const readWeights = async (projection: string): Promise<void> => {
    if (studio.session.state.get().built === undefined) return;
    const request = { projection, rows: 1, columns: 1, bins: 1 };
    const { synapses, mean } = await studio.session.client.call("weights", request);
    weights = synapses > 0 ? { projection, mean } : undefined;
  };

  return {
    state,
    goTo: (step) => state.update((now) => now && { ...now, step: Math.min(Math.max(step, 0), now.passed.length - 1) }),
    refresh: async () => {
      const now = state.get();
      if (!now) return;
      const { checks } = now.lesson.steps[now.step]!;
      for (const check of checks) {
        if (check.kind === "weight") await readWeights(check.projection).catch(() => undefined);
      }
      const outcomes = checks.map((check) => outcomeOf(check, studio.document.get(), measures()));
      const holds = outcomes.every((outcome) => outcome.holds);
      state.update((later) => {
        if (later?.lesson !== now.lesson || later.step !== now.step) return later;
        return { ...later, outcomes, passed: later.passed.map((passed, k) => passed || (k === now.step && holds)) };
      });
    },
  };
};
