import { expect, test } from "vitest";
import { ModelError } from "../errors/errors.ts";
import { dt, type Float, symbol } from "../expr/expr.ts";
import {
  add,
  ceil,
  clip,
  cos,
  cosTurn,
  div,
  exp,
  expm1,
  exprel,
  gt,
  linoid,
  log,
  log1p,
  mod,
  mul,
  neg,
  normalNoise,
  pow,
  select,
  sigmoid,
  sign,
  sin,
  sinTurn,
  softplus,
  sqrt,
  steps,
  tanh,
  when,
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
  expect(evaluateFixed(log1p(tau), { tau: 0.5 }, { dt: 1 })).toBeCloseTo(Math.log1p(0.5), 15);
  expect(evaluateFixed(exprel(tau), { tau: 0.5 }, { dt: 1 })).toBeCloseTo(Math.expm1(0.5) / 0.5, 15);
  expect(evaluateFixed(pow(tau, 3), { tau: -0.5 }, { dt: 1 })).toBe(-0.125);
  expect(evaluateFixed(pow(tau, gain), { tau: 2, gain: 0.3 }, { dt: 1 })).toBeCloseTo(2 ** 0.3, 15);
  expect(evaluateFixed(sinTurn(tau), { tau: 0.25 }, { dt: 1 })).toBe(1);
  expect(evaluateFixed(cosTurn(tau), { tau: 0.5 }, { dt: 1 })).toBe(-1);
});

test.each<readonly [string, (x: Float) => Float, (x: number) => number]>([
  ["sigmoid", sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  ["softplus", softplus, (x) => (x > 700 ? x : Math.log1p(Math.exp(x)))],
  ["linoid", (x) => linoid(0.1, x, 10), (x) => (x === 0 ? 1 : (0.1 * x) / -Math.expm1(-x / 10))],
  ["clip", (x) => clip(x, -1, 2), (x) => Math.min(Math.max(x, -1), 2)],
  ["ceil", ceil, Math.ceil],
  ["mod", (x) => mod(x, 3), (x) => x - 3 * Math.floor(x / 3)],
  ["sign", sign, (x) => Math.sign(x)],
  ["sin", sin, Math.sin],
  ["cos", cos, Math.cos],
])("%s equals its formula", (_, verb, truth) => {
  for (const x of [-1000, -20, -2.5, -1, -1e-9, 0, 1e-9, 0.3, 1, 2, 2.5, 20, 1000]) {
    const value = evaluateFixed(verb(tau), { tau: x }, { dt: 1 }) as number;
    expect(Math.abs(value - truth(x))).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(x)));
  }
});

test("a condition chooses a plain number or zero", () => {
  expect(evaluateFixed(when(gt(tau, 1), 1), { tau: 2 }, { dt: 1 })).toBe(1);
  expect(evaluateFixed(when(gt(tau, 1), 1), { tau: 1 }, { dt: 1 })).toBe(0);
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
