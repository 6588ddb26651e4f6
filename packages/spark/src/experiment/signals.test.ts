import { expect, test } from "vitest";
import { brain } from "../graph/brain.ts";
import { simulate } from "../run/simulate.ts";
import { LinearSpiker, TopologicalLinearSpiker } from "../sources/index.ts";
import { experiment } from "./experiment.ts";
import { schemaTakes } from "./takes.test-support.ts";

/* Signals in documents. */

const eyes = { units: [2, 9], signalMin: -1, ring: 1 };
const ears = { units: [2], rateMax: 200 };
const signal = {
  series: [
    [0, 1],
    [1, 0.5],
  ],
  interval: 50,
};
const record = { eyes: { outSpikes: true }, ears: { outSpikes: true } };
const document = {
  model: {
    populations: { eyes: { source: "TopologicalLinearSpiker", ...eyes }, ears: { source: "LinearSpiker", ...ears } },
  },
  duration: 100,
  dt: 0.5,
  inputs: { eyes: { signal: [0.1, 0.5] }, ears: { signal } },
  record,
};

test("spikers in a document spike like those in code", async () => {
  expect(schemaTakes(document)).toBe(true);
  const { brain: network, options } = await experiment(document, { kind: "brain" });
  const read = (await simulate(network, options)) as unknown as Awaited<ReturnType<typeof coded>>;
  const written = await coded();
  for (const name of ["eyes", "ears"] as const) {
    expect(written[name].outSpikes.count).toBeGreaterThan(5);
    expect(read[name].outSpikes.steps).toEqual(written[name].outSpikes.steps);
    expect(read[name].outSpikes.units).toEqual(written[name].outSpikes.units);
  }
});

const coded = () =>
  simulate(brain({ populations: { eyes: TopologicalLinearSpiker(eyes), ears: LinearSpiker(ears) } }), {
    duration: 100,
    dt: 0.5,
    inputs: { eyes: { signal: [0.1, 0.5] }, ears: { signal } },
    record: { eyes: { outSpikes: true }, ears: { outSpikes: true } },
  });

test("a misspelled signal is refused by the schema and by the reader", async () => {
  const wrong = { ...document, inputs: { eyes: { signall: 1 } } };
  expect(schemaTakes(wrong)).toBe(false);
  await expect(experiment(wrong)).rejects.toThrow('experiment.inputs.eyes.signall is unknown. Did you mean "signal"?');
});
