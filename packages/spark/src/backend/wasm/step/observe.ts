import { bytesOf } from "../../../program/memory.ts";
import type { Observable, Program } from "../../../program/program.ts";
import { call, type FunctionBuilder, type FunctionReference } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op } from "../assembler/op.ts";
import type { Value } from "../assembler/value.ts";
import { type Cursor, KernelEmitter, type Scalar, type Site, siteOf } from "./kernel.ts";
import type { Operand } from "./lanes.ts";
import { PROBE_COUNT, PROBE_TABLE, SCHEDULE, type SlotOffsets } from "./region.ts";
import { GROUPS, ROUND } from "./rounds.ts";

/** The words of a probe in the table. */
export const probeWords = ["observable", "listed", "list", "parts", "record", "rowBytes"] as const;
export type ProbeRow = Readonly<Record<(typeof probeWords)[number], number>>;
export const PROBE_BYTES = probeWords.length * 4;
/** Size in bytes of a part of a list: its first position, and the position after its last. */
const PART_BYTES = 8;

/** A row in which no probe is due. */
export const FIND = -1;
const NEVER = 2 ** 31 - 1;

/** Stores the values of four listed units from an address on. Listed units outside the range are skipped. */
export type StoreListed = (
  f: FunctionBuilder,
  range: readonly [first: Scalar, end: Scalar],
  units: readonly Scalar[],
  address: Scalar,
  parts: Operand["parts"],
) => void;

/** Stores all four values. */
export const storeWhole: StoreListed = (f, _range, _units, address, parts) =>
  parts.forEach((part, k) => void f.emit("v128.store", f.get(address), f.get(part), { offset: 16 * k }));

/** Takes base, step, row, first unit, end unit, part and slots. Returns the next row in which a probe is due. */
type Observe = (f: FunctionBuilder, args: readonly Value<"i32">[]) => Value<"i32">;

/**
 * Adds a function that evaluates the probes that are due in a row, for a range of units. The schedule in memory
 * determines when they are due and the row of the record, so that threads need no coordination.
 */
export const emitObserve = (
  m: ModuleBuilder,
  program: Program,
  store: StoreListed,
  slots?: SlotOffsets,
): Observe | undefined => {
  if (program.observables.length === 0) return undefined;
  const kernels = program.observables.map((observable) => ({
    all: emitAll(m, program, observable, slots),
    listed: emitListed(m, program, observable, store, slots),
  }));
  const params = ["i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;
  const observe = m.func({ name: "observe", params, results: ["i32"] }, (f) => {
    const [base, step, row, first, end, part, at] = f.params;
    const probe = f.let(op("i32.load", f.get(base), { offset: PROBE_TABLE }));
    const due = f.let(op("i32.load", f.get(base), { offset: SCHEDULE }));
    const left = f.let(op("i32.load", f.get(base), { offset: PROBE_COUNT }));
    const next = f.let(i32(NEVER));
    const word = (name: keyof ProbeRow): Value<"i32"> =>
      op("i32.load", f.get(probe), { offset: probeWords.indexOf(name) * 4 });
    const evaluate = (recordRow: Scalar): void => {
      const record = f.let(op("i32.add", word("record"), op("i32.mul", f.get(recordRow), word("rowBytes"))));
      const common = (): Value<"i32">[] => [base, step, row, first, end, at, record].map((local) => f.get(local));
      const list = f.let(word("list"));
      const bounds = f.let(op("i32.add", word("parts"), op("i32.mul", f.get(part), i32(PART_BYTES))));
      const bound = (offset: number): Value<"i32"> => op("i32.load", f.get(bounds), { offset });
      kernels.forEach(({ all, listed }, k) => {
        f.if(op("i32.eq", word("observable"), i32(k)), () => {
          f.if(
            word("listed"),
            () => f.call(listed, ...(common() as Args), f.get(list), bound(0), bound(4)),
            () => f.call(all, ...(common() as Args)),
          );
        });
      });
    };
    f.block((leave) => {
      f.loop((again) => {
        f.branchIf(leave, op("i32.eqz", f.get(left)));
        const [begin, every, last] = [0, 4, 8].map((offset) => f.let(op("i32.load", f.get(due), { offset })));
        const recordRow = f.let(i32(0));
        f.if(op("i32.ge_s", f.get(row), f.get(begin!)), () => {
          const since = f.let(op("i32.sub", f.get(row), f.get(begin!)));
          f.set(recordRow, f.get(since));
          // A division takes as long as several units, and most records contain every step.
          f.if(op("i32.ne", f.get(every!), i32(1)), () => {
            f.set(recordRow, op("i32.div_u", f.get(since), f.get(every!)));
          });
          const whole = op("i32.mul", f.get(recordRow), f.get(every!));
          const isDue = op("i32.eq", whole, f.get(since));
          f.if(op("i32.and", isDue, op("i32.le_s", f.get(row), f.get(last!))), () => evaluate(recordRow));
          f.set(recordRow, op("i32.add", f.get(recordRow), i32(1)));
        });
        const later = f.let(op("i32.add", f.get(begin!), op("i32.mul", f.get(recordRow), f.get(every!))));
        const sooner = op("i32.lt_s", f.get(later), f.get(next));
        f.if(op("i32.and", sooner, op("i32.le_s", f.get(later), f.get(last!))), () => f.set(next, f.get(later)));
        f.set(probe, op("i32.add", f.get(probe), i32(PROBE_BYTES)));
        f.set(due, op("i32.add", f.get(due), i32(12)));
        f.set(left, op("i32.sub", f.get(left), i32(1)));
        f.branch(again);
      });
    });
    f.return(f.get(next));
  });
  return (_, args) => call(observe as FunctionReference<readonly "i32"[], readonly ["i32"]>, ...padded(args));
};

/** Adds the address of the slots, which is never read if there are none. */
const padded = (args: readonly Value<"i32">[]): Value<"i32">[] => (args.length === 6 ? [...args, i32(0)] : [...args]);

type Args = [
  base: Value<"i32">,
  step: Value<"i32">,
  row: Value<"i32">,
  first: Value<"i32">,
  end: Value<"i32">,
  slots: Value<"i32">,
  record: Value<"i32">,
];
const COMMON = ["i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;

/** The common beginning of the functions of an observable. */
const start = (
  f: FunctionBuilder<typeof COMMON>,
  program: Program,
  { nodes }: Observable,
  slots: SlotOffsets | undefined,
): { readonly cursor: Cursor; readonly emitter: KernelEmitter } => {
  const [base, step, row, , , at] = f.params;
  const cursor: Cursor = { row, step, unit: f.local("i32") };
  const site: Site = siteOf(program, base, slots && { offsets: slots, at });
  const emitter = new KernelEmitter(f as unknown as FunctionBuilder, site, { nodes }, cursor);
  emitter.emitConstants();
  emitter.emitUniforms();
  return { cursor, emitter };
};

/** Adds a function for a range of units. It stores each value at the position of its unit in the row of the record. */
const emitAll = (
  m: ModuleBuilder,
  program: Program,
  observable: Observable,
  slots: SlotOffsets | undefined,
): FunctionReference<typeof COMMON, readonly []> =>
  m.func({ name: `${observable.name} of all`, params: COMMON, results: [] }, (f) => {
    const [, , , first, end, , record] = f.params;
    const { cursor, emitter } = start(f, program, observable, slots);
    const bytes = bytesOf(observable, program);
    f.set(cursor.unit, f.get(first));
    f.loop((again) => {
      emitter.startRound();
      for (let group = 0; group < GROUPS; group++) {
        const { parts } = emitter.emitGroup(group).get(observable.value)!;
        storeParts(f as unknown as FunctionBuilder, record, cursor.unit, parts, bytes, group * 4 * bytes);
      }
      f.set(cursor.unit, op("i32.add", f.get(cursor.unit), i32(ROUND)));
      f.branchIf(again, op("i32.lt_u", f.get(cursor.unit), f.get(end)));
    });
  });

const addressIn = (f: FunctionBuilder, record: Scalar, place: Scalar, bytes: number): Value<"i32"> =>
  op("i32.add", f.get(record), op("i32.shl", f.get(place), i32(bytes === 8 ? 3 : 2)));

const storeParts = (
  f: FunctionBuilder,
  record: Scalar,
  place: Scalar,
  parts: Operand["parts"],
  bytes: number,
  offset: number,
): void => {
  parts.forEach((part, k) => {
    f.emit("v128.store", addressIn(f, record, place, bytes), f.get(part), { offset: offset + 16 * k });
  });
};

/** Adds a function for a range of positions in a list of units, four at a time. */
const emitListed = (
  m: ModuleBuilder,
  program: Program,
  observable: Observable,
  store: StoreListed,
  slots: SlotOffsets | undefined,
) => {
  const params = [...COMMON, "i32", "i32", "i32"] as const;
  return m.func({ name: `${observable.name} of listed`, params, results: [] }, (f) => {
    const [, , , first, end, , record, list, place, endPlace] = f.params;
    const { emitter } = start(f as unknown as FunctionBuilder<typeof COMMON>, program, observable, slots);
    const bytes = bytesOf(observable, program);
    f.block((leave) => {
      f.loop((again) => {
        f.branchIf(leave, op("i32.ge_u", f.get(place), f.get(endPlace)));
        const address = f.let(op("i32.add", f.get(list), op("i32.shl", f.get(place), i32(2))));
        const units = [0, 1, 2, 3].map((k) => f.let(op("i32.load", f.get(address), { offset: 4 * k })));
        const { parts } = emitter.emitGroup(0, units).get(observable.value)!;
        const builder = f as unknown as FunctionBuilder;
        store(builder, [first, end], units, f.let(addressIn(builder, record, place, bytes)), parts);
        f.set(place, op("i32.add", f.get(place), i32(4)));
        f.branch(again);
      });
    });
  });
};
