import { median } from "../machine.ts";

const width = 860;
const right = 24;
const rowHeight = 24;
const ink = "#1c2127";
const muted = "#59636e";
const grid = "#e4e7ea";
/** Okabe and Ito's hues, dark enough for white. */
const colours = ["#0072b2", "#c04f00", "#00664c", "#a8447f", "#3a1d96"];

/** Repetitions of one measurement, in the colour of its series. */
export interface Dot {
  readonly series: number;
  readonly values: readonly number[];
}
export interface DotPanel {
  readonly title: string;
  readonly rows: readonly { readonly name: string; readonly dots: readonly Dot[] }[];
}
export interface DotFigure {
  readonly panels: readonly DotPanel[];
  /** Names of the series, above the panels; empty if there is only one. */
  readonly series: readonly string[];
  readonly axis: string;
  /** Width for the names of rows, px. */
  readonly left: number;
}

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

/** Values on a logarithmic axis: a dot is a median, its line extends from the minimum to the maximum. */
export const dotFigure = ({ panels, series, axis, left }: DotFigure): string => {
  const values = panels.flatMap(({ rows }) => rows.flatMap(({ dots }) => dots.flatMap((dot) => dot.values)));
  const ticks = decades(values);
  const low = Math.log10(ticks[0]!);
  const high = Math.log10(ticks.at(-1)!);
  const x = (value: number): number => left + ((Math.log10(value) - low) / (high - low)) * (width - left - right);
  const colour = (index: number): string => colours[index % colours.length]!;
  const count = Math.max(1, series.length);
  const parts: string[] = [];
  let top = series.length > 0 ? 44 : 20;
  series.forEach((name, k) => {
    parts.push(`<circle cx="${left + 110 * k}" cy="18" r="4.5" fill="${colour(k)}"/>`);
    parts.push(text(left + 110 * k + 10, 22, name));
  });
  for (const { title, rows } of panels) {
    const height = rows.length * rowHeight;
    parts.push(text(left, top + 12, title, ' font-weight="600"'));
    top += 20;
    for (const tick of ticks) {
      const at = number(x(tick));
      parts.push(`<line x1="${at}" x2="${at}" y1="${top}" y2="${top + height}" stroke="${grid}"/>`);
    }
    rows.forEach(({ name, dots }, k) => {
      const y = top + (k + 0.5) * rowHeight;
      parts.push(text(left - 10, y + 4, name, ' text-anchor="end"'));
      for (const dot of dots) {
        // Series are slightly offset, so that equal values do not hide each other.
        const at = number(y + (dot.series - (count - 1) / 2) * 4);
        const fill = colour(dot.series);
        const [from, to] = [Math.min(...dot.values), Math.max(...dot.values)].map((value) => number(x(value)));
        parts.push(
          `<line x1="${from}" x2="${to}" y1="${at}" y2="${at}" stroke="${fill}" stroke-width="1.5"/>`,
          `<circle cx="${number(x(median(dot.values)))}" cy="${at}" r="3.5" fill="${fill}"/>`,
        );
      }
    });
    top += height;
    for (const tick of ticks) {
      const style = ` text-anchor="middle" style="fill:${muted}"`;
      parts.push(text(x(tick), top + 14, `${Number(tick.toPrecision(1))}`, style));
    }
    top += 34;
  }
  parts.push(text((left + width - right) / 2, top, axis, ' text-anchor="middle"'));
  const height = top + 14;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, system-ui, sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${parts.join("\n")}
</svg>
`;
};
