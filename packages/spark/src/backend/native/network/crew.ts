/**
 * C text of the threads of a network. Each advances the shards that are its own and keeps its own list of all spikes,
 * so that between two meetings no thread reads what another writes. They meet once in as many steps as the shortest
 * delay takes. A thread that waits looks for the others for some microseconds, and then sleeps.
 */
export const crewText: string = `
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>
#define LINE 64
#if defined(__x86_64__) || defined(__i386__)
#define RELAX() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define RELAX() __asm__ volatile("yield")
#else
#define RELAX() ((void)0)
#endif
typedef struct {
  const Network *network;
  Spikes **rings;
  int64_t count, started, spins, stopping, firstStep, rows;
  pthread_t *threads;
  pthread_mutex_t lock;
  pthread_cond_t wake;
  _Atomic int failed;
  _Alignas(LINE) _Atomic uint32_t round;
  _Alignas(LINE) _Atomic int64_t arrived;
  _Alignas(LINE) _Atomic uint32_t meeting;
  _Atomic int sleeping;
} Crew;
typedef struct { Crew *crew; int64_t place; } Seat;

// Waits until a number is another one than \`seen\`, and gives it.
static uint32_t wait_beyond(Crew *crew, _Atomic uint32_t *number, uint32_t seen) {
  for (int64_t spin = 0; spin < crew->spins; spin++) {
    if (atomic_load_explicit(number, memory_order_acquire) != seen) return seen + 1;
    RELAX();
  }
  pthread_mutex_lock(&crew->lock);
  atomic_fetch_add(&crew->sleeping, 1);
  while (atomic_load(number) == seen) pthread_cond_wait(&crew->wake, &crew->lock);
  atomic_fetch_sub(&crew->sleeping, 1);
  pthread_mutex_unlock(&crew->lock);
  return seen + 1;
}

// Who sleeps has said so before it looked at the number, and the number changes before it is asked who sleeps.
static void move_on(Crew *crew, _Atomic uint32_t *number) {
  atomic_fetch_add(number, 1);
  if (atomic_load(&crew->sleeping) == 0) return;
  pthread_mutex_lock(&crew->lock);
  pthread_cond_broadcast(&crew->wake);
  pthread_mutex_unlock(&crew->lock);
}

// Nobody leaves before all are here.
static void meet(Crew *crew) {
  const uint32_t meeting = atomic_load(&crew->meeting);
  if (atomic_fetch_add(&crew->arrived, 1) < crew->count - 1) { wait_beyond(crew, &crew->meeting, meeting); return; }
  atomic_store(&crew->arrived, 0);
  move_on(crew, &crew->meeting);
}

// Advances the shards of some of the threads, and with them all where the caller does it alone.
static void advance_rows(Crew *crew, int64_t first, int64_t end) {
  const Network *n = crew->network;
  const int together = end - first < crew->count;
  for (int64_t row = 0, stop; row < crew->rows; row = stop) {
    stop = crew->rows - row < n->window ? crew->rows : row + n->window;
    for (const Shard *shard = n->shards; shard < n->shards + n->shardCount; shard++)
      if (shard->thread >= first && shard->thread < end)
        advance_shard(n, shard, crew->rings[shard->thread], crew->firstStep, row, stop, crew->rows);
    if (together) meet(crew);
    if (n->longest == 0) continue;
    for (int64_t thread = first; thread < end; thread++)
      for (int64_t at = row; at < stop; at++)
        if (!keep_spikes(n, crew->rings[thread], crew->firstStep + at, at)) atomic_store(&crew->failed, 1);
  }
  // The bits of the last rows are the caller's again once all have read them.
  if (together) meet(crew);
}

static void *serve(void *argument) {
  const Seat seat = *(Seat *)argument;
  free(argument);
  for (uint32_t round = 0;;) {
    round = wait_beyond(seat.crew, &seat.crew->round, round);
    if (seat.crew->stopping) return NULL;
    advance_rows(seat.crew, seat.place, seat.place + 1);
  }
}

static void free_ring(Spikes *ring, int64_t steps) {
  if (!ring) return;
  for (int64_t k = 0; k < steps; k++) free(ring[k].units), free(ring[k].firsts);
  free(ring);
}

static Spikes *make_ring(const Network *n) {
  Spikes *ring = calloc((size_t)n->longest + 1, sizeof(Spikes));
  for (int64_t k = 0; ring && k < n->longest; k++) {
    ring[k].step = INT64_MIN;
    ring[k].firsts = calloc((size_t)n->populationCount + 1, sizeof(int64_t));
    if (!ring[k].firsts) { free_ring(ring, n->longest); return NULL; }
  }
  return ring;
}

EXPORT void spark_close(void *handle) {
  Crew *crew = handle;
  crew->stopping = 1;
  move_on(crew, &crew->round);
  for (int64_t k = 0; k < crew->started; k++) pthread_join(crew->threads[k], NULL);
  for (int64_t k = 0; crew->rings && k < crew->count; k++) free_ring(crew->rings[k], crew->network->longest);
  pthread_cond_destroy(&crew->wake);
  pthread_mutex_destroy(&crew->lock);
  free(crew->rings);
  free(crew->threads);
  free(crew);
}

// Starts one thread less than there are, since the caller is one of them. Gives NULL where the system refuses.
EXPORT void *spark_open(const void *network) {
  Crew *crew = NULL;
  if (posix_memalign((void **)&crew, LINE, sizeof(Crew))) return NULL;
  memset(crew, 0, sizeof(Crew));
  crew->network = network;
  crew->count = crew->network->threads;
  crew->spins = crew->count <= sysconf(_SC_NPROCESSORS_ONLN) ? 2000 : 0;
  crew->threads = calloc((size_t)crew->count, sizeof(pthread_t));
  crew->rings = calloc((size_t)crew->count, sizeof(Spikes *));
  pthread_mutex_init(&crew->lock, NULL);
  pthread_cond_init(&crew->wake, NULL);
  int sound = crew->threads && crew->rings;
  for (int64_t k = 0; sound && k < crew->count; k++) sound = (crew->rings[k] = make_ring(crew->network)) != NULL;
  // Signals are for the thread that the program runs in.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  while (sound && crew->started < crew->count - 1) {
    Seat *seat = malloc(sizeof(Seat));
    if (!seat) break;
    *seat = (Seat){crew, crew->started + 1};
    if (pthread_create(&crew->threads[crew->started], NULL, serve, seat)) { free(seat); break; }
    crew->started++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (sound && crew->started == crew->count - 1) return crew;
  spark_close(crew);
  return NULL;
}

// Gives 0 where there was no memory for spikes in flight. \`alone\`: the threads are not worth waking.
EXPORT int32_t spark_advance(void *handle, double firstStep, int64_t rows, int32_t alone) {
  Crew *crew = handle;
  const Network *n = crew->network;
  crew->firstStep = (int64_t)firstStep;
  crew->rows = rows;
  for (int64_t p = 0; p < n->populationCount; p++) n->populations[p].ahead(n->populations[p].context, (int32_t)crew->firstStep, rows);
  if (alone || crew->count == 1) advance_rows(crew, 0, crew->count);
  else {
    move_on(crew, &crew->round);
    advance_rows(crew, 0, 1);
  }
  return !atomic_load(&crew->failed);
}

// Writes the spikes of a step that are kept, by their numbers among all units, and gives how many they are.
EXPORT int64_t spark_kept(void *handle, double step, uint32_t *sources) {
  const Crew *crew = handle;
  const Network *n = crew->network;
  if (n->longest == 0 || step < 0) return 0;
  const Spikes *kept = &crew->rings[0][(int64_t)step % n->longest];
  if (kept->step != (int64_t)step) return 0;
  for (int64_t p = 0; sources && p < n->populationCount; p++)
    for (int64_t k = kept->firsts[p]; k < kept->firsts[p + 1]; k++) sources[k] = kept->units[k] + (uint32_t)n->populations[p].firstSource;
  return kept->firsts[n->populationCount];
}

EXPORT void spark_forget(void *handle) {
  const Crew *crew = handle;
  for (int64_t t = 0; t < crew->count; t++)
    for (int64_t k = 0; k < crew->network->longest; k++) crew->rings[t][k].step = INT64_MIN;
}

// Puts the spikes of a step, in ascending order, to where \`keep_spikes\` would have. Gives 0 where there is no memory.
EXPORT int32_t spark_keep(void *handle, double step, const uint32_t *sources, int64_t count) {
  const Crew *crew = handle;
  const Network *n = crew->network;
  for (int64_t t = 0; n->longest > 0 && t < crew->count; t++) {
    Spikes *kept = &crew->rings[t][(int64_t)step % n->longest];
    if (!make_room(kept, count)) return 0;
    int64_t k = 0;
    for (int64_t p = 0; p < n->populationCount; p++) {
      const int64_t first = n->populations[p].firstSource;
      kept->firsts[p] = k;
      for (; k < count && sources[k] < first + n->populations[p].units; k++) kept->units[k] = sources[k] - (uint32_t)first;
    }
    kept->firsts[n->populationCount] = k;
    kept->step = (int64_t)step;
  }
  return 1;
}

// Pages of two megabytes, where the system has them, spare most searches for where a page lies.
EXPORT void spark_advise(char *start, int64_t bytes) {
#ifdef MADV_HUGEPAGE
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = ((uintptr_t)start + page - 1) / page * page;
  const uintptr_t to = ((uintptr_t)start + (uintptr_t)bytes) / page * page;
  if (to > from) madvise((void *)from, to - from, MADV_HUGEPAGE);
#endif
}

// Gives pages back at once that would otherwise wait for a collection of garbage. They read as zeros from now on.
EXPORT void spark_release(char *start, int64_t bytes) {
#ifdef __linux__
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = ((uintptr_t)start + page - 1) / page * page;
  const uintptr_t to = ((uintptr_t)start + (uintptr_t)bytes) / page * page;
  if (to > from) madvise((void *)from, to - from, MADV_DONTNEED);
#endif
}

EXPORT int64_t spark_largest(const void *targets, int64_t count, int32_t wide) {
  const uint32_t *far = targets;
  const uint16_t *near = targets;
  uint32_t largest = 0;
  if (wide) for (int64_t k = 0; k < count; k++) largest = far[k] > largest ? far[k] : largest;
  else for (int64_t k = 0; k < count; k++) largest = near[k] > largest ? near[k] : largest;
  return largest;
}
`;
