import { expect, test } from "vitest";
import {
  brain,
  DeltaSynapse,
  drawsFor,
  field,
  lt,
  mul,
  OjaRule,
  SpikeReplay,
  simulate,
  soma,
  uniformNoise,
} from "../../src/entries/index.ts";

/*
 * Oja's rule finds the principal component of its inputs: Oja 1982, J. Math. Biol. 15, 267. Every 8 ms one of four patterns x of
 * simultaneous spikes arrives. A unit spikes with the probability gain·w·x in the step of the arrival, and then its trace is 1. The
 * mean change of the weights by a pattern is therefore rate·gain·(C·w − D·(w·m)·w), with C = mean of x·xᵀ, m = mean of x, and
 * D = the sum of the squared trace. It is 0 if w is an eigenvector of C with the eigenvalue D·(w·m), and only that of the
 * largest eigenvalue is stable. The mean of the inputs has another direction.
 */

const patterns: readonly (readonly [number, readonly number[]])[] = [
  [0.3, [1, 1, 1, 0, 0]],
  [0.4, [0, 0, 0, 1, 0]],
  [0.2, [0, 0, 0, 0, 1]],
  [0.1, [0, 0, 1, 1, 0]],
];
/** Sums of the probabilities up to each pattern. */
const limits = patterns.map((_, k) =>
  k === patterns.length - 1 ? 1 : patterns.slice(0, k + 1).reduce((sum, [p]) => sum + p, 0),
);
const inputs = 5;
const targets = 60;
const slot = 8; // ms
const shown = 6000;
const gain = 0.3; // 1/mV
const squaredTrace = 1 / (1 - Math.exp(-2));

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
const cosine = (a: readonly number[], b: readonly number[]): number => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
const meanInput = Array.from({ length: inputs }, (_, k) => patterns.reduce((sum, [p, x]) => sum + p * x[k]!, 0));
const correlate = (w: readonly number[]): number[] =>
  w.map((_, k) => patterns.reduce((sum, [p, x]) => sum + p * x[k]! * dot(x, w), 0));

/** The eigenvector of the largest eigenvalue of C, by power iteration, with the length of the fixed point. */
const fixedPoint = (): number[] => {
  let v = Array.from({ length: inputs }, () => 1);
  let eigenvalue = 0;
  for (let k = 0; k < 500; k++) {
    const next = correlate(v);
    eigenvalue = Math.sqrt(dot(next, next) / dot(v, v));
    v = next.map((value) => value / Math.sqrt(dot(next, next)));
  }
  return v.map((value) => (value * eigenvalue) / (squaredTrace * dot(v, meanInput)));
};

const LinearSoma = soma(
  "LinearSoma",
  { gain: field(gain, "1/mV", "Probability of a spike per input.") },
  {
    about: "Spikes at random, with a probability that is proportional to the input of the step.",
    step: (x) => ({ spikes: lt(uniformNoise("spikes"), mul(x.gain, x.jump)), potential: x.potential }),
  },
);

test("weights become the principal component of the inputs, with the length of the fixed point", async () => {
  const draws = drawsFor(1, "oja");
  const events: [number, number][] = [];
  for (let k = 0; k < shown; k++) {
    const drawn = draws.uniform(k);
    const pattern = patterns[limits.findIndex((limit) => drawn < limit)]![1];
    for (const [unit, active] of pattern.entries()) if (active) events.push([slot * k + 1, unit]);
  }
  const network = brain({
    populations: {
      input: SpikeReplay({ units: [inputs] }),
      cell: LinearSoma({ units: [targets] }),
    },
    projections: {
      learned: {
        from: "input",
        to: "cell",
        connect: { allToAll: {} },
        weight: 0.5,
        synapse: DeltaSynapse(),
        plasticity: OjaRule({ rate: 0.02, postTau: 1 }),
      },
    },
  });
  const duration = slot * shown;
  const inSpikes = { steps: events.map(([step]) => step), units: events.map(([, unit]) => unit) };
  const { weights } = await simulate(network, {
    dt: 1,
    duration,
    inputs: { input: { inSpikes } },
    record: { weights: { learned: { at: [duration] } } },
  });
  const { values } = weights.learned;
  const found = Array.from({ length: inputs }, (_, k) => {
    let sum = 0;
    for (let target = 0; target < targets; target++) sum += values[k * targets + target]!;
    return sum / targets;
  });
  const expected = fixedPoint();
  expect(cosine(found, expected)).toBeGreaterThan(0.9995);
  expect(Math.abs(Math.sqrt(dot(found, found) / dot(expected, expected)) - 1)).toBeLessThan(0.02);
  // Neither the mean input nor the direction at the start is the principal component.
  expect(cosine(meanInput, expected)).toBeLessThan(0.85);
  expect(found[4]).toBeLessThan(0.01);
});
