import { lanesH, masksH, operationsH, typesH } from "./vectors/texts.ts";

/*
 * The beginning of every printed text: vectors of LANES units in the types of gcc and clang, and the operations that
 * have no C operator. There are three implementations: 512-bit x86 with mask registers, 256-bit x86, and plain vector
 * types for any processor. All operations are exact or correctly rounded, so each gives the bits of the interpreter.
 */

/** C text: vector types and operations for a precision. */
export const vectorText = (precision: "f32" | "f64"): string =>
  [`#define DOUBLE ${precision === "f64" ? 1 : 0}\n`, typesH, masksH, lanesH, operationsH].join("\n");
