/*
 * Spikes in transit, for each of as many steps as the longest delay: a list of units, population by population, or the
 * bits of all units if the list has no room for them. The memory is therefore known before a run. The spikes of a step
 * are stored at its number modulo the longest delay.
 */

typedef struct {
  // The step, or INT64_MIN if there is none.
  int64_t step;
  // Whether `words` holds bits instead of units.
  int64_t dense;
  // Number of spikes before each population, followed by the number of all spikes.
  int64_t *firsts;
  uint32_t *words;
} Spikes;

// Lists the units of some bits, and returns their number.
INLINE int64_t list_units(const uint32_t *bits, int64_t words, uint32_t unit, uint32_t *units) {
  int64_t count = 0;
  for (int64_t word = 0; word < words; word++)
    for (uint32_t set = bits[word]; set; set &= set - 1)
      units[count++] = unit + (uint32_t)(word * 32 + __builtin_ctz(set));
  return count;
}

INLINE int64_t count_bits(const uint32_t *bits, int64_t words) {
  int64_t count = 0;
  for (int64_t word = 0; word < words; word++) count += __builtin_popcount(bits[word]);
  return count;
}

// The bits of a population in a step whose bits are stored.
INLINE const uint32_t *bits_of(const Network *n, const Spikes *kept, int64_t population) {
  const uint32_t *bits = kept->words;
  for (int64_t p = 0; p < population; p++) bits += n->populations[p].words;
  return bits;
}

static void keep_bits(const Network *n, Spikes *kept, int64_t row) {
  uint32_t *words = kept->words;
  int64_t count = 0;
  kept->dense = 1;
  for (int64_t p = 0; p < n->populationCount; p++) {
    const Population *population = &n->populations[p];
    const uint32_t *bits = population->bits + row * population->words;
    kept->firsts[p] = count;
    count += count_bits(bits, population->words);
    memcpy(words, bits, (size_t)population->words * sizeof(uint32_t));
    words += population->words;
  }
  kept->firsts[n->populationCount] = count;
}

// Stores the spikes of a step, which are the bits in a row of the chunk.
static void keep_spikes(const Network *n, Spikes *ring, int64_t step, int64_t row) {
  Spikes *kept = &ring[step % n->longest];
  int64_t count = 0;
  kept->step = step;
  kept->dense = 0;
  for (int64_t p = 0; p < n->populationCount; p++) {
    const Population *population = &n->populations[p];
    const uint32_t *bits = population->bits + row * population->words;
    kept->firsts[p] = count;
    for (int64_t word = 0, stop; word < population->words; word = stop) {
      const int64_t rest = population->words - word;
      stop = word + (rest < SCANNED ? rest : SCANNED);
      if (!any_bit(bits + word, stop - word)) continue;
      if (count + SCANNED * 32 > n->room && count + count_bits(bits + word, stop - word) > n->room) {
        keep_bits(n, kept, row);
        return;
      }
      count += list_units(bits + word, stop - word, (uint32_t)word * 32, kept->words + count);
    }
  }
  kept->firsts[n->populationCount] = count;
}

// One block of memory for all steps.
static Spikes *make_ring(const Network *n) {
  const size_t steps = (size_t)n->longest;
  const size_t firsts = (size_t)n->populationCount + 1;
  const size_t bytes = sizeof(Spikes) + firsts * sizeof(int64_t) + (size_t)n->room * sizeof(uint32_t);
  Spikes *ring = calloc(steps + 1, bytes);
  if (!ring) return NULL;
  int64_t *counts = (int64_t *)(ring + steps);
  uint32_t *words = (uint32_t *)(counts + steps * firsts);
  for (size_t k = 0; k < steps; k++) ring[k] = (Spikes){INT64_MIN, 0, counts + k * firsts, words + k * (size_t)n->room};
  return ring;
}

// Writes the spikes of a step as numbers among all units, unless `sources` is NULL. Returns how many there are.
static int64_t read_spikes(const Network *n, const Spikes *ring, int64_t step, uint32_t *sources) {
  if (n->longest == 0 || step < 0) return 0;
  const Spikes *kept = &ring[step % n->longest];
  if (kept->step != step) return 0;
  for (int64_t p = 0; sources && p < n->populationCount; p++) {
    const Population *population = &n->populations[p];
    const uint32_t first = (uint32_t)population->firstSource;
    if (kept->dense)
      list_units(bits_of(n, kept, p), population->words, first, sources + kept->firsts[p]);
    else
      for (int64_t k = kept->firsts[p]; k < kept->firsts[p + 1]; k++) sources[k] = kept->words[k] + first;
  }
  return kept->firsts[n->populationCount];
}

// Stores the ascending spikes of a step as keep_spikes does.
static void write_spikes(const Network *n, Spikes *ring, int64_t step, const uint32_t *sources, int64_t count) {
  if (n->longest == 0) return;
  Spikes *kept = &ring[step % n->longest];
  uint32_t *words = kept->words;
  kept->step = step;
  kept->dense = count > n->room;
  if (kept->dense) memset(words, 0, (size_t)n->room * sizeof(uint32_t));
  int64_t k = 0;
  for (int64_t p = 0; p < n->populationCount; p++) {
    const Population *population = &n->populations[p];
    kept->firsts[p] = k;
    for (; k < count && sources[k] < population->firstSource + population->units; k++) {
      const uint32_t unit = sources[k] - (uint32_t)population->firstSource;
      if (kept->dense)
        words[unit / 32] |= 1u << unit % 32;
      else
        words[k] = unit;
    }
    if (kept->dense) words += population->words;
  }
  kept->firsts[n->populationCount] = k;
}
