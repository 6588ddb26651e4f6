import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { expectMachineBits } from "../../../test/conformance/both.test-support.ts";
import { declare, recipes } from "../../../test/conformance/random-soma.test-support.ts";
import { type Binding, compileComponent } from "../../compile/compile.ts";
import type { Fields } from "../../config/field.ts";
import { field } from "../../config/field.ts";
import { ConfigError } from "../../errors/errors.ts";
import { constant, type Float } from "../../expr/expr.ts";
import {
  add,
  cosTurn,
  div,
  exp,
  expm1,
  exprel,
  floor,
  log,
  log1p,
  lt,
  mul,
  nearest,
  normalNoise,
  pow,
  quantity,
  select,
  sinTurn,
  sqrt,
  tanh,
  toFloat,
  toInt,
  uniformNoise,
} from "../../expr/verbs.ts";
import { drawUnit, keyOf } from "../../math/threefry.ts";
import type { Component } from "../../model/component.ts";
import { float } from "../../model/scope.ts";
import { soma } from "../../model/soma.ts";
import { source, sourceState } from "../../model/source.ts";
import { probeOf } from "../../program/probe.ts";
import type { Program } from "../../program/program.ts";
import { wordsOf } from "../../program/program.ts";
import { somas } from "../../somas/index.ts";
import { createNative, nativeTest } from "./native.test-support.ts";

type Create = (config: object) => Component;
const all = Object.entries(somas) as [string, Create][];

/** 512-bit masks or what the processor has, 256-bit vectors, and plain vector types. */
const ways: readonly (readonly string[])[] = [[], ["-DNARROW"], ["-DNARROW", "-DPLAIN"]];

/** Machines with one to seven threads that take blocks of 32 units, whatever the work. */
const machinesOf = (program: Program, threads: readonly number[], flags: readonly string[] = []) =>
  threads.map((count) => createNative({ ...program, block: 32 }, { threads: count, leastWork: 0, flags }));

const inputs: Readonly<Record<string, Readonly<Record<"current" | "inSpikes", readonly Binding[]>>>> = {
  nothing: { current: [], inSpikes: [] },
  "a number": { current: [{ kind: "scalar" }], inSpikes: [] },
  "a number per unit": { current: [{ kind: "unit" }], inSpikes: [] },
  "a number per step, summed with a number": { current: [{ kind: "row" }, { kind: "scalar" }], inSpikes: [] },
  "a number per step and unit": { current: [{ kind: "rowUnit" }], inSpikes: [] },
  spikes: { current: [], inSpikes: [{ kind: "rowBit", signed: false }] },
  "signed spikes and a sum": {
    current: [{ kind: "unit" }, { kind: "row" }],
    inSpikes: [{ kind: "rowBit", signed: true }],
  },
};

/**
 * Inputs of a soma. How an input is read does not depend on the equations, so two somas with few equations try all inputs.
 * The others take longer to compile and try one, for which somas.test.ts needs the same libraries.
 */
const inputsOf = (name: string): [string, (typeof inputs)[string]][] => {
  if (name === "LeakySoma" || name === "AdaptiveLeakySoma") return Object.entries(inputs);
  return Object.entries(inputs).filter(([what]) => what === "a number per unit");
};

/** A field's default, moved by up to a tenth for each unit. */
const spread = (fields: Fields, units: number): Record<string, Float64Array> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { default: value }]) => [
      name,
      Float64Array.from({ length: units }, (_, unit) => value * (0.9 + 0.2 * drawUnit(keyOf(1, name), unit))),
    ]),
  );

for (const [name, create] of all) {
  describe(`${name} as machine code gives the interpreter's bits`, () => {
    for (const precision of ["f32", "f64"] as const) {
      for (const [what, bindings] of inputsOf(name)) {
        nativeTest(`in ${precision} with ${what} as input, on 1, 2, 3 and 7 threads`, async () => {
          let spikes = 0;
          for (const units of [1, 33, 200]) {
            const { fields } = create({}).model;
            const spreads = [spread(fields, units)];
            for (const config of what === "a number" ? [{}, ...spreads] : spreads) {
              const built = create({ ...config, units: [units] }).build({}, { dt: 0.5 });
              const program = compileComponent(built, { precision, inputs: bindings });
              const dues = program.observables.map((_, k) => ({ first: k, every: 1 + 3 * k, last: 22 }));
              const course = { chunks: [24, 9], records: program.observables, dues, scale: 6000 };
              for (const [k, machine] of machinesOf(program, units === 200 ? [1, 2, 3, 7] : [1]).entries()) {
                const outcomes = await expectMachineBits(machine, program, course);
                if (k === 0) spikes += outcomes.at(-1)!.spikes;
              }
            }
          }
          if (bindings["current"].length > 0) expect(spikes).toBeGreaterThan(20);
        });
      }
    }
  });
}

/** A noise with a memory, as generators of currents have. */
const wander = source(
  "Wander",
  { mean: field(30, "pA", "Mean."), step: field(5, "pA", "Size of a step.") },
  {
    about: "A walk that is pulled back.",
    state: { level: sourceState("pA", "Present current.") },
    step(x) {
      const level = add(mul(x.level, 0.9), mul(x.step, normalNoise("walk")));
      return { level, value: select(lt(uniformNoise("gate"), 0.8), add(x.mean, level), quantity(0, "pA")) };
    },
  },
);

/** Some random equations ask for more steps than there can be, which is refused before a backend sees them. */
const compiled = (compile: () => Program): Program | undefined => {
  try {
    return compile();
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
};

const UNITS = 70;
const cases = fc.record({
  recipe: recipes,
  precision: fc.constantFrom("f32", "f64"),
  current: fc.array(
    fc.constantFrom<Binding>(
      { kind: "scalar" },
      { kind: "row" },
      { kind: "rowUnit" },
      { kind: "source", source: { model: wander, fields: { mean: 30, step: 5 }, seed: 3, start: {} } },
    ),
    { maxLength: 2 },
  ),
  signed: fc.boolean(),
  list: fc.uniqueArray(fc.nat(UNITS - 1), { maxLength: 20 }).map((list) => list.sort((a, b) => a - b)),
  seed: fc.nat(),
});

for (const [k, flags] of ways.entries()) {
  nativeTest(
    `random equations give the interpreter's bits, compiled with ${flags.join(" ") || "what the processor has"}`,
    async () => {
      const seen = new Set<string>();
      await fc.assert(
        fc.asyncProperty(cases, async ({ recipe, precision, current, signed, list, seed }) => {
          const built = declare(recipe)({ units: [UNITS], f: 0.75, g: -3, skipValidation: true }).build(
            {},
            { dt: 0.1, seed: 5 },
          );
          const options = { precision, inputs: { current, inSpikes: [{ kind: "rowBit" as const, signed }] } };
          const program = compiled(() => compileComponent(built, options));
          fc.pre(program !== undefined);
          const records = [{ name: "potential", units: list }, { name: "k" }];
          const dues = [
            { first: 1, every: 2, last: 19 },
            { first: 3, every: 7, last: 18 },
          ];
          for (const machine of machinesOf(program, [1, 3], flags)) {
            await expectMachineBits(machine, program, { chunks: [20, 5], records, dues, seed, scale: 80 });
          }
          for (const node of program.step.nodes) seen.add(node.op);
        }),
        { numRuns: k === 0 ? 24 : 10, seed: 20 + k, endOnFailure: true },
      );
      expect(seen.size).toBeGreaterThan(30);
    },
    240_000,
  );
}

/** Every elementary function and every way to round, of the current. */
const functions = {
  exp,
  expm1,
  log,
  log1p,
  exprel,
  cube: (x: Float) => pow(x, 3),
  halfPower: (x: Float) => pow(x, -1.5),
  realPower: (x: Float) => pow(x, 0.3),
  tanh,
  sinTurn,
  cosTurn,
  sqrt,
  floor,
  nearest,
  whole: (x: Float) => toFloat(toInt(x)),
};
const special = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -0.3,
  1e-40,
  1e-310,
  89,
  -104,
  710,
  8388607.5,
  -4194304.5,
  2147483520,
  2147483648,
  -2147483648,
  4503599627370495.5,
  3e38,
  1e300,
  Number.NaN,
  Infinity,
  -Infinity,
];

type Name = keyof typeof functions;
const byName = <T>(value: (name: Name) => T): Record<Name, T> =>
  Object.fromEntries((Object.keys(functions) as Name[]).map((name) => [name, value(name)])) as Record<Name, T>;
/** Keeps every function of its current as a state. */
const Applied = soma(
  "Applied",
  {},
  {
    about: "Functions of the current.",
    state: () => byName(() => float(0, "1", "The function's value.")),
    step(x) {
      const number = div(x.current, quantity(1, "pA"));
      const values = byName((name) => functions[name](number));
      return { spikes: constant("bool", 0), potential: quantity(0, "mV"), ...values };
    },
  },
);

describe("functions of special numbers give the interpreter's bits", () => {
  for (const flags of ways) {
    for (const precision of ["f32", "f64"] as const) {
      nativeTest(
        `in ${precision}, compiled with ${flags.join(" ") || "what the processor has"}`,
        async () => {
          const numbers = fc.sample(fc.double(), { numRuns: 103, seed: 4 }).concat(special);
          const built = Applied({ units: [numbers.length] }).build({}, {});
          const program = compileComponent(built, { precision, inputs: { current: [{ kind: "unit" as const }] } });
          const place = program.buffers.findIndex((buffer) => buffer.name === "soma.current");
          // The inputs are the initial values, so that both machines get the same without being filled.
          const buffers = program.buffers.map((buffer, k) =>
            k === place ? { ...buffer, role: "field" as const, initial: numbers } : buffer,
          );
          const given = { ...program, buffers };
          const outcomes = await expectMachineBits(createNative(given, { flags }), given, { chunks: [1] });
          const roots = outcomes[0]!.values.get("soma.sqrt")!;
          expect(roots[103 + special.indexOf(0.5)]).toBe(
            precision === "f32" ? Math.fround(Math.SQRT1_2) : Math.SQRT1_2,
          );
        },
        240_000,
      );
    }
  }
});

interface Case {
  readonly name: string;
  readonly soma: string;
  readonly config: Readonly<Record<string, number | number[]>>;
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  readonly units: readonly number[];
  readonly current: string;
  readonly spikes: readonly (readonly [number, number])[];
}
const golden = JSON.parse(readFileSync(new URL("../../../test/golden/spark.json", import.meta.url), "utf8")) as {
  readonly inputs: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly cases: readonly Case[];
};
const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

nativeTest("machine code gives every spike of the reference's traces", () => {
  const table: Readonly<Record<string, Create>> = Object.fromEntries(all);
  for (const c of golden.cases) {
    const config = Object.fromEntries(Object.entries(c.config).map(([key, value]) => [camel(key), value]));
    const input = golden.inputs[c.current]!;
    const built = table[c.soma]!({ ...config, units: c.units }).build({}, { dt: c.dt });
    const program = compileComponent(built, { precision: c.dtype, inputs: { current: [{ kind: "rowUnit" }] } });
    const machine = createNative(program, { threads: 2, leastWork: 0 });
    const rows = input.length;
    machine.attach({ rows, populations: [{ program, probes: [probeOf(program, "potential", rows)] }] });
    const [population] = machine.populations;
    const current = population!.view(program.buffers.findIndex(({ name }) => name === "soma.current"));
    input.forEach((row, step) => {
      for (let unit = 0; unit < program.units; unit++) current[step * program.padded + unit] = row[unit]!;
    });
    machine.advance(0, rows);
    const bits = population!.view(program.spikes!);
    const pairs: (readonly [number, number])[] = [];
    for (let step = 0; step < rows; step++) {
      for (let unit = 0; unit < program.units; unit++) {
        const word = bits[step * wordsOf(program.padded) + (unit >>> 5)]!;
        if ((word >>> (unit & 31)) & 1) pairs.push([step + 1, unit]);
      }
    }
    machine.dispose();
    pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    expect(pairs, c.name).toEqual(c.spikes);
  }
});
