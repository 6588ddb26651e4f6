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
  ProfileData,
  ProfileParameter,
  RasterData,
  RasterGroup,
  ReadoutCurves,
  ReadoutData,
  RecordedPart,
  SearchData,
  SpectrumCurve,
  SpectrumData,
  ThemeName,
  TraceData,
  TraceUnit,
} from "./data.ts";
export { frequencyFigure } from "./frequency.ts";
export { intervalFigure } from "./interval.ts";
export { networkFigure } from "./network.ts";
export { profileFigure } from "./profile.ts";
export { rasterFigure } from "./raster.ts";
export { readoutFigure } from "./readout.ts";
export { searchFigure } from "./search.ts";
export { spectrumFigure } from "./spectrum.ts";
export { traceFigure } from "./trace.ts";
