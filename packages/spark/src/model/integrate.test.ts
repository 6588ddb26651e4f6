import { describe, expect, test } from "vitest";
import { field, positive } from "../config/field.ts";
import type { Float } from "../expr/expr.ts";
import { add, div, gt, mul, neg, quantity, sin, sub, when } from "../expr/verbs.ts";
import type { Model } from "./component.ts";
import { evaluateFixed } from "./fixed.ts";
import type { IntegrationMethod } from "./methods.ts";
import { float } from "./scope.ts";
import { soma } from "./soma.ts";

interface Variables {
  readonly potential: Float;
  readonly a: Float;
  readonly b: Float;
  readonly c: Float;
}
type Values = Readonly<Record<string, number>>;

/** The state after a number of steps in double precision. */
const advance = (model: Model, values: Values, step: number, count: number): Record<string, number> => {
  let state: Record<string, number> = { ...values };
  for (let n = 0; n < count; n++) {
    const memo = new Map();
    const next = Object.entries(model.next).map(([key, expr]) => [
      key,
      evaluateFixed(expr, state, { dt: step }, memo) as number,
    ]);
    state = { ...state, ...Object.fromEntries(next) };
  }
  return state;
};

const rate = (value: number): Float => quantity(value, "1/ms");

/** A system of the potential and pure numbers a, b and c. */
const system = (equations: (x: Variables) => object, method: unknown, substeps = 1): Model =>
  soma("Mine", { tau: field(5, "ms", "A time.", positive) }, {
    about: "A test.",
    state: () => ({ a: float(0, "1", "A."), b: float(0, "1", "B."), c: float(0, "1", "C.") }),
    differential: equations,
    method,
    substeps,
    step: ({ potential, a, b, c }: Variables, after: object) => ({
      spikes: gt(potential, quantity(0, "mV")),
      ...{ potential, a, b, c, ...after },
    }),
  } as never).model;

/** a' = a·(1 − a), which has the solution 1/(1 + e^−t·(1/a0 − 1)). */
const logistic = (method: IntegrationMethod, substeps = 1): Model =>
  system((x) => ({ a: mul(rate(1), mul(x.a, sub(1, x.a))) }), method, substeps);
const logisticAt = (t: number): number => 1 / (1 + Math.exp(-t) * (1 / 0.1 - 1));

/** Prey and predators of Lotka and Volterra: two coupled nonlinear equations. */
const predators = (method: unknown): Model =>
  system(
    (x) => ({
      a: mul(rate(1), sub(mul(1.1, x.a), mul(mul(0.4, x.a), x.b))),
      b: mul(rate(1), sub(mul(mul(0.1, x.a), x.b), mul(0.4, x.b))),
    }),
    method,
  );

/** Orders of convergence that a halved step shows. */
const ordersOf = (errorOf: (step: number) => number, steps: readonly number[]): number[] => {
  const errors = steps.map(errorOf);
  return errors.slice(1).map((error, k) => Math.log2(errors[k]! / error));
};

describe("order of convergence", () => {
  test.each<readonly [IntegrationMethod, number]>([
    ["euler", 1],
    ["heun", 2],
    ["rk4", 4],
    // The Rosenbrock–Euler method has order 2 for one autonomous equation.
    ["exponentialEuler", 2],
  ])("%s has order %d for a nonlinear equation", (method, order) => {
    const model = logistic(method);
    const start = { potential: 0, a: 0.1, b: 0, c: 0 };
    const error = (step: number): number =>
      Math.abs(advance(model, start, step, Math.round(3 / step))["a"]! - logisticAt(3));
    for (const found of ordersOf(error, [0.1, 0.05, 0.025, 0.0125])) expect(Math.abs(found - order)).toBeLessThan(0.15);
  });

  test.each<readonly [IntegrationMethod, number]>([
    ["euler", 1],
    ["heun", 2],
    ["rk4", 4],
    ["exponentialEuler", 1],
  ])("%s has order %d for coupled nonlinear equations", (method, order) => {
    const start = { potential: 0, a: 10, b: 5, c: 0 };
    const { a: truth } = advance(predators("rk4"), start, 1e-3, 2000);
    const error = (step: number): number =>
      Math.abs(advance(predators(method), start, step, Math.round(2 / step))["a"]! - truth!);
    const steps = order === 4 ? [0.1, 0.05, 0.025] : [0.01, 0.005, 0.0025];
    for (const found of ordersOf(error, steps)) expect(Math.abs(found - order)).toBeLessThan(0.2);
  });

  test("the exponential Euler method has no error for an equation that is linear in its own variable", () => {
    const model = system((x) => ({ a: mul(rate(1), sub(mul(0.3, sub(1, x.a)), mul(2, x.a))) }), "exponentialEuler");
    const { a } = advance(model, { potential: 0, a: 0.9, b: 0, c: 0 }, 0.7, 3);
    const target = 0.3 / 2.3;
    expect(a).toBeCloseTo(target + (0.9 - target) * Math.exp(-2.3 * 2.1), 15);
  });
});

describe("sub-steps", () => {
  test.each<IntegrationMethod>(["exponentialEuler", "euler", "heun", "rk4"])(
    "ten sub-steps of %s have the bits of ten steps of a tenth",
    (method) => {
      const start = { potential: 0, a: 0.1, b: 0, c: 0 };
      expect(advance(logistic(method, 10), start, 0.5, 3)).toEqual(advance(logistic(method), start, 0.05, 30));
    },
  );

  test("an input is constant over all of them", () => {
    const model = soma(
      "Driven",
      {},
      {
        about: "A test.",
        differential: (x) => ({ potential: mul(x.current, quantity(1, "GΩ/ms")) }),
        method: "rk4",
        substeps: 4,
        step: (_, after) => ({ spikes: gt(after.potential, quantity(1, "mV")) }),
      },
    ).model;
    expect(evaluateFixed(model.next.potential, { potential: 1, current: 3 }, { dt: 2 })).toBeCloseTo(7, 14);
  });
});

describe("exact solutions", () => {
  /** An alpha-shaped cascade, and a leak that follows it. */
  const cascade = (method: IntegrationMethod): Model =>
    system(
      (x) => ({
        a: mul(rate(1), neg(x.a)),
        b: mul(rate(1), sub(x.a, x.b)),
        c: mul(rate(1), sub(add(0.5, x.b), mul(0.25, x.c))),
      }),
      method,
    );
  const start = { potential: 0, a: 1, b: 0, c: 0 };

  test("a cascade with equal time constants gives the alpha function", () => {
    for (const step of [1e-3, 0.1, 1, 7]) {
      const { a, b } = advance(cascade("exact"), start, step, 1);
      expect(a).toBeCloseTo(Math.exp(-step), 14);
      expect(b).toBeCloseTo(step * Math.exp(-step), 14);
    }
  });

  test("one step equals many steps, and many steps of rk4", () => {
    const one = advance(cascade("exact"), start, 3, 1);
    const many = advance(cascade("exact"), start, 0.03, 100);
    const fine = advance(cascade("rk4"), start, 0.003, 1000);
    for (const key of ["a", "b", "c"]) {
      expect(many[key]).toBeCloseTo(one[key]!, 13);
      expect(fine[key]).toBeCloseTo(one[key]!, 11);
    }
  });

  test("an oscillator keeps its energy", () => {
    const model = system((x) => ({ a: mul(rate(2), x.b), b: mul(rate(-2), x.a) }), "exact");
    const { a, b } = advance(model, { potential: 0, a: 1, b: 0, c: 0 }, 0.3, 1000);
    expect(a! * a! + b! * b!).toBeCloseTo(1, 11);
    expect(a).toBeCloseTo(Math.cos(600), 10);
  });

  test("stiff equations are solved for steps that are a thousand time constants long", () => {
    const model = system((x) => ({ a: mul(rate(1000), neg(x.a)), b: mul(rate(1), sub(x.a, x.b)) }), "exact");
    const { a, b } = advance(model, { potential: 0, a: 1, b: 1, c: 0 }, 1, 1);
    expect(a).toBeCloseTo(0, 12);
    expect(b).toBeCloseTo(Math.exp(-1) * (1 + 1 / 999), 12);
  });

  test("a coefficient of a single equation may change between steps", () => {
    const Follower = soma(
      "Follower",
      {},
      {
        about: "A test.",
        state: () => ({ a: float(0, "1", "A.") }),
        differential: (x) => ({ a: mul(mul(x.current, quantity(1, "1/pA/ms")), sub(1, x.a)) }),
        method: "exact",
        step: (x) => ({ spikes: gt(x.potential, quantity(1, "mV")), potential: x.potential }),
      },
    );
    const a = evaluateFixed(Follower.model.next.a, { a: 0, current: 0.5, potential: 0 }, { dt: 2 });
    expect(a).toBeCloseTo(1 - Math.exp(-1), 15);
  });

  test.each([
    ["the product of two variables", (x: { a: Float; b: Float }) => mul(x.a, x.b), "mul(a, b)"],
    ["a quotient", (x: { a: Float }) => div(1, add(2, x.a)), "div(1, add(2, a))"],
    ["a function", (x: { a: Float }) => sin(x.a), "mul(…"],
    ["a condition", (x: { a: Float; b: Float }) => when(gt(x.a, 1), x.b), "gt(a, 1)"],
  ])("refuses %s, and names it", (_, term, text) => {
    const declare = (): Model =>
      system((x) => ({ a: mul(rate(1), sub(term(x), x.a)), b: mul(rate(1), neg(x.b)) }), "exact");
    expect(declare).toThrow(
      text.startsWith("mul(…")
        ? /^Mine\.differential\.a cannot be solved exactly: .* is not linear in the variables\./
        : `Mine.differential.a cannot be solved exactly: ${text} is not linear in the variables. Make it linear. Or use the method "exponentialEuler" or "rk4".`,
    );
  });

  test("refuses an equation that depends on a variable with another method", () => {
    expect(() =>
      system((x) => ({ a: mul(rate(1), sub(x.b, x.a)), b: mul(rate(1), neg(x.b)) }), { a: "exact", b: "rk4" }),
    ).toThrow(
      'Mine.differential.a cannot be solved exactly: it depends on b, which has the method "rk4". Give b the method "exact". Or use the method "exponentialEuler" or "rk4".',
    );
  });

  test("refuses coupled equations whose coefficients change during a run", () => {
    expect(() =>
      system(
        (x) => ({ a: mul(mul(x.potential, quantity(1, "1/mV/ms")), sub(x.b, x.a)), b: mul(rate(1), neg(x.b)) }),
        "exact",
      ),
    ).toThrow(
      /^Mine\.differential: a, b are coupled and cannot be solved exactly, because the coefficient of a in the equation of a changes during a run: /,
    );
  });
});

describe("conservation", () => {
  test.each<IntegrationMethod>(["euler", "heun", "rk4", "exact"])(
    "%s keeps the sum of two variables that exchange a quantity",
    (method) => {
      const model = system((x) => ({ a: mul(rate(0.3), sub(x.b, x.a)), b: mul(rate(0.3), sub(x.a, x.b)) }), method);
      const { a, b } = advance(model, { potential: 0, a: 1, b: 0.25, c: 0 }, 0.2, 500);
      expect(a! + b!).toBeCloseTo(1.25, 13);
      expect(a).toBeCloseTo(0.625, 10);
    },
  );

  test.each<IntegrationMethod>(["exact", "exponentialEuler", "euler", "heun", "rk4"])(
    "%s stays exactly at a fixed point",
    (method) => {
      const model = system((x) => ({ a: mul(rate(0.3), sub(0.7, x.a)) }), method);
      expect(advance(model, { potential: 0, a: 0.7, b: 0, c: 0 }, 0.2, 100)["a"]).toBe(0.7);
    },
  );

  test("a gate between 0 and 1 stays there with exponential Euler, for every dt", () => {
    const model = system((x) => ({ a: sub(mul(rate(0.4), sub(1, x.a)), mul(rate(3), x.a)) }), "exponentialEuler");
    for (const step of [0.1, 1, 10, 1000]) {
      let state: Record<string, number> = { potential: 0, a: 1, b: 0, c: 0 };
      for (let n = 0; n < 20; n++) {
        state = advance(model, state, step, 1);
        expect(state["a"]).toBeGreaterThanOrEqual(0);
        expect(state["a"]).toBeLessThanOrEqual(1);
      }
    }
  });
});

test("each variable may have its own method, and sees the others at their values before the sub-step", () => {
  const model = system((x) => ({ a: mul(rate(1), sub(x.b, x.a)), b: mul(rate(1), mul(x.b, sub(1, x.b))) }), {
    a: "exponentialEuler",
    b: "euler",
  });
  const { a, b } = advance(model, { potential: 0, a: 0, b: 0.5, c: 0 }, 0.5, 1);
  expect(a).toBeCloseTo(0.5 * (1 - Math.exp(-0.5)), 15);
  expect(b).toBeCloseTo(0.5 + 0.5 * 0.25, 15);
});

test("an exponential Euler step of a leak is its exact relaxation", () => {
  const Leaky = soma(
    "Leaky",
    { tau: field(20, "ms", "Time constant.", positive), resistance: field(0.1, "GΩ", "Resistance.") },
    {
      about: "A test.",
      differential: (x) => ({ potential: div(sub(mul(x.resistance, x.current), x.potential), x.tau) }),
      step: (_, after) => ({ spikes: gt(after.potential, quantity(20, "mV")) }),
    },
  );
  const values = { tau: 20, resistance: 0.1, current: 300, potential: 3 };
  const got = evaluateFixed(Leaky.model.next.potential, values, { dt: 0.5 });
  expect(got).toBeCloseTo(30 + (3 - 30) * Math.exp(-0.5 / 20), 13);
  expect(Leaky.model.differential!.methods).toEqual({ potential: "exponentialEuler" });
});
