import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Holds the folders of a file of tests, and goes with its last test. */
export const root: string = mkdtempSync(join(tmpdir(), "spark-snn-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
/** A folder that nobody has used. */
export const fresh = (): string => {
  const folder = join(root, `${count++}`);
  mkdirSync(folder);
  return folder;
};

/** A compiler that is a script of a shell. */
export const script = (text: string): string => {
  const path = join(fresh(), "cc");
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
};

/** The same, which answers when it is asked who it is. */
export const pretending = (text: string): string =>
  script(`[ "$1" = --version ] && { echo pretended 1.0; exit 0; }\n${text}`);
