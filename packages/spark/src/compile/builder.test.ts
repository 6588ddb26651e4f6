import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ModelError } from "../errors/errors.ts";
import { meaning } from "../expr/evaluate.ts";
import type { DType } from "../expr/expr.ts";
import { type PrimitiveName, primitives, signatures } from "../expr/ops.ts";
import type { Node } from "../program/program.ts";
import { KernelBuilder } from "./builder.ts";

/** Values of all nodes, given the value of each buffer. */
const valuesOf = (builder: KernelBuilder, buffers: readonly number[]): number[] => {
  const values: number[] = [];
  const value = (node: Node): number => {
    if (node.op === "constant") return node.value;
    if (node.op === "load") return buffers[node.buffer]!;
    if (node.op === "unit" || node.op === "step") return 0;
    const [a = 0, b = 0, c = 0] = node.args.map((arg) => values[arg]!);
    const exact = meaning[node.op](a, b, c);
    return node.dtype === "float" && builder.precision === "f32" ? Math.fround(exact) : exact;
  };
  for (const node of builder.nodes) values.push(value(node));
  return values;
};

/** Even buffers hold one value for all units, odd buffers one value per unit. */
const load = (builder: KernelBuilder, dtype: DType, buffer: number): number =>
  builder.load(dtype, buffer, buffer % 2 === 0 ? "scalar" : "unit");

const special = [0, -0, 1, -1, 0.1, 1e-40, 5e-324, -1e-310, 3e38, -1e308, Infinity, -Infinity, NaN];
const float = fc.oneof(fc.constantFrom(...special), fc.double());
const precision = fc.constantFrom("f32", "f64");
const round = (value: number, to: string): number => (to === "f32" ? Math.fround(value) : value);

const operations = (Object.keys(primitives) as PrimitiveName[]).filter(
  (name) => !["pow2", "exponent", "mantissa"].includes(name),
);

test("rewriting does not change the value of an operation", () => {
  const lines = fc.array(fc.tuple(fc.constantFrom(...operations), fc.nat(99), fc.nat(99), fc.nat(99)), {
    maxLength: 30,
    size: "max",
  });
  const numbers = fc.tuple(float, float, float, float, float);
  const ints = fc.tuple(fc.integer(), fc.integer(), fc.integer());
  fc.assert(
    fc.property(precision, lines, numbers, ints, (to, tape, floats, wholes) => {
      const builder = new KernelBuilder(to);
      const buffers = [...floats.map((value) => round(value, to)), ...wholes];
      // Nodes with their values, by type.
      const pools: Record<DType, [node: number, value: number][]> = { float: [], int: [], bool: [] };
      for (const value of [0, -0, 1, -2.5]) pools.float.push([builder.constant("float", value), value]);
      floats.forEach((_, k) => void pools.float.push([load(builder, "float", k), buffers[k]!]));
      pools.int.push([builder.constant("int", 0), 0], [builder.constant("int", 1), 1]);
      wholes.forEach((value, k) => void pools.int.push([load(builder, "int", floats.length + k), value]));
      pools.bool.push([builder.constant("bool", 0), 0], [builder.constant("bool", 1), 1]);
      pools.bool.push([
        builder.op("less", pools.float.at(-1)![0], pools.float.at(-2)![0]),
        +(buffers[floats.length - 1]! < buffers[floats.length - 2]!),
      ]);
      for (const [op, ...picks] of tape) {
        const { args, result } = signatures[op];
        const given = args.map(
          (dtype, k) => pools[dtype][pools[dtype].length - 1 - (picks[k]! % pools[dtype].length)]!,
        );
        const [a = 0, b = 0, c = 0] = given.map(([, value]) => value);
        const value = result === "float" ? round(meaning[op](a, b, c), to) : meaning[op](a, b, c);
        pools[result].push([builder.op(op, ...given.map(([node]) => node)), value]);
      }
      const values = valuesOf(builder, buffers);
      for (const [node, value] of Object.values(pools).flat()) expect(values[node]).toBe(value);
    }),
    { numRuns: 1500 },
  );
});

describe("a decay towards zero", () => {
  const relaxed = (builder: KernelBuilder): number => {
    const k = load(builder, "float", 0);
    const x = load(builder, "float", 1);
    return builder.op("add", x, builder.op("mul", k, builder.op("sub", builder.constant("float", 0), x)));
  };

  test("takes two operations instead of three", () => {
    const builder = new KernelBuilder("f32");
    builder.store(0, relaxed(builder), "unit");
    expect(builder.finish().nodes.map(({ op }) => op)).toEqual(["load", "load", "mul", "sub"]);
  });

  test("gives the same bits for all numbers", () => {
    fc.assert(
      fc.property(precision, float, float, (to, first, second) => {
        const builder = new KernelBuilder(to);
        const node = relaxed(builder);
        const k = round(first, to);
        const x = round(second, to);
        const expected = round(x + round(k * (0 - x), to), to);
        expect(valuesOf(builder, [k, x])[node]).toBe(expected);
      }),
      { numRuns: 3000, examples: special.flatMap((k) => special.map((x) => ["f64", k, x] as ["f64", number, number])) },
    );
  });

  test("is not rewritten when it starts from a different number than it changes", () => {
    const builder = new KernelBuilder("f64");
    const [k, x, y] = [0, 1, 3].map((buffer) => load(builder, "float", buffer)) as [number, number, number];
    const node = builder.op("add", y, builder.op("mul", k, builder.op("sub", builder.constant("float", 0), x)));
    expect(valuesOf(builder, [1, 3, 0, 5])[node]).toBe(2);
  });
});

test("adding negative zero and selecting between equal values are omitted", () => {
  const builder = new KernelBuilder("f32");
  const x = load(builder, "float", 1);
  const condition = builder.constant("float", 0);
  const nothing = builder.constant("float", -0);
  expect(builder.op("add", x, nothing)).toBe(x);
  expect(builder.op("add", nothing, x)).toBe(x);
  expect(builder.op("select", builder.op("less", x, condition), x, x)).toBe(x);
  expect(builder.op("add", x, builder.constant("float", 0))).not.toBe(x);
  expect(builder.op("sub", nothing, x)).not.toBe(x);
});

test("products with one are omitted", () => {
  const builder = new KernelBuilder("f32");
  const x = load(builder, "float", 1);
  const one = builder.constant("float", 1);
  expect(builder.op("mul", x, one)).toBe(x);
  expect(builder.op("mul", one, x)).toBe(x);
  expect(builder.op("div", x, one)).toBe(x);
  expect(builder.op("div", one, x)).not.toBe(x);
  expect(builder.op("mul", x, builder.constant("float", -1))).not.toBe(x);
});

describe.each(["f32", "f64"] as const)("a quotient by a constant in %s", (precision) => {
  const quotient = (divisor: number) => {
    const builder = new KernelBuilder(precision);
    const x = load(builder, "float", 0);
    return { builder, node: builder.op("div", x, builder.constant("float", divisor)) };
  };

  test("is a product if the constant is a power of two", () => {
    for (const divisor of [2, 0.5, -4, 2 ** 126, 2 ** -126]) {
      const { builder, node } = quotient(divisor);
      expect(builder.nodes[node]!.op).toBe("mul");
    }
    for (const divisor of [3, 0.1, 0, 2 ** 127, 2 ** -149, Number.POSITIVE_INFINITY, Number.NaN, 2 + 2 ** -22]) {
      const { builder, node } = quotient(divisor);
      expect(builder.nodes[node]!.op).toBe("div");
    }
  });

  test("has the bits of the quotient for all numbers", () => {
    const round = precision === "f32" ? Math.fround : (x: number) => x;
    fc.assert(
      fc.property(fc.double(), fc.integer({ min: -126, max: 126 }), (given, power) => {
        const x = round(given);
        const { builder, node } = quotient(2 ** power);
        expect(valuesOf(builder, [x])[node]).toBe(round(x / 2 ** power));
      }),
    );
  });
});

describe("an operation on a selection between uniform values", () => {
  const builder = new KernelBuilder("f32");
  const [uniform, unit, other] = [0, 1, 2].map((buffer) => load(builder, "float", buffer)) as [number, number, number];
  const condition = builder.op("less", unit, uniform);
  const choice = builder.op("select", condition, uniform, builder.constant("float", 0));
  const opOf = (node: number): string => builder.nodes[node]!.op;

  test("becomes a selection between its results", () => {
    const product = builder.op("mul", other, choice);
    expect(opOf(product)).toBe("select");
    expect(builder.nodes[product]).toMatchObject({
      args: [condition, builder.op("mul", other, uniform), expect.any(Number)],
    });
    expect(opOf(builder.op("toInt", choice))).toBe("intSelect");
  });

  test("is not rewritten if the other argument differs between units, or if the result is a bool", () => {
    expect(opOf(builder.op("mul", unit, choice))).toBe("mul");
    expect(opOf(builder.op("less", other, choice))).toBe("less");
    expect(opOf(builder.op("mul", other, builder.op("select", condition, unit, uniform)))).toBe("mul");
  });
});

test("equal operations share a node, and nodes that no store needs are omitted", () => {
  const builder = new KernelBuilder("f64");
  const x = load(builder, "float", 1);
  expect(builder.op("add", x, x)).toBe(builder.op("add", x, x));
  expect(builder.constant("float", 0)).not.toBe(builder.constant("float", -0));
  builder.op("sqrt", x);
  builder.store(1, builder.op("abs", x), "unit");
  expect(builder.finish()).toEqual({
    nodes: [
      { op: "load", dtype: "float", buffer: 1, at: "unit", uniform: false },
      { op: "abs", dtype: "float", args: [0], uniform: false },
    ],
    stores: [{ buffer: 1, node: 1, at: "unit" }],
  });
});

test("operations on constants are computed at compile time, in the precision of the program", () => {
  const builder = new KernelBuilder("f32");
  const sum = builder.op("add", builder.constant("float", 0.1), builder.constant("float", 0.2));
  expect(builder.nodes[sum]).toMatchObject({ op: "constant", value: Math.fround(Math.fround(0.1) + Math.fround(0.2)) });
});

test("an int that does not fit 32 bits is rejected, and a negative zero becomes zero", () => {
  const builder = new KernelBuilder("f64");
  for (const value of [2147483648, -2147483649, 0.5, Number.NaN]) {
    expect(() => builder.constant("int", value)).toThrow(ModelError);
    expect(() => builder.constant("int", value)).toThrow(
      `A constant among ints must be a whole number from -2147483648 to 2147483647; received ${value}. Use a float, or a smaller number.`,
    );
  }
  expect(builder.constant("int", -0)).toBe(builder.constant("int", 0));
});
