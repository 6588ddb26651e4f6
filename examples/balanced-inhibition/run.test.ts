import { simulate } from "spark-snn";
import { expect, test } from "vitest";
import { drawRates } from "./figure.ts";
import { dt, inputs, network, target } from "./network.ts";
import { rateBetween, simulateBalance } from "./simulate.ts";

test("inhibitory synapses bring the excitatory rate to the target, and without learning it stays high", async () => {
  // A tenth of the units, whose rule is ten times as fast.
  const small = { units: 1000, rate: 0.1 };
  const run = await simulateBalance({ ...small, duration: 25_000 });
  const { excitatory, inhibitory, weights } = run;
  expect(rateBetween(excitatory, 0, 0.25)).toBeGreaterThan(40);
  // The last 10 s. Inhibitory units have no such rule.
  const rate = rateBetween(excitatory, 15, 25);
  expect(Math.abs(rate - target)).toBeLessThan(1.2);
  expect(rateBetween(inhibitory, 15, 25)).toBeGreaterThan(1.5 * rate);
  expect(weights.learned.values[24]).toBeGreaterThan(1);
  const fixed = await simulate(network(small.units, 0), {
    duration: 500,
    dt,
    inputs,
    record: { excitatory: { rate: { bin: 500 } } },
  });
  expect(fixed.excitatory.rate.values[0]).toBeGreaterThan(100);
  expect(drawRates(run)).toContain("inhibitory");
});
