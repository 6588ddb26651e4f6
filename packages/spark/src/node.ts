/*
 * The public names of spark-snn/node: files and native code, in Node only. The formats themselves (text and bytes) work
 * in a page too. Importing this makes the backends "native" and "fastest" known.
 */
import { nativeAvailable, nativeWith, threadsOf } from "./backend/native/native.ts";
import { registerNative } from "./backend/registry.ts";

registerNative({
  obstacle: () => {
    const found = nativeAvailable();
    return found.available ? undefined : found.reason;
  },
  threadsOf,
  create: (threads) => nativeWith({ threads }),
});

// Native code
export { type Availability, nativeAvailable } from "./backend/native/native.ts";

// Tables
export { type CsvOptions, type CsvTable, readCsv, readCsvStream } from "./io/csv.ts";
export { type CsvRowsOptions, csvRows } from "./io/csvrows.ts";
// Files
export {
  type AtomicStream,
  atomicStream,
  type FileReadOptions,
  readFileStrict,
  writeAtomic,
} from "./io/files.ts";
// Records
export { type FolderOptions, type FolderSink, PARTIAL, recordToFolder } from "./io/folder.ts";
// Arrays
export {
  decodeNpy,
  encodeNpy,
  type NpyArray,
  type NpyDtype,
  type NpyReadOptions,
  type NpySource,
  type TypedArray,
} from "./io/npy.ts";
export { decodeNpz, encodeNpz, type NpzReadOptions, type NpzWriteOptions } from "./io/npz.ts";
// Snapshots
export { loadSnapshot, saveSnapshot } from "./io/snapshot-file.ts";
export {
  type EventTable,
  eventsFromCsv,
  eventsToCsv,
  type ReadEvents,
  type ReadTrace,
  type TableReadOptions,
  type TableWriteOptions,
  type TraceReadOptions,
  type TraceTable,
  type TraceWriteOptions,
  traceFromCsv,
  traceToCsv,
} from "./io/tables.ts";
