import { expect, test } from "vitest";
import { drawPhases } from "./figure.ts";
import { meanWeight, presentations, simulatePattern } from "./simulate.ts";

test("the cell comes to spike in the pattern only, in every presentation, and ever earlier", async () => {
  const duration = 40_000;
  const run = await simulatePattern({ duration });
  const times = run.cell.outSpikes.times();
  expect(presentations(times, 0, 2000).falseAlarms).toBeGreaterThan(20);
  const early = presentations(times, 10_000, 20_000);
  const late = presentations(times, duration - 10_000, duration);
  expect(late.hits).toBeGreaterThan(0.95);
  expect(late.falseAlarms).toBeLessThan(0.05);
  expect(late.latency).toBeLessThan(early.latency - 1);
  // The synapses from the inputs without a pattern vanish.
  const { learned, learnedOthers } = run.weights;
  const last = (recording: typeof learned) => meanWeight(recording.values.slice(-recording.columns));
  expect(last(learned)).toBeGreaterThan(3 * last(learnedOthers));
  expect(drawPhases(run)).toContain("spikes of the cell");
});
