import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";

/** The computer of a measurement. */
export interface MachineDescription {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly compiler: string | undefined;
}

/** The C compiler of the system, if any. */
export const findCompiler = (): string | undefined =>
  ["cc", "gcc", "clang"].find((name) => {
    try {
      execFileSync(name, ["--version"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });

export const describeMachine = (): MachineDescription => {
  const compiler = findCompiler();
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    compiler: compiler && execFileSync(compiler, ["--version"], { encoding: "utf8" }).split("\n")[0],
  };
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
