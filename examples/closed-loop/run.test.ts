import { expect, test } from "vitest";
import { holdRate } from "./controller.ts";

test("the controller brings the rate to its target and changes the current in the right direction", async () => {
  const seconds = await holdRate([20, 20, 20, 50, 50, 50, 10, 10, 10]);
  for (const k of [2, 5, 8])
    expect(Math.abs(seconds[k]!.rate - seconds[k]!.target), `second ${k + 1}`).toBeLessThan(0.5);
  expect(seconds[5]!.current).toBeGreaterThan(seconds[2]!.current);
  expect(seconds[8]!.current).toBeLessThan(seconds[2]!.current);
});
