import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { BackendError } from "../../errors/errors.ts";

/** A C compiler of the system. */
export interface Compiler {
  /** Program and arguments that come before all others. */
  readonly command: readonly [string, ...string[]];
  /** First line of what it says about itself. */
  readonly version: string;
}

export interface CompilerOptions {
  /** Variables of the environment: CC names the compiler, otherwise cc, gcc and clang are tried. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Seconds after which a compiler that has not ended is stopped. */
  readonly timeout?: number;
  /** Flags after those that are always given. */
  readonly flags?: readonly string[];
}

const DEFAULT_TIMEOUT = 120;

/**
 * IEEE arithmetic to the letter: no contraction to fused operations, no reassociation, no flushing. `nodelete` keeps
 * the library in place while a forgotten thread sleeps in it.
 */
const flagsFor = (platform: string, processor: string): string[] => [
  "-O3",
  "-std=gnu11",
  processor === "arm64" ? "-mcpu=native" : "-march=native",
  "-ffp-contract=off",
  "-fno-fast-math",
  "-fno-math-errno",
  "-fwrapv",
  "-fno-strict-aliasing",
  "-fvisibility=hidden",
  "-fPIC",
  "-shared",
  "-pthread",
  "-w",
  ...(platform === "linux" ? ["-Wl,-z,nodelete"] : []),
];

/** Every flag of a compilation. */
export const compilerFlags = (options: CompilerOptions): string[] => [
  ...flagsFor(process.platform, process.arch),
  ...(options.flags ?? []),
];

interface Ended {
  readonly status: number | null;
  readonly output: string;
  /** What went wrong where it did not end by itself. */
  readonly trouble?: string;
}

/** Runs the compiler in a process group of its own, so that what it started ends with it. */
const runCompiler = (
  command: readonly [string, ...string[]],
  args: readonly string[],
  input: string,
  options: CompilerOptions,
): Ended => {
  const timeout = options.timeout ?? DEFAULT_TIMEOUT;
  const [program, ...before] = command;
  const settings = {
    input,
    encoding: "utf8",
    timeout: timeout * 1000,
    killSignal: "SIGKILL",
    maxBuffer: 16 * 2 ** 20,
    detached: true,
    env: { ...process.env, ...options.environment, LC_ALL: "C" },
  } as const;
  const ended = spawnSync(program, [...before, ...args], settings);
  const { error, signal, status, pid } = ended;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const output = `${ended.stdout ?? ""}${ended.stderr ?? ""}`;
  if (code === "ETIMEDOUT") {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It left no process behind.
    }
    return { status, output, trouble: `did not end within ${timeout} s` };
  }
  // A compiler may end without reading its input.
  if (error && code !== "EPIPE") return { status, output, trouble: `could not be started (${code ?? error.message})` };
  if (signal) return { status, output, trouble: `was ended by ${signal}` };
  return { status, output };
};

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

const candidates = ({ environment = process.env }: CompilerOptions): [string, ...string[]][] => {
  const chosen = words(environment["CC"] ?? "");
  return chosen.length > 0 ? [chosen as [string, ...string[]]] : [["cc"], ["gcc"], ["clang"]];
};

/** The compiler to use, or a sentence that says why there is none. */
export const findCompiler = (options: CompilerOptions = {}): Compiler | string => {
  const reasons: string[] = [];
  for (const command of candidates(options)) {
    const { status, output, trouble } = runCompiler(command, ["--version"], "", options);
    const version = output.split("\n")[0]!.trim();
    if (trouble === undefined && status === 0 && version !== "") return { command, version };
    reasons.push(`${command.join(" ")} ${trouble ?? `ended with status ${status}`}`);
  }
  return `No C compiler answers: ${reasons.join("; ")}. Install gcc or clang, or name one in the variable CC.`;
};

let processor: string | undefined;

/** What a compiled file depends on beside its text; read once. */
const describeProcessor = (): string => {
  processor ??= readProcessor();
  return processor;
};

const readProcessor = (): string => {
  const model = cpus()[0]?.model ?? "";
  try {
    const text = readFileSync("/proc/cpuinfo", "utf8");
    const features = text.match(/^(?:flags|Features)\s*:\s*(.*)$/m)?.[1] ?? "";
    return `${process.arch} ${model} ${features}`;
  } catch {
    return `${process.arch} ${model}`;
  }
};

/** Name of a compilation: the same text, compiler, flags and processor give the same one. */
export const keyOfText = (text: string, compiler: Compiler, flags: readonly string[]): string =>
  createHash("sha256")
    .update(JSON.stringify([1, process.platform, describeProcessor(), compiler.command, compiler.version, flags, text]))
    .digest("hex")
    .slice(0, 32);

/**
 * Compiles a text to a shared library at a path.
 * @throws BackendError when the compiler fails; `keepLog` stores what it said and gives the place.
 */
export const compileText = (
  compiler: Compiler,
  text: string,
  path: string,
  options: CompilerOptions,
  keepLog: (log: string) => string,
): void => {
  const args = [...compilerFlags(options), "-x", "c", "-", "-o", path];
  const { status, output, trouble } = runCompiler(compiler.command, args, text, options);
  if (trouble === undefined && status === 0) return;
  const line = [...compiler.command, ...args].join(" ");
  const place = keepLog(`${line}\n${compiler.version}\n${trouble ?? `status ${status}`}\n\n${output}\n\n${text}`);
  throw new BackendError(
    `C compiler ${compiler.command.join(" ")} ${trouble ?? `ended with status ${status}`}; what it said is in ${place}. Use backend: "wasm", or name another compiler in the variable CC.`,
  );
};
