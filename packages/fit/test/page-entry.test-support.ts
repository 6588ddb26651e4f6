/** What a page imports that fits. */
export { AdaptiveLeakySoma } from "spark-snn";
export { fit } from "../src/index.ts";
