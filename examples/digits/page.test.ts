import { expect, test } from "vitest";
import { missing, visitExample } from "../page.test-support.ts";
import { Digits } from "./learning.ts";
import { full } from "./network.ts";
import { readImages } from "./read-images.ts";

test.runIf(missing === undefined)("the page shows the same network as Node", async () => {
  let responses: number[] = [];
  await visitExample("digits", async (page) => {
    await page.waitForFunction(() => /(\d+, ){20}\d+/.test(document.querySelector("#score")?.ariaLabel ?? ""));
    await page.click("#play");
    const label = await page.locator("#score").getAttribute("aria-label");
    responses = [...label!.matchAll(/\d+/g)].map(([count]) => Number(count)).slice(0, 20);
    expect(await page.locator("#status").textContent()).toMatch(/^Seed 1, \d+ images.*; [\d.]+ ms an image$/);
    expect(await page.locator("#image").getAttribute("aria-label")).toMatch(/^The digit \d$/);
  });
  const digits = await Digits.create({ units: 100, side: full, seed: 1, thresholdDelta: 0.1, backend: "wasm" });
  const own: number[] = [];
  for (const image of (await readImages(1)).slice(0, 20)) {
    own.push((await digits.show(image)).reduce((sum, count) => sum + count, 0));
  }
  expect(responses).toEqual(own);
  digits.simulation.dispose();
});
