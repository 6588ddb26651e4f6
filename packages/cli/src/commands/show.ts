import { existsSync } from "node:fs";
import { resolve } from "node:path";
import {
  type Brain,
  brainDiagram,
  brainMermaid,
  brainTable,
  configSchema,
  type Declaration,
  equationsLatex,
  equationsText,
  fieldTable,
  type Model,
  type PlasticityModel,
  PoissonDrive,
  plasticityRules,
  portTable,
  presetTable,
  type SynapseModel,
  somas,
  sources,
  stateTable,
  suggestName,
  synapses,
} from "spark-snn";
import { type Arguments, type CommandSpec, UsageError } from "../arguments.ts";
import { readDocument } from "../document.ts";
import { exitCodes } from "../exit.ts";
import { readExperiment } from "../read-experiment.ts";
import { isCrossValidation, isFit, readFit } from "../read-fit.ts";
import { fileOptions, openOperands, recordingText } from "../recordings.ts";
import { nameText, numberText, styleText, type Terminal, textTable } from "../terminal.ts";

export const spec: CommandSpec = {
  name: "show",
  operands: ["MODEL|FILE"],
  about:
    "Shows a model: its equations, parameters, state variables and ports.\nFor the file of an experiment or a fit: its model; for a network, populations and projections as a diagram and tables.\nFor a recording (ABF, NEST, NWB, SONATA): its channels.",
  options: {
    latex: { about: "Prints only the equations, in LaTeX." },
    json: { about: "Prints parameters, state variables, ports and equations as JSON; for a network, its tables." },
    schema: { about: "Prints the JSON Schema of the model's config." },
    mermaid: { about: "Prints a network as a Mermaid flowchart." },
    set: {
      value: "PATH=VALUE",
      many: true,
      about: "Changes a value of the experiment. The value is JSON, otherwise text.",
    },
    columns: fileOptions.columns,
    population: fileOptions.population,
    resolution: fileOptions.resolution,
  },
  examples: [
    ["spark-snn show AdaptiveLeakySoma", "Prints the equations and parameters of the model."],
    ["spark-snn show LeakySoma --latex", "Prints the equations in LaTeX, for a paper."],
    ["spark-snn show brain.json", "Prints populations, projections, drives, read-outs and signals of an experiment."],
    ["spark-snn show cell.abf", "Prints the channels of a recording."],
    ["spark-snn show brain.json --mermaid", "Prints a flowchart that GitHub draws."],
  ],
};

/** A declaration to show. A drive has no equations. */
interface Shown {
  readonly model: Model | SynapseModel | PlasticityModel | Declaration;
}

const hasEquations = (model: Shown["model"]): model is Model | SynapseModel | PlasticityModel => "kind" in model;
const isRule = (model: Shown["model"]): model is PlasticityModel => hasEquations(model) && model.kind === "plasticity";

const types: Readonly<Record<string, Shown>> = {
  ...somas,
  ...sources,
  PoissonDrive,
  ...synapses,
  ...plasticityRules,
} as never;

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const name = given.operands[0]!;
  const views = ["latex", "json", "schema", "mermaid"].filter((view) => given.has(view));
  if (views.length > 1) throw new UsageError(`show prints one view; received --${views.join(" and --")}. Keep one.`);
  if (/\.(abf|dat|gdf|h5|nwb)$/i.test(name)) {
    terminal.out(`${recordingText(await openOperands(given, terminal), name)}\n`);
    return exitCodes.done[0];
  }
  const shown = Object.hasOwn(types, name) ? types[name]!.model : await inFile(name, given, terminal);
  if ("wiring" in shown) showBrain(shown, name, given, terminal);
  else showModel(shown, given, terminal);
  return exitCodes.done[0];
};

/** The brain of an experiment's file, or the model of a single population. */
const inFile = async (name: string, given: Arguments, terminal: Terminal): Promise<Brain | Shown["model"]> => {
  if (!/[./\\]/.test(name) && !existsSync(resolve(terminal.folder, name))) {
    const known = Object.keys(types);
    throw new UsageError(`show knows no model "${name}". ${suggestName(name, known)}`);
  }
  const file = await readDocument(name, terminal.folder);
  if (isCrossValidation(file.value)) {
    const names = Object.keys((file.value as { readonly models: object }).models ?? {}).join(", ");
    throw new UsageError(
      `show prints one model, but ${name} compares ${names}. Name a soma, or put one of them into a file of its own.`,
    );
  }
  if (isFit(file.value)) {
    const { model } = (await readFit(file, given.texts("set"), terminal)).model;
    return model;
  }
  const read = await readExperiment(file, given, terminal);
  return read.kind === "brain" ? read.brain : read.component.model;
};

const json = (value: unknown): string => JSON.stringify(value, null, 2);

const showModel = (model: Shown["model"], given: Arguments, terminal: Terminal): void => {
  if (given.has("mermaid")) {
    throw new UsageError(`--mermaid needs a network, but ${model.name} is one model. Name the file of an experiment.`);
  }
  if (given.has("latex")) {
    if (!hasEquations(model)) throw new UsageError(`--latex needs equations, but ${model.name} has none. Remove it.`);
    terminal.out(`${equationsLatex(model)}\n`);
  } else if (given.has("schema")) terminal.out(`${json(configSchema(model))}\n`);
  else if (given.has("json")) terminal.out(`${json(modelData(model))}\n`);
  else terminal.out(modelText(model, terminal));
};

const showBrain = (brain: Brain, file: string, given: Arguments, terminal: Terminal): void => {
  const refused = ["latex", "schema"].find((view) => given.has(view));
  if (refused)
    throw new UsageError(`--${refused} needs a model, but ${file} contains a network. Name one of its models.`);
  if (given.has("mermaid")) terminal.out(brainMermaid(brain));
  else if (given.has("json")) terminal.out(`${json(brainTable(brain))}\n`);
  else terminal.out(brainPage(brain, terminal));
};

const brainPage = (brain: Brain, terminal: Terminal): string => {
  const heading = (text: string): string => styleText(terminal, "out", "bold", text);
  const { name, populations, projections, drives, readouts, signals } = brainTable(brain);
  const section = (title: string, headings: readonly string[], rows: readonly (readonly string[])[]): string[] =>
    rows.length === 0 ? [] : ["", heading(title), textTable(headings, rows)];
  const learns = projections.some(({ plasticity }) => plasticity !== undefined);
  const diagram = brainDiagram(brain).replace(/^/gm, "  ");
  return [
    heading(nameText(name)),
    "",
    diagram,
    ...section(
      "Populations",
      ["Name", "Model", "Units", "Inhibitory", "Parameters"],
      populations.map((row) => [row.name, row.model, `${row.units}`, `${row.inhibitory || ""}`, row.parameters]),
    ),
    ...section(
      "Projections",
      [
        "Name",
        "From → to",
        "Rule",
        "Synapses",
        "Weight",
        "Delay",
        "Synapse",
        ...(learns ? ["Plasticity"] : []),
        "Layout",
      ],
      projections.map((row) => [
        row.name,
        `${row.from} → ${row.to}`,
        row.rule,
        row.synapses === undefined ? "by distance" : `${row.exact ? "" : "≈ "}${Math.round(row.synapses)}`,
        row.weight,
        row.delay,
        row.synapse,
        ...(learns ? [row.plasticity ?? ""] : []),
        row.layout,
      ]),
    ),
    ...section(
      "Drives",
      ["Name", "To", "Drive", "Synapse"],
      drives.map((row) => [row.name, row.to, row.drive, row.synapse]),
    ),
    ...section(
      "Read-outs",
      ["Name", "From", "Of", "Units", "Filter"],
      readouts.map((row) => [
        row.name,
        row.from,
        row.of,
        `${row.mean ? "mean of" : "each of"} ${row.units}`,
        row.filter,
      ]),
    ),
    ...section(
      "Signals",
      ["Name", "From", "To", "Of", "Units", "Filter"],
      signals.map((row) => [
        row.name,
        row.from,
        row.to,
        row.of,
        `${row.mean ? "mean of" : "each of"} ${row.units}`,
        row.filter,
      ]),
    ),
    "",
  ].join("\n");
};

const modelData = (model: Shown["model"]): object => ({
  name: model.name,
  kind: hasEquations(model) ? model.kind : "drive",
  about: model.about,
  fields: fieldTable(model),
  ...(!isRule(model) && { presets: presetTable(model) }),
  state: stateTable(model),
  ...(!isRule(model) && { ports: portTable(model) }),
  ...(hasEquations(model) && { equations: equationsText(model) }),
});

const unitText = (unit: string): string => (unit === "1" ? "" : unit);

const modelText = (model: Shown["model"], terminal: Terminal): string => {
  const heading = (text: string): string => styleText(terminal, "out", "bold", text);
  const fields = fieldTable(model).map((row) => [
    row.name,
    numberText(row.default),
    unitText(row.unit),
    row.rule,
    row.description,
  ]);
  const state = stateTable(model).map((row) => [row.name, row.type, row.start, unitText(row.unit), row.description]);
  const ports = (isRule(model) ? [] : portTable(model)).map((row) => [
    row.name,
    row.direction,
    row.payload,
    unitText(row.unit),
    row.description,
  ]);
  const table = (title: string, headings: readonly string[], rows: readonly (readonly string[])[]): string[] =>
    rows.length === 0 ? [] : [heading(title), textTable(headings, rows), ""];
  return [
    heading(model.name),
    model.about,
    "",
    ...(hasEquations(model) ? [heading("Equations"), equationsText(model).split("\n").slice(1).join("\n"), ""] : []),
    ...table("Parameters", ["Name", "Default", "Unit", "Rule", "Meaning"], fields),
    ...table(
      "Presets",
      ["Name", "Behaviour and source"],
      (isRule(model) ? [] : presetTable(model)).map(({ name, description }) => [name, description]),
    ),
    ...table("State variables", ["Name", "Type", "Start", "Unit", "Meaning"], state),
    ...table("Ports", ["Name", "Direction", "Payload", "Unit", "Meaning"], ports),
  ].join("\n");
};
