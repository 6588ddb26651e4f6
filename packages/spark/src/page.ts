/** All that a page with networks needs, in one file. */
export * from "./core.ts";
export * from "./networks.ts";
export { absoluteRefractory } from "./protocols/refractory.ts";
