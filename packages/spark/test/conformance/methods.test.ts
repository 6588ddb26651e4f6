import { expect, test } from "vitest";
import { compileComponent } from "../../src/compile/compile.ts";
import type { Precision } from "../../src/config/parse.ts";
import {
  add,
  div,
  exp,
  type FieldScope,
  type Float,
  field,
  float,
  gt,
  type IntegrationMethod,
  linoid,
  mul,
  neg,
  positive,
  pow,
  quantity,
  select,
  soma,
  sub,
  when,
} from "../../src/entries/index.ts";
import type { Component } from "../../src/model/component.ts";
import { describeEach, once, partOf } from "./backends.test-support.ts";
import { type AloneCourse, expectBits, spikesOf } from "./both.test-support.ts";

type Create = (config: object) => Component;

const fields = {
  capacitance: field(100, "pF", "Capacitance.", positive),
  leak: field(10, "nS", "Leak conductance.", positive),
  sodium: field(2000, "nS", "Conductance of the gated channel."),
  tau: field(30, "ms", "Time constant of the adaptation.", positive),
  threshold: field(20, "mV", "Threshold."),
  step: field(50, "pA", "Increase of the adaptation at a spike."),
};

const mV = (value: number): Float => quantity(value, "mV");

interface Variables extends FieldScope<typeof fields> {
  readonly potential: Float;
  readonly w: Float;
  readonly m: Float;
  readonly current: Float;
}

const nonlinear = (x: Variables) => {
  const opening = linoid(quantity(0.1, "1/mV/ms"), sub(x.potential, mV(30)), mV(9));
  const closing = mul(quantity(4, "1/ms"), exp(div(neg(x.potential), mV(18))));
  const inward = mul(mul(x.sodium, pow(x.m, 3)), sub(mV(110), x.potential));
  return {
    potential: div(sub(add(x.current, inward), add(mul(x.leak, x.potential), x.w)), x.capacitance),
    w: div(sub(mul(quantity(2, "nS"), x.potential), x.w), x.tau),
    m: sub(mul(opening, sub(1, x.m)), mul(closing, x.m)),
  };
};

/** Coupled linear equations, and a gate that follows a constant. */
const linear = (x: Variables) => ({
  potential: div(sub(sub(x.current, mul(x.leak, x.potential)), x.w), x.capacitance),
  w: div(sub(mul(quantity(2, "nS"), x.potential), x.w), x.tau),
  m: mul(quantity(0.5, "1/ms"), sub(0.3, x.m)),
});

type Methods = IntegrationMethod | Readonly<Record<"potential" | "w" | "m", IntegrationMethod>>;

const declare = (equations: typeof nonlinear, method: Methods, substeps: number) =>
  soma("Integrated", fields, {
    about: "A soma with an adaptation current and a gate.",
    state: () => ({ w: float(0, "pA", "Adaptation current."), m: float(0.05, "1", "Gate.") }),
    differential: equations,
    method,
    substeps,
    step: (x, after) => {
      const spikes = gt(after.potential, x.threshold);
      return { spikes, potential: select(spikes, 0, after.potential), w: add(after.w, when(spikes, x.step)) };
    },
  });

const kinds: readonly (readonly [name: string, equations: typeof nonlinear, method: Methods])[] = [
  ["exact", linear, "exact"],
  ["exponentialEuler", nonlinear, "exponentialEuler"],
  ["euler", nonlinear, "euler"],
  ["heun", nonlinear, "heun"],
  ["rk4", nonlinear, "rk4"],
  ["a method for each variable", nonlinear, { potential: "rk4", w: "exponentialEuler", m: "exponentialEuler" }],
];

const casesOf = (create: Create, precision: Precision) =>
  [1, 17, 100].flatMap((units) =>
    [{}, { tau: Float64Array.from({ length: units }, (_, unit) => 20 + unit / 7) }].map((config) => {
      const built = create({ ...config, units: [units] }).build({}, { dt: 0.05 });
      const records = ["potential", "w", "m"].map((name) => ({ name }));
      const dues = records.map((_, k) => ({ first: k, every: k + 1, last: 40 }));
      const inputs = { current: [{ kind: "unit" as const }], inSpikes: [] };
      const course: AloneCourse = { chunks: [40, 9, 40], records, dues, scale: 3000 };
      return { program: compileComponent(built, { precision, inputs }), course };
    }),
  );

const tests = kinds.flatMap(([name, equations, method]) =>
  [1, 3].flatMap((substeps) =>
    (["f32", "f64"] as const).map((precision) => ({
      title: `for ${name} in ${precision} with ${substeps} sub-steps`,
      cases: once(() => casesOf(declare(equations, method, substeps) as unknown as Create, precision)),
    })),
  ),
);

describeEach(
  "gives the bits of the interpreter for differential equations",
  ({ listed, engine }) => {
    for (const { title, cases } of tests) {
      test(title, async () => {
        let spikes = 0;
        for (const { program, course } of partOf(cases(), listed)) {
          spikes += spikesOf(await expectBits(engine(), program, course));
        }
        expect(spikes).toBeGreaterThan(5);
      });
    }
  },
  { others: true },
);
