/*
 * The cortical microcircuit of Potjans and Diesmann (2014): prints rates, irregularity and synchrony of its eight
 * populations, and draws a figure. The default scale is 0.1; the full network, scale 1, takes 2 GB.
 *
 *     npx tsx examples/microcircuit/run.ts [scale]
 */
import { simulate } from "spark-snn";
import "spark-snn/node";
import { type PopulationSpikes, report } from "../network-report.ts";
import { dt, microcircuit, names, record } from "./network.ts";

const scale = Number(process.argv[2] ?? 0.1);
const { brain, inputs, initial } = microcircuit(scale);
const run = await simulate(brain, {
  duration: 1500, // ms
  dt,
  initial,
  inputs,
  backend: "fastest",
  threads: "all",
  record,
});
const figure = new URL("out/network.svg", import.meta.url);
await report(
  run,
  names.map((name): PopulationSpikes => run[name]),
  { from: 500, figure },
);
