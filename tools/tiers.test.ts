import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "./install.mjs";
import { names, packagesToBuild, tierOf, tiers } from "./tiers.mjs";

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name === "dist" || entry.name.startsWith(".")) return [];
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
const tests = ["packages", "examples", "tools"].flatMap(filesBelow).filter((path) => path.endsWith(".test.ts"));
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

/** Modules that start processes, threads, servers or browsers, or run native code. */
const forbidden = [
  "node:child_process",
  "node:worker_threads",
  "node:http",
  "node:net",
  "koffi",
  "playwright-core",
  "vite",
  "spark-snn/node",
  "packages/spark/src/entries/node.ts",
];

const aliases: Readonly<Record<string, string>> = {
  "spark-snn": "packages/spark/src/entries/index.ts",
  "spark-snn/core": "packages/spark/src/entries/core.ts",
  "spark-snn/documents": "packages/spark/src/entries/documents.ts",
  "@spark-snn/fit": "packages/fit/src/index.ts",
  "@spark-snn/plot": "packages/plot/src/index.ts",
  "@spark-snn/plot/png": "packages/plot/src/png.ts",
};

/** The imports of a file when it is loaded, without types. For tests, also the imports within functions. */
const known = new Map<string, readonly string[]>();
const importsOf = (path: string): readonly string[] => {
  const found = known.get(path) ?? readImports(path);
  known.set(path, found);
  return found;
};

const readImports = (path: string): string[] => {
  const text = textOf(path);
  const statements = /(?:^|\n)\s*(?:import|export)\s+(?!type\b)(?:[^;"']*?from\s*)?["']([^"']+)["']/g;
  const calls = /\b(?:import|mock|doMock)\(\s*["']([^"']+)["']/g;
  const isTest = /\.test(-support)?\.ts$/.test(path);
  return [...text.matchAll(statements), ...(isTest ? text.matchAll(calls) : [])].map(([, target]) => {
    const name = target!;
    return name.startsWith(".") ? relative(root, join(root, dirname(path), name)) : (aliases[name] ?? name);
  });
};

/** The chain of imports from a test to a module that unit tests must not load. */
const wayToForbidden = (start: string): string | undefined => {
  const ways = new Map([[start, start]]);
  for (const [path, way] of ways) {
    for (const target of importsOf(path)) {
      const longer = `${way} → ${target}`;
      if (forbidden.includes(target) || target.startsWith("packages/spark/src/backend/native/")) return longer;
      if (/\.m?ts$/.test(target) && existsSync(join(root, target)) && !ways.has(target)) ways.set(target, longer);
    }
  }
  return undefined;
};

describe("tiers", () => {
  test("list only files and folders of tests that exist", () => {
    const stale = Object.values(tiers)
      .flat()
      .filter((listed) => !tests.some((file) => names(listed, file)));
    expect(stale).toEqual([]);
  });

  test("list no test twice", () => {
    const twice = tests.filter(
      (file) =>
        Object.values(tiers)
          .flat()
          .filter((listed) => names(listed, file)).length > 1,
    );
    expect(twice).toEqual([]);
  });

  test("hold only unit tests that start no process, thread, server or browser and run no native code", () => {
    const wrong = tests.filter((file) => tierOf(file) === "unit").flatMap((file) => wayToForbidden(file) ?? []);
    expect(wrong, "list these in tools/tiers.mjs, or test without what they import").toEqual([]);
  });

  test("find the way to native code through files between", () => {
    expect(wayToForbidden("packages/spark/test/backends.test.ts")).toBe(
      "packages/spark/test/backends.test.ts → packages/spark/src/entries/node.ts",
    );
    expect(wayToForbidden("packages/cli/test/built.test.ts")).toContain("node:child_process");
    expect(wayToForbidden("packages/spark/test/docs.test.ts")).toMatch(
      / → \S+\.ts → (node:child_process|spark-snn\/node)$/,
    );
  });

  test("hold only unit tests that replace no module, since unit tests share them", () => {
    const wrong = tests.filter(
      (file) => tierOf(file) === "unit" && /\bvi\.(mock|doMock|resetModules)\(/.test(textOf(file)),
    );
    expect(wrong.filter((file) => file !== "tools/tiers.test.ts")).toEqual([]);
  });
});

describe("tierOf", () => {
  test.each([
    ["packages/spark/src/expr/print.test.ts", "unit"],
    ["packages/spark/src/backend/native/bits.test.ts", "backends"],
    ["packages/cli/test/built.test.ts", "product"],
  ])("puts %s into %s", (file, tier) => {
    expect(tierOf(file)).toBe(tier);
  });
});

describe("packagesToBuild", () => {
  test.each<[string, string[], string[]]>([
    ["nothing for tests that run from the sources", ["packages/spark/src/expr/print.test.ts"], []],
    ["one package for pages", ["packages/spark/test/browser/page.test.ts"], ["spark"]],
    [
      "all packages, in order, for the built command",
      tests,
      ["spark", "plot", "fit", "sweep", "formats", "cli", "studio"],
    ],
  ])("is %s", (_, files, expected) => {
    expect(packagesToBuild(files)).toEqual(expected);
  });
});
