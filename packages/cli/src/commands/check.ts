import type { Arguments, CommandSpec } from "../arguments.ts";
import { readDocument } from "../document.ts";
import { exitCodes } from "../exit.ts";
import { styleText, type Terminal, twoColumns } from "../terminal.ts";
import { readExperiment } from "./run.ts";

export const spec: CommandSpec = {
  name: "check",
  operands: ["FILE"],
  about: "Checks an experiment and the files that it names, and says what it would do. Runs and writes nothing.",
  options: {
    set: { value: "PATH=VALUE", many: true, about: "Changes a value of the experiment: JSON, else text." },
  },
  examples: [
    ["spark-snn check experiment.json", "Prints every problem with its line, or that there is none."],
    ["spark-snn check experiment.json --set dt=0.05", "Would it do with another dt?"],
  ],
};

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const path = given.operands[0]!;
  const file = await readDocument(path, terminal.folder);
  const { component, settings, steps, units, document, warnings } = await readExperiment(file, given, terminal);
  for (const warning of warnings) {
    terminal.err(`${styleText(terminal, "err", "yellow", "warning")} ${warning}\n`);
  }
  const recorded = Object.entries(document.record ?? {}).filter(([, options]) => options !== false);
  const names = (list: readonly string[]): string => (list.length > 0 ? list.join(", ") : "nothing");
  terminal.out(
    `${styleText(terminal, "out", "green", `${path} is sound.`)}\n\n${twoColumns([
      ["model", `${component.model.name}, units [${units.join(", ")}]`],
      [
        "run",
        `${document.duration} ms: ${steps} steps of ${settings.dt} ms, ${settings.precision}, seed ${settings.seed}`,
      ],
      ["inputs", names(Object.keys(document.inputs ?? {}))],
      ["records", names(recorded.map(([name]) => name))],
    ])}\n`,
  );
  return exitCodes.done[0];
};
