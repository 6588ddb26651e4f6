#!/usr/bin/env node
// npm links a command only to a file that is there when it installs, and in a clone dist/ is not there yet.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { platform } from "node:process";
import { fileURLToPath } from "node:url";

const main = new URL("../dist/main.js", import.meta.url);
if (!existsSync(main)) {
  console.error("Building spark-snn, once, since this clone has not been built yet …");
  const cwd = fileURLToPath(new URL("../../..", import.meta.url));
  const build = spawnSync("npm", ["run", "build"], { cwd, encoding: "utf8", shell: platform === "win32" });
  if (build.status !== 0) {
    console.error(`${build.stdout ?? ""}${build.stderr ?? ""}\nThe build failed, as it says above.`);
    process.exit(1);
  }
}
await import(main.href);
