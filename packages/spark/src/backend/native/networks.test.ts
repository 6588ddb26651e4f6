import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  BackendError,
  brain,
  compile,
  ExponentialSynapse,
  fixedInDegree,
  LeakySoma,
  normal,
  PoissonDrive,
  simulate,
  uniform,
} from "../../entries/index.ts";
import { nativeAvailable } from "../../entries/node.ts";
import { fresh, pretending } from "./compiler.test-support.ts";

afterEach(() => vi.unstubAllEnvs());

/** Names a compiler for this process, and a cache that is empty; gives the folder of the cache. */
const useCompiler = (cc: string): string => {
  const cache = fresh();
  vi.stubEnv("CC", cc);
  vi.stubEnv("XDG_CACHE_HOME", cache);
  return join(cache, "spark-snn");
};

const synapse = ExponentialSynapse({ tau: 5 });
const network = brain({
  populations: { cells: LeakySoma({ units: [200] }) },
  projections: {
    loop: {
      from: "cells",
      to: "cells",
      connect: fixedInDegree({ inDegree: 10 }),
      synapse,
      weight: normal({ mean: 20, std: 5 }),
      delay: uniform({ min: 1, max: 5 }),
    },
  },
  drives: { noise: { to: "cells", synapse, drive: PoissonDrive({ rate: 10, trains: 100, weight: 45 }) } },
});
const record = { cells: { outSpikes: true, potential: { units: [7], every: 10 } } } as const;
const options = { duration: 100, dt: 0.5, record } as const;

const found = nativeAvailable();
if (!found.available) console.info(`Tests of native code for networks are skipped. ${found.reason}`);

describe.runIf(found.available)("the fastest network", () => {
  test("is native code, without a warning", async () => {
    const run = await simulate(network, { ...options, backend: "fastest", threads: 2 });
    expect([run.backend, run.warnings]).toEqual(["native", []]);
    expect(run.cells.outSpikes.count).toBeGreaterThan(50);
  });

  test("is in WebAssembly where no compiler answers, and says so", async () => {
    useCompiler("/no/such/compiler");
    const run = await simulate(network, { ...options, backend: "fastest" });
    expect(run.backend).toBe("wasm");
    expect(run.warnings).toEqual([
      'backend "fastest" uses wasm here instead of native. No C compiler was found: /no/such/compiler is not installed. Install gcc or clang, or set the environment variable CC.',
    ]);
    await expect(simulate(network, { ...options, backend: "native" })).rejects.toThrow(BackendError);
  });

  test.each([
    ["fails", "echo no such vector >&2; exit 3", "ended with status 3"],
    ["dies", "kill -9 $$", "was ended by SIGKILL"],
    ["writes nothing", "exit 0", "the compiler wrote no file"],
    ["writes nonsense", 'for last; do :; done; echo nonsense > "$last"; exit 0', "cannot be loaded"],
  ])("is in WebAssembly where the compiler %s, with the same bits, and says so once", async (_, text, sentence) => {
    const meant = await simulate(network, options);
    for (const threads of [1, 2]) {
      const cache = useCompiler(pretending(text));
      const run = await simulate(network, { ...options, backend: "fastest", threads });
      expect(run.backend).toBe("wasm");
      expect(run.warnings).toHaveLength(1);
      expect(run.warnings[0]).toMatch(/^backend "fastest" uses wasm here instead of native\. /);
      expect(run.warnings[0]).toContain(sentence);
      const log = /is in (\S+\.log)\./.exec(run.warnings[0]!)?.[1];
      if (log !== undefined) expect(readFileSync(log, "utf8")).toContain("pretended 1.0");
      expect(run.cells.outSpikes.steps).toEqual(meant.cells.outSpikes.steps);
      expect(run.cells.outSpikes.units).toEqual(meant.cells.outSpikes.units);
      expect(run.cells.potential.values).toEqual(meant.cells.potential.values);
      await expect(simulate(network, { ...options, backend: "native", threads })).rejects.toThrow(sentence);
      expect(readdirSync(cache).filter((name) => !name.endsWith(".log"))).toEqual([]);
    }
  });

  test("goes on in WebAssembly where the compiler fails later", async () => {
    const mark = join(fresh(), "broken");
    useCompiler(pretending(`[ -e ${mark} ] && exit 4\nexec cc "$@"`));
    const fastest = await compile(network, { dt: 0.5, backend: "fastest" });
    const meant = await compile(network, { dt: 0.5 });
    const first = { duration: 50 };
    const second = { duration: 50, record, inputs: { cells: { current: 5 } } };
    await fastest.run(first);
    await meant.run(first);
    expect([fastest.backend, fastest.warnings]).toEqual(["native", []]);
    writeFileSync(mark, "");
    // Other records compile nothing.
    expect((await fastest.run({ duration: 10, record })).backend).toBe("native");
    await meant.run({ duration: 10 });
    // Other inputs are another program.
    const run = await fastest.run(second);
    const wanted = await meant.run(second);
    expect(run.backend).toBe("wasm");
    expect(run.warnings).toEqual([expect.stringContaining("ended with status 4")]);
    expect(run.cells.outSpikes.count).toBeGreaterThan(20);
    expect(run.cells.outSpikes.units).toEqual(wanted.cells.outSpikes.units);
    expect(run.cells.potential.values).toEqual(wanted.cells.potential.values);
    expect(fastest.snapshot()).toEqual(meant.snapshot());
    fastest.dispose();
    meant.dispose();
  });

  test("steps in WebAssembly where the compiler fails", async () => {
    useCompiler(pretending("exit 3"));
    const fastest = await compile(network, { dt: 0.5, backend: "fastest" });
    const meant = await compile(network, { dt: 0.5 });
    for (let k = 0; k < 20; k++) {
      const inputs = { cells: { current: 100 * (k % 5) } };
      expect(fastest.step(inputs).cells.potential.values).toEqual(meant.step(inputs).cells.potential.values);
    }
    expect(fastest.backend).toBe("wasm");
    fastest.dispose();
    meant.dispose();
  });

  test("is native code where the home cannot be written, and leaves nothing behind", async () => {
    const blocked = join(fresh(), "file");
    writeFileSync(blocked, "no folder");
    const temporary = fresh();
    vi.stubEnv("XDG_CACHE_HOME", blocked);
    vi.stubEnv("TMPDIR", temporary);
    // A compiler of another name, so that the libraries of other tests are not found in this process.
    vi.stubEnv("CC", pretending('exec cc "$@"'));
    const run = await simulate(network, { ...options, backend: "fastest", threads: 2 });
    expect([run.backend, run.warnings]).toEqual(["native", []]);
    expect(readdirSync(temporary)).toEqual([]);
    vi.stubEnv("TMPDIR", blocked);
    const nowhere = await simulate(network, { ...options, backend: "fastest" });
    expect(nowhere.backend).toBe("wasm");
    expect(nowhere.warnings).toEqual([expect.stringContaining("are not writable")]);
    expect(nowhere.cells.outSpikes.units).toEqual(run.cells.outSpikes.units);
  });
});

/** What a process of its own says of the network's run; `before` is done before anything of the library is loaded. */
const inProcess = (
  options: object,
  environment: Readonly<Record<string, string>>,
  before = "",
): Promise<{ status: number | null; output: string }> =>
  new Promise((resolve) => {
    const address = (path: string): string => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
    const code = `
      ${before}
      await import(${address("../../entries/node.ts")});
      const { brain, ExponentialSynapse, fixedInDegree, LeakySoma, normal, PoissonDrive, simulate, uniform } =
        await import(${address("../../entries/index.ts")});
      const synapse = ExponentialSynapse({ tau: 5 });
      const network = brain({
        populations: { cells: LeakySoma({ units: [200] }) },
        projections: {
          loop: {
            from: "cells", to: "cells", connect: fixedInDegree({ inDegree: 10 }), synapse,
            weight: normal({ mean: 20, std: 5 }), delay: uniform({ min: 1, max: 5 }),
          },
        },
        drives: { noise: { to: "cells", synapse, drive: PoissonDrive({ rate: 10, trains: 100, weight: 45 }) } },
      });
      const record = { cells: { outSpikes: true, potential: { units: [7], every: 10 } } };
      const run = await simulate(network, { duration: 100, dt: 0.5, record, ...${JSON.stringify(options)} });
      const { steps, units } = run.cells.outSpikes;
      console.log(run.backend, units.length, units.reduce((total, unit, k) => total + unit * steps[k], 0));
      for (const warning of run.warnings) console.log(warning);`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
      env: { ...process.env, ...environment },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => {
        output += data.toString();
      });
    }
    child.on("close", (status) => resolve({ status, output }));
  });

/** What such a process prints first, after the name of its backend. */
const printed = async (): Promise<string> => {
  const { cells } = await simulate(network, options);
  const { steps, units, count: spikes } = cells.outSpikes;
  return `${spikes} ${units.reduce((total, unit, k) => total + unit * steps[k]!, 0)}\n`;
};

describe.runIf(found.available)("the cache of compiled code", () => {
  test("serves four processes that want the same network at once", async () => {
    const cache = fresh();
    const outcomes = await Promise.all(
      [1, 2, 3, 2].map((threads) => inProcess({ backend: "native", threads }, { XDG_CACHE_HOME: cache })),
    );
    const output = `native ${await printed()}`;
    for (const outcome of outcomes) expect(outcome).toEqual({ status: 0, output });
    const files = readdirSync(join(cache, "spark-snn"));
    expect(files.filter((name) => !name.endsWith(".so"))).toEqual([]);
    // Of the network, of its population, and of the draws of partners and weights.
    expect(files.length).toBeGreaterThanOrEqual(4);
  });
});

test("without the package koffi the fastest network is in WebAssembly, and says how to get it", async () => {
  const hide = `
    const { default: Module } = await import("node:module");
    const load = Module._load;
    Module._load = (name, ...more) => {
      if (name === "koffi") throw new Error("Cannot find module 'koffi'");
      return load(name, ...more);
    };`;
  const { status, output } = await inProcess({ backend: "fastest" }, {}, hide);
  const reason =
    "The package koffi, which calls compiled code, could not be loaded (Cannot find module 'koffi'). Run npm install koffi.";
  const wanted = `wasm ${await printed()}backend "fastest" uses wasm here instead of native. ${reason}\n`;
  expect([status, output]).toEqual([0, process.platform === "win32" ? expect.stringContaining("wasm") : wanted]);
  const native = await inProcess({ backend: "native" }, {}, hide);
  expect(native.status).toBe(1);
  expect(native.output).toContain(`backend "native" cannot run here. ${reason}`);
});
