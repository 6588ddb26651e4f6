/** Everything that a page with networks needs, in one file. */

export { absoluteRefractory } from "../protocols/refractory.ts";
export * from "./core.ts";
export * from "./networks.ts";
