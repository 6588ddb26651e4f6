import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { brain, compile, DeltaSynapse, ResourceUsageRule, SpikeReplay, simulate } from "../../src/entries/index.ts";
import { Told } from "./told.test-support.ts";

/* Currents that RUShortTermPlasticity of Python Spark 1.2 gives to spikes of four presynaptic units. */

interface Case {
  readonly name: string;
  readonly config: { readonly r_tau?: number; readonly u_tau?: number; readonly u_scale?: number };
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  /** [post][pre] */
  readonly kernel: readonly (readonly number[])[];
  /** [step, unit], counted from 1 and 0 */
  readonly pre: readonly (readonly [number, number])[];
  readonly steps: number;
  /** Of each step with a spike: the step, and currents as [post][pre] */
  readonly currents: readonly (readonly [number, readonly (readonly number[])[]])[];
  /** Of each presynaptic unit, after the last step */
  readonly usage: readonly number[];
  readonly resources: readonly number[];
}
const { cases } = JSON.parse(readFileSync(new URL("../golden/spark-1.2-short-term.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
};

/** Every pair has a target unit of its own, which shows the jump that the pair delivers. */
const networkOf = ({ kernel }: Pick<Case, "kernel">, rule: object) => {
  const pairs = kernel.flatMap((weights) => weights.map((weight, source) => ({ weight, source })));
  return brain({
    populations: { pre: SpikeReplay({ units: [kernel[0]!.length] }), post: Told({ units: [pairs.length] }) },
    projections: {
      pairs: {
        from: "pre",
        to: "post",
        connect: {
          explicit: {
            sources: pairs.map(({ source }) => source),
            targets: pairs.map((_, k) => k),
            weights: pairs.map(({ weight }) => weight),
          },
        },
        synapse: DeltaSynapse(),
        plasticity: ResourceUsageRule(rule),
      },
    },
  });
};

const ruleOf = ({ r_tau, u_tau, u_scale }: Case["config"]): object => ({
  ...(r_tau !== undefined && { resourceTau: r_tau }),
  ...(u_tau !== undefined && { usageTau: u_tau }),
  ...(u_scale !== undefined && { usageIncrement: u_scale }),
});

describe.each(cases)("$name", (one) => {
  test("gives the currents of Python Spark", async () => {
    const simulation = await compile(networkOf(one, { ...ruleOf(one.config), usageMax: 1e6 }), {
      dt: one.dt,
      dtype: one.dtype,
    });
    // A spike arrives one step after it was emitted.
    const { post } = await simulation.run({
      duration: (one.steps + 1) * one.dt,
      inputs: { pre: { inSpikes: { steps: one.pre.map(([at]) => at), units: one.pre.map(([, unit]) => unit) } } },
      record: { post: { potential: true } },
    });
    const relative = one.dtype === "f64" ? 1e-9 : 1e-4;
    const units = one.kernel.length * one.kernel[0]!.length;
    const wanted = new Map(one.currents.map(([at, currents]) => [at, currents.flat()]));
    expect(wanted.size).toBeGreaterThan(30);
    for (let step = 0; step <= one.steps; step++) {
      for (let unit = 0; unit < units; unit++) {
        const current = wanted.get(step)?.[unit] ?? 0;
        const off = Math.abs(post.potential.values[step * units + unit]! - current);
        expect(off, `step ${step}, unit ${unit}`).toBeLessThanOrEqual(relative * Math.max(Math.abs(current), 1e-3));
      }
    }
    const { learned } = simulation.snapshot();
    for (const [name, values] of Object.entries({ usage: one.usage, resources: one.resources })) {
      for (const [k, value] of values.entries()) {
        const off = Math.abs(learned!.pairs![`pre.${name}`]![k]! - value);
        expect(off, name).toBeLessThanOrEqual(relative * Math.max(Math.abs(value), 1e-3));
      }
    }
    simulation.dispose();
  });
});

test("without a limit of the usage, fast spikes drain more resources than there are, and with one they do not", async () => {
  const amounts = async (rule: object): Promise<number[]> => {
    const { post } = await simulate(networkOf({ kernel: [[1]] }, rule), {
      duration: 41,
      dt: 1,
      inputs: {
        pre: { inSpikes: { steps: Array.from({ length: 40 }, (_, k) => k + 1), units: new Array(40).fill(0) } },
      },
      record: { post: { potential: true } },
    });
    return [...post.potential.values].slice(1);
  };
  const unlimited = await amounts({ usageMax: 1e6 });
  expect(Math.min(...unlimited)).toBeLessThan(-1);
  const limited = await amounts({});
  expect(Math.min(...limited)).toBeGreaterThan(0);
  expect(Math.max(...limited)).toBeLessThan(1);
  // The limit acts only on usages above it.
  expect(limited.slice(0, 2)).toEqual(unlimited.slice(0, 2));
  expect(limited[2]).not.toBe(unlimited[2]);
});
