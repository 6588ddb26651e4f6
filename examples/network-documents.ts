/*
 * The networks of the examples as experiment documents. The programs are the source of every number; this writes an
 * experiment.json next to each:
 *
 *     npx tsx examples/network-documents.ts
 */
import { fileURLToPath } from "node:url";
import { type Brain, type DocumentOfOptions, documentOf, encodeNpz, type JsonObject, withValue } from "spark-snn";
import { writeAtomic } from "spark-snn/node";
import * as ofBalance from "./balanced-inhibition/network.ts";
import * as ofBrunel from "./brunel/network.ts";
import * as ofCartPole from "./cartpole/network.ts";
import * as ofCuba from "./cuba/network.ts";
import { reduced, seriesOf, small } from "./digits/images.ts";
import * as ofDigits from "./digits/network.ts";
import { readImages } from "./digits/read-images.ts";
import * as ofPattern from "./hidden-pattern/network.ts";
import { patternRates } from "./hidden-pattern/pattern.ts";
import * as ofMicrocircuit from "./microcircuit/network.ts";
import * as ofReward from "./reward/network.ts";
import * as ofWindow from "./stdp-window/network.ts";
import * as ofFrequency from "./triplet-frequency/network.ts";

/** The document of a brain, which records every spike unless `run` says otherwise. */
const documented = (brain: Brain, description: string, run: Readonly<Record<string, unknown>>): JsonObject => {
  const record = Object.fromEntries(Object.keys(brain.populations).map((name) => [name, { outSpikes: true }]));
  const document = documentOf(brain, { description, record, ...run } as DocumentOfOptions<Brain>);
  return { $schema: "../../packages/spark/schema/experiment.schema.json", ...document } as JsonObject;
};

/** A series as arrays: rates of samples × units, and the time of each sample. */
const seriesFile = (rates: readonly (readonly number[])[], times: readonly number[]): Uint8Array =>
  encodeNpz(
    {
      rates: { data: Int16Array.from(rates.flat()), shape: [rates.length, rates[0]!.length] },
      times: { data: Int32Array.from(times), shape: [times.length] },
    },
    { compress: true },
  );

/** The pattern of the hidden pattern. */
export const patternFile = (): Uint8Array => {
  const { rates, times } = patternRates();
  return seriesFile(rates, times);
};

/** The images of the digits in their document. */
export const shownDigits = seriesOf((await readImages(1)).slice(0, 200).map(reduced));
export const digitsFile = (): Uint8Array => seriesFile(shownDigits.series, shownDigits.times);

/** The digits, whose rates are in a file. */
const digitsDocument = (): JsonObject => {
  const document = documented(
    ofDigits.network({ units: 100, side: small, thresholdDelta: 0.1 }),
    "100 units that see 200 handwritten digits, and learn: Diehl and Cook, Front. Comput. Neurosci. 9:99 (2015). See network.ts.",
    {
      duration: 100_000,
      dt: ofDigits.dt,
      record: { excitatory: { outSpikes: true }, weights: { learned: { every: 100_000 } } },
    },
  );
  const file = (array: string): JsonObject => ({ npz: "images.npz", array });
  return withValue(document, "image.rate", { series: file("rates"), times: file("times"), after: "hold" });
};

/** The document of the hidden pattern, whose rates are in a file. */
const patternDocument = (): JsonObject => {
  const document = documented(
    ofPattern.network,
    "One cell finds a pattern of 50 ms in the spikes of half of its 2000 inputs: Masquelier et al., PLoS ONE 3:e1377 (2008). See network.ts.",
    { duration: 450_000, dt: ofPattern.dt, record: { cell: { outSpikes: true } } },
  );
  const file = (array: string): JsonObject => ({ npz: "pattern.npz", array });
  return withValue(document, "hidden.rate", { series: file("rates"), times: file("times"), after: "repeat" });
};

const tenth = ofMicrocircuit.microcircuit(0.1);

/** Contents of each experiment.json, by the folder of its example. */
export const documents = {
  cuba: documented(
    ofCuba.cuba(),
    "The current-based network of Brette et al., J. Comput. Neurosci. 23:349 (2007), after Vogels and Abbott (2005). See network.ts.",
    { duration: 2000, dt: ofCuba.dt, initial: ofCuba.initial },
  ),
  brunel: documented(
    ofBrunel.brunel(),
    "Sparsely connected excitatory and inhibitory units: Brunel, J. Comput. Neurosci. 8:183 (2000), at g 5 and η 2. See network.ts.",
    { duration: 1000, dt: ofBrunel.dt },
  ),
  microcircuit: documented(
    tenth.brain,
    "A tenth of the cortical microcircuit of Potjans and Diesmann, Cereb. Cortex 24:785 (2014), scaled as van Albada et al. (2015) do. See network.ts.",
    { duration: 1500, dt: ofMicrocircuit.dt, inputs: tenth.inputs, initial: tenth.initial },
  ),
  "balanced-inhibition": documented(
    ofBalance.network(),
    "Inhibitory synapses that learn balance excitation: Vogels et al., Science 334:1569 (2011). See network.ts.",
    {
      duration: 10_000,
      dt: ofBalance.dt,
      inputs: ofBalance.inputs,
      record: {
        excitatory: { rate: { bin: 250 } },
        inhibitory: { rate: { bin: 250 } },
        weights: { learned: { every: 10_000, reduce: "mean" } },
      },
    },
  ),
  cartpole: documented(
    ofCartPole.network,
    "The network that learns to balance a pole, with one state of the cart and one punishment. The programs beside it contain the cart. See network.ts.",
    ofCartPole.failure,
  ),
  digits: digitsDocument(),
  "hidden-pattern": patternDocument(),
  reward: documented(
    ofReward.network,
    "Synapses that learn from dopamine, with one reward: Izhikevich, Cereb. Cortex 17:2443 (2007). See network.ts.",
    {
      duration: 10_000,
      dt: ofReward.dt,
      inputs: ofReward.inputs,
      changes: ofReward.rewardAt(300),
      record: {
        excitatory: { outSpikes: true },
        weights: { ee: { every: 1000, reduce: "mean" } },
      },
    },
  ),
  "stdp-window": documented(
    ofWindow.network,
    "The window of pair STDP: one pair of spikes for each of 21 lags. See network.ts.",
    ofWindow.options,
  ),
  "triplet-frequency": documented(
    ofFrequency.network(),
    "60 pairings of spikes at several frequencies with triplet STDP: Pfister and Gerstner, J. Neurosci. 26:9673 (2006). See network.ts.",
    ofFrequency.options,
  ),
} as const;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeAtomic(fileURLToPath(new URL("hidden-pattern/pattern.npz", import.meta.url)), patternFile());
  await writeAtomic(fileURLToPath(new URL("digits/images.npz", import.meta.url)), digitsFile());
  for (const [name, document] of Object.entries(documents)) {
    const path = fileURLToPath(new URL(`${name}/experiment.json`, import.meta.url));
    await writeAtomic(path, `${JSON.stringify(document, null, 2)}\n`);
  }
}
