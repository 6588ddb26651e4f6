import { expect, test } from "vitest";
import { missing, visitExample } from "../page.test-support.ts";
import { Training } from "./training.ts";

test.runIf(missing === undefined)("the page trains the same network as Node", async () => {
  let lengths: number[] = [];
  await visitExample("cartpole", async (page) => {
    await page.waitForFunction(() => /(\d+, ){4}\d+/.test(document.querySelector("#score")?.ariaLabel ?? ""));
    await page.click("#play");
    const label = await page.locator("#score").getAttribute("aria-label");
    lengths = [...label!.matchAll(/\d+/g)].map(([digits]) => Number(digits));
    const status = await page.locator("#status").textContent();
    const drawn = await page.evaluate(() =>
      Array.from(document.querySelectorAll("canvas"), (canvas) => {
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value) => value !== 0);
      }),
    );
    expect(drawn).toEqual([true, true, true, true]);
    expect(status).toMatch(/Seed 1, episode \d+, step \d+, score \d+; \d+ µs a step/);
  });
  const training = await Training.begin({ seed: 1, backend: "wasm" });
  training.train(lengths.length);
  expect(lengths).toEqual(training.lengths);
  training.simulation.dispose();
});
