import { exitCodes } from "./exit.ts";
import type { Terminal } from "./terminal.ts";
import { cliVersion } from "./version.ts";

/**
 * Runs what was typed after the program's name. Gives the exit code; nothing is thrown.
 *
 * What a command needs is loaded when it is asked for: most of the time of a short command is the loading of modules.
 */
export const runProgram = async (argv: readonly string[], terminal: Terminal): Promise<number> => {
  if (argv[0] === "--version" || argv[0] === "-v" || argv[0] === "version") {
    terminal.out(`${cliVersion()}\n`);
    return exitCodes.done[0];
  }
  try {
    const { dispatch } = await import("./dispatch.ts");
    return await dispatch(argv, terminal);
  } catch (error) {
    const { errorText, exitCodeOf } = await import("./failure.ts");
    terminal.err(errorText(error, terminal));
    return exitCodeOf(error);
  }
};
