// Functions of the library of a population. `context` is the struct of that library.

// Computes the values that all units share, for the rows of a chunk.
typedef void Ahead(const void *context, int32_t firstStep, int64_t rows);

// Advances units from a row to the row before `end`. Row 0 is step number `firstStep`.
typedef void Advance(const void *context, int64_t first, int64_t last, int32_t firstStep, int64_t row, int64_t end);
