import { expect, test } from "vitest";
import { KernelBuilder } from "../src/compile/builder.ts";
import * as spark from "../src/entries/index.ts";

const { add, float, gt, mul, quantity } = spark;

/** A soma with one state variable, whose next value `build` computes. */
const somaOf = (build: (n: spark.Float) => spark.Float) =>
  spark.soma(
    "Large",
    {},
    {
      about: "A large expression.",
      state: () => ({ n: float(1, "1", "A number.") }),
      step: (x) => ({ spikes: gt(x.potential, quantity(1, "mV")), potential: x.potential, n: build(x.n) }),
    },
  );

const chain = (length: number) => (n: spark.Float) => {
  let value = n;
  for (let k = 0; k < length; k++) value = add(value, k % 7);
  return value;
};

const doubled = (times: number) => (n: spark.Float) => {
  let value = n;
  for (let k = 0; k < times; k++) value = add(value, value);
  return value;
};

test("a chain of many operations is refused when it is declared, and a shorter one runs", async () => {
  for (const length of [5000, 100_000]) {
    expect(() => somaOf(chain(length))).toThrow(spark.ModelError);
    expect(() => somaOf(chain(length))).toThrow("Equations must nest at most 2000 operations");
  }
  const run = await spark.simulate(somaOf(chain(1000))(), { duration: 3, record: { n: true } });
  expect(run.n.values[0]).toBe(2998);
});

test("sub-steps that use each value twice take linear time, in somas, synapses and printed equations", async () => {
  const Soma = somaOf(doubled(200));
  const run = await spark.simulate(Soma(), { duration: 3, record: { n: true }, nonFinite: "ignore" });
  expect(run.n.values[0]).toBe(Number.POSITIVE_INFINITY);
  expect(spark.equationsText(Soma.model).length).toBeLessThan(20_000);
  const Doubling = spark.synapse(
    "Doubling",
    {},
    {
      about: "Doubles its state often.",
      weightUnit: "pA",
      state: () => ({ s: float(0, "pA", "A current.") }),
      step: (x) => ({ current: x.s, s: add(mul(doubled(200)(x.s), 0), x.arriving) }),
    },
  );
  const a = spark.neuron({ soma: spark.LeakySoma({ units: [2] }), synapses: { own: Doubling() } });
  const network = spark.brain({
    populations: { a },
    projections: { aa: { from: "a", to: "a.own", weight: 1, connect: spark.allToAll() } },
  });
  expect((await spark.simulate(network, { duration: 3 })).complete).toBe(true);
});

test("a kernel has a largest number of operations", () => {
  const builder = new KernelBuilder("f64");
  const fill = (): void => {
    for (let k = 0; k <= 100_000; k++) builder.constant("float", k);
  };
  expect(fill).toThrow("A population must have at most 100000 operations per step.");
});

test("the checks of many names take time in proportion to their number", () => {
  const many = <T>(prefix: string, value: T): Record<string, T> =>
    Object.fromEntries(Array.from({ length: 2000 }, (_, k) => [`${prefix}${k}`, value]));
  const populations = many("unit", spark.LeakySoma({ units: [1] }));
  const projections = many("row", {
    from: "unit1",
    to: "somewhere",
    connect: spark.oneToOne(),
    synapse: spark.DeltaSynapse(),
  });
  const started = performance.now();
  let message = "";
  try {
    spark.brain({ populations, projections } as never);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toContain("brain.projections.row1999.to must be the name of a population");
  expect(message.length).toBeLessThan(2e6);
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(() => spark.LeakySoma({ ["x".repeat(1e6)]: 1 } as never)).toThrow("is unknown.");
});

const noises = (count: number) => Array.from({ length: count }, () => spark.whiteNoise({ mean: 1, std: 3 }));

test("more noises than a population computes are refused alike by documents and runs, before anything is drawn", async () => {
  const refusal =
    /must have at most 100000 operations per step; it has \d+: \d+ for LeakySoma, \d+ for 500 inputs\. Use fewer inputs\.$/;
  const sum = Array.from({ length: 500 }, () => ({ whiteNoise: { mean: 1, std: 3 } }));
  const soma = { soma: "LeakySoma", units: [2] };
  const document = { model: soma, duration: 3, inputs: { current: { sum } } };
  await expect(spark.experiment(document)).rejects.toThrow(/^experiment\.model must have/);
  await expect(spark.experiment(document)).rejects.toThrow(refusal);
  const network = { model: { populations: { a: soma, b: soma } }, duration: 3, inputs: { b: { current: { sum } } } };
  await expect(spark.experiment(network)).rejects.toThrow(/^experiment\.model\.populations\.b must have/);
  await expect(spark.experiment(network)).rejects.toThrow(refusal);
  const inputs = { current: spark.sum(...noises(500)) };
  const run = spark.simulate(spark.LeakySoma({ units: [2] }), { duration: 3, inputs });
  await expect(run).rejects.toThrow(refusal);
  const few = { current: spark.sum(...noises(150)) };
  const done = await spark.simulate(spark.LeakySoma({ units: [2] }), { duration: 3, inputs: few, backend: "wasm" });
  expect(done.complete).toBe(true);
});

test("too many synapse models and too large equations are refused with the population and its parts", async () => {
  const within = { from: "a", to: "a" } as const;
  const projections = Object.fromEntries(
    Array.from({ length: 9000 }, (_, k) => [
      `p${k}`,
      { ...within, weight: 1, connect: spark.oneToOne(), synapse: spark.ExponentialSynapse({ tau: 5 + k / 1000 }) },
    ]),
  );
  const network = spark.brain({ populations: { a: spark.LeakySoma({ units: [2] }) }, projections });
  await expect(spark.simulate(network, { duration: 3 })).rejects.toThrow(
    /^brain\.populations\.a must have at most 100000 operations per step; it has \d+: \d+ for LeakySoma, \d+ for 9000 synapse models\. Use fewer synapse models\.$/,
  );
  const Wide = somaOf((n) => {
    let rows: spark.Float[] = Array.from({ length: 60_000 }, (_, k) => mul(n, quantity(1 + k, "1")));
    while (rows.length > 1) {
      rows = Array.from({ length: Math.ceil(rows.length / 2) }, (_, k) =>
        rows[2 * k + 1] ? add(rows[2 * k]!, rows[2 * k + 1]!) : rows[2 * k]!,
      );
    }
    return rows[0]!;
  });
  await expect(spark.simulate(Wide({ units: [2] }), { duration: 3 })).rejects.toThrow(
    "Large must have at most 100000 operations per step; it has more than 100000: more than 100000 for Large. Use fewer sub-steps or state variables.",
  );
  await expect(spark.compile(Wide({ units: [2] }))).rejects.toThrow("more than 100000 for Large.");
  await expect(spark.compile(network)).rejects.toThrow("144000 for 9000 synapse models.");
});
