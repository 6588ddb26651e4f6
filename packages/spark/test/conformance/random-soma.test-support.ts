import fc from "fast-check";
import { type Field, field } from "../../src/config/field.ts";
import { ConfigError } from "../../src/errors/errors.ts";
import { type Bool, constant, type Expr, type Float, type Int } from "../../src/expr/expr.ts";
import { draws, type OpName, signatures } from "../../src/expr/ops.ts";
import {
  abs,
  div,
  max,
  min,
  mul,
  normalNoise,
  otherBits,
  pairedBits,
  quantity,
  randomBits,
  stepIndex,
  uniformNoise,
  unitIndex,
} from "../../src/expr/verbs.ts";
import type { ComponentType } from "../../src/model/component.ts";
import { float, int } from "../../src/model/scope.ts";
import { soma } from "../../src/model/soma.ts";

/*
 * Somas with random equations. A tape of operations is read in order; each takes its arguments among the values before
 * it, so that values are shared as in real models, and a shorter tape is a simpler case.
 */

const operations = Object.keys(signatures).filter((name) => !draws.has(name)) as OpName[];

interface Line {
  readonly op: OpName;
  readonly picks: readonly [number, number, number];
}

/** What makes one random soma. */
export interface Recipe {
  readonly tape: readonly Line[];
  readonly noise: boolean;
  /** Which of the values become the next states and the spikes. */
  readonly results: readonly number[];
  readonly clamped: boolean;
}

const line: fc.Arbitrary<Line> = fc.record({
  op: fc.constantFrom(...operations),
  picks: fc.tuple(fc.nat(999), fc.nat(999), fc.nat(999)),
});

/** Values of every kind that code may treat apart, all exact in single precision or rounded on the way. */
export const numbers = [0, -0, 1, -1, 0.5, -2.5, 3, 1e-9, -3e21, 0.1, 1e-40, 65504, 2147483648, 40, -7.75] as const;
const wholes = [0, 1, -1, 2, 31, -2147483648, 2147483647, 12345, -6] as const;

export const recipes: fc.Arbitrary<Recipe> = fc.record({
  tape: fc.array(line, { minLength: 1, maxLength: 40, size: "max" }),
  noise: fc.boolean(),
  results: fc.array(fc.nat(999), { minLength: 5, maxLength: 5 }),
  clamped: fc.boolean(),
});

interface Pools {
  readonly float: Float[];
  readonly int: Int[];
  readonly bool: Bool[];
}

/** From the end, where the computed values are. */
const choose = <T>(pool: readonly T[], pick: number): T => pool[pool.length - 1 - (pick % pool.length)]!;

/** Arguments where an operation is defined: exponents of normal numbers, positive normal numbers, constant shifts. */
const domain = (op: OpName, place: number, pick: number, arg: Expr): Expr => {
  if (op === "pow2") return max(min(arg as Int, 120), -120);
  if (op === "exponent" || op === "mantissa") return max(1e-30, min(1e30, abs(arg as Float)));
  if (op.startsWith("shift") && place === 1) return constant("int", pick % 40);
  return arg;
};

const grow = (tape: readonly Line[], pools: Pools): void => {
  for (const { op, picks } of tape) {
    const { args, result } = signatures[op];
    const given = args.map((dtype, place) =>
      domain(op, place, picks[place]!, choose<Expr>(pools[dtype], picks[place]!)),
    );
    (pools[result] as Expr[]).push({ op, dtype: result, args: given });
  }
};

/** Numbers and NaN brought back to a range in which states stay alive. */
const clamp = (x: Float): Float => max(-1000, min(1000, x));

/** A field of the random soma, of no unit. */
const plain = (value: number): Field => field(value, "1", "A number.");
const fields = { f: plain(1), g: plain(2), h: plain(-3) };
export type RandomSoma = ComponentType<typeof fields, "potential" | "w" | "k" | "n">;

/** Declares the soma of a recipe, by the function that authors use. */
export const declare = ({ tape, noise, results, clamped }: Recipe): RandomSoma =>
  soma("RandomSoma", fields, {
    about: "Random equations.",
    state: (x) => ({
      w: float(x.f, "1", "A float."),
      k: int(3, "An int."),
      n: int({ op: "toInt", dtype: "int", args: [x.g] }, "An int that starts from a field."),
    }),
    step(x) {
      const pools: Pools = {
        bool: [constant("bool", 0), constant("bool", 1)],
        float: [
          ...numbers.map((value) => constant("float", value, "1")),
          ...(noise ? [normalNoise("a"), uniformNoise("b")] : []),
          x.f,
          x.g,
          x.h,
          div(x.potential, quantity(1, "mV")),
          div(x.current, quantity(1, "pA")),
          x.w,
        ],
        int: [
          ...wholes.map((value) => constant("int", value)),
          ...(noise ? [randomBits("a"), otherBits("c"), pairedBits("d")] : []),
          unitIndex,
          stepIndex,
          x.n,
          x.k,
        ],
      };
      pools.bool.push({ op: "less", dtype: "bool", args: [x.w, pools.float.at(-2)!] });
      grow(tape, pools);
      const [a, b, c, d, e] = results as [number, number, number, number, number];
      const bound = clamped ? clamp : (value: Float) => value;
      return {
        spikes: choose(pools.bool, a),
        potential: mul(bound(choose(pools.float, b)), quantity(1, "mV")),
        w: bound(choose(pools.float, c)),
        k: choose(pools.int, d),
        n: choose(pools.int, e),
      };
    },
  });

/** Leaves out somas whose fields make a count that no counter can hold, which a build refuses. */
export const unlessCountless = <T>(create: () => T): T => {
  try {
    return create();
  } catch (error) {
    fc.pre(!(error instanceof ConfigError && error.message.includes("must be below 2147483647 steps")));
    throw error;
  }
};
