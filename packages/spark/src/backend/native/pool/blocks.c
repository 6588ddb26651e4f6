/*
 * Populations without synapses. Their units are independent, so a block of units computes all steps of a chunk before
 * the next block. A task is a block.
 */

typedef struct {
  Job job;
  const Population *populations;
  int64_t count;
  int64_t threads;
  int32_t firstStep;
  int64_t rows;
} Blocks;

// Number of units in a block. Each thread gets several blocks, and the spikes of a block start on their own cache line.
static int64_t block_units(const Population *population, int64_t threads) {
  const int64_t share = (population->padded / (threads * 4) + 511) / 512 * 512;
  return threads > 1 && share > 0 && share < population->block ? share : population->block;
}

static void advance_block(const Population *population, int64_t first, int64_t units, int32_t firstStep, int64_t rows) {
  const int64_t end = first + units < population->padded ? first + units : population->padded;
  population->advance(population->context, first, end, firstStep, 0, rows);
}

static void work_block(Job *job, int64_t task) {
  const Blocks *blocks = (const Blocks *)job;
  for (const Population *population = blocks->populations;; population++) {
    const int64_t units = block_units(population, blocks->threads);
    const int64_t count = (population->padded + units - 1) / units;
    if (task < count) {
      advance_block(population, task * units, units, blocks->firstStep, blocks->rows);
      return;
    }
    task -= count;
  }
}

static int no_more(Job *job) {
  (void)job;
  return 0;
}

// Without a pool the caller does all tasks.
EXPORT void spark_advance(void *handle, const void *list, int32_t step, int32_t rows) {
  const Population *populations = ((const Populations *)list)->populations;
  const int64_t count = ((const Populations *)list)->count;
  Pool *pool = handle;
  for (int64_t p = 0; p < count; p++) populations[p].ahead(populations[p].context, step, rows);
  if (!pool) {
    for (const Population *each = populations; each < populations + count; each++)
      for (int64_t first = 0; first < each->padded; first += each->block) advance_block(each, first, each->block, step, rows);
    return;
  }
  int64_t tasks = 0;
  for (int64_t p = 0; p < count; p++) {
    const int64_t units = block_units(&populations[p], pool->threads);
    tasks += (populations[p].padded + units - 1) / units;
  }
  Blocks blocks = {{work_block, no_more, tasks, NULL}, populations, count, pool->threads, step, rows};
  pool->run(pool, &blocks.job);
}
