import { expect, test } from "vitest";
import { call, type FunctionBuilder, type Label } from "./code.ts";
import { f32, f32Bits, f64, f64Bits, i8x16, i16x8, i32, i32x4, i64, i64x2 } from "./constants.ts";
import { moduleBuilder } from "./module.ts";
import { op, select } from "./op.ts";
import type { Local } from "./value.ts";

const address = i32(0);
const vector = i32x4(0, 1, 2, 3);

type Body = (f: FunctionBuilder<readonly ["i32"], readonly []>) => void;

/** Builds a module around the body, so that what is refused late is refused too. */
function body(build: Body): () => void {
  return () => {
    const m = moduleBuilder();
    m.func({ name: "run", params: ["i32"], results: [] }, build);
    m.bytes();
  };
}

const other: { local?: Local<"i32">; label?: Label } = {};
moduleBuilder().func({ name: "other", params: ["i32"], results: [] }, (f) => {
  other.local = f.params[0];
  f.block((leave) => {
    other.label = leave;
  });
});

/** Every wrong use, the class of its error and the start of its sentence. Those that the compiler sees say so too. */
const refusals: readonly (readonly [name: string, use: () => unknown, kind: typeof Error, message: string])[] = [
  [
    "an operand of another type",
    // @ts-expect-error: an i32 is no vector.
    () => op("f32x4.add", vector, i32(1)),
    TypeError,
    "f32x4.add operand 1 must be a value of type v128; received a value of type i32.",
  ],
  [
    "a double among floats",
    // @ts-expect-error: f32 and f64 do not mix.
    () => op("f32.add", f32(1), f64(1)),
    TypeError,
    "f32.add operand 1 must be a value of type f32; received a value of type f64.",
  ],
  [
    "a missing operand",
    // @ts-expect-error: the second operand is missing.
    () => op("i32.add", i32(1)),
    TypeError,
    "i32.add operand 1 must be a value of type i32; received nothing.",
  ],
  [
    "an operand too many",
    // @ts-expect-error: there is one operand too many.
    () => op("i32.eqz", i32(1), i32(1)),
    TypeError,
    "i32.eqz takes at most 1 arguments; received 2.",
  ],
  [
    "a bare number",
    // @ts-expect-error: a number is no value.
    () => op("i32.eqz", 1),
    TypeError,
    "i32.eqz operand 0 must be a value of type i32; received number 1.",
  ],
  [
    "an unknown instruction",
    // @ts-expect-error: the instruction does not exist.
    () => op("f32x4.fma", vector, vector),
    TypeError,
    'op knows no instruction "f32x4.fma".',
  ],
  [
    "a name of Object",
    // @ts-expect-error: the name is inherited by every object.
    () => op("toString"),
    TypeError,
    'op knows no instruction "toString".',
  ],
  [
    "a store where a value is due",
    // @ts-expect-error: a store is no value.
    () => op("i32.eqz", op("i32.store", address, i32(1))),
    TypeError,
    'op takes no "i32.store", which leaves no value. Use f.emit.',
  ],
  [
    "a missing lane",
    // @ts-expect-error: a lane is due.
    () => op("f32x4.extract_lane", vector),
    RangeError,
    "f32x4.extract_lane lane must be an integer from 0 to 3; received undefined.",
  ],
  [
    "a lane too high",
    () => op("f32x4.extract_lane", vector, 4),
    RangeError,
    "f32x4.extract_lane lane must be an integer from 0 to 3; received 4.",
  ],
  [
    "a lane below 0",
    () => op("i64x2.replace_lane", vector, i64(0n), -1),
    RangeError,
    "i64x2.replace_lane lane must be an integer from 0 to 1; received -1.",
  ],
  [
    "a lane between two",
    () => op("v128.load64_lane", address, vector, 0.5),
    RangeError,
    "v128.load64_lane lane must be an integer from 0 to 1; received 0.5.",
  ],
  [
    "a lane beyond the bytes",
    () => op("v128.load32_lane", address, vector, 4),
    RangeError,
    "v128.load32_lane lane must be an integer from 0 to 3; received 4.",
  ],
  [
    "fifteen lanes",
    () => op("i8x16.shuffle", vector, vector, Array(15).fill(0)),
    RangeError,
    "i8x16.shuffle takes 16 lanes; received 15 lanes.",
  ],
  [
    "a lane of no vector",
    () => op("i8x16.shuffle", vector, vector, Array(16).fill(32)),
    RangeError,
    "i8x16.shuffle lane must be an integer from 0 to 31; received 32.",
  ],
  [
    "an offset below 0",
    () => op("i32.load", address, { offset: -4 }),
    RangeError,
    "i32.load offset must be an integer from 0 to 2^32 - 1 bytes; received -4.",
  ],
  ["half an offset", () => op("i32.load", address, { offset: 0.5 }), RangeError, "i32.load offset must be"],
  [
    "an offset too large",
    () => op("v128.load", address, { offset: 2 ** 32 }),
    RangeError,
    "v128.load offset must be an integer from 0 to 2^32 - 1 bytes; received 4294967296.",
  ],
  [
    "an offset that is NaN",
    () => op("v128.load", address, { offset: Number.NaN }),
    RangeError,
    "v128.load offset must be",
  ],
  [
    "an alignment that is no power",
    () => op("v128.load", address, { align: 3 }),
    RangeError,
    "v128.load align must be a power of two from 1 to 16 bytes; received 3.",
  ],
  [
    "an alignment above the natural",
    () => op("i32.load", address, { align: 8 }),
    RangeError,
    "i32.load align must be a power of two from 1 to 4 bytes; received 8.",
  ],
  ["an alignment of 0", () => op("i32.load", address, { align: 0 }), RangeError, "i32.load align must be"],
  [
    "a lax atomic alignment",
    () => op("i32.atomic.load", address, { align: 1 }),
    RangeError,
    "i32.atomic.load align must be 4 bytes; received 1.",
  ],
  [
    "a misspelt immediate",
    // @ts-expect-error: the immediate has no such key.
    () => op("i32.load", address, { offest: 4 }),
    TypeError,
    'i32.load has no memory immediate "offest".',
  ],
  [
    "an i32 too large",
    () => i32(2 ** 32),
    RangeError,
    "i32.const takes an integer from -2^31 to 2^32 - 1; received 4294967296.",
  ],
  ["an i32 with a fraction", () => i32(0.5), RangeError, "i32.const takes an integer"],
  ["an i32 that is NaN", () => i32(Number.NaN), RangeError, "i32.const takes an integer"],
  [
    "a number as i64",
    // @ts-expect-error: an i64 takes a bigint.
    () => i64(1),
    RangeError,
    "i64.const takes a bigint from -2^63 to 2^64 - 1; received 1.",
  ],
  ["an i64 too large", () => i64(2n ** 64n), RangeError, "i64.const takes a bigint"],
  [
    "a string as f32",
    // @ts-expect-error: a string is no number.
    () => f32("1"),
    TypeError,
    "f32.const takes a number; received string 1.",
  ],
  [
    "bits of a float beyond 32",
    () => f32Bits(2 ** 32),
    RangeError,
    "f32Bits takes integers from -2^31 to 2^32 - 1; received 4294967296.",
  ],
  [
    "bits of a double beyond 64",
    () => f64Bits(2n ** 64n),
    RangeError,
    "f64Bits takes bigints from -2^63 to 2^64 - 1; received 18446744073709551616.",
  ],
  ["a lane value too large", () => i32x4(0, 0, 0, 2 ** 32), RangeError, "i32x4 takes integers"],
  ["a long lane value too large", () => i64x2(0n, 2n ** 64n), RangeError, "i64x2 takes bigints"],
  [
    "a byte too large",
    () => i8x16(256, ...Array(15).fill(0)),
    RangeError,
    "i8x16 takes integers from -2^7 to 2^8 - 1; received 256.",
  ],
  ["seven lanes of eight", () => i16x8(1, 2, 3, 4, 5, 6, 7), RangeError, "i16x8 takes 8 lanes; received 7."],
  [
    "a vector constant of 15 bytes",
    () => op("v128.const", new Uint8Array(15)),
    TypeError,
    "v128.const takes a Uint8Array of 16 bytes",
  ],
  [
    "a select of two types",
    // @ts-expect-error: both sides have one type.
    () => select(i32(1), f32(1), f64(1)),
    TypeError,
    "select's third argument must be a value of type f32; received a value of type f64.",
  ],
  [
    "a select on a float",
    // @ts-expect-error: the condition is an i32.
    () => select(f32(1), f32(1), f32(1)),
    TypeError,
    "select's condition must be a value of type i32",
  ],
];

const bodies: readonly (readonly [name: string, build: Body, kind: typeof Error, message: string])[] = [
  [
    "a local set to another type",
    // @ts-expect-error: the local is an f32.
    (f) => f.set(f.local("f32"), i32(1)),
    TypeError,
    "run set of local 0 of run must be a value of type f32; received a value of type i32.",
  ],
  [
    "a local teed with another type",
    // @ts-expect-error: the local is a v128.
    (f) => f.drop(f.tee(f.local("v128"), i32(1))),
    TypeError,
    "run tee of local 0 of run must be a value of type v128",
  ],
  [
    "a local of no type",
    // @ts-expect-error: there is no such type.
    (f) => f.local("i8"),
    TypeError,
    "run local type must be one of i32, i64, f32, f64, v128; received i8.",
  ],
  [
    "a local as a value",
    // @ts-expect-error: a local is read with get.
    (f) => f.drop(op("i32.eqz", f.params[0])),
    TypeError,
    "i32.eqz operand 0 must be a value of type i32; received parameter 0 of run itself (read it with f.get).",
  ],
  [
    "a parameter that is not there",
    // @ts-expect-error: there is one parameter.
    (f) => f.get(f.params[1]),
    TypeError,
    "run cannot use nothing.",
  ],
  [
    "a local of another function",
    (f) => f.drop(f.get(other.local!)),
    TypeError,
    "run cannot use parameter 0 of other.",
  ],
  [
    "a label of another function",
    (f) => f.branch(other.label!),
    TypeError,
    "run branches to a label that does not enclose the branch.",
  ],
  [
    "a label after its block",
    (f) => {
      let kept: Label | undefined;
      f.block((leave) => {
        kept = leave;
      });
      f.branch(kept!);
    },
    TypeError,
    "run branches to a label that does not enclose the branch.",
  ],
  [
    "an if on a float",
    // @ts-expect-error: an if asks for an i32.
    (f) => f.if(f32(1), () => {}),
    TypeError,
    "run if condition must be a value of type i32; received a value of type f32.",
  ],
  [
    "a branch on a long",
    // @ts-expect-error: a branch asks for an i32.
    (f) => f.loop((again) => f.branchIf(again, i64(1n))),
    TypeError,
    "run branchIf condition must be a value of type i32",
  ],
  [
    "a result too many",
    // @ts-expect-error: the function returns nothing.
    (f) => f.return(i32(1)),
    TypeError,
    "run returns 0 values; received 1.",
  ],
  [
    "a value as a statement",
    // @ts-expect-error: an instruction with a result is no statement.
    (f) => f.emit("i32.add", i32(1), i32(1)),
    TypeError,
    'emit takes no "i32.add", which leaves a value. Use op and f.drop.',
  ],
  [
    "a store of another type",
    // @ts-expect-error: the stored value is a float.
    (f) => f.emit("f32.store", address, i32(1)),
    TypeError,
    "f32.store operand 1 must be a value of type f32",
  ],
  [
    "a drop of nothing",
    // @ts-expect-error: nothing is left to drop.
    (f) => f.drop(undefined),
    TypeError,
    "run drop takes a value; received nothing.",
  ],
];

test.each(refusals)("%s is refused", (_, use, kind, message) => {
  expect(use).toThrow(kind);
  expect(use).toThrow(message);
});

test.each(bodies)("%s is refused in a body", (_, build, kind, message) => {
  expect(body(build)).toThrow(kind);
  expect(body(build)).toThrow(message);
});

test("a function that can end without its results is refused", () => {
  const build = () => moduleBuilder().func({ name: "run", params: [], results: ["i32"] }, () => {});
  expect(build).toThrow("run ends without its 1 results. End it with f.return or f.unreachable.");
});

test("a result of another type is refused", () => {
  const m = moduleBuilder();
  // @ts-expect-error: the function returns an i32.
  const build = () => m.func({ name: "run", params: [], results: ["i32"] }, (f) => f.return(f32(1)));
  expect(build).toThrow("run result 0 must be a value of type i32; received a value of type f32.");
});

test("calls with wrong arguments, too few, or the wrong number of results are refused", () => {
  const m = moduleBuilder();
  const half = m.importFunc("env", "half", { params: ["f32"], results: ["f32"] });
  const stop = m.importFunc("env", "stop", { params: [], results: [] });
  // @ts-expect-error: the argument is an f32.
  expect(() => call(half, i32(1))).toThrow("call of function env.half argument 0 must be a value of type f32");
  // @ts-expect-error: the argument is missing.
  expect(() => call(half)).toThrow("call of function env.half takes 1 arguments; received 0.");
  // @ts-expect-error: stop leaves no value.
  expect(() => call(stop)).toThrow("call of function env.stop needs 1 results; it has 0.");
  // @ts-expect-error: half leaves a value.
  expect(body((f) => f.call(half, f32(1)))).toThrow("call of function env.half needs 0 results; it has 1.");
});

test("a function of another module is refused when the module is written", () => {
  const foreign = moduleBuilder().importFunc("env", "stop", { params: [], results: [] });
  expect(body((f) => f.call(foreign))).toThrow(
    "run cannot use function env.stop: another function or module declared it.",
  );
});

test("an immutable global cannot be set, and a global starts with a constant of its type", () => {
  const m = moduleBuilder();
  const fixed = m.global(i32(1));
  expect(body((f) => f.globalSet(fixed, i32(2)))).toThrow("global 0 cannot be set: it is immutable.");
  expect(() => m.global(op("i32.add", i32(1), i32(2)))).toThrow("global 1 must start with a constant");
  const free = m.global(i32(1), { mutable: true });
  // @ts-expect-error: the global is an i32.
  expect(body((f) => f.globalSet(free, f32(2)))).toThrow("run globalSet of global 1 must be a value of type i32");
});

test.each([
  [{ min: -1 }, "ModuleBuilder.memory min must be an integer from 0 to 65536 pages; received -1."],
  [{ min: 1.5 }, "ModuleBuilder.memory min must be"],
  [{ min: 1, max: 65537 }, "ModuleBuilder.memory max must be an integer from 0 to 65536 pages; received 65537."],
  [{ min: 3, max: 2 }, "ModuleBuilder.memory max must be at least min, 3 pages; received 2."],
  [{ min: 1, shared: true }, "ModuleBuilder.memory max must be given for a shared memory; received none."],
])("a memory of %j is refused", (limits, message) => {
  expect(() => moduleBuilder().memory(limits)).toThrow(message);
});

test("a second memory and a second export of one name are refused", () => {
  const m = moduleBuilder();
  m.memory({ min: 1 }, "memory");
  expect(() => m.importMemory("env", "memory", { min: 1 })).toThrow("ModuleBuilder.memory is declared twice");
  expect(() => m.func({ name: "memory", params: [], results: [], export: true }, () => {})).toThrow(
    'ModuleBuilder exports "memory" twice.',
  );
});
