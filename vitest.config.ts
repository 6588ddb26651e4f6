import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { writeTexts } from "./tools/texts.mjs";
import { patternsOf, tiers } from "./tools/tiers.mjs";

writeTexts();

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const backends = patternsOf(tiers.backends);
const product = patternsOf(tiers.product);

/** Attacks take as long as they are told to, so they run only when tools/attack.mjs asks for them. */
const attacks =
  process.env["SPARK_ATTACK_SECONDS"] === undefined
    ? []
    : [{ extends: true as const, test: { name: "attack", include: ["packages/*/test/attack/*.attack.ts"] } }];

const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: [
      { find: /^spark-snn\/core$/, replacement: at("./packages/spark/src/entries/core.ts") },
      { find: /^spark-snn\/documents$/, replacement: at("./packages/spark/src/entries/documents.ts") },
      { find: /^spark-snn\/node$/, replacement: at("./packages/spark/src/entries/node.ts") },
      { find: /^spark-snn$/, replacement: at("./packages/spark/src/entries/index.ts") },
      { find: /^@spark-snn\/fit$/, replacement: at("./packages/fit/src/index.ts") },
      { find: /^@spark-snn\/formats\/node$/, replacement: at("./packages/formats/src/node.ts") },
      { find: /^@spark-snn\/formats$/, replacement: at("./packages/formats/src/index.ts") },
      { find: /^@spark-snn\/plot\/png$/, replacement: at("./packages/plot/src/png.ts") },
      { find: /^@spark-snn\/plot$/, replacement: at("./packages/plot/src/index.ts") },
      { find: /^@spark-snn\/sweep\/measures$/, replacement: at("./packages/sweep/src/measures.ts") },
      { find: /^@spark-snn\/sweep\/node$/, replacement: at("./packages/sweep/src/node.ts") },
      { find: /^@spark-snn\/sweep$/, replacement: at("./packages/sweep/src/index.ts") },
    ],
  },
  test: {
    // A test that hangs must end. On a computer that does much else, tests take ten times as long as on a quiet one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    // By default vitest leaves one core idle, which doubles the time where there are two.
    maxWorkers: availableParallelism(),
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["packages/*/{src,test}/**/*.test.ts", "tools/**/*.test.ts"],
          exclude: ["**/node_modules/**", ...backends, ...product],
          // Unit tests share the modules that they load, which halves the time. They change nothing outside themselves.
          pool: "threads",
          isolate: false,
        },
      },
      { extends: true, test: { name: "backends", include: backends } },
      { extends: true, test: { name: "product", include: product } },
      ...attacks,
    ],
  },
});

export default config;
