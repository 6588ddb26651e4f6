import { expect, test } from "vitest";
import { experiment } from "./experiment.ts";

const table = new TextEncoder().encode(
  "source,target,weight_nS,weight_pA,weight_uS,threshold_V,threshold_mV,tau_s,tau_MOhm,rate_kHz,start_V\n" +
    "0,1,1,1,1,-0.05,-50,1,1,1,-0.06\n1,0,1,1,1,-0.05,-50,1,1,1,-0.06\n",
);
const readFile = async (): Promise<Uint8Array> => table;
const soma = { soma: "LeakySoma", units: [2] };
const column = (name: string) => ({ csv: "table.csv", column: name });

const check = (model: object, more: object = {}) => experiment({ model, duration: 5, dt: 0.1, ...more }, { readFile });
const withThreshold = (name: string | number) =>
  check({ populations: { e: { ...soma, threshold: { csv: "table.csv", column: name } } } });
const withWeights = (weights: string, synapse: object) => {
  const explicit = { csv: "table.csv", sources: "source", targets: "target", weights };
  return check({
    populations: { e: soma },
    projections: { p: { from: "e", to: "e", connect: { explicit }, synapse } },
  });
};

test("a column of a parameter whose name says another unit is refused with its name and both units", async () => {
  await expect(withThreshold("threshold_V")).rejects.toThrow(
    'experiment.model.populations.e.threshold.column must be a column in mV; received "threshold_V", whose name says V. Convert the column to mV and rename it.',
  );
  await expect(withThreshold(5)).rejects.toThrow('received "threshold_V"');
  await expect(withThreshold("tau_MOhm")).rejects.toThrow("whose name says MΩ");
  await expect(withThreshold("threshold_mV")).resolves.toBeDefined();
  const spikes = { source: "PoissonSource", units: [2], rate: column("rate_kHz") };
  await expect(check({ populations: { s: spikes } })).rejects.toThrow("must be a column in Hz");
  const initial = { e: { potential: column("start_V") } };
  await expect(check({ populations: { e: soma } }, { initial })).rejects.toThrow(
    "experiment.initial.e.potential.column must be a column in mV",
  );
});

test("a column of weights must be in the unit of the synapse", async () => {
  const current = { synapse: "ExponentialSynapse" };
  const conductance = { synapse: "ConductanceExponentialSynapse", potentialReversal: 0 };
  await expect(withWeights("weight_nS", current)).rejects.toThrow(
    'experiment.model.projections.p.connect.explicit.weights must be a column in pA; received "weight_nS", whose name says nS.',
  );
  await expect(withWeights("weight_pA", conductance)).rejects.toThrow("must be a column in nS");
  await expect(withWeights("weight_pA", { synapse: "DeltaSynapse" })).rejects.toThrow("must be a column in mV");
  await expect(withWeights("weight_uS", conductance)).rejects.toThrow("whose name says µS.");
  await expect(withWeights("weight_pA", current)).resolves.toBeDefined();
  await expect(withWeights("weight_nS", conductance)).resolves.toBeDefined();
  await expect(withWeights("weight_pA", { ...current, tau: column("tau_s") })).rejects.toThrow(
    "experiment.model.projections.p.synapse.tau.column must be a column in ms",
  );
});
