import { readFileSync } from "node:fs";
import { type Brain, experiment, type JsonObject, simulate } from "spark-snn";
import { describe, expect, test } from "vitest";
import * as ofBalance from "./balanced-inhibition/network.ts";
import * as ofBrunel from "./brunel/network.ts";
import * as ofCartPole from "./cartpole/network.ts";
import * as ofCuba from "./cuba/network.ts";
import { small } from "./digits/images.ts";
import * as ofDigits from "./digits/network.ts";
import * as ofPattern from "./hidden-pattern/network.ts";
import * as ofMicrocircuit from "./microcircuit/network.ts";
import { digitsFile, documents, patternFile, shownDigits } from "./network-documents.ts";
import * as ofReward from "./reward/network.ts";
import * as ofWindow from "./stdp-window/network.ts";
import * as ofFrequency from "./triplet-frequency/network.ts";

const tenth = ofMicrocircuit.microcircuit(0.1);
const programs = [
  { name: "cuba", duration: 100, brain: ofCuba.cuba(), initial: ofCuba.initial, inputs: {} },
  { name: "brunel", duration: 20, brain: ofBrunel.brunel(), initial: {}, inputs: {} },
  { name: "microcircuit", duration: 50, ...tenth },
] as const;

/** Networks that learn, with all options of their runs. */
const learning = [
  {
    name: "balanced-inhibition",
    brain: ofBalance.network(),
    options: { duration: 100, dt: ofBalance.dt, inputs: ofBalance.inputs },
  },
  { name: "cartpole", brain: ofCartPole.network, options: ofCartPole.failure },
  {
    name: "digits",
    brain: ofDigits.network({
      ...{ units: 100, side: small, thresholdDelta: 0.1 },
      rate: { ...shownDigits, after: "hold" },
    }),
    options: { duration: 2000, dt: ofDigits.dt },
  },
  { name: "hidden-pattern", brain: ofPattern.network, options: { duration: 500, dt: ofPattern.dt } },
  {
    name: "reward",
    brain: ofReward.network,
    options: { duration: 600, dt: ofReward.dt, inputs: ofReward.inputs, changes: ofReward.rewardAt(300) },
  },
  { name: "stdp-window", brain: ofWindow.network, options: ofWindow.options },
  { name: "triplet-frequency", brain: ofFrequency.network(), options: ofFrequency.options },
] as const;

/** Every spike of every population. */
const spikesOf = (run: unknown, populations: readonly string[]) =>
  populations.map((name) => {
    const { outSpikes } = (run as Record<string, { outSpikes: { steps: Int32Array; units: Int32Array } }>)[name]!;
    return { name, steps: outSpikes.steps, units: outSpikes.units };
  });

describe.each(programs)("experiment.json of $name", ({ name, duration, brain, initial, inputs }) => {
  const document = JSON.parse(readFileSync(new URL(`${name}/experiment.json`, import.meta.url), "utf8")) as JsonObject;

  test("equals the program: npx tsx examples/network-documents.ts writes it", () => {
    expect(document).toEqual(documents[name]);
  });

  test("gives every spike of the program", async () => {
    const { brain: read, options } = await experiment({ ...document, duration }, { kind: "brain" });
    const record = Object.fromEntries(Object.keys(brain.populations).map((key) => [key, { outSpikes: true }] as const));
    const names = Object.keys(record);
    const byProgram = await simulate(brain as Brain, { duration, dt: 0.1, initial, inputs, record });
    const byDocument = await simulate(read, options);
    expect(byDocument.synapses).toBe(byProgram.synapses);
    const spikes = spikesOf(byDocument, names);
    expect(spikes).toEqual(spikesOf(byProgram, names));
    expect(Math.max(...spikes.map(({ units }) => units.length))).toBeGreaterThan(100);
  });
});

/** Reads the files that a document names, which are beside it. */
const inFolder = (name: string) => async (path: string) => readFileSync(new URL(`${name}/${path}`, import.meta.url));

test.each([
  ["hidden-pattern/pattern.npz", patternFile],
  ["digits/images.npz", digitsFile],
])("%s holds the rates of the program", (path, file) => {
  expect(readFileSync(new URL(path, import.meta.url))).toEqual(Buffer.from(file()));
});

describe.each(learning)("experiment.json of $name", ({ name, brain, options }) => {
  const learned = ({ cartpole: "stateToA", reward: "ee" } as Record<string, string>)[name] ?? "learned";
  const document = JSON.parse(readFileSync(new URL(`${name}/experiment.json`, import.meta.url), "utf8")) as JsonObject;

  test("equals the program: npx tsx examples/network-documents.ts writes it", () => {
    expect(document).toEqual(documents[name]);
  });

  test("gives every weight of the program", async () => {
    const short = { duration: Math.min(2000, options.duration) };
    const record = { weights: { [learned]: { at: [short.duration] } } } as const;
    const read = await experiment({ ...document, ...short, record }, { kind: "brain", readFile: inFolder(name) });
    const byDocument = await simulate(read.brain, read.options);
    const { weights } = await simulate(brain as Brain, { ...(options as object), ...short, record });
    const own = (byDocument as unknown as { weights: typeof weights }).weights[learned]!;
    expect(own.values).toEqual(weights[learned]!.values);
    expect(new Set(own.values).size).toBeGreaterThan(10);
  });
});
