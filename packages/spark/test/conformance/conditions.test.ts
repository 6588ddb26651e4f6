import { expect, test } from "vitest";
import {
  brain,
  compile,
  ExponentialSynapse,
  fixedInDegree,
  PoissonSource,
  RefractoryLeakySoma,
  type Session,
  simulate,
} from "../../src/entries/index.ts";
import { choiceOf, definition, describeEach, meaning, once } from "./backends.test-support.ts";

/* Records with conditions have the steps and bits of the record of all steps, over runs, snapshots and sessions. */

const dt = 0.5;
const UNITS = 70;
const STEPS = 600;
const seed = 2;

const network = () =>
  brain({
    populations: { noise: PoissonSource({ units: [40], rate: 50 }), cells: RefractoryLeakySoma({ units: [UNITS] }) },
    projections: {
      in: {
        from: "noise",
        to: "cells",
        connect: fixedInDegree({ inDegree: 8 }),
        weight: 60,
        synapse: ExponentialSynapse({ tau: 4 }),
      },
    },
  });

const inputs = { cells: { current: 150 } } as const;
const around = {
  when: { outSpikes: { atLeast: 3 }, potential: { below: -50, units: [4, 50] } },
  before: 7,
  after: 1,
} as const;
const manual = { trigger: "touch", before: 3, after: 2.5 } as const;
const record = {
  cells: {
    potential: { ...around, units: [69, 3, 40], every: 2 },
    outSpikes: manual,
    rate: { ...around, bin: 4 },
    activeFraction: { ...manual, bin: 1.5, each: true },
    "exponential.trace": { ...around, reduce: "mean", over: "time", every: 3 },
  },
  noise: { outSpikes: { when: { outSpikes: { atLeast: 11, within: 3 } }, before: 20 } },
} as const;

/** When the caller starts the trigger: for a step, and from one step up to another. */
const changes = [
  { at: 40, trigger: { touch: "once" } },
  { at: 150, trigger: { touch: "start" } },
  { at: 170.5, trigger: { touch: "stop" } },
] as const;

type Recording = Readonly<Record<string, unknown>>;
type Joined = Record<string, number[]>;

/** Appends the arrays of the records of a run or a frame. */
const append = (all: Joined, populations: object): Joined => {
  for (const name of ["cells", "noise"]) {
    const records = (populations as Readonly<Record<string, Readonly<Record<string, Recording>>>>)[name]!;
    for (const [record, recording] of Object.entries(records)) {
      if (typeof recording !== "object") continue;
      for (const key of "values" in recording ? ["steps", "values"] : ["steps", "units"]) {
        const path = `${name}.${record}.${key}`;
        all[path] = [...(all[path] ?? []), ...Array.from(recording[key] as ArrayLike<number>)];
      }
    }
  }
  return all;
};

const wanted = once(async (): Promise<Joined> => {
  const options = { dt, seed, duration: STEPS * dt, inputs } as const;
  const all = { potential: true, outSpikes: true } as const;
  const whole = await simulate(network(), {
    ...options,
    record: { cells: { ...all, "exponential.trace": true }, noise: { outSpikes: true } },
  });
  const step = (values: ArrayLike<number>, at: number, unit: number): number => values[(at - 1) * UNITS + unit]!;
  const { potential, outSpikes } = whole.cells;
  const spikesIn = ({ steps }: { readonly steps: ArrayLike<number> }, at: number, within = 1): number =>
    Array.from(steps).filter((own) => own > at - within && own <= at).length;
  const dilated = (holds: (at: number) => boolean, before: number, after: number): number[] => {
    const kept = new Set<number>();
    for (let at = 1; at <= STEPS; at++) {
      if (holds(at)) for (let own = at - before; own <= at + after; own++) kept.add(own);
    }
    return [...kept].filter((own) => own >= 1 && own <= STEPS).toSorted((a, b) => a - b);
  };
  const met = dilated(
    (at) => spikesIn(outSpikes, at) >= 3 && [4, 50].some((unit) => step(potential.values, at, unit) < -50),
    14,
    2,
  );
  const touched = dilated((at) => at === 81 || (at > 300 && at <= 341), 6, 5);
  const busy = dilated((at) => spikesIn(whole.noise.outSpikes, at, 6) >= 11, 40, 0);
  const events = (
    { steps, units }: { readonly steps: Uint32Array; readonly units: Uint32Array },
    kept: readonly number[],
  ) => {
    const taken = [...steps.keys()].filter((k) => kept.includes(steps[k]!));
    return [taken.map((k) => steps[k]!), taken.map((k) => units[k]!)] as const;
  };
  const every = (kept: readonly number[], n: number): number[] => kept.filter((at) => at % n === 0);
  const trace = whole.cells["exponential.trace"].values;
  const active = (at: number, unit: number): number =>
    [...outSpikes.steps.keys()].some(
      (k) => outSpikes.units[k] === unit && outSpikes.steps[k]! > at - 3 && outSpikes.steps[k]! <= at,
    )
      ? 1
      : 0;
  const all70 = Array.from({ length: UNITS }, (_, unit) => unit);
  expect([met.length, touched.length, busy.length].every((length) => length > 20 && length < STEPS - 50)).toBe(true);
  const [cellSteps, cellUnits] = events(outSpikes, touched);
  const [noiseSteps, noiseUnits] = events(whole.noise.outSpikes, busy);
  return {
    "cells.potential.steps": every(met, 2),
    "cells.potential.values": every(met, 2).flatMap((at) =>
      [69, 3, 40].map((unit) => step(potential.values, at, unit)),
    ),
    "cells.outSpikes.steps": cellSteps,
    "cells.outSpikes.units": cellUnits,
    "cells.rate.steps": every(met, 8),
    "cells.rate.values": every(met, 8).map((at) => spikesIn(outSpikes, at, 8) * (1000 / 4 / UNITS)),
    "cells.activeFraction.steps": every(touched, 3),
    "cells.activeFraction.values": every(touched, 3).flatMap((at) => all70.map((unit) => active(at, unit))),
    "cells.exponential.trace.steps": every(met, 3),
    "cells.exponential.trace.values": every(met, 3).flatMap((at) =>
      all70.map((unit) => Math.fround([at - 2, at - 1, at].reduce((sum, own) => sum + step(trace, own, unit), 0) / 3)),
    ),
    "noise.outSpikes.steps": noiseSteps,
    "noise.outSpikes.units": noiseUnits,
  };
});

const expectWanted = async (found: Joined): Promise<void> => {
  const known = await wanted();
  for (const [name, values] of Object.entries(known)) {
    if (!name.endsWith("rate.values")) expect(found[name], name).toEqual(values);
    else expect(found[name], name).toEqual(values.map((value) => expect.closeTo(value, 9)));
  }
};

describeEach(
  "records with conditions",
  ({ listed }) => {
    const choice = choiceOf(listed === definition ? meaning : listed);

    test("over several runs and a snapshot", async () => {
      let simulation = await compile(network(), { dt, seed, ...choice });
      const all: Joined = {};
      let begin = 0;
      for (const end of [38, 41, 155, 168, 300]) {
        const own = changes.filter(({ at }) => at >= begin && at < end);
        const run = await simulation.run({ duration: end - begin, inputs, record, changes: own });
        expect(run.changes ?? []).toEqual(own);
        append(all, run);
        begin = end;
        if (end !== 41 && end !== 168) continue;
        const saved = simulation.snapshot();
        simulation.dispose();
        simulation = await compile(network(), { dt, seed, ...choice });
        simulation.restore(structuredClone(saved));
        expect(simulation.snapshot()).toEqual(saved);
      }
      simulation.dispose();
      await expectWanted(all);
    });

    test("in the frames of a session that goes back", async () => {
      const simulation = await compile(network(), { dt, seed, ...choice });
      let frames: object[] = [];
      const session = (await simulation.start({
        pace: "fastest",
        every: 1,
        paused: true,
        inputs,
        record,
        onFrame: (frame) => void frames.push(frame.records),
      })) as unknown as Session;
      await session.runTo(80);
      session.trigger("touch");
      await session.runTo(300);
      session.trigger("touch", "start");
      await session.runTo(341);
      session.trigger("touch", "stop");
      await session.runTo(STEPS);
      expect(session.changes).toEqual(changes);
      const first = frames.reduce<Joined>(append, {});
      await expectWanted(first);
      for (const back of [320, 90, 3]) {
        frames = [];
        await session.seek(back);
        await session.runTo(STEPS);
        expect(session.changes).toEqual(changes);
        const again = frames.reduce<Joined>(append, {});
        for (const [name, values] of Object.entries(again)) {
          expect(values, `${name} from ${back}`).toEqual(first[name]!.slice(first[name]!.length - values.length));
          expect(values.length === 0 || back > 3 || values.length > 0.9 * first[name]!.length, name).toBe(true);
        }
      }
      await session.stop();
      simulation.dispose();
    });
  },
  { needs: ["networks"] },
);

test("triggers of no record are refused", async () => {
  const simulation = await compile(network(), { dt, seed });
  const touch = { cells: { potential: { ...manual, units: [0] } } } as const;
  const run = (changed: unknown): Promise<unknown> =>
    simulation.run({ duration: 5, record: touch, changes: changed as never });
  await expect(run([{ at: 1, trigger: { tuch: "once" } }])).rejects.toThrow(
    'changes[0].trigger.tuch is no trigger of a record of this run. Did you mean "touch"?',
  );
  await expect(run([{ at: 1, trigger: { touch: "now" } }])).rejects.toThrow(
    'changes[0].trigger.touch must be "once", "start" or "stop"; received "now". Give one of these.',
  );
  expect(() => simulation.trigger("touch", "on" as never)).toThrow('trigger.touch must be "once", "start" or "stop"');
  simulation.trigger("tuch");
  await expect(run([])).rejects.toThrow('trigger.tuch is no trigger of a record of this run. Did you mean "touch"?');
  simulation.reset();
  simulation.trigger("touch");
  const { cells, changes: log } = await simulation.run({ duration: 20, record: touch });
  expect([...cells.potential.steps]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(log).toEqual([{ at: 0, trigger: { touch: "once" } }]);
  const session = await simulation.start({ paused: true, record: touch });
  expect(() => session.trigger("tuch")).toThrow('Did you mean "touch"?');
  await session.stop();
  const limited = { cells: { potential: { ...manual, most: 3 } } } as const;
  await expect(simulation.start({ record: limited })).rejects.toThrow(
    "record.cells.potential.most is not available in a session, which passes its rows on in frames. Remove it.",
  );
  simulation.dispose();
});
