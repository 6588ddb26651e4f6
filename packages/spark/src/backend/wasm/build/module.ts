import { i32 } from "../assembler/constants.ts";
import { type ModuleBuilder, moduleBuilder } from "../assembler/module.ts";
import { op } from "../assembler/op.ts";
import { emitConstant, emitDelayWords, emitNormal, emitPairs, emitPartners, emitUniform } from "./draws.ts";
import { emitPass } from "./pass.ts";
import { CHUNK, chunkPlaces, tallyWords } from "./records.ts";
import { advance, least, plus, type Scalar, whileBelow, word } from "./words.ts";

/** Properties in which modules differ. */
export interface BuildVariant {
  readonly shared: boolean;
  /** Whether targets have 32 bits. */
  readonly wide: boolean;
  readonly precision: "f32" | "f64";
}

/** Maximal number of pages of a shared memory. It reserves addresses, not memory. */
export const MOST_PAGES = 16_384;

/**
 * A module that imports `spark.memory` and exports
 * - `tally(record, first, count, slot)`: counts the source units of a range of draws in the table of the slot;
 * - `count(head, block, slots, slot)`: counts the synapses of the source units of a block by shard, source and delay;
 * - `fill(head, block, slots, slot)`: writes those synapses, in their final order, into the slot.
 */
export const emitBuild = ({ shared, wide, precision }: BuildVariant): Uint8Array<ArrayBuffer> => {
  const m = moduleBuilder();
  m.importMemory("spark", "memory", shared ? { min: 1, max: MOST_PAGES, shared } : { min: 1 });
  emitTally(m);
  const partners = emitPartners(m);
  const delayWords = emitDelayWords(m);
  emitPass(m, "count", { partners, delayWords });
  const kinds = [emitConstant(m), emitUniform(m), emitNormal(m, "normal"), emitNormal(m, "logNormal")];
  emitPass(m, "fill", { partners, delayWords, writing: { kinds, wide, double: precision === "f64" } });
  return m.bytes();
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
    // One even draw per even number below the total, and one odd draw per odd number.
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
