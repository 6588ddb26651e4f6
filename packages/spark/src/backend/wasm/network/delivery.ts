import type { FunctionBuilder, FunctionReference } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op, select } from "../assembler/op.ts";
import type { Local, Value } from "../assembler/value.ts";
import {
  BATCH,
  type DeliveryRow,
  LEARNING,
  type NetworkLayout,
  ROW_BYTES,
  rowWords,
  SEGMENT_BYTES,
  WORKED_OUT,
} from "./layout.ts";
import { emitProcedural } from "./procedural.ts";
import { repeat } from "./repeat.ts";
import type { RuleFunctions } from "./rules.ts";

type Scalar = Local<"i32">;
type Adder = FunctionReference<readonly ["i32", "i32"], readonly []>;
export type Deliverer = FunctionReference<readonly ["i32", "i32", "i32", "i32", "i32"], readonly []>;

/** Size in bytes of a target and of a weight. */
export interface SynapseWidths {
  readonly target: 2 | 4;
  readonly float: 4 | 8;
}

const UNROLLED = 4;
const shiftOf = (bytes: number): number => 31 - Math.clz32(bytes);

/**
 * Adds `deliver(row, endRow, head, batch, step)`, which processes rows of the table of a shard. `head` is the position
 * of the current step in the ring of lists, `batch` the address of room that belongs to the shard.
 *
 * It first gathers the segments of synapses by which spikes arrive, then adds their weights, segment by segment.
 * Gathering reads offsets that do not depend on one another, and adding does not access the lists. Procedural synapses
 * are added immediately, after the segments gathered before them.
 */
export const emitDelivery = (
  m: ModuleBuilder,
  name: string,
  layout: NetworkLayout,
  widths: SynapseWidths,
  rules: readonly RuleFunctions[],
): Deliverer => {
  const lists = [false, true].map((shared) => emitAdder(m, `${name}.${shared ? "shared" : "each"}`, widths, shared));
  const adders: Adders = { each: lists[0]!, shared: lists[1]!, rows: emitRowAdder(m, `${name}.rows`, widths) };
  const some = layout.tables.some(({ rows }) => rows.flat().some(({ kind }) => kind === WORKED_OUT));
  const workOut = some ? emitProcedural(m, `${name}.procedural`, widths.float) : undefined;
  return m.func({ name, params: ["i32", "i32", "i32", "i32", "i32"], results: [] }, (f) => {
    const [row, endRow, head, batch, step] = f.params;
    const { ring } = layout;
    const kind = f.local("i32");
    const place = f.let(f.get(batch));
    const flush = (): void => emitFlush(f, adders, { kind, place, batch });
    const word = (name: keyof DeliveryRow): Value<"i32"> =>
      op("i32.load", f.get(row), { offset: 4 * rowWords.indexOf(name) });
    repeat(f, [row, endRow], ROW_BYTES, () => {
      const past = f.let(op("i32.sub", f.get(head), word("age")));
      const wrapped = op("i32.add", f.get(past), i32(ring.depth));
      f.set(past, select(op("i32.lt_s", f.get(past), i32(0)), wrapped, f.get(past)));
      const counts = f.let(op("i32.add", i32(ring.counts), op("i32.mul", f.get(past), i32(ring.countBytes))));
      const lists = f.let(op("i32.add", i32(ring.lists), op("i32.mul", f.get(past), i32(ring.listBytes))));
      const run = f.let(word("firstCount"));
      repeat(f, [run, f.let(word("endCount"))], 4, () => {
        const count = f.let(op("i32.load", op("i32.add", f.get(counts), f.get(run))));
        f.if(f.get(count), (done) => {
          const list = f.let(op("i32.add", f.get(lists), op("i32.load", f.get(run), { offset: ring.places })));
          if (workOut) {
            f.if(op("i32.eq", word("kind"), i32(WORKED_OUT)), () => {
              flush();
              const end = op("i32.add", f.get(list), op("i32.shl", f.get(count), i32(2)));
              const slots = op("i32.add", word("origin"), op("i32.load", word("distances")));
              f.call(workOut, f.get(list), end, f.get(row), slots);
              f.branch(done);
            });
          }
          if (rules.length > 0) {
            f.if(op("i32.eq", word("kind"), i32(LEARNING)), () => {
              flush();
              const end = f.let(op("i32.add", f.get(list), op("i32.shl", f.get(count), i32(2))));
              for (const { layout: own, arrive } of rules) {
                f.if(op("i32.eq", word("weights"), i32(own.buffers[0]!)), () => {
                  f.call(arrive, f.get(list), f.get(end), word("offsets"), word("stride"), f.get(step));
                });
              }
              f.branch(done);
            });
          }
          f.if(op("i32.ne", word("kind"), f.get(kind)), () => {
            flush();
            f.set(kind, word("kind"));
          });
          emitGather(f, { list, count, kind, place, batch, flush, word, widths });
        });
      });
    });
    flush();
  });
};

/** Kind of rows in which the synapses of a source share a weight. */
const SHARED = 1;

/** The functions that add the gathered segments, by kind. */
interface Adders {
  readonly each: Adder;
  readonly shared: Adder;
  /** Also takes the size of a row in bytes. */
  readonly rows: FunctionReference<readonly ["i32", "i32", "i32"], readonly []>;
}

/** Position of the gathered segments. */
interface Gathered {
  readonly kind: Scalar;
  /** Address after the last segment. */
  readonly place: Scalar;
  readonly batch: Scalar;
}

/** Words of a gathered segment: addresses of its first target, its end, its first weight, and the slot of target 0. */
const BEGIN = 0;
const END = 4;
const WEIGHTS = 8;
const SLOTS = 12;

/** Adds the weights of the gathered segments and clears the list. */
const emitFlush = (f: FunctionBuilder, { each, shared, rows }: Adders, { kind, place, batch }: Gathered): void => {
  f.if(
    f.get(kind),
    () => {
      f.if(
        op("i32.eq", f.get(kind), i32(SHARED)),
        () => f.call(shared, f.get(batch), f.get(place)),
        () => f.call(rows, f.get(batch), f.get(place), f.get(kind)),
      );
    },
    () => f.call(each, f.get(batch), f.get(place)),
  );
  f.set(place, f.get(batch));
};

/** Gathers the segments of the sources in a list, one per delay of the row. */
const emitGather = (
  f: FunctionBuilder,
  at: Gathered & {
    readonly list: Scalar;
    readonly count: Scalar;
    readonly flush: () => void;
    readonly word: (name: keyof DeliveryRow) => Value<"i32">;
    readonly widths: SynapseWidths;
  },
): void => {
  const { list, count, kind, place, batch, word } = at;
  const { target, float } = at.widths;
  const endList = f.let(op("i32.add", f.get(list), op("i32.shl", f.get(count), i32(2))));
  const names = ["offsets", "stride", "targets", "weights", "origin", "distances", "delays"] as const;
  const [offsets, stride, targets, weights, origin, distances, delays] = names.map((name) => f.let(word(name)));
  const address = (base: Scalar, index: Value<"i32">, bytes: number): Value<"i32"> =>
    op("i32.add", f.get(base), op("i32.shl", index, i32(shiftOf(bytes))));
  repeat(f, [list, endList], 4, () => {
    const source = f.let(op("i32.load", f.get(list)));
    const offset = f.let(op("i32.add", f.get(offsets!), op("i32.mul", f.get(source), f.get(stride!))));
    const endOffset = f.let(op("i32.add", f.get(offset), op("i32.shl", f.get(delays!), i32(2))));
    const distance = f.let(f.get(distances!));
    const first = f.let(op("i32.load", f.get(offset)));
    f.loop((nextDelay) => {
      f.if(op("i32.eq", f.get(place), op("i32.add", f.get(batch), i32(BATCH * SEGMENT_BYTES))), at.flush);
      const end = f.let(op("i32.load", f.get(offset), { offset: 4 }));
      const weight = select(op("i32.eq", f.get(kind), i32(SHARED)), f.get(source), f.get(first));
      f.emit("i32.store", f.get(place), address(targets!, f.get(first), target), { offset: BEGIN });
      f.emit("i32.store", f.get(place), address(targets!, f.get(end), target), { offset: END });
      f.emit("i32.store", f.get(place), address(weights!, weight, float), { offset: WEIGHTS });
      const slots = op("i32.add", f.get(origin!), op("i32.load", f.get(distance)));
      f.emit("i32.store", f.get(place), slots, { offset: SLOTS });
      // The next segment overwrites an empty one.
      const taken = op("i32.mul", op("i32.ne", f.get(first), f.get(end)), i32(SEGMENT_BYTES));
      f.set(place, op("i32.add", f.get(place), taken));
      f.set(first, f.get(end));
      f.set(distance, op("i32.add", f.get(distance), i32(4)));
      f.set(offset, op("i32.add", f.get(offset), i32(4)));
      f.branchIf(nextDelay, op("i32.lt_u", f.get(offset), f.get(endOffset)));
    });
  });
};

/** Adds a function of `(segment, endSegment)` that adds the weights of gathered segments to slots, in order. */
const emitAdder = (m: ModuleBuilder, name: string, { target, float }: SynapseWidths, shared: boolean): Adder => {
  const type = float === 8 ? "f64" : "f32";
  return m.func({ name, params: ["i32", "i32"], results: [] }, (f) => {
    const [segment, end] = f.params;
    const [at, stop, last, weight, slots] = [0, 1, 2, 3, 4].map(() => f.local("i32"));
    const value = f.local(type);
    const addOne = (k: number): void => {
      const index = op(target === 2 ? "i32.load16_u" : "i32.load", f.get(at!), { offset: k * target });
      const slot = f.let(op("i32.add", f.get(slots!), op("i32.shl", index, i32(shiftOf(float)))));
      const own = shared ? f.get(value) : op(`${type}.load`, f.get(weight!), { offset: k * float });
      const sum = op(`${type}.add` as "f32.add", op(`${type}.load` as "f32.load", f.get(slot)), own as Value<"f32">);
      f.emit(`${type}.store` as "f32.store", f.get(slot), sum);
    };
    const goOn = (count: number): void => {
      f.set(at!, op("i32.add", f.get(at!), i32(count * target)));
      if (!shared) f.set(weight!, op("i32.add", f.get(weight!), i32(count * float)));
    };
    repeat(f, [segment, end], SEGMENT_BYTES, () => {
      f.set(at!, op("i32.load", f.get(segment), { offset: BEGIN }));
      f.set(last!, op("i32.load", f.get(segment), { offset: END }));
      f.set(weight!, op("i32.load", f.get(segment), { offset: WEIGHTS }));
      f.set(slots!, op("i32.load", f.get(segment), { offset: SLOTS }));
      if (shared) f.set(value, op(`${type}.load`, f.get(weight!)) as Value<typeof type>);
      const whole = op("i32.and", op("i32.sub", f.get(last!), f.get(at!)), i32(-UNROLLED * target));
      f.set(stop!, op("i32.add", f.get(at!), whole));
      f.if(op("i32.ne", f.get(at!), f.get(stop!)), () => {
        f.loop((again) => {
          for (let k = 0; k < UNROLLED; k++) addOne(k);
          goOn(UNROLLED);
          f.branchIf(again, op("i32.ne", f.get(at!), f.get(stop!)));
        });
      });
      f.if(op("i32.ne", f.get(at!), f.get(last!)), () => {
        f.loop((again) => {
          addOne(0);
          goOn(1);
          f.branchIf(again, op("i32.ne", f.get(at!), f.get(last!)));
        });
      });
    });
  });
};

/** Vectors between two tests for the end of a row, whose length is a multiple of 16 floats and so of 64 bytes. */
const ROW_VECTORS = 4;

/**
 * Adds a function of `(segment, endSegment, rowBytes)` that adds rows of weights to slots, row by row. These segments
 * count weights instead of targets.
 */
const emitRowAdder = (m: ModuleBuilder, name: string, { target, float }: SynapseWidths): Adders["rows"] => {
  const add = (float === 8 ? "f64x2.add" : "f32x4.add") as "f32x4.add";
  return m.func({ name, params: ["i32", "i32", "i32"], results: [] }, (f) => {
    const [segment, end, rowBytes] = f.params;
    const [weight, last, slot, stop] = [0, 1, 2, 3].map(() => f.local("i32"));
    repeat(f, [segment, end], SEGMENT_BYTES, () => {
      const [first, behind] = [BEGIN, END].map((offset) => op("i32.load", f.get(segment), { offset }));
      const count = op("i32.shr_u", op("i32.sub", behind!, first!), i32(shiftOf(target)));
      f.set(weight!, op("i32.load", f.get(segment), { offset: WEIGHTS }));
      f.set(last!, op("i32.add", f.get(weight!), op("i32.shl", count, i32(shiftOf(float)))));
      f.loop((nextRow) => {
        f.set(slot!, op("i32.load", f.get(segment), { offset: SLOTS }));
        f.set(stop!, op("i32.add", f.get(weight!), f.get(rowBytes)));
        f.loop((again) => {
          for (let k = 0; k < ROW_VECTORS; k++) {
            const offset = k * 16;
            const [sum, own] = [slot!, weight!].map((at) => op("v128.load", f.get(at), { offset }));
            f.emit("v128.store", f.get(slot!), op(add, sum!, own!), { offset });
          }
          for (const at of [slot!, weight!]) f.set(at, op("i32.add", f.get(at), i32(16 * ROW_VECTORS)));
          f.branchIf(again, op("i32.ne", f.get(weight!), f.get(stop!)));
        });
        f.branchIf(nextRow, op("i32.ne", f.get(weight!), f.get(last!)));
      });
    });
  });
};
