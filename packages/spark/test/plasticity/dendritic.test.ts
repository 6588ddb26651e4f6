import { describe, expect, test } from "vitest";
import {
  brain,
  brainTable,
  ClopathStdp,
  compile,
  DeltaSynapse,
  documentOf,
  drawsFor,
  experiment,
  PairStdp,
  type Plasticity,
  plasticityRules,
  SpikeArray,
  SpikeReplay,
  simulate,
  TripletStdp,
  WeightNormalization,
} from "../../src/entries/index.ts";
import { Told } from "./told.test-support.ts";

/*
 * A dendritic delay b shifts postsynaptic spikes against arrivals at a synapse. Learning is therefore that of a network with an
 * axonal delay, whose target units spike 2·b later: a spike reaches the synapse b later, and an arrival b earlier.
 */

const steps = 400;
const [sources, targets] = [5, 4];
const draws = drawsFor(3, "dendritic");
const rows = Array.from({ length: steps }, (_, step) =>
  Array.from({ length: targets }, (_, unit) => (draws.uniform(unit, step) < 0.05 && step < steps - 20 ? 10 : 0)),
);
const spikes = Array.from({ length: steps }, (_, step) => step + 1).flatMap((step) =>
  Array.from({ length: sources }, (_, unit) => [step, unit] as const).filter(
    ([, unit]) => draws.uniform(100 + unit, step) < 0.06,
  ),
);

interface Case {
  readonly rule: Plasticity | readonly Plasticity[];
  readonly delay: number | readonly number[];
  readonly dendriticDelay?: number;
  /** Steps by which target units spike late. */
  readonly late?: number;
  readonly dt?: number;
  readonly dtype?: "f32" | "f64";
  readonly backend?: "interpreter" | "wasm";
}

const networkOf = ({ rule, delay, dendriticDelay }: Case) =>
  brain({
    populations: { pre: SpikeReplay({ units: [sources] }), post: Told({ units: [targets] }) },
    projections: {
      learned: {
        from: "pre",
        to: "post",
        connect: { allToAll: {} },
        weight: Array.from({ length: sources * targets }, (_, k) => 0.2 + 0.03 * k),
        delay,
        synapse: DeltaSynapse(),
        plasticity: rule,
        ...(dendriticDelay !== undefined && { dendriticDelay }),
      },
    },
  });

const run = async (given: Case) => {
  const { late = 0, dt = 0.5, dtype = "f64", backend = "wasm" } = given;
  const current = { steps: rows.map((_, step) => rows[step - late] ?? rows[steps - 1]!) };
  const duration = steps * dt;
  const { post, weights } = await simulate(networkOf(given), {
    dt,
    dtype,
    backend,
    duration,
    inputs: {
      pre: { inSpikes: { steps: spikes.map(([step]) => step), units: spikes.map(([, unit]) => unit) } },
      post: { current },
    },
    record: { post: { potential: true }, weights: { learned: { every: 40 * dt } } },
  });
  return { potential: [...post.potential.values], weights: [...weights.learned.values] };
};

const all = plasticityRules as unknown as Readonly<Record<string, (config?: object) => Plasticity>>;
const rules: (readonly [string, Plasticity | readonly Plasticity[]])[] = [
  ...Object.entries(all).flatMap(([name, type]) => {
    const rule = type();
    return Object.keys(rule.model.target).length > 0 ? [] : [[name, rule] as const];
  }),
  ["several rules", [PairStdp({ weightMax: 2 }), TripletStdp(), WeightNormalization({ total: 3 })]],
];

describe("a rule with a dendritic delay sees postsynaptic spikes twice as late", () => {
  test.each(rules)("%s", async (_, rule) => {
    const delay = Array.from({ length: sources * targets }, (_, k) => 2 + 0.5 * (k % 4));
    const dendritic = await run({ rule, delay, dendriticDelay: 1.5 });
    expect(dendritic).toEqual(await run({ rule, delay, late: 6 }));
    // Single precision and the definition have the same equations.
    const single = { rule, delay, dtype: "f32" } as const;
    expect(await run({ ...single, dendriticDelay: 1.5, backend: "interpreter" })).toEqual(
      await run({ ...single, late: 6 }),
    );
  });

  test("and changes weights otherwise than an axonal delay", async () => {
    const [rule, delay] = [PairStdp({ weightMax: 2 }), 2] as const;
    const weights = async (more: Partial<Case>) => (await run({ rule, delay, ...more })).weights;
    expect(await weights({ dendriticDelay: 0.5 })).not.toEqual(await weights({}));
    expect(await weights({ dendriticDelay: 0.5 })).not.toEqual(await weights({ dendriticDelay: 1 }));
    // Rounded to whole steps, at least one.
    expect(await weights({ dendriticDelay: 0.1 })).toEqual(await weights({ dendriticDelay: 0.5 }));
    expect(await weights({ dendriticDelay: 1.1 })).toEqual(await weights({ dendriticDelay: 1 }));
  });
});

test("a pair of spikes changes the weight by its lag at the synapse", async () => {
  const dt = 0.1;
  const change = async (lag: number, dendriticDelay: number): Promise<number> => {
    const rule = PairStdp({ weightMax: 10, rate: 0.01, asymmetry: 1, preTau: 20, postTau: 10 });
    const network = brain({
      populations: { pre: SpikeReplay({ units: [1] }), post: Told({ units: [1] }) },
      projections: {
        learned: {
          from: "pre",
          to: "post",
          connect: { allToAll: {} },
          weight: 5,
          delay: 3,
          dendriticDelay,
          synapse: DeltaSynapse(),
          plasticity: rule,
        },
      },
    });
    const count = 800;
    const [pre, post] = [300, 300 + Math.round(lag / dt)];
    const { weights } = await simulate(network, {
      dt,
      dtype: "f64",
      duration: count * dt,
      inputs: {
        pre: { inSpikes: { steps: [pre], units: [0] } },
        post: { current: { steps: Float32Array.from({ length: count }, (_, k) => (k + 1 === post ? 10 : 0)) } },
      },
      record: { weights: { learned: { at: [count * dt] } } },
    });
    return weights.learned.values[0]! - 5;
  };
  for (const dendritic of [0.4, 1.5, 3]) {
    for (const lag of [-8, -2, 0.5, 4, 12]) {
      // The presynaptic spike is at the synapse after 3 ms less the dendritic part, the postsynaptic one after this part.
      const between = lag + dendritic - (3 - dendritic);
      const expected = between >= 0 ? 0.1 * Math.exp(-between / 20) : -0.1 * Math.exp(between / 10);
      expect(Math.abs((await change(lag, dendritic)) - expected), `${dendritic} ${lag}`).toBeLessThan(1e-12);
    }
  }
});

test("a snapshot holds the spikes that are on their way to the synapses", async () => {
  const network = networkOf({ rule: PairStdp({ weightMax: 2 }), delay: 4, dendriticDelay: 3 });
  const all = Array.from({ length: sources }, (_, unit) => unit);
  const drive = (step: number) => ({
    post: { current: Float32Array.from(rows[step]!) },
    pre: { inSpikes: SpikeArray.fromIndices(step % 9 === 0 ? all : [], [sources]) },
  });
  const simulation = await compile(network, { dt: 0.5 });
  const other = await compile(network, { dt: 0.5, backend: "interpreter" });
  try {
    for (let step = 0; step < 60; step++) simulation.step(drive(step));
    other.restore(simulation.snapshot());
    for (let step = 60; step < 120; step++) {
      simulation.step(drive(step));
      other.step(drive(step));
    }
    expect([...other.weights("learned").read()]).toEqual([...simulation.weights("learned").read()]);
    expect(other.snapshot()).toEqual(simulation.snapshot());
  } finally {
    simulation.dispose();
    other.dispose();
  }
});

test("a document contains a dendritic delay, and the table of a network shows it", async () => {
  const network = networkOf({ rule: [PairStdp({ weightMax: 2 }), TripletStdp()], delay: 2, dendriticDelay: 1.5 });
  const document = documentOf(network, { duration: 10, dt: 0.5 });
  const { model } = JSON.parse(JSON.stringify(document));
  expect(model.projections.learned).toMatchObject({ delay: 2, dendriticDelay: 1.5 });
  expect(documentOf((await experiment(document, { kind: "brain" })).brain, { duration: 10, dt: 0.5 })).toEqual(
    document,
  );
  expect(brainTable(network).projections[0]!.delay).toBe("2 ms, of which 1.5 ms dendritic");
});

describe("refuses", () => {
  const base = { rule: PairStdp({ weightMax: 2 }), delay: 2 };
  test.each<[string, Partial<Case> | object, string]>([
    [
      "a longer part than the delay",
      { dendriticDelay: 2.5 },
      "brain.projections.learned.dendriticDelay must be at most the shortest delay of the synapses, 2 ms; received 2.5 ms.",
    ],
    [
      "a part of one of the delays",
      { delay: Array.from({ length: 20 }, (_, k) => 1 + 0.5 * (k % 3)), dendriticDelay: 1.5 },
      "must be at most the shortest delay of the synapses, 1 ms",
    ],
    [
      "a time that is none",
      { dendriticDelay: 0 },
      "brain.projections.learned.dendriticDelay must be greater than 0 ms; received 0 ms.",
    ],
    [
      "constant weights",
      { rule: undefined, dendriticDelay: 1 },
      "brain.projections.learned.dendriticDelay has no effect without plasticity",
    ],
    [
      "rules that read the soma",
      { rule: ClopathStdp(), dendriticDelay: 1 },
      "dendriticDelay cannot be combined with ClopathStdp, which reads potential",
    ],
  ])("%s", async (_, given, message) => {
    await expect((async () => run({ ...base, ...given } as Case))()).rejects.toThrow(message);
  });
});
