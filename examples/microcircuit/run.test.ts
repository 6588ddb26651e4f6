import { readFileSync } from "node:fs";
import { simulate } from "spark-snn";
import { expect, test } from "vitest";
import { bounds } from "../nest.test-support.ts";
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

test("a tenth of the microcircuit does what it does in NEST, within what seeds make differ", async () => {
  const { brain, inputs, initial } = microcircuit(0.1);
  const run = await simulate(brain, { duration: 10_000, dt, initial, inputs, record });
  const tenth = golden.runs.filter(({ scale }: { scale: number }) => scale === 0.1);
  expect(run.synapses).toBe(tenth[0].synapses);
  const populations = names.map((name): PopulationSpikes => run[name]);
  for (const [k, { units, rate, cv, synchrony }] of summaries(run, populations, 500).entries()) {
    const known = tenth.map((each: { populations: Record<string, number>[] }) => each.populations[k]!);
    expect(units).toBe(known[0].neurons);
    const { within } = bounds(known);
    expect(rate, names[k]).toSatisfy(within("rate"));
    expect(cv, names[k]).toSatisfy(within("cv"));
    expect(synchrony, names[k]).toSatisfy(within("synchrony"));
  }
}, 120_000);
