/*
 * Declares a custom soma, and uses it like those of the library: units, initializers, recording, protocols.
 *
 *     npx tsx examples/own-soma/run.ts
 */
import { rheobase, simulate, uniform } from "spark-snn";
import { QuadraticSoma, quadraticRheobase } from "./quadratic.ts";

const found = await rheobase(QuadraticSoma, { dt: 0.1, to: 100, duration: 5000 });
const expected = quadraticRheobase({ critical: -50, rest: -65, resistance: 0.1 });
console.log(`Rheobase: ${found.toFixed(2)} pA; by hand (critical − rest)/(4·resistance) = ${expected} pA`);

const run = await simulate(QuadraticSoma({ units: [1000], potentialTau: uniform({ min: 8, max: 12 }) }), {
  duration: 1000, // ms
  dt: 0.1,
  inputs: { current: 100 }, // pA
  record: { outSpikes: true },
});
console.log(`1000 units with 100 pA: ${(run.outSpikes.count / 1000).toFixed(1)} Hz per unit`);

// Mistakes are reported when the soma is created, with place, unit and remedy.
try {
  QuadraticSoma({ potentialTau: -1 });
} catch (error) {
  console.log(`A wrong value: ${(error as Error).message}`);
}
