import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Field, field } from "../config/field.ts";
import { ModelError, type SparkError, UnitError } from "../errors/errors.ts";
import { type Bool, dt, type Expr, type Float, type Int } from "../expr/expr.ts";
import {
  add,
  and,
  clip,
  decay,
  div,
  exp,
  gt,
  le,
  linoid,
  log,
  lt,
  max,
  meanDecay,
  min,
  mod,
  mul,
  neg,
  pow,
  quantity,
  relax,
  select,
  sigmoid,
  sign,
  since,
  softplus,
  sqrt,
  steps,
  sub,
  toFloat,
  uniformNoise,
  when,
} from "../expr/verbs.ts";
import { evaluateFixed } from "./fixed.ts";
import { current, signal } from "./ports.ts";
import { float, int } from "./scope.ts";
import { soma } from "./soma.ts";
import { spikeSource } from "./spike-source.ts";
import { synapse } from "./synapse.ts";

type Scope = Readonly<Record<string, Float>> & { readonly age: Int & Float };
type Units = Readonly<Record<string, readonly [value: number, unit: string]>>;

const fieldsOf = (units: Units): Record<string, Field> =>
  Object.fromEntries(Object.entries(units).map(([name, [value, unit]]) => [name, field(value, unit, "A field.")]));

/** A soma, with only the parts that a test is about. */
const mine = (
  units: Units,
  step: (x: Scope) => Readonly<Record<string, Expr>>,
  state: (x: Scope) => object = () => ({}),
  inputs?: object,
): unknown =>
  soma("Mine", fieldsOf(units), {
    about: "A test.",
    state,
    ...(inputs && { inputs }),
    step: (x: Scope) => ({ spikes: gt(x["potential"]!, 0), potential: x["potential"], ...step(x) }),
  } as never);

const pulse = (
  units: Units,
  weightUnit: string,
  step: (x: Scope & { readonly during: (mean: Float, value: Float) => Float }) => Readonly<Record<string, Expr>>,
  more: object = {},
): unknown =>
  synapse("Pulse", fieldsOf(units), {
    about: "A test.",
    weightUnit,
    state: () => ({ g: float(0, "nS", "A trace.") }),
    step: (x: never) => ({ g: (x as Scope)["g"], ...step(x) }),
    ...more,
  } as never);

const errorOf = (declare: () => unknown): SparkError => {
  try {
    declare();
  } catch (error) {
    return error as SparkError;
  }
  throw new Error("The declaration was accepted.");
};

const th = { th: [10, "mV"] } as const;

test.each<[string, () => unknown, string[]]>([
  [
    "an Euler step without dt",
    () =>
      mine({ tau: [20, "ms"], r: [0.1, "GΩ"] }, (x) => ({
        potential: add(x["potential"]!, div(sub(mul(x["r"]!, x["current"]!), x["potential"]!), x["tau"]!)),
      })),
    [
      "Mine.potential: add(potential, div(sub(mul(r, current), potential), tau)) takes two values in one unit; received potential in mV and the second in mV/ms. Multiply the second by a time in ms, such as dt.",
    ],
  ],
  [
    "a resistance with another prefix",
    () => mine({ r: [100, "MΩ"] }, (x) => ({ potential: mul(x["r"]!, x["current"]!) })),
    [
      'Mine.potential must be in mV; step returns mul(r, current) in MΩ·pA. Declare r in GΩ, with the default 0.1, or multiply r by quantity(0.001, "GΩ/MΩ").',
    ],
  ],
  [
    "a capacitance with another prefix, which divides",
    () =>
      mine({ c: [0.2, "nF"] }, (x) => ({
        potential: add(x["potential"]!, mul(dt, div(x["current"]!, x["c"]!))),
      })),
    [
      'Mine.potential: add(potential, mul(dt, div(current, c))) takes two values in one unit; received potential in mV and mul(dt, div(current, c)) in µV. Declare c in pF, with the default 200, or multiply c by quantity(1000, "pF/nF").',
    ],
  ],
  [
    "two errors in one call, of which each is told",
    () => mine({ tau: [0.02, "s"] }, (x) => ({ potential: relax(x["potential"]!, x["current"]!, x["tau"]!) })),
    [
      'Mine.potential: relax(potential, current, tau) takes a time in ms; received tau in s. Declare tau in ms, with the default 20, or multiply tau by quantity(1000, "ms/s").',
      "Mine.potential: relax(potential, current, tau) takes two values in one unit; received potential in mV and current in pA. Multiply current by a resistance in GΩ.",
    ],
  ],
  [
    "a time constant that is no time",
    () => mine({ tau: [1, "mV"] }, (x) => ({ potential: relax(x["potential"]!, 0, x["tau"]!) })),
    ["Mine.potential: relax(potential, 0, tau) takes a time in ms; received tau in mV. Declare tau in ms."],
  ],
  [
    "bare numbers, each with its own remedy, also behind another error",
    () =>
      mine({ c: [200, "pF"] }, (x) => {
        const v = add(x["potential"]!, div(x["current"]!, x["c"]!));
        return { spikes: gt(v, -50), potential: select(gt(v, -50), -70, v) };
      }),
    [
      "Mine.potential: add(potential, div(current, c)) takes two values in one unit; received potential in mV and div(current, c) in pA/pF. Multiply div(current, c) by a time in ms, such as dt.",
      'Mine.potential: gt(add(potential, div(current, c)), -50) takes two values in one unit; received add(potential, div(current, c)) in mV and -50 without a unit. Write quantity(-50, "mV").',
      'Mine.potential: select(gt(add(potential, …), -50), -70, add(potential, div(current, c))) takes two values in one unit; received -70 without a unit and add(potential, div(current, c)) in mV. Write quantity(-70, "mV").',
    ],
  ],
  [
    "bare numbers inside each other",
    () => mine({}, (x) => ({ potential: max(-80, min(40, x["potential"]!)) })),
    [
      'Mine.potential: min(40, potential) takes two values in one unit; received 40 without a unit and potential in mV. Write quantity(40, "mV").',
      'Mine.potential: max(-80, min(40, potential)) takes two values in one unit; received -80 without a unit and min(40, potential) in mV. Write quantity(-80, "mV").',
    ],
  ],
  [
    "a bare factor that needs a unit",
    () =>
      mine(
        {},
        (x) => ({ w: exp(mul(-0.062, x["potential"]!)) }),
        () => ({ w: float(0, "1", "A state.") }),
      ),
    [
      'Mine.w: exp(mul(-0.062, potential)) takes a pure number; received mul(-0.062, potential) in mV. Write quantity(-0.062, "1/mV"), or divide mul(-0.062, potential) by a potential in mV.',
    ],
  ],
  [
    "a field without a unit that needs one",
    () =>
      mine({ k: [0.04, "1"], tau: [20, "ms"] }, (x) => ({
        potential: add(x["potential"]!, mul(div(dt, x["tau"]!), mul(x["k"]!, mul(x["potential"]!, x["potential"]!)))),
      })),
    [
      "Mine.potential: add(potential, mul(div(dt, tau), mul(k, mul(potential, potential)))) takes two values in one unit; received potential in mV and the second in mV^2. Declare k in 1/mV, or divide the second by a potential in mV.",
    ],
  ],
  [
    "a threshold in another unit",
    () => mine({ th: [1, "pA"] }, (x) => ({ spikes: gt(x["potential"]!, x["th"]!) })),
    [
      "Mine.spikes: gt(potential, th) takes two values in one unit; received potential in mV and th in pA. Declare th in mV, or multiply th by a resistance in GΩ.",
    ],
  ],
  [
    "a state variable that is used in another unit than declared",
    () =>
      mine(
        { r: [0.1, "GΩ"] },
        (x) => ({ potential: mul(x["r"]!, sub(x["current"]!, x["w"]!)), w: x["w"]! }),
        () => ({ w: float(0, "mV", "A state.") }),
      ),
    [
      "Mine.potential: sub(current, w) takes two values in one unit; received current in pA and w in mV. Declare w in pA, or multiply w by a conductance in nS.",
    ],
  ],
  [
    "the start of a state variable",
    () =>
      mine(
        { r: [1, "pA"] },
        (x) => ({ w: x["w"]! }),
        (x) => ({ w: float(x["r"]!, "mV", "A state.") }),
      ),
    [
      "Mine.w must be in mV; it starts as r in pA. Declare r in mV, or multiply it by a resistance in GΩ. Or declare w in pA.",
    ],
  ],
  [
    "the origin of the potential",
    () =>
      mine(
        { r: [1, "pA"] },
        () => ({}),
        (x) => ({ potential: float(0, "mV", "The potential.", { from: x["r"]! }) }),
      ),
    ["Mine.potential.from must be in mV; received r in pA. Declare r in mV, or multiply it by a resistance in GΩ."],
  ],
  [
    "a time in a count of steps, once for all its uses",
    () =>
      mine(
        { pause: [0.002, "s"] },
        (x) => {
          const spikes = and(gt(x["potential"]!, 0), gt(x.age, steps(x["pause"]!)));
          return { spikes, age: since(spikes, x.age, add(steps(x["pause"]!), 1)) };
        },
        () => ({ age: int(0, "A count.") }),
      ),
    [
      'Mine.age: steps(pause) takes a time in ms; received pause in s. Declare pause in ms, with the default 2, or multiply pause by quantity(1000, "ms/s").',
    ],
  ],
  [
    "a count that is added to a potential",
    () =>
      mine(
        {},
        (x) => ({ age: x.age, potential: add(x["potential"]!, toFloat(x.age)) }),
        () => ({
          age: int(0, "A count."),
        }),
      ),
    [
      "Mine.potential: add(potential, toFloat(age)) takes two values in one unit; received potential in mV and toFloat(age) without a unit. Multiply toFloat(age) by a potential in mV.",
    ],
  ],
  [
    "noise without a unit",
    () => mine({}, (x) => ({ potential: add(x["potential"]!, uniformNoise("n")) })),
    [
      'Mine.potential: add(potential, uniformNoise("n")) takes two values in one unit; received potential in mV and uniformNoise("n") without a unit. Multiply uniformNoise("n") by a potential in mV.',
    ],
  ],
  [
    "a difference in an exponent, and the exponential in a potential",
    () => mine(th, (x) => ({ potential: add(x["potential"]!, exp(sub(x["potential"]!, x["th"]!))) })),
    [
      "Mine.potential: exp(sub(potential, th)) takes a pure number; received sub(potential, th) in mV. Divide sub(potential, th) by a potential in mV.",
      "Mine.potential: add(potential, exp(sub(potential, th))) takes two values in one unit; received potential in mV and exp(sub(potential, th)) without a unit. Multiply exp(sub(potential, th)) by a potential in mV.",
    ],
  ],
  [
    "a ratio with a scale",
    () =>
      mine(
        {},
        (x) => ({ w: log(div(x["current"]!, quantity(1, "nA"))) }),
        () => ({ w: float(0, "1", "A state.") }),
      ),
    [
      'Mine.w: log(div(current, quantity(1, "nA"))) takes a pure number; received div(current, quantity(1, "nA")) in pA/nA. Multiply div(current, quantity(1, "nA")) by quantity(0.001, "nA/pA").',
    ],
  ],
  [
    "a square and a root",
    () => mine(th, (x) => ({ spikes: gt(x["potential"]!, mul(x["th"]!, x["th"]!)), potential: sqrt(x["potential"]!) })),
    [
      "Mine.potential must be in mV; step returns sqrt(potential) in mV^0.5. Multiply it by a quantity in mV^0.5.",
      "Mine.spikes: gt(potential, mul(th, th)) takes two values in one unit; received potential in mV and mul(th, th) in mV^2. Divide mul(th, th) by a potential in mV.",
    ],
  ],
  [
    "a cube, and a power that is an expression",
    () =>
      mine({ th: [10, "mV"], n: [2, "1"] }, (x) => ({
        spikes: gt(pow(x["th"]!, x["n"]!), 1),
        potential: pow(x["th"]!, 3),
      })),
    [
      "Mine.potential must be in mV; step returns pow(th, 3) in mV^3. Multiply it by a quantity in 1/mV^2.",
      'Mine.spikes: pow(th, n) takes a pure number; received th in mV. Declare th with the unit "1", or divide th by a potential in mV.',
    ],
  ],
  [
    "a limit in another unit, and a rate whose scale has another unit",
    () =>
      mine({ low: [1, "pA"], k: [10, "ms"] }, (x) => ({
        spikes: gt(linoid(quantity(0.1, "1/mV/ms"), x["potential"]!, x["k"]!), quantity(1, "1/ms")),
        potential: clip(x["potential"]!, x["low"]!, quantity(3, "mV")),
      })),
    [
      'Mine.potential: clip(potential, low, quantity(3, "mV")) takes two values in one unit; received potential in mV and low in pA. Declare low in mV, or multiply low by a resistance in GΩ.',
      'Mine.spikes: linoid(quantity(0.1, "1/mV/ms"), potential, k) takes two values in one unit; received potential in mV and k in ms. Declare k in mV.',
    ],
  ],
  [
    "a quantity with another prefix",
    () => mine({}, (x) => ({ spikes: gt(x["potential"]!, quantity(0.03, "V")) })),
    [
      'Mine.spikes: gt(potential, quantity(0.03, "V")) takes two values in one unit; received potential in mV and quantity(0.03, "V") in V. Write quantity(30, "mV").',
    ],
  ],
  [
    "quantities in unknown units",
    () =>
      mine({}, (x) => ({
        spikes: gt(x["potential"]!, quantity(1, "mv")),
        potential: add(x["potential"]!, quantity(2, "millivolt")),
      })),
    [
      'Mine.potential: quantity(2, "millivolt") has the unknown unit "millivolt". Use V, A, s, Hz, Ω, S, F with a prefix, such as mV, products before quotients, such as nS·mV/ms, or "1" for a pure number.',
      'Mine.spikes: quantity(1, "mv") has the unknown unit "mv". Did you mean "mV"?',
    ],
  ],
  [
    "a signal without a unit",
    () =>
      mine(
        th,
        (x) => ({
          spikes: gt(x["potential"]!, add(x["th"]!, x["dopamine"]!)),
          potential: mul(x["drive"]!, quantity(1, "GΩ")),
        }),
        undefined,
        { drive: current("A current."), dopamine: signal("1", "A modulator.") },
      ),
    [
      "Mine.spikes: add(th, dopamine) takes two values in one unit; received th in mV and dopamine without a unit. Declare dopamine in mV, or multiply dopamine by a potential in mV.",
    ],
  ],
  [
    "a conductance as a current, in both of its forms",
    () => pulse({ tau: [5, "ms"] }, "nS", (x) => ({ current: x.during(meanDecay(x["g"]!, x["tau"]!), x["g"]!) })),
    [
      "Pulse.current must be in pA; step returns meanDecay(g, tau) in nS. Multiply it by a potential in mV.",
      "Pulse.current must be in pA; step returns g in nS. Declare g in pA, or multiply it by a potential in mV.",
    ],
  ],
  [
    "weights in another unit than the trace",
    () =>
      pulse({ tau: [5, "ms"] }, "pA", (x) => ({
        current: mul(x["g"]!, x["potential"]!),
        g: add(decay(x["g"]!, x["tau"]!), x["arriving"]!),
      })),
    [
      'Pulse.g: add(decay(g, tau), arriving) takes two values in one unit; received decay(g, tau) in nS and arriving in pA. Set weightUnit to "nS", or divide arriving by a potential in mV.',
    ],
  ],
  [
    "a jump in pA",
    () => pulse({}, "pA", (x) => ({ jump: x["arriving"]! })),
    [
      'Pulse.jump must be in mV; step returns arriving in pA. Set weightUnit to "mV", or multiply it by a resistance in GΩ.',
    ],
  ],
  [
    "an observable in another unit",
    () =>
      pulse({}, "nS", (x) => ({ current: mul(x["g"]!, x["potential"]!) }), {
        observe: (x: Scope) => ({ load: { expr: x["g"], unit: "pA", description: "A test." } }),
      }),
    ["Pulse.load must be in pA; observe returns g in nS. Declare g in pA, or multiply it by a potential in mV."],
  ],
  [
    "a rate in Hz, a chance per step and a rule of a source",
    () =>
      spikeSource("Source", fieldsOf({ rate: [10, "Hz"] }), {
        about: "A test.",
        rules: (x) => [{ field: "rate", holds: le(x["rate"]!, 1), requirement: "must be low", remedy: "Lower it." }],
        step: (x) => ({ spikes: lt(uniformNoise("s"), mul(x["rate"]!, dt)) as Bool }),
      }),
    [
      'Source.spikes: lt(uniformNoise("s"), mul(rate, dt)) takes two values in one unit; received uniformNoise("s") without a unit and mul(rate, dt) in Hz·ms. Declare rate in 1/ms, with the default 0.01, or multiply rate by quantity(0.001, "1/ms/Hz").',
      'Source.rules.rate: le(rate, 1) takes two values in one unit; received rate in Hz and 1 without a unit. Write quantity(1, "Hz").',
    ],
  ],
])("%s", (_, declare, messages) => {
  const error = errorOf(declare);
  expect(error).toBeInstanceOf(UnitError);
  expect(error.message.split("\n")).toEqual(messages);
});

test("all unknown units of a declaration are told at once, each with a remedy", () => {
  const units = {
    tau: [1, "msec"],
    g: [1, "mS/cm^2"],
    r: [1, "mv"],
    d: [1, "mV/(ms·pA)"],
    e: [1, "mV/ms*pA"],
  } as const;
  const error = errorOf(() =>
    mine(
      { ...units, none: [1, undefined as never] },
      () => ({}),
      () => ({ w: float(0, "ampere", "A state.") }),
    ),
  );
  expect(error).toBeInstanceOf(ModelError);
  const use =
    'Use V, A, s, Hz, Ω, S, F with a prefix, such as mV, products before quotients, such as nS·mV/ms, or "1" for a pure number.';
  expect(error.message.split("\n")).toEqual([
    `Mine.tau has the unknown unit "msec". ${use}`,
    `Mine.g has the unknown unit "mS/cm^2". ${use}`,
    'Mine.r has the unknown unit "mv". Did you mean "mV"?',
    `Mine.d has the unknown unit "mV/(ms·pA)". ${use}`,
    `Mine.e has the unknown unit "mV/ms*pA". ${use}`,
    `Mine.none has the unknown unit undefined. ${use}`,
    `Mine.w has the unknown unit "ampere". ${use}`,
  ]);
});

test("unknown units of weights and observables are refused like those of fields", () => {
  const observe = (x: Scope) => ({ load: { expr: x["g"], unit: "pq", description: "A test." } });
  const error = errorOf(() => pulse({}, "mho", (x) => ({ current: mul(x["g"]!, x["potential"]!) }), { observe }));
  expect(error.message).toContain('Pulse.weightUnit has the unknown unit "mho".');
  expect(error.message).toContain('Pulse.load has the unknown unit "pq".');
});

test("functions pass units on", () => {
  expect(() =>
    mine({ th: [10, "mV"], k: [4, "mV"] }, (x) => ({
      potential: add(
        mul(sqrt(pow(x["th"]!, 2)), sigmoid(div(x["potential"]!, x["k"]!))),
        add(mod(x["potential"]!, x["k"]!), mul(x["k"]!, softplus(div(x["potential"]!, x["k"]!)))),
      ),
      spikes: and(
        gt(linoid(quantity(0.1, "1/mV/ms"), x["potential"]!, x["k"]!), quantity(1, "1/ms")),
        gt(mul(sign(x["potential"]!), pow(x["th"]!, -0.5)), quantity(1, "1/mV^0.5")),
      ),
    })),
  ).not.toThrow();
});

test("zero fits any unit", () => {
  expect(() =>
    mine(th, (x) => ({
      spikes: and(gt(x["current"]!, 0), gt(x["potential"]!, 0)),
      potential: when(gt(x["current"]!, 0), select(gt(x["th"]!, 0), mul(0, x["current"]!), x["potential"]!)),
    })),
  ).not.toThrow();
});

test("an exponentially large graph is refused at once", () => {
  const doubled = (x: Float): Float => Array.from({ length: 100 }).reduce<Float>((sum) => add(sum, sum), x);
  const error = errorOf(() =>
    mine({ tau: [1, "ms"] }, (x) => ({ potential: add(doubled(x["potential"]!), x["tau"]!) })),
  );
  expect(error.message).toMatch(/….* takes two values in one unit; received the first in mV and tau in ms\./);
});

/** Equations for the potential that are right if the field f has the unit, and the value that f has in that unit. */
const uses: readonly [unit: string, use: (f: Float, x: Scope) => Float][] = [
  ["mV", (f, x) => max(f, x["potential"]!)],
  ["ms", (f, x) => relax(x["potential"]!, quantity(1, "mV"), f)],
  ["ms", (f, x) => mul(x["potential"]!, div(dt, f))],
  ["GΩ", (f, x) => mul(f, x["current"]!)],
  ["nS", (f, x) => neg(div(x["current"]!, f))],
  ["pF", (f, x) => add(x["potential"]!, mul(dt, div(x["current"]!, f)))],
  ["1/ms", (f, x) => when(gt(x["potential"]!, 0), mul(mul(dt, f), x["potential"]!))],
];

describe("advice on a unit with another prefix", () => {
  const found =
    /^Mine\.potential.* [Dd]eclare f in (.+), with the default (.+), or multiply f by quantity\((.+), "(.+)"\)\.$/;
  const prefixes = ["f", "p", "n", "µ", "m", "", "k", "M", "G"];

  test("gives the same numbers as the right unit, either way", () => {
    const cases = fc.record({
      use: fc.constantFrom(...uses),
      prefix: fc.constantFrom(...prefixes),
      value: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    });
    fc.assert(
      fc.property(cases, ({ use: [unit, use], prefix, value }) => {
        const wrong = unit.replace(/[fpnµmkMG]?(?=.$)/u, prefix);
        fc.pre(wrong !== unit);
        const declared = (unitOfField: string, initial: number, f: (x: Scope) => Float) =>
          mine({ f: [initial, unitOfField] }, (x) => ({ potential: use(f(x), x) })) as ReturnType<typeof soma>;
        const advice = found.exec(errorOf(() => declared(wrong, value, (x) => x["f"]!)).message);
        const [, declare = "", initial = "", factor = "", scale = ""] = advice ?? [];
        const one = declared(declare, Number(initial), (x) => x["f"]!);
        const two = declared(wrong, value, (x) => mul(x["f"]!, quantity(Number(factor), scale)));
        const values = (f: number) => ({ f, potential: 7, current: 30 });
        const first = evaluateFixed(one.model.next["potential"]!, values(Number(initial)), { dt: 0.1 }) as number;
        const second = evaluateFixed(two.model.next["potential"]!, values(value), { dt: 0.1 }) as number;
        expect(second / first).toBeCloseTo(1, 9);
      }),
    );
  });
});
