import { struct } from "./struct.ts";

/** What a population is watched for. `observable` is the number of one of its functions. */
export const probeStruct = struct("Probe", {
  observable: "int64_t",
  // Values of one record row.
  width: "int64_t",
  // Ascending units, or NULL for all.
  list: "const int32_t *",
  // First, every and last row of the chunk.
  schedule: "const int32_t *",
  values: "void *",
});

/** A population in memory, and how it advances. */
export const populationStruct = struct("Population", {
  ahead: "Ahead *",
  advance: "Advance *",
  // One context for each row of slots, that far apart.
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
