/*
 * The tiers of the tests, and what must be built before a test can run. Plain Node, since tools/test.mjs reads it
 * before anything is installed; vitest.config.ts makes a project of each tier.
 *
 * A path is a file, or a folder when it ends with a slash. A test that stands in no list is a unit test, and
 * tools/tiers.test.ts says so when it needs what a unit test must not need.
 */

/** Tests that compile native code, start threads or processes, or take seconds because every backend has to agree. */
const backends = [
  "packages/spark/src/backend/native/",
  "packages/spark/src/backend/registry.test.ts",
  "packages/spark/src/backend/wasm/network/",
  "packages/spark/src/backend/wasm/recovery.test.ts",
  "packages/spark/src/backend/wasm/step/calm.test.ts",
  "packages/spark/src/backend/wasm/threads/",
  "packages/spark/src/backend/wasm/worker/",
  "packages/spark/src/compile/compile.test.ts",
  "packages/spark/src/connectivity/rules.test.ts",
  "packages/spark/src/connectivity/values.test.ts",
  "packages/spark/src/inputs/noise.test.ts",
  "packages/spark/src/run/memory.test.ts",
  "packages/spark/src/experiment/once.test.ts",
  "packages/spark/src/run/network-abort.test.ts",
  "packages/spark/src/run/network-layout.test.ts",
  "packages/spark/src/run/network.test.ts",
  "packages/spark/src/run/reuse.test.ts",
  "packages/spark/src/run/step.test.ts",
  "packages/spark/src/sources/varying.test.ts",
  "packages/spark/test/backends.test.ts",
  "packages/spark/test/conformance/",
  "packages/spark/test/memory.test.ts",
  "packages/spark/test/network-memory.test.ts",
  "packages/spark/test/threaded-networks.test.ts",
];

/** Tests of what people receive: commands, pages in a browser, examples, documentation, fits, files for other programs. */
const product = [
  "examples/",
  "packages/cli/",
  "packages/fit/src/search/optimizers.test.ts",
  "packages/fit/test/",
  "packages/spark/src/io/files-npz.test.ts",
  "packages/spark/src/io/files.test.ts",
  "packages/spark/src/io/folder.test.ts",
  "packages/spark/src/io/python.test.ts",
  "packages/spark/test/browser/",
  "packages/spark/test/docs.test.ts",
  "packages/spark/test/peers/",
  "packages/spark/test/types/editor.test.ts",
];

export const tiers = { backends, product };

/** Packages whose dist/ a test reads. Other tests run from the sources. */
const builds = {
  "packages/cli/test/built.test.ts": ["spark", "plot", "fit", "cli"],
  "packages/cli/test/start.test.ts": ["spark", "plot", "fit", "cli"],
  "packages/fit/test/page.test.ts": ["spark"],
  "packages/spark/test/browser/": ["spark"],
  "packages/spark/test/peers/": ["spark"],
};

/** All packages, each after those that it is built from. */
const packages = ["spark", "plot", "fit", "cli"];

/** Whether a listed path names a file or a folder that holds it. */
export const names = (listed, file) => (listed.endsWith("/") ? file.startsWith(listed) : file === listed);

/** The tier of a test file, given by its path from the root of the repository. */
export const tierOf = (file) =>
  Object.keys(tiers).find((tier) => tiers[tier].some((listed) => names(listed, file))) ?? "unit";

/** The packages to build before these test files can run, in the order in which they are built. */
export const packagesToBuild = (files) => {
  const needed = new Set(
    Object.entries(builds).flatMap(([listed, built]) => (files.some((file) => names(listed, file)) ? built : [])),
  );
  return packages.filter((name) => needed.has(name));
};

/** The same paths as patterns of files, for vitest. */
export const patternsOf = (listed) => listed.map((path) => (path.endsWith("/") ? `${path}**/*.test.ts` : path));
