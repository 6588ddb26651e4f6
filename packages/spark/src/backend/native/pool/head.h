#define _GNU_SOURCE // RUSAGE_THREAD
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define INLINE static inline __attribute__((always_inline, unused))
#define EXPORT __attribute__((visibility("default")))
