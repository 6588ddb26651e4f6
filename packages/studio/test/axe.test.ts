import { expect, test } from "vitest";
import type { JsonObject } from "../src/core/json.ts";
import { fragmentOf } from "../src/core/link.ts";
import { panelKinds } from "../src/core/panels.ts";
import { firstDocument } from "../src/core/templates.ts";
import { button, downloaded, axeIn as found, missing, openFiles, select, visit } from "./studio.test-support.ts";

if (missing) console.info(missing);

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
        // The menu of a unit, and the sweep of a parameter with its results.
        await select(page, "populations.excitatory");
        await button(page, "Inject").first().click();
        await page.getByRole("dialog", { name: "Unit 0 of excitatory" }).waitFor();
        expect(await found(page), "inject").toEqual([]);
        await button(page, "Close").click();
        await page.getByRole("button", { name: "Form of Threshold" }).first().click();
        expect(await found(page), "forms of a value").toEqual([]);
        await page.getByRole("button", { name: "Sweep…" }).click();
        await page.getByRole("spinbutton", { name: "values" }).fill("2");
        await button(page, "Run the sweep").click();
        await page.locator("dialog td button").nth(1).waitFor();
        await page.getByText("The same sweep on a cluster").click();
        expect(await found(page), "sweep").toEqual([]);
        await button(page, "Close").click();
        const file = await downloaded(page, async () => {
          await button(page, "Export").click();
          await page.getByRole("button", { name: /^scfg/ }).click();
        });
        await page.getByText(/export of scfg.*: \d+ faithful/).waitFor();
        expect(await found(page), "report").toEqual([]);
        await button(page, "Close").click();
        // Lists below buttons: problems, history, and what the browser keeps.
        await openFiles(page, {
          "broken.json":
            '{ "name": "Broken", "model": { "soma": "LeakySoma", "units": [2], "tau": 3 }, "duration": 10 }',
        });
        await page.getByRole("button", { name: "1 problem" }).click();
        expect(await found(page), "problems").toEqual([]);
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "History" }).click();
        expect(await found(page), "history").toEqual([]);
        await page.keyboard.press("Escape");
        await openFiles(page, { [file.name]: file.bytes });
        await page.getByText(/import of scfg.*: \d+ faithful/).waitFor();
        await button(page, "Close").click();
        await openFiles(page, { "picture.png": "PNG" });
        await page.getByText("The studio cannot read picture.png.").waitFor();
        expect(await found(page), "notice").toEqual([]);
        await button(page, "Dismiss").click();
        await page.getByRole("button", { name: "Documents" }).click();
        await page.getByText("Broken", { exact: true }).click();
        expect(await found(page), "versions of a document").toEqual([]);
        await button(page, "Close").click();
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
