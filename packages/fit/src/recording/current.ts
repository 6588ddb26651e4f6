import type { ReadRecording } from "./recording.ts";

/** The current of a recording as an input of a run. */
export type CurrentInput =
  | { readonly series: Float64Array; readonly interval: number; readonly start: number; readonly after: "hold" }
  | { readonly series: Float64Array; readonly times: Float64Array; readonly after: "hold" };

/**
 * The current of a recording as an input of a run that it reaches after a latency, ms. The soma receives no current
 * until then, even if the recording has samples from before the run.
 */
export const currentOf = (
  { current: { values, times, interval, even } }: ReadRecording,
  latency = 0,
): CurrentInput & { readonly before?: "zero" } => {
  const after = "hold";
  if (latency === 0)
    return even ? { series: values, interval, start: times[0]!, after } : { series: values, times, after };
  const before = "zero";
  // The first sample of the run is the last one that is not later than its start.
  const later = times.findIndex((time) => time > 0);
  const first = later < 0 ? times.length - 1 : later - 1;
  const series = values.subarray(first);
  if (even && times[first] === 0) return { series, interval, start: latency, before, after };
  return { series, times: times.subarray(first).map((time) => Math.max(0, time) + latency), before, after };
};
