import type { Program } from "../../../program/program.ts";
import type { FunctionBuilder } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op } from "../assembler/op.ts";
import { calmOf } from "./calm.ts";
import { emitEnd } from "./end.ts";
import { emitFade } from "./fade.ts";
import { type Cursor, KernelEmitter, type Scalar, siteOf } from "./kernel.ts";
import { emitObserve, storeWhole } from "./observe.ts";
import { emitCalmRound, emitRound, type Mood, ROUND } from "./rounds.ts";

/** Arguments of `run`: those of a chunk, then those of a task. */
const PARAMS = ["i32", "i32", "i32", "i32", "i32", "i32"] as const;

/**
 * Adds `run(firstStep, rows, base, firstUnit, endUnit, part)`, which computes the steps of a chunk for a block of
 * units and evaluates the due probes. `part` is the number of the block. Threads may run blocks concurrently.
 */
export const emitRun = (m: ModuleBuilder, program: Program): void => {
  const observe = emitObserve(m, program, storeWhole);
  m.func({ name: "run", params: PARAMS, results: [], export: true }, (f) => {
    const [firstStep, rows, base, firstUnit, endUnit, part] = f.params;
    const site = siteOf(program, base);
    const cursor: Cursor = { row: f.local("i32"), step: f.local("i32"), unit: f.local("i32") };
    f.if(op("i32.ge_s", i32(0), f.get(rows)), () => f.return());
    const step = new KernelEmitter(f, site, program.step, cursor);
    step.emitConstants();
    const calm = calmOf(program.step);
    const mood = calm && startMood(f, firstUnit, endUnit);
    // The call after row 0 finds the next row in which a probe is due.
    const next = f.local("i32");
    f.set(cursor.step, f.get(firstStep));
    f.loop((nextRow) => {
      step.emitUniforms();
      f.set(cursor.unit, f.get(firstUnit));
      f.loop((nextRound) => {
        if (calm && mood) emitCalmRound(f, program, step, calm, mood);
        else emitRound(f, program, step);
        f.set(cursor.unit, op("i32.add", f.get(cursor.unit), i32(ROUND)));
        f.branchIf(nextRound, op("i32.lt_u", f.get(cursor.unit), f.get(endUnit)));
      });
      mood?.endRow();
      emitFade(f, site, cursor, [firstUnit, endUnit]);
      if (observe) {
        f.if(op("i32.eq", f.get(cursor.row), f.get(next)), () => {
          f.set(next, observe(f, [base, cursor.step, cursor.row, firstUnit, endUnit, part]));
        });
      }
      f.set(cursor.step, op("i32.add", f.get(cursor.step), i32(1)));
      f.set(cursor.row, op("i32.add", f.get(cursor.row), i32(1)));
      f.branchIf(nextRow, op("i32.lt_s", f.get(cursor.row), f.get(rows)));
    });
    emitEnd(f, site, [f.let(i32(0)), rows], endUnit);
  });
};

/** If more than a sixth of a block is not calm, the calm form is not tried for this number of rows. */
const PLAIN_ROWS = 8;

/**
 * Chooses the rows in which the calm form is not tried. One local holds both counts, because every local that lasts
 * through a row takes a register from the loop over units: positive values are rows that are left without the calm form,
 * negative values are rounds of this row that were not calm.
 */
const startMood = (f: FunctionBuilder, firstUnit: Scalar, endUnit: Scalar): Mood & { readonly endRow: () => void } => {
  const mood = f.local("i32");
  const less = (): void => f.set(mood, op("i32.sub", f.get(mood), i32(1)));
  return {
    isPlain: () => op("i32.gt_s", f.get(mood), i32(0)),
    excite: less,
    endRow: () =>
      f.if(op("i32.gt_s", f.get(mood), i32(0)), less, () => {
        const units = op("i32.sub", f.get(endUnit), f.get(firstUnit));
        const isExcited = op("i32.gt_u", op("i32.mul", f.get(mood), i32(-6 * ROUND)), units);
        f.set(mood, op("i32.mul", isExcited, i32(PLAIN_ROWS)));
      }),
  };
};
