/* Memory of synapses, which can take gigabytes. */

// Finds the whole pages within a stretch of memory. Returns their size in bytes.
static int64_t pages_within(char **start, int64_t bytes) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  const uintptr_t from = ((uintptr_t)*start + page - 1) / page * page;
  const uintptr_t to = ((uintptr_t)*start + (uintptr_t)bytes) / page * page;
  *start = (char *)from;
  return to > from ? (int64_t)(to - from) : 0;
}

// Requests pages of two megabytes, so that fewer page addresses must be looked up.
EXPORT void spark_advise(char *start, int64_t bytes) {
  const int64_t whole = pages_within(&start, bytes);
#ifdef MADV_HUGEPAGE
  if (whole > 0) madvise(start, (size_t)whole, MADV_HUGEPAGE);
#else
  (void)whole;
#endif
}

// Returns pages to the system immediately, before the array is garbage-collected. Afterwards they read as zeros.
EXPORT void spark_release(char *start, int64_t bytes) {
  const int64_t whole = pages_within(&start, bytes);
#ifdef __linux__
  if (whole > 0) madvise(start, (size_t)whole, MADV_DONTNEED);
#else
  (void)whole;
#endif
}
