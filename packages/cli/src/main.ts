import { exitCodes } from "./exit.ts";
import { runProgram } from "./program.ts";

const interruption = new AbortController();
/** Whether a command ends gracefully after a signal. */
let isWatched = false;
// The first signal ends the run gracefully; a second one ends it immediately.
const interrupt = (): void => {
  if (interruption.signal.aborted || !isWatched) process.exit(exitCodes.interrupted[0]);
  interruption.abort();
};
process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);
// A terminal that closes may send this signal twice, and both the shell and the system send it.
process.on("SIGHUP", () => {
  if (!interruption.signal.aborted) interrupt();
});
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that closes the pipe, such as head, is not an error.
  if (error.code === "EPIPE") process.exit(process.exitCode ?? exitCodes.done[0]);
  process.exitCode = exitCodes.file[0];
  void import("spark-snn/node").then(async ({ fileError }) => {
    const { message } = await fileError(error, "Standard output", "written");
    process.stderr.write(`${message} Results in files are complete.\n`);
  });
});
// A run is worth more than its warnings, so a standard error that cannot be written is ignored.
process.stderr.on("error", () => {});

const currentFolder = (): string => {
  try {
    return process.cwd();
  } catch {
    process.stderr.write("error The current folder does not exist any more. Change to another folder.\n");
    process.exit(exitCodes.file[0]);
  }
};

const code = await runProgram(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  outIsTerminal: process.stdout.isTTY === true,
  errIsTerminal: process.stderr.isTTY === true,
  environment: process.env,
  folder: currentFolder(),
  get signal() {
    isWatched = true;
    return interruption.signal;
  },
});
process.exitCode ??= code;
