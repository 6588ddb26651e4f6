import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wasm } from "../../src/backend/wasm/wasm.ts";
import { compileComponent } from "../../src/compile/compile.ts";
import type { Precision } from "../../src/config/parse.ts";
import { constant, type Float } from "../../src/expr/expr.ts";
import {
  cosTurn,
  div,
  exp,
  expm1,
  log,
  mul,
  normalNoise,
  otherBits,
  pairedBits,
  quantity,
  randomBits,
  sinTurn,
  tanh,
  toFloat,
  uniformNoise,
} from "../../src/expr/verbs.ts";
import type { Arithmetic } from "../../src/math/arithmetic.ts";
import { doubles } from "../../src/math/doubles.ts";
import * as plain from "../../src/math/elementary.ts";
import { single } from "../../src/math/single.test-support.ts";
import { bitsDraw, keyOf, normalDraw, otherBitsDraw, pairedBitsDraw, uniformDraw } from "../../src/math/threefry.ts";
import { soma } from "../../src/model/soma.ts";
import { viewNamed } from "./both.test-support.ts";

const arithmetics: Readonly<Record<Precision, Arithmetic<number, number, boolean>>> = { f32: single, f64: doubles };

/** A soma whose potential after a step is a function of its current. */
const machineOf = (f: (current: Float) => Float, precision: Precision, units: number, rows = 1) => {
  const Applied = soma(
    "Applied",
    {},
    {
      about: "A function of the current.",
      step: (x) => ({
        spikes: constant("bool", 0),
        potential: mul(f(div(x.current, quantity(1, "pA"))), quantity(1, "mV")),
      }),
    },
  );
  const built = Applied({ units: [units] }).build({}, { seed: 11 });
  const records = [{ name: "potential" }];
  const program = compileComponent(built, {
    precision,
    rows,
    inputs: { current: [{ kind: "unit" }] },
    spikes: false,
    records,
  });
  const machine = wasm.create(program);
  machine.view(program.schedule).set([0, 1, rows]);
  return machine;
};

type Draw = typeof normalDraw;
const asFloat =
  (draw: typeof bitsDraw): Draw =>
  (m, key, index, step) =>
    m.toFloat(draw(m, key, index, step));

const special = [0, -0, 1, -1, 0.5, 0.25, -0.75, 1e-9, 1e-40, 1e-310, -1e-320, 89, -104, 710, -746, 3e38, 1e300];
const unbounded = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const functions = {
  exp: [exp, plain.exp],
  expm1: [expm1, plain.expm1],
  log: [log, plain.log],
  tanh: [tanh, plain.tanh],
  sinTurn: [sinTurn, plain.sinTurn],
  cosTurn: [cosTurn, plain.cosTurn],
} as const;
const UNITS = 64;

describe("a function in a program gives the bits of the one over plain numbers", () => {
  for (const [name, [verb, apply]] of Object.entries(functions)) {
    for (const precision of ["f32", "f64"] as const) {
      const m = arithmetics[precision];
      const machine = machineOf(verb, precision, UNITS);
      test(`${name} in ${precision}`, () => {
        const number = fc.oneof(
          fc.constantFrom(...special, ...unbounded),
          fc.double(),
          fc.double({ min: -800, max: 800 }),
          fc.double({ min: -2, max: 2 }),
        );
        fc.assert(
          fc.property(fc.array(number, { minLength: UNITS, maxLength: UNITS }), (numbers) => {
            viewNamed(machine, "current").set(numbers);
            machine.advance(0, 1);
            const given = viewNamed(machine, "potential");
            numbers.forEach((x, unit) => void expect(given[unit]).toBe(apply(m, m.float(x))));
          }),
          { numRuns: 60 },
        );
      });
    }
  }
});

describe("a draw in a program gives the bits of the one over plain numbers", () => {
  const draws = {
    normal: [normalNoise, normalDraw],
    uniform: [uniformNoise, uniformDraw],
    bits: [(purpose: string) => toFloat(randomBits(purpose)), asFloat(bitsDraw)],
    otherBits: [(purpose: string) => toFloat(otherBits(purpose)), asFloat(otherBitsDraw)],
    pairedBits: [(purpose: string) => toFloat(pairedBits(purpose)), asFloat(pairedBitsDraw)],
  } as const;
  for (const [name, [verb, draw]] of Object.entries(draws)) {
    for (const precision of ["f32", "f64"] as const) {
      test(`${name} in ${precision}, for every unit and step, in whatever chunks`, () => {
        const m = arithmetics[precision];
        const key = keyOf(11, "soma.mine");
        const machine = machineOf(() => verb("mine"), precision, 50, 8);
        const { buffer, width } = machine.program.records[0]!;
        const check = (firstStep: number, rows: number): void => {
          machine.advance(firstStep, rows);
          for (let row = 0; row < rows; row++) {
            for (let unit = 0; unit < 50; unit++) {
              expect(machine.view(buffer)[row * width + unit]).toBe(draw(m, key, unit, (firstStep + row) | 0));
            }
          }
        };
        check(0, 8);
        check(0, 3);
        check(3, 5);
        check(2 ** 31 - 2, 4);
        check(2 ** 32 - 1, 2);
      });
    }
  }
});
