import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "./install.mjs";

const textOf = (...path: readonly string[]): string => readFileSync(join(root, ...path), "utf8");

describe.each(readdirSync(join(root, "packages")))("the package %s", (name) => {
  test.each(["LICENSE", "NOTICE"])("carries the project's %s", (file) => {
    expect(textOf("packages", name, file)).toBe(textOf(file));
  });

  test("publishes its NOTICE; npm adds the LICENSE by itself", () => {
    expect(JSON.parse(textOf("packages", name, "package.json")).files).toContain("NOTICE");
  });
});

test("only the command line installs koffi, which spark-snn leaves to its users", () => {
  const { dependencies, optionalDependencies, peerDependenciesMeta } = JSON.parse(
    textOf("packages", "spark", "package.json"),
  );
  expect([dependencies.koffi, optionalDependencies, peerDependenciesMeta.koffi]).toEqual([
    undefined,
    undefined,
    { optional: true },
  ]);
  expect(JSON.parse(textOf("packages", "cli", "package.json")).optionalDependencies.koffi).toBeDefined();
});

test("the lock file names no host of a registry", () => {
  const lock = JSON.parse(textOf("package-lock.json")) as {
    readonly packages: Readonly<Record<string, { readonly resolved?: string }>>;
  };
  expect(Object.values(lock.packages).filter(({ resolved }) => resolved?.includes("://"))).toEqual([]);
});
