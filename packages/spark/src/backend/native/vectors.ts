/*
 * The head of every printed text: vectors of LANES units in the types of gcc and clang, and the operations on them that
 * C has no operator for. Three ways to do these: 512-bit x86 with mask registers, 256-bit x86, and plain vector types
 * for any processor. All of them are exact or correctly rounded, so each gives the bits of the interpreter.
 */

const types = `
#include <stdint.h>
#include <string.h>
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Bits of units are packed for little-endian processors."
#endif
#define INLINE static inline __attribute__((always_inline))
#if DOUBLE
typedef double real;
typedef int64_t wide;
#define REAL_BYTES 8
#else
typedef float real;
typedef int32_t wide;
#define REAL_BYTES 4
#endif
#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512BW__) && defined(__AVX512VL__) && !defined(NARROW)
#define MASKS 1
#define LANES (64 / REAL_BYTES)
#elif defined(__AVX2__) && !defined(PLAIN)
#define LANES (32 / REAL_BYTES)
#else
#define LANES 4
#endif
#if defined(MASKS) || defined(__AVX2__) && !defined(PLAIN)
#include <immintrin.h>
#endif
typedef real F __attribute__((vector_size(LANES * REAL_BYTES)));
typedef wide W __attribute__((vector_size(LANES * REAL_BYTES)));
typedef int32_t I __attribute__((vector_size(LANES * 4)));
typedef uint32_t U __attribute__((vector_size(LANES * 4)));
INLINE F splat(real x) { return x - (F){0}; }
INLINE I splat_int(int32_t x) { return x + (I){0}; }
#if LANES == 16
#define IOTA ((I){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
#elif LANES == 8
#define IOTA ((I){0, 1, 2, 3, 4, 5, 6, 7})
#else
#define IOTA ((I){0, 1, 2, 3})
#endif
`;

const masks = `
#ifdef MASKS
#if DOUBLE
typedef __mmask8 M;
#define compare(a, b, how) _mm512_cmp_pd_mask((__m512d)(a), (__m512d)(b), how)
#define compare_where(m, a, b, how) _mm512_mask_cmp_pd_mask(m, (__m512d)(a), (__m512d)(b), how)
#define compare_int(a, b, how) _mm256_cmp_epi32_mask((__m256i)(a), (__m256i)(b), how)
#define compare_int_where(m, a, b, how) _mm256_mask_cmp_epi32_mask(m, (__m256i)(a), (__m256i)(b), how)
INLINE F choose(M m, F a, F b) { return (F)_mm512_mask_blend_pd(m, (__m512d)b, (__m512d)a); }
INLINE I choose_int(M m, I a, I b) { return (I)_mm256_mask_blend_epi32(m, (__m256i)b, (__m256i)a); }
INLINE F least(F a, F b) { return (F)_mm512_min_pd((__m512d)b, (__m512d)a); }
INLINE F greatest(F a, F b) { return (F)_mm512_max_pd((__m512d)b, (__m512d)a); }
INLINE I least_int(I a, I b) { return (I)_mm256_min_epi32((__m256i)a, (__m256i)b); }
INLINE I greatest_int(I a, I b) { return (I)_mm256_max_epi32((__m256i)a, (__m256i)b); }
INLINE F root(F a) { return (F)_mm512_sqrt_pd((__m512d)a); }
INLINE F nearest(F a) { return (F)_mm512_roundscale_pd((__m512d)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
INLINE F below(F a) { return (F)_mm512_roundscale_pd((__m512d)a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
INLINE I truncated(F a) { return (I)_mm512_cvttpd_epi32((__m512d)a); }
INLINE M both(M a, M b) { return _kand_mask8(a, b); }
INLINE M either(M a, M b) { return _kor_mask8(a, b); }
INLINE M differ(M a, M b) { return _kxor_mask8(a, b); }
INLINE M not(M a) { return _knot_mask8(a); }
#else
typedef __mmask16 M;
#define compare(a, b, how) _mm512_cmp_ps_mask((__m512)(a), (__m512)(b), how)
#define compare_where(m, a, b, how) _mm512_mask_cmp_ps_mask(m, (__m512)(a), (__m512)(b), how)
#define compare_int(a, b, how) _mm512_cmp_epi32_mask((__m512i)(a), (__m512i)(b), how)
#define compare_int_where(m, a, b, how) _mm512_mask_cmp_epi32_mask(m, (__m512i)(a), (__m512i)(b), how)
INLINE F choose(M m, F a, F b) { return (F)_mm512_mask_blend_ps(m, (__m512)b, (__m512)a); }
INLINE I choose_int(M m, I a, I b) { return (I)_mm512_mask_blend_epi32(m, (__m512i)b, (__m512i)a); }
INLINE F least(F a, F b) { return (F)_mm512_min_ps((__m512)b, (__m512)a); }
INLINE F greatest(F a, F b) { return (F)_mm512_max_ps((__m512)b, (__m512)a); }
INLINE I least_int(I a, I b) { return (I)_mm512_min_epi32((__m512i)a, (__m512i)b); }
INLINE I greatest_int(I a, I b) { return (I)_mm512_max_epi32((__m512i)a, (__m512i)b); }
INLINE F root(F a) { return (F)_mm512_sqrt_ps((__m512)a); }
INLINE F nearest(F a) { return (F)_mm512_roundscale_ps((__m512)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
INLINE F below(F a) { return (F)_mm512_roundscale_ps((__m512)a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
INLINE I truncated(F a) { return (I)_mm512_cvttps_epi32((__m512)a); }
INLINE M both(M a, M b) { return _kand_mask16(a, b); }
INLINE M either(M a, M b) { return _kor_mask16(a, b); }
INLINE M differ(M a, M b) { return _kxor_mask16(a, b); }
INLINE M not(M a) { return _knot_mask16(a); }
#endif
INLINE M truth(int x) { return x ? (M)-1 : 0; }
INLINE M less(F a, F b) { return compare(a, b, _CMP_LT_OQ); }
INLINE M less_equal(F a, F b) { return compare(a, b, _CMP_LE_OQ); }
INLINE M equal(F a, F b) { return compare(a, b, _CMP_EQ_OQ); }
INLINE M less_int(I a, I b) { return compare_int(a, b, _MM_CMPINT_LT); }
INLINE M less_equal_int(I a, I b) { return compare_int(a, b, _MM_CMPINT_LE); }
INLINE M equal_int(I a, I b) { return compare_int(a, b, _MM_CMPINT_EQ); }
INLINE M and_less(M m, F a, F b) { return compare_where(m, a, b, _CMP_LT_OQ); }
INLINE M and_less_equal(M m, F a, F b) { return compare_where(m, a, b, _CMP_LE_OQ); }
INLINE M and_equal(M m, F a, F b) { return compare_where(m, a, b, _CMP_EQ_OQ); }
INLINE M and_less_int(M m, I a, I b) { return compare_int_where(m, a, b, _MM_CMPINT_LT); }
INLINE M and_less_equal_int(M m, I a, I b) { return compare_int_where(m, a, b, _MM_CMPINT_LE); }
INLINE M and_equal_int(M m, I a, I b) { return compare_int_where(m, a, b, _MM_CMPINT_EQ); }
INLINE uint32_t bits_of(M m) { return m; }
INLINE M mask_of(uint32_t bits) { return (M)bits; }
#endif
`;

/** Truth as a vector as wide as floats. */
const vectors = `
#ifndef MASKS
typedef W M;
#if DOUBLE
INLINE I narrow(M m) { return __builtin_convertvector(m, I); }
#else
INLINE I narrow(M m) { return m; }
#endif
INLINE M truth(int x) { return (M)((x ? -1 : 0) + (W){0}); }
INLINE M less(F a, F b) { return (M)(a < b); }
INLINE M less_equal(F a, F b) { return (M)(a <= b); }
INLINE M equal(F a, F b) { return (M)(a == b); }
INLINE M less_int(I a, I b) { return __builtin_convertvector((I)(a < b), M); }
INLINE M less_equal_int(I a, I b) { return __builtin_convertvector((I)(a <= b), M); }
INLINE M equal_int(I a, I b) { return __builtin_convertvector((I)(a == b), M); }
INLINE M both(M a, M b) { return a & b; }
INLINE M either(M a, M b) { return a | b; }
INLINE M differ(M a, M b) { return a ^ b; }
INLINE M not(M a) { return ~a; }
#define and_less(m, a, b) both(m, less(a, b))
#define and_less_equal(m, a, b) both(m, less_equal(a, b))
#define and_equal(m, a, b) both(m, equal(a, b))
#define and_less_int(m, a, b) both(m, less_int(a, b))
#define and_less_equal_int(m, a, b) both(m, less_equal_int(a, b))
#define and_equal_int(m, a, b) both(m, equal_int(a, b))
INLINE F choose(M m, F a, F b) { return (F)((m & (W)a) | (~m & (W)b)); }
INLINE I choose_int(M m, I a, I b) { I n = narrow(m); return (n & a) | (~n & b); }
INLINE I least_int(I a, I b) { I m = b < a; return (m & b) | (~m & a); }
INLINE I greatest_int(I a, I b) { I m = a < b; return (m & b) | (~m & a); }
INLINE M mask_of(uint32_t bits) {
  const I places = splat_int(1) << IOTA;
  return __builtin_convertvector((I)((splat_int((int32_t)bits) & places) == places), M);
}
#if defined(__AVX2__) && !defined(PLAIN)
#if DOUBLE
INLINE F least(F a, F b) { return (F)_mm256_min_pd((__m256d)b, (__m256d)a); }
INLINE F greatest(F a, F b) { return (F)_mm256_max_pd((__m256d)b, (__m256d)a); }
INLINE F root(F a) { return (F)_mm256_sqrt_pd((__m256d)a); }
INLINE F nearest(F a) { return (F)_mm256_round_pd((__m256d)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
INLINE F below(F a) { return (F)_mm256_round_pd((__m256d)a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
INLINE I truncated(F a) { return (I)_mm256_cvttpd_epi32((__m256d)a); }
INLINE uint32_t bits_of(M m) { return (uint32_t)_mm256_movemask_pd((__m256d)m); }
#else
INLINE F least(F a, F b) { return (F)_mm256_min_ps((__m256)b, (__m256)a); }
INLINE F greatest(F a, F b) { return (F)_mm256_max_ps((__m256)b, (__m256)a); }
INLINE F root(F a) { return (F)_mm256_sqrt_ps((__m256)a); }
INLINE F nearest(F a) { return (F)_mm256_round_ps((__m256)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
INLINE F below(F a) { return (F)_mm256_round_ps((__m256)a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
INLINE I truncated(F a) { return (I)_mm256_cvttps_epi32((__m256)a); }
INLINE uint32_t bits_of(M m) { return (uint32_t)_mm256_movemask_ps((__m256)m); }
#endif
#else
INLINE F least(F a, F b) { return choose(less(b, a), b, a); }
INLINE F greatest(F a, F b) { return choose(less(a, b), b, a); }
INLINE F root(F a) {
#if DOUBLE
  for (int k = 0; k < LANES; k++) a[k] = __builtin_sqrt(a[k]);
#else
  for (int k = 0; k < LANES; k++) a[k] = __builtin_sqrtf(a[k]);
#endif
  return a;
}
// A number this large has no fraction bits left: adding and taking it away rounds to the nearest, half to even.
#define LARGE splat(DOUBLE ? 0x1p52 : 0x1p23)
#define SIGN ((W)splat(-0.0))
INLINE F nearest(F a) {
  F size = (F)((W)a & ~SIGN);
  F whole = (F)((W)((size + LARGE) - LARGE) | ((W)a & SIGN));
  return choose(less(size, LARGE), whole, a);
}
INLINE F below(F a) {
  F whole = nearest(a);
  return choose(less(a, whole), whole - splat(1), whole);
}
// Only ever given what an int holds, NaN and what is too large being taken out before.
INLINE I truncated(F a) { return __builtin_convertvector(a, I); }
INLINE uint32_t bits_of(M m) {
  uint32_t bits = 0;
  for (int k = 0; k < LANES; k++) bits |= (uint32_t)(m[k] & 1) << k;
  return bits;
}
#endif
#endif
`;

const common = `
INLINE I to_int(F a) {
  M high = less_equal(splat(2147483648.0), a), number = equal(a, a);
#if defined(MASKS) || defined(__AVX2__) && !defined(PLAIN)
  // These processors give the least int for all that an int cannot hold.
  I whole = truncated(a);
#else
  M low = less(a, splat(-2147483648.0));
  I whole = truncated(choose(number, choose(either(high, low), splat(0), a), splat(0)));
  whole = choose_int(low, splat_int(-2147483647 - 1), whole);
#endif
  return choose_int(number, choose_int(high, splat_int(2147483647), whole), splat_int(0));
}
INLINE F to_float(I a) { return __builtin_convertvector(a, F); }
INLINE F absolute(F a) { return (F)((W)a & ~(W)splat(-0.0)); }
#if DOUBLE
INLINE F pow2(I k) { return (F)(__builtin_convertvector(k + 1023, W) << 52); }
INLINE I exponent(F a) { return __builtin_convertvector(((W)a >> 52) & 0x7ff, I) - 1023; }
INLINE F mantissa(F a) { return (F)(((W)a & 0xfffffffffffff) | 0x3ff0000000000000); }
#else
INLINE F pow2(I k) { return (F)((k + 127) << 23); }
INLINE I exponent(F a) { return (((W)a >> 23) & 0xff) - 127; }
INLINE F mantissa(F a) { return (F)(((W)a & 0x7fffff) | 0x3f800000); }
#endif
INLINE uint32_t bits_at(const uint32_t *words, int64_t unit) {
#if LANES == 16
  return ((const uint16_t *)words)[unit >> 4];
#elif LANES == 8
  return ((const uint8_t *)words)[unit >> 3];
#else
  return ((const uint8_t *)words)[unit >> 3] >> (unit & 4);
#endif
}
// Puts the truth of 2, 4 or 8 groups of lanes at a place of the row.
INLINE void store_bits(uint32_t *words, int64_t unit, M a, M b, M c, M d, M e, M f, M g, M h, const int groups) {
  char *at = (char *)words + unit / 8;
#if defined(MASKS) && !DOUBLE
  __mmask32 ab = _mm512_kunpackw(b, a), cd = _mm512_kunpackw(d, c);
  if (groups == 2) { _store_mask32((void *)at, ab); return; }
  _store_mask64((void *)at, _mm512_kunpackd(cd, ab));
  if (groups == 4) return;
  __mmask32 ef = _mm512_kunpackw(f, e), gh = _mm512_kunpackw(h, g);
  _store_mask64((void *)(at + 8), _mm512_kunpackd(gh, ef));
#elif defined(MASKS)
  __mmask16 ab = _mm512_kunpackb(b, a), cd = _mm512_kunpackb(d, c);
  if (groups == 2) { _store_mask16((void *)at, ab); return; }
  __mmask32 low = _mm512_kunpackw(cd, ab);
  if (groups == 4) { _store_mask32((void *)at, low); return; }
  __mmask16 ef = _mm512_kunpackb(f, e), gh = _mm512_kunpackb(h, g);
  _store_mask64((void *)at, _mm512_kunpackd(_mm512_kunpackw(gh, ef), low));
#else
  uint64_t bits = bits_of(a) | (uint64_t)bits_of(b) << LANES;
  if (groups > 2) bits |= (uint64_t)bits_of(c) << 2 * LANES | (uint64_t)bits_of(d) << 3 * LANES;
  if (groups > 4) {
    bits |= (uint64_t)bits_of(e) << 4 * LANES | (uint64_t)bits_of(f) << 5 * LANES;
    bits |= (uint64_t)bits_of(g) << 6 * LANES | (uint64_t)bits_of(h) << 7 * LANES;
  }
  memcpy(at, &bits, groups * LANES / 8);
#endif
}
`;

/** C text: types and operations of vectors for a precision. */
export const vectorText = (precision: "f32" | "f64"): string =>
  `#define DOUBLE ${precision === "f64" ? 1 : 0}\n${types}${masks}${vectors}${common}`;
