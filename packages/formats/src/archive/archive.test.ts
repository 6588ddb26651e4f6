import { strToU8, zipSync } from "fflate";
import { experiment } from "spark-snn";
import { describe, expect, test } from "vitest";
import { dataReader, formatOf, formats } from "../index.ts";
import { readArchive, writeArchive } from "./archive.ts";
import { looksLikeZip, readZip, writeZip } from "./zip.ts";

const document = `${JSON.stringify({ model: { soma: "LeakySoma", units: [2] }, duration: 10 })}\n`;
const project = {
  name: "experiment.json",
  document,
  data: { "current.csv": strToU8("time_ms,current_pA\n0,1\n"), "deep/w.npy": Uint8Array.of(1, 2, 3) },
  results: { "summary.json": strToU8("{}"), "a/outSpikes.csv": strToU8("step,time_ms,unit\n") },
  versions: { "spark-snn": "0.1.0" },
};

describe("a project archive", () => {
  test("gives back the document, data, results and versions, and equal bytes for an equal project", () => {
    const bytes = writeArchive(project);
    expect(readArchive(bytes)).toEqual(project);
    expect(writeArchive(project)).toEqual(bytes);
    expect([looksLikeZip(bytes), formatOf(bytes)]).toEqual([true, "archive"]);
  });

  test("may be in a folder, as file managers pack it, with their own files", () => {
    const packed = readZip(writeArchive(project), "a");
    const inFolder = Object.fromEntries(Object.entries(packed).map(([name, bytes]) => [`my project/${name}`, bytes]));
    const bytes = zipSync({
      ...inFolder,
      "__MACOSX/my project/._x": Uint8Array.of(0),
      "my project/.DS_Store": Uint8Array.of(1),
    });
    expect(readArchive(bytes)).toEqual(project);
  });

  test("without project.json contains one document and its files", () => {
    const found = readArchive(zipSync({ "sub/net.json": strToU8(document), "sub/current.csv": strToU8("a\n1\n") }));
    expect(found).toEqual({
      ...{ name: "net.json", document, results: {}, versions: {} },
      data: { "current.csv": strToU8("a\n1\n") },
    });
    expect(() => readArchive(zipSync({ "a.txt": strToU8("1") }))).toThrow("contains 0 experiments");
    const two = { "a.json": strToU8(document), "b.json": strToU8(document) };
    expect(() => readArchive(zipSync(two))).toThrow("contains 2 experiments: a.json, b.json");
  });

  test.each([
    [{ version: 2, document: "experiment.json" }, "is a project of version 2; this program reads version 1"],
    [{ version: 1, document: "../experiment.json" }, "names no document in project.json"],
    [{ version: 1, document: 5 }, "names no document in project.json; received 5"],
    [{ version: 1, document: "other.json" }, "contains no other.json, which its project.json names"],
  ])("with the manifest %j is refused", (manifest, message) => {
    const files = { "project.json": strToU8(JSON.stringify({ kind: "spark-snn project", ...manifest })) };
    expect(() => readArchive(zipSync({ ...files, "experiment.json": strToU8(document) }))).toThrow(message);
  });

  test("cannot have two files of one name", () => {
    const data = { "experiment.json": strToU8("{}") };
    expect(() => writeArchive({ document, data })).toThrow('contains "experiment.json" already');
    const same = { "results/summary.json": strToU8("{}") };
    expect(() => writeArchive({ document, data: same, results: project.results })).toThrow(
      '"results/summary.json" already',
    );
  });
});

describe("unsafe and damaged archives", () => {
  test.each([
    ["../../etc/passwd", "leads out of the folder"],
    ["a/../../b", "leads out of the folder"],
    ["/etc/passwd", "is an absolute path"],
    ["C:\\x", "is an absolute path"],
    ["a\\..\\b", "contains a backslash"],
    ["a\u0000b", "contains a control character"],
    ["a//b", "contains an empty part"],
  ])("the name %j is refused, in reading and in writing", (name, message) => {
    expect(() => readZip(zipSync({ [name]: Uint8Array.of(1) }), "a.zip")).toThrow(message);
    expect(() => writeZip({ [name]: Uint8Array.of(1) })).toThrow(message);
  });

  test("names that differ only in case are refused", () => {
    expect(() => readZip(zipSync({ "A.csv": Uint8Array.of(1), "a.csv": Uint8Array.of(2) }), "a.zip")).toThrow(
      "occurs twice",
    );
  });

  /** A zip whose directory declares other sizes. */
  const withSize = (bytes: Uint8Array, packed: number, size: number): Uint8Array => {
    const changed = bytes.slice();
    const view = new DataView(changed.buffer);
    for (let at = 0; at + 4 <= changed.length; at++) {
      if (view.getUint32(at, true) !== 0x02014b50) continue;
      view.setUint32(at + 20, packed || view.getUint32(at + 20, true), true);
      view.setUint32(at + 24, size, true);
    }
    return changed;
  };

  test("bombs are refused before they are unpacked", () => {
    const zeros = zipSync({ a: new Uint8Array(2 ** 20) });
    expect(() => readZip(withSize(zeros, 0, 2 ** 31), "a.zip")).toThrow(
      /which its compression cannot produce|more than the limit/,
    );
    // Each file is plausible, their sum is not.
    const many = Object.fromEntries(Array.from({ length: 1100 }, (_, k) => [`${k}`, new Uint8Array(2 ** 20)]));
    const before = process.memoryUsage().rss;
    expect(() => readZip(zipSync(many), "a.zip")).toThrow("unpacks to 1153433600 bytes, more than the limit");
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 30);
    // The stream is longer than the directory says.
    expect(() => readZip(withSize(zeros, 0, 1000), "a.zip")).toThrow(/inflates to more than the 1000 bytes/);
  });

  test("truncated and changed archives are refused with the place", () => {
    const bytes = writeArchive(project);
    for (let size = 2; size < bytes.length; size += 13) {
      expect(() => readZip(bytes.subarray(0, size), "a.zip"), `${size}`).toThrow(/^a\.zip .*\.$/);
    }
    let seed = 3;
    for (let round = 0; round < 300; round++) {
      const changed = bytes.slice();
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      changed[seed % bytes.length] = (seed >>> 8) & 255;
      try {
        readArchive(changed, { name: "a.zip" });
      } catch (error) {
        expect((error as Error).name).toBe("FileError");
      }
    }
  });
});

test("an experiment becomes an archive with its files, and the same experiment again", async () => {
  const data = { "../shared/current.csv": strToU8("time_ms,current_pA\n0,1\n5,300\n"), "w.csv": strToU8("v\n1\n2\n") };
  const written = {
    name: "A test",
    model: { soma: "LeakySoma", units: [2], threshold: { csv: "w.csv", column: "v" } },
    duration: 10,
    inputs: { current: { csv: "../shared/current.csv", time: "time_ms", column: "current_pA", after: "hold" } },
  };
  const soma = { ...written, model: { soma: "LeakySoma", units: [2] } };
  const read = await experiment(soma, { readFile: dataReader(data) });
  const { files, report } = await formats.archive.write!(read, { data, versions: { "spark-snn": "0.1.0" } });
  expect(Object.keys(files)).toEqual(["a-test.spark.zip"]);
  expect(report.entries.map(({ path, result }) => [path, result])).toEqual([
    ["document", "experiment.json"],
    ["../shared/current.csv", "data/current.csv"],
    ["w.csv", "w.csv"],
  ]);
  const imported = await formats.archive.read!(files["a-test.spark.zip"]!);
  expect(Object.keys(imported.data).sort()).toEqual(["data/current.csv", "w.csv"]);
  const again = await experiment(imported.document, { readFile: dataReader(imported.data) });
  expect(again.document).toEqual({ ...soma, inputs: { current: { ...soma.inputs.current, csv: "data/current.csv" } } });
});
