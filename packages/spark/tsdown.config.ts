import { defineConfig, type UserConfig } from "tsdown";

const shared = { format: "esm", platform: "neutral", target: "es2022", deps: { neverBundle: [/^node:/] } } as const;

const config: UserConfig[] = defineConfig([
  { ...shared, entry: ["src/index.ts", "src/core.ts", "src/node.ts"], dts: true, clean: true },
  // One file for pages without a bundler.
  { ...shared, entry: { "core.min": "src/core.ts" }, minify: true, dts: false, clean: false },
]);
export default config;
