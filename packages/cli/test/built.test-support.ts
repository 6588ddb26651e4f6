import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Outcome } from "./terminal.test-support.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The published program. */
export const mainFile: string = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** The link that npx finds in a clone. */
export const linkedFile: string = `${root}node_modules/.bin/spark-snn`;

/** Builds the packages if necessary. */
export const ensureBuilt = async (): Promise<void> => {
  const parts = [
    "spark/dist/index.js",
    "spark/dist/node.js",
    "plot/dist/index.js",
    "sweep/dist/node.js",
    "cli/dist/main.js",
  ];
  if (parts.every((part) => existsSync(`${root}packages/${part}`))) return;
  await promisify(execFile)("npm", ["run", "build"], { cwd: root });
};

/** Starts the program in a folder. */
export const start = (folder: string, argv: readonly string[]): ChildProcess =>
  spawn(process.execPath, [mainFile, ...argv], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });

/** Waits for the end of a program. */
export const outcomeOf = (child: ChildProcess): Promise<Outcome & { readonly signal: string | null }> =>
  new Promise((resolve, reject) => {
    let out = "";
    let err = "";
    child.stdout?.on("data", (part: Buffer) => {
      out += part.toString();
    });
    child.stderr?.on("data", (part: Buffer) => {
      err += part.toString();
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? -1, out, err, signal }));
  });

/** Runs the program to its end. */
export const runBuilt = (folder: string, argv: readonly string[]): Promise<Outcome> => outcomeOf(start(folder, argv));
