import fc from "fast-check";
import { analysis } from "spark-snn";
import { describe, expect, test } from "vitest";
import { coincidenceScorer } from "./coincidence.ts";
import { countScorer } from "./count.ts";
import { bitsPerSpike, likelihoodScore, likelihoodTarget } from "./likelihood.ts";
import type { Scorer, Target } from "./scorer.ts";
import { vanRossumScorer } from "./van-rossum.ts";
import { voltageScorer } from "./voltage.ts";

const dt = 0.5;
const steps = 400;
const duration = steps * dt;

/** Scores trains, given as steps, like a run does: in temporal order, in two chunks. */
const scoreTrains = (scorer: Scorer, trains: readonly (readonly number[])[]) => {
  const events = trains.flatMap((train, unit) => train.map((step) => ({ step, unit })));
  events.sort((a, b) => a.step - b.step || a.unit - b.unit);
  const scores = new Float64Array(trains.length);
  const guides = new Float64Array(trains.length);
  scorer.begin(trains.length);
  const half = Math.floor(events.length / 2);
  for (const chunk of [events.slice(0, half), events.slice(half)]) {
    scorer.spikes?.(
      Uint32Array.from(chunk, ({ step }) => step),
      Uint32Array.from(chunk, ({ unit }) => unit),
    );
  }
  scorer.finish(scores, guides);
  return { scores, guides };
};

const stepTrain = fc
  .uniqueArray(fc.integer({ min: 1, max: steps }), { maxLength: 45 })
  .map((list) => list.sort((a, b) => a - b));
const timeTrain = fc
  .uniqueArray(fc.double({ min: 0, max: duration, noNaN: true }), { maxLength: 30 })
  .map((list) => Float64Array.from(list).sort());
const stepTrains = fc.array(stepTrain, { minLength: 1, maxLength: 5 });
const recordedTrains = fc.array(timeTrain, { minLength: 1, maxLength: 4 });
const targetOf = (repetitions: readonly ArrayLike<number>[]): Target => ({ repetitions, duration, dt, steps });

describe("the coincidence score", () => {
  test("equals the mean coincidence of the analysis, to the bit", () => {
    fc.assert(
      fc.property(stepTrains, recordedTrains, fc.constantFrom(0, 1, 2.25, 4), (trains, recorded, window) => {
        const { scores } = scoreTrains(coincidenceScorer(targetOf(recorded), window), trains);
        trains.forEach((train, k) => {
          const times = train.map((step) => step * dt);
          const options = { duration, window, saturated: -1 };
          // A silent recording with a soma that spikes too fast: the analysis also calls it saturated.
          expect(scores[k]).toBe(analysis.meanCoincidence(times, recorded, options));
        });
      }),
      { numRuns: 300 },
    );
  });

  test("guides silent and overactive somas toward the recorded number of spikes", () => {
    const recorded = [Float64Array.from([50, 100, 150])];
    const wild = Array.from({ length: 300 }, (_, k) => k + 1);
    const { scores, guides } = scoreTrains(coincidenceScorer(targetOf(recorded), 2), [[], [40], [100, 200, 300], wild]);
    expect([...scores.slice(0, 1), scores[2], scores[3]]).toEqual([0, 1, -1]);
    expect(guides[0]).toBe(1);
    expect(guides[1]).toBeLessThan(1);
    // A perfect match needs no guide.
    expect(guides[2]).toBe(0);
    expect(guides[3]).toBeGreaterThan(0.9);
  });

  test("can be relative to the reliability of the neuron", () => {
    const recorded = [Float64Array.from([50, 100, 150]), Float64Array.from([50, 101, 190])];
    const reliability = analysis.reliability(recorded, { duration, window: 2 });
    const trains = [[100, 200, 300], [100, 201, 350], [7]];
    const { scores } = scoreTrains(coincidenceScorer(targetOf(recorded), 2), trains);
    const relative = scoreTrains(coincidenceScorer(targetOf(recorded), 2, reliability), trains);
    expect(relative.scores).toEqual(scores.map((score) => score / reliability));
  });

  test("restarts with each run", () => {
    const scorer = coincidenceScorer(targetOf([Float64Array.from([50, 100])]), 2);
    const once = scoreTrains(scorer, [[100, 200], [7]]).scores;
    expect(scoreTrains(scorer, [[100, 200], [7]]).scores).toEqual(once);
    expect(scoreTrains(scorer, [[100], [200], [7]]).scores).toHaveLength(3);
  });
});

test("the van Rossum score is one minus the distance over that of silence", () => {
  fc.assert(
    fc.property(stepTrains, recordedTrains, fc.constantFrom(1, 10, 80), (trains, recorded, tau) => {
      const { scores } = scoreTrains(vanRossumScorer(targetOf(recorded), tau), trains);
      trains.forEach((train, k) => {
        const times = train.map((step) => step * dt);
        const each = recorded.map((one) => {
          const silence = Math.max(analysis.vanRossumDistance([], one, { tau }), Math.SQRT1_2);
          return 1 - analysis.vanRossumDistance(times, one, { tau }) / silence;
        });
        expect(scores[k]).toBeCloseTo(each.reduce((a, b) => a + b, 0) / each.length, 6);
      });
    }),
    { numRuns: 200 },
  );
});

test("the voltage score is 1 for the recorded potential and 0 for its mean, without gaps", () => {
  const values = Float64Array.from([-60, -58, Number.NaN, -62, -60]);
  const scorer = voltageScorer({ values, every: 2 });
  scorer.begin(3);
  const at = (value: number): number[] => [value, -60, value + Math.SQRT2];
  const rows = [-60, -58, 999, -62, -60].map(at);
  scorer.potentials!(Float64Array.from([2, 4, 6]), Float32Array.from(rows.slice(0, 3).flat()));
  scorer.potentials!(Float64Array.from([8, 10]), Float32Array.from(rows.slice(3).flat()));
  const scores = new Float64Array(3);
  scorer.finish(scores, new Float64Array(3));
  expect(scores[0]).toBe(1);
  expect(scores[1]).toBeCloseTo(0, 12);
  expect(scores[2]).toBeCloseTo(0, 5);
});

test("the score of counts compares the numbers of spikes", () => {
  const recorded = [Float64Array.from([50, 100, 150]), Float64Array.from([50])];
  const { scores, guides } = scoreTrains(countScorer(targetOf(recorded)), [[], [3, 4, 5], [1, 2, 3, 4, 5, 6]]);
  expect([...scores]).toEqual(
    [0, (1 + 0.5) / 2, (1 - 3 / 9 + 1 - 5 / 7) / 2].map((score) => expect.closeTo(score, 12)),
  );
  expect([...guides]).toEqual([0, 0, 0]);
  expect([...scoreTrains(countScorer(targetOf([[]])), [[], [3]]).scores]).toEqual([1, 0]);
});

test("the likelihood is compared with that of a constant rate", () => {
  const current = { values: new Float64Array(1), times: new Float64Array(1), interval: 1, even: true };
  const recording = { name: "A", current, voltage: undefined, duration, steps, weight: 1 };
  // A spike at the end of step 2, one within step 3, and two in one step.
  const repetitions = [Float64Array.from([1, 1.3]), Float64Array.from([9.6, 9.9])];
  const target = likelihoodTarget({ ...recording, repetitions }, dt);
  const rows = target.given.map((row) => Array.from(row.keys()).filter((k) => row[k] === 1));
  expect([target.spikes, rows]).toEqual([3, [[1, 2], [19]]]);
  const p = 3 / (2 * steps);
  expect(target.constant).toBeCloseTo(3 * Math.log(p) + (2 * steps - 3) * Math.log(1 - p), 10);
  expect([likelihoodScore(0, target), likelihoodScore(target.constant, target)]).toEqual([1, 0]);
  expect(bitsPerSpike(target.constant + 3 * Math.LN2, target)).toBeCloseTo(1, 12);
  expect(likelihoodScore(Number.NaN, target)).toBeLessThan(-1000);
});
