import { analysis, type SpikeRecording, simulate } from "spark-snn";
import { expect, test } from "vitest";
import { networkBounds, recorded } from "../nest.test-support.ts";
import { summaries } from "../network-report.ts";
import { cuba, dt, initial } from "./network.ts";

/**
 * Frequency of the highest power of a population's rate, Hz, and its ratio to the power of independent Poisson units.
 */
const rhythmOf = (spikes: SpikeRecording) => {
  const { values } = analysis.populationRate(spikes, { from: 500, width: 1 });
  const { frequencies, power } = analysis.powerSpectrum(values, { width: 1, segment: 500, highest: 100 });
  const peak = power.indexOf(Math.max(...power));
  const rate = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { frequency: frequencies[peak]!, excess: power[peak]! / ((2 * rate) / spikes.unitCount!) };
};

test("the current-based network agrees with NEST and Brian2 within the differences between seeds", async () => {
  const record = { excitatory: { outSpikes: true }, inhibitory: { outSpikes: true } } as const;
  for (const seed of [1, 2]) {
    const run = await simulate(cuba(), { duration: 5000, dt, initial, seed, record });
    for (const { name, rate, cv, synchrony } of summaries([run.excitatory, run.inhibitory], 500)) {
      for (const runs of recorded) {
        const { within } = networkBounds(runs, "cuba", name as "excitatory");
        expect(rate).toSatisfy(within("rate"));
        expect(cv).toSatisfy(within("cv"));
        expect(synchrony).toSatisfy(within("synchrony"));
      }
    }
    const { frequency, excess } = rhythmOf(run.excitatory.outSpikes);
    expect(frequency).toBeGreaterThanOrEqual(18);
    expect(frequency).toBeLessThanOrEqual(28);
    expect(excess).toBeGreaterThan(20);
  }
});
