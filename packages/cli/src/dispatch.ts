import { suggestName } from "spark-snn";
import { type Arguments, type CommandOutline, helpText, readArguments, UsageError } from "./arguments.ts";
import { exitCodes } from "./exit.ts";
import { commandText } from "./next-steps.ts";
import { type Terminal, twoColumns } from "./terminal.ts";

interface Command {
  readonly spec: CommandOutline;
  run(given: Arguments, terminal: Terminal): Promise<number>;
}

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: () => import("./commands/run.ts"),
  check: () => import("./commands/check.ts"),
  list: () => import("./commands/list.ts"),
  show: () => import("./commands/show.ts"),
  plot: () => import("./commands/plot.ts"),
  analyze: () => import("./commands/analyze.ts"),
  fit: () => import("./commands/fit.ts"),
  sweep: () => import("./commands/sweep.ts"),
  import: () => import("./commands/import.ts"),
  export: () => import("./commands/export.ts"),
  convert: () => import("./commands/convert.ts"),
  init: () => import("./commands/init.ts"),
};

/** Runs a command, or prints help. @throws UsageError for an unknown command, and the errors of the command. */
export const dispatch = async ([name, ...rest]: readonly string[], terminal: Terminal): Promise<number> => {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const topic = name === "help" ? rest[0] : undefined;
    if (topic !== undefined) return dispatch([topic, "--help"], terminal);
    terminal.out(commandText(terminal, await overview()));
    return name === undefined ? exitCodes.usage[0] : exitCodes.done[0];
  }
  if (!Object.hasOwn(commands, name)) {
    throw new UsageError(`There is no command "${name}". ${suggestName(name, Object.keys(commands))}`);
  }
  const { spec: outline, run } = await commands[name]!();
  const { options } = outline;
  const spec = { ...outline, options: typeof options === "function" ? await options() : options };
  const given = readArguments(spec, rest);
  if (given.has("help")) {
    terminal.out(commandText(terminal, helpText(spec)));
    return exitCodes.done[0];
  }
  return run(given, terminal);
};

/** The help of the program. */
export const overview = async (): Promise<string> => {
  const specs = await Promise.all(Object.values(commands).map(async (load) => (await load()).spec));
  const codes = Object.values(exitCodes).map(([code, meaning]): [string, string] => [`${code}`, meaning]);
  return [
    "spark-snn COMMAND [options]",
    "",
    "Runs, checks, shows, plots, analyzes, fits and sweeps experiments with spiking neurons.",
    "",
    "Commands",
    twoColumns(specs.map(({ name, operands, about }) => [[name, ...operands].join(" "), about.split("\n")[0]!])),
    "",
    "Options",
    twoColumns([
      ["--help", "explains the program or a command, with examples"],
      ["--version", "prints the version"],
    ]),
    "",
    "Exit codes",
    twoColumns(codes),
    "",
    "Examples",
    "  spark-snn init && spark-snn run experiment.json --out results",
    "  spark-snn run --help",
    "",
  ].join("\n");
};
