import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/*
 * The map of the house, in the order in which data flows: which folder of src/ may import which. A folder may always
 * import itself. ARCHITECTURE.md says what each is for.
 */
const layers: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  math: [],
  expr: ["errors", "math"],
  config: ["errors", "math"],
  model: ["errors", "math", "expr", "config"],
  tell: ["errors", "math", "expr", "config", "model"],
  equations: ["errors", "expr", "config", "model", "tell"],
  somas: ["errors", "expr", "config", "model"],
  synapses: ["expr", "config", "model"],
  plasticity: ["expr", "config", "model"],
  sources: ["errors", "math", "expr", "config", "model"],
  program: ["errors", "math", "expr", "config"],
  compile: ["errors", "math", "expr", "config", "model", "program"],
  backend: ["errors", "math", "expr", "compile", "program"],
  connectivity: ["errors", "math", "config", "program", "compile"],
  layout: ["errors", "math", "config", "program", "connectivity"],
  graph: ["errors", "math", "expr", "config", "model", "somas", "synapses", "sources", "connectivity", "layout"],
  neurons: ["model", "somas", "synapses", "graph"],
  inputs: ["errors", "math", "expr", "config", "model", "tell", "program", "compile"],
  record: ["errors", "config", "model", "program", "compile"],
  readouts: ["errors", "math", "expr", "config", "model", "program", "graph", "record"],
  run: [
    "errors",
    "math",
    "expr",
    "config",
    "model",
    "program",
    "compile",
    "backend",
    "graph",
    "connectivity",
    "layout",
    "inputs",
    "record",
    "readouts",
  ],
  analysis: ["errors", "math", "config"],
  protocols: ["errors", "config", "model", "somas", "run", "record", "analysis"],
  io: ["errors", "config", "record", "run"],
  experiment: [
    "errors",
    "config",
    "model",
    "tell",
    "equations",
    "somas",
    "synapses",
    "plasticity",
    "sources",
    "connectivity",
    "layout",
    "graph",
    "neurons",
    "inputs",
    "record",
    "run",
    "io",
  ],
};

const root = fileURLToPath(new URL("../../..", import.meta.url));
const src = join(root, "packages/spark/src");

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name === "dist" || entry.name.startsWith(".")) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
const sources = (folder: string): string[] => filesBelow(folder).filter((path) => /\.(ts|mts|mjs)$/.test(path));
const isTest = (path: string): boolean => /\.test(-support)?\.ts$|\/testing\/|\/meaning\//.test(path);
const importsOf = (path: string): string[] =>
  [...readFileSync(path, "utf8").matchAll(/(?:^|\n)\s*(?:import|export)\b[^;"']*?from\s*["']([^"']+)["']/g)].map(
    (match) => match[1]!,
  );
const folderOf = (path: string): string => relative(src, path).split("/")[0]!;

test("every import in src/ goes to a folder that its own may know", () => {
  const wrong: string[] = [];
  for (const path of sources(src).filter((file) => !isTest(file))) {
    const from = folderOf(path);
    if (from === "entries") continue;
    expect(layers, `${from} has no place in the map`).toHaveProperty(from);
    for (const target of importsOf(path)) {
      if (!target.startsWith(".")) continue;
      const to = folderOf(join(dirname(path), target));
      if (to !== from && !layers[from]!.includes(to)) wrong.push(`${relative(src, path)} imports ${to}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("only files of Node import from node:, and nothing in src/ imports the public lists", () => {
  const nodeOnly = /^(entries\/node\.ts|backend\/native\/[a-z-]+\.ts|io\/(files|folder|snapshot-file)[a-z-]*\.ts)$/;
  const wrong = sources(src)
    .filter((path) => !isTest(path))
    .flatMap((path) => {
      const name = relative(src, path);
      return importsOf(path).flatMap((target) => {
        if (target.startsWith("node:") && !nodeOnly.test(name)) return [`${name} imports ${target}`];
        const local = target.startsWith(".") ? relative(src, join(dirname(path), target)) : "";
        if (folderOf(join(src, local)) === "entries" && folderOf(path) !== "entries")
          return [`${name} imports ${local}`];
        return [];
      });
    });
  expect(wrong).toEqual([]);
});
