import { expect, test } from "vitest";
import type { Precision } from "../config/parse.ts";
import type { BundleInput } from "./bundles.ts";
import { bundlesOf } from "./bundles.ts";
import { built, wiringOf } from "./connectivity.test-support.ts";
import { checkSynapseMemory, synapseMemory } from "./memory.ts";
import { fixedInDegree, fixedTotalNumber, pairwiseBernoulli } from "./rule.ts";
import { shardsOf } from "./shards.ts";
import type { SynapseValues } from "./values.ts";

const units = 1000;
const shards = shardsOf([{ units, receptors: [{ firstSlot: 0 }], incoming: 0 }], 2);
const input = (name: string, weights: SynapseValues, delays: SynapseValues): BundleInput => ({
  synapses: built(
    wiringOf(fixedTotalNumber({ total: 100_000 }), { name, weights, delays, sources: units, targets: units }),
  ),
  source: 0,
  target: 0,
  firstSlot: 0,
});
const drawn: SynapseValues = { normal: { mean: 1, std: 0.1, min: 0 } };

test.each<[Precision, number]>([
  ["f32", 6],
  ["f64", 10],
])("an estimate for %s is what the bundles take, and three tables of offsets", (precision, each) => {
  const inputs = [input("a", drawn, 1.5)];
  const { bytes, synapses } = synapseMemory(inputs, shards, precision);
  const { bundles } = bundlesOf(inputs, shards);
  const offsets = bundles[0]!.shards.reduce((sum, shard) => sum + shard.offsets.byteLength, 0);
  expect(synapses).toBe(100_000);
  expect(bytes).toBe(each * 100_000 + 3 * offsets);
});

test("one weight for all takes no memory for weights", () => {
  const [own, shared] = [drawn, 2].map((weights) => synapseMemory([input("a", weights, 1)], shards, "f32").bytes);
  expect(own! - shared!).toBe(400_000);
});

test("synapses that would not fit are refused before they are drawn, with what would fit", () => {
  const inputs = [
    input("a", drawn, 1.5),
    input("b", 2, 1.5),
    ...[1000, 2000].map((inDegree): BundleInput => {
      const wiring = wiringOf(fixedInDegree({ inDegree }), {
        name: `in ${inDegree}`,
        weights: drawn,
        sources: units,
        targets: units,
      });
      return { synapses: built(wiring), source: 0, target: 0, firstSlot: 0 };
    }),
    {
      synapses: built(
        wiringOf(pairwiseBernoulli({ probability: 0.3 }), { name: "pairs", sources: 200_000, targets: units }),
      ),
      source: 1,
      target: 0,
      firstSlot: 0,
    },
  ];
  const needed = synapseMemory(inputs, shards, "f32");
  expect(() => checkSynapseMemory(needed, 100e6)).toThrowErrorMatchingInlineSnapshot(
    `[MemoryError: memory must be at least 143.7 MB for 63200000 synapses (pairs 124.8 MB for 60000000, in 2000 12.0 MB for 2000000, in 1000 6.0 MB for 1000000, …); received 100.0 MB. Raise memory to 143696120, or make at most 69.5 % of the synapses.]`,
  );
  expect(() => checkSynapseMemory(needed, needed.bytes)).not.toThrow();
});
