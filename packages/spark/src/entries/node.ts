/*
 * The public names of spark-snn/node: files and native code, in Node only. The formats themselves (CSV, NPY, NPZ)
 * are in "spark-snn", since they work in a page too. Importing this makes the backends "native" and "fastest" known.
 */
import { nativeAvailable, nativeWith, threadsOf } from "../backend/native/native.ts";
import { registerNative } from "../backend/registry.ts";

registerNative({
  obstacle: () => {
    const found = nativeAvailable();
    return found.available ? undefined : found.reason;
  },
  threadsOf,
  create: (threads) => nativeWith({ threads }),
});

// Native code
export { type Availability, nativeAvailable } from "../backend/native/native.ts";

// Files
export {
  type AtomicStream,
  atomicStream,
  type FileReadOptions,
  readFileStrict,
  writeAtomic,
} from "../io/files.ts";
// Records
export { type FolderOptions, type FolderSink, PARTIAL, recordToFolder } from "../io/folder.ts";
// Snapshots
export {
  loadSnapshot,
  type SnapshotKind,
  type SnapshotOf,
  type SnapshotReadOptions,
  saveSnapshot,
} from "../io/snapshot-file.ts";
