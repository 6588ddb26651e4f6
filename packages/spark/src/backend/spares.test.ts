import { expect, test } from "vitest";
import { Spares } from "./spares.ts";

const spares = (): Spares<ArrayBuffer> => new Spares(({ byteLength }) => byteLength);

test("what was given is taken once, by who needs about as much", () => {
  const kept = spares();
  const memory = new ArrayBuffer(2 ** 23);
  kept.give(memory);
  expect(kept.take(2 ** 23 + 1)).toBeUndefined();
  expect(kept.take(2 ** 22)).toBeUndefined();
  expect(kept.take(2 ** 23 - 1000)).toBe(memory);
  expect(kept.take(2 ** 23 - 1000)).toBeUndefined();
});

test("small memories are left to the collector", () => {
  const kept = spares();
  kept.give(new ArrayBuffer(1000));
  expect(kept.take(1000)).toBeUndefined();
});
