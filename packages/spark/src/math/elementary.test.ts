import fc from "fast-check";
import { expect, test } from "vitest";
import { doubles } from "./doubles.ts";
import { cosTurn, exp, expm1, exprel, log, log1p, pow, sinTurn, tanh } from "./elementary.ts";
import { single } from "./single.test-support.ts";

const errorIn = (got: number, want: number, digits: number): number => {
  if (Object.is(got, want) || (Number.isNaN(got) && Number.isNaN(want)) || got === want) return 0;
  const scale = Math.max(Math.abs(want), digits === 53 ? 2.3e-308 : 1.2e-38);
  return Math.abs(got - want) / (scale * 2 ** -digits);
};

const cases = [
  { name: "exp", own: exp, truth: Math.exp, from: -700, to: 700 },
  { name: "expm1", own: expm1, truth: Math.expm1, from: -40, to: 80 },
  { name: "log", own: log, truth: Math.log, from: 1e-300, to: 1e6 },
  { name: "sinTurn", own: sinTurn, truth: (u: number) => Math.sin(2 * Math.PI * u), from: -0.12, to: 0.12 },
  { name: "cosTurn", own: cosTurn, truth: (u: number) => Math.cos(2 * Math.PI * u), from: -0.12, to: 0.12 },
  { name: "log1p", own: log1p, truth: Math.log1p, from: -0.999, to: 1e6 },
  { name: "log1p of small numbers", own: log1p, truth: Math.log1p, from: -1e-3, to: 1e-3 },
  { name: "exprel", own: exprel, truth: (x: number) => (x === 0 ? 1 : Math.expm1(x) / x), from: -40, to: 80 },
  {
    name: "exprel of small numbers",
    own: exprel,
    truth: (x: number) => (x === 0 ? 1 : Math.expm1(x) / x),
    from: -1e-3,
    to: 1e-3,
  },
  { name: "tanh", own: tanh, truth: Math.tanh, from: -30, to: 30 },
] as const;

for (const { name, own, truth, from, to } of cases) {
  test(`${name} is within four units in the last place in double precision`, () => {
    fc.assert(
      fc.property(fc.double({ min: from, max: to, noNaN: true }), (x) => {
        expect(errorIn(own(doubles, x), truth(x), 52)).toBeLessThan(4);
      }),
      { numRuns: 3000 },
    );
  });
  test(`${name} is within four units in the last place in single precision`, () => {
    const low = Math.fround(Math.max(from, name === "exp" ? -87 : name === "log" ? 1e-37 : from));
    const high = Math.fround(Math.min(to, 88));
    fc.assert(
      fc.property(fc.float({ min: low, max: high, noNaN: true }), (x) => {
        expect(errorIn(own(single, x), truth(x), 23)).toBeLessThan(4);
      }),
      { numRuns: 3000 },
    );
  });
}

test("special values follow IEEE 754", () => {
  expect(exp(doubles, 0)).toBe(1);
  expect(exp(doubles, -1000)).toBe(0);
  expect(exp(doubles, 1000)).toBe(Number.POSITIVE_INFINITY);
  expect(exp(doubles, Number.NaN)).toBeNaN();
  expect(expm1(doubles, 0)).toBe(0);
  expect(expm1(doubles, -1e-20)).toBe(-1e-20);
  expect(log(doubles, 1)).toBe(0);
  expect(log(doubles, 0)).toBe(Number.NEGATIVE_INFINITY);
  expect(log(doubles, -1)).toBeNaN();
  expect(log(doubles, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(log(doubles, 5e-324)).toBeCloseTo(Math.log(5e-324), 10);
  expect(sinTurn(doubles, 0.25)).toBe(1);
  expect(sinTurn(doubles, 1e6 + 0.5)).toBe(0);
  expect(cosTurn(doubles, 0.5)).toBe(-1);
});

test("log1p and exprel take special values", () => {
  for (const m of [doubles, single]) {
    expect(exprel(m, 0)).toBe(1);
    expect(exprel(m, -0)).toBe(1);
    expect(exprel(m, 1e-40)).toBe(1);
    expect(exprel(m, Number.NEGATIVE_INFINITY)).toBe(0);
    expect(exprel(m, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(exprel(m, Number.NaN)).toBeNaN();
    expect(log1p(m, 0)).toBe(0);
    expect(log1p(m, -0)).toBe(-0);
    expect(log1p(m, -1)).toBe(Number.NEGATIVE_INFINITY);
    expect(log1p(m, -2)).toBeNaN();
    expect(log1p(m, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(log1p(m, Number.NaN)).toBeNaN();
  }
});

test("a whole power is a product, for bases of both signs", () => {
  for (const x of [-3, -1, 0.5, 1, 2, 7]) {
    for (let n = -6; n <= 6; n++) expect(pow(doubles, x, n, n)).toBe(n < 0 ? 1 / x ** -n : x ** n);
  }
  expect(pow(doubles, 0, 0, 0)).toBe(1);
  expect(pow(doubles, 0, -1, -1)).toBe(Number.POSITIVE_INFINITY);
  expect(pow(doubles, 1.1, 3, 3)).toBe(1.1 * 1.1 * 1.1);
  expect(pow(doubles, 1.1, 5, 5)).toBe(1.1 * 1.1 * (1.1 * 1.1) * 1.1);
});

test("a half power contains a square root", () => {
  expect(pow(doubles, 9, 0.5, 0.5)).toBe(3);
  expect(pow(doubles, 9, -0.5, -0.5)).toBe(1 / 3);
  expect(pow(doubles, 9, 2.5, 2.5)).toBe(243);
});

test("another power is an exponential, with the documented error", () => {
  const range = { min: 1e-3, max: 1e3, noNaN: true };
  fc.assert(
    fc.property(fc.double(range), fc.double({ min: -20, max: 20, noNaN: true }), (x, p) => {
      const want = x ** p;
      expect(errorIn(pow(doubles, x, p), want, 52)).toBeLessThan(4 + 2 * Math.abs(p * Math.log(x)));
    }),
    { numRuns: 3000 },
  );
  expect(pow(doubles, -1, 1 / 3, 1 / 3)).toBeNaN();
});
