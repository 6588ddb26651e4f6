import type { KernelPrinter } from "./kernel.ts";

export const indented = (lines: readonly string[], by: number): string =>
  lines.map((line) => " ".repeat(by) + line).join("\n");

/** C text: loads and saves the values kept from even steps, and computes them if a chunk begins with an odd step. */
export const keptText = (step: KernelPrinter, loads: ReadonlyMap<number, string>): string => {
  const { pairs } = step;
  if (pairs.length === 0) return "";
  const odds = pairs.map(({ odd }) => odd);
  const body = step.units("group", loads, [], odds);
  const each = (line: (kept: string, odd: number) => string, by: number): string =>
    indented(
      pairs.map(({ node, odd }) => line(`p${node}`, odd)),
      by,
    );
  return `INLINE void load_kept(const Context *x, int64_t unit, State *s) {
${each((kept) => `s->${kept} = *(const I *)(x->${kept} + unit);`, 2)}
}
INLINE void save_kept(const Context *x, int64_t unit, const State *s) {
${each((kept) => `*(I *)(x->${kept} + unit) = s->${kept};`, 2)}
}
static void make_kept(const Context *x, const step_fixed *k, int64_t first, int64_t end, int32_t firstStep) {
  const int64_t row = 0;
  const step_rows rows = rows_step(x, row, firstStep);
  const step_rows *r UNUSED = &rows;
  for (int64_t unit = first; unit < end; unit += LANES) {
    State state = load(x, unit), *s = &state;
${indented(body, 4)}
${each((kept, odd) => `s->${kept} = n${odd};`, 4)}
    save_kept(x, unit, s);
  }
}
`;
};
