import { describe, expect, test } from "vitest";
import { ConfigError, FileError } from "../errors/errors.ts";
import { synapses } from "../synapses/index.ts";
import { everything, parts } from "./brain.test-support.ts";
import { experiment } from "./experiment.ts";
import { schemaTakes } from "./takes.test-support.ts";

const table = new TextEncoder().encode("pre,post,w\n0,1,5\n1,2,6\n");
const readFile = async (): Promise<Uint8Array> => table;
const readerTakes = async (document: unknown): Promise<boolean> => {
  try {
    await experiment(document, { readFile });
    return true;
  } catch (error) {
    expect(error instanceof ConfigError || error instanceof FileError).toBe(true);
    return false;
  }
};

const { soma, wired, exponential } = parts;
const ready = { neuron: "LIFNeuron", units: [3] };
const withPopulation = (a: unknown): object => ({ duration: 1, model: { populations: { a } } });
const connected = (connect: unknown, more: object = {}): object => wired({ connect, ...more });
const drive = (given: unknown): object => ({
  duration: 1,
  model: { populations: { a: soma }, drives: { outside: given } },
});
const readout = (given: unknown, more: object = {}): object => ({
  duration: 9,
  model: { populations: { a: soma }, readouts: { left: given } },
  ...more,
});
const poisson = { to: "a", synapse: exponential, poisson: { rate: 8, trains: 100 } };

const good: readonly unknown[] = [
  everything,
  wired({}),
  wired({ layout: "dense" }),
  wired({ plasticity: { rule: "PairStdp", weightMax: 2 } }),
  wired({
    plasticity: [
      { rule: "TripletStdp", weightMax: 2 },
      { rule: "WeightNormalization", total: 20 },
    ],
  }),
  wired({ plasticity: { rule: "TripletStdp", skipValidation: true, preTau: -1 } }),
  wired({ plasticity: { rule: "PairStdp", weightMax: { EE: 2, EI: 1, IE: 1, II: 1 } } }),
  withPopulation(soma),
  withPopulation({ ...soma, inhibitory: true, synapses: {} }),
  withPopulation({ ...soma, inhibitory: [true, false, true, false, true, false] }),
  withPopulation({ ...soma, skipValidation: true, potentialTau: -3 }),
  withPopulation({ source: "PoissonSource", units: [3], rate: [1, 2, 3] }),
  withPopulation({ source: "SpikeReplay", units: [3] }),
  ...["LIFNeuron", "RefractoryLIFNeuron", "AdaptiveLIFNeuron"].map((neuron) => withPopulation({ neuron, units: [3] })),
  withPopulation({ ...ready, potentialTau: [9, 10, 11], inhibitory: [true, false, true] }),
  withPopulation({ ...ready, excitatorySynapse: exponential, inhibitorySynapse: { synapse: "DeltaSynapse" } }),
  ...Object.keys(synapses).map((synapse) => withPopulation({ ...soma, synapses: { one: { synapse } } })),
  connected({ allToAll: { autapses: false } }),
  connected({ oneToOne: {} }),
  connected({ fixedOutDegree: { outDegree: 2 } }),
  connected({ fixedTotalNumber: { total: 5, multapses: false } }),
  connected({ explicit: { sources: [], targets: [] } }),
  connected({ explicit: { csv: "a.csv", sources: "pre", targets: 1, separator: "," } }),
  wired({ connect: { explicit: { csv: "a.csv", sources: "pre", targets: 1, weights: "w" } }, weight: undefined }),
  wired({ weight: { byTarget: [1, 2, 3, 4, 5, 6] }, delay: { logNormal: { median: 2, sigma: 0.1, min: 0.5 } } }),
  wired({ synapse: { synapse: "ExponentialSynapse", currentOf: "value", seed: 3 } }),
  drive(poisson),
  drive({ ...poisson, poisson: { rate: { uniform: { min: 1, max: 2 } }, seed: 3 } }),
  readout({ from: "a" }),
  readout({ from: "a", of: "potential", tau: 3, mean: true, units: [2, 0], scale: -1 }),
  readout({ from: "a" }, { record: { readouts: { left: { every: 2, from: 1, to: 8, dtype: "f32" } } } }),
  readout({ from: "a" }, { record: { readouts: { left: false }, a: { outSpikes: true } } }),
];

const bad: readonly unknown[] = [
  wired({ weight: undefined }),
  connected({ explicit: { sources: [0], targets: [1], weights: [2] } }),
  connected({ explicit: { sources: [0], targets: [1], delays: [2] } }, { delay: 3 }),
  { duration: 1, model: {} },
  { duration: 1, model: { populations: {} } },
  { duration: 1, model: { populations: 3 } },
  { duration: 1, model: { projections: {} } },
  { duration: 1, model: { populations: { a: soma }, projection: {} } },
  { duration: 1, model: { populations: { "a b": soma } } },
  { duration: 1, model: { populations: { a: soma }, projections: [] } },
  withPopulation(3),
  withPopulation({ units: [3] }),
  withPopulation({ ...soma, source: "PoissonSource" }),
  withPopulation({ soma: "LekySoma", units: [3] }),
  withPopulation({ ...ready, neuron: "LIF" }),
  withPopulation({ ...ready, soma: "LeakySoma" }),
  withPopulation({ ...ready, source: "PoissonSource" }),
  withPopulation({ ...ready, synapses: {} }),
  withPopulation({ ...ready, potentialTau: 0 }),
  withPopulation({ ...ready, cooldown: 2 }),
  withPopulation({ ...ready, excitatorySynapse: "ExponentialSynapse" }),
  withPopulation({ ...ready, excitatorySynapse: { synapse: "ExponentialSynapse", tau: 0 } }),
  withPopulation({ ...ready, inhibitory: 1 }),
  withPopulation({ ...soma, potentialTau: 0 }),
  wired({ plasticity: "PairStdp" }),
  wired({ plasticity: [] }),
  wired({ plasticity: [{ rule: "PairStdp" }, { rule: "WeightNormalization", sum: 20 }] }),
  wired({ plasticity: { rule: "PairSTDP" } }),
  wired({ plasticity: { weightMax: 2 } }),
  wired({ plasticity: { rule: "PairStdp", weightMax: [[2, 3]] } }),
  wired({ plasticity: { rule: "PairStdp", weightMax: { EE: 2, EI: 1, IE: 1 } } }),
  wired({ plasticity: { rule: "PairStdp", weightMax: { EE: 2, EI: 1, IE: 1, II: 0 } } }),
  wired({ plasticity: { rule: "PairStdp", weightMax: 0 } }),
  wired({ plasticity: { rule: "PairStdp", tau: 3 } }),
  withPopulation({ ...soma, tau: 3 }),
  withPopulation({ ...soma, inhibitory: "yes" }),
  withPopulation({ ...soma, synapses: { fast: { synapse: "Exponential" } } }),
  withPopulation({ ...soma, synapses: { fast: { synapse: "ExponentialSynapse", tau: 0 } } }),
  withPopulation({ ...soma, synapses: { fast: { synapse: "DeltaSynapse", tau: 3 } } }),
  withPopulation({ ...soma, synapses: { fast: { synapse: "DeltaSynapse", currentOf: "mean" } } }),
  withPopulation({ ...soma, synapses: { fast: { synapse: "ExponentialSynapse", units: [3] } } }),
  withPopulation({ ...soma, synapses: ["ExponentialSynapse"] }),
  withPopulation({ source: "PoissonSource", units: [3], rate: -1 }),
  withPopulation({ source: "PoissonSource", units: [3], inhibitory: true }),
  withPopulation({ ...soma, potentialTau: { csv: "a.csv" } }),
  connected(undefined),
  connected({}),
  connected({ pairwiseBernouli: { probability: 0.1 } }),
  connected({ pairwiseBernoulli: { probability: 1.1 } }),
  connected({ pairwiseBernoulli: {} }),
  connected({ pairwiseBernoulli: 0.1 }),
  connected({ oneToOne: { autapses: false } }),
  connected({ fixedInDegree: { inDegree: 2.5 } }),
  connected({ fixedInDegree: { inDegree: 2, multapse: false } }),
  connected({ distanceBernoulli: { probability: 0.2 } }),
  connected({ distanceBernoulli: { probability: { gaussian: { peak: 2, width: 1 } } } }),
  connected({ explicit: { sources: [0] } }),
  connected({ explicit: { csv: "a.csv", sources: "pre" } }),
  connected({ allToAll: {}, oneToOne: {} }),
  wired({ weight: "80 pA" }),
  wired({ weight: undefined }),
  wired({ weight: { bySources: [1] } }),
  wired({ weight: { byDistance: { offset: 1 } } }),
  wired({ from: 3 }),
  wired({ plasticity: "stdp" }),
  wired({ layout: "rows" }),
  wired({ layout: 1 }),
  wired({ synapse: "ExponentialSynapse" }),
  drive({ ...poisson, poisson: undefined }),
  drive({ ...poisson, poisson: { rate: -1 } }),
  drive({ ...poisson, poisson: { rates: 3 } }),
  drive({ ...poisson, weight: 3 }),
  wired({}, { inputs: { a: { curent: 3 } } }),
  wired({}, { inputs: { a: 3 } }),
  wired({}, { record: { a: { outSpikes: 3 } } }),
  wired({}, { record: { a: true } }),
  wired({}, { initial: { a: { potential: "rest" } } }),
  readout({}),
  readout(3),
  readout({ from: 3 }),
  readout({ from: "a", of: 3 }),
  readout({ from: "a", tau: 0 }),
  readout({ from: "a", tau: "5 ms" }),
  readout({ from: "a", mean: 1 }),
  readout({ from: "a", units: [] }),
  readout({ from: "a", units: [1, 1] }),
  readout({ from: "a", scale: "2" }),
  readout({ from: "a", weight: 3 }),
  readout({ from: "a" }, { record: { readouts: { left: { units: [0] } } } }),
  readout({ from: "a" }, { record: { readouts: { left: { every: 0 } } } }),
  readout({ from: "a" }, { record: { readouts: { left: { dtype: "f16" } } } }),
  readout({ from: "a" }, { record: { readouts: { left: 3 } } }),
  readout({ from: "a" }, { record: { readouts: true } }),
];

describe("schema and reader agree on brains", () => {
  test.each(good.map((document) => [document]))("that take it: %#", async (document) => {
    const plain: unknown = JSON.parse(JSON.stringify(document));
    expect(schemaTakes(plain), JSON.stringify(schemaTakes.errors?.slice(0, 3))).toBe(true);
    expect(await readerTakes(plain)).toBe(true);
  });

  test.each(bad.map((document) => [document]))("that refuse it: %#", async (document) => {
    const plain: unknown = JSON.parse(JSON.stringify(document));
    expect(schemaTakes(plain), JSON.stringify(document)).toBe(false);
    expect(await readerTakes(plain), JSON.stringify(document)).toBe(false);
  });
});
