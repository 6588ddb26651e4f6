import { expect, test } from "vitest";
import { predictionScore } from "./prediction.ts";

const options = { duration: 1000, window: 4 };

test("a train equal to one of two repetitions scores 1 with it, and their reliability with the other", () => {
  const [a, b] = [
    [100, 200, 300, 400],
    [100, 202, 350, 500],
  ] as const;
  const score = predictionScore(a, [a, b], options);
  // By hand: 2 coincidences, 2·0.004·4·4 = 0.128 expected by chance, mean count 4, 1 − 2·0.004·4 = 0.968.
  const gamma = (2 - 0.128) / 4 / 0.968;
  expect(score.each[0]).toBeCloseTo(1, 12);
  expect(score.each[1]).toBeCloseTo(gamma, 12);
  expect(score.mean).toBeCloseTo((1 + gamma) / 2, 12);
  expect(score.reliability).toBeCloseTo(gamma, 12);
  expect(score.ratio).toBeCloseTo((1 + gamma) / 2 / gamma, 12);
});

test("the ratio is NaN if the neuron does not predict itself", () => {
  const { ratio, reliability } = predictionScore([100], [[200], [300]], options);
  expect(reliability).toBeLessThan(0);
  expect(ratio).toBeNaN();
});

test("one repetition has no reliability", () => {
  expect(() => predictionScore([100], [[100]], options)).toThrow(
    "reliability.repetitions must contain at least 2 trains",
  );
});
