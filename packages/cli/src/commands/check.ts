import type { BrainExperiment } from "spark-snn";
import type { Arguments, CommandSpec } from "../arguments.ts";
import { counted } from "../counted.ts";
import { readDocument } from "../document.ts";
import { exitCodes } from "../exit.ts";
import { readExperiment } from "../read-experiment.ts";
import { warn } from "../run-options.ts";
import { nameText, numberText, styleText, type Terminal, twoColumns } from "../terminal.ts";

export const spec: CommandSpec = {
  name: "check",
  operands: ["FILE"],
  about: "Checks an experiment and its files, and prints what it would run. Writes nothing.",
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
  ],
};

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const path = given.operands[0]!;
  const file = await readDocument(path, terminal.folder);
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
    ])}\n`,
  );
  return exitCodes.done[0];
};

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
