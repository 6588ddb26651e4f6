/*
 * Spikes in transit: for each of as many steps as the longest delay, a list of units, population by population. The
 * list of a step is stored at its number modulo the longest delay.
 */

typedef struct {
  // The step, or INT64_MIN if there is none.
  int64_t step;
  int64_t room;
  // Index of the first unit of each population, followed by the number of units.
  int64_t *firsts;
  uint32_t *units;
} Spikes;

static int make_room(Spikes *kept, int64_t count) {
  if (count <= kept->room) return 1;
  const int64_t room = count * 2;
  uint32_t *units = realloc(kept->units, (size_t)room * sizeof(uint32_t));
  if (!units) return 0;
  kept->units = units;
  kept->room = room;
  return 1;
}

// Lists the spikes of a step, which are the bits in a row of the chunk. Returns 0 if there is no memory for them.
static int keep_spikes(const Network *n, Spikes *ring, int64_t step, int64_t row) {
  Spikes *kept = &ring[step % n->longest];
  int64_t count = 0;
  kept->step = step;
  for (int64_t p = 0; p < n->populationCount; p++) {
    const Population *population = &n->populations[p];
    const uint32_t *bits = population->bits + row * population->words;
    kept->firsts[p] = count;
    for (int64_t word = 0; word < population->words;) {
      const int64_t rest = population->words - word;
      const int64_t stop = word + (rest < SCANNED ? rest : SCANNED);
      if (!any_bit(bits + word, stop - word)) {
        word = stop;
        continue;
      }
      if (!make_room(kept, count + SCANNED * 32)) {
        kept->step = INT64_MIN;
        return 0;
      }
      for (; word < stop; word++)
        for (uint32_t set = bits[word]; set; set &= set - 1)
          kept->units[count++] = (uint32_t)(word * 32 + __builtin_ctz(set));
    }
  }
  kept->firsts[n->populationCount] = count;
  return 1;
}

static void free_ring(Spikes *ring, int64_t steps) {
  if (!ring) return;
  for (int64_t k = 0; k < steps; k++) {
    free(ring[k].units);
    free(ring[k].firsts);
  }
  free(ring);
}

static Spikes *make_ring(const Network *n) {
  Spikes *ring = calloc((size_t)n->longest + 1, sizeof(Spikes));
  for (int64_t k = 0; ring && k < n->longest; k++) {
    ring[k].step = INT64_MIN;
    ring[k].firsts = calloc((size_t)n->populationCount + 1, sizeof(int64_t));
    if (!ring[k].firsts) {
      free_ring(ring, n->longest);
      return NULL;
    }
  }
  return ring;
}

// Writes the spikes of a step as numbers among all units, unless `sources` is NULL. Returns how many there are.
static int64_t read_spikes(const Network *n, const Spikes *ring, int64_t step, uint32_t *sources) {
  if (n->longest == 0 || step < 0) return 0;
  const Spikes *kept = &ring[step % n->longest];
  if (kept->step != step) return 0;
  for (int64_t p = 0; sources && p < n->populationCount; p++)
    for (int64_t k = kept->firsts[p]; k < kept->firsts[p + 1]; k++)
      sources[k] = kept->units[k] + (uint32_t)n->populations[p].firstSource;
  return kept->firsts[n->populationCount];
}

// Stores the ascending spikes of a step as keep_spikes does. Returns 0 if there is no memory for them.
static int write_spikes(const Network *n, Spikes *ring, int64_t step, const uint32_t *sources, int64_t count) {
  if (n->longest == 0) return 1;
  Spikes *kept = &ring[step % n->longest];
  if (!make_room(kept, count)) return 0;
  int64_t k = 0;
  for (int64_t p = 0; p < n->populationCount; p++) {
    const int64_t first = n->populations[p].firstSource;
    kept->firsts[p] = k;
    for (; k < count && sources[k] < first + n->populations[p].units; k++) kept->units[k] = sources[k] - (uint32_t)first;
  }
  kept->firsts[n->populationCount] = k;
  kept->step = step;
  return 1;
}
