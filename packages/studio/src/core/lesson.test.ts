import { experiment, simulate } from "spark-snn";
import { describe, expect, test } from "vitest";
import { type Json, type JsonObject, type Key, withAt } from "./json.ts";
import { type Lesson, lessonOf, type Measures, outcomeOf } from "./lesson.ts";
import { lessons } from "./lessons.ts";

interface Recorded {
  readonly outSpikes: { times(): readonly number[] };
}

/** Runs a document, and measures it at its end. */
const measured = async (document: JsonObject, duration: number): Promise<Measures> => {
  const spikes = { outSpikes: true };
  const model = document["model"] as JsonObject;
  const populations = Object.keys((model["populations"] as JsonObject | undefined) ?? {});
  const projections = Object.keys((model["projections"] as JsonObject | undefined) ?? {});
  const learns = JSON.stringify(model).includes("plasticity");
  const record =
    populations.length === 0
      ? spikes
      : {
          ...Object.fromEntries(populations.map((name) => [name, spikes])),
          ...(learns && { weights: Object.fromEntries(projections.map((name) => [name, { at: [duration] }])) }),
        };
  const read = await experiment({ ...document, duration, record: record as unknown as JsonObject });
  const run = (await (read.kind === "brain"
    ? simulate(read.brain, read.options as never)
    : simulate(read.component, read.options as never))) as unknown as Recorded & Readonly<Record<string, Recorded>>;
  return {
    time: duration,
    rate: (population, over) => {
      const units = read.kind === "brain" ? read.units[population]! : read.units;
      const times = (population === "" ? run : run[population]!).outSpikes.times();
      const count = times.filter((time) => time > duration - over).length;
      return count / units.reduce((product, size) => product * size, 1) / (over / 1000);
    },
    weight: (projection) => {
      const { values } = (run as unknown as { weights: Record<string, { values: Float32Array }> }).weights[projection]!;
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    },
  };
};

type Edit = readonly [path: readonly Key[], value: Json];
const current = (value: number): Edit => [["inputs", "current"], value];
const model = (field: string, value: number): Edit => [["model", field], value];
const inhibition = (value: number): Edit => [["model", "projections", "ie", "weight"], value];
const asymmetry = (value: number): Edit => [["model", "projections", "learned", "plasticity", "asymmetry"], value];

/** The edits that a student makes in each step, and the duration of the run that follows. */
const solutions: readonly (readonly (readonly [edits: readonly Edit[], duration: number])[])[] = [
  [
    [[], 200],
    [[current(100)], 200],
    [[current(155)], 1500],
    [[current(166)], 1500],
  ],
  [
    [[], 0],
    [[current(300)], 1500],
    [[current(1000), model("cooldown", 20)], 1500],
    [[current(300), model("cooldown", 2), model("potentialTau", 10)], 1500],
  ],
  [
    [[], 1500],
    [[model("thresholdDelta", 5)], 2500],
    [[model("thresholdDelta", 1.4)], 2500],
  ],
  [
    [[], 700],
    [[inhibition(60)], 700],
    [[inhibition(10)], 700],
  ],
  [
    [[], 30_000],
    [[], 100_000],
    [[asymmetry(0.8)], 30_000],
  ],
];

const passes = async (lesson: Lesson, step: number, document: JsonObject, duration: number): Promise<string[]> => {
  const { checks } = lesson.steps[step]!;
  if (checks.length === 0) return [];
  const measures = await measured(document, Math.max(duration, 100));
  return checks
    .map((check) => outcomeOf(check, document, measures))
    .flatMap(({ holds, text }) => (holds ? [] : [text]));
};

describe.each(lessons.map((document, k) => [document["name"], document, solutions[k]!] as const))(
  "%s",
  (_, document, steps) => {
    const lesson = lessonOf(document)!;

    test("has a solution for each step", async () => {
      expect(steps.length).toBe(lesson.steps.length);
      let edited = document;
      for (const [k, [edits, duration]] of steps.entries()) {
        for (const [path, value] of edits) edited = withAt(edited, path, value);
        expect(await passes(lesson, k, edited, duration), lesson.steps[k]!.title).toEqual([]);
      }
    });

    test("asks for something: a later step does not hold before its edit", async () => {
      let edited = document;
      for (const [k, [edits, duration]] of steps.entries()) {
        if (edits.length > 0) expect(await passes(lesson, k, edited, duration), lesson.steps[k]!.title).not.toEqual([]);
        for (const [path, value] of edits) edited = withAt(edited, path, value);
      }
    });
  },
);

test("a check names what is there and what is wanted", () => {
  const measures: Measures = { time: 0, rate: () => 12.345, weight: () => undefined };
  const rate = { kind: "rate", population: "", over: 1000, min: 19, max: 21 } as const;
  expect(outcomeOf(rate, {}, measures)).toEqual({ holds: false, text: "Firing rate: 12.3 Hz; wanted 19 to 21 Hz" });
  const weight = { kind: "weight", projection: "ee", unit: "pA", max: 3 } as const;
  expect(outcomeOf(weight, {}, measures).text).toBe("Mean weight of ee: not known yet; wanted at most 3 pA");
});

test("documents without a lesson have none, and unknown checks are left out", () => {
  expect(lessonOf({})).toBeUndefined();
  expect(lessonOf({ studio: { lesson: { steps: [] } } })).toBeUndefined();
  const lesson = lessonOf({
    studio: { lesson: { steps: [{ title: "a", checks: [{ kind: "quiz" }, { kind: "time", min: 1 }] }] } },
  });
  expect(lesson?.steps[0]?.checks).toEqual([{ kind: "time", min: 1 }]);
});
