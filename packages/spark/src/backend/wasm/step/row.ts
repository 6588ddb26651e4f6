import type { Program } from "../../../program/program.ts";
import type { FunctionBuilder } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op } from "../assembler/op.ts";
import { calmOf } from "./calm.ts";
import { emitFade } from "./fade.ts";
import { type Cursor, KernelEmitter, type Scalar, siteOf } from "./kernel.ts";
import { emitObserve } from "./observe.ts";
import { PROBE_COUNT, type SlotOffsets } from "./region.ts";
import { emitCalmRound, emitRound, ROUND, startMood } from "./rounds.ts";

/** Arguments of `row`. */
export const ROW_PARAMS = ["i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;

/**
 * Adds `row(step, row, base, firstUnit, endUnit, part, slots)` for one step of a population: some of its units, and the
 * probes of these that are due. `part` is the number of the run of units, and `slots` the address of unit 0's slot of
 * the first receptor.
 */
export const emitRow = (m: ModuleBuilder, program: Program, offsets: SlotOffsets): void => {
  const observe = emitObserve(m, program, "within", offsets);
  m.func({ name: "row", params: ROW_PARAMS, results: [], export: true }, (f) => {
    const [stepNumber, row, base, firstUnit, endUnit, part, at] = f.params;
    const site = siteOf(program, base, { offsets, at });
    const cursor: Cursor = { row, step: stepNumber, unit: f.local("i32") };
    const step = new KernelEmitter(f, site, program.step, cursor);
    step.emitConstants();
    step.emitUniforms();
    const units = [firstUnit, endUnit] as const;
    emitRounds(f, program, step, cursor, units);
    emitFade(f, site, cursor, units);
    if (!observe) return;
    f.if(op("i32.load", f.get(base), { offset: PROBE_COUNT }), () => {
      f.drop(
        observe(
          f,
          [base, stepNumber, row, firstUnit, endUnit, part, at].map((local) => f.get(local)),
        ),
      );
    });
  });
};

/** Rounds as long as few of them hold a spike; where more than a sixth does, no calm form is tried in what is left. */
const emitRounds = (
  f: FunctionBuilder,
  program: Program,
  step: KernelEmitter,
  cursor: Cursor,
  [firstUnit, endUnit]: readonly [Scalar, Scalar],
): void => {
  const calm = calmOf(program.step);
  const mood = calm && startMood(f, firstUnit, endUnit);
  f.set(cursor.unit, f.get(firstUnit));
  f.loop((nextRound) => {
    if (calm && mood) {
      emitCalmRound(f, program, step, cursor, calm, mood);
      const done = op("i32.sub", f.get(cursor.unit), f.get(firstUnit));
      const most = op("i32.add", done, i32(MOOD_UNITS));
      f.set(mood.plainRows, op("i32.gt_u", op("i32.mul", f.get(mood.excited), i32(6 * ROUND)), most));
    } else emitRound(f, program, step, cursor);
    f.set(cursor.unit, op("i32.add", f.get(cursor.unit), i32(ROUND)));
    f.branchIf(nextRound, op("i32.lt_u", f.get(cursor.unit), f.get(endUnit)));
  });
};
/** Units that it takes at least to tell how many rounds hold a spike. */
const MOOD_UNITS = 512;
