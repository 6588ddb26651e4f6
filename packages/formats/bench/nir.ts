import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { importNir } from "../src/nir/import.ts";

/*
 * Reading of NIR files with and without the drift check, by processor time, which other programs disturb less than the
 * time of a clock. Run: node --import tsx packages/formats/bench/nir.ts FILE.nir …
 *
 * The goal: a file of the NIR paper is read and checked in 50 ms. The first file of a process also loads HDF5.
 */

const ROUNDS = 40;

const milliseconds = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

for (const path of process.argv.slice(2)) {
  const bytes = new Uint8Array(readFileSync(path));
  for (const driftSteps of [100, 0]) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      times.push(await milliseconds(() => importNir(bytes, { dt: 0.1, driftSteps })));
    }
    const [first] = times;
    times.sort((a, b) => a - b);
    const shown = [first!, times[ROUNDS / 2]!, times[0]!].map((time) => time.toFixed(1));
    console.log(`${basename(path)}, ${driftSteps} steps: first ${shown[0]}, median ${shown[1]}, least ${shown[2]} ms`);
  }
}
