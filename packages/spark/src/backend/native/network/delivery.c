/*
 * Delivery first collects the additions of a step as a list of runs, each a stretch of memory, and then performs them
 * in order. The memory of the next runs can thus be prefetched while one is added.
 */

// Number of runs that are collected, and how many runs ahead their memory is prefetched.
#ifndef RUNS
#define RUNS 512
#endif
#ifndef FETCHED
#define FETCHED 6
#endif
// The same for the arrivals of rules.
#ifndef ARRIVALS
#define ARRIVALS 2
#endif

typedef struct {
  const void *targets;
  const real *weights;
  real *slots;
  uint32_t count;
  uint32_t kind;
} Run;

INLINE void fetch(const void *start, int64_t bytes) {
  // The processor prefetches longer stretches by itself.
  const int64_t most = bytes < 1024 ? bytes : 1024;
  for (int64_t at = 0; at < most; at += 64) __builtin_prefetch((const char *)start + at);
}

INLINE void fetch_run(const Run *run, const int wide) {
  if (run->kind < 2) fetch(run->targets, (int64_t)run->count * (wide ? 4 : 2));
  fetch(run->weights, run->kind == 1 ? 1 : (int64_t)run->count * (int64_t)sizeof(real));
}

// Adds rows of weights, one after the other, to the same slots. Lengths are multiples of 16.
INLINE void add_rows(real *restrict slots, const real *restrict weights, int64_t count, int64_t length) {
  for (const real *end = weights + count; weights < end; weights += length)
    for (int64_t k = 0; k < length; k += 16)
      for (int64_t j = k; j < k + 16; j++) slots[j] += weights[j];
}

INLINE void add_run(const Run *run, const int wide) {
  const uint32_t *far = run->targets;
  const uint16_t *near = run->targets;
  const int64_t count = run->count;
  const real *weights = run->weights;
  real *slots = run->slots;
  if (run->kind > 1)
    add_rows(slots, weights, count, run->kind);
  else if (run->kind) {
    const real weight = *weights;
#pragma GCC unroll 4
    for (int64_t k = 0; k < count; k++) slots[wide ? far[k] : near[k]] += weight;
  } else {
#pragma GCC unroll 4
    for (int64_t k = 0; k < count; k++) slots[wide ? far[k] : near[k]] += weights[k];
  }
}

INLINE void add_runs(const Run *runs, int64_t count, const int wide) {
  for (int64_t k = 0; k < count; k++) {
    if (k + FETCHED < count) fetch_run(&runs[k + FETCHED], wide);
    add_run(&runs[k], wide);
  }
}

// Prefetches the offsets of the synapses that the spikes of a step have in `span` steps.
INLINE void fetch_offsets(const Network *n, const Shard *shard, const Spikes *kept, int64_t ago, int64_t span) {
  for (const Table *table = n->tables + shard->firstTable; table < n->tables + shard->endTable; table++) {
    const int64_t from = table->places[ago];
    const int64_t to = table->places[ago + span];
    const int64_t end = kept->firsts[table->population + 1];
    if (from == to || table->procedure || kept->dense) continue;
    for (int64_t k = kept->firsts[table->population]; k < end; k++) {
      const uint32_t *offsets = table->offsets + (int64_t)kept->words[k] * table->width;
      __builtin_prefetch(offsets + from);
      __builtin_prefetch(offsets + to);
    }
  }
}

// Prefetches the synapses of an arrival, which a rule delivers.
INLINE void fetch_arrival(const Table *table, int64_t arrival, const int wide) {
  const int64_t first = table->offsets[arrival];
  const int64_t count = table->offsets[arrival + 1] - first;
  fetch((const char *)table->targets + first * (wide ? 4 : 2), count * (wide ? 4 : 2));
  fetch(table->weights + first, count * (int64_t)sizeof(real));
}

// Collects the synapses of some units whose delays have the places from `from` to `to`. `slots` is the row of the delay
// `ago`, in which spikes arrive in `step`. Performs additions if there are many, and returns how many are left.
INLINE int64_t collect(Run *runs, int64_t count, const Network *n, const Table *table, int64_t from, int64_t to,
                       real *slots, int64_t ago, const uint32_t *units, int64_t many, int64_t step, const int wide) {
  if (table->rule) {
    // Networks with rules deliver one step at a time.
    const Rule *rule = table->rule;
    add_runs(runs, count, wide);
    for (int64_t k = 0; k < many; k++) {
      if (k + ARRIVALS < many) fetch_arrival(table, (int64_t)units[k + ARRIVALS] * table->width + from, wide);
      rule->arrive(rule->context, (int64_t)units[k] * table->width + from, slots, (int32_t)step);
    }
    return 0;
  }
  if (table->procedure) {
    add_runs(runs, count, wide);
    real *own = slots + (table->delays[from] - ago) * n->slots + table->first;
    add_procedure(table->procedure, table->offsets, table->weights, own, units, many);
    return 0;
  }
  for (int64_t k = 0; k < many; k++) {
    const uint32_t source = units[k];
    const uint32_t *offsets = table->offsets + (int64_t)source * table->width;
    for (int64_t place = from; place < to; place++) {
      const int64_t first = offsets[place];
      Run *run = &runs[count];
      *run = (Run){
          .targets = (const char *)table->targets + first * (wide ? 4 : 2),
          .weights = table->weights + (table->kind == 1 ? source : first),
          .slots = slots + (table->delays[place] - ago) * n->slots + table->first,
          .count = (uint32_t)(offsets[place + 1] - first),
          .kind = (uint32_t)table->kind,
      };
      if (count < FETCHED) fetch_run(run, wide);
      count += run->count > 0;
      if (count == RUNS) {
        add_runs(runs, count, wide);
        count = 0;
      }
    }
  }
  return count;
}

// Delivers the spikes of a step whose bits are stored.
static __attribute__((noinline)) void deliver_bits(const Network *n, const Shard *shard, real *slots,
                                                   const Spikes *kept, int64_t step, int64_t ago, int64_t span,
                                                   int wide) {
  Run runs[RUNS];
  uint32_t units[SCANNED * 32];
  for (const Table *table = n->tables + shard->firstTable; table < n->tables + shard->endTable; table++) {
    const int64_t from = table->places[ago];
    const int64_t to = table->places[ago + span];
    const uint32_t *bits = bits_of(n, kept, table->population);
    const int64_t words = from == to ? 0 : n->populations[table->population].words;
    for (int64_t word = 0; word < words; word += SCANNED) {
      const int64_t some = words - word < SCANNED ? words - word : SCANNED;
      const int64_t many = list_units(bits + word, some, (uint32_t)word * 32, units);
      if (wide)
        add_runs(runs, collect(runs, 0, n, table, from, to, slots, ago, units, many, step, 1), 1);
      else
        add_runs(runs, collect(runs, 0, n, table, from, to, slots, ago, units, many, step, 0), 0);
    }
  }
}

// Delivers the spikes that arrive in `span` steps from `step` on and were emitted up to `farthest` steps before `step`.
// `slots` is the row of slots of `step`; those of the next steps follow. Earlier spikes come first, so that the weights
// of a slot are added in the order in which their spikes were emitted.
INLINE void deliver(const Network *n, const Shard *shard, real *slots, const Spikes *ring, int64_t step, int64_t span,
                    int64_t farthest, const int wide) {
  Run runs[RUNS];
  int64_t count = 0;
  const int64_t now = step % n->longest;
  for (int64_t ago = farthest; ago > 0; ago--) {
    const int64_t at = now - ago;
    const Spikes *kept = &ring[at < 0 ? at + n->longest : at];
    if (ago > 1) fetch_offsets(n, shard, &ring[at + 1 < 0 ? at + 1 + n->longest : at + 1], ago - 1, span);
    if (kept->step != step - ago || kept->firsts[n->populationCount] == 0) continue;
    if (kept->dense) {
      add_runs(runs, count, wide);
      count = 0;
      deliver_bits(n, shard, slots, kept, step, ago, span, wide);
      continue;
    }
    for (const Table *table = n->tables + shard->firstTable; table < n->tables + shard->endTable; table++) {
      const int64_t from = table->places[ago];
      const int64_t to = table->places[ago + span];
      const int64_t first = kept->firsts[table->population];
      const int64_t end = kept->firsts[table->population + 1];
      if (from == to) continue;
      count = collect(runs, count, n, table, from, to, slots, ago, kept->words + first, end - first, step, wide);
    }
  }
  add_runs(runs, count, wide);
}

// Advances a shard from one synchronisation of the threads to the next: rows `row` to `stop` of a chunk of `rows`.
static void advance_shard(const Network *n, const Shard *shard, const Spikes *ring, int64_t firstStep, int64_t row,
                          int64_t stop, int64_t rows) {
  for (int64_t at = row; at < stop; at++) {
    // Either a batch consists of whole windows, or a window consists of batches, of which the last may be shorter.
    const int within = n->batch < n->window;
    const int64_t begin = within ? row + (at - row) / n->batch * n->batch : at / n->batch * n->batch;
    const int64_t limit = within ? stop : rows;
    const int64_t end = begin + n->batch < limit ? begin + n->batch : limit;
    // Within a batch, only the spikes of the last window are new.
    const int64_t farthest = at == begin ? n->longest : at == row ? n->window : 0;
    real *slots = shard->slots + (at - begin) * n->slots;
    const int32_t step = (int32_t)(firstStep + at);
    for (const Table *table = n->tables + shard->firstTable; table < n->tables + shard->endTable; table++)
      if (table->rule) table->rule->begin(table->rule->context, step);
    if (farthest > 0 && shard->firstTable < shard->endTable) {
      if (shard->wide)
        deliver(n, shard, slots, ring, firstStep + at, end - at, farthest, 1);
      else
        deliver(n, shard, slots, ring, firstStep + at, end - at, farthest, 0);
    }
    for (const Units *units = n->units + shard->firstUnits; units < n->units + shard->endUnits; units++) {
      const Population *population = &n->populations[units->population];
      const char *context = population->context + (at - begin) * population->contextBytes;
      population->advance(context, units->first, units->end, (int32_t)firstStep, at, at + 1);
    }
    for (const Table *table = n->tables + shard->firstTable; table < n->tables + shard->endTable; table++) {
      if (!table->rule) continue;
      const Population *target = &n->populations[table->rule->target];
      table->rule->finish(table->rule->context, target->bits + at * target->words, step);
    }
  }
}
