import { suggestName } from "spark-snn";
import { type Arguments, type CommandSpec, helpText, readArguments, UsageError } from "./arguments.ts";
import * as analyze from "./commands/analyze.ts";
import * as check from "./commands/check.ts";
import * as fit from "./commands/fit.ts";
import * as init from "./commands/init.ts";
import * as list from "./commands/list.ts";
import * as plot from "./commands/plot.ts";
import * as run from "./commands/run.ts";
import * as show from "./commands/show.ts";
import { exitCodeOf, exitCodes } from "./exit.ts";
import { cliVersion } from "./summary.ts";
import { styleText, type Terminal, twoColumns } from "./terminal.ts";

interface Command {
  readonly spec: CommandSpec;
  run(given: Arguments, terminal: Terminal): Promise<number>;
}

const commands: Readonly<Record<string, Command>> = { run, check, list, show, plot, analyze, fit, init };

/** Runs a command line (without the program's name) and returns the exit code. Does not throw. */
export const runProgram = async (argv: readonly string[], terminal: Terminal): Promise<number> => {
  try {
    return await dispatch(argv, terminal);
  } catch (error) {
    terminal.err(errorText(error, terminal));
    return exitCodeOf(error);
  }
};

const dispatch = async ([name, ...rest]: readonly string[], terminal: Terminal): Promise<number> => {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const topic = name === "help" ? rest[0] : undefined;
    if (topic !== undefined) return dispatch([topic, "--help"], terminal);
    terminal.out(overview());
    return name === undefined ? exitCodes.usage[0] : exitCodes.done[0];
  }
  if (name === "--version" || name === "-v" || name === "version") {
    terminal.out(`${cliVersion()}\n`);
    return exitCodes.done[0];
  }
  if (!Object.hasOwn(commands, name)) {
    throw new UsageError(`spark-snn has no command "${name}". ${suggestName(name, Object.keys(commands))}`);
  }
  const { spec, run: runCommand } = commands[name]!;
  const given = readArguments(spec, rest);
  if (given.has("help")) {
    terminal.out(helpText(spec));
    return exitCodes.done[0];
  }
  return runCommand(given, terminal);
};

/** The help of the program. */
export const overview = (): string => {
  const codes = Object.values(exitCodes).map(([code, meaning]): [string, string] => [`${code}`, meaning]);
  return [
    "spark-snn COMMAND [options]",
    "",
    "Runs, checks, shows, plots, analyzes and fits experiments with spiking neurons.",
    "",
    "Commands",
    twoColumns(
      Object.values(commands).map(({ spec }) => [[spec.name, ...spec.operands].join(" "), spec.about.split("\n")[0]!]),
    ),
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

const errorText = (error: unknown, terminal: Terminal): string => {
  const shown = terminal.environment["SPARK_DEBUG"] === "1";
  const label = styleText(terminal, "err", "red", "error");
  const code = exitCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const lines = message.split("\n").map((line) => `${label} ${line}`);
  if (shown) lines.push(error instanceof Error ? (error.stack ?? "") : "");
  else if (code === exitCodes.unexpected[0]) lines.push("Run it again with SPARK_DEBUG=1 to see where it happened.");
  else if (code === exitCodes.usage[0]) lines.push("See spark-snn --help.");
  return `${lines.join("\n")}\n`;
};
