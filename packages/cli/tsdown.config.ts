import { defineConfig, type UserConfig } from "tsdown";

const config: UserConfig = defineConfig({
  entry: ["src/main.ts", "src/keep-run.ts", "src/sweep-files.ts"],
  format: "esm",
  platform: "node",
  fixedExtension: false,
  target: "node20",
  dts: false,
  clean: true,
});
export default config;
