import { call, type FunctionBuilder, type FunctionReference } from "../assembler/code.ts";
import { f64, i32 } from "../assembler/constants.ts";
import { type ModuleBuilder, moduleBuilder } from "../assembler/module.ts";
import { op, select } from "../assembler/op.ts";
import type { Local, Value } from "../assembler/value.ts";
import { emitConstant, emitNormal, emitPairs, emitPartners, emitUniform } from "./draws.ts";
import {
  CHUNK,
  CLIPPED,
  chunkPlaces,
  headWords,
  NOTE,
  NOTES,
  projectionWords,
  shardWords,
  tallyWords,
} from "./records.ts";

type Scalar = Local<"i32">;

/** What of the text differs from module to module. */
export interface BuildVariant {
  readonly shared: boolean;
  /** Whether targets take 32 bits. */
  readonly wide: boolean;
  readonly precision: "f32" | "f64";
}

/** The most pages of a memory that threads share; address room, not memory. */
export const MOST_PAGES = 16_384;

/**
 * A module that imports `spark.memory` and exports
 * - `tally(record, first, count, slot)`: counts the source units of some draws in the slot's own table;
 * - `count(head, block, slots, slot)`: counts the synapses of the source units of a block by shard, source and delay;
 * - `fill(head, block, slots, slot)`: writes those synapses, in their final order, into the slot.
 */
export const emitBuild = ({ shared, wide, precision }: BuildVariant): Uint8Array<ArrayBuffer> => {
  const m = moduleBuilder();
  m.importMemory("spark", "memory", shared ? { min: 1, max: MOST_PAGES, shared } : { min: 1 });
  emitTally(m);
  const partners = emitPartners(m);
  emitPass(m, "count", partners, () => undefined);
  emitPass(m, "fill", partners, () => {
    const kinds = [emitConstant(m), emitUniform(m), emitNormal(m, "normal"), emitNormal(m, "logNormal")];
    return { kinds, wide, double: precision === "f64" };
  });
  return m.bytes();
};

const word = (f: FunctionBuilder, record: Scalar, offset: number): Scalar =>
  f.let(op("i32.load", f.get(record), { offset }));
const plus = (f: FunctionBuilder, a: Scalar, b: Value<"i32">): Value<"i32"> => op("i32.add", f.get(a), b);
const element = (f: FunctionBuilder, base: Scalar, place: Scalar): Value<"i32"> =>
  plus(f, base, op("i32.shl", f.get(place), i32(2)));
const least = (f: FunctionBuilder, a: Scalar, b: Scalar): Value<"i32"> =>
  select(op("i32.lt_u", f.get(a), f.get(b)), f.get(a), f.get(b));
const advance = (f: FunctionBuilder, local: Scalar, by: number): void => f.set(local, plus(f, local, i32(by)));

/** As long as a < b, without a sign. */
const whileBelow = (f: FunctionBuilder, a: Scalar, b: Scalar, round: () => void): void => {
  f.block((leave) => {
    f.loop((again) => {
      f.branchIf(leave, op("i32.ge_u", f.get(a), f.get(b)));
      round();
      f.branch(again);
    });
  });
};

const emitTally = (m: ModuleBuilder): void => {
  const pairs = emitPairs(m, { key: tallyWords.key0, choices: tallyWords.units });
  m.func({ name: "tally", params: ["i32", "i32", "i32", "i32"], results: [], export: true }, (f) => {
    const [record, first, count, slot] = f.params;
    const total = word(f, record, tallyWords.total);
    const table = f.let(
      op(
        "i32.add",
        op("i32.load", f.get(record), { offset: tallyWords.tables }),
        op("i32.mul", f.get(slot), op("i32.load", f.get(record), { offset: tallyWords.tableBytes })),
      ),
    );
    const chunk = f.let(
      op(
        "i32.add",
        op("i32.load", f.get(record), { offset: tallyWords.chunk }),
        op(
          "i32.add",
          op("i32.load", f.get(record), { offset: tallyWords.slots }),
          op("i32.mul", f.get(slot), op("i32.load", f.get(record), { offset: tallyWords.slotBytes })),
        ),
      ),
    );
    const increase = (drawn: Scalar): void => {
      const at = f.let(plus(f, table, op("i32.shl", op("i32.load", f.get(drawn)), i32(2))));
      f.emit("i32.store", f.get(at), op("i32.add", op("i32.load", f.get(at)), i32(1)));
    };
    // An even draw for each even number below the total, an odd one for each odd number.
    const odds = f.let(op("i32.shr_u", f.get(total), i32(1)));
    const evens = f.let(plus(f, odds, op("i32.and", f.get(total), i32(1))));
    const begin = f.let(plus(f, first, op("i32.mul", f.get(slot), f.get(count))));
    const wanted = f.let(plus(f, begin, f.get(count)));
    const end = f.let(least(f, wanted, evens));
    whileBelow(f, begin, end, () => {
      const next = f.let(plus(f, begin, i32(CHUNK)));
      const stop = f.let(least(f, next, end));
      f.call(pairs, f.get(record), f.get(begin), f.get(stop), f.get(chunk));
      for (const [place, limit] of [
        [chunkPlaces.targets, evens],
        [chunkPlaces.words, odds],
      ] as const) {
        const at = f.let(plus(f, chunk, i32(place)));
        const last = f.let(least(f, stop, limit));
        const behind = f.let(op("i32.add", f.get(at), op("i32.shl", op("i32.sub", f.get(last), f.get(begin)), i32(2))));
        whileBelow(f, at, behind, () => {
          increase(at);
          advance(f, at, 4);
        });
      }
      f.set(begin, f.get(stop));
    });
  });
};

interface Writing {
  readonly kinds: readonly FunctionReference<readonly ["i32", "i32", "i32", "i32"], readonly ["i32"]>[];
  readonly wide: boolean;
  readonly double: boolean;
}

const emitPass = (
  m: ModuleBuilder,
  name: "count" | "fill",
  partners: ReturnType<typeof emitPartners>,
  begin: () => Writing | undefined,
): void => {
  const writing = begin();
  m.func({ name, params: ["i32", "i32", "i32", "i32"], results: [], export: true }, (f) => {
    const [head, firstBlock, firstSlot, task] = f.params;
    const of = (key: keyof typeof headWords): Value<"i32"> => op("i32.load", f.get(head), { offset: headWords[key] });
    const block = f.let(plus(f, firstBlock, f.get(task)));
    f.if(op("i32.ge_u", f.get(block), of("blockCount")), () => f.return());
    const slot = f.let(op("i32.add", of("slots"), op("i32.mul", plus(f, firstSlot, f.get(task)), of("slotBytes"))));
    const bounds = f.let(op("i32.add", of("blocks"), op("i32.shl", f.get(block), i32(2))));
    const firstSource = word(f, bounds, 0);
    const endSource = word(f, bounds, 4);
    const records = f.let(plus(f, slot, of("shardRecords")));
    emitShardRecords(f, head, block, records, writing !== undefined);
    f.emit("i32.store", f.get(slot), i32(0), { offset: NOTES });
    const projection = f.let(of("projections"));
    const number = f.let(i32(0));
    const projections = f.let(of("projectionCount"));
    const places: Places = {
      chunk: f.let(plus(f, slot, of("chunk"))),
      outTargets: f.let(plus(f, slot, of("outTargets"))),
      outWeights: f.let(plus(f, slot, of("outWeights"))),
      log: f.let(plus(f, slot, of("log"))),
      weighs: f.let(of("weighs")),
      delayBytes: f.let(of("delayBytes")),
      clipped: f.let(plus(f, slot, i32(CLIPPED))),
    };
    whileBelow(f, number, projections, () => {
      emitProjection(f, { projection, number, firstSource, endSource, slot, records }, places, partners, writing);
      advance(f, projection, projectionWords.bytes);
      advance(f, number, 1);
      advance(f, places.clipped, 4);
    });
  });
};

interface Places {
  readonly chunk: Scalar;
  readonly outTargets: Scalar;
  readonly outWeights: Scalar;
  readonly log: Scalar;
  readonly weighs: Scalar;
  readonly delayBytes: Scalar;
  readonly clipped: Scalar;
}

/** Where the rows of each shard are and, when filling, what brings places within the shard to places within the slot. */
const emitShardRecords = (f: FunctionBuilder, head: Scalar, block: Scalar, records: Scalar, fills: boolean): void => {
  const of = (key: keyof typeof headWords): Value<"i32"> => op("i32.load", f.get(head), { offset: headWords[key] });
  const shard = f.let(i32(0));
  const shards = f.let(of("shards"));
  const row = f.let(of("table"));
  const rowBytes = f.let(of("rowBytes"));
  const at = f.let(f.get(records));
  const base = f.let(op("i32.add", of("bases"), op("i32.shl", f.get(block), i32(2))));
  const step = f.let(op("i32.shl", op("i32.add", of("blockCount"), i32(1)), i32(2)));
  const sum = f.let(i32(0));
  whileBelow(f, shard, shards, () => {
    f.emit("i32.store", f.get(at), f.get(row), { offset: shardWords.row });
    if (fills) {
      const start = word(f, base, 0);
      f.emit("i32.store", f.get(at), op("i32.sub", f.get(sum), f.get(start)), { offset: shardWords.shift });
      f.set(sum, plus(f, sum, op("i32.sub", op("i32.load", f.get(base), { offset: 4 }), f.get(start))));
      f.set(base, plus(f, base, f.get(step)));
    }
    f.set(row, plus(f, row, f.get(rowBytes)));
    advance(f, at, shardWords.bytes);
    advance(f, shard, 1);
  });
};

interface Site {
  readonly projection: Scalar;
  readonly number: Scalar;
  readonly firstSource: Scalar;
  readonly endSource: Scalar;
  readonly slot: Scalar;
  readonly records: Scalar;
}

/** Goes through the numbers of a projection that the source units of a block have, chunk by chunk. */
const emitProjection = (
  f: FunctionBuilder,
  site: Site,
  places: Places,
  partners: ReturnType<typeof emitPartners>,
  writing: Writing | undefined,
): void => {
  const { projection, firstSource, endSource } = site;
  const starts = word(f, projection, projectionWords.starts);
  const source = f.let(f.get(firstSource));
  const next = f.let(op("i32.load", element(f, starts, firstSource)));
  const end = f.let(op("i32.load", element(f, starts, endSource)));
  const skips = word(f, projection, projectionWords.skips);
  const tables = {
    stretches: word(f, projection, projectionWords.stretches),
    cells: word(f, projection, projectionWords.cells),
    thresholds: word(f, projection, projectionWords.thresholds),
    map: word(f, projection, projectionWords.map),
    clip: word(f, projection, projectionWords.clip),
    signs: word(f, projection, projectionWords.signs),
  };
  const clipped = f.let(i32(0));
  const outside = f.let(i32(0));
  whileBelow(f, next, end, () => {
    const first = f.let(op("i32.and", f.get(next), i32(-8)));
    const behind = f.let(plus(f, first, i32(CHUNK)));
    const stop = f.let(least(f, behind, end));
    f.call(partners, f.get(projection), f.get(first), f.get(stop), f.get(places.chunk));
    if (writing) {
      f.if(f.get(places.weighs), () => {
        const kind = word(f, projection, projectionWords.kind);
        const weights = f.let(plus(f, places.chunk, i32(chunkPlaces.weights)));
        writing.kinds.forEach((draw, k) => {
          f.if(op("i32.eq", f.get(kind), i32(k)), () => {
            f.set(outside, call(draw, f.get(projection), f.get(first), f.get(stop), f.get(weights)));
          });
        });
      });
    }
    whileBelow(f, next, stop, () => {
      f.block((found) => {
        f.loop((again) => {
          const until = op("i32.load", element(f, starts, source), { offset: 4 });
          f.branchIf(found, op("i32.gt_u", until, f.get(next)));
          advance(f, source, 1);
          f.branch(again);
        });
      });
      const until = f.let(op("i32.load", element(f, starts, source), { offset: 4 }));
      const last = f.let(least(f, until, stop));
      const limit = f.let(select(f.get(skips), f.get(source), i32(0x7fff_ffff)));
      const row = f.let(op("i32.mul", f.get(source), f.get(places.delayBytes)));
      const at = f.let(plus(f, places.chunk, op("i32.shl", op("i32.sub", f.get(next), f.get(first)), i32(2))));
      const behindAt = f.let(plus(f, at, op("i32.shl", op("i32.sub", f.get(last), f.get(next)), i32(2))));
      const weightAt = f.let(plus(f, places.chunk, op("i32.shl", op("i32.sub", f.get(next), f.get(first)), i32(3))));
      const sign = f.let(f64(1));
      if (writing) {
        f.if(f.get(tables.signs), () => {
          f.set(sign, op("f64.load", plus(f, tables.signs, op("i32.shl", f.get(source), i32(3)))));
        });
      }
      whileBelow(f, at, behindAt, () => {
        const target = f.let(op("i32.load", f.get(at)));
        f.set(target, plus(f, target, op("i32.ge_u", f.get(target), f.get(limit))));
        const bits = f.let(op("i32.load", f.get(at), { offset: chunkPlaces.words }));
        const place = f.let(
          op("i32.load16_u", plus(f, tables.cells, op("i32.shl", op("i32.shr_u", f.get(bits), i32(20)), i32(1)))),
        );
        f.block((found) => {
          f.loop((again) => {
            const threshold = op("i32.load", element(f, tables.thresholds, place));
            f.branchIf(found, op("i32.le_u", f.get(bits), threshold));
            advance(f, place, 1);
            f.branch(again);
          });
        });
        const stretch = f.let(plus(f, tables.stretches, op("i32.shl", op("i32.shr_u", f.get(target), i32(6)), i32(3))));
        const record = f.let(plus(f, site.records, op("i32.load", f.get(stretch))));
        const cell = f.let(
          op(
            "i32.add",
            op("i32.add", op("i32.load", f.get(record), { offset: shardWords.row }), f.get(row)),
            op("i32.load", element(f, tables.map, place)),
          ),
        );
        const count = f.let(op("i32.load", f.get(cell)));
        f.emit("i32.store", f.get(cell), plus(f, count, i32(1)));
        if (!writing) {
          f.set(clipped, plus(f, clipped, op("i32.lt_u", f.get(place), f.get(tables.clip))));
        } else {
          const own = f.let(plus(f, count, op("i32.load", f.get(record), { offset: shardWords.shift })));
          const shifted = op("i32.add", f.get(target), op("i32.load", f.get(stretch), { offset: 4 }));
          const size = writing.wide ? 2 : 1;
          const targetAt = plus(f, places.outTargets, op("i32.shl", f.get(own), i32(size)));
          f.emit(writing.wide ? "i32.store" : "i32.store16", targetAt, shifted);
          f.if(f.get(places.weighs), () => {
            const weight = f.let(op("f64.load", f.get(weightAt), { offset: chunkPlaces.weights }));
            const signed = op("f64.mul", f.get(weight), f.get(sign));
            const outAt = plus(f, places.outWeights, op("i32.shl", f.get(own), i32(writing.double ? 3 : 2)));
            if (writing.double) f.emit("f64.store", outAt, signed);
            else f.emit("f32.store", outAt, op("f32.demote_f64", signed));
            f.if(f.get(outside), () => {
              const low = op(
                "f64.lt",
                f.get(weight),
                op("f64.load", f.get(projection), { offset: projectionWords.min }),
              );
              const high = op(
                "f64.gt",
                f.get(weight),
                op("f64.load", f.get(projection), { offset: projectionWords.max }),
              );
              f.if(op("i32.or", low, high), () => {
                const notes = word(f, site.slot, NOTES);
                const note = f.let(plus(f, places.log, op("i32.shl", f.get(notes), i32(4))));
                const passed = op("i32.shr_u", op("i32.sub", f.get(behindAt), f.get(at)), i32(2));
                f.emit("i32.store", f.get(note), op("i32.sub", f.get(last), passed));
                f.emit("i32.store", f.get(note), f.get(own), { offset: 4 });
                f.emit("i32.store", f.get(note), f.get(source), { offset: 8 });
                f.emit("i32.store", f.get(note), f.get(site.number), { offset: NOTE - 4 });
                f.emit("i32.store", f.get(site.slot), plus(f, notes, i32(1)), { offset: NOTES });
              });
            });
          });
        }
        advance(f, at, 4);
        advance(f, weightAt, 8);
      });
      f.set(next, f.get(last));
    });
  });
  if (!writing) {
    f.emit("i32.store", f.get(places.clipped), op("i32.add", op("i32.load", f.get(places.clipped)), f.get(clipped)));
  }
};
