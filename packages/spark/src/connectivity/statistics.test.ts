import { expect, test } from "vitest";
import { built, drawsOf, wiringOf } from "./connectivity.test-support.ts";
import { explicit, fixedInDegree, fixedTotalNumber } from "./rule.ts";
import { connectivityStatistics } from "./statistics.ts";

test("degrees, weights and delays of a projection by one call", () => {
  const rule = explicit({
    sources: [0, 0, 1, 2],
    targets: [0, 1, 1, 1],
    weights: [1, 2, 3, 6],
    delays: [0.1, 0.2, 0.2, 0.4],
  });
  expect(connectivityStatistics(built(wiringOf(rule, { sources: 3, targets: 2 })), { bins: 5 })).toEqual({
    synapses: 4,
    density: 4 / 6,
    inDegrees: Uint32Array.of(1, 3),
    inDegree: { mean: 2, std: 1, min: 1, max: 3 },
    outDegrees: Uint32Array.of(2, 1, 1),
    outDegree: { mean: expect.closeTo(4 / 3), std: expect.closeTo(Math.sqrt(2 / 9)), min: 1, max: 2 },
    weight: { mean: 3, std: expect.closeTo(Math.sqrt(3.5)), min: 1, max: 6 },
    weights: { edges: Float64Array.of(1, 2, 3, 4, 5, 6), counts: Float64Array.of(1, 1, 1, 0, 1) },
    delays: { steps: Int32Array.of(1, 2, 4), counts: Float64Array.of(1, 2, 1) },
    delay: { mean: 2.25, std: expect.closeTo(Math.sqrt(1.1875)), min: 1, max: 4 },
  });
});

test("one weight for all makes one bin, no synapse none", () => {
  const { weights, weight } = connectivityStatistics(built(wiringOf(fixedInDegree({ inDegree: 3 }), { weights: 4 })));
  expect(weights).toEqual({ edges: Float64Array.of(4, 4), counts: Float64Array.of(240) });
  expect(weight).toEqual({ mean: 4, std: 0, min: 4, max: 4 });
  const none = connectivityStatistics(built(wiringOf(fixedInDegree({ inDegree: 0 }))));
  expect(none.synapses).toBe(0);
  expect(none.weight.mean).toBeNaN();
  expect(none.weights.counts).toHaveLength(0);
});

test("the microcircuit of Potjans and Diesmann has its degrees at a hundredth", () => {
  const rule = fixedTotalNumber({ total: 9000 });
  const values = {
    weights: { normal: { mean: 87.8, std: 8.78, min: 0 } },
    delays: { normal: { mean: 1.5, std: 0.75, min: 0.05 } },
  };
  const wiring = wiringOf(rule, { sources: 207, targets: 219, ...values });
  const { inDegree, outDegree, weight, delay } = connectivityStatistics(built(wiring, drawsOf(1024)));
  expect(inDegree.mean).toBeCloseTo(9000 / 219);
  expect(outDegree.mean).toBeCloseTo(9000 / 207);
  // Degrees are multinomial: their variance is nearly their mean.
  expect(Math.abs(inDegree.std ** 2 / inDegree.mean - 1)).toBeLessThan(4 * Math.sqrt(2 / 219));
  expect(Math.abs(weight.mean - 87.8)).toBeLessThan((4 * 8.78) / Math.sqrt(9000));
  // Cut at 0.05 ms, the mean of the normal distribution of 1.5 ± 0.75 ms is 1.5 + 0.75·φ(z)/(1 − Φ(z)), z = −29/15.
  expect(Math.abs(delay.mean - 15.474)).toBeLessThan((4 * 7) / Math.sqrt(9000));
});
