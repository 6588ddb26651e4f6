import { median } from "../machine.ts";
import { candidates } from "./candidates.ts";
import { isMeasured, type Measurement, type Outcome } from "./measure.ts";
import { rateOf, sizeText, threadsText } from "./table.ts";

const width = 860;
const left = 210;
const right = 24;
const rowHeight = 24;
const ink = "#1c2127";
const muted = "#59636e";
const grid = "#e4e7ea";
/** Okabe and Ito's hues, dark enough for white. */
const colours = ["#0072b2", "#c04f00", "#00664c", "#a8447f", "#3a1d96"];

const escaped = (text: string): string => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const number = (value: number): string => value.toFixed(1);
const text = (x: number, y: number, words: string, more = ""): string =>
  `<text x="${number(x)}" y="${number(y)}" fill="${ink}"${more}>${escaped(words)}</text>`;

/** Powers of ten around all values. */
const decades = (values: readonly number[]): number[] => {
  const from = Math.floor(Math.log10(Math.min(...values)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: to - from + 1 }, (_, k) => 10 ** (from + k));
};

interface Panel {
  readonly title: string;
  readonly measured: readonly Measurement[];
}

const panelsOf = (outcomes: readonly Outcome[]): Panel[] => {
  const panels = new Map<string, Measurement[]>();
  for (const entry of outcomes.filter(isMeasured).filter(({ cell }) => cell.mode === "time")) {
    const { model, threads } = entry.cell;
    const title = `${model} soma, ${threadsText(threads)}`;
    panels.set(title, [...(panels.get(title) ?? []), entry]);
  }
  return [...panels].map(([title, measured]) => ({ title, measured }));
};

/** Rates of every candidate on a logarithmic axis: a dot is a median, its line reaches from the least to the most. */
export const ratesFigure = (outcomes: readonly Outcome[]): string | undefined => {
  const panels = panelsOf(outcomes);
  if (panels.length === 0) return undefined;
  const all = panels.flatMap(({ measured }) => measured);
  const sizes = [...new Set(all.map(({ cell }) => cell.units))].sort((a, b) => a - b);
  const ticks = decades(all.flatMap((entry) => entry.seconds.map((seconds) => rateOf(entry, seconds))));
  const low = Math.log10(ticks[0]!);
  const high = Math.log10(ticks.at(-1)!);
  const x = (rate: number): number => left + ((Math.log10(rate) - low) / (high - low)) * (width - left - right);
  const colour = (units: number): string => colours[sizes.indexOf(units) % colours.length]!;
  const parts: string[] = [];
  let top = 44;
  sizes.forEach((units, k) => {
    parts.push(`<circle cx="${left + 110 * k}" cy="18" r="4.5" fill="${colour(units)}"/>`);
    parts.push(text(left + 110 * k + 10, 22, `${sizeText(units)} units`));
  });
  for (const { title, measured } of panels) {
    const names = candidates
      .map(({ name }) => name)
      .filter((name) => measured.some((entry) => entry.candidate === name));
    const height = names.length * rowHeight;
    parts.push(text(left, top + 12, title, ' font-weight="600"'));
    top += 20;
    for (const tick of ticks) {
      parts.push(
        `<line x1="${number(x(tick))}" x2="${number(x(tick))}" y1="${top}" y2="${top + height}" stroke="${grid}"/>`,
      );
    }
    names.forEach((name, k) => {
      const y = top + (k + 0.5) * rowHeight;
      parts.push(text(left - 10, y + 4, name, ' text-anchor="end"'));
      for (const entry of measured.filter(({ candidate }) => candidate === name)) {
        const rates = entry.seconds.map((seconds) => rateOf(entry, seconds));
        // Sizes are set apart a little, so that equal rates do not hide each other.
        const at = y + (sizes.indexOf(entry.cell.units) - (sizes.length - 1) / 2) * 4;
        const fill = colour(entry.cell.units);
        parts.push(
          `<line x1="${number(x(Math.min(...rates)))}" x2="${number(x(Math.max(...rates)))}" y1="${number(at)}" y2="${number(at)}" stroke="${fill}" stroke-width="1.5"/>`,
          `<circle cx="${number(x(median(rates)))}" cy="${number(at)}" r="3.5" fill="${fill}"/>`,
        );
      }
    });
    top += height;
    for (const tick of ticks) {
      parts.push(
        text(x(tick), top + 14, `${Number(tick.toPrecision(1))}`, ` text-anchor="middle" style="fill:${muted}"`),
      );
    }
    top += 34;
  }
  parts.push(text((left + width - right) / 2, top, "10⁹ neuron-steps a second", ' text-anchor="middle"'));
  const height = top + 14;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, system-ui, sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${parts.join("\n")}
</svg>
`;
};
