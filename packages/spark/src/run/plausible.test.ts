import { describe, expect, it } from "vitest";
import { field, positive } from "../config/field.ts";
import { allToAll, pairwiseBernoulli } from "../connectivity/rule.ts";
import type { Float } from "../expr/expr.ts";
import { add, gt, mul, relax, select } from "../expr/verbs.ts";
import { brain } from "../graph/brain.ts";
import { float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { LIFNeuron } from "../neurons/ready-made.ts";
import { PairStdp, plasticityRules, QuadrupletRule, TripletStdp } from "../plasticity/index.ts";
import { AdaptiveLeakySoma, LeakySoma, RefractoryLeakySoma } from "../somas/leaky.ts";
import { PoissonDrive } from "../sources/drive.ts";
import { PoissonSource } from "../sources/poisson.ts";
import { DeltaSynapse } from "../synapses/delta.ts";
import { ExponentialSynapse } from "../synapses/exponential.ts";
import { responseOf } from "./magnitudes.ts";
import { compile, simulate } from "./simulate.ts";

const base = { duration: 10, dt: 0.1 };
const warningsOf = async (soma: Parameters<typeof simulate>[0], options: object = { inputs: { current: 300 } }) =>
  (await simulate(soma, { ...base, ...options } as never)).warnings;

describe("time constants", () => {
  it("that are shorter than a step are named, with the value that seconds suggest", async () => {
    expect(await warningsOf(LeakySoma({ potentialTau: 20 }))).toEqual([]);
    expect(await warningsOf(LeakySoma({ potentialTau: 0.02 }))).toEqual([
      "LeakySoma.potentialTau, 0.02 ms, is shorter than the time step, 0.1 ms. Use a shorter dt. For 0.02 s, write 20.",
    ]);
    expect(await warningsOf(LeakySoma({ units: [2], potentialTau: [20, 0.09] }))).toEqual([
      expect.stringContaining("LeakySoma.potentialTau, 0.09 ms, is shorter"),
    ]);
  });

  it("that are counted as 0 steps are named", async () => {
    expect(await warningsOf(RefractoryLeakySoma({ cooldown: 0 }))).toEqual([]);
    expect(await warningsOf(RefractoryLeakySoma({ cooldown: 0.06 }))).toEqual([]);
    expect(await warningsOf(RefractoryLeakySoma({ cooldown: 0.04 }))).toEqual([
      "RefractoryLeakySoma.cooldown, 0.04 ms, is less than half a time step, 0.1 ms, so it counts as 0 steps. Use a shorter dt.",
    ]);
  });

  it("that are short for the default time step are named if dt is omitted", async () => {
    const omitted = { dt: undefined, inputs: { current: 300 } };
    expect(await warningsOf(LeakySoma(), omitted)).toEqual([]);
    expect(await warningsOf(LeakySoma({ potentialTau: 5 }), omitted)).toEqual([
      "dt was omitted, so the time step is 1 ms, which is coarse for LeakySoma.potentialTau, 5 ms. Give dt, such as 0.1.",
    ]);
    expect(await warningsOf(LeakySoma({ potentialTau: 5, dt: 1 }), omitted)).toEqual([]);
    expect(await warningsOf(RefractoryLeakySoma({ cooldown: 3 }), omitted)).toEqual([]);
    expect(await warningsOf(RefractoryLeakySoma({ cooldown: 2.5 }), omitted)).toEqual([
      expect.stringContaining("RefractoryLeakySoma.cooldown, 2.5 ms. Give dt"),
    ]);
  });
});

describe("a start at 0 mV", () => {
  const fields = {
    potentialRest: field(-65, "mV", "Rest."),
    threshold: field(-50, "mV", "Threshold."),
    potentialTau: field(10, "ms", "Time constant.", positive),
    resistance: field(0.1, "GΩ", "Resistance."),
  };
  const declare = (roles: object, state?: (x: { readonly potentialRest: Float }) => Record<never, never>) =>
    soma("StartSoma", fields, {
      about: "",
      roles,
      ...(state && { state }),
      step(x) {
        const v = relax(x.potential, add(x.potentialRest, mul(x.resistance, x.current)), x.potentialTau);
        const spikes = gt(v, x.threshold);
        return { spikes, potential: select(spikes, x.potentialRest, v) };
      },
    });
  const remedy =
    'Set initial.potential, or declare the start of the soma: state: (x) => ({ potential: float(x.potentialRest, "mV", "…") }).';
  const inputs = { current: 200 };

  it("is named where the soma declares none and 0 mV is not below its threshold", async () => {
    expect(await warningsOf(declare({ threshold: "threshold" })(), { inputs })).toEqual([
      `StartSoma.potential starts at 0 mV, which is not below threshold, -50 mV. ${remedy}`,
    ]);
    expect(await warningsOf(declare({})(), { inputs })).toEqual([
      `StartSoma.potential starts at 0 mV, which is not potentialRest, -65 mV. ${remedy}`,
    ]);
  });

  it("is not named for another start, declared or of the run", async () => {
    const roles = { threshold: "threshold" };
    expect(await warningsOf(declare(roles)(), { inputs, initial: { potential: -65 } })).toEqual([]);
    const declared = declare(roles, (x) => ({
      potential: float(x.potentialRest, "mV", "Potential."),
    }));
    expect(await warningsOf(declared(), { inputs })).toEqual([]);
    expect(await warningsOf(LeakySoma({ potentialRest: 0, threshold: 20, potentialReset: 5 }))).toEqual([]);
  });
});

describe("currents", () => {
  it("are compared with the current that makes a unit spike", () => {
    // The potential rises by resistance · current, so 20 mV take 20 mV / 0.1 GΩ = 200 pA.
    const { height, resistance } = responseOf(LeakySoma().build({}, { dt: 0.1 }))!;
    expect(resistance).toBeCloseTo(0.1, 10);
    expect(height).toBeGreaterThanOrEqual(20);
    expect(height).toBeLessThan(20.02);
    expect(responseOf(PoissonSource({ rate: 5 }).build() as never)).toBeUndefined();
  });

  it.each([
    ["a number", 0.3],
    ["an array", [0.3]],
    ["a wave", { sine: { amplitude: 0.2, offset: 0.1, frequency: 5 } }],
    ["a step", { step: { amplitude: 0.3, from: 2, to: 8 } }],
    ["a series", { series: [0, 0.3], interval: 5 }],
    ["a sum", { sum: [0.1, { step: { amplitude: 0.2, from: 2, to: 8 } }] }],
  ])("in nA are named: %s", async (_, current) => {
    const [warning, ...more] = await warningsOf(LeakySoma(), { inputs: { current } });
    expect(more).toEqual([]);
    expect(warning).toContain("inputs.current is at most 0.3 pA, but a constant current of about 2");
    expect(warning).toContain("makes a unit spike. Currents are in pA: for 0.3 nA, write 300.");
  });

  it("that are only weak or strong are not named", async () => {
    for (const current of [0, 3, 100, 200, 5000, 200_000]) {
      expect(await warningsOf(LeakySoma(), { inputs: { current } })).toEqual([]);
    }
    expect(await warningsOf(LeakySoma(), { inputs: { current: 3e5 } })).toEqual([
      expect.stringContaining("inputs.current is at most 300000 pA, but"),
    ]);
    // Noise is not known before the run.
    const noise = { whiteNoise: { mean: 0.3, std: 0.1 } };
    expect(await warningsOf(LeakySoma(), { inputs: { current: noise } })).toEqual([]);
  });
});

describe("units of parameters", () => {
  it("are doubted for resistances of MΩ and potentials of V", async () => {
    expect(await warningsOf(LeakySoma({ resistance: 100 }))).toEqual([
      "LeakySoma.resistance is 100 GΩ, far above the resistance of a neuron. For 100 MΩ, write 0.1.",
    ]);
    const volts = { potentialRest: -0.07, potentialReset: -0.07, threshold: -0.05 };
    expect(await warningsOf(LeakySoma(volts))).toEqual([
      "LeakySoma.potentialRest is -0.07 mV, which looks like volts. Potentials are in mV: for -0.07 V, write -70.",
    ]);
    // Without units.
    const pure = { potentialRest: 0, potentialReset: 0, threshold: 1, resistance: 1 };
    expect(await warningsOf(LeakySoma(pure), { inputs: { current: 1.5 } })).toEqual([]);
  });
});

describe("weights", () => {
  const net = (weight: unknown, more: object = {}) =>
    brain({
      populations: { p: PoissonSource({ units: [50], rate: 10 }), e: LIFNeuron({ units: [10] }) },
      projections: {
        pe: {
          from: "p",
          to: "e",
          connect: pairwiseBernoulli({ probability: 0.5 }),
          weight: weight as never,
          synapse: ExponentialSynapse({ tau: 5 }),
        },
        ...more,
      },
    });

  it("that cannot drive their targets are named", async () => {
    expect(await warningsOf(net(50), {})).toEqual([]);
    expect(await warningsOf(net(0.05), {})).toEqual([
      expect.stringMatching(
        /^brain\.projections\.pe\.weight is at most 0\.05 pA\. .* changes the potential by at most 0\.125 mV .* Weights are in pA: check whether a value in nA was meant\.$/,
      ),
    ]);
    expect(await warningsOf(net(0.05), { inputs: { e: { current: 300 } } })).toEqual([]);
  });

  it("that are far too strong are named", async () => {
    expect(await warningsOf(net(5e6), {})).toEqual([
      expect.stringContaining("brain.projections.pe.weight reaches 5000000 pA"),
    ]);
  });

  it("of both signs from one unit are named", async () => {
    expect(await warningsOf(net({ normal: { mean: 50, std: 5 } }), {})).toEqual([]);
    expect(await warningsOf(net({ normal: { mean: 50, std: 50, min: 0 } }), {})).toEqual([]);
    expect(await warningsOf(net({ normal: { mean: 50, std: 50 } }), {})).toEqual([
      "brain.projections.pe.weight has both signs: about 16 % of the weights are negative, although they come from one population, p. A neuron excites or inhibits all its targets. For drawn weights, set min: 0 or max: 0.",
    ]);
    const back = { from: "p", to: "e", connect: allToAll(), weight: -50, synapse: ExponentialSynapse({ tau: 5 }) };
    expect(await warningsOf(net(50, { back }), {})).toEqual([
      "brain.projections.pe.weight and brain.projections.back.weight have opposite signs, although they come from one population, p. A neuron excites or inhibits all its targets. Divide the population.",
    ]);
  });
});

describe("parameters without an effect", () => {
  it("are named with the reason", async () => {
    expect(await warningsOf(AdaptiveLeakySoma({ thresholdTau: 50, thresholdDelta: 5 }))).toEqual([]);
    expect(await warningsOf(AdaptiveLeakySoma({ thresholdTau: 50, thresholdDelta: 0 }))).toEqual([
      "AdaptiveLeakySoma.thresholdTau has no effect, because thresholdDelta is 0.",
    ]);
    const jumps = brain({
      populations: { p: PoissonSource({ units: [50], rate: 10 }), e: LIFNeuron({ units: [10], resistance: 0.2 }) },
      projections: { pe: { from: "p", to: "e", connect: allToAll(), weight: 1, synapse: DeltaSynapse() } },
    });
    const [first, ...more] = await warningsOf(jumps, {});
    expect([first, more]).toEqual([
      "brain.populations.e.resistance has no effect, because no current reaches the units.",
      [],
    ]);
  });

  it("are not named if a start value or a drive gives them one", async () => {
    expect(await warningsOf(LeakySoma({ potentialTau: 10 }), {})).toEqual([
      "LeakySoma gets no input and starts at rest, so nothing happens. Give it an input.",
    ]);
    expect(await warningsOf(LeakySoma({ potentialTau: 10 }), { initial: { potential: -50 } })).toEqual([]);
    const driven = brain({
      populations: { e: LIFNeuron({ units: [10], resistance: 0.2 }) },
      drives: { noise: { to: "e.excitatory", drive: PoissonDrive({ rate: 1000, weight: 50 }) } },
    });
    expect(await warningsOf(driven, {})).toEqual([]);
  });

  it("are not named in simulations whose later runs may have other inputs, nor again in later runs", async () => {
    const simulation = await compile(LeakySoma({ resistance: 100 }), { dt: 0.1 });
    const run = (current: number) => simulation.run({ duration: 1, inputs: { current } });
    expect((await run(0)).warnings).toEqual([expect.stringContaining("LeakySoma.resistance is 100 GΩ")]);
    expect((await run(1)).warnings).toEqual([]);
    simulation.dispose();
  });
});

describe("a projection that learns", () => {
  const learning = (options: object) => {
    const all = { from: "input", to: "cell", connect: allToAll(), weight: 0.5, synapse: DeltaSynapse() };
    const network = brain({
      populations: { input: PoissonSource({ units: [20], rate: 50 }), cell: LeakySoma({ units: [2] }) },
      projections: { learned: { ...all, ...options } },
    } as never);
    return warningsOf(network as never, {});
  };

  it("begins within the bounds of its rule", async () => {
    for (const rule of Object.values(plasticityRules)) expect(await learning({ plasticity: rule() })).toEqual([]);
    const above = [
      "brain.projections.learned.weight is up to 3 mV, above weightMax of PairStdp, 1 mV. The first change of a weight reduces it to weightMax. Raise weightMax, or begin below it.",
    ];
    expect(await learning({ plasticity: PairStdp(), weight: 3 })).toEqual(above);
    expect(await learning({ plasticity: PairStdp(), weight: { uniform: { min: 0, max: 3 } } })).toEqual(above);
    expect(await learning({ plasticity: PairStdp({ weightMax: 3 }), weight: 3 })).toEqual([]);
    expect(await learning({ plasticity: PairStdp(), weight: -0.5 })).toEqual([
      "brain.projections.learned.weight is negative, but PairStdp learns magnitudes, which are at least 0. Give a magnitude, and make the source population inhibitory.",
    ]);
  });

  it("does not cross its range at once", async () => {
    const crosses = (bound: number) => [
      `brain.projections.learned.plasticity: one pair of spikes changes a weight by its whole range, 0 to ${bound} mV. Reduce the learning rate, or raise weightMax.`,
    ];
    expect(await learning({ plasticity: PairStdp({ rate: 50 }) })).toEqual(crosses(1));
    expect(await learning({ plasticity: TripletStdp({ pairDepression: 300 }) })).toEqual(crosses(100));
    expect(await learning({ plasticity: QuadrupletRule({ rate: 1e4 }) })).toEqual(crosses(20));
    expect(await learning({ plasticity: PairStdp({ rate: 0.3 }) })).toEqual([]);
  });
});
