import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  add,
  brain,
  compile,
  DeltaSynapse,
  gt,
  HebbianRule,
  mul,
  OjaRule,
  type Plasticity,
  QuadrupletRule,
  quantity,
  SpikeArray,
  SpikeReplay,
  soma,
  ZenkeRule,
} from "../../src/entries/index.ts";

/* Weights that the rules of Python Spark 1.2 give to the spikes of four presynaptic and three postsynaptic units. */

interface Case {
  readonly name: string;
  readonly class: string;
  readonly config: Readonly<Record<string, number>>;
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  /** [post][pre] */
  readonly kernel: readonly (readonly number[])[];
  /** [step, unit], counted from 1 and 0 */
  readonly pre: readonly (readonly [number, number])[];
  readonly post: readonly (readonly [number, number])[];
  readonly steps: number;
  readonly kernelAt: readonly (readonly [number, readonly (readonly number[])[]])[];
}
const { cases } = JSON.parse(readFileSync(new URL("../golden/spark-1.2-rules.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
};

/** The parameters of a case by the names of the library. */
const named = (config: Case["config"], names: Readonly<Record<string, string>>): object =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [names[key]!, value]));
const taus = { eta: "rate", pre_tau: "preTau", post_tau: "postTau" };
const rules: Readonly<Record<string, (config: Case["config"]) => Plasticity>> = {
  HebbianRule: (config) => HebbianRule(named(config, taus)),
  OjaRule: (config) => OjaRule(named(config, taus)),
  ZenkeRule: (config) => ZenkeRule(named(config, { ...taus, target_tau: "targetTau" })),
  QuadrupletRule: (config) =>
    QuadrupletRule(
      named(config, {
        ...taus,
        q_alpha: "arrival",
        q_beta: "arrivalTrace",
        q_gamma: "spike",
        q_delta: "spikeTrace",
        max_clip: "weightMax",
      }),
    ),
};

const Told = soma(
  "Told",
  {},
  {
    about: "Spikes if there is a current.",
    step: (x) => ({ spikes: gt(x.current, quantity(1, "pA")), potential: add(mul(x.potential, 0), mul(x.jump, 0)) }),
  },
);

const unitsAt = (events: Case["pre"], step: number): number[] =>
  events.filter(([at]) => at === step).map(([, unit]) => unit);

describe.each(cases)("$name", (one) => {
  test("gives the weights of Python Spark", async () => {
    const [posts, pres] = [one.kernel.length, one.kernel[0]!.length];
    const pairs = Array.from({ length: posts * pres }, (_, k) => [k % pres, Math.floor(k / pres)] as const);
    const network = brain({
      populations: { pre: SpikeReplay({ units: [pres] }), post: Told({ units: [posts] }) },
      projections: {
        learning: {
          from: "pre",
          to: "post",
          connect: {
            explicit: {
              sources: pairs.map(([source]) => source),
              targets: pairs.map(([, target]) => target),
              weights: pairs.map(([source, target]) => one.kernel[target]![source]!),
            },
          },
          synapse: DeltaSynapse(),
          plasticity: rules[one.class]!(one.config),
        },
      },
    });
    const simulation = await compile(network, { dt: one.dt, dtype: one.dtype });
    const relative = one.dtype === "f64" ? 1e-9 : 1e-4;
    let compared = 0;
    for (let step = 0; step <= one.steps; step++) {
      // A spike arrives one step after it was emitted.
      simulation.step({
        pre: { inSpikes: SpikeArray.fromIndices(unitsAt(one.pre, step + 1), [pres]) },
        post: {
          current: Float32Array.from({ length: posts }, (_, unit) => (unitsAt(one.post, step).includes(unit) ? 10 : 0)),
        },
      });
      if (step === 0) {
        // Consolidation also acts in this step, which Python Spark does not have.
        const snapshot = simulation.snapshot();
        snapshot.learned!["learning"]!["synapse.reference"]?.fill(0);
        simulation.restore(snapshot);
      }
      const wanted = one.kernelAt.find(([at]) => at === step)?.[1];
      if (!wanted) continue;
      const weights = simulation.weights("learning").read();
      for (const [k, [source, target]] of pairs.entries()) {
        const weight = wanted[target]![source]!;
        expect(Math.abs(weights[k]! - weight), `step ${step}`).toBeLessThanOrEqual(relative * Math.max(weight, 1e-3));
        compared++;
      }
    }
    simulation.dispose();
    expect(compared).toBeGreaterThan(100);
  });
});
