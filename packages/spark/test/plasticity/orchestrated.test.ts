import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  brain,
  compile,
  DeltaSynapse,
  OrchestratedStdp,
  type Plasticity,
  SpikeReplay,
  ZenkeRule,
} from "../../src/entries/index.ts";
import { Told } from "./told.test-support.ts";

/* The rule of Zenke, Agnes and Gerstner (2015) against its equations, computed event by event. */

interface Case {
  readonly weight: number;
  /** Steps, from 0, in which spikes arrive, and in which the target spikes. */
  readonly arrivals: readonly number[];
  readonly spikes: readonly number[];
  readonly duration: number;
  readonly parameters?: Readonly<Record<string, number>>;
}

const simulated = async (
  { weight, arrivals, spikes, duration, parameters }: Case,
  rule: Plasticity = OrchestratedStdp(parameters ?? {}),
): Promise<number> => {
  const network = brain({
    populations: { pre: SpikeReplay({ units: [1] }), post: Told({ units: [1] }) },
    projections: {
      one: {
        from: "pre",
        to: "post",
        connect: { allToAll: {} },
        weight,
        synapse: DeltaSynapse(),
        plasticity: rule,
      },
    },
  });
  const simulation = await compile(network, { dt: 1, dtype: "f64", backend: "wasm" });
  const current = new Float64Array(duration);
  for (const step of spikes) current[step] = 10;
  // Events count steps from 1, and spikes arrive one step after they were emitted.
  const inSpikes = { events: { steps: arrivals, units: arrivals.map(() => 0) } };
  await simulation.run({
    duration,
    inputs: { pre: { inSpikes }, post: { current: { series: current, interval: 1 } } },
  } as never);
  return simulation.weights("one").read()[0]!;
};

const fields = Object.fromEntries(
  Object.entries(OrchestratedStdp.model.fields).map(([name, field]) => [name, field.default as number]),
);

/** The weight after the same events. An arrival comes before a spike of the same step, and the interval ends after both. */
const expected = ({ weight, arrivals, spikes, duration, parameters }: Case): number => {
  const p = { ...fields, ...parameters } as Record<string, number>;
  const traceAt = (events: readonly number[], step: number, tau: number, before: boolean): number =>
    events.reduce((sum, at) => sum + (at < step || (!before && at === step) ? Math.exp((at - step) / tau) : 0), 0);
  let w = weight;
  let reference = 0;
  const within = (value: number): number => Math.min(p["weightMax"]!, Math.max(0, value));
  for (let step = 0; step < duration; step++) {
    const post = traceAt(spikes, step, p["postTau"]!, true);
    if (arrivals.includes(step)) w = within(w + p["transmitter"]! - p["depression"]! * post);
    if (spikes.includes(step)) {
      const pre = traceAt(arrivals, step, p["preTau"]!, false);
      const slow = traceAt(spikes, step, p["postSlowTau"]!, true);
      w = within(w + p["potentiation"]! * pre * slow - p["heterosynaptic"]! * post ** 3 * (w - reference));
    }
    if ((step + 1) % p["interval"]! === 0) {
      const wells =
        p["potentialStrength"]! * reference * (p["weightMiddle"]! - reference) * (p["weightUpper"]! - reference);
      reference += (p["interval"]! / p["consolidationTau"]!) * (w - reference - wells);
    }
  }
  return w;
};

const steps = (max: number) => fc.uniqueArray(fc.integer({ min: 1, max }), { maxLength: 40 });

test("follows the equations of the paper, event by event", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        weight: fc.double({ min: 0, max: 1, noNaN: true }),
        arrivals: steps(299),
        spikes: steps(299),
        duration: fc.constant(300),
        parameters: fc.constantFrom({}, { interval: 20, consolidationTau: 200, potentiation: 0.1, depression: 0.05 }),
      }),
      async (given) => {
        const sorted = { ...given, arrivals: [...given.arrivals].sort((a, b) => a - b) };
        expect(await simulated(sorted)).toBeCloseTo(expected(sorted), 11);
      },
    ),
    { numRuns: 40 },
  );
});

describe("a synapse without spikes", () => {
  /** The weight after a train of spikes of the target, which pulls it to its reference weight. */
  const pulledFrom = async (weight: number): Promise<number> => {
    const spikes = Array.from({ length: 20 }, (_, k) => 2000 + 20 * k);
    const parameters = { interval: 1, consolidationTau: 100, potentialStrength: 200, heterosynaptic: 2 };
    return simulated({ weight, arrivals: [], spikes, duration: 2400, parameters });
  };

  test("keeps a weight below the middle near 0, and one above it near the upper well", async () => {
    expect(await pulledFrom(0.1)).toBeLessThan(0.02);
    const upper = await pulledFrom(2.5);
    expect(upper).toBeGreaterThan(0.5);
  });
});

test("spikes of the target alone pull the weight towards the reference weight, which begins at 0", async () => {
  const spikes = Array.from({ length: 100 }, (_, k) => 5 * (k + 1));
  const fast = await simulated({ weight: 1, arrivals: [], spikes, duration: 600 });
  const slow = await simulated({
    weight: 1,
    arrivals: [],
    spikes: spikes.filter((_, k) => k % 10 === 0),
    duration: 600,
  });
  expect(fast).toBeLessThan(0.05);
  // The pull grows with the third power of the rate.
  expect(slow).toBeGreaterThan(0.98);
});

test("has the parameters of Python Spark's form by the conversion of the guide", async () => {
  const { preTau, postTau, postSlowTau } = fields as Readonly<Record<"preTau" | "postTau" | "postSlowTau", number>>;
  const zenke = { rate: 0.1, triplet: 2, doublet: -0.02, heterosynaptic: -400, transmitter: 2e-5 };
  const parameters = {
    potentiation: (zenke.rate * zenke.triplet) / (preTau * postSlowTau),
    depression: (-zenke.rate * zenke.doublet) / postTau,
    heterosynaptic: (-zenke.rate * zenke.heterosynaptic) / postTau ** 3,
    transmitter: zenke.rate * zenke.transmitter,
  };
  const change = async (arrivals: readonly number[], spikes: readonly number[], rule?: Plasticity) =>
    (await simulated({ weight: 1, arrivals, spikes, duration: 60, parameters }, rule)) - 1;
  // An arrival sees the traces of earlier steps in both forms.
  expect(await change([10, 30], [20], ZenkeRule({ ...zenke, triplet: 0, heterosynaptic: 0 }))).toBeCloseTo(
    await change([10, 30], [20], OrchestratedStdp({ ...parameters, potentiation: 0, heterosynaptic: 0 })),
    9,
  );
  // A postsynaptic spike also sees its own traces in Python Spark, as if another spike were in the same step.
  const only = { depression: 0, transmitter: 0, heterosynaptic: 0 };
  const own = await change([10], [20], ZenkeRule({ ...zenke, doublet: 0, transmitter: 0, heterosynaptic: 0 }));
  expect(own).toBeCloseTo(parameters.potentiation * Math.exp(-10 / preTau), 9);
  expect(await change([10], [20], OrchestratedStdp({ ...parameters, ...only }))).toBe(0);
});
