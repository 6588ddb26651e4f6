import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { launch, serve, urlOf } from "../../spark/test/browser/page.test-support.ts";
import { missing, site } from "./studio.test-support.ts";

if (missing) console.info(missing);

test.runIf(missing === undefined)(
  "an element shows a running experiment in another page, or says why not",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "spark-studio-element-"));
    const experiment = {
      name: "Embedded",
      model: { soma: "LeakySoma", units: [5] },
      inputs: { current: 300 },
      duration: 1000,
    };
    writeFileSync(join(folder, "experiment.json"), JSON.stringify(experiment));
    writeFileSync(
      join(folder, "index.html"),
      `<!doctype html><script type="module" src="/site/spark-studio.js"></script>
     <spark-studio id="plots" src="experiment.json" view="plots"></spark-studio>
     <spark-studio id="missing" src="nothing.json"></spark-studio>
     <spark-studio id="wrong" src="experiment.json" view="table"></spark-studio>`,
    );
    const server = await serve({ site, page: folder });
    const browser = await launch();
    try {
      const page = await browser.newPage();
      await page.goto(urlOf(server, "page/index.html"));
      await page.locator("#missing p").filter({ hasText: "could not be loaded: 404" }).waitFor();
      await page.locator("#wrong p").filter({ hasText: 'has no view "table"' }).waitFor();
      const frame = page.frameLocator("#plots iframe");
      await frame
        .getByText(/[1-9]\d*(\.\d)? ms/)
        .first()
        .waitFor();
      expect(await frame.getByRole("link", { name: "Open in the studio" }).getAttribute("href")).toContain(
        "#experiment=",
      );
      expect(await frame.getByRole("button", { name: "Lessons" }).count()).toBe(0);
    } finally {
      await browser.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
