import { expect, test } from "vitest";
import { experiment } from "../experiment/experiment.ts";
import { brain } from "../graph/brain.ts";
import { SpikeArray } from "../model/ports.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { PoissonSource, SpikeReplay } from "../sources/index.ts";
import { DeltaSynapse } from "../synapses/index.ts";
import { compile, simulate } from "./simulate.ts";

const network = () =>
  brain({
    populations: {
      noise: PoissonSource({ units: [4], rate: 0 }),
      relay: SpikeReplay({ units: [2, 2] }),
      cell: LeakySoma({ units: [1] }),
    },
    projections: {
      near: { from: "relay", to: "cell", connect: { allToAll: {} }, weight: 1, delay: 2, synapse: DeltaSynapse() },
      far: { from: "noise", to: "cell", connect: { allToAll: {} }, weight: 3, synapse: DeltaSynapse() },
    },
  });

const messageOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("Nothing was refused.");
};

/** A stream that ends at once. */
async function* nothing(): AsyncGenerator<Float32Array> {}

test("injected spikes are emitted in the next step and arrive after the delay", async () => {
  const simulation = await compile(network());
  simulation.step();
  simulation.inject("relay", [1, 3]);
  simulation.inject("noise", Uint8Array.of(2));
  simulation.inject("noise", []);
  const seen = [0, 1, 2].map(() => {
    const { relay, noise, cell } = simulation.step();
    return [relay.outSpikes.indices(), noise.outSpikes.indices(), cell.potential.values[0]! + 60] as const;
  });
  expect(seen.map(([relay, noise]) => [relay, noise])).toEqual([
    [[1, 3], [2]],
    [[], []],
    [[], []],
  ]);
  const decay = Math.exp(-1 / 20);
  expect(seen[0]![2]).toBe(0);
  expect(seen[1]![2]).toBeCloseTo(3, 4);
  expect(seen[2]![2]).toBeCloseTo(3 * decay + 2, 4);
  expect(simulation.changes).toEqual([{ at: 1, inject: { noise: [2], relay: [1, 3] } }]);
});

test("a unit that spikes anyway spikes once", async () => {
  const simulation = await compile(network());
  simulation.inject("relay", [0]);
  simulation.inject("relay", [0, 1]);
  const { relay } = simulation.step({ relay: { inSpikes: SpikeArray.fromIndices([1, 2], [2, 2]) } });
  expect(relay.outSpikes.indices()).toEqual([0, 1, 2]);
  simulation.step();
  expect(simulation.step().cell.potential.values[0]).toBe(-57);
});

test("spikes of a step are those of this step only", async () => {
  const simulation = await compile(network());
  const inSpikes = SpikeArray.fromIndices([1, 2], [4]);
  expect(simulation.step({ relay: { inSpikes } }).relay.outSpikes.indices()).toEqual([1, 2]);
  expect(simulation.step({ cell: { current: 1 } }).relay.outSpikes.indices()).toEqual([]);
  expect(
    simulation.step({ relay: {}, cell: { inSpikes: SpikeArray.fromIndices([0], [1]) } }).relay.outSpikes.count,
  ).toBe(0);
});

test("spikes that did not come to their step wait", async () => {
  const simulation = await compile(network());
  simulation.inject("relay", [0]);
  const aborted = await simulation.run({ duration: 5, signal: AbortSignal.abort() });
  expect(aborted.changes).toBeUndefined();
  const ended = await simulation.run({ duration: 5, inputs: { cell: { current: nothing() } } });
  expect(ended.changes).toBeUndefined();
  expect(simulation.snapshot().spikes).toEqual([{ step: 0, sources: Uint32Array.of(4) }]);
  expect(simulation.step().relay.outSpikes.indices()).toEqual([0]);
});

test("wrong names, ports and units of steps and injections are refused with the nearest name", async () => {
  const simulation = await compile(network());
  const before = simulation.snapshot();
  const inSpikes = SpikeArray.fromIndices([0], [4]);
  const signed = SpikeArray.fromIndices([0], [4], Uint32Array.of(1));
  const messages = [
    () => simulation.inject("rely" as never, [0]),
    () => simulation.inject("relay", [4]),
    () => simulation.inject("relay", [0, 0]),
    () => simulation.inject("relay", 3 as never),
    () => simulation.inject("relay", [0.5]),
    () => simulation.step({ rely: { inSpikes } } as never),
    () => simulation.step({ relay: { inSpike: inSpikes } } as never),
    () => simulation.step({ relay: { current: 3 } } as never),
    () => simulation.step({ relay: { inSpikes: signed } }),
    () => simulation.step({ relay: { inSpikes: [1] as never } }),
    () => simulation.step({ relay: { inSpikes: SpikeArray.fromIndices([0], [5]) } }),
    () => simulation.step({ relay: 3 as never }),
    () => simulation.step({ noise: { inSpikes } }),
    () => simulation.step({ cell: { inSpikes } }),
  ].map(messageOf);
  expect((await Promise.all(messages)).join("\n")).toMatchInlineSnapshot(`
    "inject.rely is unknown. Did you mean "relay"?
    inject.relay[0] must be a whole number from 0 to 3; received 4. Count units from 0, row by row.
    inject.relay[1] must not repeat a unit; received 0 again. Remove it.
    inject.relay must be a list of unit indices such as [0, 1]; received 3. Give one.
    inject.relay[0] must be a whole number from 0 to 3; received 0.5. Count units from 0, row by row.
    step.rely is unknown. Did you mean "relay"?
    step.relay.inSpike is unknown. Did you mean "inSpikes"?
    step.relay.current is unknown. Known: inSpikes.
    step.relay.inSpikes accepts only unsigned spikes; received inhibitory ones. Declare the population that spikes as inhibitory.
    step.relay.inSpikes must be a SpikeArray; received [1]. Create one with SpikeArray.fromIndices.
    step.relay.inSpikes has shape [5], but the population has shape [2, 2]. Give one value per unit.
    step.relay takes an object such as { current: 250 }; received 3. Use port names as keys.
    step.noise has no input port: it is a PoissonSource. For more spikes of its units, use inject("noise", units).
    step.cell.inSpikes has shape [4], but the population has shape [1]. Give one value per unit."
  `);
  expect(simulation.snapshot()).toEqual(before);
  const single = await compile(LeakySoma({ units: [2] }));
  expect(await messageOf(() => single.inject("soma", [0]))).toMatchInlineSnapshot(
    `"inject needs a network: a single component has no projections that spikes could take. Use brain()."`,
  );
});

test("injections of a run are checked before it, also in documents", async () => {
  const changes = [
    { at: 1, inject: { rely: [0] } },
    { at: 2, inject: { relay: [9], noise: "all" } },
    { at: 3, inject: [1] },
    { at: 3, inject: {} },
  ];
  expect(await messageOf(() => simulate(network(), { duration: 5, changes: changes as never }))).toMatchInlineSnapshot(`
    "changes[0].inject.rely is unknown. Did you mean "relay"?
    changes[1].inject.relay[0] must be a whole number from 0 to 3; received 9. Count units from 0, row by row.
    changes[1].inject.noise must be a list of unit indices such as [0, 1]; received "all". Give one.
    changes[2].inject takes units by population; received [1]. Write { "noise": [3, 5] } or similar.
    changes[3] changes nothing. Give set, weights, inject or trigger."
  `);
  const document = {
    model: { populations: { relay: { source: "SpikeReplay", units: [4] } } },
    duration: 5,
    record: { relay: { outSpikes: true } },
    changes: [{ at: 1, inject: { relay: [0, 3] } }],
  };
  const read = await experiment(document, { kind: "brain" });
  const run = (await simulate(read.brain, read.options)) as unknown as {
    readonly relay: { readonly outSpikes: { readonly steps: Uint32Array; readonly units: Uint32Array } };
  };
  expect([...run.relay.outSpikes.steps, ...run.relay.outSpikes.units]).toEqual([2, 2, 0, 3]);
  const wrong = { ...document, changes: [{ at: 1, inject: { relay: [4] } }] };
  expect(await messageOf(() => experiment(wrong))).toMatchInlineSnapshot(
    `"experiment.changes[0].inject.relay[0] must be a whole number from 0 to 3; received 4. Count units from 0, row by row."`,
  );
});
