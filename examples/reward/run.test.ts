import { expect, test } from "vitest";
import { drawReward } from "./figure.ts";
import { simulateReward } from "./simulate.ts";

test("the synapse that earns rewards grows, and the others do not", async () => {
  const seconds = 400;
  const rewarded = await simulateReward({ seconds, seed: 2 });
  const shuffled = await simulateReward({ seconds, seed: 2, reward: "shuffled" });
  const last = (values: readonly number[]): number => values.at(-1)!;
  expect(last(rewarded.rewarded)).toBeGreaterThan(2 * last(rewarded.mean));
  expect(last(rewarded.rewarded)).toBeGreaterThan(2 * last(shuffled.rewarded));
  expect(last(rewarded.mean)).toBeLessThan(1);
  expect(rewarded.rate).toBeGreaterThan(1);
  expect(drawReward(rewarded, shuffled)).toContain("rewarded synapse");
});
