import { readFileSync } from "node:fs";
import { type Brain, experiment, type JsonObject, simulate } from "spark-snn";
import { describe, expect, test } from "vitest";
import * as ofBrunel from "./brunel/network.ts";
import * as ofCuba from "./cuba/network.ts";
import * as ofMicrocircuit from "./microcircuit/network.ts";
import { documents } from "./network-documents.ts";

const tenth = ofMicrocircuit.microcircuit(0.1);
const programs = [
  { name: "cuba", duration: 100, brain: ofCuba.cuba(), initial: ofCuba.initial, inputs: {} },
  { name: "brunel", duration: 20, brain: ofBrunel.brunel(), initial: {}, inputs: {} },
  { name: "microcircuit", duration: 50, ...tenth },
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
  }, 60_000);
});
