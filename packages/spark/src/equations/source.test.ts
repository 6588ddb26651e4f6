import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { declare, recipes } from "../../test/conformance/random-soma.test-support.ts";
import { type Field, field, positive } from "../config/field.ts";
import type { Expr } from "../expr/expr.ts";
import { randomBool, randomFloat } from "../expr/random-expr.test-support.ts";
import { div, gt, mul, quantity, select } from "../expr/verbs.ts";
import type { ComponentType, Model } from "../model/component.ts";
import { current, jump, signal } from "../model/ports.ts";
import { float, int } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { somas } from "../somas/index.ts";
import { somaFromEquations } from "./soma.ts";
import { differenceOf, equationsSource } from "./source.ts";
import { write } from "./write.ts";

/** Declares the text of a model, and compares the two. */
const expectSame = (model: Model): void => {
  const { equations, ...options } = equationsSource(model);
  const read = somaFromEquations(model.name, equations, options).model;
  expect(differenceOf(model, read)).toBeUndefined();
  // The text of the second model is that of the first, and so is its graph, shared parts included.
  expect(write(read).equations).toBe(write(model).equations);
};

const plain = (value: number): Field => field(value, "1", "A number.");

describe("the text of a soma is read as the same graph", () => {
  test.each(Object.entries(somas) as [string, ComponentType][])("%s", (_, { model }) => expectSame(model as Model));

  test("somas with random operations, integers and draws", () => {
    fc.assert(
      fc.property(recipes, (recipe) => expectSame(declare(recipe).model)),
      { numRuns: 300 },
    );
  });

  test("somas with random arithmetic and conditions", () => {
    const fields = { tau: plain(2) };
    fc.assert(
      fc.property(randomFloat, randomFloat, randomBool, (a, b, c) => {
        const Random = soma("Random", fields, {
          about: "Random equations.",
          inputs: { current: current("Drive.") },
          state: () => ({ v: float(1, "1", "A number."), w: float(2, "1", "Another.") }),
          step: (x) => ({
            spikes: own(c),
            potential: mul(mul(own(a), quantity(1, "mV")), div(x.current, quantity(1, "pA"))),
            v: own(b),
            w: select(own(c), own(a), own(b)),
          }),
        });
        expectSame(Random.model);
      }),
      { numRuns: 300 },
    );
  });

  test("a soma with inputs of its own, roles, rules and names of other things", () => {
    const Odd = soma(
      "Odd",
      { and: plain(1), v: field(-50, "mV", "A field named v."), ms: field(2, "ms", "Shadows a unit.", positive) },
      {
        about: "Names that are words or units of the notation.",
        inputs: {
          dendrite: current("Current of the dendrite.", { potential: "far" }),
          kick: jump("Jumps."),
          dopamine: signal("1/ms", "Modulator."),
        },
        state: (x) => ({ far: float(x.v, "mV", "Far.", { from: x.v }), s: int(3, "Counter.") }),
        roles: { threshold: "v", thresholdShift: "far" },
        step: (x) => ({
          spikes: gt(x.potential, x.v),
          potential: mul(mul(x.dopamine, x.ms), mul(x.kick, x.and)),
          far: mul(mul(quantity(2, "GΩ"), x.dendrite), mul(x.ms, quantity(3, "1/ms"))),
          s: x.s,
        }),
      },
    );
    expectSame(Odd.model);
    expect(write(Odd.model).equations).toMatchInlineSnapshot(`
      "# Names that are words or units of the notation.
      input dendrite : current (on far)  # Current of the dendrite.
      input kick : jump  # Jumps.
      input dopamine : signal 1/ms  # Modulator.
      next potential = dopamine*ms*(kick*\`and\`) : mV  # Membrane potential.
      next far = 2 GΩ*dendrite*(ms*3 [1/ms]) : mV (relative to v) (threshold shift)  # Far.
      next s = s : int  # Counter.
      next spikes = potential > v
      start: potential = 0 mV
      start: far = v
      start: s = 3
      \`and\` = 1  # A number.
      v = -50 mV (threshold)  # A field named v.
      ms = 2 ms (> 0)  # Shadows a unit.
      "
    `);
  });
});

/** A graph over the symbols of another module, over those of the soma of this test. */
const own = <E extends Expr>(expr: E): E => {
  if (expr.op !== "symbol") return { ...expr, args: expr.args.map(own) };
  if (expr.name === "current") return div(symbolOf("current", "input", "pA"), quantity(1, "pA")) as Expr as E;
  return expr.name === "dt" ? (div(symbolOf("dt", "dt", "ms"), quantity(1, "ms")) as Expr as E) : expr;
};
const symbolOf = (name: string, source: "dt" | "input", unit: string) =>
  ({ op: "symbol", dtype: "float", args: [], name, source, unit }) as const;
