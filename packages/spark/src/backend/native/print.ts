import { FADE_STEPS } from "../../program/fading.ts";
import type { Program } from "../../program/program.ts";
import { contextOf, type Slot } from "./context.ts";
import { indented, keptText } from "./kept.ts";
import { Constants, KernelPrinter } from "./kernel.ts";
import { fixedText, observersText } from "./observe.ts";
import { segmentsH } from "./segments/texts.ts";
import { probeStruct } from "./structs.ts";
import { vectorText } from "./vectors.ts";

/*
 * The text of a program: one function for the step of a group of lanes, its state in registers; around it the loop over
 * the steps of a segment, for two, four or eight groups at a time so that their operations overlap; around that the
 * segments, which end where a record is due or states fade, and the blocks of units, which threads take one after the other.
 *
 * Sizes, addresses and numbers come with the call: the text depends on the equations alone, so that one compiled
 * library serves every population and every value of the parameters.
 */

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

const printed = new WeakMap<Program, Printed>();

/** The text of a program; printed once for each program. */
export const printProgram = (program: Program): Printed => {
  const known = printed.get(program);
  if (known) return known;
  const made = print(program);
  printed.set(program, made);
  return made;
};

const print = (program: Program): Printed => {
  const constants = new Constants();
  const step = new KernelPrinter("step", program, program.step, constants);
  const fade = new KernelPrinter("fade", program, program.fade, constants);
  const { text: context, slots } = contextOf(program, step);
  const text = [
    vectorText(program.precision),
    probeStruct.text,
    segmentsH,
    context,
    stepText(program, step),
    fadeText(program, fade),
    tileText(program, step.pairs.length > 0),
    observersText(program, constants),
    blockText(program, step.pairs.length > 0),
    aheadText(step),
    PARTS,
  ].join("\n");
  return { text, slots, floats: constants.floats, ints: constants.ints };
};

const PARTS = `// Addresses of the functions that advance the population.
EXPORT void spark_parts(void **parts) {
  parts[0] = (void *)run_ahead;
  parts[1] = (void *)run_block;
}
`;

/** Buffers that the step changes, so that they live in registers for a segment. */
const changedBy = (program: Program): { buffer: number; node: number }[] =>
  program.step.stores.filter(({ at }) => at === "unit");
const bitsOf = (program: Program): { buffer: number; node: number }[] =>
  program.step.stores.filter(({ at }) => at === "rowBit");
const vectorOf = (program: Program, buffer: number): string => (program.buffers[buffer]!.type === "float" ? "F" : "I");

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
${keptText(step, loads)}INLINE void step(const Context *x, const step_fixed *k, const step_rows *r, State *s, int64_t row, int64_t unit${step.pairs.length > 0 ? ", const int odd" : ""}) {
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
static __attribute__((noinline)) void run_segments(const Context *context, Due *dues, int64_t first, int64_t end, int32_t firstStep, int64_t row, int64_t rows) {
  const Context x = *context;
  const step_fixed k = fixed_step(&x);
${paired ? `  if (row == 0 && (${ODD})) make_kept(&x, &k, first, end, firstStep);\n` : ""}  while (row < rows) {
    int64_t stop = row + SEGMENT < rows ? row + SEGMENT : rows;
    for (int64_t n = 0; n < x.probeCount; n++)
      if (dues[n].next < stop && dues[n].next <= dues[n].last) stop = dues[n].next + 1;
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
}    for (int64_t n = 0; n < x.probeCount; n++) {
      const Probe *probe = &x.probes[n];
      Due *due = &dues[n];
      if (due->next != stop - 1 || due->next > due->last) continue;
      observe(context, probe, due->from, due->to, due->next, due->done++, firstStep);
      due->next += probe->schedule[1];
    }
    row = stop;
  }
}
// Advances units from \`row\` to the row before \`rows\`, \`firstStep\` being the step of row 0.
static void run_block(const void *context, int64_t first, int64_t end, int32_t firstStep, int64_t row, int64_t rows) {
  const Context *x = context;
  Due dues[x->probeCount + 1];
  for (int64_t n = 0; n < x->probeCount; n++) dues[n] = due_from(&x->probes[n], first, end, row, rows);
  run_segments(x, dues, first, end, firstStep, row, rows);
}`;
};

/** What is the same for all units is computed here for LANES steps at a time. */
const aheadText = (
  step: KernelPrinter,
): string => `static void run_ahead(const void *context, int32_t firstStep, int64_t rows) {
${
  step.computed().length === 0
    ? ""
    : `  const Context *x = context;
  const step_fixed fixed = fixed_step(x);
  const step_fixed *k UNUSED = &fixed;
  for (int64_t row = 0; row < rows; row += LANES) {
${indented(step.ahead(), 4)}
  }`
}
}`;
