import { expect, test } from "vitest";
import { LinearSynapse } from "./index.ts";
import { currents } from "./target.test-support.ts";

test("a linear synapse gives a current of the weight in the step in which its spike arrives only", () => {
  const weights = [0, 3, -2, 0, 7.5];
  const given = currents(LinearSynapse(), { dt: 0.5, steps: 6, arriving: (step) => weights[step - 1] ?? 0 });
  given.forEach((current, k) => void expect(current).toBeCloseTo(weights[k] ?? 0, 9));
});
