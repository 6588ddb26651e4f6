import { describe, expect, test } from "vitest";
import { field, positive } from "../config/field.ts";
import { ModelError, type SparkError, UnitError } from "../errors/errors.ts";
import type { Expr } from "../expr/expr.ts";
import { add, decay, mul, sub } from "../expr/verbs.ts";
import { DeltaSynapse, ExponentialSynapse } from "../synapses/index.ts";
import { float } from "./scope.ts";
import { synapse } from "./synapse.ts";

const fields = {
  tau: field(5, "ms", "Time constant.", positive),
  reversal: field(0, "mV", "Reversal potential."),
};

/* A custom synapse. */
const Conducting = synapse("Conducting", fields, {
  about: "A conductance.",
  weightUnit: "nS",
  state: () => ({ conductance: float(0, "nS", "Conductance.") }),
  observe: (x) => ({
    driven: { expr: mul(x.conductance, x.reversal), unit: "pA", description: "Current at a potential of 0 mV." },
  }),
  step: (x) => ({
    current: mul(x.conductance, sub(x.reversal, x.potential)),
    conductance: add(decay(x.conductance, x.tau), x.arriving),
  }),
});

describe("a declaration", () => {
  test("is data: ports, state variables, output and observables", () => {
    const { model } = Conducting;
    expect(model).toMatchObject({ kind: "synapse", name: "Conducting", weightUnit: "nS", output: { port: "current" } });
    expect(Object.keys(model.inputs)).toEqual(["inSpikes", "potential"]);
    expect(Object.keys(model.outputs)).toEqual(["current"]);
    expect(Object.keys(model.observables)).toEqual(["conductance", "driven"]);
    expect(model).not.toHaveProperty("currentOf");
    expect(Object.keys(DeltaSynapse.model.outputs)).toEqual(["jump"]);
    expect(Object.keys(DeltaSynapse.model.inputs)).toEqual(["inSpikes"]);
  });

  test("gives two models if the current of a step can be its mean or its value", () => {
    expect(ExponentialSynapse.model.currentOf).toBe("mean");
    expect(ExponentialSynapse().model).toBe(ExponentialSynapse.model);
    expect(ExponentialSynapse({ currentOf: "mean" }).model).toBe(ExponentialSynapse.model);
    const { model } = ExponentialSynapse({ currentOf: "value" });
    expect(model).toMatchObject({ name: "ExponentialSynapse", currentOf: "value" });
    expect(model.next).not.toBe(ExponentialSynapse.model.next);
  });
});

describe("a config", () => {
  const refusal = (config: unknown): string => {
    try {
      ExponentialSynapse(config as never);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("It was accepted.");
  };

  test("reports all its problems at once", () => {
    expect(refusal({ tau: 0, currentOf: "peak", units: [3], taus: 1 })).toMatchInlineSnapshot(`
      "ExponentialSynapse.units is unknown. Known: tau, seed, skipValidation, port, currentOf.
      ExponentialSynapse.taus is unknown. Did you mean "tau"?
      ExponentialSynapse.tau must be greater than 0 ms; received 0 ms. The default is 5 ms.
      ExponentialSynapse.currentOf must be "mean" or "value"; received "peak". Omit it for the mean."
    `);
    expect(refusal(3)).toMatchInlineSnapshot(
      `"ExponentialSynapse takes an object of parameters; received 3. Write ExponentialSynapse({ … })."`,
    );
  });

  test("accepts currentOf only if it makes a difference", () => {
    expect(() => DeltaSynapse({ currentOf: "mean" })).toThrow("DeltaSynapse.currentOf is unknown.");
  });

  test("is built for the shape of a target population", () => {
    const built = ExponentialSynapse({ tau: { uniform: { min: 1, max: 2 } } }).build([2, 3], { seed: 4, path: "a.b" });
    expect(built.fields["tau"]).toHaveLength(6);
    expect(built.state["trace"]).toEqual(new Float64Array(6));
    const other = ExponentialSynapse({ tau: { uniform: { min: 1, max: 2 } } }).build([2, 3], { seed: 4, path: "a.c" });
    expect(other.fields["tau"]).not.toEqual(built.fields["tau"]);
    expect(ExponentialSynapse({ tau: Float64Array.of(1, 2) }).build([1, 2]).fields["tau"]).toEqual(
      Float64Array.of(1, 2),
    );
  });

  test("is refused if an array has another shape than the targets", () => {
    expect(() => ExponentialSynapse({ tau: [1, 2] }).build([3])).toThrow(
      "ExponentialSynapse.tau has shape [2], but the population it acts on has shape [3]. Give both the same shape.",
    );
  });
});

type Step = (x: Record<string, never>) => Record<string, Expr>;
const refused = (step: Step, state: Record<string, ReturnType<typeof float>> = {}): SparkError => {
  try {
    synapse("Wrong", fields, { about: "", weightUnit: "pA", state: () => state, step: step as never });
  } catch (error) {
    return error as SparkError;
  }
  throw new Error("It was accepted.");
};

describe("the library refuses", () => {
  test.each<[string, () => SparkError, string]>([
    [
      "a step without an output",
      () => refused(() => ({})),
      "Wrong.step must return current (pA) or jump (mV), a float; received nothing. Return { current: x.arriving, … }.",
    ],
    [
      "a step with two outputs",
      () => refused((x) => ({ current: x["arriving"]!, jump: x["reversal"]! })),
      "Wrong.step returns both current and jump. Return one, and declare another synapse for the other.",
    ],
    [
      "a state variable without an equation",
      () => refused((x) => ({ current: x["arriving"]! }), { trace: float(0, "pA", "") }),
      "Wrong.step must return trace, a state variable of the synapse. Add it to the result of step.",
    ],
    [
      "a reserved name",
      () => refused((x) => ({ current: x["arriving"]! }), { arriving: float(0, "pA", "") }),
      "Wrong.arriving is a name that every synapse has. Rename the state variable.",
    ],
    [
      "a symbol of a soma",
      () => refused(() => ({ current: { op: "symbol", dtype: "float", args: [], name: "w", source: "input" } })),
      "Wrong uses the input w, which it does not declare. Use only symbols from the argument of step.",
    ],
  ])("%s", (_, make, message) => {
    expect(make()).toBeInstanceOf(ModelError);
    expect(make().message).toBe(message);
  });

  test("an output in another unit", () => {
    const current = refused((x) => ({ current: x["potential"]! }));
    expect(current).toBeInstanceOf(UnitError);
    expect(current.message).toBe(
      "Wrong.current must be in pA; step returns potential in mV. Multiply it by a conductance in nS.",
    );
  });
});
