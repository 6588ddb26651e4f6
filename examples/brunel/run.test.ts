import { simulate } from "spark-snn";
import { expect, test } from "vitest";
import { networkBounds, recorded } from "../nest.test-support.ts";
import { summaries } from "../network-report.ts";
import { brunel, dt } from "./network.ts";

test("Brunel's network agrees with NEST and Brian2 within the differences between seeds", async () => {
  const record = { excitatory: { outSpikes: true }, inhibitory: { outSpikes: true } } as const;
  const run = await simulate(brunel(), { duration: 2000, dt, record });
  for (const { name, rate, cv, synchrony } of summaries([run.excitatory, run.inhibitory], 500)) {
    for (const runs of recorded) {
      const { within } = networkBounds(runs, "brunel", name as "excitatory");
      expect(rate).toSatisfy(within("rate"));
      expect(cv).toSatisfy(within("cv"));
      expect(synchrony).toSatisfy(within("synchrony"));
    }
  }
});
