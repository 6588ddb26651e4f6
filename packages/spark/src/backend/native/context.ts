import type { Buffer, Program } from "../../program/program.ts";
import type { KernelPrinter } from "./kernel.ts";

/** A 64-bit member of the struct that the functions of a population receive. */
export type Slot =
  | { readonly kind: "size"; readonly of: "units" | "padded" | "words" }
  | { readonly kind: "constants"; readonly of: "floats" | "ints" }
  | { readonly kind: "probes" }
  | { readonly kind: "probeCount" }
  | { readonly kind: "buffer"; readonly buffer: number }
  /** Values of a node per row, computed at the start of a chunk. */
  | { readonly kind: "rows"; readonly type: "float" | "int" }
  /** Values of a node per unit, kept from an even step for the next, odd one. */
  | { readonly kind: "kept" };

interface Member {
  readonly declaration: string;
  readonly slot: Slot;
}

const cTypes: Readonly<Record<Buffer["type"], string>> = { float: "real", int: "int32_t", bits: "uint32_t" };

const membersOf = ({ buffers }: Program, step: KernelPrinter): Member[] => [
  ...(["units", "padded", "words"] as const).map(
    (of): Member => ({ declaration: `int64_t ${of}`, slot: { kind: "size", of } }),
  ),
  { declaration: "const real *floats", slot: { kind: "constants", of: "floats" } },
  { declaration: "const int32_t *ints", slot: { kind: "constants", of: "ints" } },
  { declaration: "const Probe *probes", slot: { kind: "probes" } },
  { declaration: "int64_t probeCount", slot: { kind: "probeCount" } },
  ...buffers.map(
    ({ type }, buffer): Member => ({
      declaration: `${cTypes[type]} *b${buffer}`,
      slot: { kind: "buffer", buffer },
    }),
  ),
  ...step.computed().map((k): Member => {
    const float = step.dtypeOf(k) === "float";
    return {
      declaration: `${float ? "real" : "int32_t"} *r${k}`,
      slot: { kind: "rows", type: float ? "float" : "int" },
    };
  }),
  ...step.pairs.map(({ node }): Member => ({ declaration: `int32_t *p${node}`, slot: { kind: "kept" } })),
];

/** The struct that the functions of a population receive: its C text, and the contents of its members. */
export const contextOf = (program: Program, step: KernelPrinter): { readonly text: string; readonly slots: Slot[] } => {
  const members = membersOf(program, step);
  return {
    text: `typedef struct {\n${members.map(({ declaration }) => `  ${declaration};\n`).join("")}} Context;\n`,
    slots: members.map(({ slot }) => slot),
  };
};
