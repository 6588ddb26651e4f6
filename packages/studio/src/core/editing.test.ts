import { expect, test } from "vitest";
import { marksOf, textEditing } from "./editing.ts";
import { documentText } from "./files.ts";
import type { Channel } from "./protocol.ts";
import { studio } from "./studio.ts";
import { firstDocument } from "./templates.ts";

const silent: Channel = { postMessage: () => undefined, onmessage: null };
const opened = () =>
  studio(firstDocument, () => ({ channel: silent, onDeath: () => undefined, terminate: () => undefined }), 1);

test("typing changes the document, in one entry of the history", () => {
  const made = opened();
  const editing = textEditing(made);
  for (const dt of [0.2, 0.25, 0.5]) expect(editing.typed(documentText({ ...firstDocument, dt }))).toBeUndefined();
  expect(made.document.get()["dt"]).toBe(0.5);
  made.history.undo();
  expect(made.document.get()).toBe(firstDocument);
});

test("a text that is no document leaves the document and names the place", () => {
  const made = opened();
  expect(textEditing(made).typed('{ "dt": ')).toEqual({ offset: 8, message: "Line 1, column 9 has no value." });
  expect(made.document.get()).toBe(firstDocument);
});

test("a text keeps its comments and order while it means the document", () => {
  const editing = textEditing(opened());
  expect(editing.textFor({ a: 1, b: 2 }, '{ "b": 2, "a": 1 } // mine')).toBeUndefined();
  expect(editing.textFor({ a: 1 }, '{ "a": 2 }')).toBe('{\n  "a": 1\n}\n');
});

test("problems are marked at their value, or at the object that lacks it", () => {
  const places: Readonly<Record<string, number>> = { model: 10, "model.units": 20 };
  const find = (keys: readonly (string | number)[]) => {
    const from = places[keys.join(".")];
    return from === undefined ? undefined : { from, to: from + 1 };
  };
  const problem = (keys: string[]) => ({ keys, path: keys.join("."), message: "is wrong." });
  expect(marksOf([problem(["model", "units"]), problem(["model", "soma"]), problem([])], find)).toEqual([
    { from: 20, to: 21, message: "is wrong." },
    { from: 10, to: 11, message: "soma is wrong." },
    { from: 0, to: 1, message: "is wrong." },
  ]);
});
