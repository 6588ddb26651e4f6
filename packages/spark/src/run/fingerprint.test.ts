import { describe, expect, test } from "vitest";
import { field, positive } from "../config/field.ts";
import { fixedInDegree, pairwiseBernoulli, type Rule } from "../connectivity/rule.ts";
import type { SynapseValues } from "../connectivity/values.ts";
import { gt, mul, quantity, relax, sub } from "../expr/verbs.ts";
import { brain } from "../graph/brain.ts";
import { neuron } from "../graph/neuron.ts";
import { float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { LeakySoma, RefractoryLeakySoma } from "../somas/leaky.ts";
import { PoissonDrive, PoissonSource } from "../sources/index.ts";
import { ExponentialSynapse } from "../synapses/exponential.ts";
import { compile } from "./simulate.ts";
import type { Snapshot } from "./snapshot.ts";

interface Parts {
  readonly potentialTau: number;
  readonly weight: SynapseValues;
  readonly delay: SynapseValues;
  readonly connect: Rule;
  readonly synapseTau: number;
  readonly driveRate: number;
  readonly inhibitory: boolean;
  readonly readoutTau: number;
  readonly reach: readonly number[][];
  readonly more: object;
}

const network = (changes: Partial<Parts> = {}) => {
  const parts: Parts = {
    potentialTau: 20,
    weight: 50,
    delay: { uniform: { min: 1, max: 20 } },
    connect: fixedInDegree({ inDegree: 10 }),
    synapseTau: 5,
    driveRate: 10,
    inhibitory: false,
    readoutTau: 20,
    reach: Array.from({ length: 40 }, (_, k) => [k]),
    more: {},
    ...changes,
  };
  const slow = ExponentialSynapse({ tau: 3 });
  return brain({
    populations: {
      a: neuron({ soma: LeakySoma({ units: [50], potentialTau: parts.potentialTau }), inhibitory: parts.inhibitory }),
      b: neuron({ soma: LeakySoma({ units: [40] }), synapses: { slow } }),
    },
    projections: {
      ab: {
        from: "a",
        to: "b",
        connect: parts.connect,
        weight: parts.weight,
        delay: parts.delay,
        synapse: ExponentialSynapse({ tau: parts.synapseTau }),
      },
      ...parts.more,
    },
    drives: { noise: { to: "b.slow", drive: PoissonDrive({ rate: parts.driveRate, weight: 20 }) } },
    readouts: { out: { from: "b", tau: parts.readoutTau } },
    positions: { b: parts.reach, a: Array.from({ length: 50 }, (_, k) => [k]) },
  });
};
const inputs = { a: { current: 300 }, b: { current: 150 } };
const record = { b: { outSpikes: true } } as const;

const saved = async (changes?: Partial<Parts>): Promise<Snapshot> => {
  const first = await compile(network(changes), { dt: 0.5 });
  await first.run({ duration: 60, inputs });
  return structuredClone(first.snapshot());
};
const refusalOf = async (snapshot: Snapshot, changes: Partial<Parts>): Promise<string> => {
  const other = await compile(network(changes), { dt: 0.5 });
  try {
    other.restore(snapshot);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

describe("the fingerprints of a snapshot", () => {
  test("refuse a network with other parameters, synapses or connections, and name the part", async () => {
    const snapshot = await saved();
    const projection = 'the projection "ab" differs in connection rule, weights, delays or synapse.';
    const population = (name: string) =>
      `the population "${name}" differs in parameters, equations, synapses, drives or seed.`;
    const refused: readonly (readonly [Partial<Parts>, string])[] = [
      [{ weight: 500 }, projection],
      [{ weight: new Float64Array(40).fill(50), connect: fixedInDegree({ inDegree: 1 }) }, projection],
      [{ delay: 0.5 }, projection],
      [{ delay: 200 }, projection],
      [{ delay: { uniform: { min: 1, max: 21 } } }, projection],
      [{ connect: fixedInDegree({ inDegree: 10, autapses: false }) }, projection],
      [{ connect: pairwiseBernoulli({ probability: 0.2 }) }, projection],
      [{ potentialTau: 21 }, population("a")],
      [{ inhibitory: true }, population("a")],
      [{ synapseTau: 6 }, population("b")],
      [{ driveRate: 11 }, population("b")],
      [{ readoutTau: 21 }, 'the read-out "out" differs in source, units or filter.'],
      [
        { more: { late: { from: "b", to: "a", connect: { allToAll: {} }, weight: 1, synapse: ExponentialSynapse() } } },
        'the population "a" differs in',
      ],
    ];
    for (const [changes, message] of refused) expect(await refusalOf(snapshot, changes)).toContain(message);
    // Positions matter only to projections that depend on distances.
    const reach = Array.from({ length: 40 }, (_, k) => [2 * k]);
    expect(await refusalOf(snapshot, { reach })).toBe("");
    const far = await saved({ weight: { byDistance: { offset: 50, slope: 0 } } });
    expect(await refusalOf(far, { weight: { byDistance: { offset: 50, slope: 0 } }, reach })).toContain(projection);
  });

  test("accept the same network, and any other one if they are removed", async () => {
    const snapshot = await saved();
    expect(await refusalOf(snapshot, {})).toBe("");
    const { fingerprints, ...bare } = snapshot;
    expect(Object.keys(fingerprints!)).toEqual(["populations.a", "populations.b", "projections.ab", "readouts.out"]);
    const other = await compile(network({ weight: 500 }), { dt: 0.5 });
    other.restore(bare);
    const run = await other.run({ duration: 30, inputs, record });
    expect(run.start).toBe(60);
    // A network without a projection of the snapshot.
    const changed = { ...snapshot, fingerprints: { ...fingerprints, "projections.gone": "0" } };
    expect(await refusalOf(changed, {})).toContain('the projection "gone" exists only in the snapshot.');
    expect(await refusalOf({ ...snapshot, fingerprints: {} }, {})).toContain("exists only in this simulation.");
    expect(await refusalOf({ ...snapshot, fingerprints: 3 as never }, {})).toContain("must be an object of texts");
  });

  test("of a soma compare its values and equations, not their notation", async () => {
    const first = await compile(RefractoryLeakySoma({ units: [2] }));
    first.step({ current: 250 });
    const snapshot = first.snapshot();
    const same = await compile(RefractoryLeakySoma({ units: [2], potentialTau: 20 }));
    same.restore(snapshot);
    expect(same.stepCount).toBe(1);
    const other = await compile(RefractoryLeakySoma({ units: [2], threshold: -48, potentialTau: 3 }));
    expect(() => other.restore(snapshot)).toThrow('the population "soma" differs in parameters');
    const own = (factor: number) =>
      soma(
        "Own",
        { limit: field(15, "mV", "Threshold."), tau: field(20, "ms", "Time constant.", positive) },
        {
          about: "A soma of its own.",
          step: (x) => {
            const potential = relax(x.potential, mul(quantity(factor, "GΩ"), x.current), x.tau);
            return { spikes: gt(potential, x.limit), potential };
          },
        },
      )({ units: [1] });
    const slow = await compile(own(0.1));
    const taken = slow.snapshot();
    (await compile(own(0.1))).restore(taken);
    const fast = await compile(own(0.2));
    expect(() => fast.restore(taken)).toThrow('the population "soma" differs in parameters, equations');
  });

  test("ignore values that change over time, which are inputs", async () => {
    const source = (rate: number) =>
      PoissonSource({ units: [3], rate: { series: [rate, 2 * rate], interval: 50, after: "hold" } as never });
    const first = await compile(source(40));
    await first.run({ duration: 20 });
    const other = await compile(source(80));
    other.restore(first.snapshot());
    expect(other.stepCount).toBe(20);
  });
});

describe("restore", () => {
  test("refuses values that no simulation has, and says where they are", async () => {
    const snapshot = await saved();
    const simulation = await compile(network(), { dt: 0.5 });
    const refused = (changes: object, message: string): void =>
      expect(() => simulation.restore({ ...snapshot, ...changes } as Snapshot)).toThrow(message);
    const potential = (value: number) => Float32Array.from({ length: 50 }, (_, k) => (k === 7 ? value : 1));
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const state = { ...snapshot.state, "a.potential": potential(value) };
      refused({ state }, `snapshot.state["a.potential"][7] must be a finite number; received ${value}`);
    }
    const step = snapshot.step - 1;
    const at = (sources: unknown) => ({ spikes: [{ step, sources }] });
    refused(at(["1", "x"]), 'snapshot.spikes[0].sources[0] must be ascending whole numbers below 90; received "1"');
    refused(at([1.5]), "received 1.5");
    refused(at([Number.NaN]), "received NaN");
    refused(at({ length: 1 }), "snapshot.spikes[0].sources must be an array");
    refused({ spikes: [...at([1]).spikes, ...at([2]).spikes] }, "snapshot.spikes[1].step must be a step after");
    refused({ weights: { ab: Float32Array.of(Number.NaN) } }, "snapshot.weights.ab[0] must be a finite number");
    refused({ state: { ...snapshot.state, "toString.x": new Float32Array(1) } }, "must be the state of a population");
    refused({ currents: { b: [1] } }, "snapshot.currents.b must be a Float32Array; received [1]");
    refused(
      { currents: { b: new Float32Array(2) } },
      "snapshot.currents.b must be 40 values, one per unit; received 2",
    );
    refused(
      { currents: { c: new Float32Array(2) } },
      'snapshot.currents.c must be a population, or population.signal; received "c"',
    );
    const single = await compile(LeakySoma());
    const whole = single.snapshot();
    expect(() => single.restore({ ...whole, spikes: at([0]).spikes as never, step: 200 })).toThrow(
      "snapshot.spikes must be empty for a single component",
    );
  });

  test("accepts NaN and infinities only of a snapshot that was taken with them", async () => {
    const Diverging = soma(
      "Diverging",
      {},
      {
        about: "A soma whose state variable becomes NaN: ∞ − ∞.",
        state: () => ({ z: float(1e38, "1", "A number.") }),
        step: (x) => ({ spikes: gt(x.z, 1e30), potential: x.potential, z: sub(mul(x.z, x.z), mul(x.z, x.z)) }),
      },
    );
    const cells = neuron({ soma: Diverging({ units: [2] }) });
    const model = brain({ populations: { cells }, readouts: { out: { from: "cells", of: "z", tau: 5 } } });
    const simulation = await compile(model);
    await simulation.run({ duration: 10, nonFinite: "ignore" });
    const snapshot = structuredClone(simulation.snapshot());
    expect(snapshot.nonFinite).toBe("ignore");
    expect([...snapshot.state["cells.z"]!]).toEqual([Number.NaN, Number.NaN]);
    expect([...snapshot.readouts!["out"]!.values]).toEqual([Number.NaN, Number.NaN]);
    const other = await compile(model);
    other.restore(snapshot);
    expect(other.snapshot()).toEqual(snapshot);
    const { nonFinite, ...damaged } = snapshot;
    expect(() => other.restore(damaged)).toThrow('snapshot.state["cells.z"][0] must be a finite number; received NaN.');
    expect((await compile(model)).snapshot().nonFinite).toBeUndefined();
  });

  test("restores the currents that steps keep", async () => {
    const simulation = await compile(LeakySoma(), { dt: 1 });
    simulation.step({ current: 300 });
    const snapshot = structuredClone(simulation.snapshot());
    const expected = simulation.step().potential.values[0];
    expect(expected).toBeCloseTo(-57.145, 3);
    const other = await compile(LeakySoma(), { dt: 1 });
    for (const each of [simulation, other]) {
      each.restore(snapshot);
      expect(each.snapshot()).toEqual(snapshot);
      expect(each.step().potential.values[0]).toBe(expected);
    }
    // A run resets the currents, as before.
    other.restore(snapshot);
    await other.run({ duration: 1 });
    expect(other.snapshot().currents).toBeUndefined();
    const after = other.step().potential.values[0]!;
    expect(after).toBeLessThan(-57.5);
    const whole = await compile(network(), { dt: 0.5 });
    whole.step({ a: { current: 300 } });
    const kept = whole.snapshot();
    expect(kept.currents).toEqual({ a: new Float32Array(50).fill(300) });
    const next = whole.step().a.potential.values.slice();
    whole.restore(kept);
    expect(whole.step().a.potential.values).toEqual(next);
  });
});

test("a snapshot with any changed value is refused with a sentence", async () => {
  const first = await compile(network(), { dt: 0.5 });
  await first.run({ duration: 60, inputs });
  first.weights("ab").write(3);
  first.step({ a: { current: 300 } });
  const snapshot = first.snapshot();
  const simulation = await compile(network(), { dt: 0.5 });
  // Only a network that is built knows its number of synapses.
  simulation.step();
  const paths: (readonly string[])[] = [];
  const enter = (value: unknown, path: readonly string[]): void => {
    if (path.length > 0) paths.push(path);
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
    for (const key of Object.keys(value).slice(0, 12)) enter((value as never)[key], [...path, key]);
  };
  enter(snapshot, []);
  const values = [null, "text", -1, 0.5, Number.NaN, [], {}, [null], () => {}, new Float64Array(2), { length: 40 }];
  const raw: string[] = [];
  // Without these parts, a snapshot is complete too.
  const optional = /^(?:spikes|spikes\.\d+\.sources|weights)$/;
  for (const path of paths) {
    for (const value of values) {
      const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
      if ((isEmpty && optional.test(path.join("."))) || value === snapshot[path.join(".") as keyof Snapshot]) continue;
      const changed = structuredClone(snapshot);
      let at = changed as unknown as Record<string, never>;
      for (const key of path.slice(0, -1)) at = at[key]!;
      at[path.at(-1)!] = value as never;
      try {
        simulation.restore(changed);
      } catch (error) {
        const { name, message } = error as Error;
        if (name === "ConfigError" || name === "ShapeError") continue;
        raw.push(`${path.join(".")} = ${typeof value} ${String(JSON.stringify(value))}: ${name} ${message}`);
        continue;
      }
      raw.push(`${path.join(".")} = ${typeof value} ${String(JSON.stringify(value))}: accepted`);
    }
  }
  expect(raw).toEqual([]);
  simulation.restore(snapshot);
  expect(simulation.snapshot()).toEqual(snapshot);
});
