/*
 * The f–I curves of three leaky somas, as a figure.
 *
 *     npx tsx examples/frequency-curve/run.ts
 */
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { toPng } from "@spark-snn/plot/png";
import { drawCurves, measureCurves } from "./curves.ts";

const curves = await measureCurves();
for (const { label, rate, rheobase } of curves) {
  console.log(`${label.padEnd(20)} rheobase ${rheobase.toFixed(1)} pA, ${rate.at(-1)!.toFixed(1)} Hz at 600 pA`);
}
const out = fileURLToPath(new URL("out/", import.meta.url));
await mkdir(out, { recursive: true });
const svg = drawCurves(curves);
await writeFile(`${out}figure.svg`, svg);
await writeFile(`${out}figure.png`, toPng(svg));
console.log("Figure: examples/frequency-curve/out/figure.svg and figure.png");
