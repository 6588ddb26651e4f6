export { comparisonFigure } from "./comparison.ts";
export type {
  ComparisonData,
  FigureOptions,
  FrequencyCurve,
  FrequencyData,
  IntervalData,
  NetworkBars,
  NetworkData,
  NetworkPopulation,
  Numbers,
  RasterData,
  RasterGroup,
  ThemeName,
  TraceData,
  TraceUnit,
} from "./data.ts";
export { frequencyFigure } from "./frequency.ts";
export { intervalFigure } from "./interval.ts";
export { networkFigure } from "./network.ts";
export { rasterFigure } from "./raster.ts";
export { traceFigure } from "./trace.ts";
