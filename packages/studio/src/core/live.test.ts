import { describe, expect, test } from "vitest";
import { withAt } from "./json.ts";
import { changesBetween, sameRuns } from "./live.ts";
import { firstDocument } from "./templates.ts";

const defaults = (_kind: string, model: string, field: string): number | undefined =>
  model === "RefractoryLeakySoma" && field === "threshold" ? -40 : undefined;

const after = (path: readonly string[], value: never) =>
  changesBetween(firstDocument, withAt(firstDocument, path, value), defaults);
const none = { sets: [], weights: [], inputs: false, plan: false, restart: [] };

describe("changes of a document while it runs", () => {
  test.each([
    [
      ["model", "populations", "excitatory", "threshold"],
      -45,
      { sets: [{ path: "populations.excitatory.threshold", value: -45 }] },
    ],
    [["model", "projections", "ee", "synapse", "tau"], 8, { sets: [{ path: "projections.ee.synapse.tau", value: 8 }] }],
    [["model", "drives", "noise", "poisson", "rate"], 8, { sets: [{ path: "drives.noise.rate", value: 8 }] }],
    [["model", "projections", "ie", "weight"], 12, { weights: [{ projection: "ie", value: 12 }] }],
    [["inputs", "excitatory", "current"], 200, { inputs: true }],
    [["name"], "Other", {}],
    [["studio", "positions"], {}, {}],
    [["duration"], 5, {}],
  ])("%j", (path, value, found) => {
    expect(after(path, value as never)).toEqual({ ...none, ...found });
  });

  test.each([
    [["model", "populations", "excitatory", "units"], [10]],
    [["model", "populations", "third"], { soma: "LeakySoma", units: [3] }],
    [["model", "projections", "ee", "delay"], 3],
    [["model", "projections", "ee", "weight"], { normal: { mean: 1, std: 1 } }],
    [["dt"], 0.5],
    [["seed"], 7],
  ])("%j needs another build", (path, value) => {
    const { restart, sets } = after(path, value as never);
    expect(restart).toHaveLength(1);
    expect(sets).toEqual([]);
  });

  test("a removed parameter gets its default", () => {
    const path = ["model", "populations", "excitatory", "threshold"];
    const changed = withAt(firstDocument, path, -45);
    const { sets } = changesBetween(changed, withAt(changed, path, undefined), defaults);
    expect(sets).toEqual([{ path: "populations.excitatory.threshold", value: -40 }]);
  });

  test("documents that differ only in what the page shows are the same run", () => {
    expect(sameRuns(firstDocument, { ...firstDocument, name: "Other", studio: {}, duration: 1 })).toBe(true);
    expect(sameRuns(firstDocument, { ...firstDocument, seed: 3 })).toBe(false);
  });
});
