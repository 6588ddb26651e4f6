import type { FunctionBuilder } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import { op } from "../assembler/op.ts";
import type { Local } from "../assembler/value.ts";

/** Emits a loop from one number to another, as long as a whole step is left. */
export const repeat = (
  f: FunctionBuilder,
  [at, end]: readonly [Local<"i32">, Local<"i32">],
  step: number,
  round: (left: Local<"i32">) => void,
): void => {
  const left = f.local("i32");
  f.block((leave) => {
    f.loop((again) => {
      f.set(left, op("i32.sub", f.get(end), f.get(at)));
      f.branchIf(leave, op("i32.lt_u", f.get(left), i32(step)));
      round(left);
      f.set(at, op("i32.add", f.get(at), i32(step)));
      f.branch(again);
    });
  });
};
