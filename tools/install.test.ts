import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { installReason, markInstalled, versionProblem } from "./install.mjs";

describe("versionProblem", () => {
  test.each(["v20.19.0", "v20.20.2", "v22.0.0", "v24.1.0"])("accepts Node %s", (version) => {
    expect(versionProblem(version)).toBeUndefined();
  });

  test.each(["v20.18.3", "v18.20.0", "v16.0.0"])("refuses Node %s in a sentence", (version) => {
    expect(versionProblem(version)).toBe(
      `spark-snn needs Node 20.19 or newer; this is Node ${version}. Install a newer one from https://nodejs.org and run this again.`,
    );
  });
});

describe("installReason", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "install-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const writeLock = (packages: Record<string, object>): void =>
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages: { "": {}, ...packages } }));
  const install = (packages: Record<string, object>): void => {
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    writeFileSync(join(folder, "node_modules", ".package-lock.json"), JSON.stringify({ packages }));
  };

  test("is that nothing is installed, where nothing is", () => {
    writeLock({});
    expect(installReason(folder)).toBe("nothing is installed yet");
  });

  test("is absent where npm noted the versions of the lock file; packages for other platforms may be missing", () => {
    writeLock({ "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "2.0.0", optional: true } });
    install({ "node_modules/a": { version: "1.0.0" } });
    expect(installReason(folder)).toBeUndefined();
  });

  test.each([
    ["another version", { "node_modules/a": { version: "1.0.1" } }],
    ["a package that is missing", {}],
  ])("is told for %s", (_name, present) => {
    writeLock({ "node_modules/a": { version: "1.0.0" } });
    install(present);
    expect(installReason(folder)).toBe("what is installed is not what package-lock.json names");
  });

  test("is told when the lock file changes after it was marked as installed", () => {
    writeLock({});
    install({});
    markInstalled(folder);
    expect(installReason(folder)).toBeUndefined();
    writeLock({ "node_modules/a": { version: "1.0.0" } });
    expect(installReason(folder)).toBe("package-lock.json has changed");
  });
});
