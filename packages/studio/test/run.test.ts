import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { JsonObject } from "../src/core/json.ts";
import { fragmentOf } from "../src/core/link.ts";
import { type PanelKind, panelKinds } from "../src/core/panels.ts";
import { firstDocument } from "../src/core/templates.ts";
import { button, missing, stepOf, visit } from "./studio.test-support.ts";

if (missing) console.info(missing);

/** Pixels of a canvas of a panel that have a colour, which axes and text do not have. */
const coloured = (page: Page, panel: string): Promise<number> =>
  page
    .getByRole("article", { name: panel })
    .locator("canvas")
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
        if (data[at + 3]! > 0 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) count++;
      }
      return count;
    });

const pictureOf = (page: Page, panel: string): Promise<string> =>
  page
    .getByRole("article", { name: panel })
    .locator("canvas")
    .first()
    .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

/** Waits until the plots have drawn the present step. */
const drawn = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))));

test.runIf(missing === undefined)("Run draws spikes, and going back shows the earlier plot", async () => {
  await visit(async ({ page, problems }) => {
    await button(page, "Run").click();
    await button(page, "Pause").waitFor();
    await expect.poll(() => stepOf(page), { timeout: 10_000 }).toBeGreaterThan(500);
    await page.keyboard.press("Space");
    await button(page, "Run").waitFor();
    await drawn(page);
    const step = await stepOf(page);
    const picture = await pictureOf(page, "Spikes");
    expect(await coloured(page, "Spikes")).toBeGreaterThan(100);
    expect(await coloured(page, "Rates")).toBeGreaterThan(50);

    await page.getByLabel("Length of a step").selectOption("1000");
    await button(page, "Step").click();
    await expect.poll(() => stepOf(page)).toBe(step + 1000);
    await expect.poll(() => pictureOf(page, "Spikes")).not.toBe(picture);

    await page.getByLabel("Time", { exact: true }).fill(String(step));
    await expect.poll(() => pictureOf(page, "Spikes")).toBe(picture);
    await button(page, "Step back").click();
    await expect.poll(() => stepOf(page)).toBe(Math.max(0, step - 1000));
    expect(problems).toEqual([]);
  });
});

/** A document with one panel of each kind. */
const everything: JsonObject = {
  ...firstDocument,
  model: {
    ...(firstDocument["model"] as JsonObject),
    readouts: { activity: { from: "excitatory", tau: 20, mean: true } },
  },
  studio: { panels: Object.fromEntries(panelKinds.map((kind) => [kind, { kind, width: 3, height: 2 }])) },
};

const titles: Readonly<Record<PanelKind, string>> = {
  raster: "Spikes",
  rates: "Rates",
  traces: "Potential of excitatory",
  intervals: "Intervals of excitatory",
  spectrum: "Spectrum of excitatory",
  matrix: "Weight matrix of ee",
  weights: "Weights of ee",
  readouts: "Read-outs",
  curve: "f–I curve of excitatory",
};

test.runIf(missing === undefined)("each kind of panel draws", async () => {
  const path = `index.html${await fragmentOf(everything)}`;
  await visit(
    async ({ page, problems }) => {
      await page.getByRole("slider", { name: /^Pace/ }).fill("1.25");
      await page.getByRole("article", { name: titles.readouts }).waitFor();
      // A link opens running.
      await button(page, "Pause").waitFor();
      await expect.poll(() => stepOf(page), { timeout: 15_000 }).toBeGreaterThan(4000);
      await button(page, "Pause").click();
      await button(page, "Measure").click();
      for (const kind of panelKinds) {
        await page.getByRole("article", { name: titles[kind] }).scrollIntoViewIfNeeded();
        await page.getByRole("article", { name: titles[kind] }).locator("canvas").first().waitFor();
        await expect.poll(() => coloured(page, titles[kind]), { message: kind }).toBeGreaterThan(20);
      }
      expect(problems).toEqual([]);
    },
    { path, height: 1400 },
  );
});
