import { expect, test } from "vitest";
import { launch, serve, urlOf } from "../../spark/test/browser/page.test-support.ts";
import { missing, site } from "./studio.test-support.ts";

if (missing) console.info(missing);

test.runIf(missing === undefined)("a static host gives threads, and the page works without it afterwards", async () => {
  const server = await serve({ site });
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const address = urlOf(server, "site/");
    await page.goto(`${address}index.html`);
    await expect
      .poll(() => page.evaluate(() => crossOriginIsolated).catch(() => false), { timeout: 20_000 })
      .toBe(true);
    server.close();
    server.closeAllConnections();
    await page.reload();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.waitForFunction(() => /[1-9]\d*\.\d ms/.test(document.body.textContent ?? ""));
  } finally {
    await browser.close();
    server.close();
  }
});
