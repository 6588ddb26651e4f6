/*
 * Measures the window of pair STDP at 21 lags, prints it beside the exponentials, and draws it.
 *
 *     npx tsx examples/stdp-window/run.ts
 */
import { simulate } from "spark-snn";
import { writeFigure } from "../write-figure.ts";
import { drawWindow } from "./figure.ts";
import { expected, lags, network, options, start } from "./network.ts";

const { weights } = await simulate(network, options);
const changes = Array.from(weights.learned.values, (weight) => weight - start);
console.log("lag (ms)  change (mV)  exponential");
for (const [k, lag] of lags.entries()) {
  const cells = [`${lag}`.padStart(8), changes[k]!.toFixed(8).padStart(12)];
  console.log([...cells, expected(lag).toFixed(8).padStart(12)].join(" "));
}
await writeFigure(drawWindow(changes), new URL("out/window.svg", import.meta.url));
