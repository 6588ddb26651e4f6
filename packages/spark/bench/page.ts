import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  bundleExamples,
  dist,
  here,
  isolation,
  launch,
  missing,
  networksMap,
  serve,
  urlOf,
} from "../test/browser/page.test-support.ts";

/*
 * tsx packages/spark/bench/page.ts [--turns=N] [--turn=MS] [--threads=N] [--scale=S] [name …]: measures the time of a
 * turn of the example networks in a page of Chromium, with all spikes recorded, in WebAssembly, and reports the minimum
 * of several turns. `scale` is the scale of the microcircuit. Several threads need a cross-origin isolated page, which
 * this page then is. Build first.
 */
const { values: given, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    turns: { type: "string", default: "3" },
    turn: { type: "string", default: "1000" },
    threads: { type: "string", default: "1" },
    scale: { type: "string", default: "0.1" },
  },
});
const turns = Number(given.turns);
const turn = Number(given.turn);
const threads = Number(given.threads);

/** The code with which the page creates each network. */
const examples: Readonly<Record<string, string>> = {
  cuba: "({ brain: network.cuba(), initial: network.initial })",
  brunel: "({ brain: network.brunel() })",
  microcircuit: `network.microcircuit(${Number(given.scale)})`,
};

interface Turns {
  readonly units: number;
  readonly synapses: number;
  readonly buildTime: number;
  readonly warnings: readonly string[];
  /** Seconds of each turn. */
  readonly times: readonly number[];
}

/** Runs in the page: 200 ms first, then the turns. */
const measureInPage = (name: string, made: string): string => `Promise.all([
  import("spark-snn"), import("/bundle/${name}.js"),
]).then(async ([spark, network]) => {
  const { brain, initial = {}, inputs = {} } = ${made};
  const simulation = await spark.compile(brain, { dt: 0.1, initial, threads: ${threads} });
  const record = Object.fromEntries(Object.keys(brain.populations).map((name) => [name, { outSpikes: true }]));
  const { units, synapses, buildTime, warnings } = await simulation.run({ duration: 200, inputs, record });
  const times = [];
  for (let k = 0; k < ${turns}; k++) {
    const { wallTime } = await simulation.run({ duration: ${turn}, inputs, record });
    times.push(wallTime);
  }
  simulation.dispose();
  return { units, synapses, buildTime, warnings, times };
})`;

if (missing) throw new Error(missing);
const bundle = mkdtempSync(join(tmpdir(), "spark-snn-bench-"));
await bundleExamples(Object.keys(examples), bundle);
const server = await serve({ dist, test: here, bundle }, threads > 1 ? isolation : {});
const browser = await launch();
for (const [name, made] of Object.entries(examples)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const page = await browser.newPage();
  await page.goto(urlOf(server, "test/empty.html"));
  await page.addScriptTag({ type: "importmap", content: networksMap });
  const { units, synapses, buildTime, warnings, times } = (await page.evaluate(measureInPage(name, made))) as Turns;
  await page.close();
  console.log(
    `${name} in Chromium ${browser.version()} on ${threads}: ${units} units, ${synapses} synapses, built in ` +
      `${buildTime.toFixed(1)} s; ${turn} ms in ${Math.min(...times).toFixed(3)} s ` +
      `(turns ${times.map((time) => time.toFixed(3)).join(" ")})${warnings.map((warning) => `\n${warning}`).join("")}`,
  );
}
await browser.close();
server.close();
rmSync(bundle, { recursive: true, force: true });
