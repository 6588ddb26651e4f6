import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Line } from "../../core/panels-lines.ts";
import { colourOf } from "./draw-loop.ts";

export interface ChartData {
  readonly x: readonly number[];
  readonly lines: readonly Line[];
  /** Range of x; that of the data if undefined. */
  readonly range: readonly [number, number] | undefined;
  /** Range of y; that of the data if undefined. */
  readonly yRange?: readonly [number, number] | undefined;
  readonly unit: string;
  readonly levels?: readonly { readonly label: string; readonly value: number }[];
  /** Ranges of x that are shaded, such as refractory periods. */
  readonly shades?: readonly { readonly from: number; readonly to: number }[];
  /** Draws bars instead of lines. */
  readonly bars?: boolean;
  readonly points?: boolean;
}

export interface ChartOptions {
  readonly xUnit: string;
  /** Receives x under the pointer. */
  readonly onHover?: (x: number | undefined) => void;
  /** Receives the range that the pointer selected, or undefined after a double click. */
  readonly onSelect?: (range: { readonly from: number; readonly to: number } | undefined) => void;
  readonly logarithmic?: boolean;
}

export interface Chart {
  show(data: ChartData): void;
  /** Marks x, as the pointer does. */
  mark(x: number | undefined): void;
  resize(width: number, height: number): void;
  destroy(): void;
}

const font = "11px system-ui, sans-serif";

/** Numbers without rounding errors, as short as they can be. */
export const short = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value) ? "–" : String(Number(value.toPrecision(4)));

/** Keeps every n-th power of ten of the ticks of a logarithmic axis. */
const powersOf =
  (every: number): UPlot.Axis.Filter =>
  (_, splits) =>
    splits.map((value) => (Math.abs(Math.log10(value) % every) < 1e-6 ? value : null));

const signatureOf = ({ lines, bars, points, unit }: ChartData): string =>
  [
    unit,
    bars,
    points,
    ...lines.map(({ label, colour }) => `${label} ${colourOf(colour)}`),
    colourOf("--text-soft"),
  ].join("|");

/** A plot of lines or bars. It is made again when its lines or colours change. */
export const chart = (element: HTMLElement, { xUnit, onHover, onSelect, logarithmic }: ChartOptions): Chart => {
  let plot: UPlot | undefined;
  let signature = "";
  let data: ChartData | undefined;
  let [width, height] = [0, 0];
  let isMarking = false;

  const drawLevels = ({ ctx, bbox, valToPos, scales }: UPlot): void => {
    ctx.save();
    ctx.strokeStyle = colourOf("--text-soft");
    ctx.fillStyle = colourOf("--text-soft");
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = "right";
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    for (const { label, value } of data?.levels ?? []) {
      if (value < (scales["y"]?.min ?? 0) || value > (scales["y"]?.max ?? 0)) continue;
      const y = Math.round(valToPos(value, "y", true)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.fillText(label, bbox.left + bbox.width - 4, y - 4 * devicePixelRatio);
    }
    ctx.restore();
  };

  const drawShades = ({ ctx, bbox, valToPos }: UPlot): void => {
    ctx.save();
    ctx.fillStyle = colourOf("--shade");
    for (const { from, to } of data?.shades ?? []) {
      const left = Math.max(bbox.left, valToPos(from, "x", true));
      const right = Math.min(bbox.left + bbox.width, valToPos(to, "x", true));
      if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
    }
    ctx.restore();
  };

  const make = (next: ChartData): UPlot => {
    const axis = {
      font,
      stroke: colourOf("--text-soft"),
      ticks: { stroke: colourOf("--line"), size: 4 },
      grid: { stroke: colourOf("--line"), width: 1 },
    };
    const options: UPlot.Options = {
      width,
      height,
      padding: [8, 22, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: () => [...rangeOfX()] as [number, number] },
        y: { range: (_, least, most) => rangeOfY(least, most), ...(logarithmic && { distr: 3 as const }) },
      },
      axes: [
        {
          ...axis,
          size: 26,
          gap: 3,
          grid: { show: false },
          values: (_, splits) =>
            splits.map((value, k) => (k === splits.length - 1 ? `${short(value)} ${xUnit}` : short(value))),
        },
        {
          ...axis,
          size: 46,
          gap: 3,
          ...(logarithmic && {
            filter: powersOf(2),
            grid: { ...axis.grid, filter: powersOf(2) },
            ticks: { ...axis.ticks, filter: powersOf(2) },
          }),
          values: (_, splits) => splits.map((value) => (value === null ? "" : short(value))),
        },
      ],
      series: [
        {},
        ...next.lines.map(({ label, colour, isKept }) => ({
          label,
          stroke: colourOf(colour),
          width: isKept ? 1 : 1.25,
          points: { show: next.points === true, size: 5 },
          ...(next.bars && {
            fill: colourOf(colour),
            width: 0,
            paths: UPlot.paths.bars!({ size: [0.9, 60], align: 1 }),
          }),
        })),
      ],
      cursor: {
        y: false,
        points: { show: !next.bars },
        drag: { x: onSelect !== undefined, y: false, setScale: false },
        bind: {
          dblclick: () => () => {
            onSelect?.(undefined);
            return null;
          },
        },
      },
      hooks: {
        drawClear: [drawShades],
        draw: [drawLevels],
        setCursor: [
          ({ cursor, posToVal }) => {
            if (isMarking) return;
            onHover?.(cursor.left === undefined || cursor.left < 0 ? undefined : posToVal(cursor.left, "x"));
          },
        ],
        setSelect: [
          (own) => {
            const { left, width: length } = own.select;
            if (length < 3) return;
            onSelect?.({ from: own.posToVal(left, "x"), to: own.posToVal(left + length, "x") });
            own.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
          },
        ],
      },
    };
    return new UPlot(options, alignedOf(next), element);
  };

  const rangeOfX = (): readonly [number, number] => {
    if (data?.range) return data.range;
    const x = data?.x ?? [];
    return x.length > 1 ? [x[0]!, x[x.length - 1]!] : [0, 1];
  };
  const rangeOfY = (least: number | null, most: number | null): [number, number] => {
    if (data?.yRange) return [...data.yRange];
    if (logarithmic) return UPlot.rangeLog(least ?? 0.1, most ?? 10, 10, true) as [number, number];
    const levels = (data?.levels ?? []).map(({ value }) => value);
    const low = Math.min(least ?? Number.POSITIVE_INFINITY, ...levels);
    const high = Math.max(most ?? Number.NEGATIVE_INFINITY, ...levels);
    if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
    if (low === high) return [low - 1, high + 1];
    return UPlot.rangeNum(low >= 0 && low < high / 2 ? 0 : low, high, 0.05, true) as [number, number];
  };
  const alignedOf = ({ x, lines }: ChartData): UPlot.AlignedData =>
    [x, ...lines.map(({ y }) => y)] as unknown as UPlot.AlignedData;

  return {
    show: (next) => {
      data = next;
      if (width === 0 || height === 0) return;
      const own = signatureOf(next);
      if (plot && own === signature) {
        plot.setData(alignedOf(next));
        return;
      }
      plot?.destroy();
      signature = own;
      plot = make(next);
    },
    mark: (x) => {
      if (!plot) return;
      isMarking = true;
      const left = x === undefined ? -10 : plot.valToPos(x, "x");
      plot.setCursor({ left: left < 0 || left > plot.over.clientWidth ? -10 : left, top: -10 });
      isMarking = false;
    },
    resize: (nextWidth, nextHeight) => {
      [width, height] = [Math.floor(nextWidth), Math.floor(nextHeight)];
      if (plot && width > 0 && height > 0) plot.setSize({ width, height });
    },
    destroy: () => plot?.destroy(),
  };
};
