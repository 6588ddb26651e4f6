/*
 * Brunel's sparsely connected network (2000), for some seconds of biological time: prints rates, irregularity and
 * synchrony of its two populations, and draws a figure.
 *
 *     npx tsx examples/brunel/run.ts
 */
import { simulate } from "spark-snn";
import "spark-snn/node";
import { report } from "../network-report.ts";
import { brunel, dt } from "./network.ts";

const run = await simulate(brunel(), {
  duration: 1000, // ms
  dt,
  backend: "fastest",
  record: { excitatory: { outSpikes: true }, inhibitory: { outSpikes: true } },
});
const figure = new URL("out/network.svg", import.meta.url);
await report(run, [run.excitatory, run.inhibitory], { from: 500, figure });
