import { describe, expect, test } from "vitest";
import { parseTreeOf } from "../src/document-tree.ts";
import { plainJson } from "../src/plain-json.ts";

describe("plain JSON", () => {
  test.each([
    '{ "a": [1, -2.5e3, "x: y", "\\" : ", null], "b": { "a": {}, "c": [[], [{ "a": true }]] } }',
    '{ "__proto__": { "a": 1 }, "constructor": 2, "": { "": 3 } }',
    '{ "text": "// no comment", "other": "/* none */", "brackets": "[[{{" }',
    '{ "line\\u0020": "\\u00b5", "10": 1, "2": 2 }',
    "[]",
    '"text"',
    "12",
  ])("has the value that the parser with positions reads: %s", (text) => {
    expect(plainJson(text)).toEqual(parseTreeOf("file", text).value);
    expect(JSON.stringify(plainJson(text))).toBe(
      JSON.stringify(JSON.parse(JSON.stringify(parseTreeOf("file", text).value))),
    );
  });

  test.each([
    ["repeated keys", '{ "a": 1, "a": 2 }'],
    ["repeated keys written in two ways", '{ "ab": 1, "a\\u0062": 2 }'],
    ["repeated keys far within", '[{ "b": [{ "a": { "c": 1 }, "a": {} }] }]'],
    ["the repeated key __proto__", '{ "__proto__": 1, "__proto__": 2 }'],
    ["comments", '{ "a": 1 } // end'],
    ["trailing commas", '{ "a": [1,] }'],
    ["deep nesting", `${"[".repeat(201)}${"]".repeat(201)}`],
    ["text that is no JSON", "{ a: 1 }"],
    ["an empty text", ""],
  ])("leaves %s to the other parser", (_, text) => {
    expect(plainJson(text)).toBeUndefined();
  });

  test("takes 200 levels", () => {
    expect(plainJson(`${"[".repeat(200)}${"]".repeat(200)}`)).toBeDefined();
  });
});
