export { comparisonFigure } from "./comparison.ts";
export type {
  ComparisonData,
  FigureOptions,
  FrequencyCurve,
  FrequencyData,
  IntervalData,
  LineCurve,
  LineData,
  MatrixData,
  MultiplePanel,
  MultiplesData,
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
  ScoreData,
  SearchData,
  SpectrumCurve,
  SpectrumData,
  ThemeName,
  TraceData,
  TraceUnit,
  WeightData,
  WeightEnds,
  WeightFields,
  WeightHistory,
  WeightMatrix,
} from "./data.ts";
export { frequencyFigure } from "./frequency.ts";
export { intervalFigure } from "./interval.ts";
export { lineFigure } from "./line.ts";
export { matrixFigure } from "./matrix.ts";
export { multiplesFigure } from "./multiples.ts";
export { networkFigure } from "./network.ts";
export { profileFigure } from "./profile.ts";
export { rasterFigure } from "./raster.ts";
export { readoutFigure } from "./readout.ts";
export { scoreFigure } from "./scores.ts";
export { searchFigure } from "./search.ts";
export { spectrumFigure } from "./spectrum.ts";
export { traceFigure } from "./trace.ts";
export { weightFigure } from "./weights.ts";
