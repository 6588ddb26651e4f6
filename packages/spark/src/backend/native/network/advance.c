/*
 * The shards of a network are the tasks of a group. A group takes as many steps as the shortest delay, so a spike that
 * one of its tasks emits never arrives before the next group.
 */

typedef struct {
  const Network *network;
  Spikes *ring;
} Machine;

typedef struct {
  Job job;
  const Machine *machine;
  int64_t firstStep;
  int64_t row;
  int64_t stop;
  int64_t rows;
} Chunk;

// Unit k of the list is added to partial sum k mod 8. See SignalLine in program/network.ts.
static double sum_of(const Line *line) {
  const real *values = line->values;
  const int32_t *units = line->units;
  double sums[8] = {0};
  int64_t k = 0;
  if (line->adjacent)
    for (; k + 8 <= line->count; k += 8)
      for (int64_t j = 0; j < 8; j++) sums[j] += (double)values[units[0] + k + j];
  else
    for (; k + 8 <= line->count; k += 8)
      for (int64_t j = 0; j < 8; j++) sums[j] += (double)values[units[k + j]];
  for (int64_t j = 0; k + j < line->count; j++) sums[j] += (double)values[units[k + j]];
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

// Writes the values of the signals before a step. No thread advances units at this time.
static void pass_signals(const Network *n) {
  for (const Line *line = n->lines; line < n->lines + n->lineCount; line++) {
    const real *restrict values = line->values;
    real *restrict targets = line->targets;
    const double scale = line->factors[0];
    const double offset = line->factors[1];
    if (line->sums) {
      const double value = offset + scale * sum_of(line);
      for (int64_t k = 0; k < line->length; k++) targets[k] = (real)(line->adds ? (double)targets[k] + value : value);
    } else if (line->adjacent && !line->adds) {
      values += line->units[0];
      for (int64_t k = 0; k < line->length; k++) targets[k] = (real)(offset + scale * (double)values[k]);
    } else
      for (int64_t k = 0; k < line->length; k++) {
        const double value = offset + scale * (double)values[line->units[k]];
        targets[k] = (real)(line->adds ? (double)targets[k] + value : value);
      }
  }
}

static int64_t stop_after(const Network *n, int64_t row, int64_t rows) {
  return rows - row < n->window ? rows : row + n->window;
}

static void work_shard(Job *job, int64_t task) {
  const Chunk *chunk = (const Chunk *)job;
  const Network *n = chunk->machine->network;
  advance_shard(n, &n->shards[task], chunk->machine->ring, chunk->firstStep, chunk->row, chunk->stop, chunk->rows);
}

static int next_window(Job *job) {
  Chunk *chunk = (Chunk *)job;
  const Network *n = chunk->machine->network;
  for (int64_t row = chunk->row; n->longest > 0 && row < chunk->stop; row++)
    keep_spikes(n, chunk->machine->ring, chunk->firstStep + row, row);
  chunk->row = chunk->stop;
  chunk->stop = stop_after(n, chunk->row, chunk->rows);
  if (chunk->row >= chunk->rows) return 0;
  pass_signals(n);
  return 1;
}

// Without a pool the caller does all tasks.
EXPORT void spark_advance(const void *handle, void *threads, double firstStep, int64_t rows) {
  const Machine *machine = handle;
  const Network *n = machine->network;
  Pool *pool = threads;
  Chunk chunk = {
      .job = {.work = work_shard, .next = next_window, .tasks = n->shardCount, .firsts = n->firstShards},
      .machine = machine,
      .firstStep = (int64_t)firstStep,
      .stop = stop_after(n, 0, rows),
      .rows = rows,
  };
  for (int64_t p = 0; p < n->populationCount; p++)
    n->populations[p].ahead(n->populations[p].context, (int32_t)chunk.firstStep, rows);
  pass_signals(n);
  if (pool)
    pool->run(pool, &chunk.job);
  else
    do
      for (int64_t shard = 0; shard < n->shardCount; shard++) work_shard(&chunk.job, shard);
    while (next_window(&chunk.job));
}

EXPORT void spark_close(void *handle) {
  Machine *machine = handle;
  free(machine->ring);
  free(machine);
}

// Returns NULL if there is no memory.
EXPORT void *spark_open(const void *network) {
  Machine *machine = malloc(sizeof(Machine));
  if (!machine) return NULL;
  *machine = (Machine){network, make_ring(network)};
  if (machine->ring) return machine;
  free(machine);
  return NULL;
}

EXPORT int64_t spark_read_spikes(const void *handle, double step, uint32_t *sources) {
  const Machine *machine = handle;
  return read_spikes(machine->network, machine->ring, (int64_t)step, sources);
}

EXPORT void spark_write_spikes(const void *handle, double step, const uint32_t *sources, int64_t count) {
  const Machine *machine = handle;
  write_spikes(machine->network, machine->ring, (int64_t)step, sources, count);
}

EXPORT void spark_forget_spikes(const void *handle) {
  const Machine *machine = handle;
  for (int64_t k = 0; k < machine->network->longest; k++) machine->ring[k].step = INT64_MIN;
}

EXPORT int64_t spark_largest(const void *targets, int64_t count, int32_t wide) {
  const uint32_t *far = targets;
  const uint16_t *near = targets;
  uint32_t largest = 0;
  if (wide)
    for (int64_t k = 0; k < count; k++) largest = far[k] > largest ? far[k] : largest;
  else
    for (int64_t k = 0; k < count; k++) largest = near[k] > largest ? near[k] : largest;
  return largest;
}
