import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openAlone } from "../src/backend/wasm/engine.ts";
import { compileComponent } from "../src/compile/compile.ts";
import { AdaptiveLeakySoma, compile, RefractoryLeakySoma, simulate } from "../src/entries/index.ts";
import type { Machine } from "../src/program/machine.ts";
import { alone } from "../src/program/network.ts";
import { type Probe, probeOf } from "../src/program/probe.ts";
import type { Program } from "../src/program/program.ts";
import { median } from "./machine.ts";

export interface Latency {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const machineOf = (program: Program, rows: number, probes: readonly Probe[] = []): Machine => {
  const machine = openAlone().create(alone(program)) as Machine;
  void machine.attach({ rows, populations: [{ program, probes }] });
  return machine;
};

/** Time of one call of step() for 256 units, and of its arithmetic alone (many steps in one call). */
const measureStep = async (): Promise<Latency[]> => {
  const units = 256;
  const simulation = await compile(RefractoryLeakySoma({ units: [units] }), { dt: 0.1 });
  const current = new Float32Array(units).fill(300);
  const program = compileComponent(RefractoryLeakySoma({ units: [units] }).build({}, { dt: 0.1 }), {
    precision: "f32",
    inputs: { current: [{ kind: "unit" }] },
  });
  const machine = machineOf(program, 256);
  const calls = 256 * 400;
  const stepTimes: number[] = [];
  const arithmetic: number[] = [];
  for (let round = 0; round < 9; round++) {
    let begin = performance.now();
    for (let k = 0; k < calls; k++) simulation.step({ current });
    stepTimes.push(((performance.now() - begin) / calls) * 1000);
    begin = performance.now();
    for (let k = 0; k < calls / 256; k++) void machine.advance(256 * k, 256);
    arithmetic.push(((performance.now() - begin) / calls) * 1000);
  }
  simulation.dispose();
  return [
    { name: "one step() call, 256 refractory units", value: median(stepTimes.slice(1)), unit: "µs" },
    { name: "the arithmetic of this step alone", value: median(arithmetic.slice(1)), unit: "µs" },
  ];
};

const measureCompile = (): Latency => {
  const times: number[] = [];
  for (let round = 0; round < 30; round++) {
    const begin = performance.now();
    const program = compileComponent(AdaptiveLeakySoma({ units: [1000] }).build({}, { dt: 0.1 }), {
      precision: round % 2 === 0 ? "f32" : "f64",
      inputs: { current: [{ kind: "rowUnit" }] },
    });
    machineOf(program, 64, [probeOf(program, "potential", 64)]).dispose();
    times.push(performance.now() - begin);
  }
  return { name: "compile AdaptiveLeakySoma until it can run, warm", value: median(times.slice(10)), unit: "ms" };
};

/** A new process: from the start of the import to the first result of a simulation of one unit. */
const measureCold = (): Latency[] => {
  const entry = fileURLToPath(new URL("../dist/index.js", import.meta.url));
  if (!existsSync(entry)) return [];
  const script = `const t = performance.now();
    const { simulate, LeakySoma } = await import(${JSON.stringify(entry)});
    await simulate(LeakySoma(), { duration: 100, inputs: { current: 300 }, record: { outSpikes: true } });
    console.log(performance.now() - t);`;
  const times = Array.from({ length: 9 }, () =>
    Number(execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" })),
  );
  return [{ name: "cold start from import to the first result of one unit", value: median(times), unit: "ms" }];
};

/** Time that recording every spike of 100 000 units at about 10 Hz adds to a run. */
const measureRecording = async (): Promise<Latency[]> => {
  const soma = RefractoryLeakySoma({ units: [100_000], potentialTau: { uniform: { min: 15, max: 25 } } });
  const options = { duration: 500, dt: 0.1, inputs: { current: 201.5 } };
  const rates: number[] = [];
  const ratios: number[] = [];
  /** Seconds of processor time, which does not include waiting for other processes. */
  const used = (): number => process.cpuUsage().user / 1e6;
  for (let round = 0; round < 9; round++) {
    const begin = used();
    await simulate(soma, options);
    const middle = used();
    const recorded = await simulate(soma, { ...options, record: { outSpikes: true } });
    rates.push(recorded.outSpikes.count / 100_000 / 0.5);
    ratios.push(((used() - middle) / (middle - begin) - 1) * 100);
  }
  return [
    {
      name: `recording all spikes of 100 000 units at ${median(rates).toFixed(1)} Hz`,
      value: median(ratios),
      unit: "% of the run",
    },
  ];
};

export const measureLatencies = async (): Promise<Latency[]> => [
  ...(await measureStep()),
  measureCompile(),
  ...measureCold(),
  ...(await measureRecording()),
];
