/*
 * The first thing to run: installs what is missing, then lets a leaky soma predict the spikes of a recorded neuron.
 *
 *     npm run quickstart
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { execPath, exit } from "node:process";
import { ensureInstalled, root } from "./install.mjs";

ensureInstalled();
const tsx = join(root, "node_modules", "tsx", "dist", "cli.mjs");
const result = spawnSync(execPath, [tsx, join("examples", "l5-pyramidal", "run.ts")], { cwd: root, stdio: "inherit" });
exit(result.status ?? 1);
