import { expect, test } from "vitest";
import { brain } from "../graph/brain.ts";
import { neuron } from "../graph/neuron.ts";
import { simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { SignalSource, SpikeReplay } from "../sources/index.ts";
import { DeltaSynapse } from "../synapses/index.ts";

/* What takes the place of the interfaces Concat, ConcatReshape and Sampler of Python Spark. */

const events = (units: readonly number[]) => ({
  inSpikes: { events: { steps: units.map(() => 1), units: [...units] } },
});
const inputs = { a: events([0, 2]), b: events([1]) };
const populations = { a: SpikeReplay({ units: [3] }), b: SpikeReplay({ units: [2] }) };
const options = { duration: 2, dt: 1, dtype: "f64", inputs } as const;

test("Concat is a read-out or a signal of several populations", async () => {
  const network = brain({
    populations: { ...populations, whole: SignalSource({ units: [5] }) },
    readouts: { both: { from: ["a", "b"], scale: 1e-3 } },
    signals: { both: { from: ["a", "b"], scale: 1e-3, to: "whole" } },
  });
  const record = { readouts: { both: true }, whole: { value: true } } as const;
  const run = await simulate(network, { ...options, record });
  expect([...run.readouts.both.values.subarray(0, 5)]).toEqual([1, 0, 1, 0, 1]);
  expect([...run.whole.value.values.subarray(5)]).toEqual([1, 0, 1, 0, 1]);
});

test("ConcatReshape is the same with the shape of the target", async () => {
  const network = brain({
    populations: { ...populations, c: SpikeReplay({ units: [1] }), whole: SignalSource({ units: [2, 3] }) },
    signals: { all: { from: ["a", "b", "c"], scale: 1e-3, to: "whole" } },
  });
  const run = await simulate(network, { ...options, record: { whole: { value: true } } });
  expect(run.whole.value.values.length).toBe(12);
  expect([...run.whole.value.values.subarray(6)]).toEqual([1, 0, 1, 0, 1, 0]);
});

test("Sampler is the units of a read-out or signal, in their order", async () => {
  const network = brain({
    populations: { ...populations, some: SignalSource({ units: [3] }) },
    readouts: { some: { from: ["b", "a"], units: [4, 1, 0], scale: 1e-3 } },
    signals: { some: { from: ["b", "a"], units: [4, 1, 0], scale: 1e-3, to: "some" } },
  });
  const record = { readouts: { some: true }, some: { value: true } } as const;
  const run = await simulate(network, { ...options, record });
  expect([...run.readouts.some.values.subarray(0, 3)]).toEqual([1, 1, 0]);
  expect([...run.some.value.values.subarray(3)]).toEqual([1, 1, 0]);
});

test("a sample of spikes is a projection, which keeps the sign of inhibitory units", async () => {
  const mixed = neuron({ soma: LeakySoma({ units: [2] }), inhibitory: [false, true] });
  const network = brain({
    populations: { mixed, other: LeakySoma({ units: [2] }) },
    projections: {
      sample: {
        from: "mixed",
        to: "other",
        connect: { explicit: { sources: [1, 0], targets: [0, 1] } },
        weight: 3,
        synapse: DeltaSynapse(),
      },
    },
  });
  const run = await simulate(network, {
    duration: 2,
    dt: 1,
    dtype: "f64",
    inputs: {
      mixed: {
        current: {
          steps: [
            [1e5, 1e5],
            [0, 0],
          ],
        },
      },
    },
    record: { mixed: { outSpikes: true }, other: { potential: true } },
  });
  expect(run.mixed.outSpikes.count).toBe(2);
  const [inhibited, excited] = run.other.potential.values.subarray(2);
  expect(inhibited).toBeLessThan(-60);
  expect(excited).toBeGreaterThan(-60);
});
