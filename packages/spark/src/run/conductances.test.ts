import { describe, expect, it } from "vitest";
import { field } from "../config/field.ts";
import { allToAll } from "../connectivity/rules/all-to-all.ts";
import type { SynapseValues } from "../connectivity/values.ts";
import { ConfigError } from "../errors/errors.ts";
import { mul, sub } from "../expr/verbs.ts";
import { brain } from "../graph/brain.ts";
import { brainTable } from "../graph/table.ts";
import { float } from "../model/scope.ts";
import { synapse } from "../model/synapse.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { PoissonDrive } from "../sources/drive.ts";
import { ConductanceAlphaSynapse, ConductanceExponentialSynapse } from "../synapses/conductance.ts";
import { compile, simulate } from "./simulate.ts";

const gaba = ConductanceExponentialSynapse({ tau: 5, potentialReversal: -80 });

interface Given {
  readonly inhibitory?: boolean | readonly boolean[];
  readonly weight?: SynapseValues;
  readonly receptor?: ReturnType<typeof ConductanceExponentialSynapse | typeof ConductanceAlphaSynapse>;
  readonly threshold?: number;
}

const network = ({ inhibitory = true, weight = 5, receptor = gaba, threshold = -40 }: Given) =>
  brain({
    populations: {
      inter: { kind: "neuron", soma: LeakySoma({ units: [2] }), synapses: {}, inhibitory } as never,
      target: LeakySoma({ units: [2], threshold }),
    },
    projections: {
      it: { from: "inter" as never, to: "target" as never, connect: allToAll(), weight, delay: 1, synapse: receptor },
    },
  });

const run = (model: ReturnType<typeof network>, backend: "interpreter" | "wasm" = "interpreter", recorded = {}) =>
  simulate(model, {
    duration: 10,
    dt: 0.1,
    backend,
    inputs: { inter: { current: { step: { amplitude: 100_000, from: 0.9, to: 1 } } } } as never,
    record: { target: { potential: true, ...recorded } } as never,
  }) as unknown as Promise<Record<"target", Record<string, { readonly values: Float32Array }>>>;

const problemsOf = async (model: () => ReturnType<typeof network>): Promise<readonly string[]> => {
  try {
    await run(model());
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path, message }) => `${path} ${message}`);
    throw error;
  }
  return [];
};

describe("a conductance", () => {
  it.each(["interpreter", "wasm"] as const)("of an inhibitory unit hyperpolarises its target (%s)", async (backend) => {
    // Half the weight from each of two units. An independent integration gives a minimum of −61.49 mV.
    const { target } = await run(network({ weight: 2.5 }), backend, { "conductanceExponential.conductance": true });
    expect(Math.min(...target["potential"]!.values)).toBeCloseTo(-61.49, 1);
    expect(Math.max(...target["potential"]!.values)).toBeLessThanOrEqual(-60);
    expect(Math.min(...target["conductanceExponential.conductance"]!.values)).toBeGreaterThanOrEqual(0);
    const { target: plain } = await run(network({ weight: 2.5, inhibitory: false }), backend);
    expect([...target["potential"]!.values]).toEqual([...plain["potential"]!.values]);
  });

  it.each<SynapseValues>([
    -5,
    { normal: { mean: 5, std: 1 } },
    { uniform: { min: -1, max: 5 } },
    { bySource: [1, -1] },
    { byTarget: [1, -1] },
    [1, 1, 1, -1],
  ])("is never negative: weight %j", async (weight) => {
    for (const inhibitory of [true, false]) {
      const [problem = "", ...others] = await problemsOf(() => network({ inhibitory, weight }));
      expect(problem).toMatch(/^brain\.projections\.it\.weight.* must be a conductance of at least 0; received/);
      expect(problem).toContain("For inhibition, set potentialReversal of the synapse; for drawn weights, set min: 0.");
      expect(others).toEqual([]);
    }
  });

  it("is never negative in a drive, drawn weights included", async () => {
    for (const weight of [-1, [1, -1], { normal: { mean: 0, std: 1 } }]) {
      const driven = () =>
        brain({
          populations: { target: LeakySoma({ units: [2] }) },
          drives: { d: { to: "target", synapse: gaba, drive: PoissonDrive({ weight }) } },
        });
      const failure = await Promise.resolve()
        .then(() => simulate(driven(), { duration: 1 }))
        .catch((error: ConfigError) => error);
      expect(failure).toBeInstanceOf(ConfigError);
      expect((failure as ConfigError).message).toMatch(
        /drives\.d.*weight must be a conductance of at least 0; received -/,
      );
    }
  });

  it("is never negative when weights are written", async () => {
    const simulation = await compile(network({ inhibitory: false }), { dt: 0.1 });
    const weights = simulation.weights("it");
    expect(() => weights.write([1, 2, 3, -4])).toThrow("must be a finite conductance of at least 0; received -4");
    weights.write([1, 2, 3, 4]);
    expect([...weights.read()]).toEqual([1, 2, 3, 4]);
    simulation.dispose();
  });

  it("from inhibitory units must inhibit", async () => {
    const excites = ConductanceAlphaSynapse({ tau: 2, potentialReversal: 0 });
    expect(await problemsOf(() => network({ receptor: excites }))).toEqual([
      "brain.projections.it comes from inhibitory units of inter, but potentialReversal of its synapse, 0 mV, is not below the threshold of target, -40 mV, so it would excite. Set potentialReversal of inhibition, such as -80, or remove inhibitory.",
    ]);
    expect(await problemsOf(() => network({ receptor: excites, inhibitory: false }))).toEqual([]);
    // Above rest, but below the threshold: the conductance still inhibits.
    expect(await problemsOf(() => network({ receptor: ConductanceAlphaSynapse({ potentialReversal: -55 }) }))).toEqual(
      [],
    );
    expect(await problemsOf(() => network({ threshold: -90 }))).toHaveLength(1);
  });

  it("from inhibitory units must inhibit, also with a drawn reversal potential", async () => {
    const drawn = ConductanceExponentialSynapse({ potentialReversal: { uniform: { min: -10, max: 0 } } });
    expect(await problemsOf(() => network({ receptor: drawn }))).toEqual([
      expect.stringMatching(
        /^brain\.projections\.it comes from inhibitory units of inter, but potentialReversal .* would excite/,
      ),
    ]);
  });

  it("comes from units of one kind, because its direction is that of the reversal potential", async () => {
    expect(await problemsOf(() => network({ inhibitory: [true, false] }))).toEqual([
      "brain.projections.it comes from excitatory and inhibitory units of inter, but the reversal potential gives all conductances of a synapse one direction. Divide the population into an excitatory and an inhibitory one, each with its own synapse.",
    ]);
  });

  it("of a declared synapse is known by its unit", async () => {
    const own = synapse(
      "OwnConductance",
      { reversal: field(-80, "mV", "Reversal potential.") },
      {
        about: "A conductance for one step.",
        weightUnit: "nS",
        state: () => ({ g: float(0, "nS", "Conductance.") }),
        step: (x) => ({ current: mul(x.g, sub(x.reversal, x.potential)), g: x.arriving }),
      },
    );
    expect(await problemsOf(() => network({ weight: -1, receptor: own() as never }))).toEqual([
      expect.stringContaining("must be a conductance of at least 0; received -1"),
    ]);
  });

  it("is drawn as inhibitory or excitatory by its reversal potential", () => {
    const signOf = (given: Given) => brainTable(network(given)).projections[0]!.sign;
    expect(signOf({ inhibitory: false })).toBe(-1);
    expect(signOf({})).toBe(-1);
    expect(signOf({ inhibitory: false, receptor: ConductanceAlphaSynapse() })).toBe(1);
  });
});
