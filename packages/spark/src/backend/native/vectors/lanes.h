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
// A number this large has no fraction bits: adding and subtracting it rounds to the nearest integer, half to even.
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
// Callers replace NaN and values outside the range of int beforehand.
INLINE I truncated(F a) { return __builtin_convertvector(a, I); }
INLINE uint32_t bits_of(M m) {
  uint32_t bits = 0;
  for (int k = 0; k < LANES; k++) bits |= (uint32_t)(m[k] & 1) << k;
  return bits;
}
#endif
#endif
