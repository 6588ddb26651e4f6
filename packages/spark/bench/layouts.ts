import "../src/node.ts";
import {
  brain,
  ExponentialSynapse,
  type Layout,
  normal,
  PoissonSource,
  pairwiseBernoulli,
  RefractoryLeakySoma,
  simulate,
} from "../src/index.ts";

/*
 * tsx packages/spark/bench/layouts.ts [UNITS …]: ms for each ten thousand spikes that end at so many units with a
 * probability, by layout, in WebAssembly and native code on one thread. The time without synapses is taken away.
 */
const sizes = process.argv.slice(2).map(Number);
const SOURCES = 1000;
const RATE = 100;
const STEPS = 2000;
const TURNS = 5;

type Kind = "drawn" | "constant";

const secondsOf = async (
  backend: "wasm" | "native",
  units: number,
  [kind, probability, layout]: readonly [Kind, number, Layout],
): Promise<number> => {
  const weight = kind === "drawn" ? normal({ mean: 0, std: 0.001 }) : 0.001;
  const network = brain({
    populations: {
      noise: PoissonSource({ units: [SOURCES], rate: RATE }),
      cells: RefractoryLeakySoma({ units: [units] }),
    },
    projections: {
      wired: {
        ...{ from: "noise", to: "cells", connect: pairwiseBernoulli({ probability }), weight, delay: 1 },
        ...{ synapse: ExponentialSynapse({ tau: 5 }), layout },
      },
    },
  });
  const options = { dt: 0.1, seed: 1, duration: STEPS / 10, backend, threads: 1, record: {} };
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < TURNS; turn++) best = Math.min(best, (await simulate(network, options)).wallTime);
  return best;
};

for (const backend of ["native", "wasm"] as const) {
  for (const units of sizes.length > 0 ? sizes : [1000, 4000]) {
    const none = await secondsOf(backend, units, ["constant", 0, "sparse"]);
    for (const kind of ["drawn", "constant"] as const) {
      for (const probability of [0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1]) {
        const times: string[] = [];
        for (const layout of ["sparse", "dense"] as const) {
          const seconds = (await secondsOf(backend, units, [kind, probability, layout])) - none;
          const spikes = SOURCES * RATE * STEPS * 1e-4;
          times.push(`${layout} ${((seconds / spikes) * 1e7).toFixed(1)}`);
        }
        console.log(backend, units, kind, probability, times.join("  "));
      }
    }
  }
}
