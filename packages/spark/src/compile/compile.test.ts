import { expect, test } from "vitest";
import { describeEach } from "../../test/conformance/backends.test-support.ts";
import { attachAlone, onlyOf, stateNamed } from "../../test/conformance/both.test-support.ts";
import { field } from "../config/field.ts";
import { constant, type Float } from "../expr/expr.ts";
import { add, div, gt, log, mul, quantity, relax, sub } from "../expr/verbs.ts";
import { soma } from "../model/soma.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { compileComponent } from "./compile.ts";

const options = { precision: "f64", inputs: {} } as const;

test("expressions of fields alone are computed once: constants, or buffers for fields with a value per unit", () => {
  const namesOf = (config: object): string[] => {
    const built = LeakySoma({ units: [3], ...config }).build({}, { dt: 0.1 });
    return compileComponent(built, options).buffers.map(({ name, role, length }) => `${name} ${role} ${length}`);
  };
  expect(namesOf({})).toEqual(["soma.potential state 32", "soma.outSpikes spikes 1"]);
  expect(namesOf({ potentialReset: [-50, -51, -52] })).toEqual([
    "soma.potential state 32",
    "soma.fixed.2 field 32",
    "soma.outSpikes spikes 1",
  ]);
});

test("equal expressions of fields share a buffer between the step and the observables", () => {
  const built = LeakySoma({ units: [2], potentialRest: [-60, -61] }).build();
  const program = compileComponent(built, options);
  expect(program.buffers.filter(({ name }) => name === "soma.potentialRest")).toHaveLength(1);
  expect(program.buffers.filter(({ role }) => role === "field")).toHaveLength(3);
});

test("a population with much data per unit advances in smaller blocks, of at least 256 units", () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, k) => [`f${k}`, field(1, "mV", "A number.")]));
  const Wide = soma("Wide", many, {
    about: "Sums its fields.",
    step: (x) => ({
      spikes: constant("bool", 0),
      potential: Object.keys(many).reduce<Float>((sum, name) => add(mul(sum, 0.5), x[name] as Float), x.potential),
    }),
  });
  const units = 1000;
  const perUnit = Object.fromEntries(Object.keys(many).map((name) => [name, new Array(units).fill(1)]));
  expect(compileComponent(Wide({ units: [units] }).build(), options).block).toBe(2048);
  expect(compileComponent(Wide({ ...perUnit }).build(), options).block).toBe(256);
  expect(compileComponent(LeakySoma().build(), { ...options, precision: "f32" }).block).toBe(4096);
});

const Doubling = soma(
  "Doubling",
  { size: field(1, "mV", "A size.") },
  {
    about: "Doubles its size.",
    step(x) {
      let sum: Float = x.size;
      for (let k = 0; k < 40; k++) sum = add(sum, sum);
      return { spikes: gt(x.potential, 0), potential: sum };
    },
  },
);

const Logarithm = soma(
  "Logarithm",
  { size: field(1, "mV", "A size.") },
  {
    about: "Relaxes to the logarithm of its size.",
    step: (x) => ({
      spikes: constant("bool", 0),
      potential: relax(
        x.potential,
        mul(log(div(add(x.size, mul(x.potential, 0)), quantity(1, "mV"))), quantity(1, "mV")),
        sub(quantity(2, "ms"), quantity(1, "ms")),
      ),
    }),
  },
);

describeEach("executes compiled programs:", ({ engine }) => {
  test("an expression that is doubled forty times compiles to forty operations", async () => {
    const machine = await attachAlone(engine(), compileComponent(Doubling({ size: [1, 3] }).build(), options), {
      rows: 1,
    });
    await machine.advance(0, 1);
    expect(await stateNamed(machine, "potential")).toEqual(Float64Array.of(2 ** 40, 3 * 2 ** 40));
    machine.dispose();
  });

  test("fields repeat the value of the last unit in the padding, so that all lanes have values in range", async () => {
    const program = compileComponent(Logarithm({ size: [2, 3, 5] }).build(), options);
    const machine = await attachAlone(engine(), program, { rows: 1 });
    program.buffers.forEach(({ role, length }, k) => {
      const view = onlyOf(machine).view(k);
      if (role === "field" && length > 1) expect(new Set(view.subarray(2))).toEqual(new Set([view[2]]));
    });
    await machine.advance(0, 1);
    expect((await stateNamed(machine, "potential"))[2]).toBeCloseTo(Math.log(5) * -Math.expm1(-1), 12);
    machine.dispose();
  });
});
