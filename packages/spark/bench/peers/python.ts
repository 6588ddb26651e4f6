import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { runProgram } from "./process.ts";

export interface Python {
  readonly program: string;
  /** "3.12.1" */
  readonly version: string;
}

/** The Python version that the pinned packages were tested with. */
export const preferred = "3.12";
/** Other versions that may work, the most likely first. */
const others = ["3.13", "3.14", "3.11"];

const probe =
  "import sys, venv, ensurepip, json; print(json.dumps([sys.executable, '.'.join(map(str, sys.version_info[:3]))]))";

const pyenvPrograms = (version: string): string[] => {
  const folder = join(process.env["PYENV_ROOT"] ?? join(homedir(), ".pyenv"), "versions");
  try {
    const found = readdirSync(folder).filter((name) => name.startsWith(`${version}.`));
    // The newest first: 3.12.10 before 3.12.9.
    const minor = (name: string): number => Number.parseInt(name.split(".")[2] ?? "0", 10);
    return found.sort((a, b) => minor(b) - minor(a)).map((name) => join(folder, name, "bin", `python${version}`));
  } catch {
    return [];
  }
};

/** Parses the output of the probe. */
export const readProbe = (text: string): Python | undefined => {
  try {
    const [program, version]: unknown[] = JSON.parse(text);
    return typeof program === "string" && typeof version === "string" ? { program, version } : undefined;
  } catch {
    return undefined;
  }
};

const tryPython = async (program: string): Promise<Python | undefined> => {
  try {
    return readProbe(await runProgram({ program, args: ["-c", probe], folder: homedir() }, 30));
  } catch {
    return undefined;
  }
};

/**
 * The Python to create environments with: SPARK_PEERS_PYTHON if set, otherwise 3.12 on the path or in pyenv's folder,
 * otherwise another version that the peers may accept. Undefined if none has venv and pip.
 */
export const findPython = async (): Promise<Python | undefined> => {
  const chosen = process.env["SPARK_PEERS_PYTHON"];
  if (chosen) return tryPython(chosen);
  for (const version of [preferred, ...others]) {
    for (const program of [`python${version}`, ...pyenvPrograms(version)]) {
      const found = await tryPython(program);
      if (found?.version.startsWith(`${version}.`)) return found;
    }
  }
  const last = await tryPython("python3");
  const [major, minor] = (last?.version ?? "0.0").split(".").map(Number);
  return major === 3 && minor! >= 11 ? last : undefined;
};
