import { describe, expect, test } from "vitest";
import { logNormal, uniform } from "../config/initializer.ts";
import { allToAll, explicit } from "../connectivity/rule.ts";
import { bySource, byTarget, type SynapseValues } from "../connectivity/values.ts";
import { ConfigError } from "../errors/errors.ts";
import { brain } from "../graph/brain.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { PoissonDrive } from "../sources/drive.ts";
import { ExponentialSynapse } from "../synapses/exponential.ts";
import { compile, simulate } from "./simulate.ts";

const BEYOND = 1e39;
const TINY = 1e-50;

const network = (projection: object = {}, drive: object = {}, tau = 5) =>
  brain({
    populations: { a: LeakySoma({ units: [2] }), b: LeakySoma({ units: [2] }) },
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
    ["one weight", BEYOND, "is outside the range of single precision; received 1e+39 pA."],
    ["a tiny weight", TINY, "is outside the range of single precision; received 1e-50 pA."],
    ["a listed weight", [1, 2, BEYOND, 4], "is outside"],
    ["the weight of a source", bySource([1, BEYOND]), "is outside"],
    ["the weight of a target", byTarget([TINY, 1]), "is outside"],
    ["the bound of drawn weights", uniform({ min: 1, max: BEYOND }), "is outside"],
    ["the median of drawn weights", logNormal({ median: BEYOND, sigma: 1 }), "is outside"],
  ])("%s", async (_, weight, message) => {
    const refused = await problemOf(() => simulate(network({ weight }), { duration: 1 }));
    expect(refused).toMatch(/^brain\.projections\.ab\.weight /);
    expect(refused).toContain(message);
    expect(await problemOf(() => simulate(network({ weight }), { duration: 1, dtype: "f64" }))).toBe("");
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
    const message = 'is outside the range of single precision; received 1e+39 pA. Use dtype: "f64".';
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
    const double = await compile(network(), { dtype: "f64" });
    double.weights("ab").write(BEYOND);
    expect(double.weights("ab").read()[3]).toBe(BEYOND);
  });
});
