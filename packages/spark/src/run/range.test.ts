import { describe, expect, test } from "vitest";
import { logNormal, normal, uniform } from "../config/initializer.ts";
import { allToAll, explicit } from "../connectivity/rule.ts";
import { byDistance, bySource, byTarget, type SynapseValues } from "../connectivity/values.ts";
import { ConfigError } from "../errors/errors.ts";
import { brain } from "../graph/brain.ts";
import { neuron } from "../graph/neuron.ts";
import { type CurrentInput, ornsteinUhlenbeck, sine } from "../inputs/forms.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { PoissonDrive } from "../sources/drive.ts";
import { DeltaSynapse } from "../synapses/delta.ts";
import { ExponentialSynapse } from "../synapses/exponential.ts";
import { compile, simulate } from "./simulate.ts";

const BEYOND = 1e39;
const TINY = 1e-50;

const network = (projection: object = {}, drive: object = {}, tau = 5) =>
  brain({
    populations: { a: LeakySoma({ units: [2] }), b: LeakySoma({ units: [2] }) },
    positions: { a: [[0], [1]], b: [[0], [1]] },
    projections: {
      ab: { from: "a", to: "b", connect: allToAll(), weight: 1, synapse: ExponentialSynapse({ tau }), ...projection },
    },
    drives: { d: { to: "a", synapse: ExponentialSynapse(), drive: PoissonDrive({ rate: 5, ...drive }) } },
  });

const problemOf = async (attempt: () => unknown): Promise<string> => {
  try {
    await attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  return "";
};

describe("single precision refuses", () => {
  test.each<[string, SynapseValues, string]>([
    ["one weight", BEYOND, "1.4e-45 to 3.4e+38; received weights of 1e+39 pA."],
    ["a tiny weight", TINY, "is outside the range of single precision, "],
    ["a listed weight", [1, 2, BEYOND, 4], "is outside"],
    ["the weight of a source", bySource([1, BEYOND]), "is outside"],
    ["the weight of a target", byTarget([TINY, 1]), "is outside"],
    ["the bound of drawn weights", uniform({ min: 1, max: BEYOND }), "is outside"],
    ["the median of drawn weights", logNormal({ median: BEYOND, sigma: 1 }), "is outside"],
    ["drawn weights whose spread reaches too far", normal({ mean: 0, std: 1e38 }), "received weights of 6.764e+38 pA."],
    ["drawn weights whose logarithms spread too far", logNormal({ median: 1, sigma: 100 }), "received weights of 5.7"],
    ["drawn weights that all vanish", uniform({ min: 0, max: TINY }), "received weights of 1e-50 pA."],
    ["weights of large distances", byDistance({ offset: 1, slope: -BEYOND }), "received weights of -1e+39 pA."],
  ])("%s", async (_, weight, message) => {
    const refused = await problemOf(() => simulate(network({ weight }), { duration: 1 }));
    expect(refused).toMatch(/^brain\.projections\.ab\.weight /);
    expect(refused).toContain(message);
    expect(await problemOf(() => simulate(network({ weight }), { duration: 1, dtype: "f64" }))).toBe("");
  });

  test.each<[string, SynapseValues]>([
    ["the largest number", 3.4028234663852886e38],
    ["a bounded normal distribution", normal({ mean: 0, std: 1e38, min: -3e38, max: 3e38 })],
    ["a bounded log-normal distribution", logNormal({ median: 1, sigma: 100, max: 1 })],
    ["distances with a bound", byDistance({ offset: 0, slope: BEYOND, max: 5 })],
    ["draws around 0", normal({ mean: 0, std: 1 })],
  ])("no weights within its range: %s", async (_, weight) => {
    expect(await problemOf(() => simulate(network({ weight }), { duration: 1 }))).toBe("");
  });

  test("weights of a rule, values of synapses and drives, also drawn ones", async () => {
    const rule = explicit({ sources: [0, 1], targets: [0, 1], weights: [1, BEYOND], delays: [1, 1] });
    const cases: [object | undefined, object | undefined, unknown, string][] = [
      [{ connect: rule, weight: undefined }, {}, 5, "brain.projections.ab.connect.explicit.weights is outside"],
      [{}, { weight: BEYOND }, 5, "brain.drives.d.weight is outside"],
      [{}, { weight: [1, TINY] }, 5, "brain.drives.d.weight is outside"],
      [{}, { weight: uniform({ min: 1e38, max: 1e45 }) }, 5, "brain.drives.d.weight is outside"],
      [{}, {}, BEYOND, "brain.projections.ab.synapse.tau is outside"],
      [{}, {}, uniform({ min: 1e-52, max: TINY }), "brain.projections.ab.synapse.tau is outside"],
    ];
    for (const [projection, drive, tau, message] of cases) {
      const attempt = () => simulate(network(projection, drive, tau as number), { duration: 1 });
      expect(await problemOf(attempt)).toContain(message);
    }
  });

  test("drawn parameters and initial values before the first run or step", async () => {
    const resistance = uniform({ min: 1e38, max: 1e45 });
    expect(await problemOf(() => compile(LeakySoma({ resistance })))).toContain("LeakySoma.resistance is outside");
    const initial = { potential: uniform({ min: 1e38, max: 1e45 }) };
    expect(await problemOf(() => compile(LeakySoma(), { initial }))).toContain("initial.potential[0] is outside");
    const both = { initial: { b: { potential: [0, BEYOND] } } };
    expect(await problemOf(() => compile(network(), both))).toContain("initial.b.potential[1] is outside");
  });

  test("currents of single steps, and keeps those from before", async () => {
    const soma = await compile(LeakySoma({ units: [2] }));
    soma.step({ current: 250 });
    const message =
      'is outside the range of single precision, 1.4e-45 to 3.4e+38; received 1e+39 pA. Use dtype: "f64".';
    expect(await problemOf(() => soma.step({ current: BEYOND }))).toBe(`step.current ${message}`);
    expect(await problemOf(() => soma.step({ current: Float64Array.of(1, BEYOND) }))).toBe(
      `step.current[1] ${message}`,
    );
    expect([...soma.current]).toEqual([250, 250]);
    const double = await compile(LeakySoma({ units: [2] }), { dtype: "f64" });
    expect(await problemOf(() => double.step({ current: Float64Array.of(1, BEYOND) }))).toBe("");
    const cells = await compile(network());
    expect(await problemOf(() => cells.step({ b: { current: -BEYOND } }))).toContain("step.b.current is outside");
    expect(await problemOf(() => cells.step({ b: { current: Number.NaN } }))).toContain("step.b.current must be");
  });

  test("weights that are written", async () => {
    const cells = await compile(network());
    const weights = cells.weights("ab");
    expect(await problemOf(() => weights.write(BEYOND))).toContain("brain.projections.ab.weights[0] is outside");
    expect(await problemOf(() => weights.write([TINY], [2]))).toContain("brain.projections.ab.weights[0] is outside");
    expect([...weights.read()]).toEqual([1, 1, 1, 1]);
    weights.write([1, 2, 3, 3e38]);
    expect(weights.read()[3]).toBe(Math.fround(3e38));
    const snapshot = cells.snapshot();
    const changed = { ...snapshot, weights: { ab: Float64Array.of(1, 2, BEYOND, 3) } };
    expect(await problemOf(() => cells.restore(changed))).toContain(
      "snapshot.weights.ab[2] must be a finite number in f32; received 1e+39.",
    );
    const double = await compile(network(), { dtype: "f64" });
    double.weights("ab").write(BEYOND);
    expect(double.weights("ab").read()[3]).toBe(BEYOND);
  });
});

test("single precision refuses inputs that only their sum or their start carries beyond its range", async () => {
  const run = (current: CurrentInput, dtype: "f32" | "f64" = "f32") =>
    problemOf(() => simulate(LeakySoma({ units: [20] }), { duration: 1, dtype, inputs: { current } }));
  const peak = sine({ amplitude: 3e38, offset: 1e38, frequency: 10 });
  expect(await run(peak)).toContain(
    "inputs.current.sine.amplitude plus offset is outside the range of single precision",
  );
  expect(await run(peak, "f64")).toBe("");
  const noise = ornsteinUhlenbeck({ mean: 3.3e38, std: 3e38, tau: 5 });
  expect(await run(noise)).toContain("inputs.current.ornsteinUhlenbeck.std starts from a value that is outside");
  expect(await run(noise, "f64")).toBe("");
});

test("double precision refuses draws beyond its range", async () => {
  const weight = normal({ mean: 0, std: 1e308 });
  expect(await problemOf(() => compile(network({ weight }), { dtype: "f64" }))).toBe(
    "brain.projections.ab.weight must be finite; received weights of Infinity pA. Use smaller numbers.",
  );
});

test("weights are refused with all problems of all projections, before the first run", async () => {
  const wired = (weight: SynapseValues) => ({ from: "a", to: "a.s", connect: allToAll(), weight }) as const;
  const model = brain({
    populations: { a: neuron({ soma: LeakySoma({ units: [2] }), synapses: { s: DeltaSynapse() }, inhibitory: true }) },
    projections: { loop: wired(normal({ mean: BEYOND, std: 1 })), other: wired(-2) },
  });
  expect(await problemOf(() => compile(model, { initial: { a: { potential: BEYOND } } }))).toMatchInlineSnapshot(`
    "initial.a.potential is outside the range of single precision, 1.4e-45 to 3.4e+38; received 1e+39 mV. Use dtype: "f64".
    brain.projections.loop.weight is outside the range of single precision, 1.4e-45 to 3.4e+38; received weights of 1e+39 mV. Use dtype: "f64".
    brain.projections.loop.weight must be at least 0 if source units are inhibitory, whose spikes count as -1; received draws without a lower bound. Give magnitudes; for drawn weights, set min: 0.
    brain.projections.other.weight must be at least 0 if source units are inhibitory, whose spikes count as -1; received -2 mV. Give magnitudes; for drawn weights, set min: 0."
  `);
});
