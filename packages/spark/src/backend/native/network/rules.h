// Functions of the library of a plasticity rule. `context` is the struct of that library for a shard.

// The start of a step.
typedef void Begin(const void *context, int32_t step);

// A spike arrives: adds amounts to the slots of a shard.
typedef void Arrive(const void *context, int64_t arrival, void *slots, int32_t step);

// The end of a step. `bits` marks the units of the target population that spiked.
typedef void Finish(const void *context, const uint32_t *bits, int32_t step);
