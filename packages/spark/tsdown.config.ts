import { defineConfig, type UserConfig } from "tsdown";

const shared = { format: "esm", platform: "neutral", target: "es2022", deps: { neverBundle: [/^node:/] } } as const;

const config: UserConfig[] = defineConfig([
  { ...shared, entry: ["src/index.ts", "src/core.ts", "src/node.ts"], dts: true, clean: true },
  // For pages without a bundler. A page names core.js, which loads shared.js; the others come when they are asked for.
  {
    ...shared,
    entry: { core: "src/core.ts" },
    outDir: "dist/page",
    minify: true,
    dts: false,
    clean: false,
    outputOptions: {
      chunkFileNames: "[name].js",
      codeSplitting: { groups: [{ name: "shared", tags: ["$initial"] }] },
    },
  },
]);
export default config;
