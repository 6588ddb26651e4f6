import { deflateRawSync } from "node:zlib";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { isolation, launch, serve, urlOf } from "../../spark/test/browser/page.test-support.ts";
import { fragmentOf } from "../src/core/link.ts";
import { firstDocument } from "../src/core/templates.ts";
import {
  button,
  missing,
  openFiles,
  runTo,
  savedDocument,
  select,
  site,
  stepOf,
  visit,
} from "./studio.test-support.ts";

/* Whatever goes wrong, a message says so, and the experiment stays. */

if (missing) console.info(missing);

const nameOf = (page: Page): Promise<string> => page.getByLabel("Name of the experiment").inputValue();

const drop = (page: Page, files: Readonly<Record<string, string>>): Promise<void> =>
  page.evaluate((all) => {
    const dataTransfer = new DataTransfer();
    for (const [name, content] of Object.entries(all)) dataTransfer.items.add(new File([content], name));
    window.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, files);

test.runIf(missing === undefined)("bad files are refused with a sentence, and the experiment stays", async () => {
  await visit(async ({ page, problems }) => {
    const before = await savedDocument(page);
    const refused: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
      [{ "net.json": '{ "model": {' }, "The file net.json does not contain an experiment. Line 1, column 13"],
      [{ "list.json": "[1, 2]" }, "The studio cannot read list.json."],
      [{ "cut.spark.zip": "PK\u0003\u0004 and no more" }, "The file cut.spark.zip"],
      [{ "picture.png": "\u0089PNG" }, "The studio cannot read picture.png. It opens experiments"],
      [{ "cell.abf": "ABF2 and no more" }, "cell.abf"],
      [{ "model.nml": "<neuroml><unclosed" }, "model.nml"],
      [{ "network.scfg": '{"__version__": 3}' }, '__version__ must be "1.0"'],
      [{ "a.json": JSON.stringify(firstDocument), "b.json": JSON.stringify(firstDocument) }, "contains 2 experiments"],
    ];
    for (const [files, message] of refused) {
      await drop(page, files);
      await page.locator("p.error").filter({ hasText: message }).waitFor();
      await button(page, "Dismiss").click();
    }
    expect(await savedDocument(page)).toEqual(before);

    // Data is attached, and several files open together.
    await drop(page, { "spikes-7-0.dat": "sender\ttime_ms\n2\t27.8\n" });
    await page.getByText(/^spikes-7-0\.dat is attached: NEST/).waitFor();
    await drop(page, { "net.json": JSON.stringify({ ...firstDocument, name: "Dropped" }), "current.csv": "a\n1\n" });
    await expect.poll(() => nameOf(page)).toBe("Dropped");

    // A document with mistakes opens, so that they can be corrected, and cannot run.
    await openFiles(page, {
      "wrong.json": JSON.stringify({ name: "Wrong", model: { soma: "LeekySoma", units: [3] }, duration: 10 }),
    });
    await page.locator(".state .danger").filter({ hasText: "LeekySoma" }).waitFor();
    expect(await button(page, "Run").isDisabled()).toBe(true);
    await button(page, "Undo").click();
    await expect.poll(() => nameOf(page)).toBe("Dropped");
    expect(problems).toEqual([]);
  });
});

test.runIf(missing === undefined)(
  "links that are cut short or damaged are refused, and the experiment stays",
  async () => {
    const whole = await fragmentOf({ ...firstDocument, name: "From a link" });
    const encoded = (text: string): string => `#experiment=${deflateRawSync(text).toString("base64url")}`;
    await visit(
      async ({ page, problems }) => {
        await expect.poll(() => nameOf(page)).toBe("From a link");
        const go = (fragment: string): Promise<void> =>
          page.evaluate((next) => {
            location.hash = next;
          }, fragment);
        const cut = [1, 2, 3, 20, 200].map((count) => [whole.slice(0, -count), "The link is incomplete"] as const);
        const damaged = [
          [`${whole.slice(0, 40)}!!!!${whole.slice(44)}`, "The link is incomplete"],
          [encoded("[1]"), "The link does not contain an experiment."],
          [encoded('{ "model": '), "The link does not contain an experiment. Line 1"],
          [encoded(" ".repeat(17 * 2 ** 20)), "The document in the link has more than 16 MiB."],
        ] as const;
        for (const [fragment, message] of [...cut, ...damaged]) {
          await go(fragment);
          await page.locator("p.error").filter({ hasText: message }).waitFor();
          await button(page, "Dismiss").click();
          expect(await nameOf(page)).toBe("From a link");
        }
        expect(problems).toEqual([]);
      },
      { path: `index.html${whole}` },
    );
  },
);

test.runIf(missing === undefined)(
  "a worker that dies leaves the experiment and the plots, and the next run works",
  async () => {
    await visit(async ({ page }) => {
      await runTo(page, 1000);
      await select(page, "populations.excitatory");
      const threshold = page.getByRole("textbox", { name: "Threshold", exact: true });
      await threshold.fill("-48");
      await threshold.press("Enter");
      const before = await savedDocument(page);
      // An error that nobody catches ends what the worker does.
      await page.workers()[0]!.evaluate(
        () =>
          void setTimeout(() => {
            throw new Error("broken for this test");
          }),
      );
      await page
        .getByText(/The simulation stopped unexpectedly: .*broken for this test.*Run the experiment again/)
        .waitFor();
      const pixels = () =>
        page
          .getByRole("article", { name: "Spikes" })
          .locator("canvas")
          .first()
          .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL().length);
      expect(await pixels()).toBeGreaterThan(5000);
      expect(await savedDocument(page)).toEqual(before);
      await button(page, "Run").click();
      await button(page, "Pause").waitFor();
      await expect.poll(() => stepOf(page)).toBeGreaterThan(100);
    });
  },
);

test.runIf(missing === undefined)(
  "a network that does not fit into memory is refused with its size, and nothing is lost",
  async () => {
    await visit(async ({ page, problems }) => {
      const units = 100_000;
      await openFiles(page, {
        "huge.json": JSON.stringify({
          name: "Huge",
          model: {
            populations: { a: { soma: "LeakySoma", units: [units] } },
            projections: {
              all: {
                from: "a",
                to: "a",
                connect: { fixedInDegree: { inDegree: 20_000 } },
                weight: { uniform: { min: 1, max: 2 } },
                delay: 1,
                synapse: { synapse: "ExponentialSynapse", tau: 5 },
              },
            },
          },
          duration: 100,
          dt: 0.1,
        }),
      });
      await expect.poll(() => nameOf(page)).toBe("Huge");
      await button(page, "Run").click();
      const state = page.locator(".state.failed");
      await state.waitFor();
      expect(await state.textContent()).toMatch(/at least 12\.0\d GB .* run it outside of the page/);
      expect(await nameOf(page)).toBe("Huge");
      await button(page, "Undo").click();
      await button(page, "Run").click();
      await button(page, "Pause").waitFor();
      expect(problems).toEqual([]);
    });
  },
);

test.runIf(missing === undefined)("a tab that crashes has kept the experiment", async () => {
  const server = await serve({ site }, isolation);
  const browser = await launch();
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(urlOf(server, "site/index.html"));
    await page.getByLabel("Name of the experiment").fill("Before the crash");
    await page.keyboard.press("Enter");
    // The browser keeps a change within a second.
    await page.waitForTimeout(1500);
    const crashed = page.waitForEvent("crash");
    await page.goto("chrome://crash").catch(() => undefined);
    await crashed;
    const next = await context.newPage();
    await next.goto(urlOf(server, "site/index.html"));
    await expect.poll(() => nameOf(next)).toBe("Before the crash");
  } finally {
    await browser.close();
    server.close();
  }
});
