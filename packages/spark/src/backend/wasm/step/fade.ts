import { FADE_STEPS } from "../../../program/fading.ts";
import type { FunctionBuilder } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import { op } from "../assembler/op.ts";
import { type Cursor, KernelEmitter, type Scalar, type Site } from "./kernel.ts";
import { GROUPS, ROUND } from "./rounds.ts";

/** Emits, after the rounds of a step, the fade of the state of a range of units in steps that require it. */
export const emitFade = (
  f: FunctionBuilder,
  site: Site,
  cursor: Cursor,
  [firstUnit, endUnit]: readonly [first: Scalar, end: Scalar],
): void => {
  const { program } = site;
  if (program.fade.stores.length === 0) return;
  const passed = op("i32.and", op("i32.add", f.get(cursor.step), i32(1)), i32(FADE_STEPS - 1));
  f.if(op("i32.eqz", passed), () => {
    const fade = new KernelEmitter(f, site, program.fade, cursor);
    fade.emitConstants();
    f.set(cursor.unit, f.get(firstUnit));
    f.loop((nextRound) => {
      for (let group = 0; group < GROUPS; group++) {
        const values = fade.emitGroup(group);
        for (const { buffer, node } of program.fade.stores) fade.storeUnit(buffer, values.get(node)!, group);
      }
      f.set(cursor.unit, op("i32.add", f.get(cursor.unit), i32(ROUND)));
      f.branchIf(nextRound, op("i32.lt_u", f.get(cursor.unit), f.get(endUnit)));
    });
  });
};
