import { simulate } from "spark-snn";
import { expect, test } from "vitest";
import { drawFrequencies } from "./figure.ts";
import { changesOf, frequencies, measured, network, options } from "./network.ts";

/** Changes computed spike by spike in double precision, with the parameters of Pfister and Gerstner. */
const computed = {
  full: {
    before: [0, 0.1321, 0.247, 0.5337, 0.7409],
    after: [-0.3122, -0.3336, -0.3516, 0.1548, 0.7272],
  },
  minimal: {
    before: [0, 0.1186, 0.2278, 0.5321, 0.7627],
    after: [-0.3166, -0.3322, -0.3417, 0.1737, 0.7492],
  },
} as const;

test.each(["full", "minimal"] as const)(
  "the %s model depends on the frequency as computed, and as measured",
  async (model) => {
    const run = await simulate(network(model), options);
    // Every pairing has one postsynaptic spike.
    expect(run.post.outSpikes.count).toBe(60 * 2 * frequencies.length);
    const changes = changesOf(run.weights.learned.values);
    for (const [k, { frequency, before, after }] of measured.entries()) {
      const at = frequencies.indexOf(frequency);
      for (const [order, [mean, error]] of Object.entries({ before, after }) as [
        "before" | "after",
        readonly [number, number],
      ][]) {
        expect(changes[order][at]!, `${frequency} Hz, ${order}`).toBeCloseTo(computed[model][order][k]!, 4);
        expect(Math.abs(changes[order][at]! - mean) / error).toBeLessThan(1.5);
      }
    }
    expect(drawFrequencies(changes)).toContain("measured");
  },
);
