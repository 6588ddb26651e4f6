import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { FileError } from "spark-snn";
import { writeAtomic } from "spark-snn/node";
import type { Arguments, CommandSpec } from "../arguments.ts";
import { exitCodes } from "../exit.ts";
import { type Terminal, twoColumns } from "../terminal.ts";

export const spec: CommandSpec = {
  name: "init",
  operands: ["[FILE]"],
  about: "Writes a small experiment with comments, to start from. Default: experiment.json.",
  options: { force: { about: "Replaces a file that is there." } },
  examples: [["spark-snn init && spark-snn run experiment.json --out results", "From nothing to a figure."]],
};

/** Names of files in which editors expect comments end in .jsonc; both endings are read alike. */
const DEFAULT_NAME = "experiment.json";

/** The starter experiment. */
export const starter = `{
  // Comments and trailing commas are welcome here. Editors that know JSON Schema complete the names
  // where the address leads to the file that comes with spark-snn.
  "$schema": "./node_modules/spark-snn/schema/experiment.schema.json",
  "name": "Adapting neurons in noise",

  // What is simulated. Parameters: spark-snn show AdaptiveLeakySoma. All models: spark-snn list
  "model": {
    "soma": "AdaptiveLeakySoma",
    "units": [20],
    // A number for all units, an array with one a unit, or drawn: uniform, normal, logNormal, …
    "potentialTau": { "normal": { "mean": 20, "std": 2, "min": 10 } }, // ms
    "resistance": 0.1, // GΩ
    "threshold": -45, // mV
    "thresholdDelta": 5, // mV
    "thresholdTau": 80, // ms
  },

  "duration": 1000, // ms
  "dt": 0.1, // ms
  "seed": 1,

  // What drives it, in pA: a number, an array, { "step": … }, { "sine": … }, a CSV file
  // such as { "csv": "current.csv", "time": "time_ms", "column": "current_pA" }, or a sum of these.
  "inputs": {
    "current": { "ornsteinUhlenbeck": { "mean": 250, "std": 60, "tau": 5 } },
  },

  // What is kept: all spikes, and the potential and adaptation of two units every 5 steps.
  "record": {
    "outSpikes": true,
    "potential": { "units": [0, 1], "every": 5 },
    "adaptation": { "units": [0, 1], "every": 5 },
  },
}
`;

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const name = given.operands[0] ?? DEFAULT_NAME;
  const path = resolve(terminal.folder, name);
  if (existsSync(path) && !given.has("force")) {
    throw new FileError(`${name} is there already. Name another file, or replace it with --force.`);
  }
  await writeAtomic(path, starter);
  terminal.out(
    `Wrote ${name}.\n\nNext\n${twoColumns([
      [`spark-snn check ${name}`, "checks it"],
      [`spark-snn run ${name} --out results`, "runs it"],
    ])}\n`,
  );
  return exitCodes.done[0];
};
