/*
 * An hour of a network in which one synapse earns rewards: prints its weight, and draws it beside a control.
 *
 *     npx tsx examples/reward/run.ts
 */
import "spark-snn/node";
import { writeFigure } from "../write-figure.ts";
import { drawReward } from "./figure.ts";
import { simulateReward } from "./simulate.ts";

const seconds = 3600;
const rewarded = await simulateReward({ seconds, every: 20 });
const shuffled = await simulateReward({ seconds, every: 20, reward: "shuffled" });
console.log(`${seconds} s of 1000 units in ${rewarded.wallTime.toFixed(1)} s with ${rewarded.backend}.`);
console.log(`Mean rate of the excitatory units: ${rewarded.rate.toFixed(1)} Hz; ${rewarded.rewards} rewards.\n`);
console.log("to (min)  rewarded  control     mean");
for (let k = 14; k < rewarded.times.length; k += 15) {
  const cells = [rewarded.rewarded[k]!, shuffled.rewarded[k]!, rewarded.mean[k]!];
  console.log(`${rewarded.times[k]! / 60}`.padStart(8), ...cells.map((cell) => cell.toFixed(2).padStart(8)), " mV");
}
await writeFigure(drawReward(rewarded, shuffled), new URL("out/reward.svg", import.meta.url));
