import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "./install.mjs";

/*
 * The allowed imports in all packages. packages/spark/test/layers.test.ts lists those between the folders of
 * packages/spark/src.
 */

/** Names of other packages that a package may import. Modules of Node are allowed in packages for Node only. */
const publicNames: Readonly<Record<string, readonly string[]>> = {
  spark: ["fflate", "koffi"],
  plot: ["spark-snn", "vega", "vega-interpreter", "@resvg/resvg-js", "node:module"],
  fit: ["spark-snn", "spark-snn/documents"],
  sweep: ["spark-snn", "spark-snn/documents", "spark-snn/node", "hyparquet-writer"],
  studio: [
    "spark-snn",
    "spark-snn/documents",
    "@spark-snn/formats",
    "@spark-snn/plot",
    "@spark-snn/sweep",
    "@codemirror/lang-json",
    "@codemirror/language",
    "@codemirror/lint",
    "@codemirror/view",
    "@lezer/highlight",
    "@dagrejs/dagre",
    "@xyflow/svelte",
    "codemirror",
    "dompurify",
    "fflate",
    "idb-keyval",
    "jsonc-parser",
    "marked",
    "svelte",
    "uplot",
    "uplot/dist/uPlot.min.css",
  ],
  formats: [
    "fast-xml-builder",
    "fast-xml-parser",
    "fflate",
    "h5wasm",
    "spark-snn",
    "spark-snn/documents",
    "spark-snn/node",
    "xz-decompress",
  ],
  cli: [
    "spark-snn",
    "spark-snn/documents",
    "spark-snn/node",
    "@spark-snn/fit",
    "@spark-snn/formats",
    "@spark-snn/formats/node",
    "@spark-snn/plot",
    "@spark-snn/plot/png",
    "@spark-snn/sweep",
    "@spark-snn/sweep/measures",
    "@spark-snn/sweep/node",
    "jsonc-parser",
  ],
};

/** Folders of a package, and the other folders that they may import. All may import the files next to the folders. */
const folders: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  plot: {},
  fit: {
    recording: [],
    search: [],
    scores: ["recording"],
    space: ["recording", "search"],
    result: ["recording", "scores", "search", "space"],
    "cross-validation": ["result"],
    document: ["cross-validation", "recording", "space"],
  },
  sweep: { sampling: [], processes: [], folder: ["processes"] },
  studio: { core: [], engine: ["core"], view: ["core"] },
  formats: {
    abf: ["recordings"],
    archive: [],
    brian2: ["script"],
    hdf5: [],
    nest: ["recordings"],
    neuroml: ["script"],
    nir: ["hdf5"],
    nwb: ["hdf5", "recordings"],
    pynn: ["script"],
    recordings: [],
    scfg: [],
    script: [],
    sonata: ["hdf5", "recordings"],
  },
  cli: { commands: [] },
};

/** Entries that pages may load, of packages that also use modules of Node. */
const pageEntries = ["packages/sweep/src/index.ts", "packages/formats/src/index.ts"];

/** Files of packages/formats for Node, which only its entry for Node imports. */
const ofFormats = ["packages/formats/src/hdf5/node-store.ts", "packages/formats/src/sonata/record-file.ts"];

interface Import {
  /** The import as written. */
  readonly name: string;
  /** Path from the root of the repository; undefined for another package. */
  readonly file: string | undefined;
  /** Whether the import only exists for types, not when the program runs. */
  readonly isType: boolean;
  /** Whether the import is dynamic. */
  readonly isLazy: boolean;
}

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
const isTest = (path: string): boolean => /\.test(-support)?\.ts$|\/testing\/|\/meaning\//.test(path);
const packages = readdirSync(join(root, "packages"));
const sources: readonly string[] = packages
  .flatMap((name) => filesBelow(`packages/${name}/src`))
  .filter((path) => path.endsWith(".ts") && !isTest(path));

const importsIn = (path: string): Import[] => {
  const text = readFileSync(join(root, path), "utf8");
  const make = (name: string, isType: boolean, isLazy: boolean): Import => ({
    name,
    file: name.startsWith(".") ? relative(root, join(root, dirname(path), name)).replaceAll("\\", "/") : undefined,
    isType,
    isLazy,
  });
  const statements = /(?:^|\n)\s*(?:import|export)\s+(type\b)?(?:[^;"']*?from\s*)?["']([^"']+)["']/g;
  const lazy = /\bimport\(\s*["']([^"']+)["']\s*\)(\.)?/g;
  return [
    ...[...text.matchAll(statements)].map(([, type, name]) => make(name!, type !== undefined, false)),
    // `import("./a.ts").Name` is a type. Programs load modules with `await import(…)` or with `then`.
    ...[...text.matchAll(lazy)].map(([whole, name, dot]) => {
      const isType = dot !== undefined && !text.includes(`${whole}then`);
      return make(name!, isType, !isType);
    }),
  ];
};
const imports: ReadonlyMap<string, readonly Import[]> = new Map(sources.map((path) => [path, importsIn(path)]));

/** Groups of files that all import one another, directly or indirectly (Tarjan 1972). */
const circlesOf = (follows: (one: Import) => boolean): string[][] => {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (path: string): number => {
    const own = order.size;
    order.set(path, own);
    lowest.set(path, own);
    open.push(path);
    for (const one of imports.get(path) ?? []) {
      if (one.file === undefined || !follows(one) || !imports.has(one.file)) continue;
      const reached = order.has(one.file)
        ? open.includes(one.file)
          ? order.get(one.file)!
          : Number.POSITIVE_INFINITY
        : visit(one.file);
      lowest.set(path, Math.min(lowest.get(path)!, reached));
    }
    if (lowest.get(path) === own) {
      const group = open.splice(open.indexOf(path));
      if (group.length > 1) circles.push(group.sort());
    }
    return lowest.get(path)!;
  };
  for (const path of imports.keys()) if (!order.has(path)) visit(path);
  return circles;
};

describe("circles", () => {
  test("the imports of the sources are read", () => {
    expect(sources.length).toBeGreaterThan(300);
    const all = [...imports.values()].flat();
    expect(all.filter(({ file }) => file !== undefined && !existsSync(join(root, file)))).toEqual([]);
    expect(all.filter(({ isType }) => isType).length).toBeGreaterThan(100);
    expect(imports.get("packages/cli/src/dispatch.ts")!.filter(({ isLazy }) => isLazy)).toHaveLength(12);
  });

  test("no module imports itself by way of others", () => {
    expect(circlesOf(({ isType, isLazy }) => !isType && !isLazy)).toEqual([]);
  });

  test("nor do types", () => {
    expect(circlesOf(({ isLazy }) => !isLazy)).toEqual([]);
  });
});

describe.each(packages)("the package %s", (name) => {
  const src = `packages/${name}/src`;
  const own = sources.filter((path) => path.startsWith(`${src}/`));

  test("imports only its own files and public names of others", () => {
    const wrong = own.flatMap((path) =>
      imports.get(path)!.flatMap(({ name: target, file }) => {
        const allowed = file?.startsWith(`${src}/`) ?? publicNames[name]!.includes(target);
        // packages/spark/test/layers.test.ts checks modules of Node in packages/spark, and the test below others.
        const ofNode =
          target.startsWith("node:") && (["spark", "sweep", "cli"].includes(name) || ofFormats.includes(path));
        return allowed || ofNode ? [] : [`${path} imports ${target}`];
      }),
    );
    expect(wrong).toEqual([]);
  });
});

test.each(Object.entries(folders))("the folders of the package %s import only those that they may", (name, map) => {
  const src = `packages/${name}/src`;
  const folderOf = (path: string): string => {
    const parts = relative(src, path).replaceAll("\\", "/").split("/");
    return parts.length > 1 ? parts[0]! : "";
  };
  const own = sources.filter((path) => path.startsWith(`${src}/`));
  expect(Object.keys(map).sort()).toEqual([...new Set(own.map(folderOf))].filter((folder) => folder !== "").sort());
  const wrong = own.flatMap((path) => {
    const from = folderOf(path);
    return imports.get(path)!.flatMap(({ file }) => {
      const to = file === undefined ? "" : folderOf(file);
      if (from === "" || to === "" || to === from || map[from]!.includes(to)) return [];
      return [`${path} imports ${to}`];
    });
  });
  expect(wrong).toEqual([]);
});

test.each(pageEntries)("%s imports no modules of Node, not even by way of others", (entry) => {
  const reached = new Set([entry]);
  for (const path of reached) {
    for (const { file, isType } of imports.get(path)!) if (file !== undefined && !isType) reached.add(file);
  }
  const ofNode = [...reached].flatMap((path) =>
    imports.get(path)!.filter(({ name }) => name.startsWith("node:") || name === "spark-snn/node"),
  );
  expect(reached.size).toBeGreaterThan(5);
  expect(ofNode).toEqual([]);
});

test("the HDF5 library, of 4 MB, is loaded by the first file that needs it", () => {
  const uses = sources.flatMap((path) =>
    imports
      .get(path)!
      .flatMap((one) => (/^h5wasm/.test(one.name) && !one.isType ? [{ path, isLazy: one.isLazy }] : [])),
  );
  expect(uses).toEqual([{ path: "packages/formats/src/hdf5/engine.ts", isLazy: true }]);
});

test("the command line loads its commands only when they are asked for", () => {
  const eager = sources.filter((path) =>
    imports.get(path)!.some(({ file, isLazy }) => !isLazy && file?.startsWith("packages/cli/src/commands/")),
  );
  expect(eager).toEqual([]);
});
