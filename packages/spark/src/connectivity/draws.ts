import { KernelBuilder } from "../compile/builder.ts";
import type { Arithmetic } from "../math/arithmetic.ts";
import { exp, log } from "../math/elementary.ts";
import { type Key, normalPair, openUnit, scheduleOf, threefryBy } from "../math/threefry.ts";
import type { Drawer, DrawMachine } from "../program/machine.ts";
import { type Buffer, type BufferType, type Program, paddedTo } from "../program/program.ts";

/*
 * Draws of a network, many at a time, by programs in double precision. A network is therefore the same in single and in
 * double precision, and on every backend. Draw number n depends only on its key and on n.
 */

/** Number of draws per chunk. Chunks start at multiples of it. */
const CHUNK = 8192;
const WORD = 2 ** 32;

type Values = Readonly<Record<string, number>>;

/** Formulas of programs of draws, from the two words of each draw. `scale` is an argument of the program. */
type Formula = (
  m: Arithmetic<number, number, number>,
  builder: KernelBuilder,
  words: readonly [number, number],
  scale: number,
) => Values;

/** Uniform in (0, 1) with 53 bits. */
const fine = (m: Arithmetic<number, number, number>, [a, b]: readonly [number, number]): number => {
  const high = m.mul(m.toFloat(m.shiftRightUnsigned(a, m.int(5))), m.float(67108864));
  const bits = m.add(high, m.toFloat(m.shiftRightUnsigned(b, m.int(6))));
  return m.mul(m.add(bits, m.float(0.5)), m.float(2 ** -53));
};

const below = (m: Arithmetic<number, number, number>, word: number, scale: number): number =>
  m.toInt(m.mul(openUnit(m, word), scale));

const formulas = {
  partners: (m, _, [a, b], scale) => ({ partner: below(m, a, scale), word: b }),
  pairs: (m, _, [a, b], scale) => ({ first: below(m, a, scale), second: below(m, b, scale) }),
  units: (m, _, words) => ({ unit: fine(m, words) }),
  gaps: (m, builder, words, scale) => ({ gap: builder.op("floor", m.mul(log(m, fine(m, words)), scale)) }),
  normals: (m, _, words) => {
    const [even, odd] = normalPair(m, words);
    return { even, odd };
  },
  exponentials: (m, _, words, scale) => {
    const [even, odd] = normalPair(m, words);
    return { even: exp(m, m.mul(scale, even)), odd: exp(m, m.mul(scale, odd)) };
  },
} satisfies Record<string, Formula>;
type FormulaName = keyof typeof formulas;

const INPUTS = ["first", "second", "third", "base"];

const programOf = (name: FormulaName, units: number): Program => {
  const builder = new KernelBuilder("f64");
  const m = builder.arithmetic;
  const buffers: Buffer[] = [];
  const add = (buffer: string, type: BufferType, role: Buffer["role"], length: number): number =>
    buffers.push({ name: `draws.${buffer}`, type, role, length, initial: 0 }) - 1;
  const [first, second, third, base] = INPUTS.map((input) =>
    builder.load("int", add(input, "int", "input", 1), "scalar"),
  );
  const scale = builder.load("float", add("scale", "float", "input", 1), "scalar");
  const index = m.intAdd(builder.unit(), base!);
  const words = threefryBy(m, [first!, second!, third!], index, builder.step());
  const formula: Formula = formulas[name];
  for (const [output, node] of Object.entries(formula(m, builder, words, scale))) {
    const type = builder.nodes[node]!.dtype === "int" ? "int" : "float";
    builder.store(add(output, type, "state", units), node, "unit");
  }
  return {
    name: `draws.${name}`,
    precision: "f64",
    units,
    padded: units,
    block: units,
    buffers,
    step: builder.finish(),
    fade: { nodes: [], stores: [] },
    observables: [],
  };
};

const OUTPUT = INPUTS.length + 1;

/** Values of consecutive numbers, with even and odd ones in separate arrays. */
export interface Twofold {
  readonly even: Float64Array;
  readonly odd: Float64Array;
}

/** Runs programs of draws. Returned views are valid until the next call of the same method. */
export class Draws {
  /** Number of draws per call. */
  readonly chunk: number;
  readonly #drawer: Drawer;
  readonly #machines = new Map<FormulaName, DrawMachine>();

  /** The draws do not depend on the length of chunks. */
  constructor(drawer: Drawer, chunk: number = CHUNK) {
    this.#drawer = drawer;
    this.chunk = paddedTo(chunk, 64);
  }

  /** Runs a formula for the numbers from `first` on, which must be a multiple of the chunk. */
  #run(name: FormulaName, key: Key, first: number, scale: number, units: number = this.chunk): DrawMachine {
    const machine = this.#machines.get(name) ?? this.#drawer.create(programOf(name, units));
    this.#machines.set(name, machine);
    [...scheduleOf(key), (first % WORD) | 0].forEach((value, k) => {
      machine.view(k)[0] = value;
    });
    machine.view(INPUTS.length)[0] = scale;
    machine.advance(Math.floor(first / WORD));
    return machine;
  }

  /** For each number: an integer below `count`, and an independent word of 32 bits. */
  partners(key: Key, first: number, count: number): { readonly partners: Int32Array; readonly words: Int32Array } {
    const machine = this.#run("partners", key, first, count);
    return { partners: machine.view(OUTPUT) as Int32Array, words: machine.view(OUTPUT + 1) as Int32Array };
  }

  /** For each number: two integers below `count`. */
  pairs(key: Key, first: number, count: number): readonly [Int32Array, Int32Array] {
    const machine = this.#run("pairs", key, first, count);
    return [machine.view(OUTPUT) as Int32Array, machine.view(OUTPUT + 1) as Int32Array];
  }

  /** Uniform numbers in (0, 1) with 53 bits. */
  units(key: Key, first: number): Float64Array {
    return this.#run("units", key, first, 0).view(OUTPUT) as Float64Array;
  }

  /** Number of failures before a success: floor(ln u · scale), with scale = 1 / ln(1 − probability). */
  gaps(key: Key, first: number, scale: number): Float64Array {
    return this.#run("gaps", key, first, scale).view(OUTPUT) as Float64Array;
  }

  /** Standard normal numbers. One draw gives the values of an even number and of the following odd number. */
  normals(key: Key, first: number): Twofold {
    return this.#twofold("normals", key, first, 0);
  }

  /** exp(sigma · z) with z standard normal. */
  exponentials(key: Key, first: number, sigma: number): Twofold {
    return this.#twofold("exponentials", key, first, sigma);
  }

  #twofold(name: FormulaName, key: Key, first: number, scale: number): Twofold {
    const machine = this.#run(name, key, first / 2, scale, this.chunk / 2);
    return { even: machine.view(OUTPUT) as Float64Array, odd: machine.view(OUTPUT + 1) as Float64Array };
  }

  dispose(): void {
    for (const machine of this.#machines.values()) machine.dispose();
    this.#machines.clear();
  }
}
