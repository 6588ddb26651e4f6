// Number of words of bits that are tested together. Most are zero, because few units spike in a step.
#define SCANNED 16

INLINE uint32_t any_of(const uint32_t *words, int64_t count) {
  uint32_t any = 0;
  for (int64_t k = 0; k < count; k++) any |= words[k];
  return any;
}

// Whether any bit of at most SCANNED words is set. The usual count is a constant, so that the compiler uses vectors.
INLINE uint32_t any_bit(const uint32_t *words, int64_t count) {
  return count == SCANNED ? any_of(words, SCANNED) : any_of(words, count);
}
