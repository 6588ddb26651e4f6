/** The types that a WebAssembly value can have here. */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

/**
 * What follows an opcode in the binary:
 * - `none`: nothing;
 * - `memory`: alignment and offset; `atomic`: the same, alignment fixed; `memoryLane`: the same and a lane;
 * - `lane`: a lane; `shuffle`: sixteen lanes of thirty-two;
 * - `zero`: as many zero bytes as the row's size says (the index of the only memory);
 * - a value type: a constant of that type.
 */
export type ImmediateKind = "none" | "memory" | "atomic" | "memoryLane" | "lane" | "shuffle" | "zero" | ValueType;

/**
 * One instruction. `code` is the opcode byte, or prefix · 256 + opcode for those behind 0xfc, 0xfd and 0xfe;
 * `result` is null for an instruction that leaves nothing; `immediate` is `none` where absent; `size` is the number of
 * bytes touched (memory), of lanes (lane, shuffle) or of zero bytes (zero).
 */
export type OpcodeRow = readonly [
  code: number,
  operands: readonly ValueType[],
  result: ValueType | null,
  immediate?: ImmediateKind,
  size?: number,
];

/**
 * Every instruction that is not control flow and not a variable: the 1.0 numerics and memory, sign extension, saturating
 * truncation, bulk memory, fixed-width SIMD and threads; no relaxed SIMD, whose results differ between machines.
 * The types of `op` and `emit` are derived from this table, and its test executes each row.
 * Source: the WebAssembly specification, appendix "Index of Instructions", and the threads proposal.
 */
export const opcodes = {
  // Scalar memory: the last entry is the number of bytes touched, which is the natural alignment.
  "i32.load": [0x28, ["i32"], "i32", "memory", 4],
  "i64.load": [0x29, ["i32"], "i64", "memory", 8],
  "f32.load": [0x2a, ["i32"], "f32", "memory", 4],
  "f64.load": [0x2b, ["i32"], "f64", "memory", 8],
  "i32.load8_s": [0x2c, ["i32"], "i32", "memory", 1],
  "i32.load8_u": [0x2d, ["i32"], "i32", "memory", 1],
  "i32.load16_s": [0x2e, ["i32"], "i32", "memory", 2],
  "i32.load16_u": [0x2f, ["i32"], "i32", "memory", 2],
  "i32.store": [0x36, ["i32", "i32"], null, "memory", 4],
  "i64.store": [0x37, ["i32", "i64"], null, "memory", 8],
  "f32.store": [0x38, ["i32", "f32"], null, "memory", 4],
  "f64.store": [0x39, ["i32", "f64"], null, "memory", 8],
  "i32.store8": [0x3a, ["i32", "i32"], null, "memory", 1],
  "i32.store16": [0x3b, ["i32", "i32"], null, "memory", 2],
  "memory.size": [0x3f, [], "i32", "zero", 1],
  "memory.grow": [0x40, ["i32"], "i32", "zero", 1],
  "memory.copy": [0xfc0a, ["i32", "i32", "i32"], null, "zero", 2],
  "memory.fill": [0xfc0b, ["i32", "i32", "i32"], null, "zero", 1],

  // Constants.
  "i32.const": [0x41, [], "i32", "i32"],
  "i64.const": [0x42, [], "i64", "i64"],
  "f32.const": [0x43, [], "f32", "f32"],
  "f64.const": [0x44, [], "f64", "f64"],
  "v128.const": [0xfd0c, [], "v128", "v128"],

  // i32 comparisons.
  "i32.eqz": [0x45, ["i32"], "i32"],
  "i32.eq": [0x46, ["i32", "i32"], "i32"],
  "i32.ne": [0x47, ["i32", "i32"], "i32"],
  "i32.lt_s": [0x48, ["i32", "i32"], "i32"],
  "i32.lt_u": [0x49, ["i32", "i32"], "i32"],
  "i32.gt_s": [0x4a, ["i32", "i32"], "i32"],
  "i32.gt_u": [0x4b, ["i32", "i32"], "i32"],
  "i32.le_s": [0x4c, ["i32", "i32"], "i32"],
  "i32.le_u": [0x4d, ["i32", "i32"], "i32"],
  "i32.ge_s": [0x4e, ["i32", "i32"], "i32"],
  "i32.ge_u": [0x4f, ["i32", "i32"], "i32"],

  // f32 comparisons.
  "f32.eq": [0x5b, ["f32", "f32"], "i32"],
  "f32.ne": [0x5c, ["f32", "f32"], "i32"],
  "f32.lt": [0x5d, ["f32", "f32"], "i32"],
  "f32.gt": [0x5e, ["f32", "f32"], "i32"],
  "f32.le": [0x5f, ["f32", "f32"], "i32"],
  "f32.ge": [0x60, ["f32", "f32"], "i32"],

  // f64 comparisons.
  "f64.eq": [0x61, ["f64", "f64"], "i32"],
  "f64.ne": [0x62, ["f64", "f64"], "i32"],
  "f64.lt": [0x63, ["f64", "f64"], "i32"],
  "f64.gt": [0x64, ["f64", "f64"], "i32"],
  "f64.le": [0x65, ["f64", "f64"], "i32"],
  "f64.ge": [0x66, ["f64", "f64"], "i32"],

  // i32 arithmetic.
  "i32.clz": [0x67, ["i32"], "i32"],
  "i32.ctz": [0x68, ["i32"], "i32"],
  "i32.popcnt": [0x69, ["i32"], "i32"],
  "i32.add": [0x6a, ["i32", "i32"], "i32"],
  "i32.sub": [0x6b, ["i32", "i32"], "i32"],
  "i32.mul": [0x6c, ["i32", "i32"], "i32"],
  "i32.div_s": [0x6d, ["i32", "i32"], "i32"],
  "i32.div_u": [0x6e, ["i32", "i32"], "i32"],
  "i32.rem_s": [0x6f, ["i32", "i32"], "i32"],
  "i32.rem_u": [0x70, ["i32", "i32"], "i32"],
  "i32.and": [0x71, ["i32", "i32"], "i32"],
  "i32.or": [0x72, ["i32", "i32"], "i32"],
  "i32.xor": [0x73, ["i32", "i32"], "i32"],
  "i32.shl": [0x74, ["i32", "i32"], "i32"],
  "i32.shr_s": [0x75, ["i32", "i32"], "i32"],
  "i32.shr_u": [0x76, ["i32", "i32"], "i32"],
  "i32.rotl": [0x77, ["i32", "i32"], "i32"],
  "i32.rotr": [0x78, ["i32", "i32"], "i32"],

  // i64 arithmetic.
  "i64.add": [0x7c, ["i64", "i64"], "i64"],
  "i64.and": [0x83, ["i64", "i64"], "i64"],
  "i64.shl": [0x86, ["i64", "i64"], "i64"],

  // f32 arithmetic.
  "f32.add": [0x92, ["f32", "f32"], "f32"],
  "f32.sub": [0x93, ["f32", "f32"], "f32"],
  "f32.mul": [0x94, ["f32", "f32"], "f32"],
  "f32.div": [0x95, ["f32", "f32"], "f32"],

  // f64 arithmetic.
  "f64.add": [0xa0, ["f64", "f64"], "f64"],
  "f64.sub": [0xa1, ["f64", "f64"], "f64"],
  "f64.mul": [0xa2, ["f64", "f64"], "f64"],
  "f64.div": [0xa3, ["f64", "f64"], "f64"],

  // Scalar conversions, the trapping kind.
  "i32.wrap_i64": [0xa7, ["i64"], "i32"],
  "i32.trunc_f32_s": [0xa8, ["f32"], "i32"],
  "i32.trunc_f32_u": [0xa9, ["f32"], "i32"],
  "i32.trunc_f64_s": [0xaa, ["f64"], "i32"],
  "i32.trunc_f64_u": [0xab, ["f64"], "i32"],
  "i64.extend_i32_u": [0xad, ["i32"], "i64"],
  "f32.convert_i32_s": [0xb2, ["i32"], "f32"],
  "f32.convert_i32_u": [0xb3, ["i32"], "f32"],
  "f32.demote_f64": [0xb6, ["f64"], "f32"],
  "f64.convert_i32_s": [0xb7, ["i32"], "f64"],
  "f64.convert_i32_u": [0xb8, ["i32"], "f64"],
  "f64.promote_f32": [0xbb, ["f32"], "f64"],
  "i32.reinterpret_f32": [0xbc, ["f32"], "i32"],
  "i64.reinterpret_f64": [0xbd, ["f64"], "i64"],
  "f32.reinterpret_i32": [0xbe, ["i32"], "f32"],
  "f64.reinterpret_i64": [0xbf, ["i64"], "f64"],

  // Sign extension.
  "i32.extend8_s": [0xc0, ["i32"], "i32"],
  "i32.extend16_s": [0xc1, ["i32"], "i32"],

  // Saturating truncation: NaN gives 0, what is too large or small gives the nearest integer.
  "i32.trunc_sat_f32_s": [0xfc00, ["f32"], "i32"],
  "i32.trunc_sat_f32_u": [0xfc01, ["f32"], "i32"],
  "i32.trunc_sat_f64_s": [0xfc02, ["f64"], "i32"],
  "i32.trunc_sat_f64_u": [0xfc03, ["f64"], "i32"],

  // Vector memory. For lane loads and stores the lane count is 16 divided by the bytes touched.
  "v128.load": [0xfd00, ["i32"], "v128", "memory", 16],
  "v128.load8x8_s": [0xfd01, ["i32"], "v128", "memory", 8],
  "v128.load8x8_u": [0xfd02, ["i32"], "v128", "memory", 8],
  "v128.load16x4_s": [0xfd03, ["i32"], "v128", "memory", 8],
  "v128.load16x4_u": [0xfd04, ["i32"], "v128", "memory", 8],
  "v128.load32x2_s": [0xfd05, ["i32"], "v128", "memory", 8],
  "v128.load32x2_u": [0xfd06, ["i32"], "v128", "memory", 8],
  "v128.load8_splat": [0xfd07, ["i32"], "v128", "memory", 1],
  "v128.load16_splat": [0xfd08, ["i32"], "v128", "memory", 2],
  "v128.load32_splat": [0xfd09, ["i32"], "v128", "memory", 4],
  "v128.load64_splat": [0xfd0a, ["i32"], "v128", "memory", 8],
  "v128.store": [0xfd0b, ["i32", "v128"], null, "memory", 16],
  "v128.load8_lane": [0xfd54, ["i32", "v128"], "v128", "memoryLane", 1],
  "v128.load16_lane": [0xfd55, ["i32", "v128"], "v128", "memoryLane", 2],
  "v128.load32_lane": [0xfd56, ["i32", "v128"], "v128", "memoryLane", 4],
  "v128.load64_lane": [0xfd57, ["i32", "v128"], "v128", "memoryLane", 8],
  "v128.store8_lane": [0xfd58, ["i32", "v128"], null, "memoryLane", 1],
  "v128.store16_lane": [0xfd59, ["i32", "v128"], null, "memoryLane", 2],
  "v128.store32_lane": [0xfd5a, ["i32", "v128"], null, "memoryLane", 4],
  "v128.store64_lane": [0xfd5b, ["i32", "v128"], null, "memoryLane", 8],
  "v128.load32_zero": [0xfd5c, ["i32"], "v128", "memory", 4],
  "v128.load64_zero": [0xfd5d, ["i32"], "v128", "memory", 8],

  // Lanes: the last entry is the number of lanes.
  "i8x16.shuffle": [0xfd0d, ["v128", "v128"], "v128", "shuffle", 32],
  "i8x16.swizzle": [0xfd0e, ["v128", "v128"], "v128"],
  "i8x16.splat": [0xfd0f, ["i32"], "v128"],
  "i16x8.splat": [0xfd10, ["i32"], "v128"],
  "i32x4.splat": [0xfd11, ["i32"], "v128"],
  "i64x2.splat": [0xfd12, ["i64"], "v128"],
  "f32x4.splat": [0xfd13, ["f32"], "v128"],
  "f64x2.splat": [0xfd14, ["f64"], "v128"],
  "i32x4.extract_lane": [0xfd1b, ["v128"], "i32", "lane", 4],
  "i32x4.replace_lane": [0xfd1c, ["v128", "i32"], "v128", "lane", 4],
  "i64x2.extract_lane": [0xfd1d, ["v128"], "i64", "lane", 2],
  "i64x2.replace_lane": [0xfd1e, ["v128", "i64"], "v128", "lane", 2],
  "f32x4.extract_lane": [0xfd1f, ["v128"], "f32", "lane", 4],
  "f32x4.replace_lane": [0xfd20, ["v128", "f32"], "v128", "lane", 4],
  "f64x2.extract_lane": [0xfd21, ["v128"], "f64", "lane", 2],
  "f64x2.replace_lane": [0xfd22, ["v128", "f64"], "v128", "lane", 2],

  // Whole-vector bits.
  "v128.not": [0xfd4d, ["v128"], "v128"],
  "v128.and": [0xfd4e, ["v128", "v128"], "v128"],
  "v128.andnot": [0xfd4f, ["v128", "v128"], "v128"],
  "v128.or": [0xfd50, ["v128", "v128"], "v128"],
  "v128.xor": [0xfd51, ["v128", "v128"], "v128"],
  "v128.bitselect": [0xfd52, ["v128", "v128", "v128"], "v128"],
  "v128.any_true": [0xfd53, ["v128"], "i32"],

  // i8x16 arithmetic.
  "i8x16.popcnt": [0xfd62, ["v128"], "v128"],
  "i8x16.all_true": [0xfd63, ["v128"], "i32"],
  "i8x16.bitmask": [0xfd64, ["v128"], "i32"],
  "i8x16.narrow_i16x8_s": [0xfd65, ["v128", "v128"], "v128"],
  "i8x16.narrow_i16x8_u": [0xfd66, ["v128", "v128"], "v128"],

  // i16x8 arithmetic.
  "i16x8.all_true": [0xfd83, ["v128"], "i32"],
  "i16x8.bitmask": [0xfd84, ["v128"], "i32"],
  "i16x8.narrow_i32x4_s": [0xfd85, ["v128", "v128"], "v128"],
  "i16x8.narrow_i32x4_u": [0xfd86, ["v128", "v128"], "v128"],

  // i32x4 comparisons: all bits of a lane set where the relation holds.
  "i32x4.eq": [0xfd37, ["v128", "v128"], "v128"],
  "i32x4.ne": [0xfd38, ["v128", "v128"], "v128"],
  "i32x4.lt_s": [0xfd39, ["v128", "v128"], "v128"],
  "i32x4.lt_u": [0xfd3a, ["v128", "v128"], "v128"],
  "i32x4.gt_s": [0xfd3b, ["v128", "v128"], "v128"],
  "i32x4.gt_u": [0xfd3c, ["v128", "v128"], "v128"],
  "i32x4.le_s": [0xfd3d, ["v128", "v128"], "v128"],
  "i32x4.le_u": [0xfd3e, ["v128", "v128"], "v128"],
  "i32x4.ge_s": [0xfd3f, ["v128", "v128"], "v128"],
  "i32x4.ge_u": [0xfd40, ["v128", "v128"], "v128"],

  // i32x4 arithmetic.
  "i32x4.abs": [0xfda0, ["v128"], "v128"],
  "i32x4.neg": [0xfda1, ["v128"], "v128"],
  "i32x4.all_true": [0xfda3, ["v128"], "i32"],
  "i32x4.bitmask": [0xfda4, ["v128"], "i32"],
  "i32x4.shl": [0xfdab, ["v128", "i32"], "v128"],
  "i32x4.shr_s": [0xfdac, ["v128", "i32"], "v128"],
  "i32x4.shr_u": [0xfdad, ["v128", "i32"], "v128"],
  "i32x4.add": [0xfdae, ["v128", "v128"], "v128"],
  "i32x4.sub": [0xfdb1, ["v128", "v128"], "v128"],
  "i32x4.mul": [0xfdb5, ["v128", "v128"], "v128"],
  "i32x4.min_s": [0xfdb6, ["v128", "v128"], "v128"],
  "i32x4.min_u": [0xfdb7, ["v128", "v128"], "v128"],
  "i32x4.max_s": [0xfdb8, ["v128", "v128"], "v128"],
  "i32x4.max_u": [0xfdb9, ["v128", "v128"], "v128"],
  "i32x4.trunc_sat_f32x4_s": [0xfdf8, ["v128"], "v128"],
  "i32x4.trunc_sat_f32x4_u": [0xfdf9, ["v128"], "v128"],
  "i32x4.trunc_sat_f64x2_s_zero": [0xfdfc, ["v128"], "v128"],
  "i32x4.trunc_sat_f64x2_u_zero": [0xfdfd, ["v128"], "v128"],

  // i64x2 comparisons: all bits of a lane set where the relation holds.
  "i64x2.eq": [0xfdd6, ["v128", "v128"], "v128"],
  "i64x2.ne": [0xfdd7, ["v128", "v128"], "v128"],
  "i64x2.lt_s": [0xfdd8, ["v128", "v128"], "v128"],
  "i64x2.gt_s": [0xfdd9, ["v128", "v128"], "v128"],
  "i64x2.le_s": [0xfdda, ["v128", "v128"], "v128"],
  "i64x2.ge_s": [0xfddb, ["v128", "v128"], "v128"],

  // i64x2 arithmetic.
  "i64x2.abs": [0xfdc0, ["v128"], "v128"],
  "i64x2.neg": [0xfdc1, ["v128"], "v128"],
  "i64x2.all_true": [0xfdc3, ["v128"], "i32"],
  "i64x2.bitmask": [0xfdc4, ["v128"], "i32"],
  "i64x2.extend_low_i32x4_s": [0xfdc7, ["v128"], "v128"],
  "i64x2.extend_high_i32x4_s": [0xfdc8, ["v128"], "v128"],
  "i64x2.extend_low_i32x4_u": [0xfdc9, ["v128"], "v128"],
  "i64x2.extend_high_i32x4_u": [0xfdca, ["v128"], "v128"],
  "i64x2.shl": [0xfdcb, ["v128", "i32"], "v128"],
  "i64x2.shr_s": [0xfdcc, ["v128", "i32"], "v128"],
  "i64x2.shr_u": [0xfdcd, ["v128", "i32"], "v128"],
  "i64x2.add": [0xfdce, ["v128", "v128"], "v128"],
  "i64x2.sub": [0xfdd1, ["v128", "v128"], "v128"],
  "i64x2.mul": [0xfdd5, ["v128", "v128"], "v128"],

  // f32x4 comparisons: all bits of a lane set where the relation holds.
  "f32x4.eq": [0xfd41, ["v128", "v128"], "v128"],
  "f32x4.ne": [0xfd42, ["v128", "v128"], "v128"],
  "f32x4.lt": [0xfd43, ["v128", "v128"], "v128"],
  "f32x4.gt": [0xfd44, ["v128", "v128"], "v128"],
  "f32x4.le": [0xfd45, ["v128", "v128"], "v128"],
  "f32x4.ge": [0xfd46, ["v128", "v128"], "v128"],

  // f32x4 arithmetic.
  "f32x4.ceil": [0xfd67, ["v128"], "v128"],
  "f32x4.floor": [0xfd68, ["v128"], "v128"],
  "f32x4.trunc": [0xfd69, ["v128"], "v128"],
  "f32x4.nearest": [0xfd6a, ["v128"], "v128"],
  "f32x4.abs": [0xfde0, ["v128"], "v128"],
  "f32x4.neg": [0xfde1, ["v128"], "v128"],
  "f32x4.sqrt": [0xfde3, ["v128"], "v128"],
  "f32x4.add": [0xfde4, ["v128", "v128"], "v128"],
  "f32x4.sub": [0xfde5, ["v128", "v128"], "v128"],
  "f32x4.mul": [0xfde6, ["v128", "v128"], "v128"],
  "f32x4.div": [0xfde7, ["v128", "v128"], "v128"],
  "f32x4.min": [0xfde8, ["v128", "v128"], "v128"],
  "f32x4.max": [0xfde9, ["v128", "v128"], "v128"],
  "f32x4.pmin": [0xfdea, ["v128", "v128"], "v128"],
  "f32x4.pmax": [0xfdeb, ["v128", "v128"], "v128"],
  "f32x4.convert_i32x4_s": [0xfdfa, ["v128"], "v128"],
  "f32x4.convert_i32x4_u": [0xfdfb, ["v128"], "v128"],
  "f32x4.demote_f64x2_zero": [0xfd5e, ["v128"], "v128"],

  // f64x2 comparisons: all bits of a lane set where the relation holds.
  "f64x2.eq": [0xfd47, ["v128", "v128"], "v128"],
  "f64x2.ne": [0xfd48, ["v128", "v128"], "v128"],
  "f64x2.lt": [0xfd49, ["v128", "v128"], "v128"],
  "f64x2.gt": [0xfd4a, ["v128", "v128"], "v128"],
  "f64x2.le": [0xfd4b, ["v128", "v128"], "v128"],
  "f64x2.ge": [0xfd4c, ["v128", "v128"], "v128"],

  // f64x2 arithmetic.
  "f64x2.ceil": [0xfd74, ["v128"], "v128"],
  "f64x2.floor": [0xfd75, ["v128"], "v128"],
  "f64x2.trunc": [0xfd7a, ["v128"], "v128"],
  "f64x2.nearest": [0xfd94, ["v128"], "v128"],
  "f64x2.abs": [0xfdec, ["v128"], "v128"],
  "f64x2.neg": [0xfded, ["v128"], "v128"],
  "f64x2.sqrt": [0xfdef, ["v128"], "v128"],
  "f64x2.add": [0xfdf0, ["v128", "v128"], "v128"],
  "f64x2.sub": [0xfdf1, ["v128", "v128"], "v128"],
  "f64x2.mul": [0xfdf2, ["v128", "v128"], "v128"],
  "f64x2.div": [0xfdf3, ["v128", "v128"], "v128"],
  "f64x2.min": [0xfdf4, ["v128", "v128"], "v128"],
  "f64x2.max": [0xfdf5, ["v128", "v128"], "v128"],
  "f64x2.pmin": [0xfdf6, ["v128", "v128"], "v128"],
  "f64x2.pmax": [0xfdf7, ["v128", "v128"], "v128"],
  "f64x2.convert_low_i32x4_s": [0xfdfe, ["v128"], "v128"],
  "f64x2.convert_low_i32x4_u": [0xfdff, ["v128"], "v128"],
  "f64x2.promote_low_f32x4": [0xfd5f, ["v128"], "v128"],

  // Threads. An atomic access is always naturally aligned.
  "memory.atomic.notify": [0xfe00, ["i32", "i32"], "i32", "atomic", 4],
  "memory.atomic.wait32": [0xfe01, ["i32", "i32", "i64"], "i32", "atomic", 4],
  "atomic.fence": [0xfe03, [], null, "zero", 1],
  "i32.atomic.load": [0xfe10, ["i32"], "i32", "atomic", 4],
  "i32.atomic.store": [0xfe17, ["i32", "i32"], null, "atomic", 4],
  "i32.atomic.rmw.add": [0xfe1e, ["i32", "i32"], "i32", "atomic", 4],
  "i32.atomic.rmw.sub": [0xfe25, ["i32", "i32"], "i32", "atomic", 4],
  "i32.atomic.rmw.xchg": [0xfe41, ["i32", "i32"], "i32", "atomic", 4],
  "i32.atomic.rmw.cmpxchg": [0xfe48, ["i32", "i32", "i32"], "i32", "atomic", 4],
} as const;

/** The name of an instruction of the table, as the text format writes it. */
export type OpcodeName = keyof typeof opcodes;

/** The operand types of an instruction, in order. */
export type OpcodeOperands<Name extends OpcodeName> = (typeof opcodes)[Name][1];

/** The result type of an instruction; null for an instruction without a result. */
export type OpcodeResult<Name extends OpcodeName> = (typeof opcodes)[Name][2];

/** The kind of immediate of an instruction. */
export type OpcodeImmediate<Name extends OpcodeName> = (typeof opcodes)[Name] extends readonly [
  number,
  readonly ValueType[],
  ValueType | null,
  infer Kind extends ImmediateKind,
  ...unknown[],
]
  ? Kind
  : "none";

/** The instructions that leave a value; `op` takes these. */
export type ValueOpcode = { [Name in OpcodeName]: OpcodeResult<Name> extends null ? never : Name }[OpcodeName];

/** The instructions that leave nothing (stores, fences, fills); `emit` of a function takes these. */
export type EffectOpcode = Exclude<OpcodeName, ValueOpcode>;

/** The instructions that touch memory, wait or order accesses to it. */
export type MemoryOpcode = {
  [Name in OpcodeName]: OpcodeImmediate<Name> extends "memory" | "atomic" | "memoryLane" | "zero" ? Name : never;
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
