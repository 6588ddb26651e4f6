import { bytesOf } from "../../../program/memory.ts";
import type { Program } from "../../../program/program.ts";
import type { FunctionBuilder, FunctionReference } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op } from "../assembler/op.ts";
import type { Local } from "../assembler/value.ts";
import { calmOf } from "../calm.ts";
import {
  emitCalmRound,
  emitDue,
  emitRound,
  type RecordState,
  ROUND,
  recordAddress,
  recordStates,
  type StoreListed,
  startMood,
  type Units,
} from "../emit.ts";
import { emitFade } from "../fade.ts";
import { type Cursor, KernelEmitter, type Offsets } from "../kernel.ts";

type Scalar = Local<"i32">;

/**
 * Adds a function `(step, row, firstUnit, endUnit, by, listStart…, listEnd…)` for one step of a population: some of its
 * units, and the records of these that are due. The `moved` buffers lie `by` bytes further. A part of a list may hold other
 * units too; they are left out.
 */
export const emitRow = (
  m: ModuleBuilder,
  name: string,
  program: Program,
  offsets: Offsets,
  moved: ReadonlySet<number>,
): FunctionReference => {
  const lists = program.records.filter((record) => record.list !== undefined).length;
  const params = new Array<"i32">(5 + 2 * lists).fill("i32");
  return m.func({ name, params, results: [] }, (f) => {
    const [stepNumber, row, firstUnit, endUnit, by, ...parts] = f.params as readonly Scalar[];
    const cursor: Cursor = {
      row: row!,
      step: stepNumber!,
      unit: f.local("i32"),
      moved: { buffers: moved, by: by! },
    };
    const step = new KernelEmitter(f, program, offsets, program.step, cursor);
    step.emitConstants();
    step.emitUniforms();
    const units = [firstUnit!, endUnit!] as const;
    emitRounds(f, program, step, cursor, units);
    emitFade(f, program, offsets, cursor, units);
    for (const record of recordStates(f, program, offsets, cursor, parts)) {
      whereDue(f, row!, record, () =>
        emitDue(f, program, offsets, record, units, storeWithin(f, program, offsets, record, units)),
      );
    }
  });
};

/** Rounds as long as few of them hold a spike; where more than a sixth does, no calm form is tried in what is left. */
const emitRounds = (
  f: FunctionBuilder,
  program: Program,
  step: KernelEmitter,
  cursor: Cursor,
  [firstUnit, endUnit]: Units,
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

/** Emits what is to be done in rows in which a record is due, its row of records known. */
const whereDue = (f: FunctionBuilder, row: Scalar, record: RecordState, then: () => void): void => {
  const since = f.let(op("i32.sub", f.get(row), f.get(record.next)));
  const begun = op("i32.ge_s", f.get(row), f.get(record.next));
  f.if(op("i32.and", begun, op("i32.le_s", f.get(row), f.get(record.last))), () => {
    f.set(record.recordRow, op("i32.div_u", f.get(since), f.get(record.every)));
    const whole = op("i32.mul", f.get(record.recordRow), f.get(record.every));
    f.if(op("i32.eq", whole, f.get(since)), then);
  });
};

/** Stores those of four listed values whose units lie within a range. */
const storeWithin =
  (f: FunctionBuilder, program: Program, offsets: Offsets, record: RecordState, [first, end]: Units): StoreListed =>
  (place, units, values) => {
    for (const { buffer, node } of record.kernel.stores) {
      const bytes = bytesOf(program.buffers[buffer]!, program);
      const address = recordAddress(f, record, place, bytes);
      units.forEach((unit, k) => {
        const inside = op("i32.sub", f.get(unit), f.get(first));
        f.if(op("i32.lt_u", inside, op("i32.sub", f.get(end), f.get(first))), () => {
          const part = values.get(node)!.parts[bytes === 8 ? k >> 1 : 0]!;
          const access = { offset: offsets[buffer]! + k * bytes };
          if (bytes === 8) f.emit("v128.store64_lane", f.get(address), f.get(part), k & 1, access);
          else f.emit("v128.store32_lane", f.get(address), f.get(part), k, access);
        });
      });
    }
  };
