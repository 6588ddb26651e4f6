/* Finds the spikes in the rows of bits of a population. */

// Writes step and unit of each spike from a word on to `found`: steps, then units from `room` on, then their number.
// Returns the word at which it stopped: the end, or the word for whose spikes there was no room.
EXPORT int64_t spark_scan(const uint32_t *bits, int64_t words, int64_t word, int64_t end, double firstStep,
                          uint32_t *found, int64_t room) {
  int64_t count = 0;
  while (word < end && count + SCANNED * 32 <= room) {
    const int64_t stop = word + SCANNED < end ? word + SCANNED : end;
    if (!any_bit(bits + word, stop - word)) {
      word = stop;
      continue;
    }
    for (; word < stop; word++)
      for (uint32_t rest = bits[word]; rest; rest &= rest - 1) {
        found[count] = (uint32_t)((int64_t)firstStep + word / words);
        found[room + count++] = (uint32_t)(word % words * 32 + __builtin_ctz(rest));
      }
  }
  found[2 * room] = (uint32_t)count;
  return word;
}
