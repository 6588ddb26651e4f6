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
import type { FigureOptions, SpectrumCurve, SpectrumData } from "./data.ts";
import { type Area, drawFigure } from "./figure.ts";
import { measureText, spreadLabels } from "./lettering.ts";
import { type Theme, themeOf } from "./palette.ts";
import { type Paint, type Panel, pathMark, textMark } from "./panel.ts";
import { coordinate, drawTrace, extent, place, type Scale } from "./strokes.ts";

/**
 * Draws power spectra of population rates over frequency (Hz), each labelled at its end. A dotted line at 1 is the
 * power of the same number of independent Poisson units.
 * @throws TypeError or RangeError that names the place, for frequencies that are not ascending, negative power, values
 * that are not finite, and fewer than 1 or more than 8 curves
 */
export function spectrumFigure(data: SpectrumData, options: FigureOptions = {}): string {
  requireFigure("spectrumFigure", data, options);
  checkSpectrum(data);
  const theme = themeOf(options);
  const widest = Math.max(...data.curves.map((curve) => measureText(curve.label, 12)));
  return drawFigure(
    {
      kind: "spectrumFigure",
      legend: [{ label: "independent Poisson units", sample: "line", paint: dotted(theme) }],
      rightMargin: Math.max(24, 20 + Math.ceil(widest * 1.05)),
      panels: (area) => [spectrumPanel(data.curves, area, theme)],
    },
    options,
  );
}

function dotted(theme: Theme): Paint {
  return { stroke: theme.muted, width: 1.4, dash: [2, 4] };
}

function checkSpectrum(data: SpectrumData): void {
  const where = "spectrumFigure.curves";
  requireCount(where, data.curves, 1, 8, "Draw more curves in a second figure.");
  for (const [index, curve] of data.curves.entries()) {
    const path = `${where}[${index}]`;
    requireObject(path, curve);
    const { label, frequencies, power } = curve;
    requireText(`${path}.label`, label);
    requireAscending(`${path}.frequencies`, frequencies, "Hz");
    requireCount(`${path}.frequencies`, frequencies, 2, 1_000_000, "Compute the spectrum from a longer series.");
    requireAlong(`${path}.power`, power, "", frequencies.length, `${path}.frequencies`);
    for (let i = 0; i < power.length; i++) requireNumber(`${path}.power[${i}]`, power[i]!, { least: 0, unit: "" });
  }
}

function spectrumPanel(curves: readonly SpectrumCurve[], area: Area, theme: Theme): Panel {
  const highest = Math.max(...curves.map(({ frequencies }) => frequencies[frequencies.length - 1]!));
  const most = Math.max(1, ...curves.map(({ power }) => extent(power)[1]));
  const x: Scale = { from: 0, to: highest, range: [0, area.width] };
  const y: Scale = { from: 0, to: most * 1.08, range: [area.height, 0] };
  const level = coordinate(place(y, 1));
  const marks: Mark[] = [
    pathMark("poisson", `M0,${level}H${coordinate(area.width)}`, dotted(theme)),
    ...curves.map(({ frequencies, power }, index) =>
      pathMark(`curve${index + 1}`, drawTrace(frequencies, power, x, y), { stroke: theme.series[index]!, width: 1.8 }),
    ),
  ];
  const ends = curves.map(({ power }) => place(y, power[power.length - 1]!));
  const places = spreadLabels(ends, 16, 6, area.height - 8);
  for (const [index, { label }] of curves.entries()) {
    marks.push(textMark(label, area.width + 8, places[index]!, { color: theme.series[index]!, weight: 600 }));
  }
  return { top: area.top, height: area.height, x, y, xTitle: "Frequency (Hz)", yTitle: "Power (times Poisson)", marks };
}
