import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Holds the folders of a test file. It is removed after the last test. */
export const root: string = mkdtempSync(join(tmpdir(), "spark-snn-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
/** A new folder. */
export const fresh = (): string => {
  const folder = join(root, `${count++}`);
  mkdirSync(folder);
  return folder;
};

/** A shell script that acts as a compiler. */
export const script = (text: string): string => {
  const path = join(fresh(), "cc");
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
};

/** The same, but it also answers `--version`. */
export const pretending = (text: string): string =>
  script(`[ "$1" = --version ] && { echo pretended 1.0; exit 0; }\n${text}`);
