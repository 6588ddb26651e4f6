/**
 * C text of the threads and of the functions that are called. Each thread owns a run of neighbouring blocks and takes
 * them one by one; one that is done helps the others. Blocks share no memory that is written, so who computes one
 * changes no bit. A thread without work looks for some for a few microseconds and then sleeps; one that wakes too late
 * finds the round closed, and nobody has waited for it.
 */
export const poolText: string = `#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
#define EXPORT __attribute__((visibility("default")))
#define LINE 64
#if defined(__x86_64__) || defined(__i386__)
#define RELAX() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define RELAX() __asm__ volatile("yield")
#else
#define RELAX() ((void)0)
#endif
typedef struct { _Alignas(LINE) _Atomic int64_t next; int64_t end; } Range;
typedef struct {
  int count, started, spins, stopping, open;
  pthread_t *threads;
  Range *ranges;
  pthread_mutex_t lock;
  pthread_cond_t wake, done;
  _Alignas(LINE) _Atomic uint32_t round;
  _Alignas(LINE) _Atomic int busy;
  const Context *context;
  int32_t firstStep;
  int64_t rows, block;
} Pool;
typedef struct { Pool *pool; int place; } Seat;

static void take_blocks(Pool *pool, int place) {
  const Context *x = pool->context;
  for (int turn = 0; turn < pool->count; turn++) {
    Range *range = &pool->ranges[(place + turn) % pool->count];
    for (;;) {
      const int64_t taken = atomic_fetch_add_explicit(&range->next, 1, memory_order_relaxed);
      if (taken >= range->end) break;
      const int64_t first = taken * pool->block, end = first + pool->block;
      run_block(x, first, end < x->padded ? end : x->padded, pool->firstStep, 0, pool->rows);
    }
  }
}

static void *serve(void *argument) {
  Pool *pool = ((Seat *)argument)->pool;
  const int place = ((Seat *)argument)->place;
  free(argument);
  uint32_t seen = 0;
  for (;;) {
    for (int spin = 0; spin < pool->spins && atomic_load_explicit(&pool->round, memory_order_acquire) == seen; spin++) RELAX();
    pthread_mutex_lock(&pool->lock);
    while (atomic_load(&pool->round) == seen) pthread_cond_wait(&pool->wake, &pool->lock);
    seen = atomic_load(&pool->round);
    const int stopping = pool->stopping, joins = pool->open;
    if (joins) atomic_fetch_add(&pool->busy, 1);
    pthread_mutex_unlock(&pool->lock);
    if (stopping) return NULL;
    if (!joins) continue;
    take_blocks(pool, place);
    if (atomic_fetch_sub(&pool->busy, 1) == 1) {
      pthread_mutex_lock(&pool->lock);
      pthread_cond_signal(&pool->done);
      pthread_mutex_unlock(&pool->lock);
    }
  }
}

static void begin_round(Pool *pool, int open) {
  pthread_mutex_lock(&pool->lock);
  pool->open = open;
  pool->stopping = !open;
  atomic_fetch_add(&pool->round, 1);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->lock);
}

// Every block is taken: waits for those who are at one.
static void end_round(Pool *pool) {
  pthread_mutex_lock(&pool->lock);
  pool->open = 0;
  pthread_mutex_unlock(&pool->lock);
  for (int spin = 0; spin < pool->spins && atomic_load_explicit(&pool->busy, memory_order_acquire) > 0; spin++) RELAX();
  pthread_mutex_lock(&pool->lock);
  while (atomic_load(&pool->busy) > 0) pthread_cond_wait(&pool->done, &pool->lock);
  pthread_mutex_unlock(&pool->lock);
}

EXPORT void spark_close(void *handle) {
  Pool *pool = handle;
  if (!pool) return;
  begin_round(pool, 0);
  for (int k = 0; k < pool->started; k++) pthread_join(pool->threads[k], NULL);
  pthread_cond_destroy(&pool->wake);
  pthread_cond_destroy(&pool->done);
  pthread_mutex_destroy(&pool->lock);
  free(pool->ranges);
  free(pool->threads);
  free(pool);
}

// Starts count - 1 threads: the caller is one of them. Gives NULL where the system refuses.
EXPORT void *spark_open(int32_t count) {
  Pool *pool = NULL;
  if (posix_memalign((void **)&pool, LINE, sizeof(Pool))) return NULL;
  memset(pool, 0, sizeof(Pool));
  pool->count = count;
  pool->spins = count <= sysconf(_SC_NPROCESSORS_ONLN) ? 2000 : 0;
  pool->threads = calloc((size_t)count, sizeof(pthread_t));
  if (posix_memalign((void **)&pool->ranges, LINE, (size_t)count * sizeof(Range))) pool->ranges = NULL;
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pthread_cond_init(&pool->done, NULL);
  // Signals are for the thread that the program runs in.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  while (pool->threads && pool->ranges && pool->started < count - 1) {
    Seat *seat = malloc(sizeof(Seat));
    if (!seat) break;
    *seat = (Seat){pool, pool->started + 1};
    if (pthread_create(&pool->threads[pool->started], NULL, serve, seat)) { free(seat); break; }
    pool->started++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (pool->started == count - 1 && pool->ranges) return pool;
  spark_close(pool);
  return NULL;
}

// Addresses for a library that runs rows of several programs in turn.
EXPORT void spark_parts(void **parts) {
  parts[0] = (void *)run_ahead;
  parts[1] = (void *)run_block;
}

EXPORT void spark_advance(void *handle, const void *call, int32_t firstStep, int32_t rows) {
  const Context *x = call;
  Pool *pool = handle;
  run_ahead(x, firstStep, rows);
  if (!pool) {
    for (int64_t first = 0; first < x->padded; first += x->block)
      run_block(x, first, first + x->block < x->padded ? first + x->block : x->padded, firstStep, 0, rows);
    return;
  }
  // A few blocks a thread, whose spikes of a step start on a cache line of their own.
  const int64_t share = (x->padded / (pool->count * 4) + 511) / 512 * 512;
  pool->block = share > 0 && share < x->block ? share : x->block;
  pool->context = x;
  pool->firstStep = firstStep;
  pool->rows = rows;
  const int64_t blocks = (x->padded + pool->block - 1) / pool->block;
  for (int k = 0; k < pool->count; k++) {
    pool->ranges[k].end = blocks * (k + 1) / pool->count;
    atomic_store(&pool->ranges[k].next, blocks * k / pool->count);
  }
  begin_round(pool, 1);
  take_blocks(pool, 0);
  end_round(pool);
}
`;
