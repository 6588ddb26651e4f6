import type { FunctionReference } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op } from "../assembler/op.ts";

export type Collector = FunctionReference<readonly ["i32", "i32", "i32", "i32"], readonly ["i32"]>;

/**
 * Adds `collect(word, endWord, unit, list)`, which writes to `list` the units whose bits are set from address `word`
 * on. The first bit is that of `unit`. Returns the address after the last entry. One comparison skips 128 silent units.
 */
export const emitCollect = (m: ModuleBuilder): Collector =>
  m.func({ name: "collect", params: ["i32", "i32", "i32", "i32"], results: ["i32"] }, (f) => {
    const [word, endWord, unit, list] = f.params;
    const rest = f.local("i32");
    f.block((leave) => {
      f.loop((nextWord) => {
        f.branchIf(leave, op("i32.ge_u", f.get(word), f.get(endWord)));
        const room = op("i32.ge_u", op("i32.sub", f.get(endWord), f.get(word)), i32(16));
        f.if(room, () => {
          f.if(op("i32.eqz", op("v128.any_true", op("v128.load", f.get(word)))), () => {
            f.set(word, op("i32.add", f.get(word), i32(16)));
            f.set(unit, op("i32.add", f.get(unit), i32(128)));
            f.branch(nextWord);
          });
        });
        f.set(rest, op("i32.load", f.get(word)));
        f.if(f.get(rest), () => {
          f.loop((nextBit) => {
            f.emit("i32.store", f.get(list), op("i32.add", f.get(unit), op("i32.ctz", f.get(rest))));
            f.set(list, op("i32.add", f.get(list), i32(4)));
            f.set(rest, op("i32.and", f.get(rest), op("i32.sub", f.get(rest), i32(1))));
            f.branchIf(nextBit, f.get(rest));
          });
        });
        f.set(word, op("i32.add", f.get(word), i32(4)));
        f.set(unit, op("i32.add", f.get(unit), i32(32)));
        f.branch(nextWord);
      });
    });
    f.return(f.get(list));
  });
