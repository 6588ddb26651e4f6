import { describe, expect, test } from "vitest";
import { describeEach } from "../../test/conformance/backends.test-support.ts";
import {
  built,
  chiSquare,
  chiSquareDeviation,
  drawsOf,
  listed,
  pairsOf,
  wiringOf,
} from "./connectivity.test-support.ts";
import {
  allToAll,
  distanceBernoulli,
  explicit,
  fixedInDegree,
  fixedOutDegree,
  fixedTotalNumber,
  oneToOne,
  pairwiseBernoulli,
  type Rule,
} from "./rule.ts";
import type { Wiring } from "./wiring.ts";

const degreesOf = (units: readonly number[], size: number): number[] => {
  const degrees = new Array<number>(size).fill(0);
  for (const unit of units) degrees[unit]!++;
  return degrees;
};
const line = (units: number): number[][] => Array.from({ length: units }, (_, k) => [k, 0]);

const rules: Record<string, Rule> = {
  allToAll: allToAll(),
  oneToOne: oneToOne(),
  pairwiseBernoulli: pairwiseBernoulli({ probability: 0.1 }),
  distanceBernoulli: distanceBernoulli({ probability: { gaussian: { peak: 0.8, width: 5 } } }),
  fixedInDegree: fixedInDegree({ inDegree: 7 }),
  "fixedInDegree without multapses": fixedInDegree({ inDegree: 7, multapses: false }),
  fixedOutDegree: fixedOutDegree({ outDegree: 9 }),
  "fixedOutDegree without multapses": fixedOutDegree({ outDegree: 9, multapses: false }),
  fixedTotalNumber: fixedTotalNumber({ total: 777 }),
  "fixedTotalNumber without multapses": fixedTotalNumber({ total: 777, multapses: false }),
  explicit: explicit({ sources: [3, 0, 3], targets: [1, 2, 1] }),
};

const ends = (sources: number, targets: number) => ({
  source: { units: sources, positions: line(sources) },
  target: { units: targets, positions: line(targets) },
});

/** A rule within one population, with weights and delays that are drawn. */
const drawnWiring = (rule: Rule): Wiring =>
  wiringOf(rule, {
    ...ends(60, 60),
    recurrent: true,
    weights: { normal: { mean: 1, std: 2, min: 0 } },
    delays: { logNormal: { median: 1, sigma: 0.5 } },
  });

describeEach("draws the same synapses:", ({ engine }) => {
  test.each(Object.entries(rules))("%s", (_, rule) => {
    const reference = listed(built(drawnWiring(rule)));
    for (const chunk of [512, undefined]) {
      const draws = drawsOf(chunk, engine().drawer);
      expect(listed(built(drawnWiring(rule), draws))).toEqual(reference);
      draws.dispose();
    }
  });
});

describe.each(Object.entries(rules))("%s", (_, rule) => {
  const wiring = drawnWiring(rule);
  const reference = listed(built(wiring));

  test("is the same whatever the chunk of draws, and each time", () => {
    expect(listed(built(wiring, drawsOf(64)))).toEqual(reference);
    const synapses = built(wiring, drawsOf(128));
    listed(synapses);
    expect(listed(synapses)).toEqual(reference);
  });

  test("is the same whatever was drawn before, by the same draws", () => {
    const draws = drawsOf(64);
    const other = built(wiringOf(fixedTotalNumber({ total: 500 }), { name: "other", delays: 2 }), draws);
    const synapses = built(wiring, draws);
    listed(other);
    expect(listed(synapses)).toEqual(reference);
  });

  test("has pairs of its own for each name and seed, where it draws any", () => {
    const drawn = !("allToAll" in rule || "oneToOne" in rule || "explicit" in rule);
    for (const change of [{ name: "other" }, { seed: 8 }]) {
      expect(pairsOf(listed(built({ ...wiring, ...change }))).join() !== pairsOf(reference).join()).toBe(drawn);
    }
  });

  test("leaves out autapses on demand, only where source and target are one population", () => {
    const [name, options] = Object.entries(rule)[0]!;
    if (name === "oneToOne" || name === "explicit") return;
    const without = { [name]: { ...options, autapses: false } } as Rule;
    const recurrent = listed(built({ ...wiring, rule: without }));
    expect(recurrent.sources.length).toBeGreaterThan(0);
    expect(recurrent.sources.filter((source, k) => source === recurrent.targets[k])).toEqual([]);
    const between = listed(built({ ...wiring, rule: without, recurrent: false }));
    expect(pairsOf(between)).toEqual(pairsOf(listed(built({ ...wiring, recurrent: false }))));
  });
});

test("all to all gives every pair once", () => {
  const pairs = pairsOf(listed(built(wiringOf(allToAll(), { sources: 13, targets: 9 }))));
  expect(pairs).toHaveLength(13 * 9);
  expect(new Set(pairs).size).toBe(13 * 9);
});

test("one to one gives unit k to unit k", () => {
  const { sources, targets } = listed(built(wiringOf(oneToOne(), { sources: 5, targets: 5 })));
  expect([sources, targets]).toEqual([
    [0, 1, 2, 3, 4],
    [0, 1, 2, 3, 4],
  ]);
});

test("an explicit list gives its synapses in order, with its own weights and delays", () => {
  const rule = explicit({ sources: [3, 0], targets: [1, 2], weights: [5, 6], delays: [0.3, 0.2] });
  const { sources, targets, weights, delays } = listed(built(wiringOf(rule)));
  expect({ sources, targets, weights, delays }).toEqual({
    sources: [3, 0],
    targets: [1, 2],
    weights: [5, 6],
    delays: [3, 2],
  });
});

test("degrees are exact where the rule fixes them", () => {
  for (const multapses of [true, false]) {
    const inward = listed(built(wiringOf(fixedInDegree({ inDegree: 23, multapses }))));
    expect(new Set(degreesOf(inward.targets, 80))).toEqual(new Set([23]));
    const outward = listed(built(wiringOf(fixedOutDegree({ outDegree: 31, multapses }))));
    expect(new Set(degreesOf(outward.sources, 100))).toEqual(new Set([31]));
    for (const total of [1, 4999, 5000, 7999]) {
      const options = fixedTotalNumber({ total, multapses });
      expect(listed(built(wiringOf(options))).sources).toHaveLength(total);
    }
  }
});

test("without multapses no pair comes twice, up to all pairs", () => {
  for (const rule of [
    fixedInDegree({ inDegree: 99, multapses: false, autapses: false }),
    fixedOutDegree({ outDegree: 50, multapses: false, autapses: false }),
    fixedTotalNumber({ total: 9000, multapses: false, autapses: false }),
    fixedTotalNumber({ total: 9900, multapses: false, autapses: false }),
  ]) {
    const pairs = pairsOf(listed(built(wiringOf(rule, { sources: 100, targets: 100, recurrent: true }))));
    expect(new Set(pairs).size).toBe(pairs.length);
  }
});

describe("over many pairs", () => {
  // Seeds are fixed; a deviation of 4 would come once in 30 000 seeds by chance.
  const within = (value: number, freedom: number): void => {
    expect(Math.abs(chiSquareDeviation(value, freedom))).toBeLessThan(4);
  };
  const size = { sources: 200, targets: 300 };

  test.each([
    ["fixedInDegree", fixedInDegree({ inDegree: 1000 }), 0],
    // Sampling without repetition is less noisy by the share that is left over.
    ["fixedInDegree without multapses", fixedInDegree({ inDegree: 100, multapses: false }), 1 - 100 / 200],
    ["fixedOutDegree", fixedOutDegree({ outDegree: 1000 }), 0],
    ["fixedOutDegree without multapses", fixedOutDegree({ outDegree: 100, multapses: false }), 1 - 100 / 300],
    ["fixedTotalNumber", fixedTotalNumber({ total: 600_000 }), 0],
    ["fixedTotalNumber without multapses", fixedTotalNumber({ total: 20_000, multapses: false }), 1 - 1 / 3],
  ])("%s draws all partners alike", (name, rule, left) => {
    const { sources, targets } = listed(built(wiringOf(rule, size)));
    const share = left === 0 ? 1 : left;
    const check = (units: readonly number[], count: number): void => {
      const degrees = degreesOf(units, count);
      within(chiSquare(degrees, () => units.length / count) / share, count - 1);
    };
    if (!name.startsWith("fixedOutDegree")) check(sources, 200);
    if (!name.startsWith("fixedInDegree")) check(targets, 300);
  });

  test("fixedTotalNumber draws all pairs alike: the multinomial of source and target together", () => {
    const { sources, targets } = listed(
      built(wiringOf(fixedTotalNumber({ total: 200_000 }), { sources: 20, targets: 30 })),
    );
    const pairs = degreesOf(
      sources.map((source, k) => source * 30 + targets[k]!),
      600,
    );
    within(
      chiSquare(pairs, () => 200_000 / 600),
      599,
    );
  });

  test("Floyd's choice gives all subsets alike", () => {
    const rule = fixedInDegree({ inDegree: 3, multapses: false });
    const { sources } = listed(built(wiringOf(rule, { sources: 6, targets: 20_000 })));
    const subsets = new Array<number>(64).fill(0);
    for (let k = 0; k < sources.length; k += 3) {
      subsets[(1 << sources[k]!) | (1 << sources[k + 1]!) | (1 << sources[k + 2]!)]!++;
    }
    const seen = subsets.filter((count) => count > 0);
    expect(seen).toHaveLength(20);
    within(
      chiSquare(seen, () => 1000),
      19,
    );
  });

  test.each([0.001, 0.02, 0.5, 0.97])(
    "pairwiseBernoulli(%s) has binomial degrees and a binomial total",
    (probability) => {
      const units = 1000;
      const { sources, targets } = listed(
        built(wiringOf(pairwiseBernoulli({ probability }), { sources: units, targets: units })),
      );
      const variance = probability * (1 - probability);
      expect(Math.abs(sources.length - units ** 2 * probability)).toBeLessThan(4 * units * Math.sqrt(variance));
      for (const list of [sources, targets]) {
        const degrees = degreesOf(list, units);
        // Σ (degree − n·p)² / (n·p·(1−p)) is a χ² of `units` degrees of freedom, nearly: n·p is 1 at the least.
        const spread = chiSquare(degrees, () => units * probability) / (1 - probability);
        const kurtosis = 2 + (1 - 6 * variance) / (units * variance);
        expect(Math.abs(spread - units)).toBeLessThan(4 * Math.sqrt(units * kurtosis));
      }
      expect(new Set(sources.map((s, k) => s * units + targets[k]!)).size).toBe(sources.length);
    },
  );

  test("probabilities of 0 and 1 give no pair and all pairs", () => {
    expect(listed(built(wiringOf(pairwiseBernoulli({ probability: 0 })))).sources).toEqual([]);
    expect(pairsOf(listed(built(wiringOf(pairwiseBernoulli({ probability: 1 })))))).toEqual(
      pairsOf(listed(built(wiringOf(allToAll())))),
    );
  });

  test.each([
    ["gaussian", { gaussian: { peak: 0.9, width: 20 } }, (d: number) => 0.9 * Math.exp((-d * d) / 800)],
    [
      "exponential",
      { exponential: { peak: 0.5, length: 30, reach: 100 } },
      (d: number) => (d <= 100 ? 0.5 * Math.exp(-d / 30) : 0),
    ],
    ["disc", { disc: { peak: 0.3, reach: 50 } }, (d: number) => (d <= 50 ? 0.3 : 0)],
  ] as const)("distanceBernoulli with a %s profile connects by distance", (_, probability, at) => {
    const synapses = built(wiringOf(distanceBernoulli({ probability }), ends(300, 300)));
    const { sources, targets } = listed(synapses);
    const counts = degreesOf(
      sources.map((source, k) => Math.abs(source - targets[k]!)),
      300,
    );
    let deviation = 0;
    let freedom = 0;
    let expected = 0;
    counts.forEach((count, distance) => {
      const pairs = distance === 0 ? 300 : 2 * (300 - distance);
      const p = at(distance);
      expected += pairs * p;
      if (p === 0) expect(count).toBe(0);
      if (pairs * p < 5) return;
      deviation += (count - pairs * p) ** 2 / (pairs * p * (1 - p));
      freedom++;
    });
    within(deviation, freedom);
    expect(synapses.expected / expected).toBeCloseTo(1, 1);
  });
});
