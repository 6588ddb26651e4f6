import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Message, parseMessage } from "./job.ts";

/** A program and its arguments, never a shell command line. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Living processes, each with the folder of its temporary files. */
const living = new Map<number, string>();

/** Ends a process and its children, which form a process group, and removes its temporary files. */
const endGroup = (pid: number): void => {
  const scratch = living.get(pid);
  if (scratch === undefined) return;
  living.delete(pid);
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It had already ended.
  }
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
};

const endAll = (): void => {
  for (const pid of [...living.keys()]) endGroup(pid);
};
let watching = false;
/** From the first process on, the end of this process ends all others. */
const watch = (): void => {
  if (watching) return;
  watching = true;
  process.once("exit", endAll);
  for (const [signal, number] of [
    ["SIGINT", 2],
    ["SIGTERM", 15],
    ["SIGHUP", 1],
  ] as const) {
    process.once(signal, () => process.exit(128 + number));
  }
};

/** Starts a program in its own process group, which ends with this process at the latest. */
const start = ({ program, args, folder, env }: Command): ChildProcessWithoutNullStreams => {
  watch();
  const scratch = mkdtempSync(join(tmpdir(), "spark-snn-peers-"));
  const child = spawn(program, [...args], {
    cwd: folder,
    env: {
      ...process.env,
      TMPDIR: scratch,
      TEMP: scratch,
      TMP: scratch,
      PYTHONNOUSERSITE: "1",
      PYTHONPATH: "",
      PYTHONDONTWRITEBYTECODE: "1",
      ...env,
    },
    detached: process.platform !== "win32",
    stdio: "pipe",
  });
  const { pid } = child;
  if (pid !== undefined) {
    living.set(pid, scratch);
    // Its children may outlive it.
    child.once("exit", () => endGroup(pid));
  } else rmSync(scratch, { recursive: true, force: true });
  // A dead peer does not read; its exit reports the end.
  child.stdin.on("error", () => {});
  return child;
};

/** The last non-empty lines of a longer output. */
export const lastLines = (text: string, count: number): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-count)
    .join(" ");

/** Largest number of characters of a program's output to keep. */
const KEPT = 20_000;

/**
 * Runs a program to its end. Rejects with Error and the last lines of its output if it fails or takes longer than
 * `limit` seconds.
 */
export const runProgram = (command: Command, limit: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = start(command);
    let out = "";
    let errors = "";
    const timer = setTimeout(() => {
      if (child.pid !== undefined) endGroup(child.pid);
      reject(new Error(`${command.program} took longer than ${limit} s`));
    }, limit * 1000);
    child.stdin.end();
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out = (out + text).slice(-KEPT);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-KEPT);
    });
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(out);
      else {
        reject(
          new Error(`${command.program} ended with ${signal ?? `status ${code}`}: ${lastLines(errors || out, 3)}`),
        );
      }
    });
  });

interface Waiting {
  readonly resolve: (message: Message) => void;
  readonly reject: (error: Error) => void;
}

/** A peer that answers lines with messages. Every failure of the peer rejects the pending answer with an Error. */
export class PeerProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #arrived: Message[] = [];
  #waiting: Waiting | undefined;
  #failure: Error | undefined;
  #rest = "";
  #errors = "";

  constructor(command: Command) {
    this.#child = start(command);
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => this.#take(text));
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-KEPT);
    });
    this.#child.once("error", (error) => this.#fail(error));
    this.#child.once("close", (code, signal) => {
      const words = lastLines(this.#errors, 2);
      this.#fail(new Error(`it ended with ${signal ?? `status ${code}`}${words ? `: ${words}` : ""}`));
    });
  }

  /** Sends a line and waits for the answer, at most `limit` seconds. */
  ask(line: string, limit: number): Promise<Message> {
    this.#child.stdin.write(`${line}\n`);
    const arrived = this.#arrived.shift();
    if (arrived) return Promise.resolve(arrived);
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.stop();
        this.#fail(new Error(`it gave no answer within ${limit} s`));
      }, limit * 1000);
      const settled =
        <T>(then: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          this.#waiting = undefined;
          then(value);
        };
      this.#waiting = { resolve: settled(resolve), reject: settled(reject) };
    });
  }

  /** Ends the peer and its children immediately. */
  stop(): void {
    if (this.#child.pid !== undefined) endGroup(this.#child.pid);
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      try {
        const message = parseMessage(line);
        if (this.#waiting) this.#waiting.resolve(message);
        else this.#arrived.push(message);
      } catch (error) {
        this.stop();
        this.#fail(error as Error);
      }
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#waiting?.reject(this.#failure);
  }
}
