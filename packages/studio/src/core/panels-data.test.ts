import { expect, test } from "vitest";
import { panelsOf } from "./panels.ts";
import { panelTable } from "./panels-data.ts";
import { addFrame, recordedOf } from "./recorded.ts";

const document = {
  model: { populations: { a: { soma: "LeakySoma", units: [3] }, b: { soma: "LeakySoma", units: [2] } } },
  dt: 0.1,
  studio: {
    panels: {
      raster: { kind: "raster" },
      rates: { kind: "rates", populations: ["b"] },
      traces: { kind: "traces", population: "a", units: [2] },
      curve: { kind: "curve" },
    },
  },
};
const populations = [
  { name: "a", units: 3, shape: [3] },
  { name: "b", units: 2, shape: [2] },
];

const filled = () => {
  const recorded = recordedOf({ dt: 0.1, populations }, document);
  const rate = (values: number[]) => ({ unit: "Hz", units: [], columns: 1, steps: [10, 20], values });
  addFrame(recorded, {
    firstStep: 1,
    steps: 20,
    records: {
      a: {
        outSpikes: { steps: [3, 7], units: [0, 2], count: 2 },
        rate: rate([0, 5]),
        potential: { unit: "mV", units: [0, 2], columns: 2, steps: [2, 4], values: [-60, -59.5, -58, -57.25] },
      },
      b: { outSpikes: { steps: [5], units: [1], count: 1 }, rate: rate([100, 0.5]) },
    },
  });
  return recorded;
};

const textOf = (kind: string): string | undefined => {
  const table = panelTable(panelsOf(document).find((panel) => panel.kind === kind)!, filled());
  return table && [...table.parts].join("");
};

test("writes spikes, rates and traces in the columns of the command line", () => {
  expect(textOf("raster")).toBe("step,time_ms,population,unit\n3,0.3,a,0\n7,0.7,a,2\n5,0.5,b,1\n");
  expect(textOf("rates")).toBe("step,time_ms,population,rate_Hz\n10,1,b,100\n20,2,b,0.5\n");
  expect(textOf("traces")).toBe("step,time_ms,unit,potential_mV\n2,0.2,2,-59.5\n4,0.4,2,-57.25\n");
});

test("panels without values over time, and panels before a run, have no table", () => {
  expect(textOf("curve")).toBeUndefined();
  expect(panelTable(panelsOf(document)[0]!, undefined)).toBeUndefined();
});
