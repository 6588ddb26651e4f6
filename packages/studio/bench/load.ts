import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isolation, launch, missingBrowser, serve, urlOf } from "../../spark/test/browser/page.test-support.ts";

/*
 * Measures how long the page takes until it can be used: the processor time of its main thread, which other programs
 * disturb less than the wall-clock time, and both times four for a laptop that is four times as slow.
 *
 * Build the studio first. Usage: npx tsx packages/studio/bench/load.ts [rounds]
 */

const site = fileURLToPath(new URL("../dist/site", import.meta.url));
if (missingBrowser || !existsSync(site)) throw new Error(missingBrowser ?? "Build the studio first: npm run build.");
const rounds = Number(process.argv[2] ?? 7);

/** Notes when the graph is shown and Run can be pressed. A text, so that no compiler adds its helpers. */
const watch = `
  const look = () => {
    const run = [...document.querySelectorAll("button.main")].some(({ disabled }) => !disabled);
    if (run && document.querySelector(".svelte-flow__node")) globalThis.usableAfter = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);`;

const server = await serve({ site }, isolation);
const browser = await launch();
const [busy, wall]: [number[], number[]] = [[], []];
try {
  for (let round = 0; round < rounds; round++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
    await page.addInitScript(watch);
    await page.goto(urlOf(server, "site/index.html"));
    await page.waitForFunction("globalThis.usableAfter");
    const { metrics } = await cdp.send("Performance.getMetrics");
    busy.push(1000 * metrics.find(({ name }) => name === "TaskDuration")!.value);
    wall.push(await page.evaluate<number>("globalThis.usableAfter"));
    await context.close();
  }
} finally {
  await browser.close();
  server.close();
}
for (const [name, times] of Object.entries({ "processor time of the main thread": busy, "wall-clock time": wall })) {
  times.sort((a, b) => a - b);
  const median = times[rounds >> 1]!;
  console.log(
    `${name}: ${median.toFixed(0)} ms (${times[0]!.toFixed(0)} to ${times.at(-1)!.toFixed(0)}); × 4: ${(4 * median).toFixed(0)} ms`,
  );
}
