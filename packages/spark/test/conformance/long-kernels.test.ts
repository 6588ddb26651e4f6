import { expect, test } from "vitest";
import { compileComponent } from "../../src/compile/compile.ts";
import type { Float } from "../../src/expr/expr.ts";
import { add, gt, mul, normalNoise, quantity, relax } from "../../src/expr/verbs.ts";
import { float } from "../../src/model/scope.ts";
import { soma } from "../../src/model/soma.ts";
import { describeEach, partOf } from "./backends.test-support.ts";
import { expectBits } from "./both.test-support.ts";

/** So many operations that a backend may compile them in another way than short kernels. */
const DRAWS = 26;

const LongSoma = soma(
  "LongSoma",
  {},
  {
    about: "A soma with many draws in a step.",
    state: () => ({ drift: float(0, "mV", "A random walk.") }),
    step(x) {
      const draws = Array.from({ length: DRAWS }, (_, k) => normalNoise(`draw ${k}`) as Float);
      const noise = draws.reduce((sum, draw, k) => add(sum, mul(draw, quantity(k / 9, "mV"))), quantity(0, "mV"));
      const v = add(relax(x.potential, add(mul(quantity(1, "GΩ"), x.current), noise), quantity(5, "ms")), x.jump);
      return { spikes: gt(v, quantity(8, "mV")), potential: v, drift: add(x.drift, noise) };
    },
  },
);

describeEach(
  "computes a long kernel",
  ({ listed, engine }) => {
    test.each(partOf(["f64", "f32"] as const, listed))("with the bits of the definition in %s", async (precision) => {
      const program = compileComponent(LongSoma({ units: [77] }).build({}, { dt: 0.5 }), {
        precision,
        inputs: { current: [{ kind: "rowUnit" }], inSpikes: [{ kind: "rowBit", signed: true }] },
      });
      expect(program.step.nodes.length).toBeGreaterThan(5000);
      await expectBits(engine(), program, {
        chunks: [3, 5],
        records: [{ name: "potential" }, { name: "drift", units: [0, 15, 16, 76] }],
        dues: [
          { first: 0, every: 1, last: 4 },
          { first: 1, every: 2, last: 4 },
        ],
        scale: 30,
      });
    });
  },
  { others: true },
);
