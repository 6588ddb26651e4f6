import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";
import { missingBrowser, type Visit, visitSite } from "../../spark/test/browser/page.test-support.ts";
import type { JsonObject } from "../src/core/json.ts";

export const site = fileURLToPath(new URL("../dist/site", import.meta.url));

/** Why the tests in a page cannot run here. */
export const missing =
  missingBrowser ??
  (existsSync(site) ? undefined : "The studio is not built (npm run build), so its tests in a page do not run.");

/** Opens the built site in Chromium, and closes all afterwards. */
export const visit = (act: (visit: Visit) => Promise<void>, options?: Parameters<typeof visitSite>[2]): Promise<void> =>
  visitSite(site, act, options);

export const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });

/** The step that the page shows. */
export const stepOf = async (page: Page): Promise<number> =>
  Number(await page.getByLabel("Time", { exact: true }).inputValue());

export const node = (page: Page, id: string): Locator => page.locator(`.svelte-flow__node[data-id="${id}"]`);

/** Selects a node of the graph. */
export const select = (page: Page, id: string): Promise<void> => node(page, id).click({ position: { x: 60, y: 20 } });

/** Runs to a step, and pauses. */
export const runTo = async (page: Page, step: number): Promise<void> => {
  await page.getByRole("slider", { name: /^Pace/ }).fill("1.25");
  // Right after a restart, the page shows neither button for a moment.
  await button(page, "Run").or(button(page, "Pause")).waitFor();
  if (await button(page, "Run").isVisible()) await button(page, "Run").click();
  await page.waitForFunction(
    (wanted) => Number(document.querySelector<HTMLInputElement>(".scrubber")?.value) >= wanted,
    step,
  );
  await button(page, "Pause").click();
  await button(page, "Run").waitFor();
};

/** What an action lets the browser save. */
export const downloaded = async (page: Page, act: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> => {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
};

/** The document of the page, from the file that it saves. */
export const savedDocument = async (page: Page): Promise<JsonObject> => {
  const { bytes } = await downloaded(page, () => button(page, "Save").click());
  return JSON.parse(bytes.toString()) as JsonObject;
};

/** Opens files with the button of the page. */
export const openFiles = async (page: Page, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> => {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), button(page, "Open").click()]);
  await chooser.setFiles(
    Object.entries(files).map(([name, content]) => ({
      name,
      mimeType: "application/octet-stream",
      buffer: Buffer.from(content as string),
    })),
  );
};

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** The problems that axe finds in the page or in a part of it, as rule and place. */
export const axeIn = async (page: Page, within?: string): Promise<string[]> => {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.addScriptTag({ path: axePath });
  return page.evaluate(async (selector) => {
    const { axe } = globalThis as unknown as {
      axe: { run(at?: string): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await (selector === undefined ? axe.run() : axe.run(selector));
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  }, within);
};
