import { describe, expect, test } from "vitest";
import { built, wiringOf } from "./connectivity.test-support.ts";
import { conflictIssues, type Laid, layoutIssues, liesInRows, rowWeights } from "./layout.ts";
import { allToAll, fixedInDegree, pairwiseBernoulli, type Rule } from "./rule.ts";
import type { SynapseValues } from "./values.ts";

const weights: SynapseValues = { normal: { mean: 1, std: 0.1 } };
const laid = (rule: Rule, options: Parameters<typeof wiringOf>[1] & Pick<Laid, "layout"> = {}) => {
  const { layout, ...rest } = options;
  return { name: "a", layout, synapses: built(wiringOf(rule, { weights, ...rest })) };
};

describe("nobody says how", () => {
  test("most pairs with a weight each lie in rows, fewer in lists", () => {
    expect(liesInRows([laid(allToAll())])).toBe(true);
    expect(liesInRows([laid(pairwiseBernoulli({ probability: 0.67 }))])).toBe(true);
    expect(liesInRows([laid(pairwiseBernoulli({ probability: 0.66 }))])).toBe(false);
  });

  test("one weight, several delays, repeated pairs or several projections lie in lists", () => {
    expect(liesInRows([laid(allToAll(), { weights: 2 })])).toBe(false);
    expect(liesInRows([laid(allToAll(), { delays: { uniform: { min: 1, max: 2 } } })])).toBe(false);
    expect(liesInRows([laid(fixedInDegree({ inDegree: 90 }))])).toBe(false);
    expect(liesInRows([laid(allToAll()), laid(allToAll())])).toBe(false);
  });
});

test("what is asked for goes before, also for those that end at the same synapse", () => {
  expect(liesInRows([laid(allToAll(), { layout: "sparse" })])).toBe(false);
  expect(liesInRows([laid(fixedInDegree({ inDegree: 2 }), { layout: "dense" })])).toBe(true);
  expect(liesInRows([laid(fixedInDegree({ inDegree: 2 })), laid(allToAll(), { layout: "dense" })])).toBe(true);
});

test("a layout that there is not is refused", () => {
  expect(layoutIssues(undefined, "p.layout")).toEqual([]);
  expect(layoutIssues("auto", "p.layout")).toEqual([]);
  expect([...layoutIssues("danse", "p.layout"), ...layoutIssues(2, "q.layout")]).toMatchInlineSnapshot(`
    [
      {
        "message": "must be one of "auto", "sparse", "dense"; received "danse". Did you mean "dense"?",
        "path": "p.layout",
      },
      {
        "message": "must be one of "auto", "sparse", "dense"; received 2. Leave it out for auto.",
        "path": "q.layout",
      },
    ]
  `);
});

test("two layouts at one synapse are refused", () => {
  const path = (name: string): string => `brain.projections.${name}.layout`;
  const named = (name: string, layout?: Laid["layout"]): Laid => ({ name, layout });
  expect(conflictIssues([named("a", "dense"), named("b"), named("c", "auto"), named("d", "dense")], path)).toEqual([]);
  expect(conflictIssues([named("a"), named("b", "dense"), named("c", "sparse")], path)).toMatchInlineSnapshot(`
    [
      {
        "message": "must be "dense", as that of b, which comes from the same population and ends at the same synapse; received "sparse". Give both one layout, or each a synapse of its own.",
        "path": "brain.projections.c.layout",
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
