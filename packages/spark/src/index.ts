/*
 * The public names of spark-snn, for Node and the browser. Files and streams of Node are in "spark-snn/node".
 * Nothing inside src/ imports this file.
 */

// Analysis
export * as analysis from "./analysis/index.ts";
export * from "./core.ts";
