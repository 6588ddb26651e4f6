import type { FunctionBuilder } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import { op } from "../assembler/op.ts";
import type { Scalar, Site } from "./kernel.ts";
import { ROUND } from "./rounds.ts";

/**
 * Clears the bits of the lanes after the last unit, from one row to another. The rounds compute these lanes too, but they
 * must not spike. Clearing them in each round, or after each row, takes registers from the loop over units.
 */
export const emitEnd = (
  f: FunctionBuilder,
  { program, region, base }: Site,
  [row, endRow]: readonly [first: Scalar, end: Scalar],
  endUnit: Scalar,
): void => {
  const rest = program.units % ROUND;
  const buffers = new Set(program.step.stores.filter(({ at }) => at === "rowBit").map(({ buffer }) => buffer));
  if (rest === 0 || buffers.size === 0) return;
  const first = program.units - rest;
  f.if(op("i32.gt_u", f.get(endUnit), i32(first)), () => {
    for (const buffer of buffers) {
      const rowBytes = program.buffers[buffer]!.length * 4;
      const start = f.let(op("i32.load", f.get(base), { offset: region.offsets[buffer]! }));
      const rowAddress = (at: Scalar): Scalar =>
        f.let(op("i32.add", f.get(start), op("i32.mul", f.get(at), i32(rowBytes))));
      const address = rowAddress(row);
      const end = rowAddress(endRow);
      f.loop((again) => {
        const last = { offset: first / 8 };
        const bits = op("i32.load16_u", f.get(address), last);
        f.emit("i32.store16", f.get(address), op("i32.and", bits, i32((1 << rest) - 1)), last);
        f.set(address, op("i32.add", f.get(address), i32(rowBytes)));
        f.branchIf(again, op("i32.lt_u", f.get(address), f.get(end)));
      });
    }
  });
};
