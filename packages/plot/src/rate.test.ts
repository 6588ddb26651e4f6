import { expect, test } from "vitest";
import { binRates } from "./rate.ts";

test("a spike on a border of bins belongs to the bin that starts there, whatever the rounding of the quotient", () => {
  // 0.3 / 0.1 and 0.6 / 0.1 are slightly below 3 and 6.
  const times = Array.from({ length: 10 }, (_, k) => k / 10);
  expect(binRates(times, 1, { from: 0, to: 1, bin: 0.1 }).map((rate) => Math.round(rate / 1e4))).toEqual(
    new Array(10).fill(1),
  );
});
