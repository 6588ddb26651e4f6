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
const program = join("examples", "microcircuit", "run.ts");
// Node with tsx as its loader starts faster than the command of tsx, which starts Node once more.
const given = ["--import", "tsx", program, ...argv.slice(2)];
const result = spawnSync(execPath, given, { cwd: root, stdio: "inherit" });
exit(result.status ?? 1);
