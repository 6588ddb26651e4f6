import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { axeIn as found, missing, visit } from "./studio.test-support.ts";

if (missing) console.info(missing);

const node = (page: Page, name: string) => page.locator(`.svelte-flow__node[data-id="populations.${name}"]`);
const port = (page: Page, name: string, id: string) =>
  node(page, name).locator(`.svelte-flow__handle[data-handleid="${id}"]`);
const canvas = (page: Page) => page.getByRole("group", { name: /^Graph of the network/ });
const form = (page: Page) => page.getByRole("complementary", { name: "Parameters" });
const said = (page: Page) => page.locator(".live[role=status]");

const startEmpty = async (page: Page): Promise<void> => {
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByRole("button", { name: /^Empty/ }).click();
  await page.getByText("The network is empty.").waitFor();
};

const runs = async (page: Page): Promise<void> => {
  await page.getByRole("button", { name: "Run", exact: true }).first().click();
  await node(page, "neurons2").getByText(/\d Hz/).waitFor();
};

test.runIf(missing === undefined)("a newcomer builds two connected populations with the mouse", async () => {
  await visit(async ({ page, problems }) => {
    await startEmpty(page);
    await page.getByRole("button", { name: "Add neurons" }).click();
    await page
      .getByRole("option", { name: /^Leaky/ })
      .first()
      .click();
    await node(page, "neurons").waitFor();
    await page.getByRole("button", { name: "Current", exact: true }).click();

    // A wire that is dropped in the void adds what it leads to.
    const output = (await port(page, "neurons", "spikes").boundingBox())!;
    const area = (await canvas(page).boundingBox())!;
    await page.mouse.move(output.x + output.width / 2, output.y + output.height / 2);
    await page.mouse.down();
    await page.mouse.move(area.x + area.width - 160, area.y + 90, { steps: 5 });
    await page.mouse.up();
    await page.getByRole("combobox", { name: "Add and connect" }).fill("refractory");
    await page.getByRole("option").first().click();
    await node(page, "neurons2").waitFor();
    expect(await page.locator(".svelte-flow__edge").count()).toBe(2);

    // A wire to an input of a source is not drawn, and a sentence says why.
    await page.getByRole("button", { name: "Spikes", exact: true }).click();
    await expect.poll(() => page.locator(".svelte-flow__node-part").count()).toBe(4);
    await page.getByRole("button", { name: "Zoom to fit" }).click();
    await page.waitForTimeout(400);
    await port(page, "neurons2", "spikes").dragTo(node(page, "noise"));
    await expect.poll(() => said(page).textContent()).toContain("makes spikes of its own");
    await port(page, "neurons2", "spikes").dragTo(port(page, "neurons", "synapses"));
    await expect.poll(() => said(page).textContent()).toContain("Connected neurons2 to neurons");
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    expect(await page.locator(".svelte-flow__edge").count()).toBe(2);

    // Parameters: a double click opens them, and a unit is converted.
    await node(page, "neurons").dblclick();
    const resistance = form(page).getByRole("textbox", { name: "Resistance" });
    await resistance.fill("200 MΩ");
    await resistance.blur();
    await expect.poll(() => resistance.inputValue()).toBe("0.2");
    await resistance.fill("20 mV");
    await resistance.blur();
    await form(page).getByText("mV is a potential; this is a resistance in GΩ.").waitFor();
    await form(page).getByRole("button", { name: "Reset Resistance to its default" }).click();
    await expect.poll(() => resistance.inputValue()).toBe("0.1");

    expect(await found(page, ".canvas")).toEqual([]);
    expect(await found(page, ".inspector")).toEqual([]);
    await runs(page);
    expect(problems).toEqual([]);
  });
});

test.runIf(missing === undefined)("a newcomer builds two connected populations with the keyboard", async () => {
  await visit(async ({ page, problems }) => {
    await startEmpty(page);
    const { keyboard } = page;
    await canvas(page).focus();
    await keyboard.press("n");
    await keyboard.type("leaky");
    await keyboard.press("Enter");
    await node(page, "neurons").waitFor();
    await expect.poll(() => said(page).textContent()).toContain("Add neurons");
    await keyboard.press("/");
    await keyboard.type("constant current");
    await keyboard.press("Enter");
    await keyboard.press("Control+k");
    await keyboard.type("refractory");
    await keyboard.press("Enter");
    await node(page, "neurons2").waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-id")))
      .toBe("populations.neurons2");
    await keyboard.press("c");
    await keyboard.type("neurons");
    expect(await found(page, "dialog[open]")).toEqual([]);
    await keyboard.press("Enter");
    await expect.poll(() => page.locator(".svelte-flow__edge").count()).toBe(2);

    // The nearest node in a direction, its form, and back.
    await node(page, "neurons2").focus();
    await keyboard.press("ArrowLeft");
    await expect.poll(() => said(page).textContent()).toContain("Selected neurons, 100");
    await keyboard.press("F2");
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Name");
    await keyboard.type("sender");
    await keyboard.press("Enter");
    await node(page, "sender").waitFor();
    await keyboard.press("Escape");
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-id")))
      .toBe("populations.sender");
    await keyboard.press("Control+d");
    await node(page, "sender2").waitFor();
    await keyboard.press("Delete");
    await node(page, "sender2").waitFor({ state: "detached" });
    await keyboard.press("Control+a");
    await keyboard.press("Control+g");
    await page.locator(".svelte-flow__node-frame").waitFor();
    await keyboard.press("f");
    await page.locator('[data-id="groups.group"].svelte-flow__node-part').waitFor();
    await keyboard.press("e");
    await page.getByRole("navigation", { name: "Groups" }).waitFor();
    await keyboard.press("u");
    await keyboard.press("f");
    await keyboard.press("?");
    await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor();
    expect(await found(page, "dialog[open]")).toEqual([]);
    await keyboard.press("Escape");
    const empty = page.getByText("The network is empty.");
    for (let k = 0; k < 40 && !(await empty.isVisible()); k++) await keyboard.press("Control+z");
    await empty.waitFor();
    const sender = node(page, "sender");
    for (let k = 0; k < 40 && !(await sender.isVisible()); k++) await keyboard.press("Control+y");
    await sender.waitFor();
    expect(await found(page, ".canvas")).toEqual([]);
    await runs(page);
    expect(problems).toEqual([]);
  });
});
