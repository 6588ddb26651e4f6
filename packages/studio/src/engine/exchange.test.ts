import { unzipSync, zipSync } from "fflate";
import { expect, test } from "vitest";
import { documentText } from "../core/files.ts";
import { firstDocument } from "../core/templates.ts";
import { exported, formatEntries, opened, saved } from "./exchange.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a document is saved as text and opens again", async () => {
  const file = saved(firstDocument, {}, "first");
  expect(file.name).toBe("first.json");
  expect(await opened(file.bytes, file.name)).toEqual({ document: firstDocument, data: {}, report: undefined });
});

test("a document with data is saved as an archive and opens again", async () => {
  const data = { "current.csv": bytesOf("time_ms,current_pA\n0,1\n") };
  const file = saved(firstDocument, data, "first");
  expect(file.name).toBe("first.spark.zip");
  expect(await opened(file.bytes, file.name)).toEqual({ document: firstDocument, data, report: undefined });
});

test("damaged files are refused in words", async () => {
  const { bytes } = saved(firstDocument, { a: bytesOf("1") }, "first");
  await expect(opened(bytes.subarray(0, bytes.length - 30), "a.zip")).rejects.toThrow(
    "The file is incomplete; copy or save it again.",
  );
  await expect(opened(zipSync({ a: bytesOf("1") }), "a.zip")).rejects.toThrow("contains 0 experiments");
  const two = { "a.json": bytesOf(documentText(firstDocument)), "b.json": bytesOf(documentText(firstDocument)) };
  await expect(opened(zipSync(two), "a.zip")).rejects.toThrow("contains 2 experiments");
  await expect(opened(bytesOf("{"), "net.json")).rejects.toThrow(
    "The file net.json does not contain an experiment. Line 1",
  );
  await expect(opened(bytesOf("PNG"), "net.png")).rejects.toThrow("no format that can be read");
});

test("a model of several files opens from an archive, and asks for its other files alone", async () => {
  const config = {
    networks: { nodes: [{ nodes_file: "network/nodes.h5", node_types_file: "network/types.csv" }] },
    run: { tstop: 10, dt: 0.1 },
    manifest: {},
  };
  const files = { "net/config.json": bytesOf(JSON.stringify(config)), "net/network/types.csv": bytesOf("a\n1\n") };
  await expect(opened(zipSync(files), "net.zip")).rejects.toThrow("needs the file net/network/nodes.h5");
  await expect(opened(files["net/config.json"], "config.json")).rejects.toThrow("only the configuration was given");
});

/** A network of which every format keeps something. */
const plain = {
  name: "Plain",
  model: {
    populations: {
      first: { soma: "LeakySoma", units: [3] },
      second: { soma: "LeakySoma", units: [4] },
    },
    projections: {
      in: {
        from: "first",
        to: "second",
        connect: { allToAll: {} },
        weight: 60,
        delay: 1,
        synapse: { synapse: "ExponentialSynapse", tau: 5 },
      },
    },
  },
  duration: 20,
  dt: 0.1,
  inputs: { first: { current: 300 } },
};

test("each format that is written opens again, with a report", async () => {
  for (const { name, reads, writes } of formatEntries()) {
    if (!writes) continue;
    const file = await exported({ ...plain, studio: {} }, {}, name, "plain");
    expect(file.report).toContain(`export of ${name}`);
    const files = file.name.endsWith(".zip") ? unzipSync(file.bytes) : { [file.name]: file.bytes };
    expect(Object.values(files).every(({ length }) => length > 0)).toBe(true);
    if (reads) expect((await opened(file.bytes, file.name)).document["model"]).toBeDefined();
  }
});
