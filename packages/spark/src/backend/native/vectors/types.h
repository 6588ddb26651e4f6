#include <stdint.h>
#include <string.h>
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Bits of units are packed for little-endian processors."
#endif
#define INLINE static inline __attribute__((always_inline, unused))
#define EXPORT __attribute__((visibility("default")))
#define UNUSED __attribute__((unused))
// Which parameters and values a printed function needs depends on the equations.
#pragma GCC diagnostic ignored "-Wunused-parameter"
#if DOUBLE
typedef double real;
typedef int64_t wide;
#define REAL_BYTES 8
#else
typedef float real;
typedef int32_t wide;
#define REAL_BYTES 4
#endif
#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512BW__) && defined(__AVX512VL__) && !defined(NARROW)
#define MASKS 1
#define LANES (64 / REAL_BYTES)
#elif defined(__AVX2__) && !defined(PLAIN)
#define LANES (32 / REAL_BYTES)
#else
#define LANES 4
#endif
#if defined(MASKS) || defined(__AVX2__) && !defined(PLAIN)
#include <immintrin.h>
#endif
typedef real F __attribute__((vector_size(LANES * REAL_BYTES)));
typedef wide W __attribute__((vector_size(LANES * REAL_BYTES)));
typedef int32_t I __attribute__((vector_size(LANES * 4)));
typedef uint32_t U __attribute__((vector_size(LANES * 4)));
INLINE F splat(real x) { return x - (F){0}; }
INLINE I splat_int(int32_t x) { return x + (I){0}; }
#if LANES == 16
#define IOTA ((I){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
#elif LANES == 8
#define IOTA ((I){0, 1, 2, 3, 4, 5, 6, 7})
#else
#define IOTA ((I){0, 1, 2, 3})
#endif
