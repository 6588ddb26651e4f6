import { expect, test } from "vitest";
import { type ReadObjective, scorersFor } from "../objective.ts";
import type { ReadRecording } from "../recording/recording.ts";

const dt = 0.1;
const steps = 23;
const times = Float64Array.from({ length: steps }, (_, k) => (k + 1) / 10);
const recorded = times.map((time) => -60 + time);

/** The score of a potential against the recorded one, without the window from 0.3 to 1.2 ms around a spike. */
const score = (potential: Float64Array): number => {
  const recording = {
    repetitions: [Float64Array.of(0.7)],
    voltage: { values: recorded, times, interval: dt, even: true },
    duration: steps / 10,
    steps,
  };
  const objective: Partial<ReadObjective> = { voltage: { before: 0.4, after: 0.5, weight: 1 } };
  const { list } = scorersFor(objective as ReadObjective, recording as unknown as ReadRecording, dt);
  const { scorer } = list[0]!;
  scorer.begin(1);
  scorer.potentials?.(
    times.map((_, k) => k + 1),
    potential,
  );
  const scores = new Float64Array(1);
  scorer.finish(scores, new Float64Array(1));
  return scores[0]!;
};

test("rounding errors of times do not decide whether a sample lies in the window of a spike", () => {
  // 12 · 0.1 is 1.2000000000000002.
  const within = recorded.map((value, k) => (k >= 2 && k <= 11 ? 0 : value));
  expect(score(within)).toBe(1);
  expect(score(within.with(1, 0))).toBeLessThan(1);
  expect(score(within.with(12, 0))).toBeLessThan(1);
});

test("rounding errors of times do not exclude the last sample", () => {
  // 23 · 0.1 is 2.3000000000000003.
  expect(score(recorded.with(steps - 1, 0))).toBeLessThan(1);
});
