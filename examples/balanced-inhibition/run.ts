/*
 * The full network of Vogels et al. (2011): prints the rates while the inhibitory synapses learn, and draws them. The
 * rule is ten times as fast as in the paper, so that a minute suffices; one second takes about one second.
 *
 *     npx tsx examples/balanced-inhibition/run.ts
 */
import "spark-snn/node";
import { writeFigure } from "../write-figure.ts";
import { drawRates } from "./figure.ts";
import { rateBetween, simulateBalance } from "./simulate.ts";

const seconds = 60;
const run = await simulateBalance({ rate: 0.1, duration: seconds * 1000 });
const { excitatory, inhibitory, weights, units, synapses, wallTime, backend } = run;
console.log(`${units} units, ${synapses} synapses: ${seconds} s in ${wallTime.toFixed(1)} s with ${backend}.\n`);
console.log("time (s)  excitatory (Hz)  inhibitory (Hz)  mean weight (nS)");
for (const second of [1, 2, 5, 10, 20, 40, 60]) {
  const rates = [excitatory, inhibitory].map((population) => rateBetween(population, second - 1, second));
  const cells = [
    ...rates.map((rate) => rate.toFixed(1).padStart(16)),
    weights.learned.values[second - 1]!.toFixed(2).padStart(17),
  ];
  console.log(`${second}`.padStart(8), ...cells);
}
await writeFigure(drawRates(run), new URL("out/rates.svg", import.meta.url));
