/*
 * The tiers of the tests, and the packages that must be built before a test can run. This module uses no packages,
 * because tools/test.mjs imports it before any are installed. vitest.config.ts defines a project for each tier.
 *
 * Paths that end with a slash are folders, all others are files. A test that is in no list is a unit test.
 * tools/tiers.test.ts fails if it needs more than a unit test may use.
 */

/** Tests that compile native code, start threads or processes, or take seconds because they compare all backends. */
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
  "packages/spark/test/plasticity/by-synapse.test.ts",
  "packages/spark/test/soak.test.ts",
  "packages/spark/test/threaded-networks.test.ts",
  "packages/spark/test/throws.test.ts",
];

/** Tests of what users see: commands, pages in a browser, examples, documentation, fits, files for other programs. */
const product = [
  "examples/",
  "packages/cli/",
  "packages/fit/src/search/optimizers.test.ts",
  "packages/fit/test/",
  "packages/formats/test/",
  "packages/studio/test/",
  "packages/sweep/test/",
  "packages/spark/src/io/files-npz.test.ts",
  "packages/spark/src/io/files.test.ts",
  "packages/spark/src/io/folder-full.test.ts",
  "packages/spark/src/io/files-npz-full.test.ts",
  "packages/spark/src/io/folder.test.ts",
  "packages/spark/src/io/python.test.ts",
  "packages/spark/test/arm64/",
  "packages/spark/test/browser/",
  "packages/spark/test/docs.test.ts",
  "packages/spark/test/peers/",
  "packages/spark/test/types/editor.test.ts",
];

export const tiers = { backends, product };

/** Packages whose dist/ a test uses. Other tests use the sources. */
const builds = {
  "examples/cartpole/page.test.ts": ["spark"],
  "examples/digits/page.test.ts": ["spark"],
  "packages/cli/test/built.test.ts": ["spark", "plot", "fit", "sweep", "formats", "cli"],
  "packages/cli/test/cluster.test.ts": ["spark", "plot", "fit", "sweep", "formats", "cli"],
  "packages/cli/test/disk.test.ts": ["spark", "plot", "fit", "sweep", "formats", "cli"],
  "packages/cli/test/start.test.ts": ["spark", "plot", "fit", "sweep", "formats", "cli"],
  "packages/fit/test/page.test.ts": ["spark"],
  "packages/studio/test/": ["studio"],
  "packages/sweep/test/processes.test.ts": ["spark", "sweep"],
  "packages/spark/test/arm64/": ["spark"],
  "packages/spark/test/browser/": ["spark"],
  "packages/spark/test/peers/": ["spark"],
};

/** All packages, each after its dependencies. */
const packages = ["spark", "plot", "fit", "sweep", "formats", "cli", "studio"];

/** Whether a listed path is the file or a folder that contains it. */
export const names = (listed, file) => (listed.endsWith("/") ? file.startsWith(listed) : file === listed);

/** The tier of a test file, given by its path from the root of the repository. */
export const tierOf = (file) =>
  Object.keys(tiers).find((tier) => tiers[tier].some((listed) => names(listed, file))) ?? "unit";

/** The packages to build before these test files can run, in build order. */
export const packagesToBuild = (files) => {
  const needed = new Set(
    Object.entries(builds).flatMap(([listed, built]) => (files.some((file) => names(listed, file)) ? built : [])),
  );
  return packages.filter((name) => needed.has(name));
};

/** The same paths as file patterns for vitest. */
export const patternsOf = (listed) => listed.map((path) => (path.endsWith("/") ? `${path}**/*.test.ts` : path));
