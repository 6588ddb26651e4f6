import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { AdaptiveLeakySoma, type ComponentType } from "spark-snn";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { here, launch, missing, serve, urlOf } from "../../spark/test/browser/page.test-support.ts";
import { type FitOptions, fit } from "../src/index.ts";
import { scale, simulateRecording } from "./data.test-support.ts";

if (missing) console.log(missing);

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

describe.skipIf(missing)("in a page", () => {
  const bundle = mkdtempSync(join(tmpdir(), "spark-snn-fit-"));
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    await build({
      logLevel: "error",
      configFile: false,
      resolve: {
        alias: {
          "spark-snn/documents": fileOf("../../spark/dist/documents.js"),
          "spark-snn": fileOf("../../spark/dist/index.js"),
        },
      },
      build: { outDir: bundle, lib: { entry: { fit: fileOf("page-entry.test-support.ts") }, formats: ["es"] } },
    });
    server = await serve({ bundle, test: here });
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(bundle, { recursive: true, force: true });
  });

  test("a fit gives the same result as in Node, to the bit", async () => {
    const options: FitOptions = {
      recordings: [await simulateRecording()],
      fixed: scale,
      budget: { candidates: 1600, generation: 64 },
      backend: "wasm",
    };
    const page = await browser.newPage();
    await page.goto(urlOf(server, "test/empty.html"));
    // Values pass to the page as JSON, which preserves the bits of numbers.
    const given = JSON.stringify(options, (_, value: unknown) =>
      ArrayBuffer.isView(value) ? [...(value as never)] : value,
    );
    const found = (await page.evaluate(`import("/bundle/fit.js").then(async ({ fit, AdaptiveLeakySoma }) => {
      const { score, parameters, evaluated, history } = await fit(AdaptiveLeakySoma, ${given});
      return JSON.stringify({ score, parameters, evaluated, history });
    })`)) as string;
    const { score, parameters, evaluated, history } = await fit(AdaptiveLeakySoma as ComponentType, options);
    expect(JSON.parse(found)).toEqual(JSON.parse(JSON.stringify({ score, parameters, evaluated, history })));
    expect(score).toBeGreaterThan(0.5);
    await page.close();
  });
});
