import { struct } from "./struct.ts";

/** A probe of a population. `observable` is the index of a function of the population. */
export const probeStruct = struct("Probe", {
  observable: "int64_t",
  // Number of values in a row of the record.
  width: "int64_t",
  // Ascending units, or NULL for all.
  list: "const int32_t *",
  // First, every and last row of the chunk.
  schedule: "const int32_t *",
  values: "void *",
});

/** The memory of a population, and the functions that advance it. */
export const populationStruct = struct("Population", {
  ahead: "Ahead *",
  advance: "Advance *",
  // One context per row of slots, at this distance in bytes.
  context: "const char *",
  contextBytes: "int64_t",
  bits: "const uint32_t *",
  words: "int64_t",
  units: "int64_t",
  padded: "int64_t",
  block: "int64_t",
  firstSource: "int64_t",
});

/** The populations of a machine. */
export const populationsStruct = struct("Populations", { count: "int64_t", populations: "const Population *" });
