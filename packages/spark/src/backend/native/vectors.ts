import { lanesH, masksH, operationsH, typesH } from "./vectors/texts.ts";

/*
 * The head of every printed text: vectors of LANES units in the types of gcc and clang, and the operations on them that
 * C has no operator for. There are three implementations: 512-bit x86 with mask registers, 256-bit x86, and plain vector
 * types for any processor. All of them are exact or correctly rounded, so each gives the bits of the interpreter.
 */

/** C text: types and operations of vectors for a precision. */
export const vectorText = (precision: "f32" | "f64"): string =>
  [`#define DOUBLE ${precision === "f64" ? 1 : 0}\n`, typesH, masksH, lanesH, operationsH].join("\n");
