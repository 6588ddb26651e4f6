import { defineConfig, type UserConfig } from "tsdown";
import { writeTexts } from "../../tools/texts.mjs";

writeTexts();

const shared = { format: "esm", platform: "neutral", target: "es2022", deps: { neverBundle: [/^node:/] } } as const;

/**
 * Checks of the assembler that find nothing in code that compiles and passes the tests: a page does without them. Pure
 * functions whose results nobody uses are left out.
 */
const assertions = [
  "isValue",
  "refuseValue",
  "requireArguments",
  "requireCount",
  "requireLane",
  "requireLane64",
  "requireOwn",
  "requireRange",
  "requireValue",
  "requireValues",
];

/**
 * Files that are loaded together are one, which compresses better. What also others need is apart, so that nobody loads
 * a file for the sake of a few lines.
 */
const together = [
  { name: "initial", test: /run\/initial\.ts$/, priority: 3 },
  { name: "finite", test: /run\/(checks|finite|doubts|partial)\.ts$/, priority: 3 },
  {
    name: "shared",
    test: /(program\/procedural\.ts|run\/memory-refusals\.ts|run\/duration\.ts|wasm\/drawer\.ts|wasm\/threads\/control\.js|wasm\/network\/repeat\.ts)$/,
    priority: 3,
  },
  { name: "conditions", test: /record\/(gate|gated|gated-rows|gated-spikes|look-back|packed)\.ts$/, priority: 1 },
  { name: "records", test: /(record\/(read|collectors|open)|config\/options|run\/sinks)\.ts$/, priority: 2 },
  { name: "session", test: /run\/session\//, priority: 2 },
  { name: "threads", test: /wasm\/(threads\/(engine|machine|team)|worker\/machine)\.ts$/, priority: 2 },
  { name: "network", test: /(run\/network|wasm\/network\/machine)\.ts$/, priority: 1 },
];

/**
 * For pages without a bundler. A page names one file, which is whole in itself; the other files come when asked for, and
 * take from the first what they share with it, under names of one or two letters.
 */
const page = (name: string, source: string, outDir: string): UserConfig => ({
  ...shared,
  entry: { [name]: source, equations: "src/entries/equations.ts" },
  outDir,
  minify: true,
  dts: false,
  clean: false,
  inputOptions: { preserveEntrySignatures: "allow-extension", treeshake: { manualPureFunctions: assertions } },
  outputOptions: {
    chunkFileNames: "[name].js",
    codeSplitting: {
      groups: [
        { name: (id, modules) => (isImportedBy(source, id, modules) ? name : null), tags: ["$initial"], priority: 4 },
        { name: "equations", tags: ["$initial"], priority: 4 },
        ...together,
      ],
    },
  },
});

interface Modules {
  readonly getModuleInfo: (
    id: string,
  ) => { readonly importers: readonly string[]; readonly dynamicImporters: readonly string[] } | null;
}

/** Whether a file imports a module, directly or not; `later` also follows imports on demand. */
const isImportedBy = (
  file: string,
  id: string,
  modules: Modules,
  later = false,
  known = new Set<string>(),
): boolean => {
  if (id.endsWith(`/${file}`)) return true;
  if (known.has(id)) return false;
  known.add(id);
  const module = modules.getModuleInfo(id);
  const importers = [...(module?.importers ?? []), ...((later && module?.dynamicImporters) || [])];
  return importers.some((importer) => isImportedBy(file, importer, modules, later, known));
};

const CORE = "src/entries/core.ts";

const groupOf = (id: string, modules: Modules): string | null => {
  // Declarations are chunked by the bundler, which names their files.
  if (/\.d\.ts$/.test(id)) return null;
  if (isImportedBy(CORE, id, modules)) return "inner";
  return isImportedBy(CORE, id, modules, true) ? "later" : "outer";
};

/**
 * Node takes longer to load many small files than a few larger ones. Modules that several entries share are therefore
 * three files: those that the core imports, those that it imports on demand, and the others. A bundler keeps them apart.
 */
const inFewFiles = {
  codeSplitting: { groups: [{ name: groupOf, tags: ["$initial" as const], minShareCount: 2 }] },
};

const config: UserConfig[] = defineConfig([
  {
    ...shared,
    entry: [
      "src/entries/index.ts",
      "src/entries/core.ts",
      "src/entries/documents.ts",
      "src/entries/equations.ts",
      "src/entries/node.ts",
      "src/entries/page.ts",
    ],
    dts: true,
    clean: true,
    outputOptions: inFewFiles,
  },
  page("core", CORE, "dist/page"),
  page("networks", "src/entries/page.ts", "dist/page/networks"),
]);
export default config;
