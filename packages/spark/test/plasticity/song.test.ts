import { expect, test } from "vitest";
import { brain, DeltaSynapse, LeakySoma, PairStdp, PoissonSource, simulate } from "../../src/entries/index.ts";

/*
 * Song, Miller and Abbott 2000, Nat. Neurosci. 3, 919: synapses of Poisson inputs compete under additive STDP. Most weights come
 * close to one of the bounds, whatever they began with, and the rate of the cell hardly depends on that of its inputs.
 */

const weightMax = 0.3; // mV
const inputs = 400;

const learnt = async (rate: number, start: number) => {
  const network = brain({
    populations: {
      input: PoissonSource({ units: [inputs], rate }),
      cell: LeakySoma({ units: [1], potentialRest: -60, potentialReset: -60, threshold: -50, potentialTau: 20 }),
    },
    projections: {
      learned: {
        from: "input",
        to: "cell",
        connect: { allToAll: {} },
        weight: start * weightMax,
        synapse: DeltaSynapse(),
        plasticity: PairStdp({ weightMax, rate: 0.005, asymmetry: 1.1 }),
      },
    },
  });
  const duration = 600_000;
  const { cell, weights } = await simulate(network, {
    dt: 1,
    duration,
    record: { cell: { outSpikes: true }, weights: { learned: { at: [duration] } } },
  });
  const values = Array.from(weights.learned.values, (weight) => weight / weightMax);
  const share = (from: number, to: number) => values.filter((value) => value >= from && value <= to).length / inputs;
  const late = cell.outSpikes.times().filter((time) => time > duration / 2).length / (duration / 2000);
  return { low: share(0, 0.2), middle: share(0.2, 0.8), high: share(0.8, 1), rate: late };
};

test("weights become bimodal, and a cell with faster inputs hardly spikes faster", async () => {
  const slow = await learnt(15, 0.3);
  const fast = await learnt(45, 0.9);
  for (const { low, middle, high } of [slow, fast]) {
    expect(low).toBeGreaterThan(0.5);
    // A uniform distribution has 0.6.
    expect(middle).toBeLessThan(0.3);
    expect(high).toBeGreaterThan(0.03);
  }
  expect(slow.rate).toBeGreaterThan(5);
  expect(fast.rate / slow.rate).toBeLessThan(1.5);
});
