import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { build } from "vite";
import { expect } from "vitest";
import { missing, visitSite } from "../packages/spark/test/browser/page.test-support.ts";

/** Why no page of an example can be opened here. */
export { missing };

if (missing) console.info(missing);

/** Builds the page of an example and opens it. The page must have no errors. */
export const visitExample = async (name: string, act: (page: Page) => Promise<void>): Promise<void> => {
  const bundle = mkdtempSync(join(tmpdir(), `${name}-page-`));
  try {
    await build({
      root: fileURLToPath(new URL(`${name}/page`, import.meta.url)),
      base: "./",
      logLevel: "error",
      configFile: false,
      build: { outDir: bundle, emptyOutDir: true, target: "esnext", chunkSizeWarningLimit: 1e6 },
    });
    await visitSite(
      bundle,
      async ({ page, problems }) => {
        await act(page);
        expect(problems).toEqual([]);
      },
      { isolated: false },
    );
  } finally {
    rmSync(bundle, { recursive: true, force: true });
  }
};
