import type { Mark } from "vega";
import type { NetworkBars } from "./data.ts";
import type { Area } from "./figure.ts";
import { measureText, printFigures } from "./lettering.ts";
import type { Row } from "./network-raster.ts";
import type { Theme } from "./palette.ts";
import { type Panel, pathMark, textMark } from "./panel.ts";
import { coordinate, place, type Scale } from "./strokes.ts";

/** Height below a chart for its axis and title, px. */
const axisRoom = 46;
/** Gap between two charts if there is room, px; larger than the gaps within a chart. */
const chartGap = 20;
/** Maximum height of a bar with its gap, px. */
const mostSlot = 30;

/** Bar charts below each other, one bar per population in the order and the colours of the spikes. */
export function barPanels(charts: readonly NetworkBars[], rows: readonly Row[], area: Area, theme: Theme): Panel[] {
  const each = (area.height - axisRoom * (charts.length - 1)) / Math.max(1, charts.length);
  const height = Math.min(each, mostSlot * rows.length);
  return charts.map((chart, index) => ({
    top: area.top + index * Math.min(each + axisRoom, height + axisRoom + chartGap),
    left: area.left,
    height,
    ...barPanel(chart, rows, area.width, height, `bars${index + 1}`, theme),
  }));
}

function barPanel(
  { title, values }: NetworkBars,
  rows: readonly Row[],
  width: number,
  height: number,
  name: string,
  theme: Theme,
): Omit<Panel, "top" | "height"> {
  const known = Array.from(values).filter((value) => !Number.isNaN(value));
  const most = Math.max(...known, 0);
  // Room for the longest number after the longest bar.
  const room = Math.max(0, ...known.map((value) => measureText(printFigures(value, 3), 11))) + 6;
  const x: Scale = {
    from: 0,
    to: (most > 0 ? most : 1) * (width / Math.max(width / 2, width - room)),
    range: [0, width],
  };
  const slot = height / rows.length;
  const marks: Mark[] = rows.flatMap(({ label, color }, index) => {
    const value = values[index]!;
    const middle = (index + 0.5) * slot;
    const end = Number.isNaN(value) ? 0 : place(x, value);
    const [top, bottom] = [middle - slot * 0.36, middle + slot * 0.36].map(coordinate);
    const text = Number.isNaN(value) ? "none" : printFigures(value, 3);
    return [
      pathMark(`${name}-${index + 1}`, `M0,${top}H${coordinate(end)}V${bottom}H0Z`, { fill: color, opacity: 0.85 }),
      textMark(label, -8, middle, { color, weight: 600, align: "right" }),
      textMark(text, end + 5, middle, { color: theme.muted, size: 11 }),
    ];
  });
  return { x, y: { from: height, to: 0, range: [height, 0] }, xTitle: title, yTicks: false, marks };
}
