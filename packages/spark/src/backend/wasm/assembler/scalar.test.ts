import { expect, test } from "vitest";
import { i32, i64 } from "./constants.ts";
import { prefixed } from "./meaning/table.ts";
import { moduleBuilder } from "./module.ts";
import { op } from "./op.ts";
import { type OpcodeOperands, type OpcodeResult, opcodes, type ScalarOpcode, type ValueType } from "./opcodes.ts";
import type { AnyValue, Value } from "./value.ts";

/** A float operand, with the bits that the number alone would lose. */
interface Float {
  readonly value: number;
  readonly bits: bigint;
}

/** Integer operands and results are signed bigints. A float result is a number (NaN: any NaN) or, as a bigint, its bits. */
type Operand<Type extends ValueType> = Type extends "i32" | "i64" ? bigint : Float;
type Outcome<Type> = (Type extends "f32" | "f64" ? number | bigint : bigint) | "trap";
type Operands<Types extends readonly ValueType[]> = { [Place in keyof Types]: Operand<Types[Place]> };
type Meanings = {
  [Name in ScalarOpcode]: (...args: Operands<OpcodeOperands<Name>>) => Outcome<OpcodeResult<Name>>;
};

const fact = (holds: boolean): bigint => (holds ? 1n : 0n);

function integers() {
  const width = 32;
  const count = BigInt(width);
  const signed = (value: bigint) => BigInt.asIntN(width, value);
  const unsigned = (value: bigint) => BigInt.asUintN(width, value);
  const shift = (by: bigint) => unsigned(by) % count;
  const digits = (value: bigint) => unsigned(value).toString(2).padStart(width, "0");
  const rotate = (a: bigint, by: bigint) => signed((unsigned(a) << by) | (unsigned(a) >> (count - by)));
  const smallest = -(2n ** (count - 1n));
  return {
    eqz: (a: bigint) => fact(a === 0n),
    eq: (a: bigint, b: bigint) => fact(a === b),
    ne: (a: bigint, b: bigint) => fact(a !== b),
    lt_s: (a: bigint, b: bigint) => fact(a < b),
    lt_u: (a: bigint, b: bigint) => fact(unsigned(a) < unsigned(b)),
    gt_s: (a: bigint, b: bigint) => fact(a > b),
    gt_u: (a: bigint, b: bigint) => fact(unsigned(a) > unsigned(b)),
    le_s: (a: bigint, b: bigint) => fact(a <= b),
    le_u: (a: bigint, b: bigint) => fact(unsigned(a) <= unsigned(b)),
    ge_s: (a: bigint, b: bigint) => fact(a >= b),
    ge_u: (a: bigint, b: bigint) => fact(unsigned(a) >= unsigned(b)),
    clz: (a: bigint) => BigInt(/^0*/.exec(digits(a))![0].length),
    ctz: (a: bigint) => BigInt(/0*$/.exec(digits(a))![0].length),
    popcnt: (a: bigint) => BigInt(digits(a).replaceAll("0", "").length),
    add: (a: bigint, b: bigint) => signed(a + b),
    sub: (a: bigint, b: bigint) => signed(a - b),
    mul: (a: bigint, b: bigint) => signed(a * b),
    div_s: (a: bigint, b: bigint) => (b === 0n || (a === smallest && b === -1n) ? "trap" : a / b),
    div_u: (a: bigint, b: bigint) => (b === 0n ? "trap" : signed(unsigned(a) / unsigned(b))),
    rem_s: (a: bigint, b: bigint) => (b === 0n ? "trap" : a % b),
    rem_u: (a: bigint, b: bigint) => (b === 0n ? "trap" : signed(unsigned(a) % unsigned(b))),
    and: (a: bigint, b: bigint) => a & b,
    or: (a: bigint, b: bigint) => a | b,
    xor: (a: bigint, b: bigint) => a ^ b,
    shl: (a: bigint, b: bigint) => signed(a << shift(b)),
    shr_s: (a: bigint, b: bigint) => a >> shift(b),
    shr_u: (a: bigint, b: bigint) => signed(unsigned(a) >> shift(b)),
    rotl: (a: bigint, b: bigint) => rotate(a, shift(b)),
    rotr: (a: bigint, b: bigint) => rotate(a, (count - shift(b)) % count),
    extend8_s: (a: bigint) => BigInt.asIntN(8, a),
    extend16_s: (a: bigint) => BigInt.asIntN(16, a),
    ...truncations(width),
  } as const;
}

function truncations(width: number) {
  const count = BigInt(width);
  const truncate = (low: bigint, high: bigint, saturate: boolean) => (a: Float) => {
    if (Number.isNaN(a.value)) return saturate ? 0n : "trap";
    if (a.value === Number.POSITIVE_INFINITY || a.value === Number.NEGATIVE_INFINITY) {
      return saturate ? BigInt.asIntN(width, a.value > 0 ? high : low) : "trap";
    }
    const whole = BigInt(Math.trunc(a.value));
    if (whole >= low && whole <= high) return BigInt.asIntN(width, whole);
    return saturate ? BigInt.asIntN(width, whole > high ? high : low) : "trap";
  };
  const half = 2n ** (count - 1n);
  const signed = truncate(-half, half - 1n, false);
  const unsigned = truncate(0n, 2n ** count - 1n, false);
  const signedSaturated = truncate(-half, half - 1n, true);
  const unsignedSaturated = truncate(0n, 2n ** count - 1n, true);
  return {
    trunc_f32_s: signed,
    trunc_f64_s: signed,
    trunc_f32_u: unsigned,
    trunc_f64_u: unsigned,
    trunc_sat_f32_s: signedSaturated,
    trunc_sat_f64_s: signedSaturated,
    trunc_sat_f32_u: unsignedSaturated,
    trunc_sat_f64_u: unsignedSaturated,
  };
}

function floats(width: 32 | 64) {
  const round = width === 32 ? Math.fround : (value: number) => value;
  return {
    eq: (a: Float, b: Float) => fact(a.value === b.value),
    ne: (a: Float, b: Float) => fact(a.value !== b.value),
    lt: (a: Float, b: Float) => fact(a.value < b.value),
    gt: (a: Float, b: Float) => fact(a.value > b.value),
    le: (a: Float, b: Float) => fact(a.value <= b.value),
    ge: (a: Float, b: Float) => fact(a.value >= b.value),
    add: (a: Float, b: Float) => round(a.value + b.value),
    sub: (a: Float, b: Float) => round(a.value - b.value),
    mul: (a: Float, b: Float) => round(a.value * b.value),
    div: (a: Float, b: Float) => round(a.value / b.value),
    convert_i32_s: (a: bigint) => round(Number(a)),
    convert_i32_u: (a: bigint) => round(Number(BigInt.asUintN(32, a))),
  } as const;
}

const longs = {
  add: (a: bigint, b: bigint) => BigInt.asIntN(64, a + b),
  and: (a: bigint, b: bigint) => a & b,
  shl: (a: bigint, b: bigint) => BigInt.asIntN(64, a << (BigInt.asUintN(64, b) % 64n)),
};

const meanings = {
  ...prefixed("i32.", integers()),
  ...prefixed("i64.", longs),
  ...prefixed("f32.", floats(32)),
  ...prefixed("f64.", floats(64)),
  "i32.wrap_i64": (a: bigint) => BigInt.asIntN(32, a),
  "i64.extend_i32_u": (a: bigint) => BigInt.asUintN(32, a),
  "f32.demote_f64": (a: Float) => Math.fround(a.value),
  "f64.promote_f32": (a: Float) => a.value,
  "i32.reinterpret_f32": (a: Float) => BigInt.asIntN(32, a.bits),
  "i64.reinterpret_f64": (a: Float) => BigInt.asIntN(64, a.bits),
  "f32.reinterpret_i32": (a: bigint) => BigInt.asUintN(32, a),
  "f64.reinterpret_i64": (a: bigint) => BigInt.asUintN(64, a),
} satisfies Meanings;

const scratch = new DataView(new ArrayBuffer(8));

function bitsOf(value: number, type: "f32" | "f64"): bigint {
  if (type === "f32") {
    scratch.setFloat32(0, value);
    return BigInt(scratch.getUint32(0));
  }
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}

function floatOf(bits: bigint, type: "f32" | "f64"): Float {
  if (type === "f32") scratch.setUint32(0, Number(bits));
  else scratch.setBigUint64(0, bits);
  return { bits, value: type === "f32" ? scratch.getFloat32(0) : scratch.getFloat64(0) };
}

const powers = [7, 8, 15, 16, 24, 31, 32, 33, 53, 62, 63].map((power) => 2n ** BigInt(power));
const wholes = [
  0n,
  1n,
  2n,
  3n,
  5n,
  0x1234_5678_9abc_def0n,
  ...powers.flatMap((power) => [power - 1n, power, power + 1n]),
];
const edges = [0, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 3.5, 1 / 3, 1e-45, 1.2e-38, 5e-324, 16777217, 3.4e38, 1.7e308];
const limits = [
  2 ** 31,
  2 ** 31 - 0.5,
  2 ** 31 - 128,
  2 ** 32,
  2 ** 32 - 0.5,
  2 ** 32 - 256,
  2 ** 52 - 0.5,
  2 ** 63,
  2 ** 64,
];
const signedEdges = [...edges, ...limits, 2 ** 31 + 256, 2 ** 63 - 1024, 2 ** 64 - 2048, 2 ** 51 + 0.5, Infinity];

const samples: Readonly<Record<"i32" | "i64" | "f32" | "f64", readonly (bigint | Float)[]>> = {
  i32: [...new Set(wholes.flatMap((whole) => [BigInt.asIntN(32, whole), BigInt.asIntN(32, -whole)]))],
  i64: [...new Set(wholes.flatMap((whole) => [BigInt.asIntN(64, whole), BigInt.asIntN(64, -whole)]))],
  f32: floatSamples("f32", [0x7fc0_0000n, 0xffc0_0000n, 0x7fa1_2345n, 0xff80_0001n]),
  f64: floatSamples("f64", [0x7ff8n << 48n, 0xfff8n << 48n, 0x7ff4_0000_0001_2345n, 0xfff0_0000_0000_0001n]),
};

function floatSamples(type: "f32" | "f64", nans: readonly bigint[]): readonly Float[] {
  const bits = signedEdges.flatMap((edge) => [bitsOf(edge, type), bitsOf(-edge, type)]);
  return [...new Set([...bits, ...nans])].map((pattern) => floatOf(pattern, type));
}

const names = Object.keys(meanings).filter((name): name is ScalarOpcode => name in opcodes);

/** One function for each instruction; floats go in and come out as bits, which JavaScript would not keep of a NaN. */
function assemble(): Uint8Array<ArrayBuffer> {
  const m = moduleBuilder();
  for (const name of names) {
    const [, operands, result] = opcodes[name];
    const params = operands.map((type) => (type === "f32" ? "i32" : type === "f64" ? "i64" : type));
    const results = [result === "f32" ? "i32" : result === "f64" ? "i64" : result] as const;
    m.func({ name, params, results, export: true }, (f) => {
      const args: AnyValue[] = operands.map((type, place) => {
        const value = f.get(f.params[place]!);
        if (type === "f32") return op("f32.reinterpret_i32", value as Value<"i32">);
        return type === "f64" ? op("f64.reinterpret_i64", value as Value<"i64">) : value;
      });
      const value: AnyValue = (op as (name: ScalarOpcode, ...args: AnyValue[]) => AnyValue)(name, ...args);
      if (value.type === "f32") f.return(op("i32.reinterpret_f32", value as Value<"f32">));
      else f.return(value.type === "f64" ? op("i64.reinterpret_f64", value as Value<"f64">) : (value as Value<"i32">));
    });
  }
  return m.bytes();
}

const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble()));

function execute(name: ScalarOpcode, args: readonly (bigint | Float)[]): bigint | "trap" {
  const types: readonly ValueType[] = opcodes[name][1];
  const passed = args.map((arg, place) => {
    const bits = typeof arg === "bigint" ? arg : arg.bits;
    return types[place] === "i32" || types[place] === "f32" ? Number(bits) : bits;
  });
  try {
    return BigInt((exports[name] as (...args: unknown[]) => number | bigint)(...passed));
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return "trap";
    throw error;
  }
}

/** What the outcome must be, in the form of the expectation: a number where the meaning gave one, bits or an integer else. */
function agrees(received: bigint | "trap", expected: number | bigint | "trap", type: ValueType): boolean {
  if (received === "trap" || expected === "trap") return received === expected;
  if (type === "i32" || type === "i64") return received === expected;
  const float = type as "f32" | "f64";
  const bits = BigInt.asUintN(float === "f32" ? 32 : 64, received);
  if (typeof expected === "bigint") return bits === expected;
  return Number.isNaN(expected) ? Number.isNaN(floatOf(bits, float).value) : bits === bitsOf(expected, float);
}

test.each(names)("%s computes what its meaning says, on all pairs of edge values", (name) => {
  const [, operands, result] = opcodes[name];
  const meaning = meanings[name] as (...args: (bigint | Float)[]) => number | bigint | "trap";
  const seconds = operands.length === 2 ? samples[operands[1]] : [undefined];
  const wrong: string[] = [];
  for (const first of samples[operands[0]]) {
    for (const second of seconds) {
      const args = second === undefined ? [first] : [first, second];
      const received = execute(name, args);
      const expected = meaning(...args);
      if (agrees(received, expected, result)) continue;
      wrong.push(
        `${args.map((arg) => (typeof arg === "bigint" ? arg : arg.value)).join(", ")} → ${received}, not ${expected}`,
      );
    }
  }
  expect(wrong).toEqual([]);
});

test("every scalar instruction of the table is executed", () => {
  const scalar = Object.keys(opcodes).filter(
    (name) => /^[if](32|64)\./.test(name) && !/load|store|rmw|const/.test(name),
  );
  expect(names.toSorted()).toEqual(scalar.toSorted());
});

test("constants reach the machine with their exact value", () => {
  const m = moduleBuilder();
  const integers = samples.i32 as readonly bigint[];
  const longs = samples.i64 as readonly bigint[];
  integers.forEach((value, place) => {
    m.func({ name: `i32 ${place}`, params: [], results: ["i32"], export: true }, (f) => f.return(i32(Number(value))));
  });
  longs.forEach((value, place) => {
    m.func({ name: `i64 ${place}`, params: [], results: ["i64"], export: true }, (f) => f.return(i64(value)));
  });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(m.bytes()));
  const read = (name: string) => (instance.exports[name] as () => number | bigint)();
  expect(integers.map((_, place) => BigInt(read(`i32 ${place}`)))).toEqual(integers);
  expect(longs.map((_, place) => read(`i64 ${place}`))).toEqual(longs);
});
