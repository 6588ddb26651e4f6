import type { Arithmetic } from "./arithmetic.ts";
import { doubles } from "./doubles.ts";
import { circle, cosTurn, log } from "./elementary.ts";

/*
 * Threefry-2x32 with 20 rounds: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11
 * (doi 10.1145/2063384.2063405). A draw is a pure function of its key and its counter, so no draw depends on another.
 */
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];
const PARITY = 0x1bd11bda;

export interface Key {
  readonly first: number;
  readonly second: number;
}

/** Key schedule: the words that the rounds add to the counter. The key is a constant or a value given to a program. */
export type Schedule<I> = readonly [I, I, I];

export const scheduleOf = (key: Key): Schedule<number> => [
  key.first | 0,
  key.second | 0,
  PARITY ^ key.first ^ key.second,
];

/** The word operations that draws need. */
export type Words<I> = Pick<
  Arithmetic<unknown, I, unknown>,
  "int" | "intAdd" | "intOr" | "intXor" | "shiftLeft" | "shiftRightUnsigned"
>;

/** Two 32-bit words from a key schedule and a counter of two 32-bit words. */
export const threefryBy = <I>(m: Words<I>, schedule: Schedule<I>, index: I, step: I): [I, I] => {
  let a = m.intAdd(index, schedule[0]);
  let b = m.intAdd(step, schedule[1]);
  for (let round = 0; round < 20; round++) {
    const bits = ROTATIONS[round % 8]!;
    a = m.intAdd(a, b);
    b = m.intOr(m.shiftLeft(b, m.int(bits)), m.shiftRightUnsigned(b, m.int(32 - bits)));
    b = m.intXor(b, a);
    if (round % 4 === 3) {
      const turn = (round + 1) / 4;
      a = m.intAdd(a, schedule[turn % 3]!);
      b = m.intAdd(b, m.intAdd(schedule[(turn + 1) % 3]!, m.int(turn)));
    }
  }
  return [a, b];
};

/** Two 32-bit words from a key and a counter of two 32-bit words. */
export const threefry = <V, I, B>(m: Arithmetic<V, I, B>, key: Key, index: I, step: I): [I, I] => {
  const [first, second, third] = scheduleOf(key);
  return threefryBy(m, [m.int(first), m.int(second), m.int(third)], index, step);
};

/** Maps a 32-bit word to the open interval (0, 1): the top 23 bits in single precision, all 32 in double precision. */
export const openUnit = <V, I, B>(m: Arithmetic<V, I, B>, word: I): V => {
  if (m.precision === "f32") {
    const bits = m.toFloat(m.shiftRightUnsigned(word, m.int(9)));
    return m.mul(m.add(bits, m.float(0.5)), m.float(2 ** -23));
  }
  const signed = m.toFloat(m.intXor(word, m.int(-2147483648)));
  return m.mul(m.add(signed, m.float(2147483648.5)), m.float(2 ** -32));
};

/** A standard normal number from one draw (Box and Muller 1958, cosine branch). */
export const normalDraw = <V, I, B>(m: Arithmetic<V, I, B>, key: Key, index: I, step: I): V => {
  const [a, b] = threefry(m, key, index, step);
  return m.mul(radius(m, a), cosTurn(m, openUnit(m, b)));
};

const radius = <V, I, B>(m: Arithmetic<V, I, B>, word: I): V => m.sqrt(m.mul(m.float(-2), log(m, openUnit(m, word))));

/** Two independent standard normal numbers from two words. */
export const normalPair = <V, I, B>(m: Arithmetic<V, I, B>, [a, b]: readonly [I, I]): readonly [V, V] => {
  const length = radius(m, a);
  const [sine, cosine] = circle(m, openUnit(m, b));
  return [m.mul(length, cosine), m.mul(length, sine)];
};

/** A uniform number in (0, 1). */
export const uniformDraw = <V, I, B>(m: Arithmetic<V, I, B>, key: Key, index: I, step: I): V =>
  openUnit(m, threefry(m, key, index, step)[0]);

/** 32 random bits. */
export const bitsDraw = <V, I, B>(m: Arithmetic<V, I, B>, key: Key, index: I, step: I): I =>
  threefry(m, key, index, step)[0];

/** The second 32 random bits of the same draw. */
export const otherBitsDraw = <V, I, B>(m: Arithmetic<V, I, B>, key: Key, index: I, step: I): I =>
  threefry(m, key, index, step)[1];

/**
 * 32 random bits. Two steps share one draw: the even step takes the first word and the next odd step takes the second.
 * A program that runs the steps in order needs only one draw per two steps.
 */
export const pairedBitsDraw = <V, I, B>(m: Arithmetic<V, I, B>, key: Key, index: I, step: I): I => {
  const [even, odd] = threefry(m, key, index, m.shiftRightUnsigned(step, m.int(1)));
  return m.intSelect(m.intEqual(m.intAnd(step, m.int(1)), m.int(1)), odd, even);
};

/** Key of a purpose: the seed, and the FNV-1a hash of the purpose's text. */
export const keyOf = (seed: number, purpose: string): Key => {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(purpose)) hash = Math.imul(hash ^ byte, 0x01000193);
  return { first: seed | 0, second: hash };
};

/** Uniform in [0, 1) with 53 bits, for values drawn once at build. */
export const drawUnit = (key: Key, index: number, attempt = 0): number => {
  const [a, b] = threefry(doubles, key, index | 0, attempt | 0);
  return ((a >>> 5) * 67108864 + (b >>> 6)) / 9007199254740992;
};

/** Standard normal in double precision, for values drawn once at build. */
export const drawNormal = (key: Key, index: number, attempt = 0): number =>
  normalDraw(doubles, key, index | 0, attempt | 0);
