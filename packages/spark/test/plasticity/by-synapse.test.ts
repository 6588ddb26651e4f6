import { describe, expect, test } from "vitest";
import {
  brain,
  brainTable,
  compile,
  DeltaSynapse,
  documentOf,
  experiment,
  HebbianRule,
  LeakySoma,
  neuron,
  PairStdp,
  type Plasticity,
  PoissonSource,
  QuadrupletRule,
  simulate,
  simulatePrepared,
  uniform,
  WeightNormalization,
} from "../../src/entries/index.ts";
import { choiceOf, describeEach } from "../conformance/backends.test-support.ts";

/* Parameters of rules that differ between the synapses of a projection, such as bounds of their own. */

const SOURCES = 30;
const TARGETS = 7;
const SYNAPSES = SOURCES * TARGETS;
const inputs = { cells: { current: 200 } };

interface Wired {
  readonly plasticity: Plasticity | readonly Plasticity[];
  readonly inhibitory?: readonly boolean[];
  readonly more?: object;
}

const networkOf = ({ plasticity, inhibitory, more }: Wired) => {
  return brain({
    populations: {
      input: inhibitory
        ? neuron({ soma: LeakySoma({ units: [SOURCES] }), inhibitory: [...inhibitory] })
        : PoissonSource({ units: [SOURCES], rate: 100 }),
      cells: LeakySoma({ units: [TARGETS] }),
    },
    projections: {
      learned: {
        from: "input",
        to: "cells",
        connect: { allToAll: {} },
        weight: 0.1,
        delay: { uniform: { min: 0.5, max: 4 } },
        synapse: DeltaSynapse(),
        plasticity,
        ...more,
      },
    },
  } as never);
};

/** Weights after 300 ms. */
const learn = async (wired: Wired, options: object = {}): Promise<number[]> => {
  const simulation = await compile(networkOf(wired), { dt: 0.5, ...options } as never);
  try {
    await simulation.run({
      duration: 300,
      inputs: { ...inputs, ...(wired.inhibitory && { input: { current: 1000 } }) },
    } as never);
    return [...simulation.weights("learned").read()];
  } finally {
    simulation.dispose();
  }
};

/** A rule that only lets synapses grow, to their bounds. */
const growing = (weightMax: object | number): Plasticity =>
  QuadrupletRule({ rate: 1, arrival: 2, arrivalTrace: 0, spike: 0, spikeTrace: 0, weightMax: weightMax as never });
const bounds = Array.from({ length: SYNAPSES }, (_, k) => 0.5 + 0.01 * k);

describeEach(
  "gives each synapse a bound of its own",
  ({ listed }) => {
    test.each(["f32", "f64"] as const)("in %s", async (dtype) => {
      const round = dtype === "f32" ? Math.fround : (value: number) => value;
      const options = { ...choiceOf(listed), dtype };
      expect(await learn({ plasticity: growing({ bySynapse: bounds }) }, options)).toEqual(bounds.map(round));
    });
  },
  { needs: ["networks", "learning"] },
);

describe("in double precision, the same values give the same bits", () => {
  const options = { dtype: "f64" } as const;
  const rule = (weightMax: unknown, rate: unknown = 0.02) => PairStdp({ weightMax, rate } as never);

  test("as one number", async () => {
    const same = new Array(SYNAPSES).fill(0.3);
    const expected = await learn({ plasticity: rule(0.3) }, options);
    expect(new Set(expected).size).toBeGreaterThan(100);
    expect(await learn({ plasticity: rule({ bySynapse: same }) }, options)).toEqual(expected);
    expect(await learn({ plasticity: rule({ bySource: same.slice(0, SOURCES) }) }, options)).toEqual(expected);
    expect(
      await learn({ plasticity: rule({ bySynapse: same }, { bySynapse: same.map(() => 0.02) }) }, options),
    ).toEqual(expected);
  });

  test("as a list of target units", async () => {
    const list = Array.from({ length: TARGETS }, (_, unit) => 0.2 + 0.1 * unit);
    const expected = await learn({ plasticity: rule(list) }, options);
    const bySynapse = bounds.map((_, k) => list[k % TARGETS]!);
    expect(await learn({ plasticity: rule({ bySynapse }) }, options)).toEqual(expected);
    expect(await learn({ plasticity: rule({ bySynapse: bySynapse.reverse() }) }, options)).not.toEqual(expected);
  });

  test("beside other rules and with a dendritic delay", async () => {
    const rules = (weightMax: unknown) => [rule(weightMax), WeightNormalization({ total: 4, interval: 20 })];
    const more = { delay: 3, dendriticDelay: 2 };
    const same = new Array(SYNAPSES).fill(0.3);
    for (const own of [{}, more]) {
      const expected = await learn({ plasticity: rules(0.3), more: own }, options);
      expect(await learn({ plasticity: rules({ bySynapse: same }), more: own }, options)).toEqual(expected);
    }
  });

  test("by the distance of the units", async () => {
    const along = (units: number) => Array.from({ length: units }, (_, unit) => [unit]);
    const network = (weightMax: unknown) => {
      const { populations, projections } = networkOf({ plasticity: growing(weightMax as never) });
      return brain({ populations, projections, positions: { input: along(SOURCES), cells: along(TARGETS) } } as never);
    };
    const run = await simulate(network({ byDistance: { offset: 0.5, slope: 0.1, max: 2 } }), {
      duration: 300,
      dt: 0.5,
      dtype: "f64",
      inputs,
      record: { weights: { learned: { at: [300] } } },
    } as never);
    const { values, sources, targets } = (run as never as { weights: { learned: Record<string, ArrayLike<number>> } })
      .weights.learned;
    for (let k = 0; k < SYNAPSES; k++) {
      expect(values![k]).toBe(Math.min(2, 0.5 + 0.1 * Math.abs(sources![k]! - targets![k]!)));
    }
  });
});

test("sources of both kinds take values by kind", async () => {
  const inhibitory = Array.from({ length: SOURCES }, (_, unit) => unit % 3 === 0);
  const weightMax = { EE: 0.5, EI: 0.75, IE: 9, II: 9 };
  const weights = await learn({ plasticity: growing(weightMax), inhibitory });
  expect(weights).toEqual(bounds.map((_, k) => (inhibitory[Math.floor(k / TARGETS)] ? 0.75 : 0.5)));
});

describe("drawn bounds", () => {
  const drawn = growing(uniform({ min: 0.5, max: 1.5 }));

  test("depend on the seed, and on nothing else", async () => {
    const weights = await learn({ plasticity: drawn });
    expect(new Set(weights).size).toBe(SYNAPSES);
    expect(Math.min(...weights)).toBeGreaterThanOrEqual(0.5);
    expect(Math.max(...weights)).toBeLessThan(1.5);
    expect(await learn({ plasticity: drawn }, { backend: "interpreter" })).toEqual(weights);
    expect(await learn({ plasticity: drawn }, { seed: 2 })).not.toEqual(weights);
    const simulation = await compile(networkOf({ plasticity: drawn }), { dt: 0.5 });
    expect([...(simulation.get("learned.plasticity.weightMax") as Float64Array)].map(Math.fround)).toEqual(weights);
    simulation.dispose();
  });

  test("are drawn apart from the weights", async () => {
    const same = uniform({ min: 0.5, max: 1.5 });
    const simulation = await compile(networkOf({ plasticity: growing(same), more: { weight: same } }), { dt: 0.5 });
    await simulation.run({ duration: 0.5 });
    const bound = simulation.get("learned.plasticity.weightMax") as Float64Array;
    expect([...simulation.weights("learned").read()]).not.toEqual([...bound].map(Math.fround));
    simulation.dispose();
  });
});

describe("a simulation", () => {
  const path = "learned.plasticity.weightMax";

  test("sets them to one number, or to one for each synapse, and returns to the declared ones", async () => {
    const simulation = await compile(networkOf({ plasticity: growing({ bySynapse: bounds }) }), { dt: 0.5 });
    const weights = () => [...simulation.weights("learned").read()];
    await simulation.run({ duration: 300, inputs } as never);
    expect(weights()).toEqual(bounds.map(Math.fround));
    simulation.set(path, 0.25);
    await simulation.run({ duration: 300, inputs } as never);
    expect(weights()).toEqual(bounds.map(() => 0.25));
    const others = bounds.map((bound) => 2 * bound);
    await simulation.run({
      duration: 300,
      inputs,
      changes: [{ at: simulation.time, set: { [path]: others } }],
    } as never);
    expect(weights()).toEqual(others.map(Math.fround));
    expect([...(simulation.get(path) as Float64Array)]).toEqual(others);
    simulation.reset();
    await simulation.run({ duration: 300, inputs } as never);
    expect(weights()).toEqual(bounds.map(Math.fround));
    simulation.dispose();
  });

  test.each(["interpreter", "wasm"] as const)(
    "goes on from a snapshot on another backend, from %s",
    async (backend) => {
      const network = networkOf({ plasticity: PairStdp({ weightMax: uniform({ min: 0.2, max: 0.4 }), rate: 0.05 }) });
      const simulation = await compile(network, { dt: 0.5, backend });
      await simulation.run({ duration: 100, inputs } as never);
      simulation.set(path, bounds);
      await simulation.run({ duration: 100, inputs } as never);
      const snapshot = simulation.snapshot();
      await simulation.run({ duration: 100, inputs } as never);
      const expected = simulation.weights("learned").read();
      const other = await compile(network, { dt: 0.5, backend: backend === "wasm" ? "interpreter" : "wasm" });
      other.restore(snapshot);
      await other.run({ duration: 100, inputs } as never);
      expect(other.weights("learned").read()).toEqual(expected);
      // The network of another rule refuses the snapshot.
      const unlike = await compile(networkOf({ plasticity: PairStdp({ weightMax: 0.3, rate: 0.05 }) }), { dt: 0.5 });
      expect(() => unlike.restore(snapshot)).toThrow(`the projection "learned" differs`);
      for (const one of [simulation, other, unlike]) one.dispose();
    },
  );
});

test("documents contain them, and tables name them", async () => {
  const model = networkOf({
    plasticity: [
      growing(uniform({ min: 0.5, max: 1.5 })),
      HebbianRule({ rate: { bySource: new Array(SOURCES).fill(0.01) } }),
    ],
  });
  const options = { duration: 100, dt: 0.5, inputs, record: { weights: { learned: { at: [100] } } } } as const;
  const document = documentOf(model, options as never);
  const { plasticity } = (document as never as { model: { projections: { learned: { plasticity: object[] } } } }).model
    .projections.learned;
  expect(plasticity[0]).toMatchObject({ rule: "QuadrupletRule", weightMax: { uniform: { min: 0.5, max: 1.5 } } });
  const read = await experiment(document, { kind: "brain" });
  const run = (await simulatePrepared(read.prepared)) as never as { weights: { learned: { values: Float64Array } } };
  const ofCode = (await simulate(model, options as never)) as never as typeof run;
  expect(run.weights.learned.values).toEqual(ofCode.weights.learned.values);
  expect(brainTable(model).projections[0]!.plasticity).toContain("weightMax per synapse");
});

describe("refuses", () => {
  const issue = (plasticity: Plasticity | readonly Plasticity[], more: object = {}): Promise<string> =>
    compile(networkOf({ plasticity, more }), { dt: 0.5 } as never).then(
      () => "nothing",
      (error: Error) => error.message,
    );

  test.each<[name: string, plasticity: () => Plasticity | readonly Plasticity[], more: object, message: string]>([
    [
      "a list of another length",
      () => growing({ bySynapse: [1, 2] }),
      {},
      "brain.projections.learned.plasticity.weightMax must contain one value per synapse, 210; received 2.",
    ],
    [
      "a list of another length of one of several rules",
      () => [PairStdp(), growing({ bySource: [1, 2] })],
      {},
      "brain.projections.learned.plasticity.QuadrupletRule.weightMax.bySource must contain one value per source unit, 30; received 2.",
    ],
    [
      "a list for a drawn number of synapses",
      () => growing({ bySynapse: bounds }),
      { connect: { pairwiseBernoulli: { probability: 0.5 } } },
      "may be a list only if the rule determines the number of synapses; received 210 values.",
    ],
    [
      "distances without positions",
      () => growing({ byDistance: { offset: 1, slope: 0 } }),
      {},
      "is missing, but needed for weightMax.",
    ],
    [
      "draws that may leave the range",
      () => growing({ normal: { mean: 1, std: 0.5 } }),
      {},
      "brain.projections.learned.plasticity.weightMax can give any number, but each value must be greater than 0 weight. Give bounds: min and max.",
    ],
    [
      "a parameter of units",
      () => PairStdp({ preTau: { bySynapse: bounds } }),
      {},
      "brain.projections.learned.plasticity.preTau cannot differ between synapses, because it also acts on units or selects the equations. Give one number.",
    ],
    [
      "a factor of all changes",
      () => HebbianRule({ modulation: { bySynapse: bounds } }),
      {},
      "brain.projections.learned.plasticity.modulation cannot differ between synapses",
    ],
  ])("%s", async (_, plasticity, more, message) => {
    const refused = await Promise.resolve()
      .then(() => issue(plasticity(), more))
      .catch((error: Error) => error.message);
    expect(refused).toContain(message);
  });

  test("a value that does not fit", async () => {
    const simulation = await compile(networkOf({ plasticity: growing({ bySynapse: bounds }) }), { dt: 0.5 });
    const set = (value: unknown) => () => simulation.set("learned.plasticity.weightMax", value as never);
    expect(set([1, 2])).toThrow("takes one number, or a list of 210, one for each synapse; received [1, 2].");
    expect(set(-1)).toThrow("weightMax must be greater than 0");
    expect(set(bounds.map((bound, k) => (k === 3 ? -bound : bound)))).toThrow("weightMax[3] must be greater than 0");
    simulation.dispose();
  });

  test("a signal that drives it", () => {
    const { populations, projections } = networkOf({ plasticity: growing({ bySynapse: bounds }) });
    const signals = { drive: { from: "cells", mean: true, tau: 10, scale: 1, to: "learned.plasticity.weightMax" } };
    expect(() => brain({ populations, projections, signals } as never)).toThrow(
      "names weightMax of learned, which differs between synapses.",
    );
  });
});
