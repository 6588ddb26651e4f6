import { somas } from "spark-snn";
import type { Arguments, CommandSpec } from "../arguments.ts";
import { exitCodes } from "../exit.ts";
import { type Terminal, twoColumns } from "../terminal.ts";

export const spec: CommandSpec = {
  name: "list",
  operands: [],
  about: "Lists the models of the library.",
  options: { json: { about: "Prints them as JSON." } },
  examples: [["spark-snn list", "Prints the name of each model and what it is."]],
};

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const models = Object.values(somas).map(({ model: { name, kind, about } }) => ({ name, kind, about }));
  terminal.out(
    given.has("json")
      ? `${JSON.stringify(models, null, 2)}\n`
      : `Somas\n${twoColumns(models.map(({ name, about }) => [name, about]))}\n`,
  );
  return exitCodes.done[0];
};
