import { describe, expect, test } from "vitest";
import { field, positive } from "../config/field.ts";
import { ModelError, type SparkError, UnitError } from "../errors/errors.ts";
import type { Float } from "../expr/expr.ts";
import { add, div, gt, mul, neg, quantity, select, sub } from "../expr/verbs.ts";
import { equationsText } from "../tell/equations.ts";
import { evaluateFixed } from "./fixed.ts";
import { float, int } from "./scope.ts";
import { soma } from "./soma.ts";
import { synapse } from "./synapse.ts";

type Scope = Readonly<Record<string, Float>>;

const fields = {
  tau: field(20, "ms", "Time constant.", positive),
  resistance: field(0.1, "GΩ", "Resistance."),
};

/** A soma with the parts that a test is about. */
const mine = (parts: object): unknown =>
  soma("Mine", fields, {
    about: "A test.",
    state: () => ({ w: float(0, "pA", "Adaptation current."), age: int(0, "A count.") }),
    step: (x: Scope) => ({ spikes: gt(x["potential"]!, 0), potential: x["potential"], w: x["w"], age: x["age"] }),
    ...parts,
  } as never);

const errorOf = (parts: object): SparkError => {
  try {
    mine(parts);
  } catch (error) {
    return error as SparkError;
  }
  throw new Error("The declaration was accepted.");
};

const leak = (x: Scope): Float => div(neg(x["potential"]!), x["tau"]!);

test.each<readonly [string, object, string]>([
  [
    "a method without equations",
    { method: "rk4" },
    "Mine.method is given, but there are no differential equations. Add differential: (x) => ({ … }), or remove method.",
  ],
  [
    "sub-steps without equations",
    { substeps: 4 },
    "Mine.substeps is given, but there are no differential equations. Add differential: (x) => ({ … }), or remove substeps.",
  ],
  [
    "equations that are not a function",
    { differential: { potential: 1 } },
    "Mine.differential must be a function; received { potential }. Write differential: (x) => ({ potential: … }).",
  ],
  [
    "no equation",
    { differential: () => ({}) },
    "Mine.differential returns no equation. Return { potential: … }, or remove differential.",
  ],
  [
    "unknown variables, an int, a number and nothing",
    {
      state: () => ({ w: float(0, "pA", "W."), u: float(0, "mV", "U."), age: int(0, "A count.") }),
      differential: (x: Scope) => ({ potentail: leak(x), age: leak(x), w: 3, u: undefined }),
    },
    [
      'Mine.differential returns potentail, which is not a state variable. Did you mean "potential"? Or declare it under state.',
      "Mine.age is int, which has no derivative. Update it in step, or declare it with float(…).",
      'Mine.differential must return w as a float; received 3. Write quantity(3, "pA/ms").',
      "Mine.differential must return u as a float; received nothing.",
    ].join("\n"),
  ],
  [
    "an unknown method",
    { differential: (x: Scope) => ({ potential: leak(x) }), method: "rk45" },
    'Mine.method must be a method of integration; received "rk45". Did you mean "rk4"?',
  ],
  [
    "a method that is a number",
    { differential: (x: Scope) => ({ potential: leak(x) }), method: 4 },
    'Mine.method must be a method of integration; received 4. Use "exact", "exponentialEuler", "euler", "heun", "rk4".',
  ],
  [
    "methods for wrong variables, and a missing one",
    { differential: (x: Scope) => ({ potential: leak(x) }), method: { potentail: "rk4" } },
    [
      'Mine.method.potentail names no differential equation. Did you mean "potential"?',
      'Mine.method.potential is missing. Use "exact", "exponentialEuler", "euler", "heun", "rk4".',
    ].join("\n"),
  ],
  [
    "a part of a sub-step",
    { differential: (x: Scope) => ({ potential: leak(x) }), substeps: 1.5 },
    "Mine.substeps must be a whole number from 1 to 1000; received 1.5. Pass, for example, substeps: 10.",
  ],
  [
    "a variable that neither step nor differential gives",
    {
      differential: (x: Scope) => ({ potential: leak(x) }),
      step: (x: Scope) => ({ spikes: gt(x["potential"]!, 0), age: x["age"] }),
    },
    "Mine.step must return w, a state variable of the soma. Add it to the result of step.",
  ],
])("refuses %s", (_, parts, message) => {
  const error = errorOf(parts);
  expect(error).toBeInstanceOf(ModelError);
  expect(error.message).toBe(message);
});

describe("units of differential equations", () => {
  const unitsOf = (parts: object): string[] => {
    const error = errorOf(parts);
    expect(error).toBeInstanceOf(UnitError);
    return error.message.split("\n");
  };

  test("each must have the unit of its variable per ms; all errors come at once, in the author's notation", () => {
    expect(
      unitsOf({
        differential: (x: Scope) => ({
          potential: sub(mul(x["resistance"]!, x["current"]!), x["potential"]!),
          w: div(x["potential"]!, x["tau"]!),
        }),
        method: "rk4",
        substeps: 10,
      }),
    ).toEqual([
      "Mine.differential.potential must be in mV/ms; it returns sub(mul(resistance, current), potential) in mV. Divide it by a time in ms.",
      "Mine.differential.w must be in pA/ms; it returns div(potential, tau) in mV/ms. Multiply it by a conductance in nS.",
    ]);
  });

  test("errors inside an equation and in step name the terms that the author wrote", () => {
    expect(
      unitsOf({
        differential: (x: Scope) => ({ potential: div(add(x["potential"]!, x["current"]!), x["tau"]!) }),
        step: (x: Scope, after: Scope) => ({
          spikes: gt(after["potential"]!, 30),
          potential: select(gt(after["potential"]!, x["w"]!), 0, after["potential"]!),
          w: x["w"],
          age: x["age"],
        }),
      }),
    ).toEqual([
      "Mine.potential: gt(after.potential, w) takes two values in one unit; received after.potential in mV and w in pA. Declare w in mV, or multiply w by a resistance in GΩ.",
      "Mine.differential.potential: add(potential, current) takes two values in one unit; received potential in mV and current in pA. Multiply current by a resistance in GΩ.",
      'Mine.spikes: gt(after.potential, 30) takes two values in one unit; received after.potential in mV and 30 without a unit. Write quantity(30, "mV").',
    ]);
  });
});

test("the integrated value stands for a variable that step leaves out, and step may change it", () => {
  const Mine = soma("Mine", fields, {
    about: "A test.",
    state: () => ({ w: float(0, "pA", "Adaptation current.") }),
    differential: (x) => ({ potential: div(neg(x.potential), x.tau), w: div(neg(x.w), x.tau) }),
    method: { potential: "euler", w: "exact" },
    substeps: 2,
    step: (x, after) => ({
      spikes: gt(after.potential, quantity(1, "mV")),
      w: select(gt(after.potential, quantity(1, "mV")), add(after.w, quantity(5, "pA")), after.w),
      potential: after.potential,
      ...(x && {}),
    }),
  });
  const { differential, next } = Mine.model;
  expect(Object.keys(differential!.equations)).toEqual(["potential", "w"]);
  expect(differential!.methods).toEqual({ potential: "euler", w: "exact" });
  expect(differential!.substeps).toBe(2);
  expect(Object.keys(differential!.step).sort()).toEqual(["potential", "spikes", "w"]);
  expect(Object.keys(next).sort()).toEqual(["potential", "w"]);
});

test("a model without differential equations has none", () => {
  const Plain = soma(
    "Plain",
    {},
    {
      about: "A test.",
      step: (x) => ({ spikes: gt(x.potential, 0), potential: x.potential }),
    },
  );
  expect(Plain.model.differential).toBeUndefined();
});

describe("a synapse with differential equations", () => {
  const rates = {
    rise: field(2, "ms", "Time constant of the rise.", positive),
    decay: field(5, "ms", "Time constant of the decay.", positive),
    reversal: field(0, "mV", "Reversal potential."),
  };
  /** A conductance with a rise: two coupled linear equations. */
  const Rising = synapse("Rising", rates, {
    about: "A test.",
    weightUnit: "nS",
    state: () => ({ s: float(0, "nS", "Drive."), g: float(0, "nS", "Conductance.") }),
    differential: (x) => ({ s: div(neg(x.s), x.rise), g: div(sub(x.s, x.g), x.decay) }),
    method: "exact",
    step: (x, after) => ({ current: mul(x.g, sub(x.reversal, x.potential)), s: add(after.s, x.arriving) }),
  });

  test("follows their solution between spikes", () => {
    const values = { rise: 2, decay: 5, reversal: 0, s: 1, g: 0.25, arriving: 0, potential: -60 };
    const { s, g } = Rising.model.next;
    expect(evaluateFixed(s, values, { dt: 0.7 })).toBeCloseTo(Math.exp(-0.35), 14);
    const driven = (1 / 5 / (1 / 5 - 1 / 2)) * (Math.exp(-0.35) - Math.exp(-0.14));
    expect(evaluateFixed(g, values, { dt: 0.7 })).toBeCloseTo(0.25 * Math.exp(-0.14) + driven, 14);
    expect(evaluateFixed(Rising.model.output.value, values, { dt: 0.7 })).toBe(0.25 * 60);
  });

  test("prints them", () => {
    expect(equationsText(Rising.model)).toContain("d g/dt = (s − g)/decay");
    expect(equationsText(Rising.model)).toContain("s ← after.s + arriving");
  });

  test("has their units checked", () => {
    expect(() =>
      synapse("Wrong", rates, {
        about: "A test.",
        weightUnit: "pA",
        state: () => ({ i: float(0, "pA", "Current.") }),
        differential: (x) => ({ i: neg(x.i) }),
        step: (x, after) => ({ current: x.i, i: add(after.i, x.arriving) }),
      }),
    ).toThrow("Wrong.differential.i must be in pA/ms; it returns neg(i) in pA. Divide it by a time in ms.");
  });
});
