import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { JsonObject } from "../src/core/json.ts";
import { fragmentOf } from "../src/core/link.ts";
import { panelKinds } from "../src/core/panels.ts";
import { firstDocument } from "../src/core/templates.ts";
import { missing, visit } from "./studio.test-support.ts";

if (missing) console.info(missing);

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** The problems that axe finds in the page, as rule and place. */
const found = async (page: Page): Promise<string[]> => {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.addScriptTag({ path: axePath });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
};

/** A document with every kind of panel and of part. */
const everything: JsonObject = {
  ...firstDocument,
  model: {
    ...(firstDocument["model"] as JsonObject),
    readouts: { activity: { from: "excitatory", tau: 20, mean: true } },
  },
  changes: [{ at: 20, set: { "excitatory.threshold": -45 } }],
  inputs: { excitatory: { current: { series: [100, 200], times: [0, 100], between: "hold", after: "hold" } } },
  studio: {
    panels: Object.fromEntries(panelKinds.map((kind) => [kind, { kind, width: 4, height: 2 }])),
    nodePlots: { "populations.excitatory": "spikes", "populations.inhibitory": "trace" },
    pinned: [["model", "populations", "excitatory", "threshold"]],
  },
};
const parts = [
  "populations.excitatory",
  "populations.inhibitory",
  "drives.noise",
  "inputs.excitatory.current",
  "readouts.activity",
];
const dialogs = [
  ["New", "New experiment"],
  ["Lessons", "Lessons"],
  ["Export", "Export to another program"],
  ["Documents", "Documents in this browser"],
  ["Share", "Share a link"],
  ["Program", "TypeScript program"],
  ["Changes", "Changes over time"],
] as const;

test.runIf(missing === undefined).each(["light", "dark"])(
  "axe finds nothing in any view, in %s colours",
  async (theme) => {
    const path = `index.html${await fragmentOf(everything)}`;
    await visit(
      async ({ page, problems }) => {
        if (theme === "dark") await page.getByRole("button", { name: "Use dark colours" }).click();
        await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
        await page.waitForTimeout(3000);
        await page.getByRole("button", { name: "Pause", exact: true }).click();
        expect(await found(page), "all panels").toEqual([]);

        for (const id of parts) {
          await page.locator(`.svelte-flow__node[data-id="${id}"]`).click({ position: { x: 60, y: 20 } });
          for (const summary of await page.locator(".inspector summary").all()) {
            if (!(await summary.evaluate((element) => (element.parentElement as HTMLDetailsElement).open)))
              await summary.click();
          }
          expect(await found(page), id).toEqual([]);
        }
        await page.getByRole("group", { name: /^Graph of the network/ }).focus();
        await page.keyboard.press("Control+a");
        expect(await found(page), "several parts").toEqual([]);
        await page.keyboard.press("Escape");

        for (const kind of ["raster", "traces", "matrix"]) {
          const settings = page.locator("article header button[aria-expanded]").nth(panelKinds.indexOf(kind as never));
          await settings.click();
          expect(await found(page), `settings of ${kind}`).toEqual([]);
          await settings.click();
        }
        for (const [name, title] of dialogs) {
          await page.getByRole("button", { name, exact: true }).click();
          await page.getByRole("heading", { name: title }).waitFor();
          await page.waitForTimeout(300);
          expect(await found(page), name).toEqual([]);
          await page.getByRole("button", { name: "Close" }).click();
        }
        await page.getByRole("button", { name: "Text", exact: true }).click();
        await page.getByLabel("Text of the experiment").waitFor();
        expect(await found(page), "text").toEqual([]);
        await page.getByRole("button", { name: "Lessons" }).click();
        await page.getByRole("button", { name: /^Leaky integrate-and-fire/ }).click();
        await page.getByRole("heading", { name: "A neuron at rest" }).waitFor();
        expect(await found(page), "lesson").toEqual([]);
        expect(problems).toEqual([]);
      },
      { path, height: 1400 },
    );
  },
);

test.runIf(missing === undefined).each([320, 2560])("nothing is cut off at a width of %i px", async (width) => {
  await visit(
    async ({ page, problems }) => {
      const views = width < 760 ? ["Network", "Parameters", "Plots"] : [""];
      for (const view of views) {
        if (view) await page.getByRole("tab", { name: view }).click();
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, view).toBeLessThanOrEqual(width);
        expect(await found(page), view).toEqual([]);
      }
      expect(problems).toEqual([]);
    },
    { width, height: width === 320 ? 640 : 1440, path: `index.html${await fragmentOf(everything)}` },
  );
});
