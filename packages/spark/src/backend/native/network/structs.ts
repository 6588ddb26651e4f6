import { struct } from "../struct.ts";

/** The targets of synapses that are not stored. */
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

/** The synapses of a bundle that end in one shard. */
export const tableStruct = struct("Table", {
  offsets: "const uint32_t *",
  targets: "const void *",
  weights: "const real *",
  delays: "const int32_t *",
  // How many delays are shorter than a number of steps.
  places: "const int32_t *",
  // NULL where synapses are stored.
  procedure: "const Procedure *",
  population: "int64_t",
  // Number of delays.
  width: "int64_t",
  // 0 where each synapse has its weight, 1 where those of a source share one, else the length of rows of weights.
  kind: "int64_t",
  // First slot of a row or procedure, counted from the first slot of the shard.
  first: "int64_t",
});

/** A run of units of a shard. */
export const unitsStruct = struct("Units", { population: "int64_t", first: "int64_t", end: "int64_t" });

export const shardStruct = struct("Shard", {
  slots: "real *",
  wide: "int64_t",
  firstTable: "int64_t",
  endTable: "int64_t",
  firstUnits: "int64_t",
  endUnits: "int64_t",
});

export const networkStruct = struct("Network", {
  populationCount: "int64_t",
  shardCount: "int64_t",
  // Steps of the shortest and the longest delay.
  window: "int64_t",
  longest: "int64_t",
  // Steps that are delivered together, each to a row of slots of its own.
  batch: "int64_t",
  // Slots of a row.
  slots: "int64_t",
  populations: "const Population *",
  shards: "const Shard *",
  // The first shard that each thread prefers, and the end.
  firstShards: "const int64_t *",
  tables: "const Table *",
  units: "const Units *",
});
