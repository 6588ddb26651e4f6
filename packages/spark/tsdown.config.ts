import { defineConfig, type UserConfig } from "tsdown";

const shared = { format: "esm", platform: "neutral", target: "es2022", deps: { neverBundle: [/^node:/] } } as const;

const config: UserConfig[] = defineConfig([
  { ...shared, entry: ["src/index.ts", "src/core.ts", "src/node.ts"], dts: true, clean: true },
  // For pages without a bundler. A page names core.js, which is whole in itself; the other files come when asked for.
  {
    ...shared,
    entry: { core: "src/core.ts" },
    outDir: "dist/page",
    minify: true,
    dts: false,
    clean: false,
    // The other files take from core.js what they share with it, under names of one or two letters.
    inputOptions: { preserveEntrySignatures: "allow-extension" },
    outputOptions: {
      chunkFileNames: "[name].js",
      codeSplitting: { groups: [{ name: "core", tags: ["$initial"] }] },
    },
  },
]);
export default config;
