import { resultsToNwb } from "@spark-snn/formats";
import { unzipSync, zipSync } from "fflate";
import { expect, test } from "vitest";
import { abf2, twoChannels } from "../../../formats/src/abf/abf.test-support.ts";
import { hdf5Bytes } from "../../../formats/src/hdf5/write.ts";
import { documentText } from "../core/files.ts";
import type { JsonObject } from "../core/json.ts";
import type { Opened } from "../core/protocol.ts";
import { firstDocument } from "../core/templates.ts";
import { exported, formatEntries, opened, saved } from "./exchange.ts";

const openedAs = async (name: string, bytes: Uint8Array): Promise<Opened> => {
  const read = await opened({ [name]: bytes });
  if ("attached" in read) throw new Error(`${name} was attached.`);
  return read;
};
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a document is saved as text and opens again", async () => {
  const file = saved(firstDocument, {}, "first");
  expect(file.name).toBe("first.json");
  expect(await openedAs(file.name, file.bytes)).toEqual({ document: firstDocument, data: {}, report: undefined });
});

test("a document with data is saved as an archive and opens again", async () => {
  const data = { "current.csv": bytesOf("time_ms,current_pA\n0,1\n") };
  const file = saved(firstDocument, data, "first");
  expect(file.name).toBe("first.spark.zip");
  expect(await openedAs(file.name, file.bytes)).toEqual({ document: firstDocument, data, report: undefined });
});

test("damaged files are refused in words", async () => {
  const { bytes } = saved(firstDocument, { a: bytesOf("1") }, "first");
  await expect(openedAs("a.zip", bytes.subarray(0, bytes.length - 30))).rejects.toThrow(
    "The file is incomplete; copy or save it again.",
  );
  await expect(openedAs("a.zip", zipSync({ a: bytesOf("1") }))).rejects.toThrow("contains 0 experiments");
  const two = { "a.json": bytesOf(documentText(firstDocument)), "b.json": bytesOf(documentText(firstDocument)) };
  await expect(openedAs("a.zip", zipSync(two))).rejects.toThrow("contains 2 experiments");
  await expect(openedAs("net.json", bytesOf("{"))).rejects.toThrow(
    "The file net.json does not contain an experiment. Line 1",
  );
  await expect(openedAs("net.png", bytesOf("PNG"))).rejects.toThrow(
    "The studio cannot read net.png. It opens experiments",
  );
});

test("a model of several files opens from an archive, and asks for its other files alone", async () => {
  const config = {
    networks: { nodes: [{ nodes_file: "network/nodes.h5", node_types_file: "network/types.csv" }] },
    run: { tstop: 10, dt: 0.1 },
    manifest: {},
  };
  const files = { "net/config.json": bytesOf(JSON.stringify(config)), "net/network/types.csv": bytesOf("a\n1\n") };
  await expect(openedAs("net.zip", zipSync(files))).rejects.toThrow("needs the file net/network/nodes.h5");
  await expect(openedAs("config.json", files["net/config.json"])).rejects.toThrow("only the configuration was given");
});

test("recordings are attached, and the sentence says what they contain and how a document names them", async () => {
  const attached = async (files: Record<string, Uint8Array>): Promise<string> => {
    const read = await opened(files);
    if (!("attached" in read)) throw new Error("A document was opened.");
    expect(read.attached).toEqual(files);
    return read.text;
  };
  expect(await attached({ "cell.abf": abf2(twoChannels) })).toMatch(
    /^cell\.abf is attached: ABF 2[\d.]* with channels .*such as \{ "abf": "cell\.abf",/,
  );
  const cells = { name: "cells", units: 3, spikes: { times: [1, 2.5], units: [0, 2] } };
  const { bytes } = await resultsToNwb([cells], { sessionStart: "2026-03-01T12:00:00Z" });
  expect(await attached({ "run.nwb": bytes })).toContain(
    'run.nwb is attached: NWB 2.11.0 with 2 spikes. The document can name it, such as { "nwb": "run.nwb" }.',
  );
  const nest = bytesOf(
    "# NEST version: 3.10.0\n# RecordingBackendASCII version: 2\nsender\ttime_ms\n2\t27.8\n4\t28.1\n",
  );
  expect(await attached({ "spikes-7-0.dat": nest, "b.csv": bytesOf("a\n1\n") })).toMatch(
    /spikes-7-0\.dat is attached: NEST 3\.10\.0 with 2 spikes.*"nest": "spikes-7-0\.dat".* b\.csv is attached/,
  );
  expect(await attached({ "values.npz": zipSync({ "a.npy": new Uint8Array(8) }) })).toContain(
    '{ "npz": "values.npz", … }',
  );
});

test("files that cannot be used say what to do", async () => {
  const results = await hdf5Bytes((root) => void root.group("spikes"));
  await expect(opened({ "spikes.h5": results })).rejects.toThrow("npx spark-snn convert spikes.h5 --out table.csv");
  const nodes = await hdf5Bytes((root) => void root.group("nodes"));
  await expect(opened({ "nodes.h5": nodes })).rejects.toThrow("Open a network of SONATA with its configuration");
  await expect(opened({ "cell.nwb": nodes })).rejects.toThrow("cell.nwb");
  await expect(opened({ "heka.dat": Uint8Array.of(68, 65, 84, 50, 0, 0, 0) })).rejects.toThrow(
    "heka.dat is not text, and no recording that the studio reads",
  );
  await expect(opened({})).rejects.toThrow("Choose at least one");
});

test("several files that belong together open as one model", async () => {
  const document = { ...plain, inputs: { first: { current: { csv: "current.csv", column: 1, time: 0 } } } };
  const data = { "current.csv": bytesOf("time_ms,current_pA\n0,300\n") };
  const read = await opened({ "net.json": bytesOf(documentText(document as JsonObject)), ...data });
  expect(read).toEqual({ document, data, report: undefined });
  const neuroml = await exported({ ...plain, studio: {} }, {}, "neuroml", "plain");
  const files = unzipSync(neuroml.bytes);
  const made = await opened(files);
  if ("attached" in made) throw new Error("The files were attached.");
  expect(made.document["model"]).toHaveProperty("populations.second");
  expect(made.report).toContain("import of neuroml");
  const two = { "a.json": bytesOf(documentText(firstDocument)), "b.json": bytesOf(documentText(firstDocument)) };
  await expect(opened(two)).rejects.toThrow("The group of 2 files contains 2 experiments");
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
    if (reads) expect((await openedAs(file.name, file.bytes)).document["model"]).toBeDefined();
  }
});
