import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { backends } from "./backends.test-support.ts";

const packages = fileURLToPath(new URL("../../..", import.meta.url));
const LIST = "spark/test/conformance/backends.test-support.ts";
/** Backends that a simulation can choose. The interpreter is what tests compare with. */
const chosen = /backend\/(wasm|native)\//;

const testsBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ["node_modules", "dist"].includes(entry.name) ? [] : testsBelow(path);
    return /\.test(-support)?\.ts$/.test(entry.name) ? [path] : [];
  });

/** Folder of a backend that a file lies in or imports from, such as "wasm"; undefined elsewhere. */
const backendAt = (path: string): string | undefined => chosen.exec(relative(packages, path))?.[1];

test("only the list of backends and the backends' own tests import a backend", () => {
  const wrong = testsBelow(packages).flatMap((path) => {
    const name = relative(packages, path);
    if (name === LIST || dirname(name) === "spark/src/backend") return [];
    const imports = [
      ...readFileSync(path, "utf8").matchAll(/(?:from|import|doMock|original<typeof import)\(?\s*"(\.[^"]+)"/g),
    ];
    const named = imports.map(([, target]) => backendAt(join(dirname(path), target!)));
    return named.some((backend) => backend !== undefined && backend !== backendAt(path)) ? [name] : [];
  });
  expect(wrong).toEqual([]);
});

test("backends of the list have names of their own, and say in sentences what they lack", () => {
  expect(new Set(backends.map(({ name }) => name)).size).toBe(backends.length);
  for (const { lacks, backend, skip } of backends) {
    const sentences = [...Object.values(lacks), ...Object.values(backend.lacks), ...(skip === undefined ? [] : [skip])];
    for (const sentence of sentences) expect(sentence).toMatch(/^\S.*\.$/);
  }
});
