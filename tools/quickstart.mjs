/*
 * The quick start: installs missing packages, then simulates a second of the cortical microcircuit.
 *
 *     npm run quickstart
 *     npm run quickstart -- --scale 1
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { argv, execPath, exit } from "node:process";
import { ensureInstalled, root } from "./install.mjs";

ensureInstalled();
const tsx = join(root, "node_modules", "tsx", "dist", "cli.mjs");
const program = join("examples", "microcircuit", "run.ts");
const result = spawnSync(execPath, [tsx, program, ...argv.slice(2)], { cwd: root, stdio: "inherit" });
exit(result.status ?? 1);
