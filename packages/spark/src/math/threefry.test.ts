import { expect, test } from "vitest";
import { doubles } from "./doubles.ts";
import { drawNormal, drawUnit, keyOf, threefry } from "./threefry.ts";

const words = (k0: number, k1: number, c0: number, c1: number): string[] =>
  threefry(doubles, { first: k0, second: k1 }, c0 | 0, c1 | 0).map((w) => (w >>> 0).toString(16).padStart(8, "0"));

test("Threefry-2x32-20 gives the known answers published with Random123", () => {
  expect(words(0, 0, 0, 0)).toEqual(["6b200159", "99ba4efe"]);
  expect(words(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)).toEqual(["1cb996fc", "bb002be7"]);
  expect(words(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3)).toEqual(["c4923a9c", "483df7a0"]);
});

test("uniform draws fill [0, 1) evenly, and normal draws have mean 0, variance 1 and kurtosis 3", () => {
  const key = keyOf(7, "test");
  const n = 40000;
  const bins = new Array<number>(20).fill(0);
  let sum = 0;
  let square = 0;
  let fourth = 0;
  for (let i = 0; i < n; i++) {
    bins[Math.floor(drawUnit(key, i) * 20)]! += 1;
    const z = drawNormal(key, i, 1);
    sum += z;
    square += z * z;
    fourth += z ** 4;
  }
  const chiSquare = bins.reduce((s, count) => s + (count - n / 20) ** 2 / (n / 20), 0);
  expect(chiSquare).toBeLessThan(43.8); // 19 degrees of freedom, p = 0.001
  expect(Math.abs(sum / n)).toBeLessThan(4 / Math.sqrt(n));
  expect(Math.abs(square / n - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  expect(Math.abs(fourth / n - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
});

test("draws for different purposes and indices differ", () => {
  const draws = new Set<number>();
  for (const purpose of ["a", "b"]) for (let i = 0; i < 100; i++) draws.add(drawUnit(keyOf(1, purpose), i));
  expect(draws.size).toBe(200);
});
