import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { moduleOf } from "./texts.mjs";

/** The exports of the module for the given sources. */
const exportsOf = async (sources: Readonly<Record<string, string>>): Promise<unknown> => {
  const folder = mkdtempSync(join(tmpdir(), "texts-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, name), text);
  const module = moduleOf(folder)?.replaceAll(": string =", " =");
  if (module === undefined) return undefined;
  return { ...(await import(`data:text/javascript,${encodeURIComponent(module)}`)) };
};

test("C sources become identical strings", async () => {
  const pool = `/* a */\n#define F(x) \\\n  "\`\\n\${x}\`"\n`;
  expect(await exportsOf({ "pool.c": pool, "wide-lanes.h": "int a;\n", "read.me": "" })).toEqual({
    poolC: pool,
    wideLanesH: "int a;\n",
  });
});

test("workers lose comments and indentation, and contain the modules that they import", async () => {
  const sources = {
    "control.js": "// Loops.\nexport const half = (a) => a / 2;\n",
    "team.worker.js": [
      'import { half } from "./control.js";',
      "/*",
      " * A comment.",
      " */",
      "const f = (/** @type {number} */ a) => {",
      "  // Another.",
      "  return half(a); // stays",
      "};",
      "",
    ].join("\n"),
  };
  const worker = "const half = (a) => a / 2;\nconst f = (a) => {\nreturn half(a); // stays\n};";
  expect(await exportsOf(sources)).toEqual({ teamWorker: worker });
});

test("a folder without such sources has no module", async () => {
  expect(await exportsOf({ "pool.ts": "" })).toBeUndefined();
});
