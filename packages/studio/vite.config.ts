import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin, type UserConfig } from "vite";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Headers that let a page use threads. Static hosts that cannot send them get the service worker's. */
const isolated = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Writes the service worker with the names of all files of the site. */
const serviceWorker: Plugin = {
  name: "service-worker",
  apply: "build",
  generateBundle(_, bundle) {
    const names = Object.keys(bundle).filter((name) => name !== "index.html" && !name.endsWith(".map"));
    const hash = createHash("sha256");
    for (const name of names.sort()) {
      const part = bundle[name]!;
      hash.update(part.type === "chunk" ? part.code : part.source);
    }
    const template = readFileSync(at("./src/service-worker.js"), "utf8");
    const source = template
      .replace("__FILES__", JSON.stringify(["./", ...names.map((name) => `./${name}`)]))
      .replace("__VERSION__", JSON.stringify(hash.digest("hex").slice(0, 16)));
    this.emitFile({ type: "asset", fileName: "service-worker.js", source });
  },
};

const config: UserConfig = defineConfig({
  root: at("./"),
  base: "./",
  plugins: [svelte(), serviceWorker],
  resolve: {
    alias: [
      { find: /^spark-snn$/, replacement: at("../spark/src/entries/index.ts") },
      { find: /^@spark-snn\/plot$/, replacement: at("../plot/src/index.ts") },
      { find: /^@spark-snn\/sweep$/, replacement: at("../sweep/src/index.ts") },
      { find: /^@spark-snn\/formats$/, replacement: at("../formats/src/index.ts") },
      { find: /^spark-snn\/documents$/, replacement: at("../spark/src/entries/documents.ts") },
    ],
  },
  worker: { format: "es" },
  server: { headers: isolated },
  preview: { headers: isolated },
  build: {
    outDir: "dist/site",
    target: "es2022",
    // Older targets would fix the colours at the build, and the page could not switch to dark ones.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    emptyOutDir: true,
    rolldownOptions: {
      input: { index: at("./index.html"), "spark-studio": at("./src/element.ts") },
      // Other pages name this file, so its name has no hash.
      output: { entryFileNames: ({ name }) => (name === "spark-studio" ? "[name].js" : "assets/[name]-[hash].js") },
    },
  },
});
export default config;
