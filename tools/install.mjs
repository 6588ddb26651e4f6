/*
 * Ensures that the packages of the lock file are installed, and prints a line if it has to install them. This script
 * uses no packages, because it runs before any are installed.
 *
 *     node tools/install.mjs
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv, env, execPath, exit, platform, version } from "node:process";
import { fileURLToPath } from "node:url";
import { writeTexts } from "./texts.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));
const leastNode = [20, 19];

/** The error message if a version of Node, such as "v18.20.0", is too old; otherwise undefined. */
export const versionProblem = (given) => {
  const [major, minor] = given.replace(/^v/, "").split(".").map(Number);
  if (major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])) return undefined;
  return `spark-snn needs Node ${leastNode.join(".")} or newer; this is Node ${given}. Install a newer one from https://nodejs.org and run this again.`;
};

const hashOf = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");
const lockOf = (folder) => join(folder, "package-lock.json");
const markerOf = (folder) => join(folder, "node_modules", ".installed-lock");

/** A clause that says why the packages of a folder must be installed; undefined if they are up to date. */
export const installReason = (folder) => {
  const hidden = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(hidden)) return "nothing is installed yet";
  const marker = markerOf(folder);
  if (existsSync(marker)) {
    return readFileSync(marker, "utf8") === hashOf(lockOf(folder)) ? undefined : "package-lock.json has changed";
  }
  // Installed by hand: the notes of npm decide. Packages for other platforms may be missing.
  const wanted = JSON.parse(readFileSync(lockOf(folder), "utf8")).packages;
  const present = JSON.parse(readFileSync(hidden, "utf8")).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes("node_modules/") || (entry.optional && !present[path])) continue;
    if (!present[path] || present[path].version !== entry.version)
      return "what is installed is not what package-lock.json names";
  }
  return undefined;
};

/** Marks the folder as installed according to its lock file. */
export const markInstalled = (folder) => writeFileSync(markerOf(folder), hashOf(lockOf(folder)));

/** Installs the packages of the lock file. Returns whether npm succeeded. */
const runNpm = (folder) => {
  const stdio = "inherit";
  const options = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  // If npm runs this script, it passes the path of its own script. The same npm is then used again.
  const script = env.npm_execpath?.endsWith(".js") ? env.npm_execpath : undefined;
  const result = script
    ? spawnSync(execPath, [script, ...options], { cwd: folder, stdio })
    : spawnSync("npm", options, { cwd: folder, stdio, shell: platform === "win32" });
  return result.status === 0;
};

/** Installs if necessary. Ends the process with an error message if Node is too old or npm fails. */
export const ensureInstalled = (folder = root) => {
  const problem = versionProblem(version);
  if (problem) {
    console.error(problem);
    exit(1);
  }
  const reason = installReason(folder);
  if (reason) {
    console.log(`Installing the packages of package-lock.json, because ${reason} …`);
    if (!runNpm(folder)) {
      console.error("npm failed, so nothing was run. Read its output above, and try again.");
      exit(1);
    }
  }
  if (reason || !existsSync(markerOf(folder))) markInstalled(folder);
  writeTexts();
};

if (argv[1] && realpathSync(argv[1]) === realpathSync(fileURLToPath(import.meta.url))) ensureInstalled();
