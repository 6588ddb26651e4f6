/* What a run checks beside its options, and what it does with failures. Runs load it on demand. */

export { doubtsOf } from "./doubts.ts";
export { watchState } from "./finite.ts";
export { withPartial } from "./partial.ts";
