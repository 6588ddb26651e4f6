import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { FileError } from "spark-snn";
import { choice, experimentVersion } from "spark-snn/documents";
import { writeAtomic } from "spark-snn/node";
import { type Arguments, type CommandSpec, declaredRow, readDeclared } from "../arguments.ts";
import { exitCodes } from "../exit.ts";
import { commandText, nextText } from "../next-steps.ts";
import type { Terminal } from "../terminal.ts";

const templateOption = choice("soma (default): one population. brain: a network of two populations.", [
  "soma",
  "brain",
]);

export const spec: CommandSpec = {
  name: "init",
  operands: ["[FILE]"],
  about: "Writes a small experiment with comments as a starting point. Default: experiment.json.",
  options: {
    template: declaredRow("soma|brain", templateOption),
    force: { about: "Replaces an existing file." },
  },
  examples: [
    ["spark-snn init && spark-snn run experiment.json --out results", "Creates an experiment and runs it."],
    ["spark-snn init brain.json --template brain && spark-snn show brain.json", "Creates a network and shows it."],
  ],
};

/** Editors expect comments in files that end in .jsonc; the command reads both endings in the same way. */
const DEFAULT_NAME = "experiment.json";

/** The starter experiment. */
export const starter = `{
  // Comments and trailing commas are allowed here. Editors that support JSON Schema complete the names
  // if the address leads to the file that comes with spark-snn.
  "$schema": "./node_modules/spark-snn/schema/experiment.schema.json",
  "name": "Adapting neurons in noise",
  "version": ${experimentVersion}, // of the form of this document

  // The model. Its parameters: spark-snn show AdaptiveLeakySoma. All models: spark-snn list
  "model": {
    "soma": "AdaptiveLeakySoma",
    "units": [20],
    // A number for all units, an array with one value per unit, or drawn: uniform, normal, logNormal, …
    "potentialTau": { "normal": { "mean": 20, "std": 2, "min": 10 } }, // ms
    "resistance": 0.1, // GΩ
    "threshold": -45, // mV
    "thresholdDelta": 5, // mV
    "thresholdTau": 80, // ms
  },

  "duration": 1000, // ms
  "dt": 0.1, // ms
  "seed": 1,

  // The input current in pA: a number, an array, { "step": … }, { "sine": … }, a CSV file
  // such as { "csv": "current.csv", "time": "time_ms", "column": "current_pA" }, or a sum of these.
  "inputs": {
    "current": { "ornsteinUhlenbeck": { "mean": 250, "std": 60, "tau": 5 } },
  },

  // The records: all spikes, and the potential and adaptation of two units every 5 steps.
  "record": {
    "outSpikes": true,
    "potential": { "units": [0, 1], "every": 5 },
    "adaptation": { "units": [0, 1], "every": 5 },
  },
}
`;

/** A starter with two populations. */
export const brainStarter = `{
  // Comments and trailing commas are allowed here. Editors that support JSON Schema complete the names
  // if the address leads to the file that comes with spark-snn.
  "$schema": "./node_modules/spark-snn/schema/experiment.schema.json",
  "name": "Balanced network",
  "version": ${experimentVersion}, // of the form of this document

  // Populations and projections. Models: spark-snn list. This file as tables: spark-snn show FILE
  "model": {
    "populations": {
      "excitatory": {
        "soma": "StrictRefractoryLeakySoma",
        "units": [400],
        "potentialRest": -60, // mV
        "potentialReset": -60, // mV
        "threshold": -50, // mV
        "potentialTau": 20, // ms
        "resistance": 0.1, // GΩ
        "cooldown": 2, // ms
        // The synapses of the population. A projection names one as its target, such as "excitatory.fast".
        "synapses": {
          "fast": { "synapse": "ExponentialSynapse", "tau": 5 }, // ms
          "slow": { "synapse": "ExponentialSynapse", "tau": 10 },
        },
      },
      "inhibitory": {
        "soma": "StrictRefractoryLeakySoma",
        "units": [100],
        "potentialRest": -60,
        "potentialReset": -60,
        "threshold": -50,
        "potentialTau": 20,
        "resistance": 0.1,
        "cooldown": 2,
        // Give the weights of its projections as magnitudes; their sign is negative.
        "inhibitory": true,
        "synapses": {
          "fast": { "synapse": "ExponentialSynapse", "tau": 5 },
          "slow": { "synapse": "ExponentialSynapse", "tau": 10 },
        },
      },
    },

    // connect: allToAll, oneToOne, pairwiseBernoulli, fixedInDegree, fixedOutDegree, fixedTotalNumber, explicit, …
    // weight in pA: a number, a list, or drawn. delay in ms.
    "projections": {
      "ee": {
        "from": "excitatory",
        "to": "excitatory.fast",
        "connect": { "pairwiseBernoulli": { "probability": 0.1 } },
        "weight": { "normal": { "mean": 20, "std": 4, "min": 0 } },
        "delay": 1.5,
      },
      "ei": {
        "from": "excitatory",
        "to": "inhibitory.fast",
        "connect": { "pairwiseBernoulli": { "probability": 0.1 } },
        "weight": 20,
        "delay": 1.5,
      },
      "ie": {
        "from": "inhibitory",
        "to": "excitatory.slow",
        "connect": { "fixedInDegree": { "inDegree": 20 } },
        "weight": 100,
        "delay": 0.8,
      },
      "ii": {
        "from": "inhibitory",
        "to": "inhibitory.slow",
        "connect": { "fixedInDegree": { "inDegree": 20 } },
        "weight": 100,
        "delay": 0.8,
      },
    },

    // External input: each unit receives the summed spikes of many Poisson trains.
    "drives": {
      "outsideExcitatory": {
        "to": "excitatory.fast",
        "poisson": { "rate": 5, "trains": 200, "weight": 20 }, // Hz, pA
      },
      "outsideInhibitory": {
        "to": "inhibitory.fast",
        "poisson": { "rate": 5, "trains": 200, "weight": 20 },
      },
    },
  },

  "duration": 500, // ms
  "dt": 0.1, // ms
  "seed": 1,

  // Start values and records are given per population.
  "initial": {
    "excitatory": { "potential": { "uniform": { "min": -60, "max": -50 } } },
    "inhibitory": { "potential": { "uniform": { "min": -60, "max": -50 } } },
  },
  "record": {
    "excitatory": { "outSpikes": true, "potential": { "units": [0, 1], "every": 5 } },
    "inhibitory": { "outSpikes": true },
  },
}
`;

const templates = { soma: starter, brain: brainStarter };

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const template = readDeclared(given, "template", templateOption) ?? "soma";
  const name = given.operands[0] ?? DEFAULT_NAME;
  const path = resolve(terminal.folder, name);
  if (existsSync(path) && !given.has("force")) {
    throw new FileError(`${name} exists already. Name another file, or replace it with --force.`);
  }
  await writeAtomic(path, commandText(terminal, templates[template]));
  const next = nextText(terminal, [
    [["check", name], "checks it"],
    ...(template === "brain" ? [[["show", name], "prints populations and projections"] as const] : []),
    [["run", name, "--out", "results"], "runs it"],
  ]);
  terminal.out(`Wrote ${name}.\n\n${next}\n`);
  return exitCodes.done[0];
};
