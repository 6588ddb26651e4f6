import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { isolation, launch, missingBrowser, serve, urlOf } from "../../spark/test/browser/page.test-support.ts";

export const site = fileURLToPath(new URL("../dist/site", import.meta.url));

/** Why the tests in a page cannot run here. */
export const missing =
  missingBrowser ??
  (existsSync(site) ? undefined : "The studio is not built (npm run build), so its tests in a page do not run.");

export interface Visit {
  readonly page: Page;
  /** Errors of the page so far. */
  readonly problems: readonly string[];
}

/** Opens the built site in Chromium, isolated so that it has threads, and closes all afterwards. */
export const visit = async (
  act: (visit: Visit) => Promise<void>,
  { width = 1440, height = 900, isolated = true, path = "index.html" } = {},
): Promise<void> => {
  const server = await serve({ site }, isolated ? isolation : {});
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width, height } });
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(urlOf(server, `site/${path}`));
    await act({ page, problems });
  } finally {
    await browser.close();
    server.close();
  }
};
