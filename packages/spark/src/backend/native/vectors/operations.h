INLINE I to_int(F a) {
  M high = less_equal(splat(2147483648.0), a), number = equal(a, a);
#if defined(MASKS) || defined(__AVX2__) && !defined(PLAIN)
  // These processors return the smallest int for values outside the range of int.
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
// Stores the truth values of 2, 4 or 8 groups of lanes at a position of the row.
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
