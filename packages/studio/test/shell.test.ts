import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { missing, visit } from "./studio.test-support.ts";

if (missing) console.info(missing);

test.runIf(missing === undefined)("templates, text, link and program show the same experiment", async () => {
  await visit(async ({ page, problems }) => {
    const name = page.getByLabel("Name of the experiment");
    await page.getByRole("button", { name: "New" }).click();
    await page.getByRole("button", { name: /^Single neuron/ }).click();
    await expect.poll(() => name.inputValue()).toBe("Single neuron");

    await page.getByRole("button", { name: "Program" }).click();
    expect(await page.locator("dialog pre").textContent()).toContain("StrictRefractoryLeakySoma({");
    await page.getByRole("button", { name: "Close" }).click();

    await page.getByRole("button", { name: "Text" }).click();
    const text = page.getByLabel("Text of the experiment");
    await text.waitFor();
    await text.fill('{ "name": "Typed", "model": { "soma": "LeakySoma", "units": [2], "tau": 3 }, "duration": 10 }');
    await expect.poll(() => name.inputValue()).toBe("Typed");
    await page.getByRole("button", { name: "1 problem" }).click();
    await page.getByText("Did you mean").first().waitFor();

    await page.getByRole("button", { name: "Share" }).click();
    const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => name.inputValue()).toBe("Single neuron");
    await page.goto(link);
    await expect.poll(() => name.inputValue()).toBe("Typed");

    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await paper()).toBe("rgb(255, 255, 255)");
    await page.getByRole("button", { name: "Use dark colours" }).click();
    expect(await paper()).toBe("rgb(22, 24, 28)");

    // A damaged link leaves the experiment and says what is wrong.
    await page.goto(link.slice(0, -20));
    await page.getByText("The link is incomplete").waitFor();
    expect(await name.inputValue()).toBe("Typed");

    // The browser keeps what was changed.
    await page.getByRole("button", { name: "Documents" }).click();
    await page.getByText("Typed", { exact: true }).waitFor();
    expect(problems).toEqual([]);
  });
});

test.runIf(missing === undefined)(
  "files of other programs open, and experiments are exported with a report",
  async () => {
    await visit(async ({ page, problems }) => {
      await page.getByRole("button", { name: "Export" }).click();
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: /^scfg/ }).click();
      const file = await (await download).path();
      await page.getByText(/export of scfg.*: \d+ faithful/).waitFor();
      await page.getByRole("button", { name: "Close" }).click();

      const bytes = readFileSync(file);
      const chooser = page.waitForEvent("filechooser");
      await page.getByRole("button", { name: "Open", exact: true }).click();
      await (await chooser).setFiles({ name: "network.scfg", mimeType: "application/json", buffer: bytes });
      await page.getByText(/import of scfg.*: \d+ faithful/).waitFor();
      await page.getByRole("button", { name: "Close" }).click();

      const table = page.waitForEvent("filechooser");
      await page.getByRole("button", { name: "Open", exact: true }).click();
      await (await table).setFiles({
        name: "current.csv",
        mimeType: "text/csv",
        buffer: Buffer.from("time_ms,current_pA\n0,1\n"),
      });
      await page.getByText("current.csv is attached").waitFor();
      const archive = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save" }).click();
      expect((await archive).suggestedFilename()).toMatch(/\.spark\.zip$/);
      expect(problems).toEqual([]);
    });
  },
);
