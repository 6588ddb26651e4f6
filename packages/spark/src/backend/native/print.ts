import { FADE_STEPS } from "../../program/fading.ts";
import type { Buffer, Program, RecordKernel } from "../../program/program.ts";
import { indented, keptText } from "./kept.ts";
import { Constants, KernelPrinter } from "./kernel.ts";
import { poolText } from "./pool.ts";
import { scanText } from "./scan.ts";
import { vectorText } from "./vectors.ts";

/*
 * The text of a program: one function for the step of a group of lanes, its state in registers; around it the loop over
 * the steps of a segment, for two, four or eight groups at a time so that their operations overlap; around that the
 * segments, which end where a record is due or states fade, and the blocks of units, which threads take one after the other.
 *
 * Sizes, addresses and numbers come with the call: the text depends on the equations alone, so that one compiled
 * library serves every population and every value of the parameters.
 */

/** What goes into a call, in order, 64 bits each. */
export type Slot =
  | { readonly kind: "size"; readonly of: "units" | "padded" | "words" | "block" }
  | { readonly kind: "constants"; readonly of: "floats" | "ints" }
  | { readonly kind: "buffer"; readonly buffer: number }
  /** Values of a node for each row, computed at the start of a call. */
  | { readonly kind: "rows"; readonly type: "float" | "int" }
  /** Values of a node for each unit, kept from an even step for the odd one after it. */
  | { readonly kind: "kept" }
  | { readonly kind: "width"; readonly record: number };

export interface Printed {
  readonly text: string;
  readonly slots: readonly Slot[];
  readonly floats: readonly number[];
  readonly ints: readonly number[];
}

/** Operations beyond which groups are not taken eight at a time: the code gets too large to gain anything. */
const LARGEST_REPEATED = 120;
/** Steps that the state of a few groups stays in registers. */
const SEGMENT = 16;
/** The same where each step brings new values for each unit, so that they are read in runs as long as can be. */
const STREAM_SEGMENT = 4;

const cTypes: Readonly<Record<Buffer["type"], string>> = { float: "real", int: "int32_t", bits: "uint32_t" };

export const printProgram = (program: Program): Printed => {
  const constants = new Constants();
  const step = new KernelPrinter("step", program, program.step, constants);
  const fade = new KernelPrinter("fade", program, program.fade, constants);
  const records = program.records.map((kernel, k) => ({
    kernel,
    printer: new KernelPrinter(`record${k}`, program, kernel, constants),
  }));
  const body = [
    stepText(program, step),
    fadeText(program, fade),
    tileText(program, step.pairs.length > 0),
    ...records.map(({ kernel, printer }) => recordText(kernel, printer)),
    blockText(program, step.pairs.length > 0),
    aheadText(step),
  ].join("\n");
  const slots = slotsOf(program, step);
  const text = [vectorText(program.precision), contextText(program, step), body, poolText, scanText].join("\n");
  return { text, slots, floats: constants.floats, ints: constants.ints };
};

const slotsOf = (program: Program, step: KernelPrinter): Slot[] => [
  ...(["units", "padded", "words", "block"] as const).map((of): Slot => ({ kind: "size", of })),
  { kind: "constants", of: "floats" },
  { kind: "constants", of: "ints" },
  ...program.buffers.map((_, buffer): Slot => ({ kind: "buffer", buffer })),
  ...step.computed().map((k): Slot => ({ kind: "rows", type: step.dtypeOf(k) === "float" ? "float" : "int" })),
  ...step.pairs.map((): Slot => ({ kind: "kept" })),
  ...program.records.map((_, record): Slot => ({ kind: "width", record })),
];

const contextText = (program: Program, step: KernelPrinter): string =>
  [
    "typedef struct {",
    "  int64_t units, padded, words, block;",
    "  const real *floats;",
    "  const int32_t *ints;",
    ...program.buffers.map(({ type }, k) => `  ${cTypes[type]} *b${k};`),
    ...step.computed().map((k) => `  ${step.dtypeOf(k) === "float" ? "real" : "int32_t"} *r${k};`),
    ...step.pairs.map(({ node }) => `  int32_t *p${node};`),
    ...program.records.map((_, k) => `  int64_t width${k};`),
    "} Context;",
    ...gatherText,
  ].join("\n");

const gatherText = ["F", "I"].map(
  (type) => `INLINE ${type} gather_${type}(const ${type === "F" ? "real" : "int32_t"} *values, I index) {
  ${type} lanes;
  for (int k = 0; k < LANES; k++) lanes[k] = values[index[k]];
  return lanes;
}`,
);

/** Buffers that the step changes, so that they live in registers for a segment. */
const changedBy = (program: Program): { buffer: number; node: number }[] =>
  program.step.stores.filter(({ at }) => at === "unit");
const bitsOf = (program: Program): { buffer: number; node: number }[] =>
  program.step.stores.filter(({ at }) => at === "rowBit");
const vectorOf = (program: Program, buffer: number): string => (program.buffers[buffer]!.type === "float" ? "F" : "I");

const fixedText = (
  printer: KernelPrinter,
): string => `typedef struct { ${printer.struct("fixed")} } ${printer.name}_fixed;
INLINE ${printer.name}_fixed fixed_${printer.name}(const Context *x) {
  ${printer.name}_fixed k = {0};
${indented(printer.fixed(), 2)}
  return k;
}
typedef struct { ${printer.struct("row")} } ${printer.name}_rows;`;

const stepText = (program: Program, step: KernelPrinter): string => {
  const changed = changedBy(program);
  const bits = bitsOf(program);
  const members = [
    ...changed.map(({ buffer }) => `${vectorOf(program, buffer)} b${buffer};`),
    ...bits.map(({ buffer }) => `M b${buffer};`),
    ...step.pairs.map(({ node }) => `I p${node};`),
  ].join(" ");
  const loads = new Map(changed.map(({ buffer }) => [buffer, `s->b${buffer}`]));
  const each = (line: (buffer: number, type: string) => string): string =>
    indented(
      changed.map(({ buffer }) => line(buffer, vectorOf(program, buffer))),
      2,
    );
  return `${fixedText(step)}
INLINE step_rows rows_step(const Context *x, int64_t row, int32_t firstStep) {
  step_rows r = {0};
${indented(step.rows(), 2)}
  return r;
}
typedef struct { ${members || "int none;"} } State;
INLINE State load(const Context *x, int64_t unit) {
  State s = {0};
${each((buffer, type) => `s.b${buffer} = *(const ${type} *)(x->b${buffer} + unit);`)}
  return s;
}
INLINE void save(const Context *x, int64_t unit, State s) {
${each((buffer, type) => `*(${type} *)(x->b${buffer} + unit) = s.b${buffer};`)}
}
${step.pairs.length > 0 ? keptText(step, step.units("group", loads)) : ""}INLINE void step(const Context *x, const step_fixed *k, const step_rows *r, State *s, int64_t row, int64_t unit${step.pairs.length > 0 ? ", const int odd" : ""}) {
${indented(step.units("group", loads, step.pairs), 2)}
${indented(
  [...changed, ...bits].map(({ buffer, node }) => `s->b${buffer} = ${step.argument(node)};`),
  2,
)}
}`;
};

/** State that has faded, in registers as the step leaves it. */
const fadeText = (program: Program, fade: KernelPrinter): string => {
  const { stores } = program.fade;
  const loads = new Map(stores.map(({ buffer }) => [buffer, `s->b${buffer}`]));
  const assigned = stores.map(({ buffer, node }) => `s->b${buffer} = ${fade.argument(node)};`);
  return `${fixedText(fade)}
INLINE void fade(const fade_fixed *k, State *s) {
  (void)k, (void)s;
${indented([...fade.units("group", loads), ...assigned], 2)}
}`;
};

/** Of a row, in C. */
const ODD = "(firstStep + (int32_t)row) & 1";
const GROUPS = ["a", "b", "c", "d", "e", "f", "g", "h"] as const;

/** Groups that advance together through the steps of a segment. */
const tileText = (program: Program, paired: boolean): string => {
  const pairs = [0, 2, 4, 6];
  const guard = (place: number): string => (place < 2 ? "" : place < 4 ? "if (groups > 2) " : "if (groups > 4) ");
  const pair = (place: number, line: (group: string, at: number) => string): string =>
    `${guard(place)}{ ${line(GROUPS[place]!, place)} ${line(GROUPS[place + 1]!, place + 1)} }`;
  const spikes = bitsOf(program).map(
    ({ buffer }) =>
      `store_bits(x->b${buffer} + row * x->words, unit, ${GROUPS.map((g) => `${g}.b${buffer}`).join(", ")}, groups);`,
  );
  const steps = (odd: string): string[] =>
    pairs.map((place) => pair(place, (g, at) => `step(x, k, &r, &${g}, row, unit + ${at} * LANES${odd});`));
  const even = ["} else {", ...steps(", 0").map((line) => `  ${line}`), "}"];
  const advance = paired ? [`if (${ODD}) {`, ...steps(", 1").map((line) => `  ${line}`), ...even] : steps("");
  const kept = (how: string): string[] =>
    paired ? pairs.map((place) => pair(place, (g, at) => `${how}(x, unit + ${at} * LANES, &${g});`)) : [];
  return `INLINE void tile(const Context *x, const step_fixed *k, int64_t unit, int64_t row, int64_t end, int32_t firstStep, const int fading, const int groups) {
  State ${GROUPS.map((g) => `${g} = {0}`).join(", ")};
${indented(
  pairs.map((place) => pair(place, (g, at) => `${g} = load(x, unit + ${at} * LANES);`)),
  2,
)}
${indented(
  kept("load_kept").map((line) => `if (${ODD}) ${line}`),
  2,
)}
  for (; row < end; row++) {
    const step_rows r = rows_step(x, row, firstStep);
${indented([...advance, ...spikes], 4)}
  }
  if (fading) {
    const fade_fixed level = fixed_fade(x);
${indented(
  pairs.map((place) => pair(place, (g) => `fade(&level, &${g});`)),
  4,
)}
  }
${indented(
  [...pairs.map((place) => pair(place, (g, at) => `save(x, unit + ${at} * LANES, ${g});`)), ...kept("save_kept")],
  2,
)}
}`;
};

const recordText = (kernel: RecordKernel, printer: KernelPrinter): string => {
  const { name } = printer;
  const values = kernel.stores.map(({ node }) => printer.argument(node));
  const head = `${fixedText(printer)}
static void run_${name}(const Context *x, int64_t first, int64_t end, int64_t row, int64_t recordRow, int32_t firstStep) {
  const ${name}_fixed fixed = fixed_${name}(x), *k = &fixed;
  ${name}_rows rows = {0};
  const ${name}_rows *r = &rows;
  (void)r, (void)k;
${indented(printer.rowsAtOnce(), 2)}`;
  const target = (buffer: number): string => `x->b${buffer} + recordRow * x->width${name.slice(6)}`;
  if (kernel.list === undefined) {
    const stores = kernel.stores.map(
      ({ buffer }, k) => `*(__typeof__(${values[k]}) *)(${target(buffer)} + unit) = ${values[k]};`,
    );
    return `${head}
  for (int64_t unit = first; unit < end; unit += LANES) {
${indented([...printer.units("group"), ...stores], 4)}
  }
}`;
  }
  const stores = kernel.stores.map(
    ({ buffer }, k) =>
      `for (int64_t lane = 0; lane < count; lane++) (${target(buffer)})[place + lane] = (${values[k]})[lane];`,
  );
  return `${head}
  for (int64_t place = first; place < end; place += LANES) {
    const int64_t count = end - place < LANES ? end - place : LANES;
    I index = splat_int(0);
    for (int64_t lane = 0; lane < count; lane++) {
      const int32_t unit = x->b${kernel.list}[place + lane];
      index[lane] = unit >= 0 && unit < x->padded ? unit : 0;
    }
${indented([...printer.units("listed"), ...stores], 4)}
  }
}`;
};

const recordState = (program: Program): string[] =>
  program.records.flatMap(({ list }, k) => {
    const schedule = `x.b${program.schedule}`;
    const begin = `int64_t done${k}, next${k} = first_due(${schedule}[${3 * k}], ${schedule}[${3 * k + 1}], row, &done${k});`;
    const place = (unit: string): string =>
      list === undefined ? unit : `next${k} < rows ? place_of(x.b${list}, x.width${k}, ${unit}) : 0`;
    const parts = `const int64_t from${k} = ${place("first")}, to${k} = ${place("end")};`;
    return [begin, parts, `const int64_t last${k} = from${k} < to${k} ? ${schedule}[${3 * k + 2}] : -1;`];
  });

const scheduleText = `// The first row from \`row\` on after which a record is due, and how many were due before.
INLINE int64_t first_due(int64_t first, int64_t every, int64_t row, int64_t *before) {
  *before = 0;
  if (every <= 0) return INT64_MAX;
  if (first < 0) first += (-first + every - 1) / every * every;
  if (row > first) *before = (row - first + every - 1) / every;
  return first + *before * every;
}
// The first place of an ascending list whose unit is not below the given one.
INLINE int64_t place_of(const int32_t *list, int64_t length, int64_t unit) {
  int64_t low = 0, high = length;
  while (low < high) {
    const int64_t middle = (low + high) / 2;
    if (list[middle] < unit) low = middle + 1;
    else high = middle;
  }
  return low;
}
`;

/** Ends a segment where states fade. */
const untilFading = ({ fade }: Program): string[] =>
  fade.stores.length === 0
    ? ["const int fading = 0;"]
    : [
        `const int64_t until = row + ${FADE_STEPS} - ((uint32_t)firstStep + (uint32_t)row) % ${FADE_STEPS};`,
        "if (until < stop) stop = until;",
        "const int fading = stop == until;",
      ];

const blockText = (program: Program, paired: boolean): string => {
  const streams = program.step.nodes.some((node) => node.op === "load" && node.at === "rowUnit");
  const large = program.step.nodes.length > LARGEST_REPEATED;
  const records = program.records.map((_, k) => k);
  const bits = bitsOf(program);
  const clear = bits.map(
    ({ buffer }) => `x.b${buffer}[at * x.words + (x.units >> 5)] &= ((uint32_t)1 << (x.units & 31)) - 1;`,
  );
  // A measurement may set both from outside.
  return `#ifndef GROUPS
#define GROUPS ${large ? 2 : streams ? 4 : 8}
#endif
#ifndef SEGMENT
#define SEGMENT ${streams ? STREAM_SEGMENT : SEGMENT}
#endif
${scheduleText}// Advances units from \`row\` to the row before \`rows\`, \`firstStep\` being the step of row 0.
static void run_block(const Context *context, int64_t first, int64_t end, int32_t firstStep, int64_t row, int64_t rows) {
  const Context x = *context;
  const step_fixed k = fixed_step(&x);
${indented(recordState(program), 2)}
${paired ? `  if (row == 0 && (${ODD})) make_kept(&x, &k, first, end, firstStep);\n` : ""}  while (row < rows) {
    int64_t stop = row + SEGMENT < rows ? row + SEGMENT : rows;
${indented(
  records.map((n) => `if (next${n} < stop && next${n} <= last${n}) stop = next${n} + 1;`),
  4,
)}
${indented(untilFading(program), 4)}
    int64_t unit = first;
    for (; unit + GROUPS * LANES <= end; unit += GROUPS * LANES) tile(&x, &k, unit, row, stop, firstStep, fading, GROUPS);
#if GROUPS > 4
    for (; unit + 4 * LANES <= end; unit += 4 * LANES) tile(&x, &k, unit, row, stop, firstStep, fading, 4);
#endif
#if GROUPS > 2
    for (; unit < end; unit += 2 * LANES) tile(&x, &k, unit, row, stop, firstStep, fading, 2);
#endif
${
  clear.length === 0
    ? ""
    : `    // Lanes beyond the last unit compute too, but must not spike.
    if (end > x.units && (x.units & 31))
      for (int64_t at = row; at < stop; at++) {
${indented(clear, 8)}
      }
`
}${indented(
  records.map(
    (n) =>
      `if (next${n} == stop - 1 && next${n} <= last${n}) { run_record${n}(&x, from${n}, to${n}, next${n}, done${n}++, firstStep); next${n} += x.b${program.schedule}[${3 * n + 1}]; }`,
  ),
  4,
)}
    row = stop;
  }
}`;
};

/** What is the same for all units is computed here for LANES steps at a time. */
const aheadText = (
  step: KernelPrinter,
): string => `static void run_ahead(const Context *x, int32_t firstStep, int64_t rows) {
${
  step.computed().length === 0
    ? "  (void)x, (void)firstStep, (void)rows;"
    : `  const step_fixed fixed = fixed_step(x), *k = &fixed;
  (void)k;
  for (int64_t row = 0; row < rows; row += LANES) {
${indented(step.ahead(), 4)}
  }`
}
}`;
