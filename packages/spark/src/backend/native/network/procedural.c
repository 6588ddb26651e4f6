/*
 * Delivery of synapses that are computed instead of stored. A shard skips the targets that it does not own. `draw_word`
 * is printed from the random generator that all backends share.
 */

// Number of sources that are added to all units together.
#define TOGETHER 4

// Reads and writes each slot once for several sources, and adds their weights one by one. If a unit does not connect to
// itself, the sum of its slot is computed again without its own weight.
INLINE void add_to_all(const Procedure *p, real *restrict slots, const uint32_t *units, const real *weights,
                       const int many) {
  real own[TOGETHER];
  real before[TOGETHER];
  for (int k = 0; k < many; k++) {
    const uint32_t place = units[k] - (uint32_t)p->first;
    own[k] = weights[units[k]];
    before[k] = p->skips && place < (uint32_t)p->length ? slots[place] : 0;
  }
  for (int64_t j = 0; j < p->length; j++) {
    real sum = slots[j];
    for (int k = 0; k < many; k++) sum += own[k];
    slots[j] = sum;
  }
  for (int k = 0; k < many && p->skips; k++) {
    const uint32_t place = units[k] - (uint32_t)p->first;
    if (place >= (uint32_t)p->length) continue;
    for (int other = 0; other < many; other++) before[k] += other == k ? 0 : own[other];
    slots[place] = before[k];
  }
}

// Computes the units of `count` draws from number `first` on. Draws do not count an excluded unit.
static void draw_units(const Procedure *p, uint32_t first, int64_t count, int32_t limit, int32_t *units) {
  const uint32_t key0 = (uint32_t)p->key0;
  const uint32_t key1 = (uint32_t)p->key1;
  const uint32_t key2 = (uint32_t)p->key2;
  const double choices = p->choices;
  for (int64_t k = 0; k < count; k++) {
    const uint32_t word = draw_word(key0, key1, key2, first + (uint32_t)k);
    const int32_t unit = (int32_t)(((double)(int32_t)(word ^ 0x80000000u) + 2147483648.5) * 0x1p-32 * choices);
    units[k] = unit + (unit >= limit);
  }
}

// Number of draws that are computed together.
#define DRAWN 256

static void add_to_drawn(const Procedure *p, real *slots, uint32_t source, real weight, uint32_t number, uint32_t end) {
  int32_t units[DRAWN];
  while (number < end) {
    const int64_t left = (int64_t)end - number;
    const int64_t count = left < DRAWN ? left : DRAWN;
    // Whole vectors: draws beyond the count are not used.
    draw_units(p, number, (count + 15) / 16 * 16, p->skips ? (int32_t)source : INT32_MAX, units);
    for (int64_t k = 0; k < count; k++) {
      const uint32_t place = (uint32_t)(units[k] - p->first);
      if (place < (uint32_t)p->length) slots[place] += weight;
    }
    number += (uint32_t)count;
  }
}

// Adds the weights of the given source units of one step, in order.
static void add_procedure(const Procedure *p, const uint32_t *offsets, const real *weights, real *slots,
                          const uint32_t *units, int64_t count) {
  int64_t k = 0;
  if (p->targets == TARGETS_ALL) {
    for (; k + TOGETHER <= count; k += TOGETHER) add_to_all(p, slots, units + k, weights, TOGETHER);
    for (; k < count; k++) add_to_all(p, slots, units + k, weights, 1);
  } else if (p->targets == TARGETS_SAME) {
    for (; k < count; k++) {
      const uint32_t place = units[k] - (uint32_t)p->first;
      if (place < (uint32_t)p->length) slots[place] += weights[units[k]];
    }
  } else {
    for (; k < count; k++)
      add_to_drawn(p, slots, units[k], weights[units[k]], offsets[units[k]], offsets[units[k] + 1]);
  }
}
