/*
 * The public names of @spark-snn/formats/node: large files of other programs on the disk, in Node only. No file inside
 * src/ imports this file.
 */
export { type FileStore, fileStore } from "./hdf5/node-store.ts";
export { recordToSonata, type SonataRecorder, type SonataRecordOptions, type SonataSink } from "./sonata/record.ts";
