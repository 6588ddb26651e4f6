import fc from "fast-check";
import { expect, test } from "vitest";
import { compileComponent } from "../../src/compile/compile.ts";
import type { Precision } from "../../src/config/parse.ts";
import { constant, type Float } from "../../src/expr/expr.ts";
import {
  cosTurn,
  div,
  exp,
  expm1,
  exprel,
  log,
  log1p,
  mul,
  normalNoise,
  otherBits,
  pairedBits,
  pow,
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
import type { Program } from "../../src/program/program.ts";
import { describeEach } from "./backends.test-support.ts";
import { attachAlone, onlyOf, plan, viewNamed } from "./both.test-support.ts";

type Numbers = Arithmetic<number, number, boolean>;
const arithmetics: Readonly<Record<Precision, Numbers>> = { f32: single, f64: doubles };

/** A soma whose potential after a step is a function of its current. */
const programOf = (f: (current: Float) => Float, precision: Precision, units: number): Program => {
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
  return compileComponent(built, { precision, inputs: { current: [{ kind: "unit" }] } });
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
  log1p: [log1p, plain.log1p],
  exprel: [exprel, plain.exprel],
  cube: [(x: Float) => pow(x, 3), (m: Numbers, x: number) => plain.pow(m, x, m.float(3), 3)],
  halfPower: [(x: Float) => pow(x, -1.5), (m: Numbers, x: number) => plain.pow(m, x, m.float(-1.5), -1.5)],
  realPower: [(x: Float) => pow(x, 0.3), (m: Numbers, x: number) => plain.pow(m, x, m.float(0.3), 0.3)],
  tanh: [tanh, plain.tanh],
  sinTurn: [sinTurn, plain.sinTurn],
  cosTurn: [cosTurn, plain.cosTurn],
} as const;
const UNITS = 64;

const number = fc.oneof(
  fc.constantFrom(...special, ...unbounded),
  fc.double(),
  fc.double({ min: -800, max: 800 }),
  fc.double({ min: -2, max: 2 }),
);

describeEach("gives the bits of functions over plain numbers", ({ engine }) => {
  for (const [name, [verb, apply]] of Object.entries(functions)) {
    for (const precision of ["f32", "f64"] as const) {
      test(`for ${name} in ${precision}`, async () => {
        const m = arithmetics[precision];
        const records = [{ name: "potential" }];
        const machine = await attachAlone(engine(), programOf(verb, precision, UNITS), { rows: 1, records });
        plan(onlyOf(machine), [{ first: 0, every: 1, last: 0 }]);
        await fc.assert(
          fc.asyncProperty(fc.array(number, { minLength: UNITS, maxLength: UNITS }), async (numbers) => {
            viewNamed(machine, "current").set(numbers);
            await machine.advance(0, 1);
            const given = onlyOf(machine).record(0);
            numbers.forEach((x, unit) => void expect(given[unit]).toBe(apply(m, m.float(x))));
          }),
          { numRuns: 60 },
        );
        machine.dispose();
      });
    }
  }
});

const draws = {
  normal: [normalNoise, normalDraw],
  uniform: [uniformNoise, uniformDraw],
  bits: [(purpose: string) => toFloat(randomBits(purpose)), asFloat(bitsDraw)],
  otherBits: [(purpose: string) => toFloat(otherBits(purpose)), asFloat(otherBitsDraw)],
  pairedBits: [(purpose: string) => toFloat(pairedBits(purpose)), asFloat(pairedBitsDraw)],
} as const;

describeEach("gives the bits of draws over plain numbers", ({ engine }) => {
  for (const [name, [verb, draw]] of Object.entries(draws)) {
    for (const precision of ["f32", "f64"] as const) {
      test(`for ${name} in ${precision}, for every unit and step, in whatever chunks`, async () => {
        const m = arithmetics[precision];
        const key = keyOf(11, "soma.mine");
        const records = [{ name: "potential" }];
        const program = programOf(() => verb("mine"), precision, 50);
        const machine = await attachAlone(engine(), program, { rows: 8, records });
        const recorded = onlyOf(machine).record(0);
        const check = async (firstStep: number, rows: number): Promise<void> => {
          plan(onlyOf(machine), [{ first: 0, every: 1, last: rows }]);
          await machine.advance(firstStep, rows);
          for (let row = 0; row < rows; row++) {
            for (let unit = 0; unit < 50; unit++) {
              expect(recorded[row * program.padded + unit]).toBe(draw(m, key, unit, (firstStep + row) | 0));
            }
          }
        };
        await check(0, 8);
        await check(0, 3);
        await check(3, 5);
        await check(2 ** 31 - 2, 4);
        await check(2 ** 32 - 1, 2);
        machine.dispose();
      });
    }
  }
});
