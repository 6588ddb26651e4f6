import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/*
 * npm run bench:engine -- [--turns=N] [--scale=S] [--threads=N] [steps | records | compile | build | read …]: measures
 * the costs of the engine other than the speed of long runs. It prints each figure with a reference measured in turns,
 * because other load on the computer affects both. `scale` and `threads` apply to the synapses of the microcircuit.
 */
const { values: given, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    turns: { type: "string", default: "5" },
    scale: { type: "string", default: "1" },
    threads: { type: "string", default: "2" },
  },
});
const turns = Number(given.turns);
const scale = Number(given.scale);
const threads = Number(given.threads);

// An empty cache of compiled code, so that every new library is counted. It must be set before native code is loaded.
const cache = mkdtempSync(join(tmpdir(), "spark-snn-bench-"));
process.env["XDG_CACHE_HOME"] = cache;
process.on("exit", () => rmSync(cache, { recursive: true, force: true }));

const { AdaptiveLeakySoma, compile, RefractoryLeakySoma } = await import("spark-snn");
await import("spark-snn/node");
const { cuba, initial: cubaInitial } = await import("../../../examples/cuba/network.ts");
const { microcircuit } = await import("../../../examples/microcircuit/network.ts");
const { nativeAvailable } = await import("../src/backend/native/native.ts");
const { runJavaScript } = await import("./javascript.ts");
const { median } = await import("./machine.ts");

const DT = 0.1;
const backends = nativeAvailable().available ? (["wasm", "native"] as const) : (["wasm"] as const);

/** Number of libraries that the C compiler has produced. */
const libraries = (): number => {
  const folder = join(cache, "spark-snn");
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".so")).length : 0;
};

/** Number of compiled WebAssembly modules. */
let modules = 0;
const { Module } = WebAssembly;
WebAssembly.Module = new Proxy(Module, {
  construct: (target, args: ConstructorParameters<typeof Module>) => {
    modules++;
    return new target(...args);
  },
});

interface Cost {
  /** ms */
  readonly wall: number;
  /** Processor time of all threads of this process in ms, without the C compiler. */
  readonly processor: number;
  readonly compiled: number;
}

const costOf = async (work: () => Promise<unknown>): Promise<Cost> => {
  const compiled = modules + libraries();
  const before = process.cpuUsage();
  const start = performance.now();
  await work();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { wall, processor: (user + system) / 1000, compiled: modules + libraries() - compiled };
};

const ms = (value: number): string => `${value.toPrecision(3)} ms`;
const costText = ({ wall, processor, compiled }: Cost): string =>
  `${ms(wall)} (processor ${ms(processor)}), compiled ${compiled}`;

/** A run of one step compared with a call of step(), both with a current per unit. */
const measureSteps = async (): Promise<void> => {
  const units = 100_000;
  const calls = 100;
  for (const backend of backends) {
    const current = new Float32Array(units).fill(300);
    const options = { dt: DT, backend };
    const stepped = await compile(RefractoryLeakySoma({ units: [units] }), options);
    const run = await compile(RefractoryLeakySoma({ units: [units] }), options);
    const times: { readonly step: number[]; readonly run: number[] } = { step: [], run: [] };
    for (let turn = 0; turn < turns + 1; turn++) {
      for (let call = 0; call < calls; call++) {
        const start = performance.now();
        stepped.step({ current });
        const middle = performance.now();
        await run.run({ duration: DT, inputs: { current } });
        const end = performance.now();
        // The first turn warms up.
        if (turn === 0) continue;
        times.step.push(middle - start);
        times.run.push(end - middle);
      }
    }
    stepped.dispose();
    run.dispose();
    const least = (key: keyof typeof times): number => Math.min(...times[key]);
    console.log(
      `steps, ${backend}: step() ${ms(least("step"))}, run() of one step ${ms(least("run"))}, ` +
        `more by ${ms(least("run") - least("step"))} (medians ${ms(median(times.step))} and ${ms(median(times.run))})`,
    );
  }
};

/** A second run with different records. */
const measureRecords = async (): Promise<void> => {
  for (const backend of backends) {
    const soma = await compile(RefractoryLeakySoma({ units: [10_000] }), { dt: DT, backend });
    const inputs = { current: 300 };
    const first = await costOf(() => soma.run({ duration: 100, inputs }));
    const second = await costOf(() => soma.run({ duration: 100, inputs, record: { potential: { units: [0, 7] } } }));
    const third = await costOf(() => soma.run({ duration: 100, inputs, record: { outSpikes: true } }));
    soma.dispose();
    console.log(`records, ${backend}, 10 000 units: nothing ${costText(first)}`);
    console.log(`  then two potentials ${costText(second)}; then spikes ${costText(third)}`);

    const network = await compile(cuba(), { dt: DT, backend, initial: cubaInitial });
    let built = 0;
    const plain = await costOf(async () => {
      built = (await network.run({ duration: 100 })).buildTime;
    });
    const record = { excitatory: { potential: { units: [0, 7] } }, inhibitory: { outSpikes: true } } as const;
    let rebuilt = 0;
    const other = await costOf(async () => {
      rebuilt = (await network.run({ duration: 100, record })).buildTime;
    });
    network.dispose();
    console.log(`records, ${backend}, CUBA: nothing ${costText(plain)}, including ${ms(built * 1000)} to build`);
    console.log(`  then potentials and spikes ${costText(other)}, including ${ms(rebuilt * 1000)} to build`);
  }
};

/** Two simulations with the same equations, up to the end of their first step. */
const measureCompile = async (): Promise<void> => {
  const once = async (backend: (typeof backends)[number], units: number, resistance: number): Promise<void> => {
    const simulation = await compile(AdaptiveLeakySoma({ units: [units], resistance }), { dt: DT, backend });
    await simulation.run({ duration: DT, inputs: { current: 300 } });
    simulation.dispose();
  };
  for (const backend of backends) {
    const first = await costOf(() => once(backend, 1000, 0.25));
    const same = await costOf(() => once(backend, 1000, 0.25));
    const sized = await costOf(() => once(backend, 3000, 0.25));
    const valued = await costOf(() => once(backend, 1000, 0.26));
    console.log(`compile, ${backend}: ${costText(first)}; again ${costText(same)}`);
    console.log(`  with a different number of units ${costText(sized)}; with a different value ${costText(valued)}`);
  }
};

/** Drawing and storing the synapses of the microcircuit, compared with a JavaScript loop. */
const measureBuild = async (): Promise<void> => {
  const { brain, inputs, initial } = microcircuit(scale);
  const build = async (backend: (typeof backends)[number]): Promise<{ synapses: number; buildTime: number }> => {
    const simulation = await compile(brain, { dt: DT, backend, threads, initial });
    const { synapses, buildTime } = await simulation.run({ duration: DT, inputs, memory: 8 * 2 ** 30 });
    simulation.dispose();
    return { synapses, buildTime };
  };
  for (const backend of backends) {
    // The time of the C compiler is not included.
    if (backend === "native") await build(backend);
    const reference = await costOf(async () => runJavaScript(10_000, 5000));
    let built = { synapses: 0, buildTime: 0 };
    const cost = await costOf(async () => {
      built = await build(backend);
    });
    console.log(
      `build, ${backend} on ${threads}: ${built.synapses} synapses in ${built.buildTime.toFixed(2)} s; with a step ${costText(cost)}; ` +
        `processor ${(cost.processor / reference.processor).toFixed(2)} × 5·10⁷ steps of a unit in JavaScript`,
    );
  }
};

/** Reading the document of the full microcircuit without a run, compared with the shortest command. */
const measureRead = async (): Promise<void> => {
  const { experiment } = await import("../src/entries/index.ts");
  const path = fileURLToPath(new URL("../../../examples/microcircuit/experiment.json", import.meta.url));
  const document: unknown = JSON.parse(readFileSync(path, "utf8"));
  const reads: number[] = [];
  for (let turn = 0; turn < turns; turn++) reads.push((await costOf(async () => experiment(document))).wall);
  console.log(`read: experiment() first ${ms(reads[0]!)}, least ${ms(Math.min(...reads))}`);
  if (!existsSync(fileURLToPath(new URL("../../cli/dist", import.meta.url)))) {
    console.log("read: build the packages first to measure the command line (npm run build).");
    return;
  }
  const command = fileURLToPath(new URL("../../cli/bin/spark-snn.js", import.meta.url));
  const timeOf = (...argv: string[]): number => {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [command, ...argv], { encoding: "utf8" });
    if (status !== 0) throw new Error(`spark-snn ${argv.join(" ")} failed: ${stderr}`);
    return performance.now() - start;
  };
  const versions: number[] = [];
  const checks: number[] = [];
  for (let turn = 0; turn < Math.max(turns, 10); turn++) {
    versions.push(timeOf("--version"));
    checks.push(timeOf("check", path));
  }
  const version = Math.min(...versions);
  const check = Math.min(...checks);
  console.log(`read: --version ${ms(version)}, check ${ms(check)}, more by ${ms(check - version)}`);
};

const parts: Readonly<Record<string, () => Promise<void>>> = {
  steps: measureSteps,
  records: measureRecords,
  compile: measureCompile,
  build: measureBuild,
  read: measureRead,
};
for (const [name, measure] of Object.entries(parts)) if (named.length === 0 || named.includes(name)) await measure();
