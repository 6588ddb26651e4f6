/*
 * Runs tests, after installing and building what they need.
 *
 *     npm test                          all tests
 *     npm test packages/spark/src/expr  the tests whose path contains one of the arguments
 *     npm run test:unit                 the tests that need no build, compiler, thread or browser
 *     npm run test:backends             the tests of native code and threads, and the comparisons of all backends
 *
 * Options are passed on to vitest.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { ensureInstalled, root } from "./install.mjs";
import { packagesToBuild, tierOf } from "./tiers.mjs";

const run = (command, args) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};

const filesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name === "dist" || entry.name.startsWith(".")) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });

/** The test files that vitest runs for these arguments. Additional files do no harm: they only decide what is built. */
const selected = (args) => {
  const all = ["packages", "examples", "tools"]
    .flatMap((folder) => filesBelow(join(root, folder)))
    .map((path) => relative(root, path).split(sep).join("/"))
    .filter((path) => path.endsWith(".test.ts"));
  const asked = args.filter((arg, k) => args[k - 1] === "--project" || arg.startsWith("--project="));
  const wanted = asked.map((arg) => arg.replace("--project=", ""));
  const ofTier = wanted.length === 0 ? all : all.filter((file) => wanted.includes(tierOf(file)));
  const named = ofTier.filter((file) =>
    args.some((arg) => !arg.startsWith("-") && file.includes(arg.replace("./", ""))),
  );
  return named.length > 0 ? named : ofTier;
};

ensureInstalled();
const args = process.argv.slice(2);
for (const name of packagesToBuild(selected(args))) {
  run("npm", ["run", "--silent", "build", "-w", `packages/${name}`]);
}
run(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...args]);
