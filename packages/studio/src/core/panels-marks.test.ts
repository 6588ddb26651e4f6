import { expect, test } from "vitest";
import { catalogue as describeModels } from "../engine/catalogue.ts";
import type { JsonObject } from "./json.ts";
import { panelsOf } from "./panels.ts";
import { levelsOf, shadesOf } from "./panels-marks.ts";
import { addFrame, recordedOf } from "./recorded.ts";
import type { Studio } from "./studio.ts";

const document: JsonObject = {
  model: { soma: "RefractoryLeakySoma", units: [3], cooldown: 4, threshold: -45 },
  dt: 0.5,
  studio: { panels: { traces: { kind: "traces", units: [1] } } },
};
const recorded = recordedOf({ dt: 0.5, populations: [{ name: "", units: 3, shape: [3] }] }, document);
addFrame(recorded, {
  firstStep: 1,
  steps: 200,
  records: { outSpikes: { steps: [10, 30, 40, 150], units: [1, 0, 1, 1], count: 4 } },
});
const models = describeModels();
const studio = {
  catalogue: { get: () => models },
  plots: { present: { get: () => recorded }, range: () => ({ from: 8, to: 60 }) },
  session: { state: { get: () => ({ position: { step: 140 } }) } },
} as unknown as Studio;
const [panel] = panelsOf(document);

test("threshold and reset are levels, and the refractory period after each spike of one unit is shaded", () => {
  expect(levelsOf(studio, panel!, document)).toEqual(
    expect.arrayContaining([expect.objectContaining({ label: "threshold", value: -45 })]),
  );
  // A period that began before the window reaches into it; a spike after the present step has none yet.
  expect(shadesOf(studio, panel!, [1])).toEqual([
    { from: 5, to: 9 },
    { from: 20, to: 24 },
  ]);
  expect(shadesOf(studio, panel!, [0])).toEqual([{ from: 15, to: 19 }]);
});

test("several units and other variables are not shaded", () => {
  expect(shadesOf(studio, panel!, [0, 1])).toEqual([]);
  expect(shadesOf(studio, { ...panel!, variable: "adaptation" }, [1])).toEqual([]);
});
