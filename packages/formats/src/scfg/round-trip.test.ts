import fc from "fast-check";
import { type ExperimentDocument, experiment, type SpikeRecording, simulatePrepared } from "spark-snn";
import { expect, test } from "vitest";
import { dataReader, type Files } from "../result.ts";
import { exportScfg } from "./export.ts";
import { importScfg } from "./import.ts";

/* Random networks whose parts Python Spark has: the import of an export gives the same spikes. */

const INPUTS = 6;
const STEPS = 60;

const soma = fc.oneof(
  fc.record({ soma: fc.constant("LeakySoma"), potentialTau: fc.integer({ min: 5, max: 30 }) }),
  fc.record({
    soma: fc.constantFrom("RefractoryLeakySoma", "StrictRefractoryLeakySoma"),
    cooldown: fc.integer({ min: 0, max: 4 }),
  }),
  fc.record({
    soma: fc.constant("AdaptiveLeakySoma"),
    cooldown: fc.constant(1),
    thresholdDelta: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    soma: fc.constant("DoublyAdaptiveLeakySoma"),
    cooldown: fc.integer({ min: 0, max: 2 }),
    clampDuration: fc.integer({ min: 0, max: 2 }),
    adaptationDelta: fc.integer({ min: 0, max: 8 }),
    adaptationSubthreshold: fc.constantFrom(0, 0.4),
  }),
  fc.record({ soma: fc.constant("ExponentialSoma"), spikeSlope: fc.constantFrom(1, 2) }),
  fc.record({ soma: fc.constant("IzhikevichSoma") }),
);
const synapse = fc.oneof(
  fc.record({ synapse: fc.constant("LinearSynapse") }),
  fc.record({
    synapse: fc.constant("ExponentialSynapse"),
    tau: fc.integer({ min: 2, max: 9 }),
    currentOf: fc.constant("value"),
  }),
  fc.record({
    synapse: fc.constant("RiseDecaySynapse"),
    riseTau: fc.constant(1),
    decayTau: fc.integer({ min: 3, max: 9 }),
    currentOf: fc.constantFrom("mean", "value"),
  }),
);
const population = fc.record({
  soma,
  units: fc.integer({ min: 1, max: 5 }),
  inhibitory: fc.boolean(),
  synapse,
  delay: fc.integer({ min: 2, max: 4 }),
  weight: fc.integer({ min: 20, max: 200 }),
});

const networkOf = (
  dt: number,
  given: readonly (typeof population extends fc.Arbitrary<infer P> ? P : never)[],
  links: readonly boolean[],
): ExperimentDocument => {
  const names = given.map((_, k) => `p${k}`);
  const populations = Object.fromEntries(
    given.map(({ soma: own, units, inhibitory }, k) => [
      names[k],
      { ...own, units: [units], ...(inhibitory && { inhibitory }) },
    ]),
  );
  const projections = Object.fromEntries(
    given.flatMap(({ synapse: own, delay, weight }, to) => {
      const common = {
        to: names[to],
        connect: { pairwiseBernoulli: { probability: 0.8 } },
        delay: { uniform: { min: 2 * dt, max: delay * dt + 0.1 * dt } },
        synapse: own,
      };
      const drawn = { uniform: { min: weight / 2, max: weight } };
      const inner = names.filter((_, from) => links[(to * names.length + from) % links.length]);
      return [
        [`in${to}`, { from: "input", ...common, weight: drawn }],
        ...inner.map((from) => [`${from}To${to}`, { from, ...common, weight: drawn }]),
      ];
    }),
  );
  const events = Array.from({ length: STEPS * INPUTS }, (_, k) => k).filter((k) => (k * 7919) % 13 < 4);
  return {
    model: { populations: { input: { source: "SpikeReplay", units: [INPUTS] }, ...populations }, projections },
    duration: STEPS * dt,
    dt,
    inputs: {
      input: {
        inSpikes: { steps: events.map((k) => Math.floor(k / INPUTS) + 1), units: events.map((k) => k % INPUTS) },
      },
    },
    record: Object.fromEntries(names.map((name) => [name, { outSpikes: true }])),
  } as unknown as ExperimentDocument;
};

const spikesOf = async (document: ExperimentDocument, data: Files): Promise<unknown> => {
  const { prepared } = await experiment(document, { kind: "brain", readFile: dataReader(data) });
  const run = (await simulatePrepared(prepared, {})) as unknown as Readonly<
    Record<string, { readonly outSpikes: SpikeRecording }>
  >;
  return Object.keys(document.record!).map((name) => [
    name,
    [...run[name]!.outSpikes.steps],
    [...run[name]!.outSpikes.units],
  ]);
};

test("random networks keep their spikes over an export and an import", async () => {
  let spikes = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0.5, 1),
      fc.array(population, { minLength: 1, maxLength: 3 }),
      fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
      async (dt, given, links) => {
        const document = networkOf(dt, given, links);
        const exported = await exportScfg(await experiment(document));
        expect(exported.report.counts).toMatchObject({ approximate: 0, unsupported: 0 });
        const imported = await importScfg(exported.files["model.scfg"]!, {
          inputs: { input: INPUTS },
          duration: document.duration,
        });
        const again = { ...imported.document, inputs: document.inputs!, record: document.record! };
        const before = await spikesOf(document, {});
        expect(await spikesOf(again, imported.data)).toEqual(before);
        spikes += JSON.stringify(before).length;
      },
    ),
    { numRuns: 15, seed: 7 },
  );
  expect(spikes).toBeGreaterThan(1000);
});
