import { threefryBy, type Words } from "../../../math/threefry.ts";
import type { NetworkProgram } from "../../../program/network.ts";
import { procedureTargets } from "../../../program/procedural.ts";
import type { CompilerOptions } from "../compiler.ts";
import { libraries } from "../library.ts";
import { bitsH, poolH, populationH } from "../pool/texts.ts";
import { populationStruct } from "../structs.ts";
import {
  lineStruct,
  networkStruct,
  procedureStruct,
  ruleStruct,
  shardStruct,
  tableStruct,
  unitsStruct,
} from "./structs.ts";
import { advanceC, deliveryC, headH, proceduralC, rulesH, spikesC } from "./texts.ts";

/*
 * The C text of networks does not depend on equations: it advances units by calling the library of each population
 * through function addresses. It is therefore compiled once per precision.
 */

type Address = bigint | null;

/** The exported functions of the C text. */
export interface NetworkLibrary {
  readonly open: (network: bigint) => Address;
  readonly close: (machine: Address) => void;
  readonly advance: (machine: Address, pool: Address, firstStep: number, rows: number) => void;
  /** Writes the spikes of a step to `sources`, unless it is null. Returns their number. */
  readonly readSpikes: (machine: Address, step: number, sources: Address) => number;
  readonly writeSpikes: (machine: Address, step: number, sources: Address, count: number) => void;
  readonly forgetSpikes: (machine: Address) => void;
  readonly largest: (targets: bigint, count: number, wide: number) => number;
}

/** C text of a function that computes the first word of a draw. */
const drawText = (): string => {
  const lines: string[] = [];
  const keep = (text: string): string => {
    const name = `w${lines.length}`;
    lines.push(`  const uint32_t ${name} = ${text};`);
    return name;
  };
  const words: Words<string> = {
    int: (value) => `${value >>> 0}u`,
    intAdd: (a, b) => keep(`${a} + ${b}`),
    intOr: (a, b) => keep(`${a} | ${b}`),
    intXor: (a, b) => keep(`${a} ^ ${b}`),
    shiftLeft: (a, bits) => `${a} << ${bits}`,
    shiftRightUnsigned: (a, bits) => `${a} >> ${bits}`,
  };
  const [word, second] = threefryBy(words, ["key0", "key1", "key2"], "number", "0u");
  return `INLINE uint32_t draw_word(uint32_t key0, uint32_t key1, uint32_t key2, uint32_t number) {
${lines.join("\n")}
  (void)${second};
  return ${word};
}
`;
};

export const networkText = (precision: NetworkProgram["precision"]): string =>
  [
    `#define DOUBLE ${precision === "f64" ? 1 : 0}`,
    headH,
    poolH,
    populationH,
    populationStruct.text,
    ...procedureTargets.map((name, number) => `#define TARGETS_${name.toUpperCase()} ${number}`),
    procedureStruct.text,
    rulesH,
    ruleStruct.text,
    tableStruct.text,
    unitsStruct.text,
    shardStruct.text,
    lineStruct.text,
    networkStruct.text,
    bitsH,
    spikesC,
    drawText(),
    proceduralC,
    deliveryC,
    advanceC,
  ].join("\n");

const libraryOfText = libraries((library): NetworkLibrary => {
  const address = "void *";
  const int = "int32_t";
  const long = "int64_t";
  const writeArguments = [address, "double", address, long];
  return {
    open: library.func("spark_open", address, [address]) as NetworkLibrary["open"],
    close: library.func("spark_close", "void", [address]) as NetworkLibrary["close"],
    advance: library.func("spark_advance", "void", [address, address, "double", long]) as NetworkLibrary["advance"],
    readSpikes: library.func("spark_read_spikes", long, [address, "double", address]) as NetworkLibrary["readSpikes"],
    writeSpikes: library.func("spark_write_spikes", "void", writeArguments) as NetworkLibrary["writeSpikes"],
    forgetSpikes: library.func("spark_forget_spikes", "void", [address]) as NetworkLibrary["forgetSpikes"],
    largest: library.func("spark_largest", long, [address, long, int]) as NetworkLibrary["largest"],
  };
});

/** The library that all networks of a precision share. @throws BackendError if it cannot be compiled */
export const networkLibrary = (precision: NetworkProgram["precision"], options: CompilerOptions): NetworkLibrary =>
  libraryOfText(networkText(precision), options);
