import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Latency, measureLatencies } from "./latency.ts";
import { describeMachine, type MachineDescription } from "./machine.ts";
import { measureThroughput, type Throughput } from "./throughput.ts";

/*
 * npm run bench -- [--quick] [--write]: measures on this machine and prints a table; --write also puts it into
 * docs/benchmarks/. Compare ratios within one run: absolute figures depend on the machine and on what else it does.
 */
const quick = process.argv.includes("--quick");
const sizes = quick ? [1000, 100_000] : [100, 1000, 10_000, 100_000, 1_000_000];
const rounds = quick ? 2 : 5;

const rateText = (rate: number): string => (rate >= 0.1 ? rate.toFixed(2) : rate.toPrecision(2));

const throughputTable = (results: readonly Throughput[]): string => {
  const names = [...new Set(results.map(({ name }) => name))];
  const rateOf = (name: string, units: number): number =>
    results.find((r) => r.name === name && r.units === units)!.rate;
  const rows = names.map((name) => `| ${name} | ${sizes.map((units) => rateText(rateOf(name, units))).join(" | ")} |`);
  const head = `| 10⁹ neuron-steps/s, one core unless said | ${sizes.map((units) => units.toLocaleString("en")).join(" | ")} |`;
  return [head, `|---|${sizes.map(() => "--:").join("|")}|`, ...rows].join("\n");
};

const ratioTable = (results: readonly Throughput[]): string => {
  const rate = (name: string, units: number): number | undefined =>
    results.find((r) => r.name === name && r.units === units)?.rate;
  const ratios: [string, string, string][] = [
    ["wasm / plain JavaScript, refractory f32", "wasm, refractory f32", "plain JavaScript, refractory f32"],
    ["wasm / C -O3 -march=native, refractory f32", "wasm, refractory f32", "C, refractory f32"],
    ["wasm / C -O3 -march=native, adaptive f32", "wasm, adaptive f32", "C, adaptive f32"],
    ["native / C -O3 -march=native, refractory f32", "native, refractory f32", "C, refractory f32"],
    ["native / C -O3 -march=native, adaptive f32", "native, adaptive f32", "C, adaptive f32"],
    ["native: all threads / one", "native on all threads, refractory f32", "native, refractory f32"],
    ["wasm: silent / driven, adaptive", "wasm, adaptive f32, silent", "wasm, adaptive f32"],
    ["native: silent / driven, adaptive", "native, adaptive f32, silent", "native, adaptive f32"],
    ["wasm: adaptive / refractory", "wasm, adaptive f32", "wasm, refractory f32"],
    [
      "wasm: per unit / scalar fields, refractory",
      "wasm, refractory f32, every field per unit",
      "wasm, refractory f32",
    ],
    ["wasm / interpreter, refractory f32", "wasm, refractory f32", "interpreter, refractory f32"],
  ];
  const rows = ratios.flatMap(([label, a, b]) => {
    if (rate(a, sizes[0]!) === undefined || rate(b, sizes[0]!) === undefined) return [];
    return [`| ${label} | ${sizes.map((units) => (rate(a, units)! / rate(b, units)!).toPrecision(3)).join(" | ")} |`];
  });
  return [
    `| ratio | ${sizes.map((units) => units.toLocaleString("en")).join(" | ")} |`,
    `|---|${sizes.map(() => "--:").join("|")}|`,
    ...rows,
  ].join("\n");
};

const report = (
  machine: MachineDescription,
  throughput: readonly Throughput[],
  latencies: readonly Latency[],
): string =>
  `# Benchmarks of the leaky somas

Made by \`npm run bench -- --write\`. Every figure is a median over ${rounds} rounds in which all candidates take turns. Ratios
within one run mean something; absolute figures belong to this machine, which other work may share.

${machine.processor}, ${machine.cores} cores, ${machine.memoryGB} GiB; ${machine.platform}; Node ${machine.node} (V8 ${machine.v8}); ${machine.compiler ?? "no C compiler found, so no C figures"}.

## Throughput

One constant current, dt 0.1 ms, spikes kept as bits; each column is a number of units. The C program is
[soma.c](../../packages/spark/bench/soma.c), the JavaScript loop [javascript.ts](../../packages/spark/bench/javascript.ts).

${throughputTable(throughput)}

${ratioTable(throughput)}

## Latency and overhead

| | |
|---|--:|
${latencies.map(({ name, value, unit }) => `| ${name} | ${value.toPrecision(3)} ${unit} |`).join("\n")}
`;

const machine = describeMachine();
const throughput = await measureThroughput(sizes, rounds);
const latencies = await measureLatencies();
const text = report(machine, throughput, latencies);
console.log(text);
if (process.argv.includes("--write")) {
  const folder = fileURLToPath(new URL("../../../docs/benchmarks/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}leaky-somas.md`, text);
  writeFileSync(`${folder}leaky-somas.json`, `${JSON.stringify({ machine, throughput, latencies }, null, 2)}\n`);
  console.error(`Written to docs/benchmarks/leaky-somas.md and leaky-somas.json`);
}
