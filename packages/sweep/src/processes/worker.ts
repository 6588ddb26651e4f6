import { Runner } from "../runner.ts";
import type { FromProcess, ToProcess } from "./messages.ts";
import { partsOf } from "./parts.ts";

/* A process of a sweep: it serves runs until the sweep disconnects. */

const answer = (message: FromProcess): void => void process.send!(message);

let runner: Promise<Runner> | undefined;
/** Runs one after another, as they came. */
let last: Promise<void> = Promise.resolve();

const take = async (message: ToProcess): Promise<void> => {
  if (message.kind === "begin") {
    const { setup, ...parts } = message.beginning;
    runner = partsOf(parts).then((loaded) => new Runner(setup, loaded));
    await runner;
    return;
  }
  const { planned } = message;
  const outcome = await (await runner!).run(planned);
  if (outcome) answer({ kind: "ended", index: planned.index, outcome });
};

// The sweep ends its processes after Ctrl-C, which the terminal sends to them too.
process.on("SIGINT", () => {});
process.on("SIGHUP", () => {});
process.on("message", (message: ToProcess) => {
  last = last
    .then(() => take(message))
    .catch((error: unknown) => {
      const { name, message: text } = error instanceof Error ? error : { name: "Error", message: String(error) };
      answer({ kind: "failed", name, message: text });
      process.disconnect();
    });
});
// Without the sweep, nobody wants the results.
process.on("disconnect", () => process.exit());
