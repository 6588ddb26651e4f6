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

// Whether the targets of some synapses are consecutive units, as if all pairs are connected.
INLINE int consecutive(const void *targets, int64_t first, int64_t end) {
  const uint16_t *near = targets;
  uint32_t other = 0;
  if (first >= end || near[end - 1] - near[first] != end - first - 1) return 0;
  for (int64_t at = first; at < end; at++) other |= near[at] ^ (near[first] + (uint32_t)(at - first));
  return other == 0;
}

// Values of target units. In a row, these are neighbours from `unit` on.
INLINE F pick_targets(const real *values, I targets, int64_t unit, const int row) {
  if (row) return (F) * (const AnyF *)(values + unit);
  return pick(values, targets);
}
INLINE I pick_int_targets(const int32_t *values, I targets, int64_t unit, const int row) {
  if (row) return (I) * (const AnyI *)(values + unit);
  return pick_int(values, targets);
}

// Adds amounts to the slots or sums of their targets, one after the other. In a row, all targets are different.
INLINE void add_amounts(real *slots, I targets, F amounts, int64_t count, const int row) {
  if (row && count == LANES)
    *(AnyF *)(slots + targets[0]) += amounts;
  else
    for (int64_t lane = 0; lane < count; lane++) slots[targets[lane]] += amounts[lane];
}

// Adds the weights of the synapses of an arrival, as they are stored, to the slots of their targets.
INLINE void add_weights(real *restrict slots, const void *targets, const real *restrict weights, int64_t first,
                        int64_t end, const int wide, const int row) {
  const uint32_t *far = targets;
  const uint16_t *near = targets;
  int64_t at = first;
  if (row) {
    real *own = slots + near[first] - first;
    for (; at + LANES <= end; at += LANES) *(AnyF *)(own + at) += *(const AnyF *)(weights + at);
  }
#pragma GCC unroll 4
  for (; at < end; at++) slots[wide ? far[at] : near[at]] += weights[at];
}

// The values of a row become the later ones, and the present values take their place.
INLINE void repeat_later(const real *values, real *later, real *row, int64_t first, int64_t end) {
  for (int64_t unit = first; unit < end; unit++) {
    later[unit] = row[unit];
    row[unit] = values[unit];
  }
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

// The weights of a target unit are far apart in memory, so they are requested this many synapses before they are needed.
#define AHEAD (4 * LANES)

// Requests the weights of LANES synapses of a list, which may end before. Requests for the second cache, without the
// intent to write, made a network with 10 million synapses take 0.7 of the time of other requests.
INLINE void ask_for(const real *weights, const uint32_t *synapses) {
  for (int64_t lane = 0; lane < LANES; lane++) __builtin_prefetch(weights + synapses[lane], 0, 2);
}
