/*
 * The current-based network of Brette et al. (2007), for some seconds of biological time: prints rates, irregularity
 * and synchrony of its two populations, and draws a figure.
 *
 *     npx tsx examples/cuba/run.ts
 */
import { simulate } from "spark-snn";
import "spark-snn/node";
import { report } from "../network-report.ts";
import { cuba, dt, initial } from "./network.ts";

const run = await simulate(cuba(), {
  duration: 2000, // ms
  dt,
  initial,
  backend: "fastest",
  record: { excitatory: { outSpikes: true }, inhibitory: { outSpikes: true } },
});
const figure = new URL("out/network.svg", import.meta.url);
await report(run, [run.excitatory, run.inhibitory], { from: 500, figure });
