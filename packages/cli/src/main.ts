import { exitCodes } from "./exit.ts";
import { runProgram } from "./program.ts";

const interruption = new AbortController();
// The first signal ends the run gracefully; a second one ends it immediately.
const interrupt = (): void => {
  if (interruption.signal.aborted) process.exit(exitCodes.interrupted[0]);
  interruption.abort();
};
process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);
// A reader that closes the pipe, such as head, is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.done[0]);
  throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  outIsTerminal: process.stdout.isTTY === true,
  errIsTerminal: process.stderr.isTTY === true,
  environment: process.env,
  folder: process.cwd(),
  signal: interruption.signal,
});
