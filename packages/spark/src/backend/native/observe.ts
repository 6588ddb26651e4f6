import type { Observable, Program } from "../../program/program.ts";
import { indented } from "./kept.ts";
import { type Constants, KernelPrinter } from "./kernel.ts";

/** C text: the struct of values that are constant within a chunk, a function that fills it, and the struct of a row. */
export const fixedText = (
  printer: KernelPrinter,
): string => `typedef struct { ${printer.struct("fixed")} } ${printer.name}_fixed;
INLINE ${printer.name}_fixed fixed_${printer.name}(const Context *x) {
  ${printer.name}_fixed k = {0};
${indented(printer.fixed(), 2)}
  return k;
}
typedef struct { ${printer.struct("row")} } ${printer.name}_rows;`;

/**
 * C text: a function per observable, and `observe`, which calls the function of a probe. Each writes a row of records,
 * for neighbouring units or for the units of a list.
 */
export const observersText = (program: Program, constants: Constants): string => {
  const { observables } = program;
  const names = observables.map((_, k) => `observe${k}`);
  return `${observables.map((each, k) => observerText(program, each, names[k]!, constants)).join("\n")}
typedef void Observe(const Context *x, const Probe *probe, int64_t first, int64_t end, int64_t row, int64_t recordRow, int32_t firstStep);
static void observe(const Context *x, const Probe *probe, int64_t first, int64_t end, int64_t row, int64_t recordRow, int32_t firstStep) {
  static Observe *const observers[] = {${[...names, "0"].join(", ")}};
  observers[probe->observable](x, probe, first, end, row, recordRow, firstStep);
}
`;
};

const observerText = (
  program: Program,
  { nodes, value, type }: Observable,
  name: string,
  constants: Constants,
): string => {
  const kernel = { nodes, stores: [{ buffer: -1, node: value, at: "unit" as const }] };
  const printer = new KernelPrinter(name, program, kernel, constants);
  const text = printer.argument(value);
  const vector = type === "float" ? "F" : "I";
  const element = type === "float" ? "real" : "int32_t";
  return `${fixedText(printer)}
static void ${name}(const Context *x, const Probe *probe, int64_t first, int64_t end, int64_t row, int64_t recordRow, int32_t firstStep) {
  const ${name}_fixed fixed = fixed_${name}(x);
  const ${name}_fixed *k UNUSED = &fixed;
  ${name}_rows rows = {0};
  const ${name}_rows *r UNUSED = &rows;
  ${element} *values = (${element} *)probe->values + recordRow * probe->width;
${indented(printer.rowsAtOnce(), 2)}
  if (!probe->list) {
    for (int64_t unit = first; unit < end; unit += LANES) {
${indented([...printer.units("group"), `*(${vector} *)(values + unit) = ${text};`], 6)}
    }
    return;
  }
  for (int64_t place = first; place < end; place += LANES) {
    const int64_t count = end - place < LANES ? end - place : LANES;
    const I index UNUSED = units_at(probe->list + place, count, x->padded);
${indented([...printer.units("listed"), `const ${vector} value = ${text};`], 4)}
    for (int64_t lane = 0; lane < count; lane++) values[place + lane] = value[lane];
  }
}
`;
};
