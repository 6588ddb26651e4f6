import { expect, test } from "vitest";
import { requireSteps } from "./read-summary.ts";

test("results of a run that was stopped before its first step are refused by all commands that read them", () => {
  expect(() => requireSteps({ steps: 1 }, "results")).not.toThrow();
  expect(() => requireSteps({ steps: 0 }, "results")).toThrow(
    "results contains a run that was stopped before its first step. Run the experiment again.",
  );
});
