import { expect, test } from "vitest";
import { missing, visit } from "./studio.test-support.ts";

if (missing) console.info(missing);

test.runIf(missing === undefined)("a student does the first step of a lesson", async () => {
  await visit(async ({ page, problems }) => {
    await page.getByRole("button", { name: "Lessons" }).click();
    await page.getByRole("button", { name: /^Leaky integrate-and-fire/ }).click();
    await page.getByRole("heading", { name: "A neuron at rest" }).waitFor();
    await page.getByText("Simulated time: 0 ms; wanted at least 200 ms").waitFor();
    await page.getByRole("button", { name: "Run", exact: true }).first().click();
    await page.getByText("Well done.").waitFor();
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await page.getByRole("heading", { name: "A small current" }).waitFor();
    expect(await page.getByRole("button", { name: "Step 1: A neuron at rest, done" }).count()).toBe(1);
    expect(problems).toEqual([]);
  });
});

test.runIf(missing === undefined)("a lesson from anywhere cannot run a script", async () => {
  await visit(async ({ page }) => {
    const text =
      'Hello <img src=x onerror="document.title=1"><script>document.title=2</script> [link](javascript:alert(1))';
    const document = {
      name: "Bad",
      model: { soma: "LeakySoma", units: [1] },
      duration: 10,
      studio: { lesson: { steps: [{ title: "One", text }] } },
    };
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Open", exact: true }).click();
    const buffer = Buffer.from(JSON.stringify(document));
    await (await chooser).setFiles({ name: "bad.json", mimeType: "application/json", buffer });
    await page.getByText("Hello").waitFor();
    expect(await page.title()).not.toMatch(/^\d$/);
    expect(await page.locator("article img, article script").count()).toBe(0);
    expect(await page.locator("article a").getAttribute("href")).toBeNull();
  });
});
