import { readFileSync } from "node:fs";
import { simulate } from "spark-snn";
import { expect, test } from "vitest";
import { apart } from "../nest.test-support.ts";
import { type PopulationSpikes, summaries } from "../network-report.ts";
import { dt, microcircuit, names, record } from "./network.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../packages/spark/test/golden/nest-microcircuit.json", import.meta.url), "utf8"),
);

test("the full microcircuit has as many synapses as in NEST", () => {
  const total = microcircuit(1)
    .synapses.flat()
    .reduce((sum, count) => sum + count, 0);
  expect(total).toBe(golden.runs[0].synapses);
});

/** Seeds of the runs that are compared with NEST's five. */
const SEEDS = [1, 2, 3, 4];

test("a tenth of the microcircuit agrees with NEST within the differences between seeds", async () => {
  const { brain, inputs, initial } = microcircuit(0.1);
  const tenth = golden.runs.filter(({ scale }: { scale: number }) => scale === 0.1);
  const ours = [];
  for (const seed of SEEDS) {
    const run = await simulate(brain, { duration: 10_000, dt, seed, initial, inputs, record });
    expect(run.synapses).toBe(tenth[0].synapses);
    const populations = names.map((name): PopulationSpikes => run[name]);
    ours.push(summaries(populations, 500));
  }
  for (const [k, name] of names.entries()) {
    const known = tenth.map((each: { populations: Record<string, number>[] }) => each.populations[k]!);
    const mine = ours.map((populations) => populations[k]!);
    expect(mine[0]!.units).toBe(known[0].neurons);
    for (const measure of ["rate", "cv", "synchrony"] as const) {
      const values = mine.map(({ rate, cv, synchrony }) => ({ rate, cv, synchrony }));
      expect(apart(values, known, measure), `${name}.${measure}`).toBeLessThan(1);
    }
  }
}, 300_000);
