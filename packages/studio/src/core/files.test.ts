import { expect, test } from "vitest";
import { documentText, fileName, parseDocument, readDocumentText } from "./files.ts";
import { firstDocument } from "./templates.ts";

test("the text of a document reads as the document, with lists on one line", () => {
  const text = documentText(firstDocument);
  expect(readDocumentText(text, "The file a.json")).toEqual(firstDocument);
  expect(text).toContain('"units": [800]');
  expect(text).toContain('"populations.excitatory": [280, 60]');
});

test("comments and trailing commas are read", () => {
  expect(parseDocument('{ "dt": 1, /* ms */ }')).toEqual({ document: { dt: 1 } });
});

test.each([
  ['{ "dt": }', "Line 1, column 9 has no value."],
  ['{\n  "dt": 1\n  "seed": 2\n}', "Line 3, column 3 has no comma."],
  ["[1]", "The text is not an object in braces"],
  ["", "Line 1, column 1 has no value."],
  ['{ "a": 1 } x', "Line 1, column 12 has"],
])("%j is refused with its place", (text, message) => {
  expect(() => readDocumentText(text, "The file a.json")).toThrow(message);
});

test("files are named after their documents", () => {
  expect(fileName({ name: "f–I curve" }, "json")).toBe("f-i-curve.json");
  expect(fileName({}, "svg")).toBe("experiment.svg");
});
