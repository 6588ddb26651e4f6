/*
 * Runs a hundred leaky somas with a noisy current for one second.
 *
 *     npx tsx examples/first-run/run.ts
 */
import { LeakySoma, simulate, uniform } from "spark-snn";

// Every parameter takes a number, an array with one value per unit, or an initializer.
const somas = LeakySoma({ units: [100], potentialTau: uniform({ min: 15, max: 25 }) });

const run = await simulate(somas, {
  duration: 1000, // ms
  dt: 0.1,
  inputs: { current: { ornsteinUhlenbeck: { mean: 210, std: 60, tau: 5 } } }, // pA
  record: { outSpikes: true, potential: { units: [0], every: 100 } },
});

const { outSpikes, potential } = run;
console.log(`${run.steps} steps of ${run.units} units on ${run.backend} in ${(1000 * run.wallTime).toFixed(0)} ms`);
console.log(`${outSpikes.count} spikes, ${(outSpikes.count / 100).toFixed(1)} Hz per unit`);
console.log(`Unit 0 spiked at ${[...outSpikes.times(0)].slice(0, 5).join(", ")} … ms`);
console.log("Potential of unit 0:");
for (let row = 0; row < 10; row++) {
  const value = potential.values[row]!;
  const bar = "▪".repeat(Math.max(0, Math.round(value + 65)));
  console.log(`  ${potential.times[row]!.toFixed(0).padStart(4)} ms ${value.toFixed(1).padStart(7)} mV ${bar}`);
}
