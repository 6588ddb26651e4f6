import { expect, test } from "vitest";
import { compile } from "../../src/entries/index.ts";
import type { Brain } from "../../src/graph/brain.ts";
import { endsOf, liveFields } from "../../src/model/rule-model.ts";
import type { Snapshot } from "../../src/run/snapshot.ts";
import { choiceOf, describeEach, meaning, once, partOf, presentBackends } from "./backends.test-support.ts";
import { graphs, graphsTimeout } from "./graphs.test-support.ts";
import { randomLearning } from "./random-learning.test-support.ts";

/*
 * Synapses that learn: every backend, number of threads and division into runs gives the bits of the interpreter, in
 * spikes, weights and the state of the rules.
 */

const DT = 0.5;
type Choice = ReturnType<typeof choiceOf>;
const learners = presentBackends.filter(({ backend, lacks }) => !backend.lacks.learning && !lacks["networks"]);

/**
 * Sets each parameter of each rule that can change, once between two runs and once within a run. Factors of all changes
 * become 0 and are set again.
 */
const steer = async (model: Brain, choice: Choice, dtype: "f32" | "f64") => {
  const simulation = await compile(model, { dt: DT, dtype, ...choice });
  try {
    const rules = model.wiring.projections.flatMap(({ name, plasticity }) =>
      plasticity ? [{ path: `${name}.plasticity`, model: plasticity.model }] : [],
    );
    const paths = rules.flatMap(({ path, model }) => [...liveFields(model)].map((field) => `${path}.${field}`));
    const factors = new Set(
      rules.flatMap(({ path, model }) => [model, ...endsOf(model)].map(({ factor }) => `${path}.${factor}`)),
    );
    const other = (path: string, factor: number) => {
      const value = simulation.get(path);
      if (factors.has(path)) return value === 0 ? 1 : 0;
      return typeof value === "number" ? value * factor : value.map((one) => one * factor);
    };
    await simulation.run({ duration: 12 });
    for (const path of paths) simulation.set(path, other(path, 0.5));
    const before = simulation.snapshot();
    const changes = paths.map((path) => ({ at: 12 + 5 * DT, set: { [path]: other(path, 3) } }));
    const run = await simulation.run({ duration: 12, changes } as never);
    const { fingerprints, ...snapshot } = simulation.snapshot();
    simulation.restore(before);
    await simulation.run({ duration: 12, changes: run.changes } as never);
    expect(simulation.snapshot().learned).toEqual(snapshot.learned);
    return { snapshot, set: paths.length };
  } finally {
    simulation.dispose();
  }
};

/** Runs a network for some times, one after the other, and returns its spikes and its last state. */
const learn = async (
  model: Brain,
  choice: Choice,
  dtype: "f32" | "f64",
  durations: readonly number[],
  from?: Snapshot,
) => {
  const simulation = await compile(model, { dt: DT, dtype, ...choice });
  try {
    if (from) simulation.restore(from);
    const spikes: unknown[] = [];
    for (const duration of durations) {
      const record = { cells: { outSpikes: true }, others: { outSpikes: true } } as never;
      const run = (await simulation.run({ duration, record })) as never as Record<
        string,
        { outSpikes: { units: Uint32Array } }
      >;
      spikes.push(...["cells", "others"].map((name) => Array.from(run[name]!.outSpikes.units)));
    }
    const { fingerprints, ...snapshot } = simulation.snapshot();
    return { spikes: spikes.flat(2), snapshot };
  } finally {
    simulation.dispose();
  }
};

const cases = Array.from({ length: graphs(32) }, (_, seed) => {
  const dtype = seed % 2 ? ("f64" as const) : ("f32" as const);
  const model = randomLearning(seed);
  return {
    seed,
    dtype,
    model,
    meant: once(() => learn(model, choiceOf(meaning), dtype, [40])),
    steered: once(() => steer(model, choiceOf(meaning), dtype)),
  };
});

test("weights change, and units spike", { timeout: graphsTimeout(120_000) }, async () => {
  let changed = 0;
  let spikes = 0;
  for (const { model, dtype, meant } of cases.slice(0, 20)) {
    const before = await learn(model, choiceOf(meaning), dtype, []);
    const after = await meant();
    spikes += after.spikes.length;
    for (const [name, weights] of Object.entries(after.snapshot.weights ?? {})) {
      const start = before.snapshot.weights?.[name];
      changed += weights.filter((weight, k) => start?.[k] !== weight).length;
    }
  }
  expect(spikes).toBeGreaterThan(1000);
  expect(changed).toBeGreaterThan(1000);
});

describeEach(
  "gives the interpreter's bits of networks that learn",
  ({ listed }) => {
    const mine = partOf(cases, { share: Math.min(1, 2 * listed.share) });

    test(
      "in one run, and in runs of any length",
      async () => {
        for (const { seed, dtype, model, meant } of mine) {
          expect(await learn(model, choiceOf(listed), dtype, [40]), `${seed}`).toEqual(await meant());
          const parts = await learn(model, choiceOf(listed), dtype, [0.5, 21.5, 18]);
          expect(parts.snapshot, `${seed} in parts`).toEqual((await meant()).snapshot);
        }
      },
      graphsTimeout(240_000),
    );

    test(
      "restored from another backend in mid-learning",
      async () => {
        for (const [k, { seed, dtype, model, meant }] of mine.filter((_, place) => place % 4 === 0).entries()) {
          const other = learners[(learners.indexOf(listed) + 1 + k) % learners.length]!;
          const half = await learn(model, choiceOf(other), dtype, [20]);
          const rest = await learn(model, choiceOf(listed), dtype, [20], half.snapshot as Snapshot);
          expect(rest.snapshot, `${seed} after ${other.name}`).toEqual((await meant()).snapshot);
        }
      },
      graphsTimeout(240_000),
    );

    test(
      "with parameters that are set while they learn",
      async () => {
        let set = 0;
        for (const { seed, dtype, model, steered } of mine.filter((_, place) => place % 4 === 2)) {
          const meant = await steered();
          expect(await steer(model, choiceOf(listed), dtype), `${seed}`).toEqual(meant);
          set += meant.set;
        }
        expect(set).toBeGreaterThan(0);
      },
      graphsTimeout(240_000),
    );

    test(
      "and of a session that goes back",
      async () => {
        const steps = 40 / DT;
        for (const { seed, dtype, model, meant } of mine.filter((_, place) => place % 4 === 1)) {
          const simulation = await compile(model, { dt: DT, dtype, ...choiceOf(listed) });
          const session = await simulation.start({ paused: true });
          await session.runTo(steps);
          await session.seek(steps / 4);
          await session.back();
          await session.runTo(steps);
          const { fingerprints, ...snapshot } = await session.snapshot();
          expect(snapshot, `${seed}`).toEqual((await meant()).snapshot);
          await session.stop();
          simulation.dispose();
        }
      },
      graphsTimeout(240_000),
    );
  },
  { others: true, needs: ["networks", "learning"] },
);
