import { bytesOf } from "../../../program/memory.ts";
import type { Observable, Program } from "../../../program/program.ts";
import { call, type FunctionBuilder } from "../assembler/code.ts";
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

/** The row of a probe that is never due. */
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

/** The units that are observed after a step. */
interface Observed {
  readonly site: Site;
  /** The row and the step. */
  readonly cursor: Omit<Cursor, "unit">;
  readonly units: readonly [first: Scalar, end: Scalar];
  /** Number of the part of each list that belongs to the units. */
  readonly part: Scalar;
}

/** Takes base, step, row, first unit, end unit, part and slots. Returns the next row in which a probe is due. */
type Observe = (f: FunctionBuilder, args: readonly Scalar[]) => Value<"i32">;

/**
 * Adds a function that evaluates the probes that are due in a row, for a range of units. The schedule in memory
 * determines when they are due and the row of the record, so that threads need no coordination. All probes are in one
 * function, because calls cost short runs more than the probes themselves. It is not part of the step, because more code
 * around the loop over units takes registers from it.
 */
export const emitObserve = (
  m: ModuleBuilder,
  program: Program,
  store: StoreListed,
  slots?: SlotOffsets,
): Observe | undefined => {
  if (program.observables.length === 0) return undefined;
  const params = ["i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;
  const observe = m.func({ name: "observe", params, results: ["i32"] }, (f) => {
    const [base, step, row, first, end, part, at] = f.params;
    const site = siteOf(program, base, slots && { offsets: slots, at });
    const builder = f as unknown as FunctionBuilder;
    f.return(f.get(emitProbes(builder, { site, cursor: { row, step }, units: [first, end], part }, store)));
  });
  return (f, args) => {
    const [base, step, row, first, end, part, at] = args.map((local) => f.get(local));
    return call(observe, base!, step!, row!, first!, end!, part!, at ?? i32(0));
  };
};

/** Evaluates the probes that are due. Returns the next row in which a probe is due. */
const emitProbes = (f: FunctionBuilder, observed: Observed, store: StoreListed): Scalar => {
  const { site, cursor } = observed;
  const word = (start: Scalar, offset: number): Scalar => f.let(op("i32.load", f.get(start), { offset }));
  const next = f.let(i32(NEVER));
  f.block((leave) => {
    const left = word(site.base, PROBE_COUNT);
    f.branchIf(leave, op("i32.eqz", f.get(left)));
    const probe = word(site.base, PROBE_TABLE);
    const due = word(site.base, SCHEDULE);
    f.loop((again) => {
      const [begin, every, last] = [word(due, 0), word(due, 4), word(due, 8)] as const;
      const recordRow = f.let(i32(0));
      f.if(op("i32.ge_s", f.get(cursor.row), f.get(begin)), () => {
        const since = f.let(op("i32.sub", f.get(cursor.row), f.get(begin)));
        f.set(recordRow, f.get(since));
        // A division takes as long as several units, and most records contain every step.
        f.if(op("i32.ne", f.get(every), i32(1)), () => {
          f.set(recordRow, op("i32.div_u", f.get(since), f.get(every)));
        });
        const isDue = op("i32.eq", op("i32.mul", f.get(recordRow), f.get(every)), f.get(since));
        f.if(op("i32.and", isDue, op("i32.le_s", f.get(cursor.row), f.get(last))), () => {
          emitDue(f, observed, probe, recordRow, store);
        });
        f.set(recordRow, op("i32.add", f.get(recordRow), i32(1)));
      });
      const later = f.let(op("i32.add", f.get(begin), op("i32.mul", f.get(recordRow), f.get(every))));
      const sooner = op("i32.lt_s", f.get(later), f.get(next));
      f.if(op("i32.and", sooner, op("i32.le_s", f.get(later), f.get(last))), () => f.set(next, f.get(later)));
      f.set(probe, op("i32.add", f.get(probe), i32(PROBE_BYTES)));
      f.set(due, op("i32.add", f.get(due), i32(12)));
      f.set(left, op("i32.sub", f.get(left), i32(1)));
      f.branchIf(again, f.get(left));
    });
  });
  return next;
};

/** Evaluates a probe that is due. */
const emitDue = (
  f: FunctionBuilder,
  { site, cursor, units, part }: Observed,
  probe: Scalar,
  recordRow: Scalar,
  store: StoreListed,
): void => {
  const word = (name: keyof ProbeRow): Value<"i32"> =>
    op("i32.load", f.get(probe), { offset: probeWords.indexOf(name) * 4 });
  const record = f.let(op("i32.add", word("record"), op("i32.mul", f.get(recordRow), word("rowBytes"))));
  // All observables share these locals, because engines slow down if loops use many.
  const own: Cursor = { ...cursor, unit: f.local("i32") };
  const [place, end, list] = [f.local("i32"), f.local("i32"), f.local("i32")];
  site.program.observables.forEach((observable, k) => {
    f.if(op("i32.eq", word("observable"), i32(k)), () => {
      const emitter = new KernelEmitter(f, site, observable, own);
      emitter.emitConstants();
      emitter.emitUniforms();
      const bytes = bytesOf(observable, site.program);
      f.if(
        word("listed"),
        () => {
          const bounds = f.let(op("i32.add", word("parts"), op("i32.mul", f.get(part), i32(PART_BYTES))));
          f.set(place, op("i32.load", f.get(bounds)));
          f.set(end, op("i32.load", f.get(bounds), { offset: 4 }));
          f.set(list, word("list"));
          const evaluate = (four: readonly Scalar[], address: Scalar): void => {
            store(f, units, four, address, emitter.emitGroup(0, four).get(observable.value)!.parts);
          };
          emitListed(f, { list, place, end, record, bytes }, evaluate);
        },
        () => emitAll(f, emitter, observable, own, units, { record, bytes }),
      );
    });
  });
};

const addressIn = (f: FunctionBuilder, record: Scalar, place: Scalar, bytes: number): Scalar =>
  f.let(op("i32.add", f.get(record), op("i32.shl", f.get(place), i32(bytes === 8 ? 3 : 2))));

/** Evaluates a range of units. Stores each value at the position of its unit in the row of the record. */
const emitAll = (
  f: FunctionBuilder,
  emitter: KernelEmitter,
  { value }: Observable,
  { unit }: Cursor,
  [first, end]: Observed["units"],
  { record, bytes }: { readonly record: Scalar; readonly bytes: number },
): void => {
  f.set(unit, f.get(first));
  f.loop((again) => {
    emitter.startRound();
    const address = addressIn(f, record, unit, bytes);
    for (let group = 0; group < GROUPS; group++) {
      const { parts } = emitter.emitGroup(group).get(value)!;
      parts.forEach((part, k) => {
        f.emit("v128.store", f.get(address), f.get(part), { offset: group * 4 * bytes + 16 * k });
      });
    }
    f.set(unit, op("i32.add", f.get(unit), i32(ROUND)));
    f.branchIf(again, op("i32.lt_u", f.get(unit), f.get(end)));
  });
};

/** Evaluates the units at a range of positions in a list, four at a time. */
const emitListed = (
  f: FunctionBuilder,
  at: Readonly<Record<"list" | "place" | "end" | "record", Scalar>> & { readonly bytes: number },
  evaluate: (units: readonly Scalar[], address: Scalar) => void,
): void => {
  const { list, place, end, record, bytes } = at;
  f.block((leave) => {
    f.loop((again) => {
      f.branchIf(leave, op("i32.ge_u", f.get(place), f.get(end)));
      const address = f.let(op("i32.add", f.get(list), op("i32.shl", f.get(place), i32(2))));
      const units = [0, 1, 2, 3].map((k) => f.let(op("i32.load", f.get(address), { offset: 4 * k })));
      evaluate(units, addressIn(f, record, place, bytes));
      f.set(place, op("i32.add", f.get(place), i32(4)));
      f.branch(again);
    });
  });
};
