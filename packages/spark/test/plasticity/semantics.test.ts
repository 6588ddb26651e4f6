import { describe, expect, test } from "vitest";
import {
  add,
  brain,
  compile,
  DeltaSynapse,
  field,
  float,
  mul,
  NearestTripletStdp,
  neuron,
  PairStdp,
  type Plasticity,
  plasticity,
  quantity,
  SpikeArray,
  SpikeReplay,
  simulate,
  sub,
  TripletStdp,
} from "../../src/entries/index.ts";
import { Told } from "./told.test-support.ts";

/* The order of the moments of a step, delays, and published values. */

interface Pair {
  readonly rule: Plasticity;
  readonly weight?: number;
  /** ms */
  readonly delay?: number;
  readonly dt?: number;
  /** Times at which the presynaptic unit emits and the postsynaptic unit spikes, ms. */
  readonly pre: readonly number[];
  readonly post: readonly number[];
  readonly inhibitory?: boolean;
}

/** The weight of one synapse after two spike trains, and what its spikes delivered. */
const after = async ({ rule, weight = 1, delay, dt = 1, pre, post, inhibitory = false }: Pair) => {
  const source = inhibitory ? neuron({ soma: Told({ units: [1] }), inhibitory: true }) : SpikeReplay({ units: [1] });
  const network = brain({
    populations: { pre: source, post: Told({ units: [1] }) },
    projections: {
      one: {
        from: "pre",
        to: "post",
        connect: { allToAll: {} },
        weight,
        ...(delay !== undefined && { delay }),
        synapse: DeltaSynapse(),
        plasticity: rule,
      },
    },
  });
  const simulation = await compile(network, { dt, dtype: "f64" });
  const at = (times: readonly number[]) => new Set(times.map((time) => Math.round(time / dt)));
  const [emitted, fired] = [at(pre), at(post)];
  const on = SpikeArray.fromIndices([0], [1]);
  const off = SpikeArray.fromIndices([], [1]);
  const amounts: number[] = [];
  try {
    for (let step = 0; step <= Math.max(...emitted, ...fired) + Math.round((delay ?? dt) / dt); step++) {
      const emits = emitted.has(step);
      const spikes = inhibitory ? { current: emits ? 10 : 0 } : { inSpikes: emits ? on : off };
      const { post: target } = simulation.step({
        pre: spikes,
        post: { current: fired.has(step) ? 10 : 0 },
      } as never) as { post: { potential: { values: ArrayLike<number> } } };
      if (target.potential.values[0] !== 0) amounts.push(target.potential.values[0]!);
    }
    return { weight: simulation.weights("one").read()[0]!, amounts };
  } finally {
    simulation.dispose();
  }
};

const additive = PairStdp({ weightMax: 2, rate: 0.01, asymmetry: 1.05, preTau: 17, postTau: 34 });

describe("a pair of spikes", () => {
  test.each(Array.from({ length: 21 }, (_, k) => k - 10))(
    "changes the weight at a lag of %d ms by the window",
    async (lag) => {
      // The presynaptic spike arrives at 21 ms.
      const { weight } = await after({ rule: additive, pre: [20], post: [21 + lag] });
      const change =
        lag === 0
          ? // In one step, the arrival comes first: it sees no trace, and the postsynaptic spike sees all of it.
            0.02
          : lag > 0
            ? 0.02 * Math.exp(-lag / 17)
            : -0.021 * Math.exp(lag / 34);
      expect(weight).toBeCloseTo(1 + change, 14);
    },
  );

  test("is as far apart for every dt, and counts from the arrival of the spike", async () => {
    for (const dt of [0.1, 0.5, 2.5]) {
      const { weight } = await after({ rule: additive, dt, delay: 5, pre: [10], post: [27.5] });
      expect(weight).toBeCloseTo(1 + 0.02 * Math.exp(-12.5 / 17), 13);
    }
  });

  test("delivers the weight from before the arrival", async () => {
    const { weight, amounts } = await after({ rule: additive, pre: [20], post: [10] });
    expect(amounts).toEqual([1]);
    expect(weight).toBeLessThan(1);
  });

  test("changes the magnitude of an inhibitory synapse, which keeps its sign", async () => {
    const { weight, amounts } = await after({ rule: additive, pre: [20, 40], post: [30], inhibitory: true });
    expect(weight).toBeCloseTo(1 + 0.02 * Math.exp(-9 / 17) - 0.021 * Math.exp(-11 / 34), 14);
    expect(amounts).toEqual([-1, -(1 + 0.02 * Math.exp(-9 / 17))].map((value) => expect.closeTo(value, 14)));
  });
});

test("all updates of a moment use the values from before it", async () => {
  const Order = plasticity(
    "Order",
    { gain: field(2, "1", "Gain.") },
    {
      about: "For tests.",
      pre: () => ({ count: float(0, "1", "Arrivals.") }),
      post: () => ({ count: float(0, "1", "Spikes.") }),
      synapse: () => ({ last: float(0, "weight", "The weight before the last event.") }),
      arrive: (x) => ({
        amount: mul(x.gain, x.weight),
        weight: add(x.weight, mul(x.pre.count, quantity(1, "weight"))),
        pre: { count: add(x.pre.count, 1) },
        synapse: { last: x.weight },
      }),
      fire: (x) => ({
        weight: sub(x.weight, mul(x.post.count, quantity(10, "weight"))),
        post: { count: add(x.post.count, 1) },
        synapse: { last: x.weight },
      }),
    },
  );
  const { weight, amounts } = await after({ rule: Order(), weight: 100, pre: [0, 2, 4], post: [1, 3] });
  // Arrivals at 1, 3 and 5: they add 0, 1 and 2. Spikes at 1 and 3 take 0 and 10.
  expect(amounts).toEqual([200, 200, 2 * 91]);
  expect(weight).toBe(100 + 0 + 1 - 10 + 2);
});

/** Pfister and Gerstner 2006, visual cortex: 60 pairs at a lag of ±10 ms, by their rate in Hz; from the equations, event by event. */
const frequencies = [
  [10, 0.1321, -0.3336, 0.1186, -0.3322],
  [20, 0.247, -0.3516, 0.2278, -0.3417],
  [40, 0.5337, 0.1548, 0.5321, 0.1737],
  [50, 0.7409, 0.7272, 0.7627, 0.7492],
] as const;
const minimal = {
  pairPotentiation: 0,
  tripletPotentiation: 6.5e-3,
  pairDepression: 7.1e-3,
  tripletDepression: 0,
  postSlowTau: 114,
};

describe.each(frequencies)("triplets at %d Hz", (rate, fullPre, fullPost, minimalPre, minimalPost) => {
  test.each([
    ["full, pre before post", {}, 10, fullPre],
    ["full, post before pre", {}, -10, fullPost],
    ["minimal, pre before post", minimal, 10, minimalPre],
    ["minimal, post before pre", minimal, -10, minimalPost],
  ] as const)("%s", async (_, parameters, lag, change) => {
    const times = Array.from({ length: 60 }, (_, k) => 100 + (k * 1000) / rate);
    // Spikes arrive one step of 5 ms after they were emitted.
    const pair = { pre: times.map((time) => time - 5), post: times.map((time) => time + lag), dt: 5 };
    const { weight } = await after({ rule: TripletStdp(parameters), ...pair });
    expect(weight - 1).toBeCloseTo(change, 4);
  });
});

describe("nearest triplets", () => {
  const rule = NearestTripletStdp({ preset: "visualCortex" });
  const p = NearestTripletStdp.presets.visualCortex as Readonly<Record<string, number>>;

  test("see only the last spike of each side", async () => {
    // Arrivals at 10 and 20 ms, spikes at 25, 30 and 60 ms, and an arrival at 70 ms.
    const { weight } = await after({ rule, pre: [9, 19, 69], post: [25, 30, 60] });
    const grow = (pre: number, post?: number): number =>
      Math.exp(-pre / 16.8) *
      (p["pairPotentiation"]! +
        (post === undefined ? 0 : p["tripletPotentiation"]! * Math.exp(-post / p["postSlowTau"]!)));
    const shrink = (post: number, pre: number): number =>
      Math.exp(-post / 33.7) * (p["pairDepression"]! + p["tripletDepression"]! * Math.exp(-pre / p["preSlowTau"]!));
    expect(weight).toBeCloseTo(1 + grow(5) + grow(10, 5) + grow(40, 30) - shrink(10, 50), 12);
  });

  test("with one spike on each side, are those of all spikes", async () => {
    const taus = { preSlowTau: 300, postSlowTau: 50 };
    for (const lag of [-10, 10]) {
      const pair = { pre: [20], post: [21 + lag] };
      const amplitudes = {
        pairPotentiation: 0.01,
        tripletPotentiation: 0.02,
        pairDepression: 0.03,
        tripletDepression: 0,
      };
      const { weight } = await after({ rule: NearestTripletStdp({ ...taus, ...amplitudes }), ...pair });
      expect(weight).toBe((await after({ rule: TripletStdp({ ...taus, ...amplitudes }), ...pair })).weight);
    }
  });
});

describe("presets of rules", () => {
  test("are defaults, beside which other parameters may stand", () => {
    const { fields } = TripletStdp({ preset: "hippocampus", weightMax: 2 });
    expect(fields).toEqual(TripletStdp({ ...TripletStdp.presets.hippocampus, weightMax: 2 }).fields);
    expect(fields).not.toEqual(TripletStdp({ weightMax: 2 }).fields);
  });

  test("with another name are refused, with the nearest one", () => {
    expect(() => TripletStdp({ preset: "hippocampos" } as never)).toThrow(
      'TripletStdp.preset is not a preset of TripletStdp; received "hippocampos"',
    );
  });
});

describe("learning", () => {
  const network = brain({
    populations: { pre: SpikeReplay({ units: [30] }), post: Told({ units: [20] }) },
    projections: {
      some: {
        from: "pre",
        to: "post",
        connect: { pairwiseBernoulli: { probability: 0.2 } },
        weight: { uniform: { min: 0, max: 1 } },
        synapse: DeltaSynapse(),
        plasticity: PairStdp({ rate: 0.1 }),
      },
    },
  });
  const inputsFor = (steps: number) => {
    const events = {
      steps: Array.from({ length: 2 * steps }, (_, k) => 1 + (k >> 1)),
      units: Array.from({ length: 2 * steps }, (_, k) => (k * 7) % 30),
    };
    return { pre: { inSpikes: { events } }, post: { current: { sine: { amplitude: 10, frequency: 40 } } } } as never;
  };

  test("starts anew after reset: weights, traces and structure", async () => {
    const simulation = await compile(network, { dt: 1 });
    const weights = simulation.weights("some");
    const fresh = weights.read();
    const ends = weights.select();
    await simulation.run({ duration: 300, inputs: inputsFor(300) });
    const learned = weights.read();
    expect(learned).not.toEqual(fresh);
    expect(learned.length).toBe(fresh.length);
    expect(weights.select()).toEqual(ends);
    simulation.reset();
    expect(simulation.weights("some").read()).toEqual(fresh);
    await simulation.run({ duration: 300, inputs: inputsFor(300) });
    expect(simulation.weights("some").read()).toEqual(learned);
    simulation.dispose();
  });

  test("goes on with weights that the user writes", async () => {
    const simulation = await compile(network, { dt: 1 });
    await simulation.run({ duration: 100, inputs: inputsFor(100) });
    simulation.weights("some").write(0.5);
    expect([...simulation.weights("some").read()].every((weight) => weight === 0.5)).toBe(true);
    await simulation.run({ duration: 100, inputs: inputsFor(100) });
    expect([...simulation.weights("some").read()].some((weight) => weight !== 0.5)).toBe(true);
    simulation.dispose();
  });

  test("stays within the bounds", async () => {
    const simulation = await compile(network, { dt: 1 });
    await simulation.run({ duration: 300, inputs: inputsFor(300) });
    for (const weight of simulation.weights("some").read()) {
      expect(weight).toBeGreaterThanOrEqual(0);
      expect(weight).toBeLessThanOrEqual(1);
    }
    simulation.dispose();
  });

  test("runs with simulate, on every backend by name", async () => {
    const counts = await Promise.all(
      (["wasm", "interpreter", "fastest"] as const).map(async (backend) => {
        const run = await simulate(network, {
          duration: 20,
          dt: 1,
          backend,
          inputs: inputsFor(20),
          record: { post: { outSpikes: true } },
        });
        return run.post.outSpikes.count;
      }),
    );
    expect(new Set(counts).size).toBe(1);
  });
});
