import type { Scan } from "./populations.ts";
import { SCAN_EVENTS } from "./step/scan.ts";

type ScanFunction = (word: number, endWord: number, firstStep: number, bits: number, found: number) => number;

/** Wraps the function `scan` of a module, which writes the spikes that it finds to `found`. */
export const scannerOf = (exported: unknown, memory: WebAssembly.Memory, found: number): Scan | undefined => {
  if (!exported) return undefined;
  const scan = exported as ScanFunction;
  return (bits, words, firstStep, take) => {
    const { buffer } = memory;
    const count = new Uint32Array(buffer, found + SCAN_EVENTS * 8, 1);
    const steps = new Uint32Array(buffer, found, SCAN_EVENTS);
    const units = new Uint32Array(buffer, found + SCAN_EVENTS * 4, SCAN_EVENTS);
    for (let word = 0; word < words; ) {
      word = scan(word, words, firstStep, bits, found);
      if (count[0]! > 0) take(steps.subarray(0, count[0]), units.subarray(0, count[0]));
    }
  };
};
