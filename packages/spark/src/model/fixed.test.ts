import { expect, test } from "vitest";
import { ModelError } from "../errors/errors.ts";
import { dt, symbol } from "../expr/expr.ts";
import {
  add,
  cosTurn,
  div,
  exp,
  expm1,
  gt,
  log,
  mul,
  neg,
  normalNoise,
  select,
  sinTurn,
  sqrt,
  steps,
  tanh,
} from "../expr/verbs.ts";
import { evaluateFixed } from "./fixed.ts";

const tau = symbol("float", "tau", "field", "ms");
const gain = symbol("float", "gain", "field", "1");

test("fields of one number give one number, in double precision", () => {
  expect(evaluateFixed(neg(expm1(neg(div(dt, tau)))), { tau: 20 }, { dt: 0.1 })).toBeCloseTo(-Math.expm1(-0.005), 17);
  expect(evaluateFixed(steps(tau), { tau: 2.5 }, { dt: 1 })).toBe(2);
});

test("a field with one value per unit gives one value per unit, also combined with numbers", () => {
  const value = evaluateFixed(
    select(gt(tau, 1), mul(tau, gain), add(tau, gain)),
    { tau: Float64Array.of(1, 2, 3), gain: 10 },
    { dt: 1 },
  );
  expect(value).toEqual(Float64Array.of(11, 20, 30));
});

test("elementary functions are those of the library", () => {
  const all = [exp, log, tanh, sqrt].map((verb) => evaluateFixed(verb(tau), { tau: 0.5 }, { dt: 1 }) as number);
  [Math.exp(0.5), Math.log(0.5), Math.tanh(0.5), Math.sqrt(0.5)].forEach((value, k) => {
    expect(all[k]).toBeCloseTo(value, 15);
  });
  expect(evaluateFixed(sinTurn(tau), { tau: 0.25 }, { dt: 1 })).toBe(1);
  expect(evaluateFixed(cosTurn(tau), { tau: 0.5 }, { dt: 1 })).toBe(-1);
});

test("a shared part is computed once", () => {
  const memo = new Map();
  const part = div(dt, tau);
  evaluateFixed(add(part, part), { tau: 4 }, { dt: 1 }, memo);
  expect(memo.get(part)).toBe(0.25);
  expect(memo.size).toBe(4);
});

test("values that are known only during a run are refused", () => {
  expect(() => evaluateFixed(symbol("float", "current", "input", "pA"), {}, { dt: 1 })).toThrow(
    new ModelError("current is known only during a run. Use fields and dt here."),
  );
  expect(() => evaluateFixed(normalNoise("a"), { unit: 0, step: 0 }, { dt: 1 })).toThrow(
    new ModelError("normal draws a new number in every step. Use an initializer for values drawn once."),
  );
});
