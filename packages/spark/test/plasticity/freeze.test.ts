import { expect, test } from "vitest";
import {
  brain,
  compile,
  DeltaSynapse,
  LeakySoma,
  type Plasticity,
  PoissonSource,
  uniform,
} from "../../src/entries/index.ts";
import { plasticityRules } from "../../src/plasticity/index.ts";

/* Every rule is frozen by setting the parameters to 0 that all of its changes are proportional to, as the guide says. */

/** These change no weights. */
type ShortTerm = "ShortTermPlasticity" | "ResourceUsageRule";

const amplitudes: Readonly<Record<Exclude<keyof typeof plasticityRules, ShortTerm>, object>> = {
  PairStdp: { rate: 0.01 },
  NearestPairStdp: { rate: 0.01 },
  CentredPairStdp: { rate: 0.01 },
  RestrictedPairStdp: { rate: 0.01 },
  PowerLawStdp: { rate: 0.1 },
  TripletStdp: {
    pairPotentiation: 5e-10,
    tripletPotentiation: 6.2e-3,
    pairDepression: 7e-3,
    tripletDepression: 2.3e-4,
  },
  NearestTripletStdp: {
    pairPotentiation: 8.8e-11,
    tripletPotentiation: 5.3e-2,
    pairDepression: 6.6e-3,
    tripletDepression: 3.1e-3,
  },
  OrchestratedStdp: { potentiation: 1e-3, depression: 1e-3, heterosynaptic: 0.05, transmitter: 2e-5 },
  ClopathStdp: { potentiation: 8e-5, depression: 14e-5 },
  InhibitoryStdp: { rate: 0.01 },
  DopamineStdp: { rate: 0.1 },
  CalciumPlasticity: { potentiation: 321.808, depression: 200, bistability: 1 },
  WeightNormalization: { strength: 1 },
  SynapticScaling: { proportional: 4e-5, integral: 1e-7 },
  HebbianRule: { modulation: 1 },
  OjaRule: { modulation: 1 },
  ZenkeRule: { modulation: 1 },
  QuadrupletRule: { modulation: 1 },
  BehaviouralTimescaleRule: { modulation: 1 },
};

/** Parameters with which a short run changes weights. */
const eager: Readonly<Record<string, object>> = {
  ClopathStdp: { thresholdLow: -59, thresholdHigh: -50 },
  BehaviouralTimescaleRule: { instructive: 1 },
};

test.each(Object.entries(amplitudes))("%s is frozen and released while it runs", async (name, parameters) => {
  const rule = plasticityRules[name as keyof typeof amplitudes] as (config?: object) => Plasticity;
  const simulation = await compile(
    brain({
      populations: {
        input: PoissonSource({ units: [20], rate: 100 }),
        cells: LeakySoma({ units: [5], threshold: -50, potentialReset: -60 }),
      },
      projections: {
        learned: {
          from: "input",
          to: "cells",
          connect: { allToAll: {} },
          weight: uniform({ min: 0.3, max: 0.9 }),
          synapse: DeltaSynapse(),
          plasticity: rule(eager[name]),
        },
      },
    }),
    { dt: 0.5 },
  );
  const weights = simulation.weights("learned");
  const set = (factor: number): void => {
    for (const [key, value] of Object.entries(parameters)) simulation.set(`learned.plasticity.${key}`, factor * value);
  };
  await simulation.run({ duration: 1000, inputs: { cells: { current: 150 } } });
  set(0);
  weights.write(0.4);
  const held = weights.read();
  await simulation.run({ duration: 1000, inputs: { cells: { current: 150 } } });
  expect(weights.read()).toEqual(held);
  set(1);
  await simulation.run({ duration: 1000, inputs: { cells: { current: 150 } } });
  expect(weights.read()).not.toEqual(held);
});
