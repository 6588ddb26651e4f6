import { exitCodes } from "./exit.ts";
import { guarded, type Terminal } from "./terminal.ts";
import { cliVersion } from "./version.ts";

/**
 * Runs a command line (without the program's name) and returns the exit code. Does not throw.
 *
 * Modules are loaded when a command needs them, because loading takes most of the time of a short command.
 */
export const runProgram = async (argv: readonly string[], given: Terminal): Promise<number> => {
  const terminal = guarded(given);
  if (argv[0] === "--version" || argv[0] === "-v" || argv[0] === "version") {
    terminal.out(`${cliVersion()}\n`);
    return exitCodes.done[0];
  }
  try {
    const { dispatch } = await import("./dispatch.ts");
    return await dispatch(argv, terminal);
  } catch (error) {
    const { errorText, exitCodeOf, explained } = await import("./failure.ts");
    const told = await explained(error);
    terminal.err(errorText(told, terminal));
    return exitCodeOf(told);
  }
};
