import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "./install.mjs";
import { missingFor } from "./publishable.mjs";

const textOf = (...path: readonly string[]): string => readFileSync(join(root, ...path), "utf8");

describe.each(readdirSync(join(root, "packages")))("the package %s", (name) => {
  test.each(["LICENSE", "NOTICE"])("carries the project's %s", (file) => {
    expect(textOf("packages", name, file)).toBe(textOf(file));
  });

  const manifest = JSON.parse(textOf("packages", name, "package.json"));

  test("publishes its NOTICE; npm adds the LICENSE by itself", () => {
    expect(manifest.files).toContain("NOTICE");
  });

  test("says what it is and under which licence", () => {
    expect(manifest).toMatchObject({ license: "Apache-2.0", description: expect.stringMatching(/^[A-Z].*\.$/) });
    expect(manifest.keywords.length).toBeGreaterThan(1);
  });

  test("is not published without the address of the project", () => {
    expect(manifest.scripts.prepublishOnly).toBe("node ../../tools/publishable.mjs");
    const { repository, homepage, ...rest } = manifest;
    const directory = `packages/${name}`;
    const answerTo = (added: object): string => missingFor({ ...rest, ...added }, directory);
    const url = "git+https://host.example/project.git";
    const remedy = "Add the public address of the project, then publish.";
    expect(answerTo({ repository: { type: "git", url, directory }, homepage: "https://host.example" })).toBe("");
    expect(answerTo({})).toBe(`${directory}/package.json: repository.url is missing; homepage is missing. ${remedy}`);
    expect(
      answerTo({ repository: { type: "git", url, directory: "packages" }, homepage: "https://host.example" }),
    ).toBe(`${directory}/package.json: repository.directory must be "${directory}"; received "packages". ${remedy}`);
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
