import { describe, expect, test } from "vitest";
import { normal, uniform } from "../config/initializer.ts";
import { allToAll, distanceBernoulli, explicit, fixedInDegree, pairwiseBernoulli } from "../connectivity/rule.ts";
import { byDistance, bySource } from "../connectivity/values.ts";
import { ConfigError, FileError, MemoryError } from "../errors/errors.ts";
import { brain } from "../graph/brain.ts";
import { neuron } from "../graph/neuron.ts";
import { sum, whiteNoise } from "../inputs/forms.ts";
import { encodeNpy } from "../io/npy.ts";
import { encodeNpz } from "../io/npz.ts";
import { simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/index.ts";
import { PoissonDrive, PoissonSource } from "../sources/index.ts";
import { DeltaSynapse, ExponentialSynapse } from "../synapses/index.ts";
import { everything, parts } from "./brain.test-support.ts";
import { experiment } from "./experiment.ts";

const { soma, wired } = parts;
/** Everything of a run but how long it took. */
const comparable = (run: object): unknown =>
  JSON.parse(
    JSON.stringify(run, (key, value) => (key === "wallTime" || key === "buildTime" ? undefined : (value as unknown))),
  );
const problems = async (document: unknown, options = {}): Promise<readonly string[]> => {
  const error = await experiment(document, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message.split("\n");
};

/** What `everything` says, in code. */
const inCode = () => {
  const exponential = ExponentialSynapse({ tau: 5 });
  const leaky = (units: readonly number[]) =>
    LeakySoma({ units, potentialTau: 10, potentialReset: -60, threshold: -55 });
  return brain({
    name: "Everything",
    populations: {
      a: neuron({
        soma: LeakySoma({
          units: [6],
          potentialTau: uniform({ min: 8, max: 12 }),
          potentialReset: -60,
          threshold: -55,
        }),
        synapses: { fast: exponential, jump: DeltaSynapse() },
      }),
      b: neuron({ soma: leaky([2, 2]), inhibitory: true, synapses: { slow: ExponentialSynapse({ tau: 20 }) } }),
      mixed: neuron({ soma: leaky([3]), inhibitory: [true, false, false] }),
      noise: PoissonSource({ units: [5], rate: 200 }),
    },
    projections: {
      aa: {
        from: "a",
        to: "a.fast",
        connect: pairwiseBernoulli({ probability: 0.5 }),
        delay: 1.5,
        weight: normal({ mean: 90, std: 9, min: 0 }),
      },
      ab: {
        from: "a",
        to: "b",
        connect: fixedInDegree({ inDegree: 3, multapses: false }),
        weight: bySource([1, 2, 3, 4, 5, 6]),
        delay: uniform({ min: 0.5, max: 3 }),
      },
      ba: {
        from: "b",
        to: "a.jump",
        connect: allToAll(),
        weight: 0.4,
        delay: Array.from({ length: 24 }, (_, k) => 1 + k / 4),
      },
      mixedOut: {
        from: "mixed",
        to: "b",
        connect: explicit({ sources: [0, 1, 2], targets: [3, 0, 1], weights: [10, 20, 30] }),
      },
      near: {
        from: "a",
        to: "a.fast",
        weight: byDistance({ offset: 50, slope: -5, min: 0 }),
        connect: distanceBernoulli({ probability: { gaussian: { peak: 0.9, width: 2 } }, autapses: false }),
      },
      noisy: {
        from: "noise",
        to: "mixed",
        connect: allToAll(),
        weight: 60,
        synapse: ExponentialSynapse({ tau: 5, currentOf: "value" }),
      },
    },
    drives: {
      outside: { to: "a.fast", drive: PoissonDrive({ rate: 8, trains: 100, weight: 30 }) },
      more: {
        to: "mixed",
        synapse: exponential,
        drive: PoissonDrive({ rate: uniform({ min: 1, max: 3 }), trains: 200 }),
      },
    },
    readouts: {
      left: { from: "a", tau: 10, mean: true, units: [0, 1, 2], scale: 0.02 },
      current: { from: "a", of: "fast.trace" },
    },
    positions: everything.model.positions,
  });
};

describe("a brain in a document", () => {
  test("gives the same bits as in code", async () => {
    const read = await experiment(everything, { kind: "brain" });
    const fromDocument = await simulate(read.brain, read.options);
    const fromCode = await simulate(inCode(), {
      duration: 20,
      dt: 0.5,
      seed: 5,
      inputs: { a: { current: sum(200, whiteNoise({ mean: 0, std: 30 })) }, mixed: { current: [1, 2, 3] } },
      initial: { a: { potential: uniform({ min: -60, max: -55 }) }, b: { potential: -58 } },
      record: {
        a: { outSpikes: true, potential: true, "fast.trace": { units: [0, 1] } },
        b: { outSpikes: { from: 5 }, rate: { bin: 5 } },
        readouts: { left: true, current: { every: 4, from: 2, to: 18, dtype: "f32" } },
        mixed: { outSpikes: true },
        noise: { outSpikes: true },
      },
    });
    expect(comparable(fromDocument)).toEqual(comparable(fromCode));
    const counts = [fromCode.a, fromCode.mixed, fromCode.noise].map(({ outSpikes }) => outSpikes.count);
    expect(Math.min(...counts)).toBeGreaterThan(3);
  });

  test("is told with shapes, synapses and steps, and survives the way through a file", async () => {
    const read = await experiment(everything, { kind: "brain" });
    expect(read).toMatchObject({ kind: "brain", steps: 40, units: { a: [6], b: [2, 2], mixed: [3], noise: [5] } });
    expect(read.settings).toMatchObject({ dt: 0.5, precision: "f32", seed: 5 });
    expect(read.synapses).toMatchObject({ aa: 18, ab: 12, ba: 24, mixedOut: 3, noisy: 15 });
    expect(read.fields["b"]!["threshold"]).toBe(-55);
    const again = await experiment(JSON.parse(JSON.stringify(read.document)), { kind: "brain" });
    expect(read.document).toEqual(everything);
    expect(again.options).toEqual(read.options);
  });

  test("is one kind, and a soma another", async () => {
    await expect(experiment(everything, { kind: "soma" })).rejects.toThrow(
      'experiment.model must be one soma; received a network. Name it by "soma".',
    );
    await expect(experiment({ model: { soma: "LeakySoma" }, duration: 1 }, { kind: "brain" })).rejects.toThrow(
      "experiment.model must be a network; received one soma. Give populations.",
    );
    expect((await experiment(wired({}))).kind).toBe("brain");
  });

  test("has all its problems told at once, each in its place", async () => {
    const document = {
      ...wired({}),
      duration: 0.2,
      inputs: { a: { curent: 3 }, c: {} },
      record: { b: { potental: true }, readouts: { trace: true } },
      initial: { a: { potential: [1, 2] } },
      model: {
        populations: {
          a: soma,
          b: {
            ...soma,
            synapses: { fast: { synapse: "ExponentialSynaps" }, slow: { synapse: "DeltaSynapse", tau: 3 } },
          },
          c: { soma: "LeakySoma" },
          d: { source: "PoissonSource", units: [3], rate: -1, synapses: {} },
          e: { ...soma, potentialTau: [1, 2] },
          f: 3,
        },
        projections: {
          one: { from: "a", to: "b.fast", connect: { pairwiseBernoulli: { probability: 2 } }, weight: 1 },
          two: { from: "x", to: "a", connect: { allToAll: {} }, weight: "1", synapse: "ExponentialSynapse" },
          three: { from: "a", to: "a", connect: { allToAll: {} }, weight: 1 },
          four: { from: "a", to: "a", conect: { allToAll: {} }, weight: 1, synapse: { synapse: "ExponentialSynapse" } },
        },
        drives: { outside: { to: "a", poison: { rate: 3 } } },
        readouts: { left: { from: "g" }, of: { from: "b" }, trace: { from: "a", of: "exponential.trace", tau: -1 } },
      },
    };
    expect((await problems(document)).map((line) => line.split(" ", 1)[0])).toEqual([
      "experiment.model.populations.b.synapses.fast.synapse",
      "experiment.model.populations.b.synapses.slow.tau",
      "experiment.model.populations.c.units",
      "experiment.model.populations.d.synapses",
      "experiment.model.populations.d.rate",
      "experiment.model.populations.f",
      "experiment.model.projections.one.connect.pairwiseBernoulli.probability",
      "experiment.model.projections.two.from",
      "experiment.model.projections.two.weight",
      "experiment.model.projections.two.synapse",
      "experiment.model.projections.three.synapse",
      "experiment.model.projections.four.conect",
      "experiment.model.projections.four.connect",
      "experiment.model.drives.outside.poison",
      "experiment.model.drives.outside.poisson",
      "experiment.model.drives.outside.synapse",
      "experiment.model.readouts.left.from",
      "experiment.model.readouts.trace.tau",
      "experiment.model.populations.e.potentialTau",
      "experiment.initial.a.potential",
      "experiment.duration",
      "experiment.inputs.a.curent",
    ]);
  });

  const placed = {
    populations: { a: soma, b: soma },
    projections: {
      ab: {
        from: "a",
        to: "b",
        connect: parts.half,
        synapse: parts.exponential,
        weight: { byDistance: { offset: 1, slope: 2 } },
      },
    },
  };
  const withReadout = (left: object): object => ({
    ...wired({}),
    model: { populations: { a: soma, b: soma }, readouts: { left } },
  });
  const refused: readonly (readonly [string, object, string])[] = [
    [
      "a misspelt rule",
      wired({ connect: { pairwiseBernouli: { probability: 0.1 } } }),
      'experiment.model.projections.ab.connect must name one rule; received "pairwiseBernouli". Did you mean "pairwiseBernoulli"?',
    ],
    [
      "a missing synapse",
      wired({ synapse: undefined }),
      'experiment.model.projections.ab.synapse is missing: no synapse model is given for spikes to b. Add "synapse": { "synapse": "ExponentialSynapse", "tau": 5 }, for instance.',
    ],
    [
      "an in-degree beyond the sources",
      wired({ connect: { fixedInDegree: { inDegree: 7, multapses: false } } }),
      "experiment.model.projections.ab.connect.fixedInDegree.inDegree must be at most the number of source units to choose from, 6; received 7. Lower it, or allow multapses.",
    ],
    [
      "a delay below a step",
      wired({ delay: 0.1 }),
      "experiment.model.projections.ab.delay must be from 0.5 ms, one step, to",
    ],
    [
      "a weight with its unit",
      wired({ weight: "20 pA" }),
      'experiment.model.projections.ab.weight must be a number, a list or one of constant, uniform, normal, logNormal, sparseUniform, bySource, byTarget, byDistance; received "20 pA".',
    ],
    [
      "a synapse's parameter",
      wired({ synapse: { synapse: "ExponentialSynapse", tau: -5 } }),
      "experiment.model.projections.ab.synapse.tau must be greater than 0 ms; received -5 ms. The default is 5 ms.",
    ],
    [
      "a synapse's parameter that is drawn",
      wired({ synapse: { synapse: "ExponentialSynapse", tau: { uniform: { min: -5, max: -1 } } } }),
      "experiment.model.projections.ab.synapse.tau[0] must be greater than 0 ms; received -",
    ],
    [
      "a read-out of a population that is not there",
      withReadout({ from: "aa" }),
      'experiment.model.readouts.left.from must be the name of a population; received "aa". Did you mean "a"?',
    ],
    [
      "a read-out of a port that is not there",
      withReadout({ from: "a", of: "spikes" }),
      'experiment.model.readouts.left.of must be a variable of a (LeakySoma); received "spikes". Did you mean "outSpikes"?',
    ],
    [
      "a record of a read-out that is not there",
      { ...withReadout({ from: "a" }), record: { readouts: { right: true } } },
      "experiment.record.readouts.right is unknown. Known: left.",
    ],
    [
      "positions that are missing",
      { ...wired({}), model: { ...placed, positions: { b: everything.model.positions.a } } },
      "experiment.model.positions.a is missing, but needed for weight. Give the population's positions.",
    ],
    [
      "an unknown record of a synapse",
      wired({}, { record: { b: { "exponential.trac": true } } }),
      'experiment.record.b.exponential.trac is unknown. Did you mean "exponential.trace"?',
    ],
    [
      "no populations",
      { duration: 1, model: { projections: {} } },
      'experiment.model.populations is missing. Give { "excitatory": { "soma": "LeakySoma", "units": [100] } }.',
    ],
    [
      "a negative weight of an inhibitory population",
      {
        ...wired({}),
        model: {
          populations: { a: { ...soma, inhibitory: true }, b: soma },
          projections: { ab: { from: "a", to: "b", connect: parts.all, weight: -3, synapse: parts.exponential } },
        },
      },
      "experiment.model.projections.ab.weight must be at least 0 if source units are inhibitory",
    ],
  ];
  test.each(refused)("is refused for %s", async (_, document, message) => {
    expect(await problems(document)).toEqual([expect.stringContaining(message) as string]);
  });

  test("is refused where a population would not fit memory", async () => {
    const model = { populations: { a: { ...soma, units: [10_000_000] } } };
    await expect(experiment({ model, duration: 1 }, { memory: 1e8 })).rejects.toThrow(MemoryError);
    await expect(experiment({ model, duration: 1 }, { memory: 1e8 })).rejects.toThrow(
      "experiment.model.populations.a.units requests 10000000 units",
    );
  });
});

describe("values of a brain in files", () => {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  const column = (name: string, values: readonly number[]): Uint8Array => text(`${name}\n${values.join("\n")}\n`);
  const lists = { sources: [0, 1, 2], targets: [5, 4, 3], weights: [90, 80, 70], delays: [0.5, 1, 1.5] };
  const int = (values: readonly number[]) => ({ data: Int32Array.from(values), shape: [values.length] });
  const float = (values: readonly number[]) => ({ data: Float64Array.from(values), shape: [values.length] });
  const files: Readonly<Record<string, Uint8Array>> = {
    "synapses.csv": text(`pre,post,w,d\n0,5,90,0.5\n1,4,80,1\n2,3,70,1.5\n`),
    "late.csv": text("pre,post\n0,1\n0,9\n"),
    "synapses.npz": encodeNpz({
      pre: int(lists.sources),
      post: int(lists.targets),
      w: float(lists.weights),
      d: float(lists.delays),
    }),
    "tau.csv": column("tau", [8, 9, 10, 11, 12, 13]),
    "start.npy": encodeNpy(float([-60, -59, -58, -57, -56, -56])),
  };
  const readFile = async (path: string): Promise<Uint8Array> => {
    if (!files[path]) throw new FileError(`${path} cannot be read: it does not exist. Correct the path.`);
    return files[path];
  };
  const connected = (explicitly: object, more: object = {}): object => ({
    ...wired({ connect: { explicit: explicitly }, weight: "weights" in explicitly ? undefined : 0 }),
    ...more,
  });
  const runOf = async (document: object): Promise<unknown> => {
    const read = await experiment(document, { readFile, kind: "brain" });
    return comparable(await simulate(read.brain, read.options));
  };

  test.each([
    ["a table", { csv: "synapses.csv", sources: "pre", targets: "post", weights: "w", delays: "d" }],
    ["columns by number", { csv: "synapses.csv", sources: 0, targets: 1, weights: 2, delays: 3 }],
    ["an archive", { npz: "synapses.npz", sources: "pre", targets: "post", weights: "w", delays: "d" }],
  ])("stand for lists of connections: %s", async (_, given) => {
    expect(await runOf(connected(given))).toEqual(await runOf(connected(lists)));
  });

  test("stand for weights, fields and start values", async () => {
    const document = (tau: unknown, weight: unknown, start: unknown): object => ({
      ...wired({ weight: { bySource: weight } }, { initial: { a: { potential: start } } }),
      model: {
        populations: { a: { ...soma, potentialTau: tau }, b: soma },
        projections: {
          ab: { from: "a", to: "b", connect: parts.half, synapse: parts.exponential, weight: { bySource: weight } },
        },
      },
    });
    const taus = { csv: "tau.csv", column: "tau" };
    const fromFiles = await runOf(document(taus, taus, { npy: "start.npy" }));
    const values = [8, 9, 10, 11, 12, 13];
    expect(fromFiles).toEqual(await runOf(document(values, values, [-60, -59, -58, -57, -56, -56])));
  });

  test("are told with their line", async () => {
    const explicitly = { csv: "late.csv", sources: "pre", targets: "post" };
    expect(await problems(connected(explicitly), { readFile })).toEqual([
      'experiment.model.projections.ab.connect.explicit.csv ("late.csv" line 3, column "post") must be a whole number from 0 to 5; received 9. Count the units of the population from 0.',
    ]);
  });

  test.each([
    [{ csv: "synapses.csv", sources: "pre" }, ConfigError, "explicit.targets is missing. Name the column of targets."],
    [{ csv: "synapses.csv", sources: "pr", targets: 1 }, FileError, "explicit.csv cannot be used: synapses.csv"],
    [
      { npz: "synapses.npz", sources: "pr", targets: "post" },
      FileError,
      'must contain an array "pr"; received pre, post, w, d',
    ],
    [{ npy: "start.npy", sources: 0, targets: 1 }, ConfigError, "explicit.npy contains only one array"],
    [{ csv: "none.csv", sources: 0, targets: 1 }, FileError, "none.csv cannot be read: it does not exist."],
  ])("are refused where they do not hold what is asked for: %#", async (given, kind, message) => {
    const error = await experiment(connected(given), { readFile }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(message);
  });
});
