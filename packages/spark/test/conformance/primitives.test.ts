import { expect, test } from "vitest";
import { KernelBuilder } from "../../src/compile/builder.ts";
import type { Precision } from "../../src/config/parse.ts";
import type { DType } from "../../src/expr/expr.ts";
import { type PrimitiveName, primitives, signatures } from "../../src/expr/ops.ts";
import { type Buffer, type BufferType, type Program, paddedTo, wordsOf } from "../../src/program/program.ts";
import { describeEach, once, partOf } from "./backends.test-support.ts";
import { expectBits } from "./both.test-support.ts";

/*
 * Each primitive alone, on every pair of these numbers, as values a unit and as constants on either side: the corners
 * that random equations meet too seldom.
 */
const zeros = [0, -0, 1, -1, 0.5, -2.5, 1.5];
const sizes = [1e-40, -5e-324, 16777217, 8388607.5, 4503599627370495.5, 1e39, 2147483647, -2147483649];
const floats = [...zeros, ...sizes, Infinity, -Infinity, NaN];
const ints = [0, 1, -1, 2, 31, 33, -2147483648, 2147483647, 16777217, -12345];
const normals = [1, 1.5, 3, 0.1, 1e-37, 3e38, 65504];
const exponents = [0, 1, -1, 127, -126, 31, -31];
const counts = [0, 1, 5, 31];

const operands = (op: PrimitiveName, place: number): readonly number[] => {
  if (op === "pow2") return exponents;
  if (op === "exponent" || op === "mantissa") return normals;
  if (op.startsWith("shift") && place === 1) return counts;
  const dtype = signatures[op].args[place];
  return dtype === "float" ? floats : dtype === "int" ? ints : [0, 1];
};

const combinations = (lists: readonly (readonly number[])[]): number[][] =>
  lists.reduce<number[][]>((rows, list) => list.flatMap((value) => rows.map((row) => [...row, value])), [[]]);

/** A truth value from an int or from a float: masks of both widths in double precision. */
type Source = "int" | "float";

const programOf = (op: PrimitiveName, precision: Precision, truth: Source): Program => {
  const { args, result } = signatures[op];
  const rows = combinations(args.map((_, place) => operands(op, place)));
  const padded = paddedTo(rows.length, 32);
  const builder = new KernelBuilder(precision);
  const buffers: Buffer[] = [];
  const add = (type: BufferType, initial: Buffer["initial"]): number =>
    buffers.push({
      name: `b${buffers.length}`,
      type,
      ...(type === "bits"
        ? { role: "spikes", length: wordsOf(padded), perStep: true }
        : { role: "state", length: padded }),
      initial,
    }) - 1;
  const constant = (dtype: DType, value: number): number => builder.constant(dtype, value);
  const loads = args.map((dtype, place) => {
    const type = dtype === "bool" ? truth : dtype;
    const loaded = builder.load(
      type,
      add(
        type,
        rows.map((row) => row[place]!),
      ),
      "unit",
    );
    if (dtype !== "bool") return loaded;
    return truth === "int"
      ? builder.op("intEqual", loaded, constant("int", 1))
      : builder.op("less", constant("float", 0.5), loaded);
  });
  const keep = (...nodes: readonly number[]): void => {
    const node = builder.op(op, ...nodes);
    const type = result === "bool" ? "bits" : result;
    builder.store(add(type, 0), node, result === "bool" ? "rowBit" : "unit");
    // A truth value that is also used to choose takes another way than one that is stored.
    if (result === "bool") {
      builder.store(add("float", 0), builder.op("select", node, constant("float", 3), constant("float", 5)), "unit");
      builder.store(add("int", 0), builder.op("intSelect", node, constant("int", 3), constant("int", 5)), "unit");
    }
  };
  if (!op.startsWith("shift")) keep(...loads);
  args.forEach((dtype, place) => {
    if (op.startsWith("shift") && place === 0) return;
    for (const value of operands(op, place))
      keep(...loads.map((node, k) => (k === place ? constant(dtype, value) : node)));
  });
  const step = builder.finish();
  const spikes = buffers.findIndex(({ role }) => role === "spikes");
  return {
    name: op,
    precision,
    units: rows.length,
    padded,
    block: 65536,
    buffers,
    step,
    fade: { nodes: [], stores: [] },
    observables: [],
    ...(spikes >= 0 && { spikes }),
  };
};

const kinds = (["f32", "f64"] as const).flatMap((precision) =>
  (Object.keys(primitives) as PrimitiveName[]).map((op) => ({
    title: `${op} in ${precision}`,
    programs: once(() => {
      const truths = signatures[op].args.includes("bool") ? (["int", "float"] as const) : (["int"] as const);
      return truths.map((truth) => programOf(op, precision, truth));
    }),
  })),
);

describeEach(
  "gives the bits of the interpreter on every pair of corner values",
  ({ listed, engine }) => {
    // Where each program takes long, precisions take turns.
    const tried = listed.share < 0.1 ? kinds.filter((_, k) => (k + Number(k >= kinds.length / 2)) % 2 === 0) : kinds;
    for (const { title, programs } of tried) {
      test(title, async () => {
        for (const program of partOf(programs(), listed)) {
          expect(program.step.stores.length).toBeGreaterThan(0);
          await expectBits(engine(), program, { chunks: [1] });
        }
      });
    }
  },
  { others: true },
);
