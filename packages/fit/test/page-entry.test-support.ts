/** Imports of a page that fits. */
export { AdaptiveLeakySoma } from "spark-snn";
export { fit } from "../src/index.ts";
