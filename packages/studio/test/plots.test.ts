import { unzipSync } from "fflate";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { JsonObject } from "../src/core/json.ts";
import { fragmentOf } from "../src/core/link.ts";
import { firstDocument } from "../src/core/templates.ts";
import { button, downloaded, missing, node, runTo, savedDocument, select, visit } from "./studio.test-support.ts";

/* What a user does with plots: brush, compare, move, save. */

if (missing) console.info(missing);

const panel = (page: Page, name: string) => page.getByRole("article", { name, exact: true });
const document_: JsonObject = {
  ...firstDocument,
  studio: {
    panels: {
      raster: { kind: "raster", width: 6 },
      rates: { kind: "rates", width: 6 },
      traces: { kind: "traces", population: "excitatory", units: [0, 1], width: 6 },
    },
  },
};
const path = `index.html${await fragmentOf(document_)}`;

/** Number of pixels of a colour that is nearer to the given one than to white. */
const pixelsNear = (page: Page, name: string, colour: readonly [number, number, number]): Promise<number> =>
  panel(page, name)
    .locator("canvas")
    .first()
    .evaluate((canvas: HTMLCanvasElement, [red, green, blue]) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) {
        const far = Math.abs(data[at]! - red) + Math.abs(data[at + 1]! - green) + Math.abs(data[at + 2]! - blue);
        if (data[at + 3]! > 128 && far < 12) count++;
      }
      return count;
    }, colour);

test.runIf(missing === undefined)(
  "a brush in the raster shows a subset, and all plots mark the time under the pointer",
  async () => {
    await visit(
      async ({ page, problems }) => {
        await runTo(page, 3000);
        const raster = page.getByRole("application", { name: /^Raster/ });
        const box = (await raster.boundingBox())!;
        const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
        // The pointer marks the time in the other plots, with the values of their lines.
        await page.mouse.move(...at(0.5, 0.5));
        await raster.getByText(/^excitatory \d+ · \d/).waitFor();
        await panel(page, "Rates").locator(".legend b").first().waitFor();
        const marks = await panel(page, "Rates")
          .locator(".u-cursor-x")
          .evaluate((line) => Number(/translate\(([\d.]+)px/.exec((line as HTMLElement).style.transform)?.[1]));
        const width = (await panel(page, "Rates").locator(".u-over").boundingBox())!.width;
        expect(marks / width).toBeCloseTo(0.5, 1);

        await page.mouse.move(...at(0.25, 0.1));
        await page.mouse.down();
        await page.mouse.move(...at(0.5, 0.3), { steps: 4 });
        await page.mouse.up();
        await button(page, "All units").waitFor();
        await button(page, "Follow the run").waitFor();
        // Only a part of one population is left, at a quarter of the time.
        expect(await panel(page, "Spikes").locator(".names span").allTextContents()).toEqual(["excitatory"]);
        await page.mouse.move(...at(0.01, 0.5));
        const text = (await raster.locator(".tip").textContent())!;
        const [, time] = /· ([\d.]+) ms/.exec(text)!;
        expect(Number(time)).toBeGreaterThan(100);
        await button(page, "All units").click();
        expect(await panel(page, "Spikes").locator(".names span").count()).toBe(2);
        await button(page, "Follow the run").click();
        expect(await button(page, "Follow the run").count()).toBe(0);

        // The title of a plot moves it.
        const title = (await panel(page, "Rates").getByRole("heading").boundingBox())!;
        await page.mouse.move(title.x + 10, title.y + 8);
        await page.mouse.down();
        await page.mouse.move(...at(0.4, 0.5), { steps: 4 });
        await page.mouse.up();
        const order = async () => Object.keys((await savedDocument(page))["studio"] as JsonObject);
        expect(await order()).toContain("panels");
        const titles = () => page.locator("article h3").allTextContents();
        await expect.poll(titles).toEqual(["Rates", "Spikes", "Potential of excitatory"]);
        await button(page, "Undo").click();
        await expect.poll(titles).toEqual(["Spikes", "Rates", "Potential of excitatory"]);
        expect(problems).toEqual([]);
      },
      { path },
    );
  },
);

test.runIf(missing === undefined)(
  "an earlier run is shown behind the next, with the differences of their documents",
  async () => {
    await visit(
      async ({ page, problems }) => {
        await runTo(page, 2000);
        await button(page, "Compare").click();
        await select(page, "populations.excitatory");
        const threshold = page.getByRole("textbox", { name: "Threshold", exact: true });
        await threshold.fill("-46");
        await threshold.press("Enter");
        await page.getByText("Kept run · 1 difference").click();
        await page.getByRole("cell", { name: "populations.excitatory.threshold" }).waitFor();
        await page.getByRole("cell", { name: "-46" }).waitFor();
        const ghost = [180, 186, 195] as const;
        expect(await pixelsNear(page, "Spikes", ghost)).toBe(0);
        await button(page, "Restart").click();
        await runTo(page, 1000);
        // The second run is further than the first one was.
        await page.getByLabel("Time", { exact: true }).fill("600");
        await expect.poll(() => pixelsNear(page, "Spikes", ghost)).toBeGreaterThan(50);
        await expect.poll(() => pixelsNear(page, "Rates", ghost)).toBeGreaterThan(20);
        await button(page, "Compare").click();
        await expect.poll(() => pixelsNear(page, "Spikes", ghost)).toBe(0);
        expect(problems).toEqual([]);
      },
      { path },
    );
  },
);

test.runIf(missing === undefined)("plots are saved as tables, arrays, drawings and pictures", async () => {
  await visit(
    async ({ page, problems }) => {
      await runTo(page, 1000);
      const save = async (name: string, kind: string): Promise<{ name: string; bytes: Buffer }> => {
        const settings = page.getByRole("button", { name: `Settings of ${name}`, exact: true });
        await settings.scrollIntoViewIfNeeded();
        if ((await settings.getAttribute("aria-expanded")) !== "true") await settings.click();
        const file = await downloaded(page, () => button(page, `Save ${kind}`).click());
        if ((await settings.getAttribute("aria-expanded")) === "true") await settings.click();
        return file;
      };
      const table = await save("Spikes", "CSV");
      expect(table.name).toBe("excitation-and-inhibition-spikes.csv");
      const rows = table.bytes.toString().trimEnd().split("\n");
      expect(rows[0]).toBe("step,time_ms,population,unit");
      expect(rows.length).toBeGreaterThan(100);
      const arrays = unzipSync((await save("Spikes", "NPZ")).bytes);
      expect(Object.keys(arrays).sort()).toEqual([
        "dt_ms.npy",
        "excitatory_steps.npy",
        "excitatory_units.npy",
        "inhibitory_steps.npy",
        "inhibitory_units.npy",
      ]);
      const traces = await save("Potential of excitatory", "CSV");
      expect(traces.bytes.toString()).toMatch(/^step,time_ms,unit,potential_mV\n2,0\.2,0,-\d/);
      for (const name of ["Spikes", "Rates", "Potential of excitatory"]) {
        const drawing = (await save(name, "SVG")).bytes.toString();
        expect(drawing, name).toMatch(/^<svg/);
        expect(drawing, name).toContain("ms");
        const picture = await save(name, "PNG");
        expect(picture.bytes.subarray(1, 4).toString(), name).toBe("PNG");
        expect(picture.bytes.length, name).toBeGreaterThan(2000);
      }
      expect(problems).toEqual([]);
    },
    { path, height: 1200 },
  );
});

test.runIf(missing === undefined)("nothing moves on its own where motion is reduced", async () => {
  for (const motion of ["no-preference", "reduce"] as const) {
    await visit(async ({ page, problems }) => {
      await page.emulateMedia({ reducedMotion: motion });
      await node(page, "populations.excitatory").waitFor();
      /** Number of different places of the view, and of animations, that an action causes. */
      const motions = async (act: () => Promise<void>): Promise<number> => {
        const watch = await page.evaluateHandle(() => {
          const viewport = document.querySelector<HTMLElement>(".svelte-flow__viewport")!;
          const seen = { places: new Set<string>(), animations: 0 };
          const look = (): void => {
            seen.places.add(viewport.style.transform);
            seen.animations = Math.max(seen.animations, document.getAnimations().length);
          };
          look();
          new MutationObserver(look).observe(viewport, { attributes: true });
          const frame = (): void => {
            look();
            requestAnimationFrame(frame);
          };
          frame();
          return seen;
        });
        await act();
        await page.waitForTimeout(600);
        // The places before and after are no motion.
        return watch.evaluate(({ places, animations }) => Math.max(0, places.size - 2) + animations);
      };
      const actions: readonly (() => Promise<void>)[] = [
        () => button(page, "Zoom in").click(),
        () => button(page, "Zoom to fit").click(),
        () => page.getByRole("group", { name: /^Graph of the network/ }).press("l"),
        async () => {
          await select(page, "populations.excitatory");
          await page.locator(".inspector summary").last().click();
        },
        () => page.locator(".svelte-flow__handle").first().hover(),
      ];
      const found: number[] = [];
      for (const act of actions) found.push(await motions(act));
      if (motion === "reduce") expect(found).toEqual([0, 0, 0, 0, 0]);
      // The test sees motion where there is some.
      else expect(found.reduce((sum, count) => sum + count)).toBeGreaterThan(0);
      expect(problems).toEqual([]);
    });
  }
});
