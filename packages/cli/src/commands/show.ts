import {
  type ComponentType,
  configSchema,
  equationsLatex,
  equationsText,
  fieldTable,
  type Model,
  portTable,
  somas,
  stateTable,
  suggestName,
} from "spark-snn";
import { type Arguments, type CommandSpec, UsageError } from "../arguments.ts";
import { exitCodes } from "../exit.ts";
import { numberText, styleText, type Terminal, textTable } from "../terminal.ts";

export const spec: CommandSpec = {
  name: "show",
  operands: ["MODEL"],
  about: "Shows a model: its equations, parameters, state and ports.",
  options: {
    latex: { about: "Prints the equations alone, in LaTeX." },
    json: { about: "Prints parameters, state, ports and equations as JSON." },
    schema: { about: "Prints the JSON Schema of its config." },
  },
  examples: [
    ["spark-snn show AdaptiveLeakySoma", "Prints what it computes and what can be set."],
    ["spark-snn show LeakySoma --latex", "Prints its equations for a paper."],
  ],
};

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const name = given.operands[0]!;
  const types: Readonly<Record<string, ComponentType>> = somas as unknown as Readonly<Record<string, ComponentType>>;
  if (!Object.hasOwn(types, name)) {
    throw new UsageError(`show knows no model "${name}". ${suggestName(name, Object.keys(types))}`);
  }
  const views = ["latex", "json", "schema"].filter((view) => given.has(view));
  if (views.length > 1) throw new UsageError(`show prints one view; received --${views.join(" and --")}. Keep one.`);
  const { model } = types[name]!;
  const json = (value: unknown): string => JSON.stringify(value, null, 2);
  if (given.has("latex")) terminal.out(`${equationsLatex(model)}\n`);
  else if (given.has("schema")) terminal.out(`${json(configSchema(model))}\n`);
  else if (given.has("json")) terminal.out(`${json(modelData(model))}\n`);
  else terminal.out(modelText(model, terminal));
  return exitCodes.done[0];
};

const modelData = (model: Model): object => ({
  name: model.name,
  kind: model.kind,
  about: model.about,
  fields: fieldTable(model),
  state: stateTable(model),
  ports: portTable(model),
  equations: equationsText(model),
});

const unitText = (unit: string): string => (unit === "1" ? "" : unit);

const modelText = (model: Model, terminal: Terminal): string => {
  const heading = (text: string): string => styleText(terminal, "out", "bold", text);
  const fields = fieldTable(model).map((row) => [
    row.name,
    numberText(row.default),
    unitText(row.unit),
    row.rule,
    row.description,
  ]);
  const state = stateTable(model).map((row) => [row.name, row.type, row.start, unitText(row.unit), row.description]);
  const ports = portTable(model).map((row) => [
    row.name,
    row.direction,
    row.payload,
    unitText(row.unit),
    row.description,
  ]);
  return [
    heading(model.name),
    model.about,
    "",
    heading("Equations"),
    equationsText(model).split("\n").slice(1).join("\n"),
    "",
    heading("Parameters"),
    textTable(["Name", "Default", "Unit", "Rule", "Meaning"], fields),
    "",
    heading("State"),
    textTable(["Name", "Type", "Start", "Unit", "Meaning"], state),
    "",
    heading("Ports"),
    textTable(["Name", "Way", "Payload", "Unit", "Meaning"], ports),
    "",
  ].join("\n");
};
