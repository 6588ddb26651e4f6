import { describe, expect, test } from "vitest";
import { configs, ports } from "./refusals/configs.test-support.ts";
import { declarations } from "./refusals/declarations.test-support.ts";
import { analyses, documents, files } from "./refusals/files.test-support.ts";
import { inputs } from "./refusals/inputs.test-support.ts";
import type { Row } from "./refusals/row.test-support.ts";
import { records, runs, simulations } from "./refusals/runs.test-support.ts";

/*
 * What users get wrong, through the public names alone; the tables lie in refusals/. Each row: what is called, the class of the error, and all that
 * it says. Reading this table is reviewing the messages: where, what, the value with its unit, and the remedy.
 */

const table: Readonly<Record<string, readonly Row[]>> = {
  configs,
  ports,
  declarations,
  runs,
  inputs,
  records,
  simulations,
  documents,
  files,
  analyses,
};

/** How much memory a run takes is a matter of its layout: messages about it are compared without their numbers. */
const withoutSizes = ({ name, message }: Error): string =>
  name === "MemoryError" ? message.replaceAll(/[\d.]+ (?:bytes|MB|GB)|(?<=every by )\d+|\d{6,}/g, "…") : message;

describe.each(Object.entries(table))("%s refuse", (_, rows) => {
  test.each(rows)("%s", async (_, call, kind, message) => {
    let error: unknown;
    try {
      await call();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(kind);
    expect(withoutSizes(error as Error)).toBe(message);
  });
});

test("at least eighty wrong uses are refused, each under a name of its own", () => {
  const names = Object.entries(table).flatMap(([part, rows]) => rows.map(([name]) => `${part}: ${name}`));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(80);
});

test("every message names a place, says what is wrong, and ends with a sentence that helps", () => {
  for (const [name, , kind, message] of Object.values(table).flat()) {
    if ((kind as unknown) === TypeError) continue;
    for (const line of message.split("\n")) {
      expect(line, name).not.toMatch(/undefined|\[object| {2}/);
      expect(line, name).toMatch(/[.?]$/);
      expect(line.split(/[.?] /).length, name).toBeGreaterThanOrEqual(2);
    }
  }
});
