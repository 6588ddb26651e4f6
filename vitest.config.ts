import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: [
      { find: /^spark-snn\/core$/, replacement: at("./packages/spark/src/entries/core.ts") },
      { find: /^spark-snn\/node$/, replacement: at("./packages/spark/src/entries/node.ts") },
      { find: /^spark-snn$/, replacement: at("./packages/spark/src/entries/index.ts") },
      { find: /^@spark-snn\/fit$/, replacement: at("./packages/fit/src/index.ts") },
      { find: /^@spark-snn\/plot\/png$/, replacement: at("./packages/plot/src/png.ts") },
      { find: /^@spark-snn\/plot$/, replacement: at("./packages/plot/src/index.ts") },
    ],
  },
  test: {
    include: ["packages/*/{src,test}/**/*.test.ts", "examples/**/*.test.ts", "tools/**/*.test.ts"],
    testTimeout: 30_000,
  },
});

export default config;
