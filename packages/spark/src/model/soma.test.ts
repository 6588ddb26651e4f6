import { describe, expect, test } from "vitest";
import { field, positive } from "../config/field.ts";
import { ModelError, SparkError } from "../errors/errors.ts";
import { dt, type Float } from "../expr/expr.ts";
import { add, div, exp, gt, mul, quantity, relax, select, sub } from "../expr/verbs.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../somas/index.ts";
import { equationsText } from "../tell/equations.ts";
import { modelPage } from "../tell/page.ts";
import { evaluateFixed } from "./fixed.ts";
import { float, int } from "./scope.ts";
import { soma } from "./soma.ts";

test("a config reports all its problems at once", () => {
  expect(() =>
    AdaptiveLeakySoma({ thresholdTau: -5, potential_tau: 3, threshold: Number.NaN } as never),
  ).toThrowErrorMatchingInlineSnapshot(`
    [ConfigError: AdaptiveLeakySoma.potential_tau is unknown. Did you mean "potentialTau"?
    AdaptiveLeakySoma.threshold must be a finite number; received NaN mV. The default is -40 mV.
    AdaptiveLeakySoma.thresholdTau must be greater than 0 ms; received -5 ms. The default is 20 ms.]
  `);
});

/* A custom soma: Fourcaud-Trocmé, Hansel, van Vreeswijk, Brunel, J. Neurosci. 23:11628 (2003). */
const ExponentialSoma = soma(
  "ExponentialSoma",
  {
    potentialRest: field(-65, "mV", "Membrane potential at rest."),
    potentialReset: field(-68, "mV", "Membrane potential just after a spike."),
    potentialTau: field(10, "ms", "Membrane time constant.", positive),
    resistance: field(0.1, "GΩ", "Membrane resistance."),
    threshold: field(-59.9, "mV", "Potential at which the upstroke begins."),
    sharpness: field(3.48, "mV", "Width of the upstroke.", positive),
    peak: field(-30, "mV", "Potential at which a spike is counted."),
  },
  {
    about: "Exponential integrate-and-fire.",
    state: (x) => ({ potential: float(0, "mV", "Membrane potential.", { from: x.potentialRest }) }),
    step(x) {
      const onset = sub(x.threshold, x.potentialRest);
      const upstroke = mul(x.sharpness, exp(div(sub(x.potential, onset), x.sharpness)));
      const v = relax(x.potential, add(upstroke, mul(x.resistance, x.current)), x.potentialTau);
      const spikes = gt(v, sub(x.peak, x.potentialRest));
      return { spikes, potential: select(spikes, sub(x.potentialReset, x.potentialRest), v) };
    },
  },
);
/** Without `from` the potential is absolute, and the soma can define its start. */
const QuadraticSoma = soma(
  "QuadraticSoma",
  { start: field(-60, "mV", "Potential at the start."), gain: field(0.04, "1/mV/ms", "Curvature.", positive) },
  {
    about: "Quadratic integrate-and-fire.",
    state: (x) => ({ potential: float(x.start, "mV", "Membrane potential."), count: int(0, "Spikes so far.") }),
    step(x) {
      const slope = mul(x.gain, mul(sub(x.potential, x.start), sub(x.potential, quantity(-50, "mV"))));
      const v = add(x.potential, mul(dt, slope));
      const spikes = gt(v, quantity(30, "mV"));
      return { spikes, potential: select(spikes, x.start, v), count: select(spikes, add(x.count, 1), x.count) };
    },
  },
);

describe("a custom soma", () => {
  test("has equations, a page, a config and a build like the built-in ones", () => {
    expect(equationsText(ExponentialSoma.model)).toMatchInlineSnapshot(`
      "ExponentialSoma
        at build   k1 = −expm1(−dt/potentialTau)
                   k2 = threshold − potentialRest
                   k3 = peak − potentialRest
                   k4 = potentialReset − potentialRest
        at start   potential = 0 mV
        each step  a = potential + k1·(sharpness·exp((potential − k2)/sharpness) + resistance·current − potential)
                   b = a > k3
                   outSpikes ← b
                   potential ← b ? k4 : a"
    `);
    expect(modelPage(ExponentialSoma.model)).toContain("| `sharpness` | 3.48 | mV | > 0 | Width of the upstroke. |");
    expect(() => ExponentialSoma({ sharpness: 0 })).toThrow("ExponentialSoma.sharpness must be greater than 0 mV");
    const built = ExponentialSoma({ units: [2], threshold: [-60, -58] }).build();
    expect(built.fields["threshold"]).toEqual(Float64Array.of(-60, -58));
  });

  test("spikes above its rheobase only", () => {
    const { fields } = ExponentialSoma().build();
    const spikesWithin = (current: number): boolean => {
      let potential: number | Float64Array = 0;
      for (let step = 0; step < 2000; step++) {
        const scope = { ...fields, potential, current };
        if (evaluateFixed(ExponentialSoma.model.spikes, scope, { dt: 0.1 })) return true;
        potential = evaluateFixed(ExponentialSoma.model.next["potential"]!, scope, { dt: 0.1 });
      }
      return false;
    };
    // The rheobase is (threshold − rest − sharpness)/resistance = 16.2 pA.
    expect([10, 16, 20, 50].map(spikesWithin)).toEqual([false, false, true, true]);
  });

  test("can store an absolute potential and define its start", () => {
    const { state } = QuadraticSoma({ start: [-70, -65] }).build();
    expect(state["potential"]).toEqual(Float64Array.of(-70, -65));
    expect(equationsText(QuadraticSoma.model)).toMatchInlineSnapshot(`
      "QuadraticSoma
        at start   potential = start
                   count = 0
        each step  a = potential + dt·(gain·((potential − start)·(potential − (−50 mV))))
                   b = a > 30 mV
                   outSpikes ← b
                   potential ← b ? start : a
                   count ← b ? count + 1 : count"
    `);
    expect(QuadraticSoma.model.observables["potential"]?.expr).toMatchObject({ op: "symbol", name: "potential" });
  });
});

test("the potential that users read is absolute if the soma stores it relative to rest", () => {
  const { observables, state } = LeakySoma.model;
  expect(evaluateFixed(observables["potential"]!.expr, { potential: 5, potentialRest: -60 }, { dt: 1 })).toBe(-55);
  expect(state["potential"]?.description).toBe("Membrane potential relative to potentialRest.");
});

const ms = field(20, "ms", "A time.");
const mV = field(20, "mV", "A potential.");
type Step = (x: Record<string, Float>) => Record<string, unknown>;
const still: Step = (x) => ({ spikes: gt(x["potential"]!, x["potential"]!), potential: x["potential"] });
/** Declares a soma that only JavaScript could write, and returns the error message. */
const refusal = (
  fields: Record<string, unknown>,
  step: Step = still,
  state: (x: Record<string, Float>) => unknown = () => ({}),
  name = "Wrong",
): SparkError => {
  try {
    soma(name, fields as never, { about: "", step, state } as never);
  } catch (error) {
    expect(error).toBeInstanceOf(SparkError);
    return error as SparkError;
  }
  throw new Error("The declaration was accepted.");
};

describe("a declaration is refused", () => {
  test.each<[string, SparkError, string]>([
    [
      "by a name in lower case",
      refusal({}, still, () => ({}), "wrong"),
      'soma("wrong") must be named in PascalCase, such as LeakySoma. Rename it.',
    ],
    [
      "by a field that every soma has",
      refusal({ dt: ms }),
      "Wrong.dt is a name that every soma has. Rename the field.",
    ],
    [
      "by a field called potential",
      refusal({ potential: mV }),
      "Wrong.potential is a name that every soma has. Rename the field.",
    ],
    [
      "by a field in snake case",
      refusal({ potential_tau: ms }),
      "Wrong.potential_tau must be named in camelCase, such as potentialTau. Rename the field.",
    ],
    [
      "by an unknown unit",
      refusal({ tau: field(1, "msec", "") }),
      'Wrong.tau has the unknown unit "msec". Use V, A, s, Hz, Ω, S, F with a prefix, such as mV, products before quotients, such as nS·mV/ms, or "1" for a pure number.',
    ],
    [
      "by a default that breaks its rule",
      refusal({ tau: field(0, "ms", "", positive) }),
      "Wrong.tau must be greater than 0 ms, but its default is 0 ms. Change the default.",
    ],
    [
      "by a default that is not a number",
      refusal({ share: field(Number.NaN, "1", "") }),
      "Wrong.share must be a finite number, but its default is NaN. Change the default.",
    ],
    [
      "by a state variable with the name of a field",
      refusal({ tau: ms }, still, () => ({ tau: float(0, "ms", "") })),
      "Wrong.tau is declared twice, as a field and as a state variable. Rename one of them.",
    ],
    [
      "by a state variable with a reserved name",
      refusal({}, still, () => ({ current: float(0, "pA", "") })),
      "Wrong.current is a name that every soma has. Rename the state variable.",
    ],
    [
      "by a state variable in PascalCase",
      refusal({}, still, () => ({ Age: int(0, "") })),
      "Wrong.Age must be named in camelCase, such as adaptation. Rename the state variable.",
    ],
    [
      "by a state variable in an unknown unit",
      refusal({}, still, () => ({ w: float(0, "amp", "") })),
      'Wrong.w has the unknown unit "amp". Use V, A, s, Hz, Ω, S, F with a prefix, such as mV, products before quotients, such as nS·mV/ms, or "1" for a pure number.',
    ],
    [
      "by a potential in another unit",
      refusal({}, still, () => ({ potential: float(0, "V", "") })),
      'Wrong.potential must be a float in mV; received float in V. Declare it with float(start, "mV", …).',
    ],
    [
      "by a start that is known only during a run",
      refusal({}, still, () => ({ w: float(LeakySoma.model.next["potential"] as Float, "mV", "") })),
      "Wrong.w starts from potential, which is known only during a run. Use fields and dt.",
    ],
    [
      "by a missing result",
      refusal({}, () => undefined as never),
      "Wrong.step must return spikes, a bool; received nothing. Return { spikes: gt(v, …), … }.",
    ],
    [
      "by spikes that are a number",
      refusal({}, (x) => ({ spikes: x["potential"], potential: x["potential"] })),
      "Wrong.step must return spikes, a bool; received float. Return { spikes: gt(v, …), … }.",
    ],
    [
      "by a missing potential",
      refusal({}, (x) => ({ spikes: still(x)["spikes"] })),
      "Wrong.step must return potential, a state variable of the soma. Add it to the result of step.",
    ],
    [
      "by a missing state variable",
      refusal({}, still, () => ({ w: float(0, "mV", "") })),
      "Wrong.step must return w, a state variable of the soma. Add it to the result of step.",
    ],
    [
      "by a state variable of another type",
      refusal(
        {},
        (x) => ({ ...still(x), age: x["potential"] }),
        () => ({ age: int(0, "") }),
      ),
      "Wrong.age is int, but step returns float. Make the types agree.",
    ],
    [
      "by a plain number for a state variable",
      refusal({}, (x) => ({ ...still(x), potential: 5 })),
      'Wrong.step must return potential as an expression; received the number 5. Write quantity(5, "mV").',
    ],
    [
      "by a result that is not a state variable",
      refusal({}, (x) => ({ ...still(x), extra: x["potential"] })),
      "Wrong.step returns extra, which is not a state variable. Declare it under state, or remove it.",
    ],
    [
      "by an inherited name that is not a state variable",
      refusal({}, (x) => ({ ...still(x), toString: x["potential"] })),
      "Wrong.step returns toString, which is not a state variable. Declare it under state, or remove it.",
    ],
    [
      "by a symbol of another soma",
      refusal({}, (x) => ({ ...still(x), spikes: LeakySoma.model.spikes })),
      "Wrong uses the field threshold, which it does not declare. Use only symbols from the argument of step.",
    ],
  ])("%s", (_, error, message) => {
    expect(error).toBeInstanceOf(ModelError);
    expect(error.message).toBe(message);
  });
});
