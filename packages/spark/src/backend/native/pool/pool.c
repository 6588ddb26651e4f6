/*
 * The threads of an engine. A thread takes tasks one by one: first those that it prefers, because their memory is in
 * its cache, then those of the other threads. No task writes memory that another one uses, so the results do not depend
 * on which thread does a task.
 *
 * The threads wait only for tasks that were taken. A thread that the system suspended therefore delays the others only
 * if it had taken a task; otherwise it finds nothing to do when it resumes. If it had taken a task, the others waited
 * for most of the group, and this happens again soon, its processor is busy with something else. The thread then rests
 * for some milliseconds, longer each time, while the others do its tasks.
 */

#define LINE 64
#if defined(__x86_64__) || defined(__i386__)
#define RELAX() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define RELAX() __asm__ volatile("yield")
#else
#define RELAX() ((void)0)
#endif

// A number that only grows. Threads that wait for a change spin for some microseconds, then sleep.
typedef struct {
  _Alignas(LINE) _Atomic uint32_t number;
  _Atomic int sleeping;
  pthread_cond_t moved;
} Gate;

// Tasks that no thread has taken yet: the next one in the lower half, the end in the upper half.
typedef struct {
  _Alignas(LINE) _Atomic uint64_t open;
} Range;

// When and how long a thread rests, in nanoseconds.
typedef struct {
  _Alignas(LINE) _Atomic int64_t until;
  int64_t length;
  // When it was last suspended or rested, and how often it had been suspended by then.
  int64_t last;
  int64_t suspended;
} Rest;

#define SHORTEST_REST 4000000
#define LONGEST_REST 128000000
// A delay too short to be caused by the system. Tests set another value.
#ifndef UNNOTICED
#define UNNOTICED 500000
#endif

typedef struct {
  Pool pool;
  int64_t started;
  int64_t spins;
  pthread_t *handles;
  Range *ranges;
  Rest *rests;
  pthread_mutex_t lock;
  Job *job;
  _Atomic int stopping;
  // Whether the job has unfinished tasks, taken or not.
  _Atomic int busy;
  // Number of threads that the job has tasks for.
  _Atomic int64_t helpers;
  // Time at which the group began, and how long its last task usually takes; 0 if unknown.
  int64_t begun;
  int64_t usual;
  // Number of tasks of the group that are not done.
  _Alignas(LINE) _Atomic int64_t left;
  Gate jobs;
  Gate groups;
  Gate ends;
} Threads;

typedef struct {
  Threads *threads;
  int64_t place;
} Seat;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// How often the system took the processor away from this thread. Tasks also take longer when more units spike.
static int64_t suspensions(const Rest *rest) {
#if defined(RUSAGE_THREAD) && UNNOTICED > 0
  struct rusage usage;
  return getrusage(RUSAGE_THREAD, &usage) ? rest->suspended : usage.ru_nivcsw;
#else
  // Elsewhere, and in tests, every delay counts as a suspension.
  return rest->suspended + 1;
#endif
}

static uint32_t wait_beyond(Threads *threads, Gate *gate, uint32_t seen) {
  for (int64_t spin = 0; spin < threads->spins; spin++) {
    const uint32_t number = atomic_load_explicit(&gate->number, memory_order_acquire);
    if (number != seen) return number;
    RELAX();
  }
  pthread_mutex_lock(&threads->lock);
  atomic_fetch_add(&gate->sleeping, 1);
  while (atomic_load(&gate->number) == seen) pthread_cond_wait(&gate->moved, &threads->lock);
  atomic_fetch_sub(&gate->sleeping, 1);
  pthread_mutex_unlock(&threads->lock);
  return atomic_load(&gate->number);
}

// A sleeper counts itself before it looks at the number, and the number changes before the sleepers are counted.
static void move_on(Threads *threads, Gate *gate) {
  atomic_fetch_add(&gate->number, 1);
  if (atomic_load(&gate->sleeping) == 0) return;
  pthread_mutex_lock(&threads->lock);
  pthread_cond_broadcast(&gate->moved);
  pthread_mutex_unlock(&threads->lock);
}

// Takes a task. If the exchange succeeds, the task is from the current group, however long ago the range was read.
static int64_t take(Threads *threads, int64_t place) {
  const int64_t count = threads->pool.threads;
  for (int64_t turn = 0; turn < count; turn++) {
    Range *range = &threads->ranges[(place + turn) % count];
    uint64_t open = atomic_load_explicit(&range->open, memory_order_relaxed);
    while ((uint32_t)open < (uint32_t)(open >> 32))
      if (atomic_compare_exchange_weak_explicit(&range->open, &open, open + 1, memory_order_acquire, memory_order_relaxed))
        return (int64_t)(uint32_t)open;
  }
  return -1;
}

// Sleeps until the given time, or until the job ends.
static void rest_until(Threads *threads, int64_t time, uint32_t ends) {
  const struct timespec until = {time / 1000000000, time % 1000000000};
  pthread_mutex_lock(&threads->lock);
  atomic_fetch_add(&threads->ends.sleeping, 1);
  while (atomic_load(&threads->ends.number) == ends)
    if (pthread_cond_timedwait(&threads->ends.moved, &threads->lock, &until)) break;
  atomic_fetch_sub(&threads->ends.sleeping, 1);
  pthread_mutex_unlock(&threads->lock);
}

// Whether another thread of the job is not resting.
static int others_work(Threads *threads, int64_t place, int64_t time) {
  const int64_t helpers = atomic_load(&threads->helpers);
  for (int64_t t = 0; t < threads->pool.threads && t < helpers; t++)
    if (t != place && atomic_load(&threads->rests[t].until) <= time) return 1;
  return 0;
}

// Judges the last task of a group, for which the other threads waited.
static void judge(Threads *threads, int64_t place, int64_t begun, int64_t ended) {
  const int64_t took = ended - begun;
  const int64_t usual = threads->usual;
  const int64_t late = took - 2 * usual;
  if (usual == 0 || took < usual) {
    threads->usual = took;
    return;
  }
  threads->usual += (took < 4 * usual ? took - usual : usual) / 16;
  if (late < UNNOTICED || late < (ended - threads->begun) / 2 || !others_work(threads, place, ended)) return;
  Rest *rest = &threads->rests[place];
  const int64_t suspended = suspensions(rest);
  if (suspended == rest->suspended) return;
  rest->suspended = suspended;
  // A single suspension is chance: the system interrupts each thread now and then.
  const int again = ended - rest->last < 8 * (rest->length > SHORTEST_REST ? rest->length : SHORTEST_REST);
  rest->last = ended;
  if (!again) {
    rest->length = 0;
    return;
  }
  rest->length = rest->length == 0 ? SHORTEST_REST : rest->length < LONGEST_REST / 2 ? rest->length * 2 : LONGEST_REST;
  rest->last += rest->length;
  atomic_store(&rest->until, rest->last);
}

static void open_group(Threads *threads, const Job *job) {
  const int64_t count = threads->pool.threads;
  threads->begun = now();
  atomic_store(&threads->left, job->tasks);
  for (int64_t t = 0; t < count; t++) {
    const int64_t first = job->firsts ? job->firsts[t] : job->tasks * t / count;
    const int64_t end = job->firsts ? job->firsts[t + 1] : job->tasks * (t + 1) / count;
    atomic_store_explicit(&threads->ranges[t].open, (uint64_t)end << 32 | (uint64_t)first, memory_order_release);
  }
}

static void work(Threads *threads, int64_t place) {
  for (int64_t task; (task = take(threads, place)) >= 0;) {
    Job *job = threads->job;
    const int64_t begun = now();
    job->work(job, task);
    const int64_t ended = now();
    if (atomic_fetch_sub(&threads->left, 1) > 1) continue;
    judge(threads, place, begun, ended);
    if (job->next(job)) {
      open_group(threads, job);
      move_on(threads, &threads->groups);
      if (atomic_load(&threads->rests[place].until) > ended) return;
    } else {
      atomic_store(&threads->busy, 0);
      move_on(threads, &threads->groups);
      move_on(threads, &threads->ends);
    }
  }
}

// Returns when the job has no tasks left.
static void help(Threads *threads, int64_t place) {
  for (;;) {
    const uint32_t ends = atomic_load(&threads->ends.number);
    const uint32_t seen = atomic_load(&threads->groups.number);
    const int64_t until = atomic_load(&threads->rests[place].until);
    const int rests = until > 0 && until > now();
    if (!rests) work(threads, place);
    if (!atomic_load(&threads->busy)) return;
    if (rests)
      rest_until(threads, until, ends);
    else if (atomic_load(&threads->rests[place].until) <= until)
      wait_beyond(threads, &threads->groups, seen);
  }
}

static void *serve(void *argument) {
  const Seat seat = *(Seat *)argument;
  free(argument);
  for (uint32_t seen = 0;;) {
    seen = wait_beyond(seat.threads, &seat.threads->jobs, seen);
    if (atomic_load(&seat.threads->stopping)) return NULL;
    if (seat.place < atomic_load(&seat.threads->helpers)) help(seat.threads, seat.place);
  }
}

static void run(Pool *pool, Job *job) {
  Threads *threads = (Threads *)pool;
  threads->job = job;
  threads->usual = 0;
  atomic_store(&threads->helpers, job->tasks);
  atomic_store(&threads->busy, 1);
  open_group(threads, job);
  // A late thread of the last job may already wait for a group of this one.
  move_on(threads, &threads->groups);
  move_on(threads, &threads->jobs);
  help(threads, 0);
}

EXPORT void spark_close(void *handle) {
  Threads *threads = handle;
  atomic_store(&threads->stopping, 1);
  move_on(threads, &threads->ends);
  move_on(threads, &threads->jobs);
  for (int64_t t = 0; t < threads->started; t++) pthread_join(threads->handles[t], NULL);
  pthread_cond_destroy(&threads->jobs.moved);
  pthread_cond_destroy(&threads->groups.moved);
  pthread_cond_destroy(&threads->ends.moved);
  pthread_mutex_destroy(&threads->lock);
  free(threads->ranges);
  free(threads->rests);
  free(threads->handles);
  free(threads);
}

// Starts one thread fewer than the count, because the caller is one of them. Returns NULL if the system refuses.
EXPORT void *spark_open(int32_t count) {
  Threads *threads = NULL;
  if (posix_memalign((void **)&threads, LINE, sizeof(Threads))) return NULL;
  memset(threads, 0, sizeof(Threads));
  threads->pool.run = run;
  threads->pool.threads = count;
  threads->spins = count <= sysconf(_SC_NPROCESSORS_ONLN) ? 2000 : 0;
  threads->handles = calloc((size_t)count, sizeof(pthread_t));
  if (posix_memalign((void **)&threads->ranges, LINE, (size_t)count * sizeof(Range))) threads->ranges = NULL;
  if (threads->ranges) memset(threads->ranges, 0, (size_t)count * sizeof(Range));
  if (posix_memalign((void **)&threads->rests, LINE, (size_t)count * sizeof(Rest))) threads->rests = NULL;
  if (threads->rests) memset(threads->rests, 0, (size_t)count * sizeof(Rest));
  pthread_mutex_init(&threads->lock, NULL);
  pthread_cond_init(&threads->jobs.moved, NULL);
  pthread_cond_init(&threads->groups.moved, NULL);
  pthread_cond_init(&threads->ends.moved, NULL);
  // The main thread of the program handles signals.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  const int room = threads->handles && threads->ranges && threads->rests;
  while (room && threads->started < count - 1) {
    Seat *seat = malloc(sizeof(Seat));
    if (!seat) break;
    *seat = (Seat){threads, threads->started + 1};
    if (pthread_create(&threads->handles[threads->started], NULL, serve, seat)) {
      free(seat);
      break;
    }
    threads->started++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (room && threads->started == count - 1) return threads;
  spark_close(threads);
  return NULL;
}
