import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { expect, test } from "vitest";
import { launch, missing, serve, urlOf } from "../../packages/spark/test/browser/page.test-support.ts";
import { Training } from "./training.ts";

if (missing) console.info(missing);

test.runIf(missing === undefined)(
  "the page trains the same network as Node",
  async () => {
    const bundle = mkdtempSync(join(tmpdir(), "cartpole-page-"));
    const root = fileURLToPath(new URL("page", import.meta.url));
    await build({
      root,
      base: "./",
      logLevel: "error",
      configFile: false,
      build: { outDir: bundle, emptyOutDir: true, target: "esnext" },
    });
    const server = await serve({ page: bundle });
    const browser = await launch();
    try {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(String(error)));
      await page.goto(urlOf(server, "page/index.html"));
      await page.waitForFunction(() => /(\d+, ){4}\d+/.test(document.querySelector("#score")?.ariaLabel ?? ""));
      await page.click("#play");
      const label = await page.locator("#score").getAttribute("aria-label");
      const lengths = [...label!.matchAll(/\d+/g)].map(([digits]) => Number(digits));
      const status = await page.locator("#status").textContent();
      const drawn = await page.evaluate(() =>
        Array.from(document.querySelectorAll("canvas"), (canvas) => {
          const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value) => value !== 0);
        }),
      );
      expect(drawn).toEqual([true, true, true, true]);
      expect(status).toMatch(/Seed 1, episode \d+, step \d+, score \d+; \d+ µs a step/);
      expect(problems).toEqual([]);
      const training = await Training.begin({ seed: 1, backend: "wasm" });
      training.train(lengths.length);
      expect(lengths).toEqual(training.lengths);
      training.simulation.dispose();
    } finally {
      await browser.close();
      server.close();
      rmSync(bundle, { recursive: true, force: true });
    }
  },
  120_000,
);
