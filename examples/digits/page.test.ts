import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { expect, test } from "vitest";
import { launch, missing, serve, urlOf } from "../../packages/spark/test/browser/page.test-support.ts";
import { Digits } from "./learning.ts";
import { full } from "./network.ts";
import { readImages } from "./read-images.ts";

if (missing) console.info(missing);

test.runIf(missing === undefined)("the page shows the same network as Node", async () => {
  const bundle = mkdtempSync(join(tmpdir(), "digits-page-"));
  const root = fileURLToPath(new URL("page", import.meta.url));
  await build({
    root,
    base: "./",
    logLevel: "error",
    configFile: false,
    build: { outDir: bundle, emptyOutDir: true, target: "esnext", chunkSizeWarningLimit: 1e6 },
  });
  const server = await serve({ page: bundle });
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(urlOf(server, "page/index.html"));
    await page.waitForFunction(() => /(\d+, ){20}\d+/.test(document.querySelector("#score")?.ariaLabel ?? ""));
    await page.click("#play");
    const label = await page.locator("#score").getAttribute("aria-label");
    const responses = [...label!.matchAll(/\d+/g)].map(([count]) => Number(count)).slice(0, 20);
    expect(await page.locator("#status").textContent()).toMatch(/^Seed 1, \d+ images.*; [\d.]+ ms an image$/);
    expect(await page.locator("#image").getAttribute("aria-label")).toMatch(/^The digit \d$/);
    expect(problems).toEqual([]);
    const digits = await Digits.create({ units: 100, side: full, seed: 1, thresholdDelta: 0.1, backend: "wasm" });
    const own: number[] = [];
    for (const image of (await readImages(1)).slice(0, 20)) {
      own.push((await digits.show(image)).reduce((sum, count) => sum + count, 0));
    }
    expect(responses).toEqual(own);
    digits.simulation.dispose();
  } finally {
    await browser.close();
    server.close();
    rmSync(bundle, { recursive: true, force: true });
  }
});
