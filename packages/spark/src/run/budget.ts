/** Chunks of large populations may exceed this, so that a block of units computes several steps while it is cached. */
export const LARGE_CHUNK_BYTES = 40e6;
export const LARGE_CHUNK_ROWS = 32;

export interface Budget {
  /** Bytes that the run may use. */
  readonly memory: number;
  /** Whether records go to a sink. */
  readonly streamed: boolean;
  /** Whether a worker holds a second copy of the program's memory. */
  readonly worker: boolean;
}
