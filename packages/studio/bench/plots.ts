import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isolation, launch, missingBrowser, serve, urlOf } from "../../spark/test/browser/page.test-support.ts";
import { type JsonObject, withAt } from "../src/core/json.ts";
import { fragmentOf } from "../src/core/link.ts";
import { firstDocument } from "../src/core/templates.ts";
import { measureFrames } from "./frames.ts";

/*
 * Measures how much the plots of the studio slow a simulation of 100 000 units and 10 million synapses down, and how many
 * frames the page draws meanwhile.
 *
 * Two quiet cores, Chromium without a GPU, two threads, medians of three rounds: 0.91 of the speed without plots with a
 * raster and rates, 0.70 with traces and intervals as well; 60 frames a second in all cases, and at most 33 ms between two
 * frames. The page's thread took 8 % of a core without plots, and 16 % with them.
 *
 * Build the studio first. Usage: npx tsx packages/studio/bench/plots.ts [units]
 */

const site = fileURLToPath(new URL("../dist/site", import.meta.url));
if (missingBrowser || !existsSync(site)) throw new Error(missingBrowser ?? "Build the studio first: npm run build.");

const units = Number(process.argv[2] ?? 100_000);
const change = (document: JsonObject, path: string, value: number | JsonObject): JsonObject =>
  withAt(document, path.split("."), value);
const inDegree = (degree: number): JsonObject => ({ fixedInDegree: { inDegree: degree } });

let large = firstDocument;
large = withAt(large, ["model", "populations", "excitatory", "units"], [0.8 * units]);
large = withAt(large, ["model", "populations", "inhibitory", "units"], [0.2 * units]);
for (const name of ["ee", "ei"]) large = change(large, `model.projections.${name}.connect`, inDegree(100));
large = change(large, "model.projections.ie.connect", inDegree(25));

const panels: Readonly<Record<string, JsonObject>> = {
  none: {},
  "raster and rates": { raster: { kind: "raster" }, rates: { kind: "rates" } },
  "raster, rates, traces, intervals": {
    raster: { kind: "raster", width: 6, height: 3 },
    rates: { kind: "rates", width: 6, height: 3 },
    traces: { kind: "traces", width: 6, height: 3 },
    intervals: { kind: "intervals", width: 6, height: 3 },
  },
};

const seconds = 10;

interface Measured {
  /** s */
  readonly build: number;
  /** Simulated time per wall-clock time. */
  readonly speed: number;
  /** Animation frames per second. */
  readonly frames: number;
  /** Longest time between two frames, ms. */
  readonly longest: number;
  /** Time of a processor that the page's thread took, as a share of the wall-clock time. */
  readonly load: number;
}

const measure = async (plots: JsonObject): Promise<Measured> => {
  const server = await serve({ site }, isolation);
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(urlOf(server, `site/index.html${await fragmentOf(withAt(large, ["studio"], { panels: plots }))}`));
    // A link opens running.
    const began = Date.now();
    await page.getByRole("button", { name: "Pause", exact: true }).waitFor({ timeout: 300_000 });
    const build = (Date.now() - began) / 1000;
    await page.getByRole("slider", { name: /^Pace/ }).fill("1.25");
    // The code of the first steps is still being compiled.
    await page.waitForTimeout(3000);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
    const busy = async (): Promise<number> =>
      (await cdp.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration")!.value;
    const before = await busy();
    const { steps, wall, frames, longest } = await measureFrames(page, seconds);
    return { build, speed: (steps * 0.1) / 1000 / wall, frames, longest, load: ((await busy()) - before) / seconds };
  } finally {
    await browser.close();
    server.close();
  }
};

/** Other programs disturb each measurement, so they are repeated in turn. */
const rounds = 3;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const all = new Map<string, Measured[]>(Object.keys(panels).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, plots] of Object.entries(panels)) all.get(name)!.push(await measure(plots));
}
console.log(`${units.toLocaleString("en")} units, ${seconds} s each, medians of ${rounds} runs`);
const without = median(all.get("none")!.map(({ speed }) => speed));
for (const [name, runs] of all) {
  const of = (key: keyof Measured): number => median(runs.map((run) => run[key]));
  console.log(
    `${name.padEnd(34)} built in ${of("build").toFixed(1)} s, ${of("speed").toFixed(4)} of real time ` +
      `(${(of("speed") / without).toFixed(2)}), ${of("frames").toFixed(0)} frames a second, longest ` +
      `${of("longest").toFixed(0)} ms, the page's thread ${(100 * of("load")).toFixed(0)} % of a core`,
  );
}
