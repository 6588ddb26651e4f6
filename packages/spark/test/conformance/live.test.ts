import { expect, test } from "vitest";
import {
  brain,
  type Component,
  ConductanceExponentialSynapse,
  compile,
  fixedInDegree,
  type Model,
  PoissonDrive,
  PoissonSource,
  simulate,
  somas,
  synapses,
  uniform,
} from "../../src/entries/index.ts";
import type { Expr } from "../../src/expr/expr.ts";
import { choiceOf, definition, describeEach, meaning } from "./backends.test-support.ts";
import { isStiff } from "./stiff.test-support.ts";

/* A simulation in which a parameter is set continues like one that was declared with the value, from the same state. */

const UNITS = 70;
const dt = 0.25;
/** Steps of the run that is changed while it runs: several chunks. */
const STEPS = 10_000;

/** Another valid value of a field, in three forms. */
const others = (value: number): Record<string, unknown> => {
  const other = value === 0 ? 0.5 : value * 0.9;
  return {
    number: other,
    array: Float64Array.from({ length: UNITS }, (_, unit) => other * (1 + unit / 2000)),
    initializer: uniform(other > 0 ? { min: other * 0.95, max: other } : { min: other, max: other * 0.95 }),
  };
};

interface Steered {
  readonly run: (options: object) => Promise<object>;
  readonly set: (path: string, value: unknown) => void;
  readonly get: (path: string) => number | Float64Array;
  readonly snapshot: () => object;
  readonly restore: (snapshot: object) => void;
  readonly reset: () => void;
  readonly dispose: () => void;
}

const open = async (model: object, options: object): Promise<Steered> =>
  (await compile(model as never, { dt, seed: 5, ...options })) as never;

const ABOUT_TIME = ["wallTime", "buildTime", "backend", "fingerprints"];

/** Everything in a run or snapshot that must be equal, with arrays as text. */
const bitsOf = (value: unknown): unknown => {
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  }
  if (Array.isArray(value)) return value.map(bitsOf);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !ABOUT_TIME.includes(key));
  return Object.fromEntries(kept.map(([key, each]) => [key, bitsOf(each)]));
};

/** A value as a run tells it. */
const plain = (value: number | Float64Array): number | number[] => (typeof value === "number" ? value : [...value]);

/** Runs 40 steps, sets a value and runs 60 more. The same with a model that declares it, from the state before. */
const compare = async (
  models: { readonly declared: object; readonly changed: object },
  [path, value]: readonly [string, unknown],
  run: object,
  { step = dt, ...given }: object & { readonly step?: number },
): Promise<void> => {
  const options = { ...given, dt: step };
  const steered = await open(models.declared, options);
  const declared = await open(models.changed, options);
  try {
    await steered.run({ duration: 40 * step, ...run });
    const { fingerprints, ...state } = steered.snapshot() as { fingerprints: unknown };
    declared.restore(state);
    steered.set(path, value);
    const after = (await steered.run({ duration: 60 * step, ...run })) as { changes: unknown };
    const { changes, ...records } = after;
    expect(changes).toEqual([{ at: 40 * step, set: { [path]: plain(steered.get(path)) } }]);
    expect(bitsOf(records)).toEqual(bitsOf(await declared.run({ duration: 60 * step, ...run })));
    const { values, ...reached } = steered.snapshot() as { values: unknown };
    expect(bitsOf(reached)).toEqual(bitsOf(declared.snapshot()));
    expect(values).toBeDefined();
  } finally {
    steered.dispose();
    declared.dispose();
  }
};

const fieldsOf = (model: Pick<Model, "fields">): [string, number][] =>
  Object.entries(model.fields).map(([name, { default: value }]) => [name, value]);

/** Names of the fields in an expression. */
const fieldsIn = ({ source, name, args }: Expr): string[] => [
  ...(source === "field" ? [name!] : []),
  ...args.flatMap(fieldsIn),
];

/**
 * Fields that states are stored relative to, such as potentialRest and dendriteRest. `set` shifts the stored value so
 * that the potential stays, so the state is not that of a soma declared with the new value.
 */
const referencesOf = ({ state }: Pick<Model, "state">): ReadonlySet<string> =>
  new Set(Object.values(state).flatMap(({ from }) => (from ? fieldsIn(from) : [])));

/** Somas with few equations get every form of every field, the others one form of each field, in turn. */
const isSimple = (name: string): boolean => /^(Refractory|StrictRefractory|Adaptive)?LeakySoma$/.test(name);

const stepOf = (name: string): number => (isStiff(name) ? 0.05 : dt);

const singles = Object.entries(somas).flatMap(([name, { model }]) => {
  const references = referencesOf(model as never);
  return fieldsOf(model as never)
    .filter(([field]) => !references.has(field))
    .flatMap(([field, value], k) => {
      const forms = Object.entries(others(value)).map(([form, other]) => ({ name, field, form, other }));
      return isSimple(name) ? forms : [forms[k % forms.length]!];
    });
});

const makers = somas as unknown as Record<string, (config: object) => Component>;

/** A network with a synapse of every kind, drives, a source and read-outs. `changed` are configs by part. */
const network = (changed: Readonly<Record<string, object>> = {}) => {
  const [cells, ...receivers] = ["RefractoryLeakySoma", "LeakySoma"].map((name) => makers[name]!);
  const connect = fixedInDegree({ inDegree: 6 });
  const kinds = Object.entries(synapses) as unknown as [string, (config: object) => never][];
  return brain({
    populations: {
      noise: PoissonSource({ units: [UNITS], rate: 40, ...changed["noise"] }),
      cells: cells!({ units: [UNITS], ...changed["cells"] }) as never,
      other: receivers[0]!({ units: [UNITS] }) as never,
    },
    projections: Object.fromEntries([
      ...kinds.map(([name, synapse]) => [
        name,
        {
          from: "noise",
          to: "cells",
          connect,
          weight: name.includes("Conductance") ? 0.6 : name === "DeltaSynapse" ? 0.4 : 9,
          delay: 1,
          synapse: synapse(changed[name] ?? {}),
        },
      ]),
      ["back", { from: "cells", to: "other", connect, weight: 20, synapse: ConductanceExponentialSynapse() }],
    ]),
    drives: {
      push: {
        to: "other",
        synapse: ConductanceExponentialSynapse(),
        drive: PoissonDrive({ rate: 300, weight: 2, ...changed["push"] }),
      },
    },
    readouts: {
      rate: { from: "cells", tau: 12, ...changed["rate"] },
      mean: { from: "cells", of: "potential", tau: 5, mean: true, scale: 2, ...changed["mean"] },
    },
  } as never);
};

const networkRun = {
  inputs: { cells: { current: 120 } },
  record: {
    noise: { outSpikes: true },
    cells: { outSpikes: true, potential: true },
    other: { outSpikes: true, potential: true },
    readouts: { rate: true, mean: true },
  },
};

const shared = Object.entries(synapses).flatMap(([name, { model }]) =>
  fieldsOf(model as never).map(([field, value]) => ({ part: name, path: `${name}.synapse.${field}`, field, value })),
);
const parts = [
  { part: "noise", path: "noise.rate", field: "rate", value: 40 },
  { part: "cells", path: "cells.threshold", field: "threshold", value: -40 },
  { part: "push", path: "push.rate", field: "rate", value: 300 },
  { part: "push", path: "push.weight", field: "weight", value: 2 },
  ...shared,
];
/** One form for each field, in turn. */
const changes = parts.map((own, k) => {
  const forms = Object.entries(others(own.value));
  const [form, other] = forms[k % forms.length]!;
  return { ...own, form, other };
});

/** Changes of all kinds of parts and forms: also of a number by an array and back, and of several in one step. */
const chosen = {
  single: {
    run: { inputs: { current: 420 }, record: { outSpikes: true, potential: true } },
    changes: [
      { at: 30, set: { threshold: -40, potentialRest: -62 } },
      { at: 0, set: { resistance: 0.11 } },
      { at: 10.25, set: { threshold: others(-40)["array"] } },
      { at: 10, set: { threshold: -41 } },
      { at: 30, set: { potentialRest: -61.3 } },
      { at: 39.75, set: { cooldown: others(2)["initializer"], potentialRest: others(-60)["array"] } },
    ],
  },
  network: {
    run: networkRun,
    changes: [
      { at: 5, set: { "cells.threshold": -42, "noise.rate": others(40)["array"] } },
      { at: 5.25, set: { "noise.rate": 90, "rate.tau": 3 } },
      { at: 12, set: { "push.rate": 4000, "ExponentialSynapse.synapse.tau": 2 } },
      { at: 12, set: { "push.rate": 20, "push.weight": others(2)["array"] } },
      { at: 30, set: { "push.rate": 1500, "push.weight": 1, "mean.scale": 0.5 } },
    ],
  },
};

/** Compares one run with changes to a run for each interval, with sets in between; and to a run of its log. */
const compareChanges = async (
  model: object,
  {
    run,
    changes,
  }: { readonly run: object; readonly changes: readonly { readonly at: number; readonly set: object }[] },
  options: object,
): Promise<void> => {
  const duration = 40;
  const at = await Promise.all([0, 1, 2].map(() => open(model, options)));
  const [planned, parts, log] = at as [Steered, Steered, Steered];
  try {
    const whole = (await planned.run({ duration, ...run, changes })) as { readonly changes: object[] };
    let time = 0;
    for (const change of changes.toSorted((a, b) => a.at - b.at)) {
      if (change.at > time) await parts.run({ duration: change.at - time, ...run });
      time = change.at;
      for (const [path, value] of Object.entries(change.set)) parts.set(path, value);
    }
    await parts.run({ duration: duration - time, ...run });
    expect(bitsOf(planned.snapshot())).toEqual(bitsOf(parts.snapshot()));
    const again = await log.run({ duration, ...run, changes: JSON.parse(JSON.stringify(whole.changes)) });
    expect(bitsOf(again)).toEqual(bitsOf(whole));
    expect(bitsOf(log.snapshot())).toEqual(bitsOf(planned.snapshot()));
    const simulated = await simulate(model as never, { dt, seed: 5, duration, ...run, changes, ...options } as never);
    expect(bitsOf(simulated)).toEqual(bitsOf(whole));
    for (const each of [planned, parts]) await each.run({ duration: 5, ...run });
    expect(bitsOf(planned.snapshot())).toEqual(bitsOf(parts.snapshot()));
  } finally {
    for (const each of at) each.dispose();
  }
};

describeEach("sets a parameter like one that is declared", ({ listed }) => {
  const options = choiceOf(listed === definition ? meaning : listed);
  // What changes is the program, which all backends share. So one backend tries every case, and it is the fastest one.
  const share = listed === definition ? 0.2 : listed.share;
  const some = <T>(cases: readonly T[]): readonly T[] => cases.filter((_, k) => k % Math.round(1 / share) === 0);

  for (const { name, field, form, other } of some(singles)) {
    test(`${field} of ${name} by ${form}`, async () => {
      const models = {
        declared: makers[name]!({ units: [UNITS] }),
        changed: makers[name]!({ units: [UNITS], [field]: other }),
      };
      const run = { inputs: { current: 420 }, record: { outSpikes: true, potential: true } };
      await compare(models, [field, other], run, { ...options, step: stepOf(name) });
    });
  }

  test("during a run, at the step that the run tells", async () => {
    const model = makers["RefractoryLeakySoma"]!({ units: [UNITS] });
    const inputs = { current: 420 };
    const steered = await open(model, options);
    const repeated = await open(model, options);
    try {
      for (const each of [steered, repeated]) each.set("threshold", -40);
      let ended = false;
      const running = steered.run({ duration: STEPS * dt, inputs, memory: 2e6 }).finally(() => {
        ended = true;
      }) as Promise<{ changes: readonly { at: number; set: { threshold: number } }[] }>;
      // Also while threads compute a chunk.
      for (let k = 1; !ended; k++) {
        await new Promise((resolve) => setImmediate(resolve));
        if (!ended) steered.set("threshold", -40 - (k % 50) / 10);
      }
      const { changes } = await running;
      let time = 0;
      for (const { at, set } of changes) {
        if (at > time) await repeated.run({ duration: at - time, inputs });
        time = at;
        repeated.set("threshold", set.threshold);
      }
      if (time < STEPS * dt) await repeated.run({ duration: STEPS * dt - time, inputs });
      // Changes after the last chunk began belong to the next run.
      repeated.set("threshold", steered.get("threshold"));
      expect(bitsOf(steered.snapshot())).toEqual(bitsOf(repeated.snapshot()));
      // The log, as data, repeats the run in one call.
      repeated.reset();
      const again = { duration: STEPS * dt, inputs, memory: 2e6, changes: JSON.parse(JSON.stringify(changes)) };
      expect(await repeated.run(again)).toMatchObject({ changes });
      repeated.set("threshold", steered.get("threshold"));
      expect(bitsOf(steered.snapshot())).toEqual(bitsOf(repeated.snapshot()));
    } finally {
      steered.dispose();
      repeated.dispose();
    }
  });

  test("by a run at chosen steps", () =>
    compareChanges(makers["RefractoryLeakySoma"]!({ units: [UNITS] }), chosen.single, options));

  if (!("networks" in listed.lacks)) {
    test("by a run of a network at chosen steps", () => compareChanges(network(), chosen.network, options));

    for (const { part, path, field, form, other } of some(changes)) {
      test(`${path} of a network by ${form}`, async () => {
        const models = { declared: network(), changed: network({ [part]: { [field]: other } }) };
        await compare(models, [path, other], networkRun, options);
      });
    }
  }
});
