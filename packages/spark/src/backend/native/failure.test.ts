import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compileComponent } from "../../compile/compile.ts";
import { BackendError, ConfigError, StateError } from "../../errors/errors.ts";
import type { Program } from "../../program/program.ts";
import { LeakySoma } from "../../somas/leaky.ts";
import { cacheFolder, closeStore, findLibrary, openStore } from "./cache.ts";
import { fresh, pretending, root, script } from "./compiler.test-support.ts";
import { createNative, nativeTest } from "./native.test-support.ts";
import { type NativeOptions, native, nativeAvailable } from "./native.ts";

const program = (units = 100): Program =>
  compileComponent(LeakySoma({ units: [units] }).build({}, { dt: 0.5 }), {
    precision: "f32",
    inputs: { current: [{ kind: "scalar" }] },
  });

/** A text that no other test compiles: an unused macro of its own. */
let variety = 0;
const own = (environment: Readonly<Record<string, string>>): NativeOptions => ({
  environment: { PATH: process.env["PATH"]!, HOME: root, ...environment },
  flags: [`-DTEST${variety++}`],
});

const failureOf = (options: NativeOptions): Error => {
  try {
    createNative(program(), options).dispose();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
};

test("unknown options are refused, also where only availability is asked for", () => {
  for (const options of [null, 7, { flag: ["-O2"] }]) {
    expect(() => nativeAvailable(options as never)).toThrow(ConfigError);
    expect(() => native(options as never)).toThrow(ConfigError);
  }
});

describe("a compiler that", () => {
  nativeTest("is not there gives a sentence", () => {
    const options = own({ CC: "/no/such/compiler", XDG_CACHE_HOME: fresh() });
    const found = nativeAvailable(options);
    expect(found).toEqual({
      available: false,
      reason:
        "No C compiler was found: /no/such/compiler is not installed. Install gcc or clang, or set the environment variable CC.",
    });
    const error = failureOf(options);
    expect(error).toBeInstanceOf(BackendError);
    expect(error.message).toContain("No C compiler was found");
  });

  nativeTest("fails leaves what it said in a file that the error names", () => {
    const options = own({ CC: pretending("echo no such vector >&2; exit 3"), XDG_CACHE_HOME: fresh() });
    const error = failureOf(options);
    expect(error).toBeInstanceOf(BackendError);
    const path = error.message.match(/is in (\S+\.log)\./)?.[1];
    const log = readFileSync(path!, "utf8");
    expect(log).toContain("no such vector");
    expect(log).toContain("typedef struct");
  });

  nativeTest("hangs is stopped with all that it started", () => {
    const mark = join(fresh(), "still-running");
    const options = own({ CC: pretending(`(sleep 2; touch ${mark}) & sleep 30`), XDG_CACHE_HOME: fresh() });
    const error = failureOf({ ...options, timeout: 1 });
    expect(error).toBeInstanceOf(BackendError);
    expect(error.message).toContain("did not end within 1 s");
    return new Promise<void>((resolve) => setTimeout(resolve, 1800)).then(() => expect(existsSync(mark)).toBe(false));
  });

  nativeTest("dies, writes nothing or writes nonsense is an error of the right class and leaves no library", () => {
    for (const [text, sentence] of [
      ["kill -9 $$", "was ended by SIGKILL"],
      ["exit 0", "the compiler wrote no file"],
      ['for last; do :; done; echo nonsense > "$last"; exit 0', "cannot be loaded"],
    ] as const) {
      const cache = fresh();
      const error = failureOf(own({ CC: pretending(text), XDG_CACHE_HOME: cache }));
      expect(error).toBeInstanceOf(BackendError);
      expect(error.message).toContain(sentence);
      expect(readdirSync(join(cache, "spark-snn")).filter((name) => !name.endsWith(".log"))).toEqual([]);
    }
  });

  nativeTest("is named with arguments is called with them", () => {
    const cc = script('[ "$1" = --marked ] || exit 7\nshift\nexec cc "$@"');
    createNative(program(), own({ CC: `${cc} --marked`, XDG_CACHE_HOME: fresh() })).dispose();
    expect(failureOf(own({ CC: cc, XDG_CACHE_HOME: fresh() })).message).toContain("ended with status 7");
  });
});

/** Runs a script in a process of its own and gives its status and what it printed. */
const inProcess = (
  text: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ status: number | null; output: string }> =>
  new Promise((resolve) => {
    const folder = fileURLToPath(new URL("../..", import.meta.url));
    const path = join(fresh(), "run.mts");
    const imports = `import { native } from ${JSON.stringify(`${folder}backend/native/native.ts`)};
      import { alone } from ${JSON.stringify(`${folder}program/network.ts`)};
      import { compileComponent } from ${JSON.stringify(`${folder}compile/compile.ts`)};
      import { LeakySoma } from ${JSON.stringify(`${folder}somas/leaky.ts`)};
      const program = compileComponent(LeakySoma({ units: [100000] }).build({}, { dt: 0.5 }), { precision: "f32",
        inputs: { current: [{ kind: "scalar" }] } });
      const createNative = (program, options) => {
        const engine = native(options).open({ threads: 1, worker: false, networks: false });
        const machine = engine.create(alone(program));
        machine.attach({ rows: 16, populations: [{ program, probes: [] }] });
        return { engine, machine, view: (buffer) => machine.populations[0].view(buffer),
          advance: (step, rows) => machine.advance(step, rows), dispose: () => { machine.dispose(); engine.close(); } };
      };`;
    writeFileSync(path, `${imports}\n${text}`);
    const tsx = fileURLToPath(new URL("../../../../../node_modules/tsx/dist/cli.mjs", import.meta.url));
    const child = spawn(process.execPath, [tsx, path], { env: { ...process.env, ...environment } });
    let output = "";
    child.stdout.on("data", (data: Buffer) => {
      output += data.toString();
    });
    child.stderr.on("data", (data: Buffer) => {
      output += data.toString();
    });
    child.on("close", (status) => resolve({ status, output }));
  });

const runOnce = `const machine = createNative(program); machine.view(1).fill(-50); machine.advance(0, 16);
  console.log("potential", machine.view(0)[0]); machine.dispose();`;

describe("the cache", () => {
  nativeTest("serves four processes that want the same at once", async () => {
    const cache = fresh();
    const runs = await Promise.all([0, 1, 2, 3].map(() => inProcess(runOnce, { XDG_CACHE_HOME: cache })));
    for (const { status, output } of runs) expect([status, output]).toEqual([0, runs[0]!.output]);
    expect(runs[0]!.output).toMatch(/^potential -?\d/);
    const files = readdirSync(join(cache, "spark-snn"));
    expect(files.filter((name) => !name.endsWith(".so"))).toEqual([]);
    expect(files.length).toBeGreaterThanOrEqual(1);
  });

  nativeTest("is used by the next process, without a compilation", async () => {
    const cache = fresh();
    const log = join(fresh(), "calls");
    const cc = script(`[ "$1" = --version ] || echo compiled >> ${log}\nexec cc "$@"`);
    for (let k = 0; k < 2; k++) {
      const { status, output } = await inProcess(runOnce, { XDG_CACHE_HOME: cache, CC: cc });
      expect([status, output]).toEqual([0, expect.stringContaining("potential")]);
    }
    // The library of the population, and the one that all share.
    expect(readFileSync(log, "utf8")).toBe("compiled\ncompiled\n");
  });

  nativeTest("finds damaged libraries and makes them again", async () => {
    const cache = fresh();
    const first = await inProcess(runOnce, { XDG_CACHE_HOME: cache });
    const folder = join(cache, "spark-snn");
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const sound = readFileSync(path);
      for (const damaged of [
        sound.subarray(0, 3000),
        Buffer.alloc(0),
        Buffer.concat([sound.subarray(0, 9000), Buffer.alloc(64), sound.subarray(9064)]),
      ]) {
        writeFileSync(path, damaged);
        expect(await inProcess(runOnce, { XDG_CACHE_HOME: cache })).toEqual(first);
        expect(readFileSync(path).equals(sound)).toBe(true);
      }
    }
  });

  nativeTest("that cannot be written is left alone, and nothing stays behind", () => {
    const blocked = join(fresh(), "file");
    writeFileSync(blocked, "no folder");
    const temporary = fresh();
    const options = own({ XDG_CACHE_HOME: blocked, TMPDIR: temporary });
    const machine = createNative(program(), options);
    machine.advance(0, 4);
    machine.dispose();
    expect(readdirSync(temporary)).toEqual([]);
    expect(nativeAvailable(options)).toEqual({ available: true });
    expect(readdirSync(temporary)).toEqual([]);
    const nowhere = own({ XDG_CACHE_HOME: blocked, TMPDIR: blocked });
    expect(nativeAvailable(nowhere)).toMatchObject({
      available: false,
      reason: expect.stringContaining("are not writable"),
    });
    expect(failureOf(nowhere)).toBeInstanceOf(BackendError);
  });

  test("lies where the system keeps caches, and never in a folder that others may write", () => {
    if (process.platform === "linux") {
      expect(cacheFolder({ XDG_CACHE_HOME: "/somewhere" })).toBe("/somewhere/spark-snn");
      expect(cacheFolder({ XDG_CACHE_HOME: "relative", HOME: "/home/a" })).toBe("/home/a/.cache/spark-snn");
    }
    const cache = fresh();
    mkdirSync(join(cache, "spark-snn"));
    chmodSync(join(cache, "spark-snn"), 0o777);
    const store = openStore({ XDG_CACHE_HOME: cache, TMPDIR: fresh() });
    expect(store.lasting).toBe(false);
  });

  test("is an absolute folder, whatever the environment says", () => {
    for (const HOME of ["", ".", "relative/home"]) {
      for (const XDG_CACHE_HOME of ["", ".cache", undefined]) {
        const folder = cacheFolder({ HOME, XDG_CACHE_HOME });
        if (folder !== undefined) expect(folder).toMatch(/^\//);
      }
    }
    const store = openStore({ XDG_CACHE_HOME: "/dev/null", TMPDIR: "relative" });
    expect(store.folder).toMatch(/^\//);
    closeStore(store);
  });

  test("lies in no folder whose entries everybody may replace, and is closed to others", () => {
    const open = fresh();
    chmodSync(open, 0o777);
    const exposed = openStore({ XDG_CACHE_HOME: join(open, "cache"), TMPDIR: fresh() });
    expect(exposed.lasting).toBe(false);
    closeStore(exposed);
    const cache = fresh();
    mkdirSync(join(cache, "spark-snn"));
    chmodSync(join(cache, "spark-snn"), 0o755);
    expect(openStore({ XDG_CACHE_HOME: cache }).lasting).toBe(true);
    expect(statSync(join(cache, "spark-snn")).mode & 0o777).toBe(0o700);
  });

  test("gives files of this user alone", () => {
    const store = openStore({ XDG_CACHE_HOME: fresh() });
    const planted = (write: (path: string) => void): string => {
      const digest = createHash("sha256").update("code").digest("hex").slice(0, 16);
      const path = join(store.folder, `key.${digest}.so`);
      write(path);
      return path;
    };
    const own = planted((path) => writeFileSync(path, "code", { mode: 0o600 }));
    expect(findLibrary(store, "key")).toBe(own);
    for (const mode of [0o666, 0o620, 0o602]) {
      chmodSync(own, mode);
      expect(findLibrary(store, "key")).toBeUndefined();
      expect(existsSync(own)).toBe(false);
      planted((path) => writeFileSync(path, "code", { mode: 0o600 }));
    }
    rmSync(own);
    const elsewhere = join(fresh(), "library.so");
    writeFileSync(elsewhere, "code");
    planted((path) => symlinkSync(elsewhere, path));
    expect(findLibrary(store, "key")).toBeUndefined();
    expect(existsSync(elsewhere)).toBe(true);
    planted((path) => mkdirSync(path));
    expect(findLibrary(store, "key")).toBeUndefined();
    if (process.getuid?.() === 0) {
      planted((path) => writeFileSync(path, "code", { mode: 0o600 }));
      chownSync(own, 12345, 12345);
      expect(findLibrary(store, "key")).toBeUndefined();
    }
  });

  nativeTest("stores libraries that nobody else may write, whatever the umask", () => {
    const before = process.umask(0);
    try {
      const cache = fresh();
      createNative(program(), own({ XDG_CACHE_HOME: cache })).dispose();
      for (const name of readdirSync(join(cache, "spark-snn"))) {
        expect(statSync(join(cache, "spark-snn", name)).mode & 0o077).toBe(0);
      }
    } finally {
      process.umask(before);
    }
  });

  nativeTest("replaces libraries without the expected functions", async () => {
    const cache = fresh();
    const first = await inProcess(runOnce, { XDG_CACHE_HOME: cache });
    const folder = join(cache, "spark-snn");
    const other = join(fresh(), "other.so");
    spawnSync(script('exec cc "$@"'), ["-shared", "-fPIC", "-x", "c", "-", "-o", other], { input: "int other;" });
    chmodSync(other, 0o700);
    const digest = createHash("sha256").update(readFileSync(other)).digest("hex").slice(0, 16);
    for (const name of readdirSync(folder)) {
      rmSync(join(folder, name));
      copyFileSync(other, join(folder, `${name.split(".")[0]}.${digest}.so`));
    }
    expect(await inProcess(runOnce, { XDG_CACHE_HOME: cache })).toEqual(first);
    expect(readdirSync(folder).filter((name) => name.includes(digest))).toEqual([]);
  });
});

const threadsNow = (): number => readdirSync("/proc/self/task").length;
const linuxTest = process.platform === "linux" ? nativeTest : test.runIf(false);

describe("threads", () => {
  linuxTest("start with the engine, and none is left after it closes, an error or a second dispose", () => {
    createNative(program(), { threads: 2 }).dispose();
    const before = threadsNow();
    const machines = [1, 2, 3].map(() => createNative(program(5000), { threads: 4, leastWork: 0 }));
    expect(threadsNow()).toBe(before + 9);
    for (const machine of machines) for (let k = 0; k < 50; k++) machine.advance(16 * k, 16);
    expect(() => machines[0]!.advance(0, 17)).toThrow(StateError);
    for (const machine of machines) {
      machine.dispose();
      machine.dispose();
      expect(() => machine.advance(0, 1)).toThrow(StateError);
      expect(machine.populations[0]!.view(0).length).toBe(5024);
    }
    expect(threadsNow()).toBe(before);
  });

  linuxTest("that were forgotten let the process end", async () => {
    const run = await inProcess(`const machine = createNative(program, { threads: 3, leastWork: 0 });
      machine.advance(0, 16); globalThis.kept = machine; console.log("done");`);
    expect(run).toEqual({ status: 0, output: "done\n" });
  });

  linuxTest("of engines that were dropped end when they are collected", async () => {
    const run =
      await inProcess(`import { readdirSync } from "node:fs"; import { setFlagsFromString } from "node:v8"; import { runInNewContext } from "node:vm";
      setFlagsFromString("--expose-gc"); const gc = runInNewContext("gc");
      createNative(program).dispose();
      const count = () => readdirSync("/proc/self/task").length, before = count();
      (() => { for (let k = 0; k < 5; k++) createNative(program, { threads: 3, leastWork: 0 }).advance(0, 16); })();
      const during = count();
      for (let k = 0; k < 100 && count() > before; k++) { gc(); await new Promise((resolve) => setTimeout(resolve, 20)); }
      console.log(during - before, count() - before);`);
    expect(run).toEqual({ status: 0, output: "10 0\n" });
  });

  test("are a whole number from 1 on, or all", () => {
    for (const threads of [0, -1, 1.5, Number.NaN, 1e9, "two" as never]) {
      expect(() => native().open({ threads, worker: false, networks: false })).toThrow(ConfigError);
      expect(() => native({ threads }).open({ threads: 1, worker: false, networks: false })).toThrow(ConfigError);
    }
  });

  nativeTest("do not share memory that was transferred away", () => {
    const machine = createNative(program());
    const { buffer } = machine.populations[0]!.view(0);
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
    expect(() => machine.advance(0, 1)).toThrow(StateError);
    machine.dispose();
  });
});
