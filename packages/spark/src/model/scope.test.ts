import { expect, test } from "vitest";
import { ModelError } from "../errors/errors.ts";
import { int } from "./scope.ts";

test("a whole-number state starts from a whole number of 32 bits", () => {
  for (const initial of [1.5, Number.NaN, Infinity, 2 ** 31]) {
    expect(() => int(initial, "Count.")).toThrow(ModelError);
    expect(() => int(initial, "Count.")).toThrow(
      `int() takes a whole number of 32 bits as start value; received ${initial}.`,
    );
  }
  expect(int(-3, "Count.").initial.value).toBe(-3);
});
