/* What a run checks beside its options. Runs load it on demand. */

export { doubtsOf } from "./doubts.ts";
export { watchState } from "./finite.ts";
