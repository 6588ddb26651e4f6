import { describe, expect, test } from "vitest";
import { field, positive } from "../config/field.ts";
import { ConfigError, ModelError, UnitError } from "../errors/errors.ts";
import { type Bool, constant, type Float } from "../expr/expr.ts";
import { add, decay, gt, mul, normalNoise, quantity, when } from "../expr/verbs.ts";
import { plasticityRules } from "../plasticity/index.ts";
import { type PlasticityDefinition, plasticity } from "./plasticity.ts";
import { float, int } from "./scope.ts";

const fields = { tau: field(20, "ms", "Time constant.", positive), rate: field(0.1, "1", "Rate.") };
interface X {
  readonly pre: { readonly trace: Float };
  readonly post: { readonly trace: Float };
  readonly weight: Float;
  readonly rate: Float;
  readonly tau: Float;
  readonly fired: Bool;
  readonly arrived: Bool;
}
type Definition = PlasticityDefinition<typeof fields, never, never, never>;

const trace = () => ({ trace: float(0, "1", "Trace.") });
const sound = {
  about: "For tests.",
  pre: trace,
  post: trace,
  begin: { pre: (x: X) => ({ trace: decay(x.pre.trace, x.tau) }) },
  arrive: (x: X) => ({ pre: { trace: add(x.pre.trace, 1) } }),
  fire: (x: X) => ({ weight: add(x.weight, mul(mul(x.rate, x.pre.trace), quantity(1, "weight"))) }),
};
const declare = (more: object, name = "Mine") =>
  plasticity(name, fields, { ...sound, ...more } as unknown as Definition);

test("a rule is data: parameters, state variables and the updates of each moment", () => {
  const { model } = declare({});
  expect(model).toMatchObject({ kind: "plasticity", name: "Mine", about: "For tests." });
  expect(Object.keys(model.state)).toEqual(["pre.trace", "post.trace"]);
  expect(
    Object.fromEntries(Object.entries(model.moments).map(([key, updates]) => [key, Object.keys(updates)])),
  ).toEqual({
    begin: ["pre.trace"],
    arrive: ["pre.trace"],
    follow: [],
    fire: ["weight"],
    gather: [],
    settle: [],
    end: [],
  });
});

describe("the factor of a rule", () => {
  const declared = (factor: string, condition = false) =>
    plasticity(
      "Rule",
      { modulation: field(1, "1", "Factor."), tau: field(1, "ms", "Time constant.") },
      {
        about: "For tests.",
        fire: (x) => ({ weight: condition ? when(gt(x.modulation, 0), x.weight) : mul(x.modulation, x.weight) }),
        factor: factor as "tau",
      },
    );

  test("is one of its parameters", () => {
    expect(declared("modulation").model.factor).toBe("modulation");
    expect(() => declared("reward")).toThrow(
      'Rule.factor must name a parameter in the unit 1; received "reward", which is none. Declare the factor of all changes.',
    );
    expect(() => declared("tau")).toThrow("Rule.factor must name a parameter in the unit 1; received tau in ms.");
  });

  test("does not select equations", () => {
    expect(() => declared("modulation", true)).toThrow(
      "Rule.factor must name a parameter that multiplies changes; modulation selects the equations.",
    );
  });
});

test("every rule of the library has a source and its default values are valid", () => {
  for (const [name, rule] of Object.entries(plasticityRules)) {
    expect(rule.model.name).toBe(name);
    expect(rule.model.about).toMatch(/\d{4}/);
    expect(Object.keys(rule().fields)).toEqual(Object.keys(rule.model.fields));
  }
});

describe("a declaration refuses", () => {
  test.each([
    [
      "a name in lower case",
      {},
      'plasticity("mine") must be named in PascalCase, such as PairStdp. Rename it.',
      "mine",
    ],
    [
      "no moment that changes anything",
      { arrive: undefined, fire: undefined },
      "Mine is not declared. Write fields and at least one of arrive, fire and end.",
    ],
    [
      "an unknown state variable",
      { arrive: (x: X) => ({ pre: { traces: x.rate } }) },
      "Mine.arrive returns pre.traces, which is not a state variable. Declare it under pre, or remove it.",
    ],
    [
      "a change that belongs to another moment",
      { arrive: (x: X) => ({ post: { trace: x.rate } }) },
      "Mine.arrive returns post, but it may change only weight, amount, pre, synapse. Remove it.",
    ],
    [
      "a presynaptic value that depends on a postsynaptic one",
      { arrive: (x: X) => ({ pre: { trace: add(x.pre.trace, x.post.trace) } }) },
      "Mine.arrive.pre.trace depends on post.trace, but there is one value for each presynaptic unit and many synapses. Declare it under synapse.",
    ],
    [
      "a postsynaptic value that depends on the weight",
      { fire: (x: X) => ({ post: { trace: mul(x.post.trace, mul(x.weight, quantity(1, "1/weight"))) } }) },
      "Mine.fire.post.trace depends on weight, but there is one value for each postsynaptic unit and many synapses. Declare it under synapse.",
    ],
    [
      "a bool in place of a weight",
      {
        arrive: (x: X) => ({ weight: x.weight, synapse: undefined, amount: mul(x.weight, 1), ...(x.arrived && {}) }),
        fire: (x: X) => ({ weight: x.fired }),
      },
      "Mine.fire must return weight as a float; received bool. Return an expression.",
    ],
    [
      "a number where an expression belongs",
      { fire: () => ({ weight: 1 }) },
      "Mine.fire must return weight as a float; received 1. Return an expression.",
    ],
    [
      "flags outside of the end of a step",
      { fire: (x: X) => ({ weight: when(x.fired, x.weight) }) },
      "Mine.fire.weight uses arrived or fired, which only end knows. Use it there.",
    ],
    [
      "a sum of a synapse",
      { gather: (x: X) => ({ synapse: { trace: x.pre.trace } }) },
      "Mine.gather returns synapse, but it may change only post. Remove it.",
    ],
    [
      "a sum of itself",
      { gather: (x: X) => ({ post: { trace: mul(x.post.trace, 2) } }) },
      "Mine.gather.post.trace depends on post.trace, which gather computes. Use the sums in end, or keep a copy.",
    ],
    [
      "a sum in an int",
      {
        post: () => ({ ...trace(), count: int(0, "Count.") }),
        gather: () => ({ post: { count: constant("int", 1) } }),
      },
      "Mine.gather returns post.count, which is an int, but sums are floats. Declare it with float().",
    ],
    [
      "a choice of targets by something else",
      { only: "growth" },
      'Mine.only must name a state variable of the postsynaptic unit; received "growth". Declare it under post.',
    ],
    [
      "a state of the target in an unknown unit",
      { target: { potential: "mv" } },
      'Mine.target.potential has the unknown unit "mv". Did you mean "mV"?',
    ],
    [
      "a delay of nothing",
      { delayed: { trace: { of: "other", by: "tau" } } },
      "Mine.delayed.trace needs post.other as a float state variable. Declare it under post.",
    ],
    [
      "a delay without a time",
      { post: () => ({ ...trace(), past: float(0, "1", "Past.") }), delayed: { past: { of: "trace", by: "rate" } } },
      "Mine.delayed.past.by must name a parameter in ms; received rate in 1. Declare the delay.",
    ],
    [
      "a change of a delayed state variable",
      {
        post: () => ({ ...trace(), past: float(0, "1", "Past.") }),
        delayed: { past: { of: "trace", by: "tau" } },
        fire: (x: X) => ({ post: { past: x.post.trace } }),
      },
      "Mine.fire changes post.past, which is delayed. Remove it from one of them.",
    ],
    [
      "random draws",
      { fire: (x: X) => ({ weight: mul(x.weight, normalNoise("noise")) }) },
      "Mine.fire.weight uses unit, which the rule does not declare. Use only symbols from the argument.",
    ],
  ])("%s", (_, more, message, name?: string) => {
    expect(() => declare(more, name)).toThrow(new ModelError(message));
  });

  test("units that do not agree, all at once, with the moment", () => {
    const wrong = {
      arrive: (x: X) => ({ weight: add(x.weight, x.rate), pre: { trace: add(x.pre.trace, x.tau) } }),
    };
    expect(() => declare(wrong)).toThrow(UnitError);
    try {
      declare(wrong);
    } catch (error) {
      const lines = (error as Error).message.split("\n");
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatch(
        /^Mine\.arrive\.weight: add\(weight, rate\) takes two values in one unit; received weight in weight and rate without a unit\./,
      );
      expect(lines[1]).toMatch(/^Mine\.arrive\.pre\.trace: add\(pre\.trace, tau\) takes two values in one unit/);
    }
  });
});

describe("a config refuses", () => {
  const Mine = declare({});
  test.each([
    ["an unknown parameter", { tua: 3 }, 'Mine.tua is unknown. Did you mean "tau"?'],
    ["a value out of range", { tau: 0 }, "Mine.tau must be greater than 0 ms; received 0 ms. The default is 20 ms."],
    [
      "a matrix",
      { tau: [[1, 2]] },
      "Mine.tau must be one number, { EE, EI, IE, II }, a list with a number for each target unit, or values of synapses such as { bySynapse: [1, 2] }; received [[1, 2]]. Give a number.",
    ],
    [
      "a kind that is missing",
      { tau: { EE: 1, EI: 2, IE: 3 } },
      "Mine.tau.II is missing. Give the value for the synapses from inhibitory to inhibitory units.",
    ],
    [
      "a kind out of range",
      { tau: { EE: 1, EI: 2, IE: -3, II: 4 } },
      "Mine.tau.IE must be greater than 0 ms; received -3 ms. The default is 20 ms.",
    ],
    ["an unknown kind", { tau: { EE: 1, EI: 2, IE: 3, II: 4, IX: 5 } }, "Mine.tau.IX is unknown."],
    ["an initializer without its options", { rate: { uniform: { min: 0 } } }, "Mine.rate.uniform.max is missing."],
    [
      "an unknown way to give each synapse a value",
      { rate: { bySynapses: [1, 2] } },
      'Mine.rate must name one way to give each synapse a value; received { bySynapses }. Did you mean "bySynapse"?',
    ],
    [
      "several ways",
      { rate: { bySynapse: [1, 2], bySource: [1] } },
      "Mine.rate must name one way to give each synapse a value; received { bySynapse, bySource }. Known: bySynapse, bySource,",
    ],
    ["a value of a synapse out of range", { tau: { bySynapse: [1, -2] } }, "Mine.tau.bySynapse[1] must be"],
    ["no values", { tau: { bySynapse: [] } }, "Mine.tau.bySynapse must be a flat list of numbers; received []."],
    ["an incomplete distance", { rate: { byDistance: { offset: 1 } } }, "Mine.rate.byDistance.slope must be a finite"],
  ])("%s", (_, config, message) => {
    expect(() => Mine(config as never)).toThrow(ConfigError);
    expect(() => Mine(config as never)).toThrow(message);
  });
});
