import { expect, test } from "vitest";
import {
  brain,
  compile,
  ExponentialSynapse,
  fixedInDegree,
  LeakySoma,
  neuron,
  PoissonDrive,
  RefractoryLeakySoma,
  type Snapshot,
  uniform,
} from "../../src/entries/index.ts";
import { choiceOf, describeEach } from "./backends.test-support.ts";

/* Weights that a session writes are in its log, which repeats them to the bit, and going back returns to the former ones. */

const synapse = ExponentialSynapse({ tau: 4 });
const network = brain({
  populations: {
    cells: RefractoryLeakySoma({ units: [60] }),
    others: neuron({ soma: LeakySoma({ units: [40] }), inhibitory: true }),
  },
  projections: {
    // All synapses share a weight, so the first write builds the network again.
    out: { from: "cells", to: "others", connect: fixedInDegree({ inDegree: 8 }), weight: 60, delay: 1.5, synapse },
    back: {
      from: "others",
      to: "cells",
      connect: fixedInDegree({ inDegree: 5 }),
      weight: uniform({ min: 10, max: 30 }),
      delay: 3,
      synapse,
    },
  },
  drives: { noise: { to: "cells", synapse, drive: PoissonDrive({ rate: 300, trains: 10, weight: 16 }) } },
});

const choices = { dt: 0.25, seed: 4 } as const;
const inputs = { cells: { current: { whiteNoise: { mean: 350, std: 150 } } } } as const;

const bitsOf = ({ state, spikes, weights }: Snapshot): unknown =>
  JSON.parse(
    JSON.stringify({ state, spikes, weights }, (_, part) =>
      ArrayBuffer.isView(part) ? Array.from(part as unknown as ArrayLike<number>) : part,
    ),
  );

describeEach(
  "the weights of a session",
  ({ listed }) => {
    const choice = { ...choices, ...choiceOf(listed) };

    test("are changed, repeated and taken back", async () => {
      const simulation = await compile(network, choice as never);
      const session = await simulation.start({ paused: true, pace: "fastest", inputs, rewind: 3e5, onFrame: () => {} });
      const [out, back] = [session.weights("out"), session.weights("back")];
      const drawn = await back.read();
      expect([out.synapses, back.synapses, new Set(await out.read())]).toEqual([320, 300, new Set([60])]);
      await session.step(120);
      await out.write(90);
      const { numbers } = back.select({ sources: [3, 4] });
      back.write(55.5, numbers);
      await session.step(100);
      out.write(Float64Array.from({ length: 320 }, (_, k) => 80 + k / 8));
      session.set("cells.threshold", -42);
      await session.runTo(400);
      const end = await session.snapshot();
      const { changes } = session;
      expect(changes.map(({ at }) => at)).toEqual([30, 55]);
      const picked = [...numbers];
      expect(changes[0]!.weights).toEqual({ out: 90, back: { synapses: picked, values: 55.5 } });
      expect([...(await back.read(numbers))]).toEqual(picked.map(() => 55.5));

      // The weights of the step, and the same future.
      await session.seek(150);
      expect(new Set(await out.read())).toEqual(new Set([90]));
      await session.seek(60);
      expect([await back.read(), new Set(await out.read())]).toEqual([drawn, new Set([60])]);
      await session.runTo(400);
      expect(bitsOf(await session.snapshot())).toEqual(bitsOf(end));

      // Another future.
      await session.seek(200);
      back.write(0);
      await session.step(200);
      const other = await session.snapshot();
      expect(bitsOf(other)).not.toEqual(bitsOf(end));
      const { changes: otherChanges } = session;
      await session.stop();
      simulation.dispose();

      for (const [log, state] of [
        [changes, end],
        [otherChanges, other],
      ] as const) {
        const fresh = await compile(network, choice as never);
        await fresh.run({ duration: 100, inputs, changes: log });
        expect(bitsOf(fresh.snapshot())).toEqual(bitsOf(state));
        fresh.dispose();
      }
    });
  },
  { needs: ["networks"] },
);

test("that are written while a session plays repeat to the bit", async () => {
  const simulation = await compile(network, { ...choices, worker: true });
  const session = await simulation.start({ pace: "fastest", inputs, onFrame: () => {} });
  for (let k = 0; k < 40; k++) {
    session.weights("out").write(60 + k);
    session.weights("back").write([k, 2], [7, 200 + k]);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  // The last change acts on a step, too.
  await session.step();
  const { stepCount, changes } = session;
  const end = await session.snapshot();
  await session.stop();
  simulation.dispose();
  expect(changes.length).toBeGreaterThan(5);
  const fresh = await compile(network, choices);
  await fresh.run({ duration: stepCount * choices.dt, inputs, changes });
  expect(bitsOf(fresh.snapshot())).toEqual(bitsOf(end));
  fresh.dispose();
});

test("that cannot be are refused, and the session goes on", async () => {
  const simulation = await compile(network, choices);
  const session = await simulation.start({ paused: true, memory: 1e6 });
  const weights = session.weights("back");
  expect(() => session.weights("bakc")).toThrow('projection.bakc is unknown. Did you mean "back"?');
  expect(() => weights.write(-1)).toThrow("at least 0 if source units are inhibitory; received -1.");
  expect(() => weights.write([1, 2])).toThrow("back.weights must contain 300 values, one per synapse; received 2.");
  expect(() => weights.write(1, [300])).toThrow("must be a whole number from 0 to 299; received 300.");
  expect(() => weights.write("x" as never)).toThrow(
    'back.weights must be a number or a list of numbers; received "x".',
  );
  expect(() => weights.select({ source: [1] } as never)).toThrow('back.source is unknown. Did you mean "sources"?');
  await expect(weights.read([1.5])).rejects.toThrow("received 1.5. Count the synapses from 0.");
  await session.step(3);
  await session.stop();
  expect(() => weights.write(1)).toThrow("session has ended");
  simulation.dispose();

  const alone = await compile(LeakySoma());
  const other = await alone.start({ paused: true });
  expect(() => other.weights("back")).toThrow("weights.back is unknown: a single component has no projections.");
  await other.stop();
  alone.dispose();
});

test("that need more memory than there is are refused without an effect", async () => {
  const cells = LeakySoma({ units: [1000] });
  const connect = fixedInDegree({ inDegree: 200 });
  const big = brain({
    populations: { cells },
    projections: { all: { from: "cells", to: "cells", connect, weight: 1, synapse, layout: "sparse" } },
  });
  const simulation = await compile(big, { dt: 1 });
  // 200 000 synapses take 0.4 MB, and their weights another 0.8 MB.
  const session = await simulation.start({ paused: true, memory: 1e6 });
  await session.step(5);
  await expect(session.weights("all").write(2)).rejects.toThrow(/memory must be at least .* received 1\.0 MB/);
  await session.step(5);
  expect([session.stepCount, session.changes, new Set(await session.weights("all").read())]).toEqual([
    10,
    [],
    new Set([1]),
  ]);
  await session.stop();
  const changes = [{ at: 12, weights: { all: 2 } }];
  await expect(simulation.run({ duration: 5, memory: 1e6, changes })).rejects.toThrow(/memory must be at least/);
  expect((await simulation.run({ duration: 5, memory: 1e6 })).complete).toBe(true);
  simulation.dispose();
});
