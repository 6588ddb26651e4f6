/*
 * Declares a custom soma, and uses it like those of the library: units, initializers, recording, f–I curve, figure.
 *
 *     npx tsx examples/own-soma/run.ts
 */
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { toPng } from "@spark-snn/plot/png";
import { simulate, uniform } from "spark-snn";
import { drawCurve, measureCurve } from "./curve.ts";
import { QuadraticSoma, quadraticRate, quadraticRheobase } from "./quadratic.ts";

const curve = await measureCurve();
const expected = quadraticRheobase({ critical: -50, rest: -65, resistance: 0.1 });
console.log(`Rheobase: ${curve.rheobase.toFixed(2)} pA; by hand (critical − rest)/(4·resistance) = ${expected} pA`);
console.log("current  simulated  closed form");
for (const current of [40, 80, 120, 160]) {
  const rate = curve.rates[curve.currents.indexOf(current)]!;
  const cells = [`${current} pA`.padStart(7), `${rate.toFixed(1)} Hz`.padStart(9)];
  console.log([...cells, `${quadraticRate(current).toFixed(1)} Hz`.padStart(11)].join("  "));
}

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

const out = fileURLToPath(new URL("out/", import.meta.url));
await mkdir(out, { recursive: true });
const svg = drawCurve(curve);
await writeFile(`${out}figure.svg`, svg);
await writeFile(`${out}figure.png`, toPng(svg));
console.log("Figure: examples/own-soma/out/figure.svg and figure.png");
