import { describe, expect, test } from "vitest";
import { Place } from "../config/place.ts";
import { built, siteAt, wiringOf } from "../connectivity/connectivity.test-support.ts";
import {
  allToAll,
  explicit,
  fixedInDegree,
  fixedOutDegree,
  fixedTotalNumber,
  oneToOne,
  pairwiseBernoulli,
  type Rule,
  readRule,
} from "../connectivity/rule.ts";
import { proceduralProblem } from "../connectivity/telling.ts";
import { bySource, type SynapseValues } from "../connectivity/values.ts";
import type { Issue } from "../errors/errors.ts";
import { conflictIssues, type Laid, layoutOf, layoutOption, rowWeights } from "./layout.ts";

const weights: SynapseValues = { normal: { mean: 1, std: 0.1 } };
const laid = (rule: Rule, options: Parameters<typeof wiringOf>[1] & Pick<Laid, "layout"> = {}) => {
  const { layout, ...rest } = options;
  return { name: "a", layout, synapses: built(wiringOf(rule, { weights, ...rest })) };
};

describe("nobody says how", () => {
  test("most pairs with a weight each lie in rows, fewer in lists", () => {
    expect(layoutOf([laid(allToAll())])).toBe("dense");
    expect(layoutOf([laid(pairwiseBernoulli({ probability: 0.67 }))])).toBe("dense");
    expect(layoutOf([laid(pairwiseBernoulli({ probability: 0.66 }))])).toBe("sparse");
  });

  test("all pairs, or equal ones, with one weight or one per source unit and one delay, are worked out", () => {
    expect(layoutOf([laid(allToAll(), { weights: 2 })])).toBe("procedural");
    expect(layoutOf([laid(allToAll(), { weights: { bySource: new Array(100).fill(1) } })])).toBe("procedural");
    expect(layoutOf([laid(oneToOne(), { weights: { constant: 2 }, targets: 100 })])).toBe("procedural");
  });

  test("drawn targets, several delays, repeated pairs or several projections lie in lists", () => {
    expect(layoutOf([laid(fixedOutDegree({ outDegree: 70 }), { weights: 2 })])).toBe("sparse");
    expect(layoutOf([laid(allToAll(), { delays: { uniform: { min: 1, max: 2 } } })])).toBe("sparse");
    expect(layoutOf([laid(fixedInDegree({ inDegree: 90 }))])).toBe("sparse");
    expect(layoutOf([laid(allToAll()), laid(allToAll())])).toBe("sparse");
    expect(layoutOf([laid(allToAll(), { weights: 2 }), laid(allToAll(), { weights: 2 })])).toBe("sparse");
  });
});

test("what is asked for goes before, also for those that end at the same synapse", () => {
  expect(layoutOf([laid(allToAll(), { layout: "sparse" })])).toBe("sparse");
  expect(layoutOf([laid(fixedInDegree({ inDegree: 2 }), { layout: "dense" })])).toBe("dense");
  expect(layoutOf([laid(fixedInDegree({ inDegree: 2 })), laid(allToAll(), { layout: "dense" })])).toBe("dense");
  expect(layoutOf([laid(fixedOutDegree({ outDegree: 7 }), { weights: 2, layout: "procedural" })])).toBe("procedural");
});

describe("what is to be worked out", () => {
  const issuesOf = (connect: Rule, weight: SynapseValues = 1, delay?: SynapseValues): string[] => {
    const problem = proceduralProblem(readRule(connect, siteAt("p", "connect"))!, { weight, delay });
    return problem === undefined ? [] : [`p.layout ${problem}`];
  };

  test("may have rules that tell the targets of one source unit, one weight for each and one delay", () => {
    expect(issuesOf(allToAll({ autapses: false }), { constant: 2 }, 1)).toEqual([]);
    expect(issuesOf(oneToOne(), bySource([1, 2]), { constant: 1 })).toEqual([]);
    expect(issuesOf(fixedOutDegree({ outDegree: 3, multapses: true }))).toEqual([]);
    expect(issuesOf(fixedTotalNumber({ total: 3 }))).toEqual([]);
  });

  test("is refused by name else", () => {
    const drawn: SynapseValues = { normal: { mean: 1, std: 1 } };
    expect([
      ...issuesOf(pairwiseBernoulli({ probability: 1 })),
      ...issuesOf(explicit({ sources: [0], targets: [0] }), { byTarget: [1] }, [1]),
      ...issuesOf(fixedOutDegree({ outDegree: 3, multapses: false }), drawn, drawn),
    ]).toMatchInlineSnapshot(`
      [
        "p.layout may be "procedural" for allToAll, oneToOne, fixedOutDegree, fixedTotalNumber, with multapses, one weight per source unit and one delay; received pairwiseBernoulli. Use "sparse", "dense" or "auto".",
        "p.layout may be "procedural" for allToAll, oneToOne, fixedOutDegree, fixedTotalNumber, with multapses, one weight per source unit and one delay; received explicit, weights by byTarget, delays by list. Use "sparse", "dense" or "auto".",
        "p.layout may be "procedural" for allToAll, oneToOne, fixedOutDegree, fixedTotalNumber, with multapses, one weight per source unit and one delay; received multapses: false, weights by normal, delays by normal. Use "sparse", "dense" or "auto".",
      ]
    `);
  });
});

test("a layout that there is not is refused", () => {
  const site = siteAt("p", "layout");
  expect(layoutOption.read("auto", site)).toBe("auto");
  expect(layoutOption.default).toBe("auto");
  expect(site.issues).toEqual([]);
  for (const wrong of ["danse", 2]) layoutOption.read(wrong, site);
  expect(site.issues.map(({ message }) => message)).toEqual([
    'must be one of "auto", "sparse", "dense", "procedural"; received "danse". Leave it out for auto.',
    'must be one of "auto", "sparse", "dense", "procedural"; received 2. Leave it out for auto.',
  ]);
});

const told = ({ path, message }: Issue): Pick<Issue, "path" | "message"> => ({ path, message });

test("two layouts at one synapse are refused", () => {
  const path = (name: string): Place => new Place(["brain", "projections", name, "layout"]);
  const named = (name: string, layout?: Laid["layout"]): Laid => ({ name, layout });
  expect(conflictIssues([named("a", "dense"), named("b"), named("c", "auto"), named("d", "dense")], path)).toEqual([]);
  expect(
    conflictIssues([named("a"), named("b", "dense"), named("c", "sparse")], path).map(told),
  ).toMatchInlineSnapshot(`
    [
      {
        "message": "must be "dense", as that of b, which has the same source and ends at the same synapse; received "sparse". Give both the same layout, or each its own synapse.",
        "path": "brain.projections.c.layout",
      },
    ]
  `);
});

test("what is worked out beside another projection is refused", () => {
  const path = (name: string): Place => new Place(["brain", "projections", name, "layout"]);
  const named = (name: string, layout?: Laid["layout"]): Laid => ({ name, layout });
  expect(conflictIssues([named("a", "procedural")], path)).toEqual([]);
  expect(
    conflictIssues([named("a"), named("b", "procedural"), named("c", "dense")], path).map(told),
  ).toMatchInlineSnapshot(`
    [
      {
        "message": "must be "sparse" or "dense", as that of a, which has the same source and ends at the same synapse; received "procedural". Give both the same layout, or each its own synapse.",
        "path": "brain.projections.b.layout",
      },
    ]
  `);
});

describe("rows are counted beforehand", () => {
  test("exactly where each pair has one synapse or none", () => {
    expect(rowWeights(laid(allToAll(), { sources: 10, targets: 17 }).synapses)).toBe(320);
  });

  test("by one row a delay, though no more rows than synapses", () => {
    const delays: SynapseValues = { uniform: { min: 0.1, max: 1 } };
    expect(rowWeights(laid(allToAll(), { sources: 10, targets: 16, delays }).synapses)).toBe(1600);
    const few = laid(fixedInDegree({ inDegree: 1 }), { sources: 16, targets: 32, delays }).synapses;
    // Two synapses a source unit; a row more for pairs that may be repeated.
    expect(rowWeights(few)).toBeGreaterThanOrEqual(16 * 2 * 32);
    expect(rowWeights(few)).toBeLessThanOrEqual(16 * 2 * 32 * 2);
  });

  test("with rows more for pairs that repeat", () => {
    const repeating = laid(fixedInDegree({ inDegree: 900 }), { sources: 100, targets: 80 }).synapses;
    // Pairs have 9 synapses in the mean, and the most of 80 Poisson numbers of that mean is near 18.
    const rows = rowWeights(repeating) / (100 * 80);
    expect(rows).toBeGreaterThan(14);
    expect(rows).toBeLessThan(24);
  });
});
