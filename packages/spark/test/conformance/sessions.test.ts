import { expect, test } from "vitest";
import {
  brain,
  type Change,
  compile,
  ExponentialSynapse,
  type Frame,
  fixedInDegree,
  LeakySoma,
  PoissonDrive,
  RefractoryLeakySoma,
  type Session,
  simulate,
  uniform,
} from "../../src/entries/index.ts";
import { choiceOf, describeEach } from "./backends.test-support.ts";

/* A session gives the bits of a plain run, whatever its frames, pauses and returns are. */

const dt = 0.25;
const seed = 4;

const cells = RefractoryLeakySoma({ units: [70], potentialTau: uniform({ min: 8, max: 20 }) });
const synapse = ExponentialSynapse({ tau: 4 });
const network = brain({
  populations: { cells, others: LeakySoma({ units: [50] }) },
  projections: {
    out: { from: "cells", to: "others", connect: fixedInDegree({ inDegree: 9 }), weight: 60, delay: 1.5, synapse },
    back: { from: "others", to: "cells", connect: fixedInDegree({ inDegree: 5 }), weight: -20, delay: 3, synapse },
  },
  drives: { noise: { to: "cells", synapse, drive: PoissonDrive({ rate: 300, trains: 10, weight: 12 }) } },
  readouts: { rate: { from: "cells", tau: 20, mean: true } },
});

const single = {
  model: cells,
  path: "threshold",
  inputs: { current: { whiteNoise: { mean: 420, std: 200 } } },
  record: {
    outSpikes: true,
    potential: { units: [3, 60], every: 5 },
    age: { every: 8, reduce: "max", over: "time" },
    rate: { bin: 10 },
    activeFraction: { bin: 5 },
  },
};
const whole = {
  model: network,
  path: "cells.threshold",
  inputs: { cells: { current: { whiteNoise: { mean: 350, std: 150 } } } },
  record: {
    cells: { outSpikes: true, potential: { units: [5], every: 3 }, rate: { bin: 10 } },
    others: {
      outSpikes: { during: { period: 20, length: 7 } },
      potential: { units: [1], during: { period: 10, length: 4 }, every: 3 },
      activeFraction: { bin: 2, during: { period: 12, length: 4 } },
    },
    readouts: { rate: { every: 4 } },
  },
};

type Rows = Readonly<Record<string, readonly number[]>>;

/** The arrays of records by path, without what depends on the number of frames. */
const rowsOf = (value: unknown, path = "", rows: Record<string, number[]> = {}): Record<string, number[]> => {
  for (const [key, part] of Object.entries(value as object)) {
    const own = `${path}.${key}`;
    if (ArrayBuffer.isView(part) && key !== "times") rows[own] = Array.from(part as unknown as ArrayLike<number>);
    else if (typeof part === "object" && part !== null && !Array.isArray(part)) rowsOf(part, own, rows);
  }
  return rows;
};

/** Columns are the same in every frame. */
const isColumns = (path: string, all: Rows): boolean =>
  path.endsWith(".units") && Object.hasOwn(all, path.replace(/units$/, "values"));

const joined = (frames: readonly Frame[]): Rows => {
  const all: Record<string, number[]> = {};
  for (const { records } of frames) {
    const rows = rowsOf(records);
    for (const [path, values] of Object.entries(rows)) {
      if (isColumns(path, rows)) all[path] = values;
      else all[path] = [...(all[path] ?? []), ...values];
    }
  }
  return all;
};

/** The frames follow one another without a gap. */
const expectComplete = (frames: readonly Frame[], first: number, last: number): void => {
  let next = first + 1;
  for (const { firstStep, steps } of frames) {
    expect(firstStep).toBe(next);
    next += steps;
  }
  expect(next).toBe(last + 1);
};

type Options = Readonly<Record<string, unknown>>;
type Opened = { readonly session: Session; readonly frames: Frame[]; readonly dispose: () => void };

const open = async ({ model, inputs, record }: typeof single | typeof whole, options: Options): Promise<Opened> => {
  const simulation = await compile(model as typeof cells, { dt, seed, ...(options["compile"] as object) });
  const frames: Frame[] = [];
  const session = (await simulation.start({
    pace: "fastest",
    every: 1,
    inputs,
    record,
    onFrame: (frame: Frame) => void frames.push(frame),
    ...(options["start"] as object),
  } as never)) as unknown as Session;
  return { session, frames, dispose: () => simulation.dispose() };
};

/** A plain run with the changes of a session: its records and the state after it. */
const replay = async (
  { model, inputs, record }: typeof single | typeof whole,
  changes: readonly Change[],
  steps: number,
  choice: object,
) => {
  const simulation = await compile(model as typeof cells, { dt, seed, ...choice });
  const run = await simulation.run({ duration: steps * dt, inputs, record, changes } as never);
  const state = simulation.snapshot();
  simulation.dispose();
  return { records: joined([{ records: run } as never]), state };
};

const bitsOf = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, part) =>
      ArrayBuffer.isView(part) ? Array.from(part as unknown as ArrayLike<number>) : part,
    ),
  );

describeEach("sessions", ({ listed }) => {
  const choice = choiceOf(listed);
  const cases = listed.lacks["networks"] === undefined ? [single, whole] : [single];
  const named = cases.map((one) => [one === single ? "population" : "network", one] as const);

  test.each(named)("give the records of a plain run of a %s", async (_, one) => {
    const { session, frames, dispose } = await open(one, { compile: choice, start: { duration: 150, rewind: 3e5 } });
    await session.done;
    dispose();
    expectComplete(frames, 0, 600);
    const { model, inputs, record } = one;
    const run = await simulate(model as typeof cells, { dt, seed, duration: 150, inputs, record, ...choice } as never);
    const plain = joined([{ records: run } as never]);
    expect(joined(frames)).toEqual(plain);
    expect(Object.values(plain).reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(1000);
  });

  test.each(named)("of a %s go back, repeat and take another future", async (_, one) => {
    const { session, frames, dispose } = await open(one, { compile: choice, start: { paused: true, rewind: 3e5 } });
    const { path } = one;
    await session.step(120);
    session.set(path as never, -44);
    await session.runTo(280);
    session.set(path as never, -42);
    await session.step(160);
    expect(session.changes.map(({ at }) => at)).toEqual([30, 70]);
    const first = joined(frames);
    const { changes: log } = session;
    const end = await session.snapshot();
    expectComplete(frames, 0, 440);
    expect(first).toEqual((await replay(one, log, 440, choice)).records);

    // The same future.
    frames.length = 0;
    await session.seek(100);
    expect([session.stepCount, session.changes, session.get(path as never)]).toEqual([100, [], -40]);
    await session.runTo(440);
    expect(bitsOf({ ...(await session.snapshot()), fingerprints: 0 })).toEqual(bitsOf({ ...end, fingerprints: 0 }));
    expectComplete(frames, 100, 440);
    const again = joined(frames);
    for (const [name, values] of Object.entries(again)) {
      if (isColumns(name, again)) continue;
      expect(values, name).toEqual(first[name]!.slice(first[name]!.length - values.length));
    }

    // Single steps backwards.
    await session.back();
    await session.back();
    expect(session.stepCount).toBe(438);
    await session.step(2);
    expect(bitsOf((await session.snapshot()).state)).toEqual(bitsOf(end.state));

    // Another future.
    await session.seek(200);
    if (one === whole) session.inject("cells" as never, [3, 4, 60]);
    session.set(path as never, -46);
    await session.step(240);
    expect(session.changes.map(({ at }) => at)).toEqual([30, 50]);
    const other = await session.snapshot();
    await session.seek(150);
    await session.runTo(440);
    expect(bitsOf((await session.snapshot()).state)).toEqual(bitsOf(other.state));
    expect(bitsOf(other.state)).not.toEqual(bitsOf(end.state));
    const { changes } = session;
    await session.stop();
    dispose();
    const plain = await replay(one, changes, 440, choice);
    expect(bitsOf(other.state)).toEqual(bitsOf(plain.state.state));
    expect(bitsOf(other.spikes)).toEqual(bitsOf(plain.state.spikes));
  });
});
