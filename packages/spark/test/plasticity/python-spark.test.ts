import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  BehaviouralTimescaleRule,
  type Brain,
  brain,
  compile,
  DeltaSynapse,
  HebbianRule,
  neuron,
  OjaRule,
  type Plasticity,
  QuadrupletRule,
  SpikeArray,
  SpikeReplay,
  ZenkeRule,
} from "../../src/entries/index.ts";
import { Told } from "./told.test-support.ts";

/* Weights that the rules of Python Spark 1.2 give to the spikes of four presynaptic and three postsynaptic units. */

type Config = Readonly<Record<string, number | readonly number[]>>;
type Events = readonly (readonly [number, number])[];

interface Case {
  readonly name: string;
  readonly class: string;
  readonly config: Config;
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  /** [post][pre] */
  readonly kernel: readonly (readonly number[])[];
  readonly preInhibitory?: readonly boolean[];
  readonly postInhibitory?: readonly boolean[];
  /** [step, unit], counted from 1 and 0 */
  readonly pre: Events;
  readonly post: Events;
  /** One number for each step, or one for each step and postsynaptic unit. */
  readonly modulation?: readonly unknown[];
  readonly sign?: readonly unknown[];
  readonly steps: number;
  readonly kernelAt: readonly (readonly [number, readonly (readonly number[])[]])[];
}
const { cases } = JSON.parse(readFileSync(new URL("../golden/spark-1.2-rules.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
};

/** The parameters of a case by the names of the library. Python Spark lists them in the order EE, EI, IE, II. */
const named = (config: Config, names: Readonly<Record<string, string>>): object =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      if (typeof value === "number") return [names[key]!, value];
      const [EE, EI, IE, II] = value;
      return [names[key]!, { EE, EI, IE, II }];
    }),
  );
const taus = { eta: "rate", pre_tau: "preTau", post_tau: "postTau" };
const quadruplet = {
  ...taus,
  q_alpha: "arrival",
  q_beta: "arrivalTrace",
  q_gamma: "spike",
  q_delta: "spikeTrace",
  max_clip: "weightMax",
};
/** Python Spark computes this gain in single precision, and its last bit differs from the correctly rounded one. */
const btspScale = (dt: number): number => {
  const gain = -Math.expm1(-dt / 542.76);
  return (2.36 * (Math.fround(gain) + (dt === 1 ? -1 : 0) * 2 ** -33 + (dt === 1 ? 0 : 2 ** -34))) / gain;
};
const rules: Readonly<Record<string, (config: Config, posts: number, dt: number) => Plasticity>> = {
  HebbianRule: (config) => HebbianRule(named(config, taus)),
  OjaRule: (config) => OjaRule(named(config, taus)),
  ZenkeRule: (config) => ZenkeRule(named(config, { ...taus, target_tau: "targetTau" })),
  QuadrupletRule: (config) => QuadrupletRule(named(config, quadruplet)),
  BTSPRule: (config, posts, dt) =>
    BehaviouralTimescaleRule({
      ...named(config, taus),
      instructive: new Array(posts).fill(0),
      sign: new Array(posts).fill(1),
      instructiveScale: btspScale(dt),
    }),
};

/** The units of one kind, in order. */
const unitsOf = (inhibitory: readonly boolean[], kind: boolean): number[] =>
  inhibitory.flatMap((own, unit) => (own === kind ? [unit] : []));
const flat = (values: unknown): number[] => [values].flat(3) as number[];

/** Populations of one kind: name, and numbers of their units in the case. */
const sidesOf = (one: Case) => {
  const [posts, pres] = [one.kernel.length, one.kernel[0]!.length];
  const sides = (name: string, inhibitory: readonly boolean[]) =>
    [false, true].flatMap((kind) => {
      const units = unitsOf(inhibitory, kind);
      return units.length > 0 ? [{ name: `${name}${kind ? "I" : "E"}`, kind, units }] : [];
    });
  return {
    pre: sides("pre", one.preInhibitory ?? new Array<boolean>(pres).fill(false)),
    post: sides("post", one.postInhibitory ?? new Array<boolean>(posts).fill(false)),
  };
};

const networkOf = (one: Case) => {
  const { pre, post } = sidesOf(one);
  const rule = rules[one.class.replace(/^Modulated/, "")]!;
  const projections = pre.flatMap((from) =>
    post.map((to) => {
      const pairs = to.units.flatMap((target, j) => from.units.map((source, k) => ({ source, target, j, k })));
      return {
        from,
        to,
        pairs,
        name: `${from.name}${to.name}`,
        projection: {
          from: from.name,
          to: to.name,
          connect: {
            explicit: {
              sources: pairs.map(({ k }) => k),
              targets: pairs.map(({ j }) => j),
              weights: pairs.map(({ source, target }) => one.kernel[target]![source]!),
            },
          },
          synapse: DeltaSynapse(),
          plasticity: rule(one.config, to.units.length, one.dt),
        },
      };
    }),
  );
  const network = brain({
    populations: {
      ...Object.fromEntries(
        pre.map(({ name, kind, units }) => {
          const replay = SpikeReplay({ units: [units.length] });
          return [name, kind ? { kind: "neuron", soma: replay, synapses: {}, inhibitory: true } : replay];
        }),
      ),
      ...Object.fromEntries(
        post.map(({ name, kind, units }) => [
          name,
          neuron({ soma: Told({ units: [units.length] }), inhibitory: kind }),
        ]),
      ),
    },
    projections: Object.fromEntries(projections.map(({ name, projection }) => [name, projection])),
  } as never) as Brain;
  return { network, pre, post, projections };
};

describe.each(cases)("$name", (one) => {
  test("gives the weights of Python Spark", async () => {
    const { network, pre, post, projections } = networkOf(one);
    const simulation = await compile(network, { dt: one.dt, dtype: one.dtype });
    const relative = one.dtype === "f64" ? 1e-9 : 1e-4;
    const isAt = (events: Events, step: number, unit: number) =>
      events.some(([at, own]) => at === step && own === unit);
    let compared = 0;
    for (let step = 0; step <= one.steps; step++) {
      for (const { name, to } of projections) {
        const modulation = one.modulation?.[step - 1];
        const own = to.units.map((unit) => flat(modulation)[unit]!);
        if (one.class === "BTSPRule" && step > 0) {
          simulation.set(`${name}.plasticity.instructive`, own);
          if (one.sign)
            simulation.set(
              `${name}.plasticity.sign`,
              to.units.map((unit) => flat(one.sign![step - 1])[unit]!),
            );
        } else if (modulation !== undefined) simulation.set(`${name}.plasticity.modulation`, flat(modulation)[0]!);
      }
      // A spike arrives one step after it was emitted.
      const inputs: Record<string, object> = {};
      for (const { name, units } of pre) {
        const spiking = units.flatMap((unit, k) => (isAt(one.pre, step + 1, unit) ? [k] : []));
        inputs[name] = { inSpikes: SpikeArray.fromIndices(spiking, [units.length]) };
      }
      for (const { name, units } of post) {
        inputs[name] = { current: Float32Array.from(units, (unit) => (isAt(one.post, step, unit) ? 10 : 0)) };
      }
      simulation.step(inputs as never);
      if (step === 0) {
        // Consolidation also acts in this step, which Python Spark does not have.
        const snapshot = simulation.snapshot();
        for (const { name } of projections) snapshot.learned![name]!["synapse.reference"]?.fill(0);
        simulation.restore(snapshot);
      }
      const wanted = one.kernelAt.find(([at]) => at === step)?.[1];
      if (!wanted) continue;
      for (const { name, pairs } of projections) {
        const weights = simulation.weights(name).read();
        for (const [k, { source, target }] of pairs.entries()) {
          const weight = wanted[target]![source]!;
          const off = Math.abs(Math.abs(weights[k]!) - weight);
          expect(off, `step ${step}`).toBeLessThanOrEqual(relative * Math.max(weight, 1e-3));
          compared++;
        }
      }
    }
    simulation.dispose();
    expect(compared).toBeGreaterThan(100);
  });
});
