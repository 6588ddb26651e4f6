import { type Schedule, threefryBy, type Words } from "../../../math/threefry.ts";
import type { Procedure } from "../../../program/network.ts";
import { procedureTargets } from "../../../program/procedural.ts";
import type { FunctionBuilder, FunctionReference } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op } from "../assembler/op.ts";
import type { Local, Value } from "../assembler/value.ts";
import { rowWords } from "./layout.ts";
import { repeat } from "./repeat.ts";

/** Takes the addresses of a list of source units and its end, of the table row, and of the slot of the first target. */
type Procedural = FunctionReference<readonly ["i32", "i32", "i32", "i32"], readonly []>;
type Scalar = Local<"i32">;
type Vector = Value<"v128">;

/** The single-precision type stands for both types. */
const typeOf = (float: 4 | 8): "f32" => (float === 8 ? "f64" : "f32") as "f32";

/** Adds a function that adds weights to the targets computed by a procedure, one source unit at a time. */
export const emitProcedural = (m: ModuleBuilder, name: string, float: 4 | 8): Procedural => {
  const stretch = emitStretch(m, `${name}.stretch`, float);
  return m.func({ name, params: ["i32", "i32", "i32", "i32"], results: [] }, (f) => {
    const [list, endList, row, slots] = f.params;
    const load = (at: Scalar, offset = 0): Scalar => f.let(op("i32.load", f.get(at), { offset }));
    const word = (key: (typeof rowWords)[number]): Scalar => load(row, 4 * rowWords.indexOf(key));
    const told = word("targets");
    const weights = word("weights");
    const offsets = word("offsets");
    const targets = load(told);
    const first = load(told, 4);
    const length = load(told, 8);
    const skips = load(told, 12);
    const is = (kind: Procedure["targets"]): Value<"i32"> =>
      op("i32.eq", f.get(targets), i32(procedureTargets.indexOf(kind)));
    const at = (base: Scalar, place: Scalar): Value<"i32"> =>
      op("i32.add", f.get(base), op("i32.mul", f.get(place), i32(float)));
    repeat(f, [list, endList], 4, () => {
      const unit = load(list);
      const weight = f.let(op(`${typeOf(float)}.load`, at(weights, unit)));
      const isOwn = (place: Scalar): Value<"i32"> => op("i32.lt_u", f.get(place), f.get(length));
      const add = (place: Scalar): void => addTo(f, f.let(at(slots, place)), weight, float);
      const all = (): void => {
        const place = f.let(op("i32.sub", f.get(unit), f.get(first)));
        const begin = f.let(f.get(slots));
        const end = f.let(at(slots, length));
        f.if(isOwn(place), () => {
          f.if(is("same"), () => add(place));
          f.if(f.get(skips), () => {
            const hole = f.let(at(slots, place));
            f.call(stretch, f.get(begin), f.get(hole), f.get(weight));
            f.set(begin, op("i32.add", f.get(hole), i32(float)));
          });
        });
        f.if(is("all"), () => f.call(stretch, f.get(begin), f.get(end), f.get(weight)));
      };
      const drawn = (): void => {
        const numbers = f.let(op("i32.add", f.get(offsets), op("i32.shl", f.get(unit), i32(2))));
        emitDraws(f, told, [load(numbers), load(numbers, 4)], (place, counts) => {
          const beyond = op("i32.and", f.get(skips), op("i32.ge_u", f.get(place), f.get(unit)));
          f.set(place, op("i32.sub", op("i32.add", f.get(place), beyond), f.get(first)));
          f.if(op("i32.and", counts, isOwn(place)), () => add(place));
        });
      };
      f.if(is("drawn"), drawn, all);
    });
  });
};

const addTo = (f: FunctionBuilder, slot: Scalar, weight: Local<"f32">, float: 4 | 8): void => {
  const type = typeOf(float);
  f.emit(`${type}.store`, f.get(slot), op(`${type}.add`, op(`${type}.load`, f.get(slot)), f.get(weight)));
};

/** Bytes per round of a stretch. */
const ROUND = 64;

/** Adds a function that adds one weight to all slots from one address to another. */
const emitStretch = (m: ModuleBuilder, name: string, float: 4 | 8) => {
  const vector = (float === 8 ? "f64x2" : "f32x4") as "f32x4";
  return m.func({ name, params: ["i32", "i32", typeOf(float)], results: [] }, (f) => {
    const [slot, end, weight] = f.params;
    repeat(f, [slot, end], ROUND, () => {
      for (let offset = 0; offset < ROUND; offset += 16) {
        const sum = op("v128.load", f.get(slot), { offset });
        const all = op(`${vector}.splat`, f.get(weight));
        f.emit("v128.store", f.get(slot), op(`${vector}.add`, sum, all), { offset });
      }
    });
    repeat(f, [slot, end], float, () => addTo(f, slot, weight, float));
  });
};

/** Four words: equal known ones, a value for a single use, or a local for repeated use. */
type Word = number | Vector | Local<"v128">;

const both = (value: number): Vector => op("f64x2.splat", op("f64.const", value));
const UPPER_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/** 0, 1, 2, 3 */
const COUNT = Uint8Array.from({ length: 16 }, (_, byte) => (byte % 4 === 0 ? byte / 4 : 0));

/**
 * Emits draws for a range of numbers: four words at a time, and from each a unit in double precision. The callback for
 * a unit also receives whether the draw is in the range.
 */
const emitDraws = (
  f: FunctionBuilder,
  told: Scalar,
  [number, end]: readonly [Scalar, Scalar],
  take: (unit: Scalar, counts: Value<"i32">) => void,
): void => {
  const read = (word: Word): Vector => {
    if (typeof word === "number") return op("i32x4.splat", i32(word));
    return "operands" in word ? word : f.get(word);
  };
  const words: Words<Word> = {
    int: (value) => value,
    intAdd: (a, b) => f.let(op("i32x4.add", read(a), read(b))),
    intOr: (a, b) => op("v128.or", read(a), read(b)),
    intXor: (a, b) => f.let(op("v128.xor", read(a), read(b))),
    shiftLeft: (a, bits) => op("i32x4.shl", read(a), i32(bits as number)),
    shiftRightUnsigned: (a, bits) => op("i32x4.shr_u", read(a), i32(bits as number)),
  };
  const keys = [20, 24, 28].map((offset) => f.let(op("v128.load32_splat", f.get(told), { offset })));
  const choices = f.let(op("f64x2.convert_low_i32x4_s", op("v128.load32_splat", f.get(told), { offset: 16 })));
  // The formula of `openUnit`, for two words at a time.
  const unitsOf = (signed: Vector): Vector => {
    const share = op(
      "f64x2.mul",
      op("f64x2.add", op("f64x2.convert_low_i32x4_s", signed), both(2 ** 31 + 0.5)),
      both(2 ** -32),
    );
    return op("i32x4.trunc_sat_f64x2_s_zero", op("f64x2.mul", share, f.get(choices)));
  };
  // Rounded up, so that the last draws fill a vector.
  const stop = f.let(op("i32.add", f.get(end), i32(3)));
  repeat(f, [number, stop], 4, (left) => {
    const index = f.let(op("i32x4.add", op("i32x4.splat", f.get(number)), op("v128.const", COUNT)));
    const [word] = threefryBy(words, keys as unknown as Schedule<Word>, index, 0);
    const signed = f.let(op("v128.xor", read(word), read(-(2 ** 31))));
    const upper = op("i8x16.shuffle", f.get(signed), f.get(signed), UPPER_HALF);
    const units = [f.let(unitsOf(f.get(signed))), f.let(unitsOf(upper))];
    for (let k = 0; k < 4; k++) {
      const unit = f.let(op("i32x4.extract_lane", f.get(units[k >> 1]!), k & 1));
      take(unit, op("i32.gt_u", f.get(left), i32(k + 3)));
    }
  });
};
