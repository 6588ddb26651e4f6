import type { CheckedFit } from "@spark-snn/fit";
import type { BrainExperiment, FileReading } from "spark-snn";
import type { Arguments, CommandSpec } from "../arguments.ts";
import { counted } from "../counted.ts";
import { type DocumentFile, readDocument } from "../document.ts";
import { exitCodes } from "../exit.ts";
import { readExperiment } from "../read-experiment.ts";
import { isCrossValidation, isFit, placed, readCrossValidation, readFit } from "../read-fit.ts";
import { warn } from "../run-options.ts";
import { nameText, numberText, readingRows, styleText, type Terminal, textTable, twoColumns } from "../terminal.ts";

export const spec: CommandSpec = {
  name: "check",
  operands: ["FILE"],
  about: "Checks an experiment or a fit and its files, and prints what it would run. Writes nothing.",
  options: {
    set: {
      value: "PATH=VALUE",
      many: true,
      about: "Changes a value of the experiment. The value is JSON, otherwise text.",
    },
  },
  examples: [
    ["spark-snn check experiment.json", "Prints every problem with its line, or reports that there is none."],
    ["spark-snn check experiment.json --set dt=0.05", "Checks the experiment with another dt."],
    ["spark-snn check fit.json", "Prints the parameters and bounds of a fit."],
  ],
};

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const path = given.operands[0]!;
  const file = await readDocument(path, terminal.folder);
  if (isFit(file.value)) return checkFitFile(file, given, terminal);
  const read = await readExperiment(file, given, terminal);
  warn(read.warnings, terminal);
  const { settings, steps, document } = read;
  const { duration } = document;
  const { dt, precision, seed } = settings;
  terminal.out(
    `${styleText(terminal, "out", "green", `${path} is valid.`)}\n\n${twoColumns([
      [
        "model",
        read.kind === "brain" ? brainLine(read) : `${read.component.model.name}, units [${read.units.join(", ")}]`,
      ],
      ["run", `${duration} ms: ${counted(steps, "step")} of ${dt} ms, ${precision}, seed ${seed}`],
      ["inputs", listOf(read.kind === "brain" ? within(document.inputs) : Object.keys(document.inputs ?? {}))],
      ...(document.changes ? [["changes", changesLine(document.changes)] as const] : []),
      ["records", listOf(read.kind === "brain" ? within(document.record) : kept(document.record))],
      ...readingRows(read.readings),
    ])}\n`,
  );
  return exitCodes.done[0];
};

/** Checks a fit, and prints what it would search. */
const checkFitFile = async (file: DocumentFile, given: Arguments, terminal: Terminal): Promise<number> => {
  const { checkFit, checkCrossValidation } = await import("@spark-snn/fit");
  if (isCrossValidation(file.value)) {
    const { somas, options, readings } = await readCrossValidation(file, given.texts("set"), terminal);
    const checked = await placed(file, given.texts("set"), async () => checkCrossValidation(somas, options));
    const value = checked.comparedBy === "score" ? "their scores" : `Γ within ${checked.window} ms`;
    terminal.out(
      `${styleText(terminal, "out", "green", `${file.path} is valid.`)}\n\n${twoColumns([
        ["compares", `${Object.keys(checked.fits).join(", ")} by ${value} on held-out recordings`],
        ["search", `${counted(checked.candidates, "candidate")} in all fits together`],
        ...readingRows(readings),
      ])}\n`,
    );
    for (const [name, fit] of Object.entries(checked.fits)) {
      warn(
        fit.warnings.map((warning) => `${name}: ${warning}`),
        terminal,
      );
      terminal.out(`\n${styleText(terminal, "out", "bold", name)}\n\n${fitText(fit)}`);
    }
    return exitCodes.done[0];
  }
  const { model, options, readings } = await readFit(file, given.texts("set"), terminal);
  const fit = await placed(file, given.texts("set"), async () => checkFit(model, options));
  warn(fit.warnings, terminal);
  terminal.out(`${styleText(terminal, "out", "green", `${file.path} is valid.`)}\n\n${fitText(fit, readings)}`);
  return exitCodes.done[0];
};

/** What a fit would search. */
const fitText = (fit: CheckedFit, readings: readonly FileReading[] = []): string => {
  const searches = fit.searches > 1 ? ` in ${fit.searches} searches` : "";
  return `${twoColumns([
    ["model", fit.model],
    [
      "search",
      `${counted(fit.candidates, "candidate")}${searches}, dt ${fit.dt} ms, for ${fit.objective.join(" and ")}`,
    ],
    ["fixed", listOf(Object.entries(fit.fixed).map(([name, value]) => `${name} ${numberText(value)}`))],
    ...readingRows(readings),
  ])}\n\n${textTable(
    ["Free", "From", "To", "Scale", "Unit"],
    fit.free.map(({ name, unit, bounds: { from, to, scale } }) => [name, `${from}`, `${to}`, scale, unitText(unit)]),
  )}\n\n${textTable(
    ["Recording", "Role", "Duration", "Spikes"],
    fit.recordings.map(({ name, role, duration, counts }) => [name, role, `${duration} ms`, counts.join(", ")]),
  )}\n`;
};

const unitText = (unit: string): string => (unit === "1" ? "" : unit);

const listOf = (names: readonly string[]): string => (names.length > 0 ? names.join(", ") : "nothing");

type Changes = NonNullable<BrainExperiment["document"]["changes"]>;

/** What changes, by time. */
const changesLine = (changes: Changes): string =>
  changes.map((change) => `${changed(change).join(" and ")} at ${change.at} ms`).join("; ");

const changed = ({ set = {}, weights = {}, inject = {} }: Changes[number]): string[] => [
  ...Object.keys(set),
  ...Object.keys(weights).map((name) => `weights of ${name}`),
  ...Object.keys(inject).map((name) => `spikes of ${name}`),
];

const kept = (records: unknown): string[] =>
  Object.entries(records ?? {})
    .filter(([, options]) => options !== false)
    .map(([name]) => name);

/** The entries below the populations of a network, as "population.name". */
const within = (populations: unknown): string[] =>
  Object.entries(populations ?? {}).flatMap(([population, names]) =>
    kept(names).map((name) => `${population}.${name}`),
  );

const brainLine = ({ brain, units, synapses }: BrainExperiment): string => {
  const shapes = Object.values(units);
  const count = shapes.reduce((sum, shape) => sum + shape.reduce((product, n) => product * n, 1), 0);
  const expected = Object.values(synapses).reduce((sum, each) => sum + each, 0);
  const populations = `${shapes.length} ${shapes.length === 1 ? "population" : "populations"}`;
  return `${nameText(brain.name)}: ${populations}, ${counted(count, "unit")}, about ${counted(expected, "synapse", numberText(expected))}`;
};
