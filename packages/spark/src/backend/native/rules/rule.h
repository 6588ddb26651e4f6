/*
 * Helpers of a plasticity rule. The synapses of an arrival follow one another, so they are read LANES at a time; those of
 * a target unit are found by an index. Results never depend on the order, except for sums in slots, which are added one
 * after the other.
 */

typedef F AnyF __attribute__((aligned(REAL_BYTES), may_alias));
typedef I AnyI __attribute__((aligned(4), may_alias));
typedef U AnyU __attribute__((aligned(4), may_alias));
typedef uint16_t AnyH __attribute__((vector_size(LANES * 2), aligned(2), may_alias));

#if defined(MASKS) && DOUBLE
INLINE F pick(const real *values, I index) { return (F)_mm512_i32gather_pd((__m256i)index, values, 8); }
INLINE I pick_int(const int32_t *values, I index) { return (I)_mm256_i32gather_epi32(values, (__m256i)index, 4); }
#elif defined(MASKS)
INLINE F pick(const real *values, I index) { return (F)_mm512_i32gather_ps((__m512i)index, values, 4); }
INLINE I pick_int(const int32_t *values, I index) { return (I)_mm512_i32gather_epi32((__m512i)index, values, 4); }
#elif defined(__AVX2__) && !defined(PLAIN) && DOUBLE
INLINE F pick(const real *values, I index) { return (F)_mm256_i32gather_pd(values, (__m128i)index, 8); }
INLINE I pick_int(const int32_t *values, I index) { return (I)_mm_i32gather_epi32(values, (__m128i)index, 4); }
#elif defined(__AVX2__) && !defined(PLAIN)
INLINE F pick(const real *values, I index) { return (F)_mm256_i32gather_ps(values, (__m256i)index, 4); }
INLINE I pick_int(const int32_t *values, I index) { return (I)_mm256_i32gather_epi32(values, (__m256i)index, 4); }
#else
INLINE F pick(const real *values, I index) {
  F lanes;
  for (int k = 0; k < LANES; k++) lanes[k] = values[index[k]];
  return lanes;
}
INLINE I pick_int(const int32_t *values, I index) {
  I lanes;
  for (int k = 0; k < LANES; k++) lanes[k] = values[index[k]];
  return lanes;
}
#endif

// Up to LANES numbers of a list. The lanes beyond them repeat the first.
INLINE I some_of(const uint32_t *list, int64_t count) {
  if (count == LANES) return (I) * (const AnyU *)list;
  I lanes = splat_int((int32_t)list[0]);
  for (int64_t lane = 1; lane < count; lane++) lanes[lane] = (int32_t)list[lane];
  return lanes;
}

// The same for targets, which take 16 or 32 bits.
INLINE I some_targets(const void *targets, int64_t at, int64_t count, const int wide) {
  const uint16_t *near = (const uint16_t *)targets + at;
  if (wide) return some_of((const uint32_t *)targets + at, count);
  if (count == LANES) return __builtin_convertvector(*(const AnyH *)near, I);
  I lanes = splat_int(near[0]);
  for (int64_t lane = 1; lane < count; lane++) lanes[lane] = near[lane];
  return lanes;
}

INLINE void add_amounts(real *slots, I targets, F amounts, int64_t count) {
  for (int64_t lane = 0; lane < count; lane++) slots[targets[lane]] += amounts[lane];
}

INLINE void put(real *values, F lanes, int64_t count) {
  if (count == LANES)
    *(AnyF *)values = lanes;
  else
    for (int64_t lane = 0; lane < count; lane++) values[lane] = lanes[lane];
}
INLINE void put_int(int32_t *values, I lanes, int64_t count) {
  if (count == LANES)
    *(AnyI *)values = lanes;
  else
    for (int64_t lane = 0; lane < count; lane++) values[lane] = lanes[lane];
}
INLINE void put_at(real *values, I index, F lanes, int64_t count) {
  for (int64_t lane = 0; lane < count; lane++) values[index[lane]] = lanes[lane];
}
INLINE void put_int_at(int32_t *values, I index, I lanes, int64_t count) {
  for (int64_t lane = 0; lane < count; lane++) values[index[lane]] = lanes[lane];
}
