import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  brain,
  compile,
  DeltaSynapse,
  ExponentialSynapse,
  fixedInDegree,
  LeakySoma,
  neuron,
  PoissonSource,
  RefractoryLeakySoma,
  SpikeArray,
  SpikeReplay,
} from "../../src/entries/index.ts";
import { choiceOf, definition, describeEach, meaning } from "./backends.test-support.ts";

/* Spikes that a caller injects act like those that the units emit themselves. */

const dt = 0.5;
const STEPS = 80;
const UNITS = 45;

/** Units of a relay that spike in a step, counted from 0. */
const spikesIn = (step: number): number[] =>
  step % 3 === 0 ? [] : Array.from({ length: 1 + (step % 7) }, (_, k) => (step * 11 + k * 17) % UNITS).toSorted();

const distinct = (step: number): number[] => [...new Set(spikesIn(step))].toSorted((a, b) => a - b);

const events = {
  steps: Array.from({ length: STEPS }, (_, step) => distinct(step).map(() => step + 1)).flat(),
  units: Array.from({ length: STEPS }, (_, step) => distinct(step)).flat(),
};

const network = () => {
  const connect = fixedInDegree({ inDegree: 7 });
  const synapse = ExponentialSynapse({ tau: 4 });
  return brain({
    populations: {
      noise: PoissonSource({ units: [20], rate: 30 }),
      relay: SpikeReplay({ units: [UNITS] }),
      cells: neuron({
        soma: RefractoryLeakySoma({ units: [37] }),
        inhibitory: Array.from({ length: 37 }, (_, k) => k % 4 === 0),
      }),
      other: LeakySoma({ units: [33] }),
    },
    projections: {
      noisy: { from: "noise", to: "cells", connect, weight: 60, delay: 1, synapse },
      slow: { from: "relay", to: "cells", connect, weight: 90, delay: { uniform: { min: 0.5, max: 9 } }, synapse },
      quick: { from: "relay", to: "other", connect, weight: 1.5, synapse: DeltaSynapse() },
      within: { from: "cells", to: "cells", connect, weight: 40, delay: 2.5, synapse },
      out: { from: "cells", to: "other", connect, weight: 2, delay: 1.5, synapse: DeltaSynapse() },
    },
    readouts: { rate: { from: "relay", tau: 9 }, mean: { from: "cells", tau: 5, mean: true } },
  });
};

const record = {
  noise: { outSpikes: true },
  relay: { outSpikes: true, rate: { bin: 0.5 } },
  cells: { outSpikes: true, potential: true },
  other: { outSpikes: true, potential: true },
  readouts: { rate: true, mean: true },
} as const;
const run = { duration: STEPS * dt, record, inputs: { cells: { current: 150 } } } as const;

const ABOUT_TIME = ["wallTime", "buildTime", "backend", "changes"];

/** Everything in a run or snapshot that must be equal, with arrays as text. */
const bitsOf = (value: unknown): unknown => {
  if (ArrayBuffer.isView(value)) {
    return createHash("sha256")
      .update(value as Uint8Array)
      .digest("hex");
  }
  if (Array.isArray(value)) return value.map(bitsOf);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !ABOUT_TIME.includes(key));
  return Object.fromEntries(kept.map(([key, each]) => [key, bitsOf(each)]));
};

const relayed = Array.from({ length: STEPS }, (_, step) => ({
  at: step * dt,
  inject: { relay: distinct(step) },
})).filter(({ inject }) => inject.relay.length > 0);

describeEach(
  "delivers injected spikes",
  ({ listed }) => {
    const options = { ...choiceOf(listed === definition ? meaning : listed), dt, seed: 3 };
    /** A test of steps, which a simulation in a worker refuses. */
    const steps = (name: string, run: () => Promise<void>): void => {
      if (!listed.options.worker) test(name, run);
    };

    const together = async (work: (own: Awaited<ReturnType<typeof open>>[]) => Promise<void>): Promise<void> => {
      const all = await Promise.all([open(), open(), open()]);
      try {
        await work(all);
      } finally {
        for (const each of all) each.dispose();
      }
    };
    const open = () => compile(network(), options);

    test("in a run, like those of a source that replays them", () =>
      together(async ([one, two]) => {
        const replayed = await one!.run({ ...run, inputs: { ...run.inputs, relay: { inSpikes: { events } } } });
        const injected = await two!.run({ ...run, changes: relayed });
        expect(injected.changes).toEqual(relayed);
        expect(injected.relay.outSpikes.count).toBe(events.steps.length);
        expect(bitsOf(injected)).toEqual(bitsOf(replayed));
        expect(bitsOf(two!.snapshot())).toEqual(bitsOf(one!.snapshot()));
      }));

    test("of all populations, in addition to their own, and repeats them from the log", () =>
      together(async ([one, two, three]) => {
        const changes = [
          { at: 3, inject: { noise: [0, 19], cells: [1, 36, 4], other: [32] } },
          { at: 3.5, inject: { cells: [4] }, set: { "cells.threshold": -42 } },
          { at: 20, inject: { relay: [44, 0], cells: [0] } },
          { at: 39.5, inject: { cells: [2] } },
        ];
        const whole = await one!.run({ ...run, changes });
        const again = await two!.run({ ...run, changes: JSON.parse(JSON.stringify(whole.changes)) });
        expect(bitsOf(again)).toEqual(bitsOf(whole));
        for (const [k, part] of [3, 0.5, 16.5, 19.5, 0.5].entries()) {
          const change = changes[k - 1];
          for (const [name, units] of Object.entries(change?.inject ?? {})) three!.inject(name as "cells", units);
          if (change?.set) three!.set("cells.threshold", -42);
          await three!.run({ ...run, duration: part });
        }
        expect(three!.changes).toEqual(whole.changes);
        expect(bitsOf(three!.snapshot())).toEqual(bitsOf(one!.snapshot()));
        expect(bitsOf(two!.snapshot())).toEqual(bitsOf(one!.snapshot()));
        expect(whole.cells.outSpikes.count).toBeGreaterThan(5);
      }));

    test("during a run, at the step that the run tells", () =>
      together(async ([one, two]) => {
        const long = { ...run, duration: 4000, record: { cells: { outSpikes: true } }, memory: 4e6 } as const;
        let ended = false;
        const running = one!.run(long).finally(() => {
          ended = true;
        });
        for (let k = 0; !ended; k++) {
          await new Promise((resolve) => setImmediate(resolve));
          if (!ended && k % 2 === 0) one!.inject("relay", [k % UNITS]);
        }
        const steered = await running;
        const again = await two!.run({ ...long, changes: steered.changes ?? [] });
        expect(bitsOf(again)).toEqual(bitsOf(steered));
        const [{ spikes, ...first }, { spikes: others, ...second }] = [one!.snapshot(), two!.snapshot()];
        expect(bitsOf(first)).toEqual(bitsOf(second));
        // The last ones may wait for the next run.
        expect(bitsOf(spikes.filter(({ step }) => step < first.step))).toEqual(bitsOf(others));
      }));

    steps("in single steps, as inputs and as injections, like a run", () =>
      together(async ([one, two, three]) => {
        const whole = await one!.run({ ...run, changes: relayed });
        const potential: unknown[] = [];
        for (let step = 0; step < STEPS; step++) {
          const inSpikes = SpikeArray.fromIndices(distinct(step), [UNITS]);
          const given = two!.step({ cells: { current: 150 }, ...(step % 3 > 0 && { relay: { inSpikes } }) });
          three!.inject("relay", distinct(step));
          const injected = three!.step({ cells: { current: 150 } });
          expect(given.relay.outSpikes.indices()).toEqual(distinct(step));
          expect(injected.relay.outSpikes.indices()).toEqual(distinct(step));
          expect(bitsOf(injected.readouts)).toEqual(bitsOf(given.readouts));
          potential.push(bitsOf(injected.other.potential.values));
        }
        const units = 33;
        const rows = Array.from({ length: STEPS }, (_, k) =>
          bitsOf(whole.other.potential.values.subarray(k * units, (k + 1) * units)),
        );
        expect(potential).toEqual(rows);
        for (const each of [two!, three!]) {
          const { currents, ...state } = each.snapshot();
          expect(bitsOf(state)).toEqual(bitsOf(one!.snapshot()));
        }
      }),
    );

    steps("adds spikes and currents of several somas in one step like a run", () =>
      together(async ([one, two]) => {
        const listed = { steps: [4, 4, 9], units: [1, 30, 2] };
        const fromRun = { events: listed };
        const inputs = { cells: { current: 150, inSpikes: fromRun }, other: { inSpikes: fromRun } };
        await one!.run({ duration: 10, inputs });
        for (let step = 1; step <= 20; step++) {
          const units = listed.units.filter((_, k) => listed.steps[k] === step);
          const [cells, other] = [37, 33].map((size) => SpikeArray.fromIndices(units, [size]));
          const spikes = units.length > 0;
          two!.step({
            cells: { current: 150, ...(spikes && { inSpikes: cells! }) },
            ...(spikes && { other: { inSpikes: other! } }),
          });
        }
        const { currents, ...state } = two!.snapshot();
        expect(bitsOf(state)).toEqual(bitsOf(one!.snapshot()));
      }),
    );

    test("that wait when a snapshot is taken", () =>
      together(async ([one, two]) => {
        await one!.run({ ...run, duration: 5 });
        one!.inject("cells", [36, 0]);
        one!.inject("relay", [7]);
        two!.restore(one!.snapshot());
        for (const each of [one!, two!]) await each.run({ ...run, duration: 5 });
        expect(bitsOf(two!.snapshot())).toEqual(bitsOf(one!.snapshot()));
        one!.inject("cells", [1]);
        one!.reset();
        expect(one!.snapshot().spikes).toEqual([]);
      }));
  },
  { needs: ["networks"] },
);

const drawn = { uniform: { min: 20, max: 90 } };

/** A network whose projections share their weights, have one each, or store none. */
const weighed = () => {
  const connect = fixedInDegree({ inDegree: 7 });
  const synapse = ExponentialSynapse({ tau: 4 });
  const ends = { from: "noise", to: "cells", connect, synapse } as const;
  return brain({
    populations: { noise: PoissonSource({ units: [40], rate: 40 }), cells: RefractoryLeakySoma({ units: [50] }) },
    projections: {
      drawn: { ...ends, weight: drawn, delay: 3 },
      shared: { ...ends, weight: 50, delay: { uniform: { min: 0.5, max: 6 } } },
      procedural: {
        ...ends,
        connect: { allToAll: {} },
        weight: 2,
        layout: "procedural",
        synapse: ExponentialSynapse(),
      },
      kept: { ...ends, weight: 15 },
    },
  });
};

describeEach(
  "writes weights at chosen steps",
  ({ listed }) => {
    test("like between two runs, and repeats them from the log", async () => {
      const options = { ...choiceOf(listed === definition ? meaning : listed), dt, seed: 3 };
      const open = () => compile(weighed(), options);
      const [one, two, three, four] = await Promise.all([open(), open(), open(), open()]);
      const run = { duration: 40, record: { cells: { outSpikes: true, potential: true } } } as const;
      const list = Array.from({ length: 350 }, (_, k) => (k % 11) * 9);
      const changes = [
        { at: 10, weights: { drawn: list, shared: 0 } },
        { at: 20.5, weights: { shared: 120 }, set: { "cells.threshold": -42 } },
        { at: 20.5, weights: { procedural: 4 } },
        { at: 30, weights: { shared: list } },
      ];
      try {
        const whole = await one.run({ ...run, changes });
        expect(whole.changes?.length).toBeGreaterThan(2);
        let time = 0;
        for (const { at, weights, set } of changes) {
          if (at > time) await two.run({ ...run, duration: at - time });
          time = at;
          if (set) two.set("cells.threshold", -42);
          for (const [name, values] of Object.entries(weights)) {
            // Writing weights that synapses share needs a machine that can be created at once.
            if (!options.worker) two.weights(name).write(values);
          }
        }
        await two.run({ ...run, duration: 40 - time });
        if (!options.worker) expect(bitsOf(two.snapshot())).toEqual(bitsOf(one.snapshot()));
        const again = await three.run({ ...run, changes: JSON.parse(JSON.stringify(whole.changes)) });
        expect(bitsOf(again)).toEqual(bitsOf(whole));
        expect(bitsOf(three.snapshot())).toEqual(bitsOf(one.snapshot()));
        // A standing network is built again if its synapses share weights.
        await four.run({ ...run, duration: 5 });
        four.set("cells.threshold", -41);
        const later = changes.map((change) => ({ ...change, at: change.at + 5 }));
        const standing = await four.run({ ...run, changes: later });
        three.reset();
        const start = [{ at: 5, set: { "cells.threshold": -41 } }, ...later];
        const anew = await three.run({ ...run, duration: 45, changes: start });
        expect(bitsOf(three.snapshot())).toEqual(bitsOf(four.snapshot()));
        expect(anew.cells.potential.values.slice(500)).toEqual(standing.cells.potential.values);
        expect(standing.cells.outSpikes.count).toBeGreaterThan(5);
      } finally {
        for (const each of [one, two, three, four]) each.dispose();
      }
    });
  },
  { needs: ["networks"] },
);
