// Functions of a population's own library. `context` is what the library was printed to expect.

// Computes what all units share, for the rows of a chunk.
typedef void Ahead(const void *context, int32_t firstStep, int64_t rows);

// Advances units from a row to the one before `end`. Row 0 is the step with the number `firstStep`.
typedef void Advance(const void *context, int64_t first, int64_t last, int32_t firstStep, int64_t row, int64_t end);
