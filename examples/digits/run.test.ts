import { expect, test } from "vitest";
import { drawFields } from "./figure.ts";
import { reduced, small } from "./images.ts";
import { readImages } from "./read-images.ts";
import { recognise } from "./recognition.ts";

test("100 units learn to recognise digits of 8 × 8 pixels, which they are never told", async () => {
  const images = (await readImages(1)).slice(0, 2500).map(reduced);
  const { accuracy, confusion, digits } = await recognise({
    ...{ images, units: 100, side: small, thresholdDelta: 0.1 },
    ...{ training: 2000, labelled: 1000, tests: 500 },
  });
  // Chance is 0.1.
  expect(accuracy).toBeGreaterThan(0.7);
  expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(500);
  // Each unit spends the same weight.
  const weights = digits.simulation.weights("learned");
  for (const target of [0, 57, 99]) {
    const own = weights.read(weights.select({ targets: [target] }).numbers);
    expect(Array.from(own).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(0.153 * small ** 2, 1);
  }
  expect(drawFields(digits, 25)).toContain("What 25 units respond to");
});
