import type { Axis, Data, Mark } from "vega";
import { measureText } from "./lettering.ts";
import type { Theme } from "./palette.ts";
import type { Scale } from "./strokes.ts";

/** One set of axes with its marks. A figure stacks panels, which may share a horizontal axis. */
export interface Panel {
  /** Distance from the top of the figure, px. */
  readonly top: number;
  /** Distance from the left of the panel area, px. Default 0. */
  readonly left?: number;
  readonly height: number;
  readonly x: Scale;
  /** Whether the horizontal axis is logarithmic. Whoever creates the marks places them accordingly. */
  readonly logarithmic?: boolean;
  readonly y: Scale;
  /** Title of the horizontal axis with its unit; omitted if another panel below has it. */
  readonly xTitle?: string;
  /** Title of the vertical axis with its unit, such as "Potential (mV)". */
  readonly yTitle?: string;
  /** False for no ticks and no grid along the vertical axis. */
  readonly yTicks?: boolean;
  /** True for no axes, such as around images. */
  readonly bare?: boolean;
  /** True for integer ticks only along the vertical axis. */
  readonly whole?: boolean;
  /** True for integer ticks only along the horizontal axis. */
  readonly wholeX?: boolean;
  /** Data sets that the marks refer to. */
  readonly data?: readonly Data[];
  readonly marks: readonly Mark[];
}

const titleSize = 12;

/** A panel as a Vega group at `left` px. */
export function drawPanel(panel: Panel, left: number, theme: Theme, name: string): Mark {
  const width = panel.x.range[1];
  return {
    type: "group",
    name,
    encode: {
      enter: {
        x: { value: left + (panel.left ?? 0) },
        y: { value: panel.top },
        width: { value: width },
        height: { value: panel.height },
      },
    },
    data: [...(panel.data ?? [])],
    // Without these signals the grid would be as wide as the whole figure.
    signals: [
      { name: "width", value: width },
      { name: "height", value: panel.height },
    ],
    scales: [
      {
        name: "x",
        domain: [panel.x.from, panel.x.to],
        range: [0, width],
        nice: false,
        ...(panel.logarithmic ? { type: "log" } : { type: "linear", zero: false }),
      },
      {
        name: "y",
        type: "linear",
        domain: [panel.y.from, panel.y.to],
        range: [...panel.y.range],
        zero: false,
        nice: false,
      },
    ],
    axes: panel.bare ? [] : [...horizontalAxes(panel, theme), ...verticalAxes(panel, theme)],
    marks: [...panel.marks],
  };
}

function lettering(theme: Theme): Partial<Axis> {
  return {
    labelColor: theme.muted,
    labelFontSize: 12,
    labelPadding: 4,
    titleColor: theme.ink,
    titleFontSize: titleSize,
    titleFontWeight: 400,
    tickColor: theme.faint,
    domainColor: theme.faint,
  };
}

function horizontalAxes(panel: Panel, theme: Theme): Axis[] {
  const axis: Axis = {
    ...lettering(theme),
    orient: "bottom",
    scale: "x",
    tickCount: Math.max(2, Math.floor(panel.x.range[1] / 90)),
    // A label near an end may extend into the margin, which is wide enough for it.
    labelOverlap: "parity",
    ...(panel.wholeX ? { format: ",d", tickMinStep: 1 } : {}),
  };
  if (panel.xTitle === undefined) return [{ ...axis, ticks: false, labels: false, domainOpacity: 0.45 }];
  return [{ ...axis, tickSize: 5, title: panel.xTitle, titlePadding: 6 }];
}

function verticalAxes(panel: Panel, theme: Theme): Axis[] {
  const { yTitle, yTicks = true } = panel;
  const axis: Axis = {
    ...lettering(theme),
    orient: "left",
    scale: "y",
    tickCount: Math.min(7, Math.max(2, Math.floor(Math.abs(panel.y.range[0] - panel.y.range[1]) / 40))),
    labelOverlap: "parity",
    ...(panel.whole ? { format: ",d", tickMinStep: 1 } : {}),
    domain: false,
    ticks: false,
    labels: yTicks,
    ...(yTitle === undefined
      ? {}
      : { title: titleLines(yTitle, panel.height), titleX: -54, titleY: panel.height / 2, titleAlign: "center" }),
    titleAngle: -90,
    titleBaseline: "bottom",
    titleLineHeight: 14,
  };
  if (!yTicks) return [axis];
  const grid: Axis = {
    orient: "left",
    scale: "y",
    grid: true,
    gridColor: theme.grid,
    domain: false,
    ticks: false,
    labels: false,
    tickCount: axis.tickCount!,
    ...(panel.whole ? { tickMinStep: 1 } : {}),
    zindex: 0,
  };
  return [grid, axis];
}

/** Puts the unit on a second line if the title is longer than its axis. */
function titleLines(title: string, height: number): string | string[] {
  const unit = title.lastIndexOf(" (");
  if (unit < 0 || measureText(title, titleSize) <= height) return title;
  return [title.slice(0, unit), title.slice(unit + 1)];
}

/** Paint of a path mark. */
export interface Paint {
  readonly stroke?: string;
  readonly fill?: string;
  readonly width?: number;
  readonly dash?: readonly number[];
  readonly opacity?: number;
  readonly cap?: "butt" | "round";
}

/**
 * A finished path in px of its panel. Vega's own line marks write 16 digits per coordinate and one element per spike.
 */
export function pathMark(name: string, path: string, paint: Paint): Mark {
  return {
    type: "path",
    name,
    aria: false,
    encode: {
      enter: {
        path: { value: path },
        ...(paint.stroke === undefined ? {} : { stroke: { value: paint.stroke } }),
        ...(paint.fill === undefined ? {} : { fill: { value: paint.fill } }),
        ...(paint.width === undefined ? {} : { strokeWidth: { value: paint.width } }),
        ...(paint.dash === undefined ? {} : { strokeDash: { value: [...paint.dash] } }),
        ...(paint.opacity === undefined ? {} : { opacity: { value: paint.opacity } }),
        ...(paint.cap === undefined ? {} : { strokeCap: { value: paint.cap } }),
        strokeJoin: { value: "round" },
      },
    },
  };
}

/** Style of a text mark. */
export interface Lettering {
  readonly color: string;
  readonly size?: number;
  readonly weight?: 400 | 600;
  readonly align?: "left" | "center" | "right";
  readonly baseline?: "alphabetic" | "middle";
  /** Colour of an outline around the letters. */
  readonly rim?: string;
}

/** A text at a position in px, with an outline in the background colour, for texts on top of lines. */
export function rimmedText(text: string, x: number, y: number, lettering: Lettering, theme: Theme): Mark[] {
  return [textMark(text, x, y, { ...lettering, rim: theme.background }), textMark(text, x, y, lettering)];
}

/** A text at a position in px. */
export function textMark(text: string, x: number, y: number, lettering: Lettering): Mark {
  return {
    type: "text",
    aria: false,
    encode: {
      enter: {
        text: { value: text },
        x: { value: x },
        y: { value: y },
        fill: { value: lettering.color },
        fontSize: { value: lettering.size ?? 12 },
        fontWeight: { value: lettering.weight ?? 400 },
        align: { value: lettering.align ?? "left" },
        baseline: { value: lettering.baseline ?? "middle" },
        ...(lettering.rim === undefined ? {} : { stroke: { value: lettering.rim }, strokeWidth: { value: 4 } }),
      },
    },
  };
}
