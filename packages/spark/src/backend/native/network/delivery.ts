import { proceduralText } from "./procedural.ts";

/*
 * C text of a network's steps. It knows nothing of the equations: each population's own library advances its units, and
 * is called through addresses. So this text is compiled once for each precision.
 */

/** C text: what the caller lays out, 64 bits a member, in the order of `layout.ts`. */
const types = `
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if DOUBLE
typedef double real;
#else
typedef float real;
#endif
#define INLINE static inline __attribute__((always_inline))
#define EXPORT __attribute__((visibility("default")))
typedef void Ahead(const void *context, int32_t firstStep, int64_t rows);
typedef void Block(const void *context, int64_t first, int64_t end, int32_t firstStep, int64_t row, int64_t rows);
typedef struct {
  Ahead *ahead;
  Block *block;
  // One for each row of slots, that far apart.
  const char *context;
  int64_t contextBytes;
  const uint32_t *bits;
  int64_t words, units, firstSource;
} Population;
`;

/** C text: the rest of it. */
const structs = `
// A bundle's synapses that end in one shard. \`kind\`: 0 where each has its weight, 1 where all of a source share one, else
// the length of the rows that the weights lie in, from slot \`first\` of the shard on. \`places\` tells how many of the delays
// are shorter than a number of steps. \`procedure\`: where targets are worked out, of which none are kept.
typedef struct {
  const uint32_t *offsets;
  const void *targets;
  const real *weights;
  const int32_t *delays, *places;
  const Procedure *procedure;
  int64_t population, width, kind, first;
} Table;
typedef struct { int64_t population, first, end; } Units;
typedef struct { real *slots; int64_t thread, wide, firstTable, endTable, firstUnits, endUnits; } Shard;
typedef struct {
  int64_t populationCount, shardCount, threads;
  // Steps of the shortest and the longest delay, 0 without synapses.
  int64_t window, longest;
  // Steps that are delivered at once, each to a row of slots of its own.
  int64_t batch, slots;
  const Population *populations;
  const Shard *shards;
  const Table *tables;
  const Units *units;
} Network;
`;

/** Spikes are kept as lists of units, one list a step, population by population, for as many steps as the longest delay. */
const spikes = `
typedef struct { int64_t step, room, *firsts; uint32_t *units; } Spikes;

static int make_room(Spikes *kept, int64_t count) {
  if (count <= kept->room) return 1;
  const int64_t room = count * 2;
  uint32_t *units = realloc(kept->units, (size_t)room * sizeof(uint32_t));
  if (!units) return 0;
  kept->units = units;
  kept->room = room;
  return 1;
}

#define SCANNED 16
INLINE uint32_t any_bit(const uint32_t *words, int64_t count) {
  uint32_t any = 0;
  for (int64_t k = 0; k < count; k++) any |= words[k];
  return any;
}

// Gives 0 where there is no memory for the spikes.
static int keep_spikes(const Network *n, Spikes *ring, int64_t step, int64_t row) {
  Spikes *kept = &ring[step % n->longest];
  int64_t count = 0;
  kept->step = step;
  for (int64_t p = 0; p < n->populationCount; p++) {
    const Population *population = &n->populations[p];
    const uint32_t *bits = population->bits + row * population->words;
    kept->firsts[p] = count;
    for (int64_t word = 0; word < population->words;) {
      const int64_t rest = population->words - word, stop = word + (rest < SCANNED ? rest : SCANNED);
      // The length is a constant in the first call, so that it becomes vectors.
      if (!(rest >= SCANNED ? any_bit(bits + word, SCANNED) : any_bit(bits + word, rest))) { word = stop; continue; }
      if (!make_room(kept, count + SCANNED * 32)) { kept->step = INT64_MIN; return 0; }
      for (; word < stop; word++)
        for (uint32_t set = bits[word]; set; set &= set - 1) kept->units[count++] = (uint32_t)(word * 32 + __builtin_ctz(set));
    }
  }
  kept->firsts[n->populationCount] = count;
  return 1;
}
`;

/**
 * Delivery collects what a step has to add as a list of runs, each a stretch of memory, and then adds them up in order:
 * so the memory of the next ones can be asked for while one is added.
 */
const delivery = `
#ifndef RUNS
#define RUNS 512
#endif
#ifndef FETCHED
#define FETCHED 6
#endif
typedef struct { const void *targets; const real *weights; real *slots; uint32_t count, kind; } Run;

INLINE void fetch(const void *start, int64_t bytes) {
  // What is longer than this, the processor sees coming by itself.
  const int64_t most = bytes < 1024 ? bytes : 1024;
  for (int64_t at = 0; at < most; at += 64) __builtin_prefetch((const char *)start + at);
}

INLINE void fetch_run(const Run *run, const int wide) {
  if (run->kind < 2) fetch(run->targets, (int64_t)run->count * (wide ? 4 : 2));
  fetch(run->weights, run->kind == 1 ? 1 : (int64_t)run->count * (int64_t)sizeof(real));
}

// Rows of weights, one after the other, each over the same slots. Lengths are multiples of 16.
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
  if (run->kind > 1) add_rows(slots, weights, count, run->kind);
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

// Asks for the places of what the spikes of a step have to deliver.
INLINE void fetch_offsets(const Network *n, const Shard *shard, const Spikes *kept, int64_t ago, int64_t span) {
  for (const Table *table = n->tables + shard->firstTable; table < n->tables + shard->endTable; table++) {
    const int64_t from = table->places[ago], to = table->places[ago + span], end = kept->firsts[table->population + 1];
    if (from == to || table->procedure) continue;
    for (int64_t k = kept->firsts[table->population]; k < end; k++) {
      const uint32_t *offsets = table->offsets + (int64_t)kept->units[k] * table->width;
      __builtin_prefetch(offsets + from);
      __builtin_prefetch(offsets + to);
    }
  }
}

// Delivers what arrives in \`span\` steps from \`step\` on, whose row of slots is given, and was emitted up to \`farthest\`
// steps before. Earlier spikes come first, so that what ends in one slot adds up in the order in which it was emitted.
INLINE void deliver(const Network *n, const Shard *shard, real *slots, const Spikes *ring, int64_t step, int64_t span, int64_t farthest, const int wide) {
  Run runs[RUNS];
  int64_t count = 0;
  const int64_t now = step % n->longest;
  for (int64_t ago = farthest; ago > 0; ago--) {
    const int64_t at = now - ago;
    const Spikes *kept = &ring[at < 0 ? at + n->longest : at];
    if (ago > 1) fetch_offsets(n, shard, &ring[at + 1 < 0 ? at + 1 + n->longest : at + 1], ago - 1, span);
    if (kept->step != step - ago || kept->firsts[n->populationCount] == 0) continue;
    for (const Table *table = n->tables + shard->firstTable; table < n->tables + shard->endTable; table++) {
      const int64_t from = table->places[ago], to = table->places[ago + span], end = kept->firsts[table->population + 1];
      if (from == to) continue;
      if (table->procedure) {
        add_runs(runs, count, wide);
        count = 0;
        real *own = slots + (table->delays[from] - ago) * n->slots + table->first;
        const int64_t first = kept->firsts[table->population];
        add_procedure(table->procedure, table->offsets, table->weights, own, kept->units + first, end - first);
        continue;
      }
      for (int64_t k = kept->firsts[table->population]; k < end; k++) {
        const uint32_t source = kept->units[k], *offsets = table->offsets + (int64_t)source * table->width;
        for (int64_t place = from; place < to; place++) {
          const int64_t first = offsets[place];
          Run *run = &runs[count];
          *run = (Run){(const char *)table->targets + first * (wide ? 4 : 2), table->weights + (table->kind == 1 ? source : first),
                       slots + (table->delays[place] - ago) * n->slots + table->first, offsets[place + 1] - first, (uint32_t)table->kind};
          if (count < FETCHED) fetch_run(run, wide);
          count += run->count > 0;
          if (count == RUNS) {
            add_runs(runs, count, wide);
            count = 0;
          }
        }
      }
    }
  }
  add_runs(runs, count, wide);
}

// Advances a shard from one meeting to the next: rows \`row\` to \`stop\` of a chunk of \`rows\`.
static void advance_shard(const Network *n, const Shard *shard, const Spikes *ring, int64_t firstStep, int64_t row, int64_t stop, int64_t rows) {
  for (int64_t at = row; at < stop; at++) {
    // Either a batch takes whole windows between meetings, or a window takes batches and cuts the last one.
    const int within = n->batch < n->window;
    const int64_t begin = within ? row + (at - row) / n->batch * n->batch : at / n->batch * n->batch;
    const int64_t limit = within ? stop : rows, end = begin + n->batch < limit ? begin + n->batch : limit;
    // Within a batch only the spikes of the last window are new.
    const int64_t farthest = at == begin ? n->longest : at == row ? n->window : 0;
    real *slots = shard->slots + (at - begin) * n->slots;
    if (farthest == 0 || shard->firstTable == shard->endTable) {}
    else if (shard->wide) deliver(n, shard, slots, ring, firstStep + at, end - at, farthest, 1);
    else deliver(n, shard, slots, ring, firstStep + at, end - at, farthest, 0);
    for (const Units *units = n->units + shard->firstUnits; units < n->units + shard->endUnits; units++) {
      const Population *population = &n->populations[units->population];
      population->block(population->context + (at - begin) * population->contextBytes, units->first, units->end, (int32_t)firstStep, at, at + 1);
    }
  }
}
`;

export const deliveryText: string = [types, proceduralText, structs, spikes, delivery].join("");
