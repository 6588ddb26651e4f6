export { type FrequencyCurve, type FrequencyCurveOptions, frequencyCurve } from "./frequency.ts";
export type { Examined, ProtocolOptions } from "./population.ts";
export { type PredictionScore, predictionScore } from "./prediction.ts";
export { absoluteRefractory } from "./refractory.ts";
export { type RheobaseOptions, rheobase } from "./rheobase.ts";
