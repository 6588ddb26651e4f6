/** The types that a WebAssembly value can have here. */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

/**
 * What follows an opcode in the binary:
 * - `none`: nothing;
 * - `memory`: alignment and offset; `memoryLane`: the same and a lane;
 * - `lane`: a lane; `shuffle`: sixteen lanes of thirty-two;
 * - a value type: a constant of that type.
 */
export type ImmediateKind = "none" | "memory" | "memoryLane" | "lane" | "shuffle" | ValueType;

/**
 * One instruction. `code` is the opcode byte, or prefix · 256 + opcode for those behind 0xfc, 0xfd and 0xfe;
 * `result` is null for an instruction that leaves nothing; `immediate` is `none` where absent; `size` is the number of
 * bytes touched (memory) or of lanes (lane, shuffle).
 */
export type OpcodeRow = readonly [
  code: number,
  operands: readonly ValueType[],
  result: ValueType | null,
  immediate?: ImmediateKind,
  size?: number,
];

/** Instructions with codes one after the other that differ in nothing else: their type, first code and names. */
type Family = readonly [
  type: string,
  first: number,
  names: string,
  ...rest: OpcodeRow extends readonly [number, ...infer Rest] ? Rest : never,
];

/**
 * The instructions that kernels, event lists and the building of synapses are made of. Left out is what nothing here
 * computes with, since every page loads this table; no relaxed SIMD, whose results differ between machines.
 * The types of `op` and `emit` are derived from this table, and its tests execute each instruction.
 * Source: the WebAssembly specification, appendix "Index of Instructions".
 */
const families = [
  // Scalar memory: the last entry is the number of bytes touched, which is the natural alignment.
  ["i32", 0x28, "load", ["i32"], "i32", "memory", 4],
  ["f32", 0x2a, "load", ["i32"], "f32", "memory", 4],
  ["f64", 0x2b, "load", ["i32"], "f64", "memory", 8],
  ["i32", 0x2f, "load16_u", ["i32"], "i32", "memory", 2],
  ["i32", 0x36, "store", ["i32", "i32"], null, "memory", 4],
  ["f32", 0x38, "store", ["i32", "f32"], null, "memory", 4],
  ["f64", 0x39, "store", ["i32", "f64"], null, "memory", 8],
  ["i32", 0x3b, "store16", ["i32", "i32"], null, "memory", 2],

  // Constants.
  ["i32", 0x41, "const", [], "i32", "i32"],
  ["i64", 0x42, "const", [], "i64", "i64"],
  ["f32", 0x43, "const", [], "f32", "f32"],
  ["f64", 0x44, "const", [], "f64", "f64"],
  ["v128", 0xfd0c, "const", [], "v128", "v128"],

  // i32 comparisons.
  ["i32", 0x45, "eqz", ["i32"], "i32"],
  ["i32", 0x46, "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u", ["i32", "i32"], "i32"],

  // f64 comparisons.
  ["f64", 0x63, "lt gt", ["f64", "f64"], "i32"],

  // i32 arithmetic.
  ["i32", 0x68, "ctz", ["i32"], "i32"],
  ["i32", 0x6a, "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u", ["i32", "i32"], "i32"],

  // f32 arithmetic.
  ["f32", 0x92, "add", ["f32", "f32"], "f32"],

  // f64 arithmetic.
  ["f64", 0xa0, "add sub mul", ["f64", "f64"], "f64"],

  // Scalar conversions.
  ["i64", 0xad, "extend_i32_u", ["i32"], "i64"],
  ["f32", 0xb6, "demote_f64", ["f64"], "f32"],

  // Vector memory. For lane loads and stores the lane count is 16 divided by the bytes touched.
  ["v128", 0xfd00, "load", ["i32"], "v128", "memory", 16],
  ["v128", 0xfd09, "load32_splat", ["i32"], "v128", "memory", 4],
  ["v128", 0xfd0a, "load64_splat", ["i32"], "v128", "memory", 8],
  ["v128", 0xfd0b, "store", ["i32", "v128"], null, "memory", 16],
  ["v128", 0xfd56, "load32_lane", ["i32", "v128"], "v128", "memoryLane", 4],
  ["v128", 0xfd57, "load64_lane", ["i32", "v128"], "v128", "memoryLane", 8],
  ["v128", 0xfd5a, "store32_lane", ["i32", "v128"], null, "memoryLane", 4],
  ["v128", 0xfd5b, "store64_lane", ["i32", "v128"], null, "memoryLane", 8],
  ["v128", 0xfd5c, "load32_zero", ["i32"], "v128", "memory", 4],
  ["v128", 0xfd5d, "load64_zero", ["i32"], "v128", "memory", 8],

  // Lanes: the last entry is the number of lanes.
  ["i8x16", 0xfd0d, "shuffle", ["v128", "v128"], "v128", "shuffle", 32],
  ["i32x4", 0xfd11, "splat", ["i32"], "v128"],
  ["i64x2", 0xfd12, "splat", ["i64"], "v128"],
  ["f32x4", 0xfd13, "splat", ["f32"], "v128"],
  ["f64x2", 0xfd14, "splat", ["f64"], "v128"],
  ["i32x4", 0xfd1b, "extract_lane", ["v128"], "i32", "lane", 4],
  ["i32x4", 0xfd1c, "replace_lane", ["v128", "i32"], "v128", "lane", 4],
  ["f32x4", 0xfd1f, "extract_lane", ["v128"], "f32", "lane", 4],

  // Whole-vector bits.
  ["v128", 0xfd4d, "not", ["v128"], "v128"],
  ["v128", 0xfd4e, "and andnot or xor", ["v128", "v128"], "v128"],
  ["v128", 0xfd52, "bitselect", ["v128", "v128", "v128"], "v128"],
  ["v128", 0xfd53, "any_true", ["v128"], "i32"],

  // i8x16 arithmetic.
  ["i8x16", 0xfd64, "bitmask", ["v128"], "i32"],
  ["i8x16", 0xfd65, "narrow_i16x8_s", ["v128", "v128"], "v128"],

  // i16x8 arithmetic.
  ["i16x8", 0xfd85, "narrow_i32x4_s", ["v128", "v128"], "v128"],

  // i32x4 comparisons: all bits of a lane set where the relation holds.
  ["i32x4", 0xfd37, "eq ne lt_s lt_u gt_s gt_u le_s", ["v128", "v128"], "v128"],

  // i32x4 arithmetic.
  ["i32x4", 0xfda4, "bitmask", ["v128"], "i32"],
  ["i32x4", 0xfdab, "shl shr_s shr_u", ["v128", "i32"], "v128"],
  ["i32x4", 0xfdae, "add", ["v128", "v128"], "v128"],
  ["i32x4", 0xfdb1, "sub", ["v128", "v128"], "v128"],
  ["i32x4", 0xfdb5, "mul min_s min_u max_s", ["v128", "v128"], "v128"],
  ["i32x4", 0xfdf8, "trunc_sat_f32x4_s", ["v128"], "v128"],
  ["i32x4", 0xfdfc, "trunc_sat_f64x2_s_zero", ["v128"], "v128"],

  // i64x2 arithmetic.
  ["i64x2", 0xfdc9, "extend_low_i32x4_u extend_high_i32x4_u", ["v128"], "v128"],
  ["i64x2", 0xfdcb, "shl shr_s shr_u", ["v128", "i32"], "v128"],
  ["i64x2", 0xfdce, "add", ["v128", "v128"], "v128"],
  ["i64x2", 0xfdde, "extmul_low_i32x4_u extmul_high_i32x4_u", ["v128", "v128"], "v128"],

  // f32x4 comparisons: all bits of a lane set where the relation holds.
  ["f32x4", 0xfd41, "eq ne lt gt le", ["v128", "v128"], "v128"],

  // f32x4 arithmetic.
  ["f32x4", 0xfd68, "floor trunc nearest", ["v128"], "v128"],
  ["f32x4", 0xfde0, "abs neg", ["v128"], "v128"],
  ["f32x4", 0xfde3, "sqrt", ["v128"], "v128"],
  ["f32x4", 0xfde4, "add sub mul div min max pmin pmax", ["v128", "v128"], "v128"],
  ["f32x4", 0xfdfa, "convert_i32x4_s", ["v128"], "v128"],

  // f64x2 comparisons: all bits of a lane set where the relation holds.
  ["f64x2", 0xfd47, "eq ne lt gt le", ["v128", "v128"], "v128"],

  // f64x2 arithmetic.
  ["f64x2", 0xfd75, "floor", ["v128"], "v128"],
  ["f64x2", 0xfd94, "nearest", ["v128"], "v128"],
  ["f64x2", 0xfdec, "abs neg", ["v128"], "v128"],
  ["f64x2", 0xfdef, "sqrt", ["v128"], "v128"],
  ["f64x2", 0xfdf0, "add sub mul div min max pmin pmax", ["v128", "v128"], "v128"],
  ["f64x2", 0xfdfe, "convert_low_i32x4_s", ["v128"], "v128"],

  // No code has need of these; tests see by them what instructions compute, bit by bit.
  ["i64", 0x29, "load", ["i32"], "i64", "memory", 8],
  ["i64", 0x37, "store", ["i32", "i64"], null, "memory", 8],
  ["i32", 0xa7, "wrap_i64", ["i64"], "i32"],
  ["f64", 0xb7, "convert_i32_s", ["i32"], "f64"],
  ["f64", 0xbb, "promote_f32", ["f32"], "f64"],
  ["i32", 0xbc, "reinterpret_f32", ["f32"], "i32"],
  ["i64", 0xbd, "reinterpret_f64", ["f64"], "i64"],
  ["f32", 0xbe, "reinterpret_i32", ["i32"], "f32"],
  ["f64", 0xbf, "reinterpret_i64", ["i64"], "f64"],
  ["f64x2", 0xfd21, "extract_lane", ["v128"], "f64", "lane", 2],
] as const satisfies readonly Family[];

type Families = (typeof families)[number];
type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text;
type NamesOf<Members extends Family> = `${Members[0]}.${Words<Members[2]>}`;
type Table = { readonly [Members in Families as NamesOf<Members>]: Members };

/** The name of an instruction of the table, as the text format writes it. */
export type OpcodeName = keyof Table;

/** The operand types of an instruction, in order. */
export type OpcodeOperands<Name extends OpcodeName> = Table[Name][3];

/** The result type of an instruction; null for an instruction without a result. */
export type OpcodeResult<Name extends OpcodeName> = Table[Name][4];

/** The kind of immediate of an instruction. */
export type OpcodeImmediate<Name extends OpcodeName> = Table[Name] extends readonly [
  ...unknown[],
  infer Kind extends ImmediateKind,
  number,
]
  ? Kind
  : Table[Name] extends readonly [unknown, unknown, unknown, unknown, unknown, infer Kind extends ImmediateKind]
    ? Kind
    : "none";

/** Every instruction by its name. */
export const opcodes: {
  readonly [Name in OpcodeName]: readonly [
    code: number,
    operands: OpcodeOperands<Name>,
    result: OpcodeResult<Name>,
    immediate?: OpcodeImmediate<Name>,
    size?: number,
  ];
} = Object.fromEntries(
  families.flatMap(([type, first, names, ...rest]) =>
    names.split(" ").map((name, place) => [`${type}.${name}`, [first + place, ...rest]]),
  ),
) as never;

/** The instructions that leave a value; `op` takes these. */
export type ValueOpcode = { [Name in OpcodeName]: OpcodeResult<Name> extends null ? never : Name }[OpcodeName];

/** The instructions that leave nothing (stores); `emit` of a function takes these. */
export type EffectOpcode = Exclude<OpcodeName, ValueOpcode>;

/** The instructions that touch memory. */
export type MemoryOpcode = {
  [Name in OpcodeName]: OpcodeImmediate<Name> extends "memory" | "memoryLane" ? Name : never;
}[OpcodeName];

/** The instructions that are a constant. */
export type ConstantOpcode = Extract<OpcodeName, `${ValueType}.const`>;

/** The instructions on vectors and lanes, those that touch memory left out. */
export type VectorOpcode = Exclude<
  Extract<OpcodeName, `${string}x${string}.${string}` | `v128.${string}`>,
  MemoryOpcode | ConstantOpcode
>;

/** The instructions on i32, i64, f32 and f64 that are none of the others. */
export type ScalarOpcode = Exclude<OpcodeName, MemoryOpcode | ConstantOpcode | VectorOpcode>;
