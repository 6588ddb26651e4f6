import { experiment } from "spark-snn";
import { expect, test } from "vitest";
import { catalogue as describeModels } from "../engine/catalogue.ts";
import { changeValue, removeParts, renamePart } from "./commands.ts";
import { formOf } from "./forms.ts";
import { type Command, type History, history } from "./history.ts";
import { type Json, type JsonObject, type Key, valueAt } from "./json.ts";
import { followLinks, linkCandidates, linkOf, linksOf, linkValues, unlinkValue } from "./links.ts";
import { firstDocument } from "./templates.ts";

const models = describeModels();
const threshold = (name: string): Key[] => ["model", "populations", name, "threshold"];
const run = (log: History, command: Command): boolean =>
  log.run({ ...command, apply: (before) => followLinks(before, command.apply(before)) });
const values = (document: JsonObject, ...places: Key[][]): (Json | undefined)[] =>
  places.map((keys) => valueAt(document, keys));

test("a change of one linked value changes all, until it is unlinked; undo undoes each step", async () => {
  const log = history(firstDocument, "Open");
  const [first, second] = [threshold("excitatory"), threshold("inhibitory")];
  run(log, changeValue(first, -45, "Change threshold"));
  run(log, linkValues(first, [second], "threshold"));
  expect(values(log.document.get(), first, second)).toEqual([-45, -45]);
  run(log, changeValue(second, -42, "Change threshold"));
  expect(values(log.document.get(), first, second)).toEqual([-42, -42]);
  // The text of the document changes linked values, too.
  run(log, { label: "Edit the text", apply: (document) => changeValue(first, -41, "").apply(document) });
  expect(values(log.document.get(), first, second)).toEqual([-41, -41]);
  run(log, changeValue(first, undefined, "Reset"));
  expect(values(log.document.get(), first, second)).toEqual([undefined, undefined]);
  await expect(experiment(log.document.get())).resolves.toBeDefined();
  run(log, unlinkValue(second, "threshold"));
  expect(linksOf(log.document.get())).toEqual([]);
  run(log, changeValue(second, -50, "Change threshold"));
  expect(values(log.document.get(), first, second)).toEqual([undefined, -50]);
  while (log.undo());
  expect(log.document.get()).toEqual(firstDocument);
});

test("links join, follow new names, and end with their parts", () => {
  const [a, b] = [threshold("excitatory"), threshold("inhibitory")];
  const rest: Key[] = ["model", "populations", "excitatory", "potentialRest"];
  let document = linkValues(a, [b], "threshold").apply(firstDocument);
  document = linkValues(rest, [b], "rest").apply(document);
  expect(linksOf(document)).toHaveLength(1);
  expect(linkOf(document, a)).toHaveLength(3);
  const renamed = renamePart(document, "populations.inhibitory", "slow").command.apply(document);
  expect(linkOf(renamed, threshold("slow"))).toHaveLength(3);
  const removed = removeParts(renamed, ["populations.slow"]).command.apply(renamed);
  expect(linkOf(removed, a)).toHaveLength(2);
  expect(linksOf(removeParts(removed, ["populations.excitatory"]).command.apply(removed))).toEqual([]);
});

test("a default that others do not share is written into the document", () => {
  const rest: Key[] = ["model", "populations", "excitatory", "potentialRest"];
  const linked = linkValues(threshold("excitatory"), [rest], "threshold", -40).apply(firstDocument);
  expect(values(linked, threshold("excitatory"), rest)).toEqual([-40, -40]);
});

test("another document keeps its own values", () => {
  const linked = linkValues(threshold("excitatory"), [threshold("inhibitory")], "threshold").apply(firstDocument);
  const other = changeValue(threshold("inhibitory"), -44, "").apply({
    ...linked,
    studio: { links: linked["studio"]! },
  });
  expect(followLinks(firstDocument, other)).toBe(other);
  expect(linksOf({ studio: { links: [[["a"]], 5, [["a"], ["b"], 7]] } })).toEqual([[["a"], ["b"]]]);
});

test("values of the same unit can be linked, those of the same name first", () => {
  const field = formOf(firstDocument, models, "populations.excitatory")!
    .sections.flatMap(({ fields }) => fields)
    .find(({ name }) => name === "threshold")!;
  const candidates = linkCandidates(firstDocument, models, field);
  expect(candidates[0]).toEqual({ keys: threshold("inhibitory"), label: "inhibitory · Threshold" });
  expect(candidates.map(({ label }) => label)).toContain("excitatory · Potential rest");
  expect(candidates.every(({ label }) => !/tau/i.test(label))).toBe(true);
});
