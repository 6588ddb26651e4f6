import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { somas } from "../somas/index.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { type RheobaseOptions, rheobase } from "./rheobase.ts";

describe("rheobase", () => {
  // Leaky: (threshold − rest)/resistance. Exponential: (rheobaseThreshold − rest − spikeSlope)/resistance. The current of
  // an adaptive or Izhikevich soma follows the potential, so its first spike has no such formula. The
  // dendrite of a coupled leaky soma at its threshold, where both stay, takes coupling·leak/(coupling + leak) times
  // (threshold − dendriteRest) more: 5·3.4/8.4·15 = 30.357 pA.
  test.each([
    ...Object.keys(somas)
      .filter((name) => name.includes("Leaky") && !name.includes("Coupled"))
      .map((name) => [name, 200, 200.0101] as const),
    ["CoupledLeakySoma", 230.357, 230.3672],
    ["ExponentialSoma", 36, 36.01],
    ["RefractoryExponentialSoma", 36, 36.01],
    ["SimplifiedAdaptiveExponentialSoma", 36, 36.01],
    ["AdaptiveExponentialSoma", 36, 41],
    ["IzhikevichSoma", 30, 40],
  ] as const)("of %s with its defaults is above %d pA and at most %d pA", async (name, above, most) => {
    const found = await rheobase(somas[name as keyof typeof somas], { dtype: "f64" });
    expect(found).toBeGreaterThan(above);
    expect(found).toBeLessThanOrEqual(most);
  });

  test("in single precision is accurate within its tolerance", async () => {
    expect(Math.abs((await rheobase(LeakySoma, { tolerance: 0.5 })) - 200)).toBeLessThanOrEqual(0.5);
  });

  test("of leaky somas is (threshold − rest)/resistance", async () => {
    const config = fc.record({
      potentialRest: fc.integer({ min: -80, max: -50 }),
      threshold: fc.integer({ min: -49, max: -20 }),
      resistance: fc.integer({ min: 1, max: 40 }).map((n) => n / 100),
      potentialTau: fc.integer({ min: 2, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(config, async (fields) => {
        const expected = (fields.threshold - fields.potentialRest) / fields.resistance;
        const options = { duration: 30 * fields.potentialTau, tolerance: 0.01, dtype: "f64" } as const;
        const found = await rheobase(LeakySoma({ potentialReset: -90, ...fields }), options);
        expect(found).toBeGreaterThanOrEqual(expected);
        expect(found - expected).toBeLessThanOrEqual(0.011);
      }),
      { numRuns: 15 },
    );
  });

  test("within a short time is higher: threshold/(resistance·(1 − exp(−duration/tau)))", async () => {
    const found = await rheobase(LeakySoma, { duration: 10, dt: 0.1, tolerance: 0.001, dtype: "f64" });
    const expected = 200 / (1 - Math.exp(-10 / 20));
    expect(found).toBeGreaterThanOrEqual(expected);
    expect(found - expected).toBeLessThanOrEqual(0.0011);
  });

  test("does not depend on the bracket beyond its tolerance", async () => {
    const found = await rheobase(LeakySoma, { from: -37, to: 261, tolerance: 0.001, dtype: "f64" });
    expect(found).toBeGreaterThan(200);
    expect(found).toBeLessThanOrEqual(200.0011);
  });

  test("refuses a bracket in which the soma never spikes or always spikes", async () => {
    await expect(rheobase(LeakySoma, { to: 150 })).rejects.toThrow(
      "rheobase.to must be a current at which LeakySoma spikes; received 150 pA, but it stays silent for 1000 ms. Give a higher one, or a longer duration.",
    );
    await expect(rheobase(LeakySoma, { from: 250, to: 300 })).rejects.toThrow(
      "rheobase.from must be a current at which LeakySoma is silent; received 250 pA, but it spikes within 1000 ms. Give a lower one.",
    );
  });

  test.each([
    [{ from: 5, to: 5 }, "rheobase.to must be greater than from, 5 pA; received 5 pA."],
    [{ from: Number.NaN }, "rheobase.from must be a finite current; received NaN pA."],
    [{ tolerance: 0 }, "rheobase.tolerance must be greater than 0 pA and at least"],
    [{ tolerance: 1e-8 }, "rheobase.tolerance must be greater than 0 pA and at least"],
    [{ duration: 0.5 }, "rheobase.duration must be a whole number of steps of 1 ms; received 0.5 ms."],
    [{ tolerence: 1 }, "rheobase.tolerence is unknown."],
  ])("refuses %o", async (wrong, message) => {
    await expect(rheobase(LeakySoma, wrong as RheobaseOptions)).rejects.toThrow(message);
  });

  test("refuses units that differ", async () => {
    await expect(rheobase(LeakySoma({ resistance: [0.1, 0.2] }))).rejects.toThrow(
      "LeakySoma.resistance must be one number, because rheobase gives each unit its own current; received an array of shape [2].",
    );
  });
});
