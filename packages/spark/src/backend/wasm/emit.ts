import { bytesOf } from "../../program/memory.ts";
import type { Program, RecordKernel } from "../../program/program.ts";
import type { FunctionBuilder } from "./assembler/code.ts";
import { i32 } from "./assembler/constants.ts";
import { moduleBuilder } from "./assembler/module.ts";
import { op } from "./assembler/op.ts";
import type { Local } from "./assembler/value.ts";
import { type Calm, calmOf } from "./calm.ts";
import { emitFade } from "./fade.ts";
import { type Cursor, KernelEmitter, type Offsets } from "./kernel.ts";
import { narrow, type Vector, vectorsOf } from "./lanes.ts";
import { emitScan, scanBytes, spikeBuffer } from "./scan.ts";

type Scalar = Local<"i32">;
const GROUPS = 4;
export const ROUND = 16;

/** Where each buffer lies in memory, each on a cache line of its own, then the room of `scan`; and the bytes in all. */
export const layOut = (
  program: Program,
): { readonly offsets: Offsets; readonly found: number; readonly bytes: number } => {
  const offsets: number[] = [];
  let next = 0;
  for (const buffer of program.buffers) {
    offsets.push(next);
    next += Math.ceil((buffer.length * bytesOf(buffer, program)) / 64) * 64;
  }
  return { offsets, found: next, bytes: next + scanBytes(program) };
};

/**
 * A module with `run(firstStep, rows, firstUnit, endUnit, listStart…, listEnd…)`: the loop over steps, within it the
 * loop over units in rounds of sixteen, then the records that are due. Where spikes are kept, also with `scan`. Threads
 * need a `shared` memory.
 */
export const emitModule = (program: Program, pages: number, shared = false): Uint8Array<ArrayBuffer> => {
  const { offsets, found } = layOut(program);
  const m = moduleBuilder();
  m.importMemory("spark", "memory", { min: pages, max: pages, shared });
  const lists = program.records.filter((record) => record.list !== undefined).length;
  const params = new Array<"i32">(4 + 2 * lists).fill("i32");
  m.func({ name: "run", params, results: [], export: true }, (f) => emitRun(f, program, offsets));
  const bits = spikeBuffer(program);
  if (bits !== undefined) emitScan(m, program, offsets[bits]!, found);
  return m.bytes();
};

/** A record within a kernel: its locals, and what it emits. */
export interface RecordState {
  readonly kernel: RecordKernel;
  readonly emitter: KernelEmitter;
  readonly cursor: Cursor;
  readonly next: Scalar;
  readonly every: Scalar;
  readonly last: Scalar;
  readonly recordRow: Scalar;
  /** Parameters with the block's part of the list. */
  readonly part?: readonly [start: Scalar, end: Scalar];
}

const emitRun = (f: FunctionBuilder, program: Program, offsets: Offsets): void => {
  const [firstStep, rows, firstUnit, endUnit, ...parts] = f.params as readonly Scalar[];
  const cursor: Cursor = { row: f.local("i32"), step: f.local("i32"), unit: f.local("i32") };
  const step = new KernelEmitter(f, program, offsets, program.step, cursor);
  step.emitConstants();
  const records = recordStates(f, program, offsets, cursor, parts);
  const calm = calmOf(program.step);
  const mood = calm && startMood(f, firstUnit!, endUnit!);
  f.if(op("i32.ge_s", i32(0), f.get(rows!)), () => f.return());
  f.set(cursor.step, f.get(firstStep!));
  f.loop((nextRow) => {
    step.emitUniforms();
    f.set(cursor.unit, f.get(firstUnit!));
    f.loop((nextRound) => {
      if (calm && mood) emitCalmRound(f, program, step, cursor, calm, mood);
      else emitRound(f, program, step, cursor);
      f.set(cursor.unit, op("i32.add", f.get(cursor.unit), i32(ROUND)));
      f.branchIf(nextRound, op("i32.lt_u", f.get(cursor.unit), f.get(endUnit!)));
    });
    if (mood) emitMood(f, mood);
    emitFade(f, program, offsets, cursor, [firstUnit!, endUnit!]);
    for (const record of records) emitRecord(f, program, offsets, record, [firstUnit!, endUnit!]);
    f.set(cursor.step, op("i32.add", f.get(cursor.step), i32(1)));
    f.set(cursor.row, op("i32.add", f.get(cursor.row), i32(1)));
    f.branchIf(nextRow, op("i32.lt_s", f.get(cursor.row), f.get(rows!)));
  });
};

/** Rounds of a row that were not calm, and rows in which none is tried. */
export interface Mood {
  readonly units: Scalar;
  readonly excited: Scalar;
  readonly plainRows: Scalar;
}
export const startMood = (f: FunctionBuilder, firstUnit: Scalar, endUnit: Scalar): Mood => ({
  units: f.let(op("i32.sub", f.get(endUnit), f.get(firstUnit))),
  excited: f.local("i32"),
  plainRows: f.local("i32"),
});
/** Rows for which a block is not tried again of which more than a sixth was not calm. */
const PLAIN_ROWS = 8;

/** A round whose calm form is computed first, and stored where it holds; else everything is computed. */
export const emitCalmRound = (
  f: FunctionBuilder,
  program: Program,
  step: KernelEmitter,
  cursor: Cursor,
  calm: Calm,
  { excited, plainRows }: Mood,
): void => {
  f.block((next) => {
    f.block((plain) => {
      f.branchIf(plain, f.get(plainRows));
      step.startRound();
      const groups = Array.from({ length: GROUPS }, (_, group) => step.emitCalmGroup(group, calm));
      const any = groups
        .flatMap((values) => vectorsOf(values.get(calm.test)!))
        .map((mask): Vector => f.get(mask))
        .reduce((a, b) => op("v128.or", a, b));
      f.if(op("i32x4.bitmask", any), () => {
        f.set(excited, op("i32.add", f.get(excited), i32(1)));
        f.branch(plain);
      });
      for (const { buffer, node, at } of program.step.stores) {
        if (at === "unit") groups.forEach((values, group) => void step.storeUnit(buffer, values.get(node)!, group));
        else step.storeNoBits(buffer);
      }
      f.branch(next);
    });
    emitRound(f, program, step, cursor);
  });
};

/** After a row: whether the next ones try the calm form. */
const emitMood = (f: FunctionBuilder, { units, excited, plainRows }: Mood): void => {
  f.if(
    f.get(plainRows),
    () => f.set(plainRows, op("i32.sub", f.get(plainRows), i32(1))),
    () => {
      const rounds = op("i32.mul", f.get(excited), i32(6 * ROUND));
      f.if(op("i32.gt_u", rounds, f.get(units)), () => f.set(plainRows, i32(PLAIN_ROWS)));
      f.set(excited, i32(0));
    },
  );
};

export const emitRound = (f: FunctionBuilder, program: Program, step: KernelEmitter, cursor: Cursor): void => {
  step.startRound();
  const masks = new Map<number, Local<"v128">[]>();
  for (let group = 0; group < GROUPS; group++) {
    const values = step.emitGroup(group);
    for (const { buffer, node, at } of program.step.stores) {
      const lanes = values.get(node)!;
      if (at === "unit") step.storeUnit(buffer, lanes, group);
      else masks.set(buffer, [...(masks.get(buffer) ?? []), narrow(f, lanes)]);
    }
  }
  const rest = program.units % ROUND;
  for (const [buffer, locals] of masks) {
    const vectors = locals.map((local) => f.get(local));
    if (rest === 0) step.storeBits(buffer, vectors);
    else {
      const isLast = op("i32.eq", f.get(cursor.unit), i32(program.units - rest));
      // Lanes beyond the last unit compute too, but must not spike: 0xffff, or the bits of units that exist.
      const all = i32(0xffff);
      const some = i32((1 << rest) - 1);
      step.storeBits(buffer, vectors, op("i32.xor", all, op("i32.mul", isLast, op("i32.xor", all, some))));
    }
  }
};

export const recordStates = (
  f: FunctionBuilder,
  program: Program,
  offsets: Offsets,
  cursor: Cursor,
  parts: readonly Scalar[],
): RecordState[] => {
  let list = 0;
  return program.records.map((kernel, k) => {
    const own: Cursor = { ...cursor, unit: f.local("i32") };
    const emitter = new KernelEmitter(f, program, offsets, kernel, own);
    emitter.emitConstants();
    const scheduled = (place: number): Scalar =>
      f.let(op("i32.load", i32(0), { offset: offsets[program.schedule]! + (3 * k + place) * 4 }));
    const state = { kernel, emitter, cursor: own, next: scheduled(0), every: scheduled(1), last: scheduled(2) };
    const recordRow = f.local("i32");
    if (kernel.list === undefined) return { ...state, recordRow };
    const part = [parts[2 * list]!, parts[2 * list + 1]!] as const;
    list++;
    return { ...state, recordRow, part };
  });
};

export type Units = readonly [first: Scalar, end: Scalar];

const emitRecord = (
  f: FunctionBuilder,
  program: Program,
  offsets: Offsets,
  record: RecordState,
  units: Units,
): void => {
  const { cursor, recordRow } = record;
  const due = op(
    "i32.and",
    op("i32.eq", f.get(cursor.row), f.get(record.next)),
    op("i32.le_s", f.get(cursor.row), f.get(record.last)),
  );
  f.if(due, () => {
    emitDue(f, program, offsets, record, units);
    f.set(record.next, op("i32.add", f.get(record.next), f.get(record.every)));
    f.set(recordRow, op("i32.add", f.get(recordRow), i32(1)));
  });
};

/** Emits a record that is due, of the units or of the listed ones; lists may be emitted in another way. */
export const emitDue = (
  f: FunctionBuilder,
  program: Program,
  offsets: Offsets,
  record: RecordState,
  [firstUnit, endUnit]: Units,
  storeListed: StoreListed = (place, _, values) => storeRecord(f, program, offsets, record, place, 0, values),
): void => {
  const { cursor, emitter } = record;
  emitter.emitUniforms();
  if (record.part) {
    emitListed(f, offsets, record, record.part, storeListed);
    return;
  }
  f.set(cursor.unit, f.get(firstUnit));
  f.loop((again) => {
    for (let group = 0; group < GROUPS; group++)
      storeRecord(f, program, offsets, record, cursor.unit, group, emitter.emitGroup(group));
    f.set(cursor.unit, op("i32.add", f.get(cursor.unit), i32(ROUND)));
    f.branchIf(again, op("i32.lt_u", f.get(cursor.unit), f.get(endUnit)));
  });
};

/** Stores the values of four units of a list, the first of which stands at a place in it. */
export type StoreListed = (
  place: Scalar,
  units: readonly Scalar[],
  values: ReturnType<KernelEmitter["emitGroup"]>,
) => void;

const emitListed = (
  f: FunctionBuilder,
  offsets: Offsets,
  record: RecordState,
  [start, end]: readonly [Scalar, Scalar],
  store: StoreListed,
): void => {
  const place = f.local("i32");
  f.set(place, f.get(start));
  f.block((leave) => {
    f.branchIf(leave, op("i32.ge_u", f.get(place), f.get(end)));
    f.loop((again) => {
      const indices = [0, 1, 2, 3].map((k) =>
        f.let(op("i32.load", op("i32.shl", f.get(place), i32(2)), { offset: offsets[record.kernel.list!]! + 4 * k })),
      );
      store(place, indices, record.emitter.emitGroup(0, indices));
      f.set(place, op("i32.add", f.get(place), i32(4)));
      f.branchIf(again, op("i32.lt_u", f.get(place), f.get(end)));
    });
  });
};

/** Where the value of a unit or a place in the list falls in the current record row. */
export const recordAddress = (
  f: FunctionBuilder,
  { kernel, recordRow }: RecordState,
  place: Scalar,
  bytes: number,
): Scalar => {
  const row = op("i32.mul", f.get(recordRow), i32(kernel.width * bytes));
  return f.let(op("i32.add", row, op("i32.shl", f.get(place), i32(bytes === 8 ? 3 : 2))));
};

const storeRecord = (
  f: FunctionBuilder,
  program: Program,
  offsets: Offsets,
  record: RecordState,
  place: Scalar,
  group: number,
  values: ReturnType<KernelEmitter["emitGroup"]>,
): void => {
  for (const { buffer, node } of record.kernel.stores) {
    const bytes = bytesOf(program.buffers[buffer]!, program);
    const address = recordAddress(f, record, place, bytes);
    values.get(node)!.parts.forEach((part, k) => {
      f.emit("v128.store", f.get(address), f.get(part), { offset: offsets[buffer]! + group * 4 * bytes + 16 * k });
    });
  }
};
