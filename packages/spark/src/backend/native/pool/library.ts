import type { CompilerOptions } from "../compiler.ts";
import { libraries } from "../library.ts";
import { populationStruct, populationsStruct } from "../structs.ts";
import { bitsH, blocksC, headH, pagesC, poolC, poolH, populationH, scanC } from "./texts.ts";

type Address = bigint | null;

/** Functions that do not depend on equations or precision. Addresses are 64-bit numbers; 0 and null mean none. */
export interface CoreLibrary {
  /** Starts threads. Returns 0 or null if the system refuses them. */
  readonly open: (threads: number) => Address;
  readonly close: (pool: Address) => void;
  /** Advances populations without synapses. */
  readonly advance: (pool: Address, populations: bigint, firstStep: number, rows: number) => void;
  /** Finds spikes in a range of words of bits. Returns the word at which it stopped. */
  readonly scan: (
    bits: bigint,
    words: number,
    word: number,
    end: number,
    firstStep: number,
    found: bigint,
    room: number,
  ) => number;
  /** Requests large pages. Call it before the memory is first accessed. */
  readonly advise: (start: bigint, bytes: number) => void;
  /** Returns pages to the system; afterwards they read as zeros. */
  readonly release: (start: bigint, bytes: number) => void;
}

export const coreText: string = [
  headH,
  poolH,
  populationH,
  populationStruct.text,
  populationsStruct.text,
  poolC,
  blocksC,
  bitsH,
  scanC,
  pagesC,
].join("\n");

const libraryOfText = libraries((library): CoreLibrary => {
  const address = "void *";
  const long = "int64_t";
  const int = "int32_t";
  const advanced = [address, address, int, int];
  const scanned = [address, long, long, long, "double", address, long];
  return {
    open: library.func("spark_open", address, [int]) as CoreLibrary["open"],
    close: library.func("spark_close", "void", [address]) as CoreLibrary["close"],
    advance: library.func("spark_advance", "void", advanced) as CoreLibrary["advance"],
    scan: library.func("spark_scan", long, scanned) as CoreLibrary["scan"],
    advise: library.func("spark_advise", "void", [address, long]) as CoreLibrary["advise"],
    release: library.func("spark_release", "void", [address, long]) as CoreLibrary["release"],
  };
});

/** The library that all machines share. @throws BackendError if it cannot be compiled */
export const coreLibrary = (options: CompilerOptions): CoreLibrary => libraryOfText(coreText, options);
