#!/usr/bin/env node
// npm links only commands whose file exists at installation, and in a clone dist/ does not exist yet.
import { existsSync } from "node:fs";
import module from "node:module";

const main = new URL("../dist/main.js", import.meta.url);
if (!existsSync(main)) {
  console.error("Building spark-snn once, because this clone has not been built yet …");
  const { spawnSync } = await import("node:child_process");
  const { fileURLToPath } = await import("node:url");
  const cwd = fileURLToPath(new URL("../../..", import.meta.url));
  const build = spawnSync("npm", ["run", "build"], { cwd, encoding: "utf8", shell: process.platform === "win32" });
  if (build.status !== 0) {
    console.error(`${build.stdout ?? ""}${build.stderr ?? ""}\nThe build failed; the reason is above.`);
    process.exit(1);
  }
}
// Node 22.8 and later cache the compiled code for the next start.
module.enableCompileCache?.();
await import(main.href);
