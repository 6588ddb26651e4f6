/* Checked by tsc alone: each line under an expectation must be a compile error, and the others must not. */
import { field } from "../../src/config/field.ts";
import { gt } from "../../src/expr/verbs.ts";
import { brain } from "../../src/graph/brain.ts";
import { signal } from "../../src/model/ports.ts";
import { float } from "../../src/model/scope.ts";
import { spikeSource } from "../../src/model/spike-source.ts";
import { compile, simulate } from "../../src/run/simulate.ts";
import { LinearSpiker, PoissonSource, TopologicalLinearSpiker } from "../../src/sources/index.ts";

const eyes = TopologicalLinearSpiker({ units: [4, 128] });
const network = brain({
  populations: { eyes, ears: LinearSpiker({ units: [3] }), noise: PoissonSource({ units: [3] }) },
});

/** Inputs that must compile or must not; nothing here is run. */
export const signals = [
  () => simulate(network, { duration: 1, inputs: { eyes: { signal: [0, 1, 2, 3] }, ears: { signal: 0.5 } } }),
  () => simulate(eyes, { duration: 1, inputs: { signal: { series: [0, 1], interval: 1 } } }),
  // @ts-expect-error: signals is not an input
  () => simulate(network, { duration: 1, inputs: { eyes: { signals: 1 } } }),
  // @ts-expect-error: a signal is not a text
  () => simulate(network, { duration: 1, inputs: { eyes: { signal: "1" } } }),
  // @ts-expect-error: a Poisson source has no signal
  () => simulate(network, { duration: 1, inputs: { noise: { signal: 1 } } }),
  async () => (await compile(network)).step({ eyes: { signal: new Float32Array(4) }, ears: { signal: 1 } }),
  // @ts-expect-error: steps take typed arrays
  async () => (await compile(network)).step({ eyes: { signal: [0, 1, 2, 3] } }),
  // @ts-expect-error: a Poisson source has no signal in steps either
  async () => (await compile(network)).step({ noise: { signal: 1 } }),
];

const fields = { limit: field(1, "1", "Limit.") };
const inputs = { level: signal("1", "Level.") };

export const declarations = [
  () => spikeSource("Alarm", fields, { about: "", inputs, step: (x) => ({ spikes: gt(x.level, x.limit) }) }),
  // @ts-expect-error: height is no input
  () => spikeSource("Alarm", fields, { about: "", inputs, step: (x) => ({ spikes: gt(x.height, x.limit) }) }),
];

const linked = { a: PoissonSource({ units: [3] }), b: LinearSpiker({ units: [3] }) };

/** Signals between populations. */
export const networks = [
  () => brain({ populations: linked, signals: { s: { from: "a", to: "b", scale: 0.01, tau: 20 } } }),
  () => brain({ populations: linked, signals: { s: { from: ["a", "b"], mean: true, to: "b.signal", scale: 1 } } }),
  // @ts-expect-error: there is no population c
  () => brain({ populations: linked, signals: { s: { from: "c", to: "b" } } }),
  // @ts-expect-error: a signal needs a target
  () => brain({ populations: linked, signals: { s: { from: "a" } } }),
  // @ts-expect-error: scal is no option
  () => brain({ populations: linked, signals: { s: { from: "a", to: "b", scal: 1 } } }),
  () =>
    spikeSource(
      "Held",
      {},
      { about: "", inputs, state: () => ({ v: float(0, "1", "") }), step: (x) => ({ v: x.level }) },
    ),
  // @ts-expect-error: without state variables, units must spike
  () => spikeSource("Nothing", {}, { about: "", inputs, step: () => ({}) }),
];
