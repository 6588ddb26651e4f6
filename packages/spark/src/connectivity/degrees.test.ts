import { describe, expect, test } from "vitest";
import { built, chiSquare, chiSquareDeviation, listed, wiringOf } from "./connectivity.test-support.ts";
import {
  distanceBernoulli,
  fixedInDegree,
  fixedOutDegree,
  fixedTotalNumber,
  pairwiseBernoulli,
  type Rule,
} from "./rule.ts";

/** Chance of every number of successes, from 0 on. */
type Chances = readonly number[];

/** Logarithms of factorials, up to those of all pairs. */
const logFactorials = new Float64Array(60_001);
for (let k = 1; k < logFactorials.length; k++) logFactorials[k] = logFactorials[k - 1]! + Math.log(k);
const logChoices = (n: number, k: number): number => logFactorials[n]! - logFactorials[k]! - logFactorials[n - k]!;

/** So many trials with one chance each. */
const binomial = (trials: number, chance: number): Chances =>
  Array.from({ length: trials + 1 }, (_, k) =>
    Math.exp(logChoices(trials, k) + k * Math.log(chance) + (trials - k) * Math.log1p(-chance)),
  );

/** So many draws without repetition from all pairs, of which `good` are counted. */
const hypergeometric = (pairs: number, good: number, draws: number): Chances =>
  Array.from({ length: Math.min(good, draws) + 1 }, (_, k) =>
    Math.exp(logChoices(good, k) + logChoices(pairs - good, draws - k) - logChoices(pairs, draws)),
  );

const SOURCES = 200;
const TARGETS = 300;
const PAIRS = SOURCES * TARGETS;
const SEEDS = Array.from({ length: 20 }, (_, k) => k + 1);
/** Expected counts below this are put together with their neighbours. */
const LEAST = 8;

/** How many standard deviations the degrees of all units lie from a distribution. */
const deviationOf = (degrees: readonly number[], chances: Chances): number => {
  const counts = new Array<number>(chances.length).fill(0);
  for (const degree of degrees) {
    expect(degree).toBeLessThan(chances.length);
    counts[degree]!++;
  }
  const [seen, wanted]: [number[], number[]] = [[0], [0]];
  chances.forEach((chance, k) => {
    if (wanted.at(-1)! >= LEAST) {
      seen.push(0);
      wanted.push(0);
    }
    seen[seen.length - 1]! += counts[k]!;
    wanted[wanted.length - 1]! += chance * degrees.length;
  });
  // What is left at the end joins the last full cell.
  if (wanted.at(-1)! < LEAST && wanted.length > 1) {
    const rest = wanted.pop()!;
    const few = seen.pop()!;
    wanted[wanted.length - 1]! += rest;
    seen[seen.length - 1]! += few;
  }
  expect(wanted.length).toBeGreaterThan(5);
  return chiSquareDeviation(
    chiSquare(seen, (k) => wanted[k]!),
    wanted.length - 1,
  );
};

const ends = (units: number) => ({ units, positions: Array.from({ length: units }, (_, k) => [k]) });

/** In-degrees and out-degrees of all units over many seeds. */
const degreesOver = (rule: Rule, recurrent: boolean) => {
  const [inward, outward]: [number[], number[]] = [[], []];
  const sources = recurrent ? TARGETS : SOURCES;
  for (const seed of SEEDS) {
    const drawn = listed(
      built(wiringOf(rule, { source: ends(sources), target: ends(TARGETS), recurrent, seed, name: `degrees ${seed}` })),
    );
    for (const [units, size, all] of [
      [drawn.targets, TARGETS, inward],
      [drawn.sources, sources, outward],
    ] as const) {
      const degrees = new Array<number>(size).fill(0);
      for (const unit of units) degrees[unit]!++;
      all.push(...degrees);
    }
  }
  return { inward, outward };
};

describe("degrees are distributed as theory says", () => {
  const everywhere = distanceBernoulli({ probability: { disc: { peak: 0.05, reach: 1000 } } });

  test.each<[string, Rule, Chances | number, Chances | number]>([
    ["pairwiseBernoulli", pairwiseBernoulli({ probability: 0.05 }), binomial(SOURCES, 0.05), binomial(TARGETS, 0.05)],
    ["distanceBernoulli with everyone in reach", everywhere, binomial(SOURCES, 0.05), binomial(TARGETS, 0.05)],
    ["fixedInDegree", fixedInDegree({ inDegree: 20 }), 20, binomial(20 * TARGETS, 1 / SOURCES)],
    [
      "fixedInDegree without multapses",
      fixedInDegree({ inDegree: 20, multapses: false }),
      20,
      binomial(TARGETS, 20 / SOURCES),
    ],
    ["fixedOutDegree", fixedOutDegree({ outDegree: 15 }), binomial(15 * SOURCES, 1 / TARGETS), 15],
    [
      "fixedOutDegree without multapses",
      fixedOutDegree({ outDegree: 15, multapses: false }),
      binomial(SOURCES, 15 / TARGETS),
      15,
    ],
    ["fixedTotalNumber", fixedTotalNumber({ total: 6000 }), binomial(6000, 1 / TARGETS), binomial(6000, 1 / SOURCES)],
    [
      "fixedTotalNumber without multapses",
      fixedTotalNumber({ total: 6000, multapses: false }),
      hypergeometric(PAIRS, SOURCES, 6000),
      hypergeometric(PAIRS, TARGETS, 6000),
    ],
  ])("%s", (_, rule, inDegrees, outDegrees) => {
    const { inward, outward } = degreesOver(rule, false);
    for (const [degrees, theory] of [
      [inward, inDegrees],
      [outward, outDegrees],
    ] as const) {
      if (typeof theory === "number") expect(new Set(degrees)).toEqual(new Set([theory]));
      // Seeds are fixed; a deviation of 4 would come once in 30 000 by chance.
      else expect(Math.abs(deviationOf(degrees, theory))).toBeLessThan(4);
    }
  });

  test.each<[string, Rule, Chances]>([
    ["pairwiseBernoulli", pairwiseBernoulli({ probability: 0.05, autapses: false }), binomial(TARGETS - 1, 0.05)],
    [
      "fixedInDegree",
      fixedInDegree({ inDegree: 20, autapses: false }),
      binomial(20 * (TARGETS - 1), 1 / (TARGETS - 1)),
    ],
  ])("%s, without autapses in a loop", (_, rule, outDegrees) => {
    expect(Math.abs(deviationOf(degreesOver(rule, true).outward, outDegrees))).toBeLessThan(4);
  });

  test("a wrong theory is found out", () => {
    const { inward } = degreesOver(pairwiseBernoulli({ probability: 0.05 }), false);
    expect(Math.abs(deviationOf(inward, binomial(SOURCES, 0.055)))).toBeGreaterThan(4);
  });
});
