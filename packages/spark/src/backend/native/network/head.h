#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if DOUBLE
typedef double real;
#else
typedef float real;
#endif

#define INLINE static inline __attribute__((always_inline, unused))
#define EXPORT __attribute__((visibility("default")))
