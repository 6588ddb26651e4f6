import { struct } from "../struct.ts";

/** Parameters to compute the targets of procedural synapses. */
export const procedureStruct = struct(
  "Procedure",
  {
    targets: "int32_t",
    first: "int32_t",
    length: "int32_t",
    skips: "int32_t",
    choices: "int32_t",
    key0: "int32_t",
    key1: "int32_t",
    key2: "int32_t",
  },
  4,
);

/** The functions of a plasticity rule, and its memory for a shard. */
export const ruleStruct = struct("Rule", {
  begin: "Begin *",
  arrive: "Arrive *",
  finish: "Finish *",
  context: "const void *",
  // Index of the target population.
  target: "int64_t",
});

/** The synapses of a bundle that end in one shard. */
export const tableStruct = struct("Table", {
  offsets: "const uint32_t *",
  targets: "const void *",
  weights: "const real *",
  delays: "const int32_t *",
  // Number of delays that are shorter than each number of steps.
  places: "const int32_t *",
  // NULL if synapses are stored.
  procedure: "const Procedure *",
  // NULL if the synapses do not learn.
  rule: "const Rule *",
  population: "int64_t",
  // Number of delays.
  width: "int64_t",
  // 0: each synapse has its own weight. 1: the synapses of a source share one. Otherwise: length of rows of weights.
  kind: "int64_t",
  // First slot of a row or procedure, relative to the first slot of the shard.
  first: "int64_t",
});

/** A range of units of a shard. */
export const unitsStruct = struct("Units", { population: "int64_t", first: "int64_t", end: "int64_t" });

export const shardStruct = struct("Shard", {
  slots: "real *",
  wide: "int64_t",
  firstTable: "int64_t",
  endTable: "int64_t",
  firstUnits: "int64_t",
  endUnits: "int64_t",
});

/** The values of a signal, which are written before each step. See SignalLine in program/network.ts. */
export const lineStruct = struct("Line", {
  values: "const real *",
  units: "const int32_t *",
  count: "int64_t",
  sums: "int64_t",
  // Whether the units follow one another.
  adjacent: "int64_t",
  // Scale and offset.
  factors: "const double *",
  adds: "int64_t",
  targets: "real *",
  length: "int64_t",
});

export const networkStruct = struct("Network", {
  populationCount: "int64_t",
  shardCount: "int64_t",
  // Shortest and longest delay, in steps.
  window: "int64_t",
  longest: "int64_t",
  // Number of steps that are delivered together, each to its own row of slots.
  batch: "int64_t",
  // Number of slots in a row.
  slots: "int64_t",
  // Number of spikes that are stored as a list in a step.
  room: "int64_t",
  populations: "const Population *",
  shards: "const Shard *",
  // The first shard that each thread prefers, followed by the number of shards.
  firstShards: "const int64_t *",
  tables: "const Table *",
  units: "const Units *",
  lines: "const Line *",
  lineCount: "int64_t",
});
