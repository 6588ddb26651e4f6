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
