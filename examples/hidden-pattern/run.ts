/*
 * A cell that finds a hidden pattern: prints hits, false alarms and latency, and draws every spike of the cell.
 *
 *     npx tsx examples/hidden-pattern/run.ts
 */
import "spark-snn/node";
import { writeFigure } from "../write-figure.ts";
import { drawPhases } from "./figure.ts";
import { presentations, simulatePattern } from "./simulate.ts";

const seconds = 450;
const run = await simulatePattern({ duration: seconds * 1000 });
const times = run.cell.outSpikes.times();
console.log(`${seconds} s in ${run.wallTime.toFixed(1)} s with ${run.backend}.\n`);
console.log("from (s)  to (s)   hits  false alarms  latency");
for (const [from, to] of [
  [0, 10],
  [10, 20],
  [20, 40],
  [40, 100],
  [100, 200],
  [200, 300],
  [300, 450],
] as const) {
  const { hits, falseAlarms, latency } = presentations(times, from * 1000, to * 1000);
  const cells = [`${(100 * hits).toFixed(0)} %`.padStart(6), `${falseAlarms.toFixed(2)} Hz`.padStart(13)];
  console.log(`${from}`.padStart(8), `${to}`.padStart(7), ...cells, `${latency.toFixed(1)} ms`.padStart(8));
}
await writeFigure(drawPhases(run), new URL("out/phases.svg", import.meta.url));
