import { call, type FunctionBuilder } from "../assembler/code.ts";
import { f64, i32 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op, select } from "../assembler/op.ts";
import type { Local, Value } from "../assembler/value.ts";
import type { Draw, WeightDraw } from "./draws.ts";
import {
  CHUNK,
  CLIPPED,
  chunkPlaces,
  headWords,
  MANY,
  NOTE,
  NOTES,
  projectionWords,
  SEVERAL,
  shardWords,
} from "./records.ts";
import { advance, element, least, plus, type Scalar, whileBelow, word } from "./words.ts";

interface Writing {
  readonly kinds: readonly WeightDraw[];
  readonly wide: boolean;
  readonly double: boolean;
}

/** The functions that a pass calls. A counting pass has no `writing`. */
interface Functions {
  readonly partners: Draw;
  readonly delayWords: Draw;
  readonly writing?: Writing;
}

/**
 * Adds a function that processes the source units of a block, projection by projection. It counts their synapses by
 * shard, source and delay, or writes them to the positions derived from these counts.
 */

export const emitPass = (m: ModuleBuilder, name: "count" | "fill", own: Functions): void => {
  const { writing } = own;
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
      emitProjection(f, { projection, number, firstSource, endSource, slot, records }, places, own);
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

/** Writes the rows of each shard and, for a fill, the shift from positions in the shard to positions in the slot. */
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

interface Tables {
  readonly stretches: Scalar;
  readonly words: Scalar;
  readonly clip: Scalar;
  readonly signs: Scalar;
}

/** Processes the synapse numbers of a projection that belong to the source units of a block, chunk by chunk. */
const emitProjection = (
  f: FunctionBuilder,
  site: Site,
  places: Places,
  { partners, delayWords, writing }: Functions,
): void => {
  const { projection, firstSource, endSource } = site;
  const starts = word(f, projection, projectionWords.starts);
  const source = f.let(f.get(firstSource));
  const next = f.let(op("i32.load", element(f, starts, firstSource)));
  const end = f.let(op("i32.load", element(f, starts, endSource)));
  const skips = word(f, projection, projectionWords.skips);
  const shard = word(f, projection, projectionWords.shard);
  const several = f.let(op("i32.eq", f.get(shard), i32(SEVERAL)));
  const tables: Tables = {
    stretches: word(f, projection, projectionWords.stretches),
    words: word(f, projection, projectionWords.words),
    clip: word(f, projection, projectionWords.clip),
    signs: word(f, projection, projectionWords.signs),
  };
  const clipped = f.let(i32(0));
  const outside = f.let(i32(0));
  whileBelow(f, next, end, () => {
    const first = f.let(op("i32.and", f.get(next), i32(-8)));
    const behind = f.let(plus(f, first, i32(CHUNK)));
    const stop = f.let(least(f, behind, end));
    const draw = (target: Draw): void =>
      f.call(target, f.get(projection), f.get(first), f.get(stop), f.get(places.chunk));
    if (writing) draw(partners);
    else
      f.if(
        f.get(several),
        () => draw(partners),
        () => draw(delayWords),
      );
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
      const at = f.let(plus(f, places.chunk, op("i32.shl", op("i32.sub", f.get(next), f.get(first)), i32(2))));
      const sign = f.let(f64(1));
      if (writing) {
        f.if(f.get(tables.signs), () => {
          f.set(sign, op("f64.load", plus(f, tables.signs, op("i32.shl", f.get(source), i32(3)))));
        });
      }
      const run: Run = {
        at,
        last,
        end: f.let(plus(f, at, op("i32.shl", op("i32.sub", f.get(last), f.get(next)), i32(2)))),
        weightAt: f.let(plus(f, places.chunk, op("i32.shl", op("i32.sub", f.get(next), f.get(first)), i32(3)))),
        source,
        limit: f.let(select(f.get(skips), f.get(source), i32(0x7fff_ffff))),
        row: f.let(op("i32.mul", f.get(source), f.get(places.delayBytes))),
        sign,
        clipped,
        outside,
      };
      f.if(
        f.get(several),
        () => emitRun(f, site, places, tables, run, { writing }),
        () => {
          const record = f.let(plus(f, site.records, f.get(shard)));
          const stretch = word(f, tables.stretches, 4);
          f.set(run.row, plus(f, run.row, op("i32.load", f.get(record), { offset: shardWords.row })));
          const alone = { slotShift: word(f, record, shardWords.shift), targetShift: stretch };
          emitRun(f, site, places, tables, run, { writing, alone });
        },
      );
      f.set(next, f.get(last));
    });
  });
  if (!writing) {
    f.emit("i32.store", f.get(places.clipped), op("i32.add", op("i32.load", f.get(places.clipped)), f.get(clipped)));
  }
};

/** The synapses of one source unit whose draws are in the chunk. */
interface Run {
  /** Address of a target; its word is at a fixed distance. */
  readonly at: Scalar;
  readonly end: Scalar;
  readonly weightAt: Scalar;
  /** Number of the first synapse after the run. */
  readonly last: Scalar;
  readonly source: Scalar;
  /** Target units from this one on are shifted by one, because the source unit itself is excluded. */
  readonly limit: Scalar;
  /** Start of the counts or positions of the source unit, within a shard or if there is only one. */
  readonly row: Scalar;
  readonly sign: Local<"f64">;
  readonly clipped: Scalar;
  readonly outside: Scalar;
}

/** How to process a run. `alone`: all its targets are in one shard. */
interface RunKind {
  readonly writing: Writing | undefined;
  readonly alone?: { readonly slotShift: Scalar; readonly targetShift: Scalar };
}

const emitRun = (
  f: FunctionBuilder,
  site: Site,
  places: Places,
  tables: Tables,
  run: Run,
  { writing, alone }: RunKind,
): void => {
  const { at, weightAt, limit } = run;
  whileBelow(f, at, run.end, () => {
    const bits = f.let(op("i32.load", f.get(at), { offset: chunkPlaces.words }));
    const delay = emitDelay(f, site.projection, tables.words, bits);
    const needsTarget = writing !== undefined || !alone;
    const target = f.local("i32");
    if (needsTarget) {
      f.set(target, op("i32.load", f.get(at)));
      f.set(target, plus(f, target, op("i32.ge_u", f.get(target), f.get(limit))));
    }
    let { slotShift, targetShift } = alone ?? {};
    let cell: Scalar;
    if (alone) cell = f.let(plus(f, run.row, f.get(delay)));
    else {
      const stretch = f.let(plus(f, tables.stretches, op("i32.shl", op("i32.shr_u", f.get(target), i32(6)), i32(3))));
      const record = f.let(plus(f, site.records, op("i32.load", f.get(stretch))));
      const row = op("i32.add", op("i32.load", f.get(record), { offset: shardWords.row }), f.get(run.row));
      cell = f.let(op("i32.add", row, f.get(delay)));
      slotShift = word(f, record, shardWords.shift);
      targetShift = word(f, stretch, 4);
    }
    const count = f.let(op("i32.load", f.get(cell)));
    f.emit("i32.store", f.get(cell), plus(f, count, i32(1)));
    if (!writing) f.set(run.clipped, plus(f, run.clipped, op("i32.lt_u", f.get(bits), f.get(tables.clip))));
    else {
      const own = f.let(plus(f, count, f.get(slotShift!)));
      const shifted = op("i32.add", f.get(target), f.get(targetShift!));
      const targetAt = plus(f, places.outTargets, op("i32.shl", f.get(own), i32(writing.wide ? 2 : 1)));
      f.emit(writing.wide ? "i32.store" : "i32.store16", targetAt, shifted);
      f.if(f.get(places.weighs), () => emitWeight(f, site, places, run, own, writing.double));
      advance(f, weightAt, 8);
    }
    advance(f, at, 4);
  });
};

/** Four times the index of the delay that a word selects. */
const emitDelay = (f: FunctionBuilder, projection: Scalar, words: Scalar, bits: Scalar): Scalar => {
  const entry = f.let(plus(f, words, op("i32.shl", op("i32.shr_u", f.get(bits), i32(20)), i32(3))));
  const both = word(f, entry, 4);
  const beyond = op("i32.gt_u", f.get(bits), op("i32.load", f.get(entry)));
  const delay = f.let(select(beyond, op("i32.shr_u", f.get(both), i32(16)), op("i32.and", f.get(both), i32(0xffff))));
  f.if(op("i32.eq", f.get(delay), i32(MANY)), () => {
    const cells = op("i32.load", f.get(projection), { offset: projectionWords.cells });
    const place = f.let(
      op("i32.load16_u", op("i32.add", cells, op("i32.shl", op("i32.shr_u", f.get(bits), i32(20)), i32(1)))),
    );
    const thresholds = word(f, projection, projectionWords.thresholds);
    f.block((found) => {
      f.loop((again) => {
        f.branchIf(found, op("i32.le_u", f.get(bits), op("i32.load", element(f, thresholds, place))));
        advance(f, place, 1);
        f.branch(again);
      });
    });
    const map = word(f, projection, projectionWords.map);
    f.set(delay, op("i32.load", element(f, map, place)));
  });
  return delay;
};

/** Writes a weight to its position in the slot, and a note if it is out of bounds. */
const emitWeight = (
  f: FunctionBuilder,
  { projection, slot, number }: Site,
  places: Places,
  run: Run,
  own: Scalar,
  double: boolean,
): void => {
  const weight = f.let(op("f64.load", f.get(run.weightAt), { offset: chunkPlaces.weights }));
  const signed = op("f64.mul", f.get(weight), f.get(run.sign));
  const at = plus(f, places.outWeights, op("i32.shl", f.get(own), i32(double ? 3 : 2)));
  if (double) f.emit("f64.store", at, signed);
  else f.emit("f32.store", at, op("f32.demote_f64", signed));
  f.if(f.get(run.outside), () => {
    const low = op("f64.lt", f.get(weight), op("f64.load", f.get(projection), { offset: projectionWords.min }));
    const high = op("f64.gt", f.get(weight), op("f64.load", f.get(projection), { offset: projectionWords.max }));
    f.if(op("i32.or", low, high), () => {
      const notes = word(f, slot, NOTES);
      const note = f.let(plus(f, places.log, op("i32.mul", f.get(notes), i32(NOTE))));
      const left = op("i32.shr_u", op("i32.sub", f.get(run.end), f.get(run.at)), i32(2));
      f.emit("i32.store", f.get(note), op("i32.sub", f.get(run.last), left));
      f.emit("i32.store", f.get(note), f.get(own), { offset: 4 });
      f.emit("i32.store", f.get(note), f.get(run.source), { offset: 8 });
      f.emit("i32.store", f.get(note), f.get(number), { offset: 12 });
      f.emit("i32.store", f.get(slot), plus(f, notes, i32(1)), { offset: NOTES });
    });
  });
};
