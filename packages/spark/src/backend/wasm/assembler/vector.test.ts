import fc from "fast-check";
import { expect, test } from "vitest";
import { i32 } from "./constants.ts";
import { bytesOf, count, float, floatLanes, lane, lanes, type Width } from "./meaning/lanes.ts";
import { type VectorMeaning, vectorMeanings } from "./meaning/vector.ts";
import { moduleBuilder } from "./module.ts";
import { op } from "./op.ts";
import { type OpcodeRow, opcodes, type ValueType, type VectorOpcode } from "./opcodes.ts";
import type { AnyValue, Value } from "./value.ts";

const shuffles = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16],
  [0, 16, 1, 17, 2, 18, 3, 19, 15, 31, 14, 30, 7, 7, 7, 23],
];

const names = Object.keys(vectorMeanings).filter((name): name is VectorOpcode => name in opcodes);
const RESULT = 64;

/** Each way to fill in an instruction's lanes. */
function laneChoices(name: VectorOpcode): readonly (readonly number[])[] {
  const [, , , kind, places = 0] = opcodes[name] as OpcodeRow;
  if (kind === "shuffle") return shuffles;
  return kind === "lane" ? Array.from({ length: places }, (_, place) => [place]) : [[]];
}

function load(type: ValueType, address: number): AnyValue {
  return op(`${type}.load`, i32(address));
}

/** One function for each instruction and choice of lanes: operands at 0, 16, 32, the result at 64. */
function assemble(): Uint8Array<ArrayBuffer> {
  const m = moduleBuilder();
  m.memory({ min: 1 }, "memory");
  for (const name of names) {
    for (const choice of laneChoices(name)) {
      m.func({ name: `${name} ${choice}`, params: [], results: [], export: true }, (f) => {
        const operands = opcodes[name][1].map((type, place) => load(type, 16 * place));
        const immediates = choice.length === 16 ? [choice] : choice;
        const apply = op as (name: VectorOpcode, ...args: unknown[]) => AnyValue;
        const value = apply(name, ...operands, ...immediates);
        const store = f.emit.bind(f) as (name: string, address: Value<"i32">, value: AnyValue) => void;
        store(`${value.type}.store`, i32(RESULT), value);
      });
    }
  }
  return m.bytes();
}

const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble()));
const memory = new DataView((exports.memory as WebAssembly.Memory).buffer);

function execute(name: VectorOpcode, choice: readonly number[], args: readonly DataView[]): DataView {
  new Uint8Array(memory.buffer).fill(0, 0, 96);
  args.forEach((arg, place) => void new Uint8Array(memory.buffer).set(bytesOf(arg), place * 16));
  (exports[`${name} ${choice}`] as () => void)();
  return new DataView(memory.buffer.slice(RESULT, RESULT + 16));
}

/** Both with every NaN lane made the same, where the meaning leaves the NaN open. */
function comparable(view: DataView, { nan }: VectorMeaning): string {
  if (nan === undefined) return bytesOf(view).join(" ");
  const canonical = lanes(nan, (place) => (Number.isNaN(float(view, nan, place)) ? -1n : lane(view, nan, place)));
  return bytesOf(canonical).join(" ");
}

function disagreement(name: VectorOpcode, args: readonly DataView[]): string[] {
  const meaning = vectorMeanings[name];
  return laneChoices(name).flatMap((choice) => {
    const received = comparable(execute(name, choice, args), meaning);
    const expected = comparable(meaning.compute(args, choice), meaning);
    const given = args.map((arg) => bytesOf(arg).join(" ")).join(" | ");
    return received === expected ? [] : [`${choice} of ${given} → ${received}, not ${expected}`];
  });
}

const integerEdges = (width: Width): readonly bigint[] => {
  const top = 2n ** BigInt(width - 1);
  return [
    0n,
    1n,
    2n,
    BigInt(width - 1),
    BigInt(width),
    BigInt(width + 1),
    0x5an,
    top - 1n,
    top,
    top + 1n,
    -1n,
    -2n,
    top / 2n,
  ];
};

const floatEdges = [
  0,
  -0,
  0.5,
  -0.5,
  1,
  1.5,
  2.5,
  -3.5,
  1 / 3,
  -1e-45,
  16777217,
  3.4e38,
  -1e300,
  2 ** 31 - 0.5,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32 - 0.75,
  2 ** 32,
  Infinity,
  -Infinity,
  NaN,
];

function floatPatterns(width: 32 | 64): readonly bigint[] {
  const negativeNan = width === 32 ? 0xffc0_0123n : 0xfff8_0000_0000_0123n;
  return [
    ...floatEdges.map((edge) =>
      lane(
        floatLanes(width, 1, () => edge),
        width,
        0,
      ),
    ),
    negativeNan,
  ];
}

/** Vectors in which all pairs of edge values meet lane by lane, as few as hold them. */
function* edgePairs(): Generator<readonly [DataView, DataView]> {
  const widths: readonly Width[] = [8, 16, 32, 64];
  const sets = widths.map((width) => ({ width, patterns: integerEdges(width) }));
  sets.push({ width: 32, patterns: floatPatterns(32) }, { width: 64, patterns: floatPatterns(64) });
  for (const { width, patterns } of sets) {
    const pairs = patterns.flatMap((first) => patterns.map((second) => [first, second] as const));
    for (let from = 0; from < pairs.length; from += count(width)) {
      const pair = (place: number) => pairs[(from + place) % pairs.length]!;
      yield [lanes(width, (place) => pair(place)[0]), lanes(width, (place) => pair(place)[1])];
    }
  }
}

const pairs = [...edgePairs()];
const mixture = lanes(64, (place) => 0x0f33_55aa_00ff_c3e1n * BigInt(place + 1));

test.each(names)("%s computes what its meaning says, on all pairs of edge lanes", (name) => {
  const operands = opcodes[name][1].length;
  const wrong = pairs.flatMap(([a, b]) => disagreement(name, [a, b, mixture].slice(0, operands)));
  expect(wrong.slice(0, 5)).toEqual([]);
});

const vectors = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new DataView(bytes.slice().buffer));

test.each(names)("%s computes what its meaning says, on random vectors", (name) => {
  const operands = opcodes[name][1].length;
  const args = fc.array(vectors, { minLength: operands, maxLength: operands });
  fc.assert(
    fc.property(args, (given) => disagreement(name, given).length === 0),
    { numRuns: 40 },
  );
});

test("every vector instruction of the table is executed", () => {
  const vector = Object.keys(opcodes).filter(
    (name) => /x|v128/.test(name.split(".")[0]!) && !/load|store|const/.test(name),
  );
  expect(names.toSorted()).toEqual(vector.toSorted());
});
