import "spark-snn/node";
import {
  allToAll,
  brain,
  compile,
  ExponentialSynapse,
  explicit,
  type Layout,
  normal,
  PoissonSource,
  type Projection,
  pairwiseBernoulli,
  RefractoryLeakySoma,
} from "spark-snn";

/*
 * npm run bench:layouts -- [--native | --wasm] [--f64] [UNITS …]: µs for each spike that ends at so many units
 * with a probability, by layout, on one thread, and how long rows take relative to lists. Turns of both alternate, and
 * the ratio is the median of theirs; the time without synapses is taken away.
 */
const SOURCES = 500;
const RATE = 200;
const TURN = 100;
const TURNS = 25;
const SPIKES = (SOURCES * RATE * TURN) / 1000;
const dtype = process.argv.includes("--f64") ? "f64" : "f32";
const sizes = process.argv.slice(2).map(Number).filter(Number.isFinite);
const backends = (["native", "wasm"] as const).filter(
  (name) => !process.argv.includes(name === "native" ? "--wasm" : "--native"),
);

type Kind = "drawn" | "constant";
type Backend = (typeof backends)[number];

/** One synapse stands for none, so that the machine is the same. */
const ruleOf = (probability: number): Projection["connect"] => {
  if (probability === 0) return explicit({ sources: [0], targets: [0] });
  return probability === 1 ? allToAll() : pairwiseBernoulli({ probability });
};

/** Gives the seconds of a turn. */
const timerOf = async (backend: Backend, units: number, given: { kind: Kind; probability: number; layout: Layout }) => {
  const { kind, probability, layout } = given;
  const network = brain({
    populations: {
      noise: PoissonSource({ units: [SOURCES], rate: RATE }),
      cells: RefractoryLeakySoma({ units: [units] }),
    },
    projections: {
      wired: {
        ...{ from: "noise", to: "cells", delay: 0.1, synapse: ExponentialSynapse({ tau: 5 }), layout },
        connect: ruleOf(probability),
        weight: kind === "drawn" ? normal({ mean: 0, std: 0.001 }) : 0.001,
      },
    },
  });
  const simulation = await compile(network, { dt: 0.1, seed: 1, dtype, backend, threads: 1 });
  await simulation.run({ duration: TURN });
  return {
    time: async () => (await simulation.run({ duration: TURN })).wallTime,
    dispose: () => simulation.dispose(),
  };
};

const medianOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

const compare = async (backend: Backend, units: number, kind: Kind, probability: number): Promise<void> => {
  const none = await timerOf(backend, units, { kind: "constant", probability: 0, layout: "sparse" });
  const sparse = await timerOf(backend, units, { kind, probability, layout: "sparse" });
  const dense = await timerOf(backend, units, { kind, probability, layout: "dense" });
  const turns: { sparse: number; dense: number }[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const idle = await none.time();
    turns.push({ sparse: (await sparse.time()) - idle, dense: (await dense.time()) - idle });
  }
  for (const timer of [none, sparse, dense]) timer.dispose();
  const each = (layout: "sparse" | "dense"): string =>
    ((medianOf(turns.map((turn) => turn[layout])) / SPIKES) * 1e6).toFixed(2);
  const ratio = medianOf(turns.map((turn) => turn.dense / turn.sparse)).toFixed(2);
  console.log(
    backend,
    dtype,
    units,
    kind,
    probability,
    `lists ${each("sparse")}  rows ${each("dense")}  ratio ${ratio}`,
  );
};

for (const backend of backends)
  for (const units of sizes.length > 0 ? sizes : [500, 4000, 16_000])
    for (const kind of ["drawn", "constant"] as const)
      for (const probability of [0.1, 0.2, 0.3, 0.5, 1]) await compare(backend, units, kind, probability);
