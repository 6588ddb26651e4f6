/*
 * Attacks the library and the command line with random cases for some time: networks on all backends, damaged files,
 * callbacks that fail, full disks, and signals.
 *
 *     npm run test:attack                    for five minutes
 *     npm run test:attack -- --minutes 600   for ten hours
 *     npm run test:attack -- --seed 7        with the cases of this seed, which a failure prints
 *
 * Other options are passed on to vitest.
 */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { argv, env, execPath, exit } from "node:process";
import { ensureInstalled, root } from "./install.mjs";

/** Number of attacks in packages/{spark,cli}/test/attack. Each gets the same time. */
const ATTACKS = 9;
/** Files among which they are shared; the attacks of a file follow each other. */
const FILES = 5;

const others = [];
const given = { minutes: 5, seed: Date.now() % 2 ** 31 };
for (let k = 2; k < argv.length; k++) {
  const [name, attached] = argv[k].replace(/^--/, "").split("=");
  if (!Object.hasOwn(given, name)) {
    others.push(argv[k]);
    continue;
  }
  const value = Number(attached ?? argv[++k]);
  if (!(name === "minutes" ? value > 0 && value < 1e5 : Number.isInteger(value))) {
    console.error(
      `--${name} must be a ${name === "minutes" ? "time in minutes" : "whole number"}; received ${attached ?? argv[k]}.`,
    );
    exit(2);
  }
  given[name] = value;
}

const run = (command, args, environment = env) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", env: environment });
  if (status !== 0) exit(status ?? 1);
};

ensureInstalled();
run("npm", ["run", "--silent", "build"]);
const atOnce = Math.min(availableParallelism(), FILES);
const seconds = (given.minutes * 60 * atOnce) / ATTACKS;
run(execPath, ["node_modules/vitest/vitest.mjs", "run", "--project=attack", ...others], {
  ...env,
  SPARK_ATTACK_SECONDS: String(seconds),
  SPARK_ATTACK_SEED: String(given.seed),
});
