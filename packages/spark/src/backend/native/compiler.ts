import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { BackendError } from "../../errors/errors.ts";
import { systemCode, systemReason } from "../../errors/system.ts";

/** A C compiler of the system. */
export interface Compiler {
  /** Program, and arguments that precede all others. */
  readonly command: readonly [string, ...string[]];
  /** First line of the output of `--version`. */
  readonly version: string;
}

export interface CompilerOptions {
  /** Environment variables. CC names the compiler; without it, cc, gcc and clang are tried. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Seconds after which the compiler is stopped. */
  readonly timeout?: number;
  /** Additional flags. They cannot change the arithmetic: flags for strict IEEE arithmetic follow them. */
  readonly flags?: readonly string[];
}

const DEFAULT_TIMEOUT = 120;

/** Flags that CC and `flags` may not change, so they come last. `nodelete` keeps a library in which a thread may sleep. */
const requiredFlags = (platform: string, processor: string): string[] => [
  "-std=gnu11",
  // Strict IEEE arithmetic: no contraction to fused operations, no reassociation, no other precision.
  "-ffp-contract=off",
  "-fno-fast-math",
  "-fno-unsafe-math-optimizations",
  "-fno-associative-math",
  "-fno-reciprocal-math",
  "-fno-finite-math-only",
  "-fsigned-zeros",
  "-fno-rounding-math",
  "-fno-single-precision-constant",
  "-fno-math-errno",
  ...(processor === "x64" ? ["-mfpmath=sse"] : []),
  "-fwrapv",
  "-fno-strict-aliasing",
  "-fvisibility=hidden",
  "-fPIC",
  "-shared",
  "-pthread",
  "-w",
  // Without start files: for flags such as -Ofast, they include code that flushes subnormal numbers in the whole thread.
  ...(platform === "linux" ? ["-nostartfiles", "-Wl,-z,nodelete"] : []),
];

/** All compiler flags. */
export const compilerFlags = (options: CompilerOptions): string[] => [
  "-O3",
  process.arch === "arm64" ? "-mcpu=native" : "-march=native",
  ...(options.flags ?? []),
  ...requiredFlags(process.platform, process.arch),
];

interface Ended {
  readonly status: number | null;
  readonly output: string;
  /** The problem, if the compiler did not end by itself. */
  readonly trouble?: string;
}

/** Runs the compiler in its own process group, so that its child processes end with it. */
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
  // Loaded here, because every program that imports spark-snn/node would wait for it, and few programs compile.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const ended = spawnSync(program, [...before, ...args], settings);
  const { error, signal, status, pid } = ended;
  const code = systemCode(error);
  const output = `${ended.stdout ?? ""}${ended.stderr ?? ""}`;
  if (code === "ETIMEDOUT") {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // No process of the group is left.
    }
    return { status, output, trouble: `did not end within ${timeout} s` };
  }
  // A compiler may exit without reading its input.
  if (code === "ENOENT") return { status, output, trouble: "is not installed" };
  if (error && code !== "EPIPE") {
    const [reason] = systemReason(error, "read").split(". ");
    return { status, output, trouble: `could not be started: ${reason}` };
  }
  if (signal) return { status, output, trouble: `was ended by ${signal}` };
  return { status, output };
};

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

const candidates = ({ environment = process.env }: CompilerOptions): [string, ...string[]][] => {
  const chosen = words(environment["CC"] ?? "");
  return chosen.length > 0 ? [chosen as [string, ...string[]]] : [["cc"], ["gcc"], ["clang"]];
};

/** The compiler to use, or a sentence that says why none was found. */
export const findCompiler = (options: CompilerOptions = {}): Compiler | string => {
  const reasons: string[] = [];
  for (const command of candidates(options)) {
    const { status, output, trouble } = runCompiler(command, ["--version"], "", options);
    const version = output.split("\n")[0]!.trim();
    if (trouble === undefined && status === 0 && version !== "") return { command, version };
    reasons.push(`${command.join(" ")} ${trouble ?? `ended with status ${status}`}`);
  }
  return `No C compiler was found: ${reasons.join("; ")}. Install gcc or clang, or set the environment variable CC.`;
};

let processor: string | undefined;

/** The processor, on which compiled code depends. It is read once. */
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

/** Key of a compilation, derived from text, compiler, flags and processor. */
export const keyOfText = (text: string, compiler: Compiler, flags: readonly string[]): string =>
  createHash("sha256")
    .update(JSON.stringify([1, process.platform, describeProcessor(), compiler.command, compiler.version, flags, text]))
    .digest("hex")
    .slice(0, 32);

/**
 * Compiles a text to a shared library at a path.
 * @throws BackendError if the compiler fails; `keepLog` stores its output and returns the path
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
    `C compiler ${compiler.command.join(" ")} ${trouble ?? `ended with status ${status}`}; its output is in ${place}. Use backend: "wasm", or set the environment variable CC to another compiler.`,
  );
};
