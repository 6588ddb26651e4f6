// A job of the pool: consecutive groups of tasks. The tasks of a group are independent.
typedef struct Job Job;
struct Job {
  void (*work)(Job *job, int64_t task);
  // One thread calls this when all tasks of a group are done. Returns whether there is another group.
  int (*next)(Job *job);
  int64_t tasks;
  // Thread t prefers the tasks from firsts[t] to firsts[t + 1]; NULL for equal parts.
  const int64_t *firsts;
};

// The part of a pool that other libraries can access.
typedef struct Pool Pool;
struct Pool {
  // Returns when all groups of the job are done. The caller is one of the threads.
  void (*run)(Pool *pool, Job *job);
  int64_t threads;
};
