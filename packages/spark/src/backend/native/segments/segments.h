// Values at the positions of an index.
INLINE F gather_F(const real *values, I index) {
  F lanes;
  for (int k = 0; k < LANES; k++) lanes[k] = values[index[k]];
  return lanes;
}

INLINE I gather_I(const int32_t *values, I index) {
  I lanes;
  for (int k = 0; k < LANES; k++) lanes[k] = values[index[k]];
  return lanes;
}

// Units at up to LANES positions of a list.
INLINE I units_at(const int32_t *list, int64_t count, int64_t padded) {
  I index = splat_int(0);
  for (int64_t lane = 0; lane < count; lane++) index[lane] = list[lane] >= 0 && list[lane] < padded ? list[lane] : 0;
  return index;
}

// A probe of a block of units within a chunk.
typedef struct {
  // The next row in which it is due, and the last one in which it can be due.
  int64_t next;
  int64_t last;
  // Number of records so far.
  int64_t done;
  // Positions of the block among the values of a record row.
  int64_t from;
  int64_t to;
} Due;

// The first position of an ascending list whose unit is not below the given one.
INLINE int64_t place_of(const int32_t *list, int64_t length, int64_t unit) {
  int64_t low = 0;
  int64_t high = length;
  while (low < high) {
    const int64_t middle = (low + high) / 2;
    if (list[middle] < unit)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// The state of a probe before `row`, for the units from `first` to `end` and the rows up to `rows`.
INLINE Due due_from(const Probe *probe, int64_t first, int64_t end, int64_t row, int64_t rows) {
  const int64_t every = probe->schedule[1];
  int64_t next = probe->schedule[0];
  const Due never = {.next = INT64_MAX, .last = -1};
  if (every <= 0) return never;
  if (next < 0) next += (-next + every - 1) / every * every;
  const int64_t done = row > next ? (row - next + every - 1) / every : 0;
  next += done * every;
  if (next >= rows || next > probe->schedule[2]) return never;
  const int64_t from = probe->list ? place_of(probe->list, probe->width, first) : first;
  const int64_t to = probe->list ? place_of(probe->list, probe->width, end) : end;
  if (from >= to) return never;
  return (Due){next, probe->schedule[2], done, from, to};
}
