import { experiment } from "spark-snn";
import { expect, test } from "vitest";
import { catalogue as describeModels } from "../engine/catalogue.ts";
import {
  addChange,
  changeRows,
  changeTargets,
  editChange,
  readChange,
  removeChange,
  rowTitle,
  valueText,
} from "./changes.ts";
import { history } from "./history.ts";
import type { JsonObject } from "./json.ts";
import { firstDocument, templates } from "./templates.ts";

const models = describeModels();

test("changes are added in the order of time, edited and removed, and all of it is undone", async () => {
  const log = history(firstDocument, "Open");
  log.run(addChange({ at: 60, key: "inject", path: "excitatory", value: [1, 2] }));
  log.run(addChange({ at: 20, key: "set", path: "excitatory.threshold", value: -44 }));
  log.run(addChange({ at: 20, key: "weights", path: "ie", value: 5 }));
  const rows = changeRows(log.document.get());
  expect(rows.map((row) => [row.at, rowTitle(row), valueText(row.value)])).toEqual([
    [20, "Set excitatory.threshold", "-44"],
    [20, "Weights of ie", "5"],
    [60, "Spikes of units of excitatory", "1; 2"],
  ]);
  await expect(experiment(log.document.get())).resolves.toBeDefined();
  log.run(editChange(rows[0]!, { value: -43 }));
  log.run(editChange(changeRows(log.document.get())[0]!, { at: 80 }));
  expect(changeRows(log.document.get()).map(({ at }) => at)).toEqual([20, 60, 80]);
  expect(changeRows(log.document.get())[2]).toMatchObject({ path: "excitatory.threshold", value: -43 });
  for (const row of [...changeRows(log.document.get())].reverse()) log.run(removeChange(row));
  expect(log.document.get()).toEqual(firstDocument);
  while (log.undo());
  expect(log.document.get()).toEqual(firstDocument);
});

test("a change of several values loses one of them", () => {
  const document: JsonObject = {
    ...firstDocument,
    changes: [{ at: 5, set: { "excitatory.threshold": -44, "inhibitory.threshold": -45 }, weights: { ie: 3 } }],
  };
  const [first, second, third] = changeRows(document);
  expect(removeChange(first!).apply(document)["changes"]).toEqual([
    { at: 5, set: { "inhibitory.threshold": -45 }, weights: { ie: 3 } },
  ]);
  expect(editChange(second!, { at: 3 }).apply(document)["changes"]).toEqual([
    { at: 3, set: { "inhibitory.threshold": -45 } },
    { at: 5, set: { "excitatory.threshold": -44 }, weights: { ie: 3 } },
  ]);
  expect(removeChange(third!).apply(document)["changes"]).toEqual([
    { at: 5, set: { "excitatory.threshold": -44, "inhibitory.threshold": -45 } },
  ]);
});

test.each([
  ["-44", "set", { value: -44 }],
  ["1; 2 3", "weights", { value: [1, 2, 3] }],
  ["7", "inject", { value: [7] }],
  ['{ "uniform": { "min": 1, "max": 2 } }', "set", { value: { uniform: { min: 1, max: 2 } } }],
  ["{", "set", { problem: "This is not complete JSON. Write a number, or a list such as 1; 2; 3." }],
  ["five", "set", { problem: '"five" is not a number.' }],
  [" ", "set", { problem: "Enter a number." }],
] as const)("reads %j for %s", (text, key, read) => {
  expect(readChange(text, key)).toEqual(read);
});

test.each(templates.map((template) => [template.name, template] as const))(
  "the targets of %s are accepted in changes",
  async (_, template) => {
    const document = await template.load();
    const targets = changeTargets(document, models).filter(({ key, path }) => key !== "weights" || path !== "");
    expect(targets.length).toBeGreaterThan(0);
    const parameters = targets.filter(({ key, unit }) => key === "inject" || unit !== "1").slice(0, 6);
    for (const { key, path, unit } of parameters) {
      const value = key === "inject" ? [0] : unit === "mV" ? -55 : 5;
      const changed = addChange({ at: 0, key, path, value }).apply({ ...document, duration: 10, record: {} });
      const messages = await experiment(changed).then(
        () => "",
        (error: Error) => error.message,
      );
      expect(messages, path).not.toMatch(/unknown|Did you mean/);
    }
  },
);
