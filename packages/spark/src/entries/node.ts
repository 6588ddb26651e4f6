/*
 * The public names of spark-snn/node: files and native code, in Node only. The file formats (CSV, NPY, NPZ) are in
 * "spark-snn", because pages can use them too. Importing this file registers the backend "native" by name and lets
 * "fastest" use it.
 */
import { native, nativeAvailable } from "../backend/native/native.ts";
import { registerBackend } from "../backend/registry.ts";

registerBackend("native", {
  obstacle: () => {
    const found = nativeAvailable();
    return found.available ? undefined : found.reason;
  },
  make: native,
});

// Native code
export type { CompilerOptions } from "../backend/native/compiler.ts";
export {
  type Availability,
  type NativeBackend,
  type NativeOptions,
  native,
  nativeAvailable,
} from "../backend/native/native.ts";

// Files
export {
  type AtomicStream,
  atomicStream,
  type FileReadOptions,
  fileError,
  makeResultsFolder,
  readFileStrict,
  removeFile,
  writeAtomic,
} from "../io/files.ts";
// Records
export { type FolderOptions, type FolderSink, folderOptions, recordToFolder } from "../io/folder.ts";
export { markPartial, PARTIAL, type PartialMark } from "../io/folder-mark.ts";
// Snapshots
export { loadSnapshot, saveSnapshot } from "../io/snapshot-file.ts";
