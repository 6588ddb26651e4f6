import { PoissonDrive, somas, sources, synapses } from "spark-snn";
import type { Arguments, CommandSpec } from "../arguments.ts";
import { exitCodes } from "../exit.ts";
import { type Terminal, twoColumns } from "../terminal.ts";

export const spec: CommandSpec = {
  name: "list",
  operands: [],
  about: "Lists the models of the library.",
  options: { json: { about: "Prints the models as JSON." } },
  examples: [["spark-snn list", "Prints the name and a description of each model."]],
};

const groups = {
  Somas: Object.values(somas),
  "Sources of spikes": Object.values(sources),
  Drives: [PoissonDrive],
  Synapses: Object.values(synapses),
} as const;

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const models = Object.entries(groups).map(([group, types]) => ({
    group,
    rows: types.map(({ model: { name, about, ...model } }) => ({
      name,
      kind: "kind" in model ? model.kind : "drive",
      about,
    })),
  }));
  const rows = models.flatMap((group) => group.rows);
  const width = Math.max(...rows.map(({ name }) => name.length));
  terminal.out(
    given.has("json")
      ? `${JSON.stringify(rows, null, 2)}\n`
      : `${models
          .map(
            (group) =>
              `${group.group}\n${twoColumns(group.rows.map(({ name, about }) => [name.padEnd(width), about]))}`,
          )
          .join("\n\n")}\n`,
  );
  return exitCodes.done[0];
};
