import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomBrain, randomRunTime } from "../../test/conformance/random-brain.test-support.ts";
import { EveryMoment, Interval, randomLearning } from "../../test/conformance/random-learning.test-support.ts";
import { declare, recipes } from "../../test/conformance/random-soma.test-support.ts";
import { field } from "../config/field.ts";
import { allToAll, explicit } from "../connectivity/rule.ts";
import { connectionRule } from "../connectivity/rules/connection-rule.ts";
import { bySource, byTarget } from "../connectivity/values.ts";
import { soma as equationsSoma } from "../equations/soma.ts";
import { add, gt, mul, quantity, relax, select } from "../expr/verbs.ts";
import { brain } from "../graph/brain.ts";
import { neuron } from "../graph/neuron.ts";
import { keepInput } from "../inputs/keep.ts";
import type { ComponentType } from "../model/component.ts";
import type { PlasticityType } from "../model/rule-model.ts";
import { soma } from "../model/soma.ts";
import { spikeSource } from "../model/spike-source.ts";
import { type SynapseType, synapse } from "../model/synapse.ts";
import { AdExNeuron, ALIFNeuron, LIFNeuron } from "../neurons/ready-made.ts";
import { plasticityRules } from "../plasticity/index.ts";
import { cableSoma } from "../somas/cable.ts";
import { LeakySoma, somas } from "../somas/index.ts";
import { PoissonDrive, PoissonSource, SpikeReplay, sources } from "../sources/index.ts";
import { synapses } from "../synapses/index.ts";
import { expectSameThrough } from "./document-of.test-support.ts";
import { documentOf } from "./document-of.ts";
import { experiment } from "./experiment.ts";

const entriesOf = <T>(types: object): [string, T][] => Object.entries(types) as [string, T][];

/** Values of every form for the fields of a model: as they are, flat arrays, nested arrays and initializers. */
const variedFields = ({ fields }: { readonly fields: Readonly<Record<string, { readonly default: number }>> }) =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([key, { default: value }], k) => {
      const near = (unit: number): number => value * (1 + unit / 1000);
      const forms = [
        undefined,
        Float32Array.from({ length: 6 }, (_, unit) => near(unit)),
        [
          [near(0), near(1), near(2)],
          [near(3), near(4), near(5)],
        ],
        { uniform: { min: Math.min(value, near(9)), max: Math.max(value, near(9)) + 1e-9 } },
        near(5),
      ];
      const form = forms[k % forms.length];
      return form === undefined ? [] : [[key, form]];
    }),
  );

const numbers = { duration: 40, dt: 0.1, seed: 7 };

describe("the document of a soma is read as the same soma", () => {
  test.each(entriesOf<ComponentType>(somas))("%s", async (_, type) => {
    const states = Object.keys(type.model.state);
    const record = {
      outSpikes: true,
      ...Object.fromEntries(states.map((key) => [key, { units: Uint8Array.of(0, 5) }])),
    };
    const ports = Object.entries(type.model.inputs).filter(([, { payload }]) => payload === "CurrentArray");
    const inputs = Object.fromEntries(ports.map(([key]) => [key, Float64Array.of(0, 100, 200, 300, 400, 500)]));
    const varied = type({ units: [2, 3], ...variedFields(type.model), skipValidation: true } as never);
    await expectSameThrough(varied, { ...numbers, inputs, record });
    await expectSameThrough(type({ units: [1] }), { duration: 20, record: { outSpikes: true } });
    await expectSameThrough(type({ dt: 0.5, dtype: "f64", seed: 3 } as never), { duration: 20, inputs });
  });

  test("and of its presets", async () => {
    for (const [, type] of entriesOf<ComponentType>(somas)) {
      for (const { parameters } of Object.values(type.model.presets ?? {})) {
        await expectSameThrough(type({ units: [1], ...parameters }), { ...numbers, record: { potential: true } });
      }
    }
  });
});

test.each(entriesOf<ComponentType>(sources))("the document of %s is read as the same source", async (_, type) => {
  const inSpikes = { steps: Uint8Array.of(2, 3), units: Int32Array.of(1, 5), shape: [2, 3], dt: 0.1 };
  const varied = type({
    units: [2, 3],
    ...variedFields(type.model),
    ...(type.model.fields["rate"] && { rate: 50 }),
  } as never);
  const ports = Object.entries(type.model.inputs).map(([key, { payload, shared }]) => {
    const signal = shared ? Float64Array.of(0.3, 0.9) : Float64Array.of(0, 0.2, 0.4, 0.6, 0.8, 1);
    return [key, payload === "SpikeArray" ? inSpikes : signal];
  });
  const run = { ...numbers, inputs: Object.fromEntries(ports), record: { outSpikes: true } };
  await expectSameThrough(varied, run);
  const rows = Object.fromEntries(
    ports.map(([key, value]) => [
      key,
      key === "inSpikes" ? value : { series: [Array.from(value as Float64Array)], interval: 50 },
    ]),
  );
  await expectSameThrough(varied, { ...run, inputs: rows });
});

const currents = Float32Array.of(300, 250, 200, 350, 400, 320);
const record = { outSpikes: true, potential: true } as const;

describe("a soma of your own is written by its equations", () => {
  const Own = soma(
    "OwnSoma",
    { tau: field(20, "ms", "Time constant."), peak: field(15, "mV", "Threshold.") },
    {
      about: "Leaks.",
      step: (x) => {
        const potential = relax(x.potential, quantity(0, "mV"), x.tau);
        const driven = add(potential, mul(x.current, quantity(0.01, "mV/pA")));
        const spikes = gt(driven, x.peak);
        return { spikes, potential: select(spikes, quantity(0, "mV"), driven) };
      },
    },
  );
  const Text = equationsSoma.equations(
    "Text",
    `# Leaks, too.
     dv/dt = (EL - v + R*I)/tau : mV
     spike: v > -50 mV
     reset: v = EL
     EL = -70 mV; R = 100 Mohm; tau = 20 ms`,
    { method: "rk4", substeps: 3 },
  );

  test.each<[string, ComponentType]>([
    ["declared in code", Own as never],
    ["declared by text", Text as never],
    ["a cable of three compartments", cableSoma(3) as never],
  ])("%s", async (_, type) => {
    const port = Object.keys(type.model.inputs)[0]!;
    const run = { ...numbers, inputs: { [port]: currents }, record: { potential: true } };
    const varied = type({
      units: [2, 3],
      ...variedFields({ fields: type.model.fields }),
      skipValidation: true,
    } as never);
    const { document } = await expectSameThrough(varied, run);
    expect((document as { model: object }).model).toHaveProperty("equations");
    await expectSameThrough(type({ units: [6] }), run);
  });

  test("with random equations", async () => {
    await fc.assert(
      fc.asyncProperty(recipes, async (recipe) => {
        const component = declare(recipe)({ units: [5], f: { uniform: { min: -2, max: 3 } } });
        const through = expectSameThrough(component, { duration: 10, record: { potential: true, w: true, k: true } });
        await through.catch((error: Error) => {
          // A build refuses counts beyond 32 bits.
          fc.pre(!error.message.includes("must be below 2147483647 steps"));
          throw error;
        });
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });

  test("unless its type is passed by name", async () => {
    const run = { ...numbers, inputs: { current: currents }, record };
    const { document } = await expectSameThrough(Own({ units: [6] }), run, { models: { Own } });
    expect((document as { model: object }).model).toEqual({ soma: "Own", units: [6] });
  });
});

describe("the document of a network is read as the same network", () => {
  const cells = (units: readonly number[] = [2, 3]) =>
    LeakySoma({ units, potentialTau: { uniform: { min: 8, max: 30 } } });

  test.each(entriesOf<SynapseType>(synapses))("with %s in every place", async (_, type) => {
    const weight = type.model.weightUnit === "mV" ? 5 : type.model.weightUnit === "nS" ? 3 : 200;
    const { tau: _tau, ...fields } = variedFields(type.model);
    const configs = [{}, fields, ...(type.model.currentOf ? [{ currentOf: "value", seed: 4 }] : [])] as const;
    for (const config of configs) {
      const made = type(config as never);
      const model = brain({
        name: "Own",
        populations: {
          noise: PoissonSource({ units: [30], rate: 60 }),
          neurons: neuron({
            soma: cells(),
            synapses: { fast: made },
            inhibitory: type.model.weightUnit === "nS" ? false : [true, false, true, false, true, true],
          }),
          bare: cells(),
        },
        projections: {
          a: { from: "noise", to: "neurons", connect: { allToAll: {} }, weight },
          b: {
            from: "neurons",
            to: "bare",
            synapse: made,
            connect: { fixedInDegree: { inDegree: 2, multapses: false } },
            weight,
            delay: 2,
          },
        },
        drives: {
          d: { to: "bare", synapse: made, drive: PoissonDrive({ rate: 20, trains: 40, weight: weight / 4, seed: 9 }) },
        },
      } as never);
      await expectSameThrough(model, { ...numbers, record: { neurons: record, bare: record } });
    }
  });

  test.each(entriesOf<PlasticityType>(plasticityRules))("with %s", async (_, type) => {
    const weight = 2;
    const limit = Object.hasOwn(type.model.fields, "weightMax") ? { weightMax: 8 } : {};
    const model = brain({
      populations: { noise: PoissonSource({ units: [30], rate: 60 }), cells: cells() },
      projections: {
        learns: {
          from: "noise",
          to: "cells",
          synapse: synapses.DeltaSynapse(),
          connect: { pairwiseBernoulli: { probability: 0.6 } },
          weight: { uniform: { min: 1, max: 2 * weight } },
          plasticity: type(limit as never),
        },
      },
    } as never);
    const weights = { learns: { every: 50 } };
    await expectSameThrough(model, { ...numbers, record: { cells: record, weights } });
  });

  test.each(Object.entries({ LIFNeuron, ALIFNeuron, AdExNeuron }))("of %s", async (_, make) => {
    const given = (make as typeof LIFNeuron)({
      units: [4],
      inhibitory: true,
      excitatorySynapse: synapses.AlphaSynapse(),
    });
    const model = brain({
      populations: { cells: given },
      drives: { d: { to: "cells.excitatory", drive: PoissonDrive({ rate: 30, trains: 100, weight: 20 }) } },
    });
    const { spikes } = await expectSameThrough(model, { ...numbers, duration: 100, record: { cells: record } });
    expect(spikes).toBeGreaterThan(3);
  });

  test("with synapses of compartments, sources with rates in time, explicit lists and every value of a typed array", async () => {
    const far = neuron({
      soma: somas.PinskyRinzelSoma({ units: [2, 2] }),
      synapses: {
        near: synapses.ExponentialSynapse({ tau: Float64Array.of(1, 2, 3, 4) }),
        dendrite: { one: synapses.ExponentialSynapse(), two: synapses.AlphaSynapse() },
      },
    });
    const rate = { series: [Float64Array.of(10, 90), Float64Array.of(90, 10)], interval: 7, after: "repeat" } as const;
    const sum = {
      sum: [Float64Array.of(1, 2, 3, 4), { sine: { amplitude: Float64Array.of(5, 6, 7, 8), frequency: 9 } }],
    };
    const model = brain({
      populations: {
        far,
        noise: PoissonSource({ rate: { ...rate, series: rate.series.map((row) => [...row]) } }),
        replay: SpikeReplay({ units: [3] }),
      },
      projections: {
        p: {
          from: "replay",
          to: "far.dendrite.two",
          connect: explicit({
            sources: Int32Array.of(0, 2),
            targets: Uint8Array.of(3, 0),
            weights: Float32Array.of(0.1, 300),
          }),
          delay: bySource(Float64Array.of(0.1, 0.5, 2)),
        },
        q: { from: "noise", to: "far.near", connect: allToAll(), weight: byTarget([40, 50, 60, 70]), layout: "dense" },
      },
      readouts: { r: { from: "far", of: "potential", units: Uint16Array.of(1, 3), tau: 5 } },
      positions: {
        far: [
          [0, 1],
          [2, 3],
          [4, 5],
          [6, 7],
        ],
      },
    } as never);
    await expectSameThrough(model, {
      ...numbers,
      inputs: {
        far: { current: sum },
        replay: { inSpikes: { events: { steps: Int32Array.of(3, 40, 41), units: Uint8Array.of(2, 0, 2) } } },
      },
      initial: { far: { potential: Float64Array.of(-60, -61, -62, -63) } },
      changes: [
        {
          at: 10,
          set: { "far.near.tau": Float64Array.of(4, 3, 2, 1) },
          weights: { p: { synapses: Int32Array.of(1), values: Float64Array.of(9) } },
        },
        { at: 20, inject: { noise: Uint8Array.of(1) } },
      ],
      record: { far: { potential: true }, readouts: { r: true }, weights: { q: { at: [10, 30] } } },
    });
  });

  test("drawn at random", async () => {
    let spikes = 0;
    for (let seed = 0; seed < 25; seed++) {
      const { brain: model, inputs, record: chosen } = randomBrain(seed, "auto");
      spikes += (await expectSameThrough(model, { ...randomRunTime, seed, inputs, record: chosen })).spikes;
    }
    expect(spikes).toBeGreaterThan(1000);
  });

  test("that learns, drawn at random", async () => {
    for (let seed = 0; seed < 12; seed++) {
      const model = randomLearning(seed);
      const weights = Object.fromEntries(Object.keys(model.projections).map((name) => [name, { every: 20 }]));
      const run = { ...randomRunTime, seed, record: { cells: { outSpikes: true }, weights } };
      await expectSameThrough(model, run, { plasticity: { EveryMoment, Interval } });
    }
  });
});

describe("documentOf refuses", () => {
  const cells = LeakySoma({ units: [3] });
  const refusal = (model: unknown, options: object = {}): string => {
    try {
      documentOf(model as never, options as never);
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
    return "accepted";
  };
  const MySynapse = synapse(
    "MySynapse",
    {},
    { about: "Own.", weightUnit: "pA", step: (x) => ({ current: x.arriving }) },
  );
  const MySource = spikeSource("MySource", {}, { about: "Own.", step: (x) => ({ spikes: x.inSpikes }) });
  const ring = connectionRule("ring", {
    about: "Own.",
    options: {},
    size: () => ({ synapses: 0, exact: true }),
    pairs: () => ({ sources: new Uint32Array(0), targets: new Uint32Array(0) }) as never,
  });

  test.each<[string, unknown, object, string]>([
    [
      "a type",
      LeakySoma,
      {},
      "ConfigError: documentOf takes a soma, a neuron or a network; received its type LeakySoma. Call it: LeakySoma({ … }).",
    ],
    ["a number", 3, {}, "ConfigError: documentOf takes a soma, a neuron or a network; received 3. Give one of these."],
    ["options that are no object", cells, [], "documentOf takes an object of options; received []."],
    [
      "unknown options, and those of a run",
      cells,
      { durationn: 3, backend: "native" },
      'ConfigError: documentOf.durationn is unknown. Did you mean "duration"?\ndocumentOf.backend belongs to a run, and a document leaves it to its caller. Pass it to simulatePrepared.',
    ],
    [
      "a function, an iterable and a number that JSON does not have, all at once",
      cells,
      {
        inputs: { current: { sum: [() => {}, (function* () {})()] } },
        initial: { potential: Float64Array.of(1, Number.NaN, 3) },
        changes: [{ at: Number.POSITIVE_INFINITY }],
      },
      "ConfigError: inputs.current.sum[0] is a function, which a document cannot contain.",
    ],
    [
      "an input that keeps its values",
      cells,
      { inputs: { current: keepInput(() => {}) } },
      "ConfigError: inputs.current is an input function. Give its values: input.steps() after a run.",
    ],
    ["a map", cells, { record: new Map() }, "ConfigError: record is an iterable, which a document cannot contain."],
    [
      "a date",
      cells,
      { record: { potential: new Date() } },
      "ConfigError: record.potential is {}, which a document cannot contain.",
    ],
    [
      "a source of your own",
      MySource(),
      {},
      "ConfigError: MySource is a source of spikes of your own, which a document cannot contain. Pass models: { MySource } to documentOf and to experiment.",
    ],
    [
      "models that are none",
      cells,
      { models: { LeakySoma: 3 } },
      "ConfigError: documentOf.models.LeakySoma must be a soma or source",
    ],
  ])("%s", (_, model, options, message) => {
    expect(refusal(model, options)).toContain(message);
  });

  test("every part of a network of your own, at once, until the types are passed", async () => {
    const Rule = EveryMoment;
    const model = brain({
      populations: { input: MySource({ units: [3] }), cells },
      projections: {
        a: {
          from: "input",
          to: "cells",
          synapse: MySynapse(),
          connect: ring() as never,
          weight: 1,
          plasticity: Rule(),
        },
      },
    } as never);
    expect(refusal(model)).toBe(
      [
        "ConfigError: brain.populations.input is a source of spikes of your own, which a document cannot contain. Pass models: { MySource } to documentOf and to experiment.",
        "brain.projections.a.connect is a connection rule of your own, which a document cannot contain. Pass rules: { ring } to documentOf and to experiment.",
        "brain.projections.a.plasticity is a plasticity rule of your own, which a document cannot contain. Pass plasticity: { EveryMoment } to documentOf and to experiment.",
      ].join("\n"),
    );
    const types = { models: { MySource }, synapses: { MySynapse }, plasticity: { EveryMoment }, rules: { ring } };
    const document = documentOf(model, types as never);
    expect(documentOf((await experiment(document, { ...types, kind: "brain" })).brain, types as never)).toEqual(
      document,
    );
  });

  test("a soma whose parameter a text cannot express", () => {
    const check = { holds: () => true, requirement: "must be odd", schema: {} };
    const Odd = soma(
      "Odd",
      { gain: field(1, "1", "Gain.", check) },
      { about: "Own.", step: (x) => ({ spikes: gt(x.gain, 2), potential: x.potential }) },
    );
    expect(refusal(Odd())).toBe(
      "ConfigError: Odd is a soma of your own. Odd contains a rule of its own for gain (must be odd), which a text cannot express. Pass models: { Odd } to documentOf and to experiment instead.",
    );
  });
});

test("a synapse whose parameter a text cannot express is refused until its type is passed", () => {
  const check = { holds: () => true, requirement: "must be odd", schema: {} };
  const Odd = synapse(
    "OddSynapse",
    { gain: field(1, "1", "Gain.", check) },
    { about: "Own.", weightUnit: "pA", step: (x) => ({ current: mul(x.gain, x.arriving) }) },
  );
  const model = brain({
    populations: { input: PoissonSource({ units: [3] }), cells: LeakySoma({ units: [2] }) },
    projections: { a: { from: "input", to: "cells", synapse: Odd(), connect: { allToAll: {} }, weight: 1 } },
  });
  expect(() => documentOf(model)).toThrow(
    "brain.projections.a.synapse is a synapse of your own. OddSynapse contains a rule of its own for gain (must be odd), which a text cannot express. Pass synapses: { OddSynapse } to documentOf and to experiment instead.",
  );
  const { projections } = documentOf(model, { synapses: { OddSynapse: Odd } } as never).model as never as {
    readonly projections: { readonly a: { readonly synapse: unknown } };
  };
  expect(projections.a.synapse).toEqual({ synapse: "OddSynapse" });
});

test("a neuron becomes the population cells of a network", async () => {
  const one = LIFNeuron({ units: [2] });
  const document = documentOf(one, { inputs: { cells: { current: 300 } } });
  const read = await experiment(document, { kind: "brain" });
  expect(documentOf(read.brain.populations["cells"] as typeof one)).toEqual(documentOf(one));
  expect(document.duration).toBe(1000);
  expect(documentOf(LeakySoma({ units: [1], dt: 0.1 })).duration).toBe(100);
});

test("a document contains the name of a network, and texts", () => {
  const model = brain({ name: "Mine", populations: { cells: LeakySoma({ units: [3] }) } });
  expect(documentOf(model, { description: "Words." })).toMatchObject({ name: "Mine", description: "Words." });
  expect(documentOf(model, { name: "Other" }).name).toBe("Other");
});
