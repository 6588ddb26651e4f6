import { describe, expect, test } from "vitest";
import { ConfigError, type Issue } from "../errors/errors.ts";
import { built, siteAt, wiringOf } from "./connectivity.test-support.ts";
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
  readRule,
} from "./rule.ts";
import { byDistance, bySource, type SynapseValues, synapseValues } from "./values.ts";
import type { Wiring } from "./wiring.ts";

const refusal = (wiring: Wiring): string => {
  try {
    built(wiring);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  return "accepted";
};
const textOf = (issues: readonly { path: string; message: string }[]): string =>
  issues.map(({ path, message }) => `${path} ${message}`).join("\n");

const ruleIssues = (rule: unknown, key: string): readonly Issue[] => {
  const site = siteAt(key);
  readRule(rule, site);
  return site.issues;
};
const valuesIssues = (values: unknown, key: "weights" | "delays"): readonly Issue[] => {
  const site = siteAt(key);
  synapseValues(key, "Values.").read(values, site);
  return site.issues;
};

test("rules of a document are read by the same words, each mistake with its path", () => {
  const wrong: readonly unknown[] = [
    3,
    {},
    { allToAll: {}, oneToOne: {} },
    { pairwiseBernouli: { probability: 0.1 } },
    { pairwiseBernoulli: { probability: 1.5 } },
    { pairwiseBernoulli: { probability: "0.1" } },
    { pairwiseBernoulli: {} },
    { pairwiseBernoulli: 0.1 },
    { oneToOne: { autapses: false } },
    { fixedInDegree: { inDegree: 2.5, multapse: true } },
    { fixedOutDegree: { outDegree: -1, autapses: "no" } },
    { fixedTotalNumber: { total: 2 ** 32 } },
    { explicit: { sources: [1, Number.NaN], targets: 3 } },
    { explicit: { sources: [[1], [2]], targets: [1, 2] } },
    { distanceBernoulli: { probability: 0.1 } },
    { distanceBernoulli: { probability: { gaussian: { peak: 2, width: 0, sigma: 1 } } } },
    { distanceBernoulli: { probability: { disc: { peak: 1 } } } },
  ];
  expect(wrong.map((rule) => textOf(ruleIssues(rule, "rule"))).join("\n")).toMatchInlineSnapshot(`
    "rule must be a rule; received 3. Write { "allToAll": { … } } or another.
    rule must name one rule; received an object with 0 keys. Known: allToAll, oneToOne, pairwiseBernoulli, distanceBernoulli, fixedInDegree, fixedOutDegree, fixedTotalNumber, explicit.
    rule must name one rule; received an object with 2 keys. Known: allToAll, oneToOne, pairwiseBernoulli, distanceBernoulli, fixedInDegree, fixedOutDegree, fixedTotalNumber, explicit.
    rule must name one rule; received "pairwiseBernouli". Did you mean "pairwiseBernoulli"?
    rule.pairwiseBernoulli.probability must be a probability from 0 to 1; received 1.5. Give the fraction of pairs to connect.
    rule.pairwiseBernoulli.probability must be a probability from 0 to 1; received "0.1". Give the fraction of pairs to connect.
    rule.pairwiseBernoulli.probability is missing. Give the fraction of pairs to connect.
    rule.pairwiseBernoulli takes an object with probability, autapses; received 0.1. Give them by name.
    rule.oneToOne.autapses is unknown. No name is valid here. Remove it.
    rule.fixedInDegree.multapse is unknown. Did you mean "multapses"?
    rule.fixedInDegree.inDegree must be a whole number from 0 to 4294967295; received 2.5. Give a number of synapses.
    rule.fixedOutDegree.outDegree must be a whole number from 0 to 4294967295; received -1. Give a number of synapses.
    rule.fixedOutDegree.autapses must be true or false; received "no". Leave it out to allow them.
    rule.fixedTotalNumber.total must be a whole number from 0 to 4294967295; received 4294967296. Give a number of synapses.
    rule.explicit.sources[1] must be a finite number; received NaN. Give a number here.
    rule.explicit.targets must be a list of numbers; received 3. Give one number per synapse.
    rule.explicit.sources must be a flat list of numbers; received nested lists. Give one number per synapse or unit.
    rule.distanceBernoulli.probability must be a profile; received 0.1. Write { "gaussian": { … } } or another.
    rule.distanceBernoulli.probability.gaussian.sigma is unknown. Known: peak, width, reach.
    rule.distanceBernoulli.probability.gaussian.peak must be a probability from 0 to 1; received 2. Give the fraction of pairs to connect.
    rule.distanceBernoulli.probability.gaussian.width must be a finite number above 0; received 0. Give it in the unit of the positions.
    rule.distanceBernoulli.probability.disc.reach is missing. Give it in the unit of the positions."
  `);
  const right = [allToAll(), oneToOne(), explicit({ sources: [], targets: [] }), fixedTotalNumber({ total: 0 })];
  for (const rule of right) expect(ruleIssues(JSON.parse(JSON.stringify(rule)), "rule")).toEqual([]);
});

test("weights and delays of a document likewise", () => {
  const wrong: readonly unknown[] = [
    "1",
    null,
    Number.NaN,
    [1, "2"],
    [[1], [2]],
    { gaussian: { mean: 1 } },
    { normal: { mean: 1 } },
    { normalizedSparseUniform: { scale: 1, density: 0.5 } },
    { sparseUniform: { scale: 1, density: 2 } },
    { bySource: 3 },
    { byDistance: 3 },
    { byDistance: { offset: 1, slop: 2 } },
  ];
  expect(wrong.map((values) => textOf(valuesIssues(values, "weights"))).join("\n")).toMatchInlineSnapshot(`
    "weights must be a number, a list or one of constant, uniform, normal, logNormal, sparseUniform, bySource, byTarget, byDistance; received "1". Write 1, a number without a unit.
    weights must be a number, a list or one of constant, uniform, normal, logNormal, sparseUniform, bySource, byTarget, byDistance; received null. Give a number for the same value everywhere.
    weights must be a finite number; received NaN. Give a number.
    weights[1] must be a finite number; received "2". Give a number here.
    weights must be a flat list of numbers; received nested lists. Give one number per synapse or unit.
    weights must name one way to make values; received "gaussian". Known: constant, uniform, normal, logNormal, sparseUniform, bySource, byTarget, byDistance.
    weights.normal.std is missing. Give a number.
    weights must name one way to make values; received "normalizedSparseUniform". Known: constant, uniform, normal, logNormal, sparseUniform, bySource, byTarget, byDistance.
    weights.sparseUniform.density must be between 0 and 1; received 2. Give the fraction of nonzero values.
    weights.bySource must be a list of numbers; received 3. Give one number per unit.
    weights.byDistance takes an object with offset and slope; received 3. Give them by name.
    weights.byDistance.slop is unknown. Did you mean "slope"?
    weights.byDistance.slope is missing. Give a number."
  `);
  const sparse = { sparseUniform: { scale: 1, density: 0.5 } };
  expect(valuesIssues(sparse, "weights")).toEqual([]);
  expect(textOf(valuesIssues(sparse, "delays"))).toMatchInlineSnapshot(
    `"delays must name one way to make values; received "sparseUniform". Known: constant, uniform, normal, logNormal, bySource, byTarget, byDistance."`,
  );
});

describe("what a rule needs of its populations", () => {
  test.each<[string, Rule, Partial<Wiring>]>([
    ["in-degree", fixedInDegree({ inDegree: 101, multapses: false }), {}],
    [
      "in-degree, no autapses",
      fixedInDegree({ inDegree: 100, multapses: false, autapses: false }),
      { recurrent: true },
    ],
    [
      "no partner",
      fixedInDegree({ inDegree: 1, autapses: false }),
      { recurrent: true, source: { units: 1 }, target: { units: 1 } },
    ],
    ["out-degree", fixedOutDegree({ outDegree: 81, multapses: false }), {}],
    ["total", fixedTotalNumber({ total: 8001, multapses: false }), {}],
    [
      "pairs",
      fixedTotalNumber({ total: 1, multapses: false }),
      { source: { units: 60_000 }, target: { units: 60_000 } },
    ],
    ["sizes", oneToOne(), {}],
    ["too many", allToAll(), { source: { units: 100_000 }, target: { units: 100_000 } }],
    ["units of lists", explicit({ sources: [0, 1, 100], targets: [0, 0.5, -1] }), {}],
    ["lengths of lists", explicit({ sources: [0, 1], targets: [0], weights: [1, 2, 3], delays: [] }), {}],
    ["positions", distanceBernoulli({ probability: { disc: { peak: 1, reach: 1 } } }), {}],
  ])("%s", (name, rule, options) => {
    expect(`${name}: ${refusal(wiringOf(rule, options))}`).toMatchSnapshot();
  });

  test("positions of another count, depth or space", () => {
    const rule = distanceBernoulli({ probability: { disc: { peak: 1, reach: 1 } } });
    const plane = [
      [0, 0],
      [1, 1],
    ];
    const at = (source: unknown, target: unknown): string =>
      refusal(
        wiringOf(rule, {
          source: { units: 2, positions: source as number[][] },
          target: { units: 2, positions: target as number[][] },
        }),
      );
    expect(
      [at(plane, [[0], [1]]), at([[0, 0]], plane), at([0, 1], plane), at([[0, 0], [1]], plane)].join("\n"),
    ).toMatchInlineSnapshot(`
      "brain.projection.target.positions must have as many coordinates as those of the source, 2; received 1. Give both populations positions in the same space.
      brain.projection.source.positions must have one entry per unit; received 1 for 2 units. Give 2.
      brain.projection.source.positions must be one list of coordinates per unit; received lists of depth 1. Write [[x, y], …].
      brain.projection.source.positions[1] must contain 2 values like its neighbours; received 1. Make all rows equally long."
    `);
  });
});

describe("what weights and delays need", () => {
  const rule = pairwiseBernoulli({ probability: 0.1 });
  test.each<[string, SynapseValues]>([
    ["a list without a known number", [1, 2, 3]],
    ["a list of another length by source unit", bySource([1, 2])],
    ["by distance without positions", byDistance({ offset: 1, slope: 1 })],
    ["bounds that leave no room", { normal: { mean: 1, std: 0.1, min: 3 } }],
    ["bounds in the wrong order", { normal: { mean: 1, std: 0.1, min: 3, max: 2 } }],
  ])("%s", (name, values) => {
    expect(`${name}: ${refusal(wiringOf(rule, { weights: values }))}`).toMatchSnapshot();
    expect(`${name}: ${refusal(wiringOf(rule, { delays: values }))}`).toMatchSnapshot();
  });

  test("delays below one step, negative or too long", () => {
    const wrong: SynapseValues[] = [
      0.05,
      -1,
      0,
      1e6,
      { constant: 0.01 },
      bySource(new Float64Array(100).fill(-0.2)),
      { uniform: { min: -3, max: -1 } },
      { logNormal: { median: 5000, sigma: 1 } },
    ];
    expect(wrong.map((delays) => refusal(wiringOf(rule, { delays }))).join("\n")).toMatchInlineSnapshot(`
      "brain.projection.delays must be from 0.1 ms, one step, to 6553.5 ms; received 0.05 ms. Give another delay, or another dt.
      brain.projection.delays must be from 0.1 ms, one step, to 6553.5 ms; received -1 ms. Give another delay, or another dt.
      brain.projection.delays must be from 0.1 ms, one step, to 6553.5 ms; received 0 ms. Give another delay, or another dt.
      brain.projection.delays must be from 0.1 ms, one step, to 6553.5 ms; received 1000000 ms. Give another delay, or another dt.
      brain.projection.delays.constant must be from 0.1 ms, one step, to 6553.5 ms; received 0.01 ms. Give another delay, or another dt.
      brain.projection.delays.bySource[0] must be from 0.1 ms, one step, to 6553.5 ms; received -0.2 ms. Give another delay, or another dt.
      brain.projection.delays.uniform must be from 0.1 ms, one step, to 6553.5 ms; received at most -1 ms. Give another delay, or another dt.
      brain.projection.delays.logNormal must be from 0.1 ms, one step, to 6553.5 ms; received a distribution that goes beyond. Give another delay, or another dt."
    `);
    expect(refusal(wiringOf(explicit({ sources: [1, 2], targets: [1, 2], delays: [1, -1] })))).toBe(
      "brain.projection.rule.explicit.delays[1] must be from 0.1 ms, one step, to 6553.5 ms; received -1 ms. Give another delay, or another dt.",
    );
  });

  test("all problems of a wiring come at once", () => {
    const wiring = wiringOf(fixedInDegree({ inDegree: -1 }), {
      weights: { normal: { mean: 1 } } as SynapseValues,
      delays: Number.NaN,
    });
    expect(refusal(wiring).split("\n")).toHaveLength(3);
  });
});
