import { field } from "../../src/config/field.ts";
import type { Float } from "../../src/expr/expr.ts";
import { add, gt, mul, normalNoise, quantity, relax, select, sub } from "../../src/expr/verbs.ts";
import { soma } from "../../src/model/soma.ts";

/** A soma with so many values a unit that a block is as small as blocks get: 256 units. */
const names = Array.from({ length: 20 }, (_, k) => `weight${k}`);
const WideSoma = soma("WideSoma", Object.fromEntries(names.map((name) => [name, field(1, "mV", "A weight.")])), {
  about: "A soma with many fields.",
  step(x) {
    const weights = names.map((name) => x[name] as Float);
    const input = mul(quantity(1, "GΩ"), x.current);
    const v = add(
      relax(x.potential, weights.reduce(add, input), quantity(5, "ms")),
      mul(weights[3]!, normalNoise("own")),
    );
    const spikes = gt(v, mul(weights[0]!, 9));
    return { spikes, potential: select(spikes, sub(v, weights[1]!), v) };
  },
});

export const UNITS = 600;
const config = Object.fromEntries(
  names.map((name, k) => [name, Float64Array.from({ length: UNITS }, (_, unit) => Math.sin(unit * (k + 1)) * 3)]),
);
/** The wide soma with other values in each unit. */
export const wide = (units: number = UNITS) =>
  WideSoma({
    ...Object.fromEntries(Object.entries(config).map(([name, array]) => [name, array.slice(0, units)])),
    units: [units],
  }).build({}, { dt: 0.5 });
