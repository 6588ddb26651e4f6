import { drawsFor } from "spark-snn";
import { describe, expect, test } from "vitest";
import { latinHypercube, type Point, reflect } from "./optimizer.ts";
import { type Method, methods } from "./search.ts";
import { startStrategy, updateStrategy } from "./strategy.ts";

/** Curved, badly scaled valley with its minimum at (0.7, 0.49, 0.3, 0.3, …). */
const valley = (point: Point): number => {
  const [x, y, ...rest] = point as [number, number, ...number[]];
  return 100 * (y - x * x) ** 2 + (0.7 - x) ** 2 + rest.reduce((sum, z) => sum + 5 * (z - 0.3) ** 2, 0);
};
/** Many local minima on a grid; the global minimum is at 0.6. */
const egg = (point: Point): number =>
  point.reduce((sum, x) => sum + (x - 0.6) ** 2 + 0.02 * (1 - Math.cos(12 * Math.PI * (x - 0.6))), 0);

const minimise = (method: Method, loss: (point: Point) => number, dimensions: number, seed: number, count = 12_000) => {
  const optimizer = methods[method];
  const settings = { dimensions, size: 128, draws: drawsFor(seed, "test") };
  const first = latinHypercube(512, dimensions, drawsFor(seed, "start"));
  let state = optimizer.start(first, first.map(loss), settings);
  let best = Math.min(...first.map(loss));
  for (let generation = 1; generation * 128 < count; generation++) {
    const points = optimizer.ask(state, generation, settings);
    expect(points).toHaveLength(128);
    for (const point of points) for (const x of point) expect(x >= 0 && x <= 1).toBe(true);
    best = Math.min(best, ...points.map(loss));
    state = optimizer.tell(state, generation, points, points.map(loss), settings);
  }
  return { best, state };
};

describe.each(["cmaes", "differentialEvolution"] as const)("%s", (method) => {
  test.each([1, 2, 3])("finds the minimum of a curved valley from seed %i", (seed) => {
    expect(minimise(method, valley, 5, seed).best).toBeLessThan(1e-4);
  });
  test.each([1, 2, 3])("finds the global minimum among many from seed %i", (seed) => {
    expect(minimise(method, egg, 4, seed).best).toBeLessThan(2e-3);
  });
  test("reaches a minimum at a bound", () => {
    expect(minimise(method, ([x, y]) => x! + (1 - y!), 2, 4).best).toBeLessThan(0.01);
  });
  test("is the same for the same seed, also from its state as JSON", () => {
    const optimizer = methods[method];
    const { state } = minimise(method, egg, 3, 5, 2000);
    expect(minimise(method, egg, 3, 5, 2000).state).toEqual(state);
    const settings = { dimensions: 3, size: 128, draws: drawsFor(5, "test") };
    const copied = JSON.parse(JSON.stringify(state)) as unknown;
    expect(optimizer.ask(copied, 99, settings)).toEqual(optimizer.ask(state, 99, settings));
    expect(optimizer.ask(state, 98, settings)).not.toEqual(optimizer.ask(state, 99, settings));
  });
});

test("strategies restart when they no longer improve", () => {
  const { state } = minimise("cmaes", () => 1, 3, 1, 8000);
  expect((state as { restarts: number }).restarts).toBeGreaterThan(2);
});

test("a strategy moves toward the better half and grows along its direction", () => {
  let strategy = startStrategy([0.2, 0.5], 0.05);
  for (let generation = 0; generation < 5; generation++) {
    const draws = drawsFor(generation, "walk");
    const points = Array.from({ length: 40 }, (_, k) =>
      strategy.mean.map((x, d) => x + strategy.sigma * draws.normal(k, d)),
    );
    strategy = updateStrategy(
      strategy,
      points,
      points.map(([x]) => -x!),
    );
  }
  expect(strategy.mean[0]).toBeGreaterThan(0.35);
  expect(strategy.covariance[0]![0]).toBeGreaterThan(strategy.covariance[1]![1]!);
  expect(strategy.sigma).toBeGreaterThan(0.05);
});

test("a first generation has one point in each slice of each range", () => {
  const points = latinHypercube(50, 3, drawsFor(1, "hypercube"));
  for (let d = 0; d < 3; d++) {
    expect(new Set(points.map((point) => Math.floor(point[d]! * 50))).size).toBe(50);
  }
});

test("bounds act as mirrors", () => {
  expect([0.25, -0.25, 1.25, 2.25, -1.5].map(reflect)).toEqual([0.25, 0.25, 0.75, 0.25, 0.5]);
});
