import { readFileSync } from "node:fs";
import { gzipSync } from "fflate";
import { expect, test } from "vitest";
import { formatOf } from "../formats.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { importScfg } from "./import.ts";

/* Checkpoints of Python Spark: a configuration and a state in a tar. */

const golden = JSON.parse(readFileSync(new URL("../../test/golden/scfg.json", import.meta.url), "utf8")) as {
  readonly cases: readonly { readonly file: unknown }[];
};
const configuration = new TextEncoder().encode(JSON.stringify(golden.cases[2]!.file));

/** A tar as Python writes it: blocks of 512 bytes, and two blocks of zeros at the end. */
const tar = (entries: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> => {
  const parts: Uint8Array[] = [];
  for (const [name, content] of Object.entries(entries)) {
    const header = new Uint8Array(512);
    const put = (at: number, text: string): void => header.set(new TextEncoder().encode(text), at);
    put(0, name);
    put(100, "0000644\0");
    put(124, `${content.length.toString(8).padStart(11, "0")}\0`);
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\u000000");
    put(
      148,
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, "0")}\0 `,
    );
    parts.push(header, content, new Uint8Array((512 - (content.length % 512)) % 512));
  }
  parts.push(new Uint8Array(1024));
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const state = { "./state/manifest.ocdbt": new Uint8Array(700).fill(7), "./state/d/0": new Uint8Array(3000).fill(1) };
const archive = tar({ ...state, "./model.scfg": configuration });
const checkpoint = gzipSync(archive, { mtime: 0 });

test("the configuration of a checkpoint is imported as a .scfg, and the report says that the state is not", async () => {
  expect(formatOf(checkpoint)).toBe("scfg");
  const options = { inputs: { outside: 5 } };
  const found = await importScfg(checkpoint, options);
  const expected = await importScfg(configuration, options);
  expect(found.document).toEqual(expected.document);
  expect(found.report.counts.unsupported).toBe(expected.report.counts.unsupported + 1);
  expect(found.report.entries.find(({ path }) => path === "state")).toMatchObject({
    subject: "2 files, 3700 bytes",
    fidelity: "unsupported",
  });
  await expect(importScfg(checkpoint, { ...options, strict: true })).rejects.toThrow(
    "is unsupported: 2 files, 3700 bytes",
  );
});

test("the configuration is found in every place, and stored alone", () => {
  const first = gzipSync(tar({ "./model.scfg": configuration, ...state }));
  expect(readCheckpoint(first)).toEqual({ configuration, stateFiles: 2, stateBytes: 3700 });
  const large = gzipSync(tar({ "./state/d/1": new Uint8Array(2 ** 26), "model.scfg": configuration }));
  expect(readCheckpoint(large).configuration).toEqual(configuration);
});

test("damaged checkpoints are refused in words", () => {
  for (let size = 20; size < checkpoint.length - 12; size += 41) {
    expect(() => readCheckpoint(checkpoint.subarray(0, size)), `${size}`).toThrow(
      /^The checkpoint .* copy it again\.$/,
    );
  }
  const wrong = archive.slice();
  wrong[3] = 65;
  expect(() => readCheckpoint(gzipSync(wrong))).toThrow("has a wrong checksum at byte 0 of its tar");
  expect(() => readCheckpoint(gzipSync(tar(state)))).toThrow("contains no model.scfg");
  expect(() => readCheckpoint(gzipSync(new Uint8Array(100)))).toThrow("ends within its tar");
  let seed = 5;
  for (let round = 0; round < 200; round++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const changed = checkpoint.slice();
    changed[seed % changed.length] = (seed >>> 8) & 255;
    try {
      readCheckpoint(changed);
    } catch (error) {
      expect((error as Error).name).toBe("FileError");
    }
  }
});
