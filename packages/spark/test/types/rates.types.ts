/* Checked by tsc alone: each line under an expectation must be a compile error, and the others must not. */
import {
  LeakySoma,
  PoissonDrive,
  PoissonSource,
  type SeriesInput,
  SpikeReplay,
  simulate,
} from "../../src/entries/index.ts";

const shared: SeriesInput = { series: [5, 20], interval: 100, after: "hold" };

/** Rates and spikes that must compile or must not; nothing here is run. */
export const rates = [
  () => PoissonSource({ units: [2], rate: shared }),
  () => PoissonSource({ rate: { series: [[5, 20]], times: [0], between: "linear" } }),
  () => PoissonSource({ rate: { series: Float32Array.of(5, 20), interval: 1, start: 3, before: "zero" } }),
  () => PoissonDrive({ rate: shared, trains: [10, 20] }),
  // @ts-expect-error: samples need an interval or times
  () => PoissonSource({ rate: { series: [5, 20] } }),
  // @ts-expect-error: a held, zero or repeated end, or none
  () => PoissonSource({ rate: { series: [5, 20], interval: 5, after: "stop" } }),
  // @ts-expect-error: trains stay as they are
  () => PoissonDrive({ trains: { series: [5, 20], interval: 5 } }),
  // @ts-expect-error: and so do the fields of somas
  () => LeakySoma({ threshold: { series: [-50, -40], interval: 5 } }),
  () => simulate(SpikeReplay(), { duration: 5, inputs: { inSpikes: { events: { times: [1.5], units: [0] } } } }),
  // @ts-expect-error: spikes need units
  () => simulate(SpikeReplay(), { duration: 5, inputs: { inSpikes: { events: { times: [1.5] } } } }),
];
