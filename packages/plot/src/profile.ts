import type { Mark } from "vega";
import {
  requireAlong,
  requireAscending,
  requireCount,
  requireFigure,
  requireNumber,
  requireObject,
  requireText,
} from "./checks.ts";
import type { FigureOptions, Numbers, ProfileData, ProfileParameter } from "./data.ts";
import { type Area, drawFigure } from "./figure.ts";
import { type Theme, themeOf } from "./palette.ts";
import { type Panel, pathMark } from "./panel.ts";
import { coordinate, place, type Scale, widen } from "./strokes.ts";

const COLUMNS = 3;
const gapX = 44;
const gapY = 58;

/**
 * Draws the objective along each parameter of a fit in two lines. The first has all other parameters fixed at their
 * best values. The second shows the best candidates of the search at each value. If the second line is flat, the data
 * do not constrain the parameter. A vertical line marks the fitted value, and the range of values with similar scores
 * is shaded. Scores below 0 are drawn at 0.
 * @throws TypeError or RangeError that names the place, for values that are not ascending or not finite, and for fewer
 * than 1 or more than 12 parameters
 */
export function profileFigure(data: ProfileData, options: FigureOptions = {}): string {
  requireFigure("profileFigure", data, options);
  const where = "profileFigure";
  const { parameters } = data;
  requireCount(`${where}.parameters`, parameters, 1, 12, "Choose the parameters to show.");
  for (const [k, parameter] of parameters.entries()) checkParameter(`${where}.parameters[${k}]`, parameter);
  const theme = themeOf(options);
  const rows = Math.ceil(parameters.length / COLUMNS);
  return drawFigure(
    {
      kind: where,
      legend: [
        { label: "other parameters fixed", sample: "line", paint: { stroke: theme.series[0]!, width: 1.8 } },
        { label: "best candidates of the search", sample: "line", paint: { stroke: theme.series[1]!, width: 1.4 } },
        { label: "score at most 1 % below the best", sample: "area", paint: { fill: theme.shade } },
      ],
      panels: (area) => profilePanels(parameters, area, theme),
    },
    { height: 120 + rows * 220, ...options },
  );
}

function checkParameter(where: string, parameter: ProfileParameter): void {
  requireObject(where, parameter);
  const { label, values, scores, bestValues, bestScores, value, low, high, scale } = parameter;
  requireText(`${where}.label`, label);
  requireAscending(`${where}.values`, values, "");
  requireCount(`${where}.values`, values, 2, 10_000, "Give more values.");
  requireAlong(`${where}.scores`, scores, "", values.length, `${where}.values`);
  requireAscending(`${where}.bestValues`, bestValues, "");
  requireAlong(`${where}.bestScores`, bestScores, "", bestValues.length, `${where}.bestValues`);
  for (const [key, number] of Object.entries({ value, low, high })) {
    requireNumber(`${where}.${key}`, number, { unit: "" });
  }
  if (scale === "log") requireNumber(`${where}.values[0]`, values[0]!, { least: 0, above: true, unit: "" });
}

function profilePanels(parameters: readonly ProfileParameter[], area: Area, theme: Theme): Panel[] {
  const columns = Math.min(COLUMNS, parameters.length);
  const rows = Math.ceil(parameters.length / COLUMNS);
  const width = Math.floor((area.width - (columns - 1) * gapX) / columns);
  const height = Math.floor((area.height - (rows - 1) * gapY) / rows);
  const highest = Math.max(
    0.01,
    ...parameters.flatMap(({ scores, bestScores }) => [...Array.from(scores), ...Array.from(bestScores)]),
  );
  return parameters.map((parameter, k) => {
    const column = k % COLUMNS;
    const y: Scale = { from: 0, to: highest * 1.08, range: [height, 0] };
    return {
      top: area.top + Math.floor(k / COLUMNS) * (height + gapY),
      left: column * (width + gapX),
      height,
      y,
      ...profileContent(parameter, width, y, theme),
      ...(column === 0 && { yTitle: "Score" }),
    };
  });
}

function profileContent(
  parameter: ProfileParameter,
  width: number,
  y: Scale,
  theme: Theme,
): Pick<Panel, "x" | "logarithmic" | "xTitle" | "marks"> {
  const { values, scores, bestValues, bestScores, value, low, high, label, scale } = parameter;
  const logarithmic = scale === "log";
  const ends = [values[0]!, values[values.length - 1]!] as const;
  const [from, to] = logarithmic || ends[1] > ends[0] ? ends : widen(...ends);
  const x: Scale = { from, to, range: [0, width] };
  // Positions follow the axis: logarithms for a logarithmic axis.
  const placing: Scale = logarithmic ? { ...x, from: Math.log(from), to: Math.log(to) } : x;
  const at = (number: number): string => coordinate(place(placing, logarithmic ? Math.log(number) : number));
  const bottom = coordinate(y.range[0]);
  const line = (along: Numbers, heights: Numbers): string => {
    let path = "";
    for (let k = 0; k < along.length; k++) {
      path += `${k === 0 ? "M" : "L"}${at(along[k]!)},${coordinate(place(y, Math.max(0, heights[k]!)))}`;
    }
    return path;
  };
  const marks: Mark[] = [
    pathMark("spread", `M${at(low)},0H${at(high)}V${bottom}H${at(low)}Z`, { fill: theme.shade }),
    pathMark("found", `M${at(value)},0V${bottom}`, { stroke: theme.ink, width: 1.2, dash: [3, 3] }),
    pathMark("seen", line(bestValues, bestScores), { stroke: theme.series[1]!, width: 1.4 }),
    pathMark("profile", line(values, scores), { stroke: theme.series[0]!, width: 1.8 }),
  ];
  return { x, logarithmic, xTitle: label, marks };
}
