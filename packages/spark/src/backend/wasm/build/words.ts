import type { FunctionBuilder } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import { op, select } from "../assembler/op.ts";
import type { Local, Value } from "../assembler/value.ts";

export type Scalar = Local<"i32">;

/** Loads a word of a record. */
export const word = (f: FunctionBuilder, record: Scalar, offset: number): Scalar =>
  f.let(op("i32.load", f.get(record), { offset }));
export const plus = (f: FunctionBuilder, a: Scalar, b: Value<"i32">): Value<"i32"> => op("i32.add", f.get(a), b);
/** Address of a 32-bit element. */
export const element = (f: FunctionBuilder, base: Scalar, place: Scalar): Value<"i32"> =>
  plus(f, base, op("i32.shl", f.get(place), i32(2)));
/** The smaller of two unsigned numbers. */
export const least = (f: FunctionBuilder, a: Scalar, b: Scalar): Value<"i32"> =>
  select(op("i32.lt_u", f.get(a), f.get(b)), f.get(a), f.get(b));
export const advance = (f: FunctionBuilder, local: Scalar, by: number): void => f.set(local, plus(f, local, i32(by)));

/** Loops while a < b, as unsigned numbers. */
export const whileBelow = (f: FunctionBuilder, a: Scalar, b: Scalar, round: () => void): void => {
  f.block((leave) => {
    f.loop((again) => {
      f.branchIf(leave, op("i32.ge_u", f.get(a), f.get(b)));
      round();
      f.branch(again);
    });
  });
};
