import { type Program, wordsOf } from "../../../program/program.ts";
import { i32 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op } from "../assembler/op.ts";

/** Largest number of events that one call of `scan` can find. */
export const SCAN_EVENTS = 16_384;
/** Largest number of events in the four words that are tested together. */
const GROUP_EVENTS = 128;

/** Size in bytes of the results of `scan`: steps, then units, then their number. */
export const SCAN_BYTES = SCAN_EVENTS * 8 + 64;

/**
 * Adds `scan(word, endWord, firstStep, bits, found)`, which searches a range of words of the spike bits at address
 * `bits` and writes the step and unit of each spike to `found`, followed by their number. Returns the word at which it
 * stopped, because the words or the room ended. One comparison skips four silent words, which JavaScript cannot do.
 */
export const emitScan = (m: ModuleBuilder, program: Program): void => {
  const words = wordsOf(program.padded);
  const params = ["i32", "i32", "i32", "i32", "i32"] as const;
  m.func({ name: "scan", params, results: ["i32"], export: true }, (f) => {
    const [word, endWord, firstStep, bits, found] = f.params;
    const [place, rest, at, lowest, step, unit] = [1, 2, 3, 4, 5, 6].map(() => f.local("i32"));
    f.set(place!, i32(0));
    f.block((leave) => {
      f.loop((nextGroup) => {
        f.branchIf(leave, op("i32.ge_u", f.get(word), f.get(endWord)));
        f.branchIf(leave, op("i32.gt_u", f.get(place!), i32(SCAN_EVENTS - GROUP_EVENTS)));
        const address = (index: typeof word) => op("i32.add", f.get(bits), op("i32.shl", f.get(index), i32(2)));
        f.if(op("v128.any_true", op("v128.load", address(word))), () => {
          f.set(at!, f.get(word));
          f.loop((nextWord) => {
            f.set(rest!, op("i32.load", address(at!)));
            f.if(f.get(rest!), () => {
              f.set(step!, op("i32.add", f.get(firstStep), op("i32.div_u", f.get(at!), i32(words))));
              f.set(unit!, op("i32.shl", op("i32.rem_u", f.get(at!), i32(words)), i32(5)));
              f.loop((nextBit) => {
                f.set(lowest!, op("i32.add", f.get(unit!), op("i32.ctz", f.get(rest!))));
                const target = () => op("i32.add", f.get(found), op("i32.shl", f.get(place!), i32(2)));
                f.emit("i32.store", target(), f.get(step!));
                f.emit("i32.store", target(), f.get(lowest!), { offset: SCAN_EVENTS * 4 });
                f.set(place!, op("i32.add", f.get(place!), i32(1)));
                f.set(rest!, op("i32.and", f.get(rest!), op("i32.sub", f.get(rest!), i32(1))));
                f.branchIf(nextBit, f.get(rest!));
              });
            });
            f.set(at!, op("i32.add", f.get(at!), i32(1)));
            const groupEnd = op("i32.add", f.get(word), i32(4));
            f.branchIf(
              nextWord,
              op("i32.and", op("i32.lt_u", f.get(at!), groupEnd), op("i32.lt_u", f.get(at!), f.get(endWord))),
            );
          });
        });
        f.set(word, op("i32.add", f.get(word), i32(4)));
        f.branch(nextGroup);
      });
    });
    f.emit("i32.store", f.get(found), f.get(place!), { offset: SCAN_EVENTS * 8 });
    f.return(f.get(word));
  });
};
