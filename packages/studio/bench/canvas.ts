import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isolation, launch, missingBrowser, serve, urlOf } from "../../spark/test/browser/page.test-support.ts";
import type { JsonObject } from "../src/core/json.ts";
import { fragmentOf } from "../src/core/link.ts";

/*
 * Measures the frames that the page draws with a graph of many nodes while it runs, and while the graph is panned: without
 * plots in the nodes, and with spikes or traces in all of them.
 *
 * Build the studio first. Usage: npx tsx packages/studio/bench/canvas.ts [nodes]
 */

const site = fileURLToPath(new URL("../dist/site", import.meta.url));
if (missingBrowser || !existsSync(site)) throw new Error(missingBrowser ?? "Build the studio first: npm run build.");

const count = Number(process.argv[2] ?? 300);
const name = (k: number): string => `p${k}`;
const documentOf = (plot: string | undefined): JsonObject => ({
  name: "Many nodes",
  model: {
    populations: Object.fromEntries(
      Array.from({ length: count }, (_, k) => [name(k), { soma: "RefractoryLeakySoma", units: [20] }]),
    ),
    projections: Object.fromEntries(
      Array.from({ length: count - 1 }, (_, k) => [
        `w${k}`,
        {
          from: name(k),
          to: name(k + 1),
          connect: { allToAll: {} },
          weight: 20,
          delay: 1.5,
          synapse: { synapse: "ExponentialSynapse", tau: 5 },
        },
      ]),
    ),
  },
  duration: 1000,
  dt: 0.1,
  inputs: Object.fromEntries(Array.from({ length: count / 10 }, (_, k) => [name(k * 10), { current: 250 }])),
  studio: {
    positions: Object.fromEntries(
      Array.from({ length: count }, (_, k) => [`populations.${name(k)}`, [(k % 20) * 300, Math.floor(k / 20) * 180]]),
    ),
    panels: { rates: { kind: "rates", populations: [name(0)] } },
    ...(plot !== undefined && {
      nodePlots: Object.fromEntries(Array.from({ length: count }, (_, k) => [`populations.${name(k)}`, plot])),
    }),
  },
});

for (const plot of [undefined, "spikes", "trace"]) {
  const server = await serve({ site }, isolation);
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(urlOf(server, `site/index.html${await fragmentOf(documentOf(plot))}`));
    await page.getByRole("button", { name: "Pause", exact: true }).waitFor({ timeout: 120_000 });
    await page.waitForTimeout(4000);
    const frames = (drags: boolean) =>
      page.evaluate(async (moves) => {
        const pane = document.querySelector(".svelte-flow__pane")!;
        const { left, top, width, height } = pane.getBoundingClientRect();
        const start = { clientX: left + width / 2, clientY: top + height - 8, bubbles: true, view: window, buttons: 1 };
        if (moves) pane.dispatchEvent(new MouseEvent("mousedown", start));
        const times: number[] = [];
        let last = performance.now();
        for (let k = 0; k < 180; k++) {
          const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
          times.push(now - last);
          last = now;
          const clientX = start.clientX + 100 * Math.sin(k / 20);
          if (moves) window.dispatchEvent(new MouseEvent("mousemove", { ...start, clientX }));
        }
        if (moves) window.dispatchEvent(new MouseEvent("mouseup", start));
        times.sort((a, b) => a - b);
        const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
        return { mean, tail: times[Math.floor(0.95 * times.length)]!, longest: times.at(-1)! };
      }, drags);
    const text = ({ mean, tail, longest }: Awaited<ReturnType<typeof frames>>): string =>
      `${(1000 / mean).toFixed(0)} frames a second, 95 % below ${tail.toFixed(0)} ms, longest ${longest.toFixed(0)} ms`;
    console.log(`${count} nodes, ${plot ?? "no plots"}: running ${text(await frames(false))}`);
    console.log(`  and panned ${text(await frames(true))}`);
    await page.screenshot({ path: join(tmpdir(), `canvas-${plot ?? "none"}.png`) });
  } finally {
    await browser.close();
    server.close();
  }
}
