import type { NetworkProgram } from "../../../program/network.ts";
import type { CompilerOptions } from "../compiler.ts";
import { libraries } from "../library.ts";
import { crewText } from "./crew.ts";
import { deliveryText } from "./delivery.ts";

type Address = bigint | null;

/** The functions of a network's text. */
export interface NetworkLibrary {
  readonly open: (network: bigint) => Address;
  readonly close: (crew: Address) => void;
  /** Gives 0 where there was no memory for spikes in flight. */
  readonly advance: (crew: Address, firstStep: number, rows: number, alone: number) => number;
  /** Writes the spikes of a step, where that is not null, and gives how many they are. */
  readonly kept: (crew: Address, step: number, sources: Address) => number;
  readonly forget: (crew: Address) => void;
  readonly keep: (crew: Address, step: number, sources: Address, count: number) => number;
  /** Asks for large pages before memory is first touched. */
  readonly advise: (start: bigint, bytes: number) => void;
  /** Gives pages back; they read as zeros from then on. */
  readonly release: (start: bigint, bytes: number) => void;
  readonly largest: (targets: bigint, count: number, wide: number) => number;
}

const libraryOfText = libraries((library): NetworkLibrary => {
  const address = "void *";
  const int = "int32_t";
  const long = "int64_t";
  return {
    open: library.func("spark_open", address, [address]) as NetworkLibrary["open"],
    close: library.func("spark_close", "void", [address]) as NetworkLibrary["close"],
    advance: library.func("spark_advance", int, [address, "double", long, int]) as NetworkLibrary["advance"],
    kept: library.func("spark_kept", long, [address, "double", address]) as NetworkLibrary["kept"],
    forget: library.func("spark_forget", "void", [address]) as NetworkLibrary["forget"],
    keep: library.func("spark_keep", int, [address, "double", address, long]) as NetworkLibrary["keep"],
    advise: library.func("spark_advise", "void", [address, long]) as NetworkLibrary["advise"],
    release: library.func("spark_release", "void", [address, long]) as NetworkLibrary["release"],
    largest: library.func("spark_largest", long, [address, long, int]) as NetworkLibrary["largest"],
  };
});

/** What all networks of a precision share. @throws BackendError where it cannot be compiled. */
export const networkLibrary = (precision: NetworkProgram["precision"], options: CompilerOptions): NetworkLibrary =>
  libraryOfText(`#define DOUBLE ${precision === "f64" ? 1 : 0}\n${deliveryText}${crewText}`, options);
