import type { Mark } from "vega";
import { requireNumber } from "./checks.ts";
import type { FigureOptions } from "./data.ts";
import { fontStack, measureText, wrapText } from "./lettering.ts";
import { type Theme, themeOf } from "./palette.ts";
import { drawPanel, type Paint, type Panel, pathMark, textMark } from "./panel.ts";
import { renderSpec } from "./render.ts";

/** One entry of the legend: a sample of the mark and its name. */
export interface LegendEntry {
  readonly label: string;
  readonly sample: "line" | "strokes" | "area" | "dot";
  readonly paint: Paint;
}

/** The area between header and margins for the panels, px. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The contents of a figure. */
export interface Plan {
  /** Name in error messages and in the SVG's label. */
  readonly kind: string;
  /** A remark with counts, scores, and simplifications of the drawing. */
  readonly subtitle?: string;
  /** The main result of the figure, above the subtitle and emphasised. */
  readonly score?: string;
  readonly legend?: readonly LegendEntry[];
  /** Width of the left margin for labels, px. Default 76. */
  readonly leftMargin?: number;
  /** Width of the right margin for labels, px. Default 24. */
  readonly rightMargin?: number;
  readonly panels: (area: Area, theme: Theme) => readonly Panel[];
}

const edge = 20;
const usualLeftMargin = 76;
const bottomMargin = 50;
const titleSize = 17;
const remarkSize = 13;

/** Checks the options, lays out header and panels, and draws the SVG. */
export function drawFigure(plan: Plan, options: FigureOptions): string {
  const { width = 1000, height = 500, title } = options;
  requireNumber(`${plan.kind}.width`, width, { least: 400, most: 8000, whole: true, unit: "px" });
  requireNumber(`${plan.kind}.height`, height, { least: 250, most: 8000, whole: true, unit: "px" });
  const theme = themeOf(options);
  const header = drawHeader(plan, title, width, theme);
  const leftMargin = plan.leftMargin ?? usualLeftMargin;
  const area: Area = {
    left: leftMargin,
    top: header.height,
    width: width - leftMargin - (plan.rightMargin ?? 24),
    height: height - header.height - bottomMargin,
  };
  const panels = plan.panels(area, theme);
  const svg = renderSpec(
    {
      width,
      height,
      autosize: "none",
      padding: 0,
      background: theme.background,
      config: {
        text: { font: fontStack },
        axis: { labelFont: fontStack, titleFont: fontStack },
        group: { strokeWidth: 0 },
      },
      marks: [
        ...header.marks,
        ...panels.map((panel, index) => drawPanel(panel, area.left, theme, `panel${index + 1}`)),
      ],
    },
    { width, height },
  );
  const label = [plan.kind, title, plan.score, plan.subtitle].filter((part) => part !== undefined).join(". ");
  const labelled = svg.replace("<svg ", () => `<svg role="img" aria-label="${escapeMarkup(label)}" `);
  // XML has no notation for most control characters and for halves of surrogate pairs.
  return labelled.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "");
}

function drawHeader(plan: Plan, title: string | undefined, width: number, theme: Theme) {
  const marks: Mark[] = [];
  const room = width - 2 * edge;
  let y = 14;
  for (const line of wrapText(title ?? "", titleSize, room)) {
    y += 22;
    marks.push(textMark(line, edge, y - 6, { color: theme.ink, size: titleSize, weight: 600, baseline: "alphabetic" }));
  }
  const entries = plan.legend ?? [];
  const legendWidth = entries.reduce((sum, entry) => sum + entryWidth(entry), 0);
  if (plan.score !== undefined) {
    y += 22;
    marks.push(textMark(plan.score, edge, y - 6, { color: theme.ink, size: 14, weight: 600, baseline: "alphabetic" }));
  }
  const lines = wrapText(plan.subtitle ?? "", remarkSize, room);
  const beside =
    lines.length <= 1 && measureText(lines[0] ?? "", remarkSize) + 24 + legendWidth <= room && entries.length > 0;
  for (const line of lines) {
    y += 20;
    marks.push(textMark(line, edge, y - 6, { color: theme.muted, size: remarkSize, baseline: "alphabetic" }));
  }
  if (entries.length > 0 && beside) {
    if (lines.length === 0) y += 20;
    marks.push(...drawLegend(entries, width - edge - legendWidth + 18, y - 10, theme));
  } else {
    for (const row of legendRows(entries, room)) {
      y += 20;
      marks.push(...drawLegend(row, edge, y - 10, theme));
    }
  }
  return { marks, height: y + 14 };
}

function entryWidth(entry: LegendEntry): number {
  return 28 + measureText(entry.label, 12) + 18;
}

function legendRows(entries: readonly LegendEntry[], room: number): LegendEntry[][] {
  const rows: LegendEntry[][] = [];
  let used = Infinity;
  for (const entry of entries) {
    used += entryWidth(entry);
    if (used > room) {
      rows.push([]);
      used = entryWidth(entry);
    }
    rows[rows.length - 1]!.push(entry);
  }
  return rows;
}

function drawLegend(entries: readonly LegendEntry[], left: number, middle: number, theme: Theme): Mark[] {
  const marks: Mark[] = [];
  let x = left;
  for (const entry of entries) {
    marks.push(
      pathMark(`legend ${entry.label}`, samplePath(entry.sample, x, middle), entry.paint),
      textMark(entry.label, x + 28, middle, { color: theme.ink }),
    );
    x += entryWidth(entry);
  }
  return marks;
}

function samplePath(sample: LegendEntry["sample"], x: number, y: number): string {
  if (sample === "line") return `M${x},${y}H${x + 21}`;
  if (sample === "area") return `M${x},${y - 6}H${x + 21}V${y + 6}H${x}Z`;
  if (sample === "dot") return `M${x + 6},${y}a5,5,0,1,0,10,0a5,5,0,1,0,-10,0Z`;
  return [4, 11, 18].map((step) => `M${x + step},${y - 6}V${y + 6}`).join("");
}

function escapeMarkup(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
