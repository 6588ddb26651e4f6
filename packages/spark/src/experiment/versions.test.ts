import { describe, expect, test } from "vitest";
import { Place, Site } from "../config/place.ts";
import { LeakySoma } from "../somas/index.ts";
import type { Given } from "./document.ts";
import { documentOf } from "./document-of.ts";
import { experiment } from "./experiment.ts";
import { currentDocument, experimentVersion, type Migration, migrated, migrations, versionOption } from "./versions.ts";
import { valueKeys, withValue } from "./with-value.ts";

const document = { model: { soma: "LeakySoma", units: [1] }, duration: 10 };

describe("the version of an experiment", () => {
  test("is 1 if it is absent, and stays absent", async () => {
    expect((await experiment(document)).document).toEqual(document);
    expect((await experiment({ ...document, version: 1 })).steps).toBe(10);
    expect(currentDocument(document)).toBe(document);
  });

  test("is written into documents from code", () => {
    expect(documentOf(LeakySoma({ units: [1] })).version).toBe(experimentVersion);
  });

  test("is refused if it is newer than the library, before anything else is checked", async () => {
    const newer = { ...document, version: experimentVersion + 1, model: { cells: 3 } };
    const message = `experiment.version is newer than this library, which reads up to version ${experimentVersion}; received ${experimentVersion + 1}. Update the library, or save the document with the older one.`;
    await expect(experiment(newer)).rejects.toThrow(expect.objectContaining({ message }));
    expect(() => withValue(newer, "model.threshold", -50)).toThrow(message);
    expect(() => valueKeys(newer, "model.threshold")).toThrow(message);
  });

  test.each([0, 1.5, "1", null, true])("is refused if it is %j", async (version) => {
    await expect(experiment({ ...document, version })).rejects.toThrow(
      /experiment\.version must be a whole number of at least 1; received .*\. Omit it for 1\./,
    );
  });

  // Each step of `migrations` gets a test with a document before and after it.
  test("has no steps yet", () => expect(migrations).toHaveLength(0));
});

describe("documents are changed step by step", () => {
  // Version 2 renames a key of the model, and version 3 gives the duration in s.
  const steps: readonly Migration[] = [
    (before) => {
      const { kind, ...model } = before["model"] as Given;
      return { ...before, model: { soma: kind, ...model } };
    },
    (before) => ({ ...before, duration: (before["duration"] as number) / 1000 }),
  ];
  const current = { model: { soma: "LeakySoma" }, duration: 2, version: 3 };
  const read = (given: Given) => {
    const site = new Site(new Place(["experiment"], "document"), [], undefined);
    return { document: migrated(given, steps, site), issues: site.issues };
  };

  test.each([
    { model: { kind: "LeakySoma" }, duration: 2000 },
    { version: 1, model: { kind: "LeakySoma" }, duration: 2000 },
    { version: 2, model: { soma: "LeakySoma" }, duration: 2000 },
    { version: 3, model: { soma: "LeakySoma" }, duration: 2 },
  ])("to the newest version: %j", (given) => {
    const before = structuredClone(given);
    expect(read(given)).toEqual({ document: current, issues: [] });
    expect(given).toEqual(before);
  });

  test("and refused beyond it", () => {
    const { document: none, issues } = read({ ...current, version: 4 });
    expect([none, issues.map(({ path }) => path)]).toEqual([undefined, ["experiment.version"]]);
  });

  test("with the newest version in the schema", () => {
    expect(versionOption(steps).schema).toMatchObject({ type: "integer", minimum: 1, maximum: 3 });
  });
});
