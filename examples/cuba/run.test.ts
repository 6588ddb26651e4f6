import { readFileSync } from "node:fs";
import { simulate } from "spark-snn";
import { expect, test } from "vitest";
import { networkBounds } from "../nest.test-support.ts";
import { summaries } from "../network-report.ts";
import { cuba, dt, initial } from "./network.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../packages/spark/test/golden/nest-networks.json", import.meta.url), "utf8"),
);

test("the current-based network does what it does in NEST, within what seeds make differ", async () => {
  const record = { excitatory: { outSpikes: true }, inhibitory: { outSpikes: true } } as const;
  for (const seed of [1, 2]) {
    const run = await simulate(cuba(), { duration: 5000, dt, initial, seed, record });
    for (const { name, rate, cv, synchrony } of summaries(run, [run.excitatory, run.inhibitory], 500)) {
      const { within } = networkBounds(golden.runs, "cuba", name as "excitatory");
      expect(rate).toSatisfy(within("rate"));
      expect(cv).toSatisfy(within("cv"));
      expect(synchrony).toSatisfy(within("synchrony"));
    }
  }
}, 120_000);
