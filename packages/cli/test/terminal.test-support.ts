import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { runProgram } from "../src/program.ts";
import type { Terminal } from "../src/terminal.ts";

/** Result of a command: its exit code and its output. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A temporary folder that is removed after the tests of the file. */
export const makeFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "spark-snn-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** Runs a command in this process, in a folder. */
export const runIn = async (
  folder: string,
  argv: readonly string[],
  options: Partial<Pick<Terminal, "outIsTerminal" | "errIsTerminal" | "environment" | "signal">> = {},
): Promise<Outcome> => {
  let out = "";
  let err = "";
  const code = await runProgram(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    outIsTerminal: false,
    errIsTerminal: false,
    environment: {},
    folder,
    signal: new AbortController().signal,
    ...options,
  });
  return { code, out, err };
};

/** A small experiment of two units. */
export const small = {
  model: { soma: "LeakySoma", units: [2], threshold: -45 },
  duration: 100,
  dt: 0.5,
  inputs: { current: [300, 400] },
  record: { outSpikes: true, potential: { units: [0, 1], every: 2 } },
} as const;
