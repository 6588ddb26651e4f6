import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { documentOf } from "spark-snn";
import { dt, microcircuit } from "../../../examples/microcircuit/network.ts";
import { isolation, launch, missingBrowser, serve, urlOf } from "../../spark/test/browser/page.test-support.ts";
import type { JsonObject } from "../src/core/json.ts";
import { fragmentOf } from "../src/core/link.ts";
import { measureFrames } from "./frames.ts";

/*
 * Builds and runs the cortical microcircuit in the studio, at full scale by default: 77 169 units and 299 million synapses.
 * It needs some 6 GB of memory, and less than two minutes on two quiet cores. The goal is 0.25 of real time.
 *
 * Build the studio first. Usage: npx tsx packages/studio/bench/microcircuit.ts [scale] [seconds of wall-clock time]
 */

if (missingBrowser) throw new Error(missingBrowser);
const site = fileURLToPath(new URL("../dist/site", import.meta.url));
const scale = Number(process.argv[2] ?? 1);
const seconds = Number(process.argv[3] ?? 30);
const { brain, inputs, initial } = microcircuit(scale);
const written = documentOf(brain, { dt, inputs, initial, duration: 10_000 } as never) as unknown as JsonObject;
const opened = { ...written, studio: { panels: { raster: { kind: "raster" }, rates: { kind: "rates" } } } };

/** Resident memory of the largest process of Chromium that draws pages, and its peak, GiB. */
const memoryOf = (pids: readonly number[]): { readonly now: number; readonly peak: number } => {
  const read = (pid: number, key: string): number => {
    try {
      const [, value = "0"] =
        new RegExp(`${key}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
      return Number(value) / 2 ** 20;
    } catch {
      return 0;
    }
  };
  return {
    now: Math.max(...pids.map((pid) => read(pid, "VmRSS"))),
    peak: Math.max(...pids.map((pid) => read(pid, "VmHWM"))),
  };
};

/** Time of processors that the threads of processes have taken, s, by the name of the thread and its number. */
const threadTimes = (pids: readonly number[]): ReadonlyMap<string, number> => {
  const times = new Map<string, number>();
  for (const pid of pids) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
      const name = thread === String(pid) ? "page" : text.slice(text.indexOf("(") + 1, text.lastIndexOf(")"));
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
      times.set(`${name} ${thread}`, (Number(fields[11]) + Number(fields[12])) / 100);
    }
  }
  return times;
};

const server = await serve({ site }, isolation);
const browser = await launch();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on("pageerror", (error) => console.log(`error: ${error}`));
  const began = Date.now();
  await page.goto(urlOf(server, `site/index.html${await fragmentOf(opened)}`));
  const system = await browser.newBrowserCDPSession();
  const processes = async (): Promise<number[]> =>
    (await system.send("SystemInfo.getProcessInfo")).processInfo
      .filter(({ type }) => type === "renderer")
      .map(({ id }) => id);
  const status = page.locator(".state");
  const failed = page.locator(".state.failed");
  const playing = page.getByRole("button", { name: "Pause", exact: true });
  await playing.or(failed).first().waitFor({ timeout: 900_000 });
  if ((await failed.count()) > 0) throw new Error((await status.textContent()) ?? "");
  const build = (Date.now() - began) / 1000;
  console.log(`built in ${build.toFixed(1)} s; memory, GiB:`, memoryOf(await processes()));
  await page.getByRole("slider", { name: /^Pace/ }).fill("1.25");
  await page.waitForTimeout(5000);
  const pids = await processes();
  const before = threadTimes(pids);
  const measured = await measureFrames(page, seconds);
  const simulated = (measured.steps * dt) / 1000;
  const threads = [...threadTimes(pids)].map(([name, time]) => [name, time - (before.get(name) ?? 0)] as const);
  const taken = threads.reduce((sum, [, time]) => sum + time, 0);
  console.log(
    `${simulated.toFixed(2)} s simulated; ${(taken / simulated).toFixed(1)} s of processor time for a second, ` +
      `${(taken / measured.wall).toFixed(2)} processors in use`,
  );
  console.log(
    `${((measured.steps * dt) / 1000 / measured.wall).toFixed(3)} of real time over ${measured.wall.toFixed(0)} s, ` +
      `${measured.frames.toFixed(0)} frames a second, longest ${measured.longest.toFixed(0)} ms`,
  );
  // What a thread takes per simulated second: the workers simulate, and the page draws.
  for (const [name, time] of threads.toSorted(([, a], [, b]) => b - a).slice(0, 4)) {
    console.log(`  ${name.padEnd(24)} ${(time / simulated).toFixed(2)} s for a second`);
  }
  console.log(await status.textContent(), "memory, GiB:", memoryOf(await processes()));
  await page.screenshot({ path: process.argv[4] ?? join(tmpdir(), "microcircuit.png") });
} finally {
  await browser.close();
  server.close();
}
