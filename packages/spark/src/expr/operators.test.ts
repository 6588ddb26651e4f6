import { expect, test } from "vitest";
import { ModelError } from "../errors/errors.ts";
import { constant, symbol } from "./expr.ts";
import { add, gt, normalNoise, quantity } from "./verbs.ts";

const v = symbol("float", "potential", "state", "mV");

/** Values of another type, as JavaScript code uses them without a check. */
const loose = (value: unknown): number => value as number;

test.each<readonly [string, () => unknown, string]>([
  ["a sum", () => loose(v) + 1, "potential"],
  ["a difference", () => 1 - loose(v), "potential"],
  ["a comparison", () => loose(v) > 3, "potential"],
  ["an integer operation", () => loose(v) | 0, "potential"],
  ["a sign", () => -loose(add(v, 1)), "add"],
  ["a function of Math", () => Math.exp(loose(quantity(1, "mV"))), "constant"],
  ["a condition", () => loose(gt(v, 1)) * 2, "less"],
  ["noise", () => loose(normalNoise("n")) * 2, "normal"],
  ["a constant", () => loose(constant("float", 2)) ** 2, "constant"],
])("%s of JavaScript refuses an expression", (_, use, name) => {
  expect(use).toThrow(ModelError);
  expect(use).toThrow(`got the expression ${name}. Use functions: add(x, y) for x + y, gt(x, y) for x > y.`);
});

test("text for a message is the name of the symbol or operation", () => {
  expect(`${v as unknown as string} ${add(v, 1) as unknown as string}`).toBe("potential add");
});
