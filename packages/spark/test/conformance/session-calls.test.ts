import { expect, test, vi } from "vitest";
import { field } from "../../src/config/field.ts";
import { fixedInDegree } from "../../src/connectivity/rule.ts";
import { add, gt, mul, quantity } from "../../src/expr/verbs.ts";
import { brain } from "../../src/graph/brain.ts";
import { float } from "../../src/model/scope.ts";
import { soma } from "../../src/model/soma.ts";
import type { Frame } from "../../src/run/session/model.ts";
import { compile } from "../../src/run/simulate.ts";
import { LeakySoma } from "../../src/somas/leaky.ts";
import { ExponentialSynapse } from "../../src/synapses/exponential.ts";
import { choiceOf, presentBackends } from "./backends.test-support.ts";

const cells = LeakySoma({ units: [40], threshold: { uniform: { min: -56, max: -50 } } });
const pair = brain({
  populations: { cells, others: LeakySoma({ units: [30] }) },
  projections: {
    out: {
      from: "cells",
      to: "others",
      connect: fixedInDegree({ inDegree: 10 }),
      weight: 40,
      delay: 2,
      synapse: ExponentialSynapse({ tau: 5 }),
    },
  },
});
const record = { outSpikes: true, potential: { units: [2] } } as const;
const inputs = { current: 300 } as const;
const dt = 0.5;

/** A potential that is multiplied by a factor in each step; without a spike. */
const Growing = soma(
  "Growing",
  { factor: field(1, "1", "Factor of a step.") },
  {
    about: "A potential that grows.",
    state: () => ({ potential: float(1, "mV", "Potential.") }),
    step: (x) => ({
      spikes: gt(x.potential, quantity(Number.MAX_VALUE, "mV")),
      potential: add(mul(x.potential, x.factor), x.jump),
    }),
  },
);

const sleep = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));

/** The frames follow one another without a gap. Returns the last step. */
const lastOf = (frames: readonly Frame[], first = 0): number =>
  frames.reduce((last, { firstStep, steps }) => {
    expect(firstStep).toBe(last + 1);
    return last + steps;
  }, first);

test("a slow receiver gets fewer, larger frames, and no step is lost", async () => {
  const simulation = await compile(cells, { dt });
  const frames: Frame[] = [];
  let inside = 0;
  const session = await simulation.start({
    pace: "fastest",
    every: 1,
    inputs,
    record,
    onFrame: async (frame) => {
      expect(++inside).toBe(1);
      await sleep(40);
      frames.push(frame as unknown as Frame);
      inside--;
    },
  });
  await sleep(300);
  await session.stop();
  await session.done;
  expect(frames.length).toBeLessThan(12);
  expect(frames.length).toBeGreaterThan(3);
  expect(lastOf(frames)).toBe(session.stepCount);
  expect(session.stepCount).toBeGreaterThan(1000);
  simulation.dispose();
});

test("a session waits when a frame is full, instead of dropping records", async () => {
  const simulation = await compile(LeakySoma({ units: [20_000] }), { dt });
  const session = await simulation.start({ pace: "fastest", inputs: { current: 300 }, record: { potential: true } });
  let before = -1;
  while (session.stepCount !== before) {
    before = session.stepCount;
    await sleep(200);
  }
  const frames: Frame[] = [];
  const { value } = await session[Symbol.asyncIterator]().next();
  frames.push(value);
  const bytes = frames[0]!.buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
  expect(bytes).toBeLessThan(64 * 2 ** 20);
  expect(bytes).toBeGreaterThan(16 * 2 ** 20);
  await session.stop();
  for await (const frame of session) frames.push(frame as unknown as Frame);
  expect(lastOf(frames)).toBe(session.stepCount);
  simulation.dispose();
});

test("frames are read in a loop, which pauses the session when it is left", async () => {
  const simulation = await compile(pair, { dt });
  const session = await simulation.start({
    pace: "fastest",
    every: 2,
    inputs: { cells: { current: 300 } },
    record: { cells: record, others: { outSpikes: true } },
  });
  const frames: Frame[] = [];
  for await (const frame of session) {
    expect(frame.records.cells.name).toBe("cells");
    frames.push(frame as unknown as Frame);
    if (frames.length === 5) break;
  }
  expect(session.playing).toBe(false);
  await session.step(7);
  await session.stop();
  for await (const frame of session) frames.push(frame as unknown as Frame);
  expect(lastOf(frames)).toBe(session.stepCount);
  simulation.dispose();
});

test("frames can be transferred to another thread", async () => {
  const simulation = await compile(cells, { dt });
  const session = await simulation.start({ paused: true, inputs, record });
  const iterator = session[Symbol.asyncIterator]();
  await session.step(200);
  const { value } = (await iterator.next()) as { value: Frame<typeof cells, typeof record> };
  const { outSpikes, potential } = value.records;
  expect(outSpikes.times(0).length).toBeGreaterThan(0);
  const { length } = potential.trace(2);
  expect(length).toBe(200);
  const sent = structuredClone(value, { transfer: [...value.buffers] });
  expect([sent.records.potential.values.length, value.records.potential.values.length]).toEqual([200, 0]);
  expect(sent.records.outSpikes.count).toBe(sent.records.outSpikes.units.length);
  await session.stop();
  simulation.dispose();
});

test("a session keeps its pace, which can be changed", async () => {
  const simulation = await compile(cells, { dt });
  const frames: Frame[] = [];
  const session = await simulation.start({
    pace: 0.5,
    onFrame: (frame) => void frames.push(frame as unknown as Frame),
  });
  const begin = performance.now();
  await sleep(300);
  await session.pause();
  const elapsed = performance.now() - begin;
  expect(session.time).toBeLessThan(elapsed * 0.5 + 20);
  expect(session.time).toBeGreaterThan(elapsed * 0.2);
  const { time } = session;
  await sleep(60);
  expect(session.time).toBe(time);
  session.pace = 4;
  session.play();
  await sleep(200);
  await session.pause();
  expect(session.time - time).toBeGreaterThan(300);
  expect(() => {
    session.pace = 0;
  }).toThrow('session.pace must be a number greater than 0 or "fastest"; received 0. 1 is real time.');
  // Pauses are no part of the time of a frame.
  const wall = frames.reduce((sum, { wallTime }) => sum + wallTime, 0);
  expect(wall).toBeLessThan(0.6);
  await session.stop();
  simulation.dispose();
});

test("a session runs to a step and to the next spike of some units", async () => {
  for (const listed of presentBackends.filter(({ lacks }) => lacks["networks"] === undefined)) {
    const simulation = await compile(pair, { dt, ...choiceOf(listed) });
    const driven = { cells: { current: 300 } };
    const whole = await simulation.run({ duration: 100, inputs: driven, record: { others: { outSpikes: true } } });
    simulation.reset();
    const { steps, units } = whole.others.outSpikes;
    const session = await simulation.start({ paused: true, pace: "fastest", inputs: driven });
    const found = await session.runToSpike({ population: "others" });
    const together = Array.from(units).filter((_, k) => steps[k] === steps[0]);
    expect([found, session.stepCount], listed.name).toEqual([{ step: steps[0], units: together }, steps[0]]);
    const unit = units.at(-1)!;
    const next = Array.from(steps).find((step, k) => step > steps[0]! && units[k] === unit);
    const other = await session.runToSpike({ population: "others", units: [unit] });
    expect(other).toEqual({ step: next, units: [unit] });
    expect(await session.runTo(200)).toBe(true);
    expect(session.stepCount).toBe(200);
    const interrupted = session.runTo(1e9);
    await session.pause();
    expect(await interrupted).toBe(false);
    await session.stop();
    simulation.dispose();
  }
});

test("calls act in their order, and pause interrupts steps", async () => {
  const simulation = await compile(cells, { dt });
  const session = await simulation.start({ paused: true, inputs });
  void session.step();
  void session.step(2);
  await session.step();
  expect(session.stepCount).toBe(4);
  const many = session.step(1e9);
  await sleep(30);
  await session.pause();
  await many;
  expect(session.stepCount).toBeLessThan(1e9);
  session.play();
  await session.pause();
  expect(session.playing).toBe(false);
  const { stepCount } = session;
  await session.seek(2);
  expect(session.stepCount).toBe(2);
  await session.seek(stepCount);
  await expect(session.seek(stepCount + 1)).rejects.toThrow(
    `seek can go to the steps from 0 to ${stepCount}; received ${stepCount + 1}. Use runTo for later steps.`,
  );
  // A refused call leaves the session as it is.
  await session.step();
  expect(session.stepCount).toBe(stepCount + 1);
  await session.stop();
  await expect(session.step()).rejects.toThrow("The session has ended. Start another one.");
  expect(() => session.play()).toThrow("The session has ended.");
  await session.stop();
  simulation.dispose();
});

test("other records begin with the next step", async () => {
  const simulation = await compile(cells, { dt });
  const session = await simulation.start({ paused: true, inputs, record: { outSpikes: true } });
  await session.step(10);
  const other = await session.record({ potential: true, rate: { bin: 5 } });
  await session.step(25);
  await session.stop();
  const frames = [];
  for await (const frame of other) frames.push(frame);
  expect(frames.map(({ firstStep, steps }) => [firstStep, steps])).toEqual([
    [1, 10],
    [11, 25],
  ]);
  expect(frames.map(({ records }) => Object.keys(records))).toEqual([["outSpikes"], ["potential", "rate"]]);
  expect([...frames[1]!.records.rate.steps]).toEqual([20, 30]);
  await expect(session.record({ potental: true } as never)).rejects.toThrow("The session has ended.");
  const again = await simulation.start({ paused: true });
  await expect(again.record({ potental: true } as never)).rejects.toThrow(
    'record.potental is unknown. Did you mean "potential"?',
  );
  await again.step();
  await again.stop();
  const whole = await simulation.run({ duration: 10, inputs });
  expect(whole.start).toBe(18);
  simulation.dispose();
});

test("promises that nobody handles do no harm, and pause resolves at the end of a session", async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", note);
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const failing = ({ time }: { readonly time: number }): void => {
    if (time >= 5) throw new Error("The device is gone.");
  };
  const simulation = await compile(cells, { dt });
  const session = await simulation.start({ paused: true, pace: "fastest", inputs: { current: failing } });
  void session.step(9);
  void session.step(9);
  session.play();
  void session.runTo(1e6);
  void session.runToSpike();
  void session.seek(3);
  void session.pause();
  await sleep(50);
  void session.step();
  await session.stop();
  const lost = await simulation.start({ pace: "fastest", inputs: { current: failing } });
  await sleep(50);
  await lost.stop();
  expect(logged).toHaveBeenCalledTimes(1);
  const ending = await simulation.start({ pace: "fastest", duration: 500 });
  await Promise.all([ending.stop(), ending.pause(), ending.pause()]);
  for await (const _ of await simulation.start({ pace: "fastest", duration: 500 })) break;
  await sleep(20);
  process.off("unhandledRejection", note);
  logged.mockRestore();
  expect(unhandled).toEqual([]);
  simulation.dispose();
});

test("records that need too much memory are refused, and the session goes on", async () => {
  const simulation = await compile(LeakySoma({ units: [20_000] }), { dt });
  const session = await simulation.start({ paused: true, memory: 4e6, inputs, record: { rate: { bin: 5 } } });
  await session.step(10);
  await expect(session.record({ potential: true })).rejects.toThrow("memory must be at least");
  await session.step(20);
  await expect(session.runTo(3)).rejects.toThrow("runTo takes a step from 30 on; received 3. Use seek to go back.");
  await session.stop();
  const frames: Frame[] = [];
  for await (const frame of session) frames.push(frame as unknown as Frame);
  expect(lastOf(frames)).toBe(30);
  simulation.dispose();
});

test("pause waits for the end of a return, and a changed receiver gets no earlier frame", async () => {
  const simulation = await compile(cells, { dt });
  const first: string[][] = [];
  const second: string[][] = [];
  const session = await simulation.start({
    paused: true,
    pace: "fastest",
    inputs,
    rewind: 100,
    record: { outSpikes: true },
    onFrame: async ({ records }) => {
      first.push(Object.keys(records));
      await sleep(20);
    },
  });
  await session.step(5000);
  const going = session.seek(4000);
  await session.pause();
  await going;
  expect(session.stepCount).toBe(4000);
  await session.step();
  await session.step();
  await session.record({ potential: true }, ({ records }) => void second.push(Object.keys(records)));
  await session.step();
  await session.stop();
  await session.done;
  expect(new Set(first.flat())).toEqual(new Set(["outSpikes"]));
  expect(first.length).toBeGreaterThan(1);
  expect(second).toEqual([["potential"]]);
  simulation.dispose();
});

test("a receiver that fails after the end leaves the next session alone", async () => {
  const simulation = await compile(cells, { dt });
  const session = await simulation.start({
    paused: true,
    onFrame: async () => {
      await sleep(30);
      throw new Error("No canvas.");
    },
  });
  await session.step();
  await session.stop();
  const next = await simulation.start({ paused: true });
  await expect(session.done).rejects.toThrow("No canvas.");
  await expect(simulation.run({ duration: 1 })).rejects.toThrow("Simulation is in a session.");
  await next.step();
  await next.stop();
  simulation.dispose();
});

test("only the session may use the simulation, and only one at a time", async () => {
  const simulation = await compile(cells, { dt });
  const starting = simulation.start({ paused: true });
  const message = "Simulation is in a session. Use the methods of the session, or end it with stop() first.";
  await expect(simulation.start()).rejects.toThrow(message);
  const session = await starting;
  for (const call of [
    () => simulation.start(),
    () => simulation.run({ duration: 1 }),
    async () => simulation.step(),
    async () => simulation.set("threshold", -50),
    async () => simulation.get("threshold"),
    async () => simulation.reset(),
    async () => simulation.snapshot(),
  ]) {
    await expect(call()).rejects.toThrow(message);
  }
  session.play();
  await expect(simulation.run({ duration: 1 })).rejects.toThrow(message);
  expect(() => simulation.set("threshold", -50)).toThrow(message);
  await session.stop();
  simulation.step();
  await expect(simulation.start({ pace: -1, evry: 3, record: { rate: { bin: 0 } } } as never)).rejects.toThrow(
    /start\.evry is unknown\. Did you mean "every"\?[\s\S]*start\.pace must be[\s\S]*bin/,
  );
  // A refused session leaves the simulation free.
  await simulation.run({ duration: 1 });
  simulation.dispose();
  await expect(simulation.start()).rejects.toThrow("Simulation was used after dispose(). Compile it again.");
});

test("a changed parameter acts at once, also if it needs a compilation", async () => {
  const simulation = await compile(cells, { dt });
  const session = await simulation.start({ pace: "fastest", inputs });
  expect(() => session.set("treshold" as "threshold", 1)).toThrow('set.treshold is unknown. Did you mean "threshold"?');
  expect(() => session.set("potentialTau", -1)).toThrow("potentialTau must be");
  session.set("threshold", -50);
  session.set("potentialTau", 15);
  for (let k = 0; k < 20; k++) {
    session.set("threshold", -50 - k / 10);
    await sleep(2);
  }
  await session.pause();
  expect(session.get("threshold")).toBe(-51.9);
  expect(session.changes.length).toBeGreaterThan(5);
  expect(session.changes.at(-1)).toMatchObject({ set: { threshold: -51.9 } });
  // The first changes were made before the first step.
  await session.seek(0);
  expect(session.changes.every(({ at }) => at === 0)).toBe(true);
  await session.stop();
  simulation.dispose();
});

test.each([
  [
    "throws",
    () => {
      throw new Error("No canvas.");
    },
  ],
  ["rejects", () => Promise.reject(new Error("No canvas."))],
])("a receiver that %s ends the session with its error", async (_, onFrame) => {
  const simulation = await compile(cells, { dt });
  const session = await simulation.start({ pace: "fastest", inputs, onFrame });
  await expect(session.done).rejects.toThrow("No canvas.");
  expect(session.playing).toBe(false);
  await expect(session.pause()).rejects.toThrow("No canvas.");
  await session.stop();
  // The simulation goes on from there.
  await simulation.run({ duration: 1 });
  simulation.dispose();
});

test("an input that fails and a state that is not finite end the session", async () => {
  const simulation = await compile(LeakySoma({ units: [3] }), { dt });
  const failing = ({ time }: { readonly time: number }): void => {
    if (time > 20) throw new Error("The device is gone.");
  };
  const session = await simulation.start({
    pace: "fastest",
    inputs: { current: failing },
    record: { potential: true },
  });
  const frames: Frame[] = [];
  await expect(
    (async () => {
      for await (const frame of session) frames.push(frame as unknown as Frame);
    })(),
  ).rejects.toThrow("The device is gone.");
  await expect(session.done).rejects.toThrow("The device is gone.");
  expect(lastOf(frames)).toBe(session.stepCount);
  expect(session.stepCount).toBeGreaterThan(0);
  simulation.dispose();
  // 2¹²⁸ is infinite in single precision.
  const doubling = Growing({ units: [40], factor: Array.from({ length: 40 }, (_, unit) => (unit === 33 ? 2 : 1)) });
  for (const worker of [false, true]) {
    const growing = await compile(doubling, { dt, worker });
    const endless = await growing.start({ pace: "fastest" });
    await expect(endless.done).rejects.toThrow("Growing.potential of unit 33 became Infinity in step 128");
    growing.reset();
    await growing.run({ duration: 1 });
    growing.dispose();
  }
});

test("dispose ends a session, in every state", async () => {
  for (const paused of [true, false]) {
    const simulation = await compile(cells, { dt });
    const session = await simulation.start({ pace: "fastest", paused, inputs, record, onFrame: () => {} });
    if (!paused) await sleep(20);
    simulation.dispose();
    await expect(session.done).rejects.toThrow("Simulation was disposed while a session was open.");
    await session.stop();
  }
});

test("a session that ends with its duration or its input tells so", async () => {
  const simulation = await compile(cells, { dt });
  const limited = await simulation.start({
    pace: "fastest",
    duration: 50,
    inputs: { current: { ramp: { start: 0, end: 400 } } },
  });
  await limited.done;
  expect([simulation.time, limited.playing]).toEqual([50, false]);
  let closed = 0;
  const stream = (function* () {
    try {
      for (let k = 0; k < 90; k++) yield 300;
    } finally {
      closed++;
    }
  })();
  const fed = await simulation.start({ pace: "fastest", inputs: { current: stream } });
  await expect(fed.back()).rejects.toThrow("back is not available, because an input can be read only once.");
  fed.play();
  await fed.done;
  expect([simulation.stepCount, closed]).toEqual([190, 1]);
  simulation.dispose();
});

test("stop ends a session that waits for its input", async () => {
  const simulation = await compile(cells, { dt });
  const silent = (async function* () {
    yield 300;
    await new Promise(() => {});
  })();
  const session = await simulation.start({ pace: "fastest", inputs: { current: silent } });
  await sleep(20);
  await session.stop();
  await session.done;
  expect(simulation.stepCount).toBe(1);
  simulation.dispose();
});

test("the memory for going back is limited, and the start of the session stays in reach", async () => {
  const simulation = await compile(LeakySoma({ units: [1000] }), { dt });
  const { state } = await (async () => {
    const session = await simulation.start({ paused: true, rewind: 20_000, pace: "fastest", inputs });
    await session.step(20_000);
    expect(session.earliest).toBe(0);
    await session.seek(0);
    const first = await session.snapshot();
    await session.stop();
    return first;
  })();
  expect(Object.values(state).every((values) => values.every((value) => value === values[0]))).toBe(true);
  await simulation.run({ duration: 1 });
  const small = await simulation.start({ paused: true, rewind: 1000, inputs });
  await small.step();
  await expect(small.back()).rejects.toThrow(
    "back is not available: rewind is 1000 bytes, but the state takes 4000. Give it more memory.",
  );
  await small.stop();
  const none = await simulation.start({ paused: true, rewind: 0, inputs });
  await expect(none.seek(0)).rejects.toThrow("seek is not available: rewind is 0. Give it memory.");
  expect(none.earliest).toBeUndefined();
  await none.stop();
  simulation.dispose();
});
