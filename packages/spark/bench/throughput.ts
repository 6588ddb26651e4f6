import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { interpreter } from "../src/backend/interpreter/interpreter.ts";
import { native, nativeAvailable } from "../src/backend/native/native.ts";
import { wasm } from "../src/backend/wasm/wasm.ts";
import { compileComponent } from "../src/compile/compile.ts";
import type { Backend } from "../src/program/machine.ts";
import { AdaptiveLeakySoma, RefractoryLeakySoma } from "../src/somas/leaky.ts";
import { attachAlone } from "./attach.ts";
import { runJavaScript } from "./javascript.ts";
import { findCompiler, median } from "./machine.ts";

/** One way to do the work: returns seconds for a number of steps of a number of units. */
interface Runner {
  readonly name: string;
  /** Steps of one measurement, chosen so that it takes at most a good part of a second. */
  readonly work: number;
  readonly run: (units: number, steps: number) => number | Promise<number>;
}

export interface Throughput {
  readonly name: string;
  readonly units: number;
  /** Median over rounds, 10⁹ neuron-steps per second. */
  readonly rate: number;
  readonly rates: readonly number[];
}

interface Variant {
  readonly model: "refractory" | "adaptive";
  readonly precision: "f32" | "f64";
  /** Whether every field has one value per unit. */
  readonly perUnit: boolean;
  /** No current, and state variables that start subnormal. */
  readonly silent?: boolean;
}

const built = ({ model, perUnit }: Variant, units: number) => {
  const spread = (middle: number) => ({ uniform: { min: middle * 0.999, max: middle * 1.001 } });
  // The bounds of a negative potential are swapped.
  const potential = (middle: number) => ({ uniform: { min: middle * 1.001, max: middle * 0.999 } });
  const leaky = perUnit
    ? {
        potentialRest: potential(-60),
        potentialReset: potential(-50),
        threshold: potential(-40),
        potentialTau: spread(20),
        resistance: spread(0.1),
        cooldown: spread(2),
      }
    : {};
  const adaptive = perUnit ? { thresholdTau: spread(20), thresholdDelta: spread(100) } : {};
  const component =
    model === "refractory"
      ? RefractoryLeakySoma({ units: [units], ...leaky })
      : AdaptiveLeakySoma({ units: [units], ...leaky, ...adaptive });
  return component.build({}, { dt: 0.1 });
};

const ours = (backend: Backend, variant: Variant, threads: number | "all" = 1): Runner["run"] => {
  return async (units, steps) => {
    const rows = Math.min(steps, 256);
    const inputs = { current: [{ kind: "scalar" as const }] };
    const program = compileComponent(built(variant, units), {
      precision: variant.precision,
      inputs,
    });
    const { machine, end } = await attachAlone(backend, program, rows, { threads });
    const population = machine.populations[0]!;
    population
      .view(program.buffers.findIndex((buffer) => buffer.name === "soma.current"))
      .fill(variant.silent ? 0 : 300);
    if (variant.silent) {
      program.buffers.forEach(({ role, type }, k) => {
        if (role === "state" && type === "float") population.view(k).fill(variant.precision === "f32" ? 1e-40 : 1e-310);
      });
    }
    const advance = async (count: number): Promise<void> => {
      for (let done = 0; done < count; done += rows) {
        const wait = machine.advance(done, Math.min(rows, count - done));
        if (wait) await wait;
      }
    };
    await advance(Math.max(rows, Math.floor(steps / 4)));
    const begin = performance.now();
    await advance(steps);
    const seconds = (performance.now() - begin) / 1000;
    end();
    return seconds;
  };
};

const name = ({ model, precision, perUnit, silent }: Variant): string =>
  `${model} ${precision}${perUnit ? ", every parameter per unit" : ""}${silent ? ", silent" : ""}`;

const compileC = (folder: string): string | undefined => {
  const compiler = findCompiler();
  if (!compiler) return undefined;
  const out = join(folder, "soma");
  const source = fileURLToPath(new URL("./soma.c", import.meta.url));
  execFileSync(compiler, ["-O3", "-march=native", "-o", out, source]);
  return out;
};

const runnersWith = (program: string | undefined): Runner[] => {
  const refractory: Variant = { model: "refractory", precision: "f32", perUnit: false };
  const variants: Variant[] = [
    refractory,
    { ...refractory, perUnit: true },
    { ...refractory, precision: "f64" },
    { model: "adaptive", precision: "f32", perUnit: false },
    { model: "adaptive", precision: "f32", perUnit: true },
    { model: "adaptive", precision: "f64", perUnit: false },
    { model: "adaptive", precision: "f32", perUnit: false, silent: true },
  ];
  const c = (model: string): Runner => ({
    name: `C, ${model} f32`,
    work: 6e8,
    run: (units, steps) =>
      Number(execFileSync(program!, [model, `${units}`, `${steps}`], { encoding: "utf8" }).split(" ")[0]),
  });
  return [
    { name: `interpreter, ${name(refractory)}`, work: 3e5, run: ours(interpreter(), refractory) },
    { name: "plain JavaScript, refractory f32", work: 4e7, run: runJavaScript },
    ...variants.map((variant): Runner => ({ name: `wasm, ${name(variant)}`, work: 3e8, run: ours(wasm(), variant) })),
    ...(nativeAvailable().available
      ? variants.map(
          (variant): Runner => ({ name: `native, ${name(variant)}`, work: 6e8, run: ours(native(), variant) }),
        )
      : []),
    ...(nativeAvailable().available
      ? [
          {
            name: `native on all threads, ${name(refractory)}`,
            work: 12e8,
            run: ours(native(), refractory, "all"),
          },
        ]
      : []),
    ...(program ? [c("refractory"), c("adaptive")] : []),
  ];
};

/** Every runner at every size in turn, in several rounds, so that other load affects all of them. */
export const measureThroughput = async (sizes: readonly number[], rounds: number): Promise<Throughput[]> => {
  const folder = mkdtempSync(join(tmpdir(), "spark-snn-bench-"));
  try {
    const runners = runnersWith(compileC(folder));
    const rates = new Map<string, number[]>();
    for (let round = 0; round < rounds; round++) {
      for (const units of sizes) {
        for (const runner of runners) {
          const steps = Math.max(runner.work < 1e6 ? 1 : 8, Math.round(runner.work / units));
          const rate = (units * steps) / (await runner.run(units, steps)) / 1e9;
          const key = `${runner.name}|${units}`;
          rates.set(key, [...(rates.get(key) ?? []), rate]);
        }
      }
      process.stderr.write(`throughput: round ${round + 1} of ${rounds}\n`);
    }
    return [...rates].map(([key, list]) => {
      const [runner = "", units] = key.split("|");
      return { name: runner, units: Number(units), rate: median(list), rates: list };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
};
