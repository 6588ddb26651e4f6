export { comparisonFigure } from "./comparison.ts";
export type {
  ComparisonData,
  FigureOptions,
  FrequencyCurve,
  FrequencyData,
  IntervalData,
  Numbers,
  RasterData,
  RasterGroup,
  ThemeName,
  TraceData,
  TraceUnit,
} from "./data.ts";
export { frequencyFigure } from "./frequency.ts";
export { intervalFigure } from "./interval.ts";
export { rasterFigure } from "./raster.ts";
export { traceFigure } from "./trace.ts";
