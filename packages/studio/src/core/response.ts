import { type JsonObject, objectAt } from "./json.ts";
import type { StepResponse } from "./protocol.ts";
import type { Studio } from "./studio.ts";

/* The response of one unit of a population to a step of current, which forms show beside the equations. */

export type Response = StepResponse;

/** Text that changes with the model of a population. */
export const responseKey = (document: JsonObject, population: string): string => {
  const {
    units: _,
    synapses: __,
    ...own
  } = population === "" ? objectAt(document, "model") : objectAt(document, "model", "populations", population);
  return JSON.stringify([own, document["dt"]]);
};

let last: { readonly key: string; readonly response: Promise<Response> } | undefined;

/** Asks the engine once for each model. @throws EngineError, such as for a model that never spikes */
export const responseOf = (studio: Studio, population: string): Promise<Response> => {
  const document = studio.document.get();
  const key = responseKey(document, population);
  if (last?.key !== key) {
    last = { key, response: studio.session.client.call("response", { document, population }) };
    last.response.catch(() => {
      last = undefined;
    });
  }
  return last.response;
};

/** The trace and the current below it, as paths of an SVG. Where there are more values than pixels, extremes stay. */
export const responsePath = (
  { values, dt, from, to, duration }: Response,
  width: number,
  height: number,
): { readonly line: string; readonly current: string } => {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = Math.max(
    low + 1e-9,
    values.reduce((most, value) => Math.max(most, value), low),
  );
  const room = height - 22;
  const x = (time: number): string => ((time / duration) * width).toFixed(1);
  const y = (value: number): string => (2 + (1 - (value - low) / (high - low)) * (room - 4)).toFixed(1);
  const bin = Math.max(1, Math.ceil(values.length / width));
  const points: string[] = [];
  for (let start = 0; start < values.length; start += bin) {
    const part = values.subarray(start, start + bin);
    const [least, most] = [Math.min(...part), Math.max(...part)];
    const at = x((start + 1) * dt);
    points.push(...(least === most ? [`${at},${y(least)}`] : [`${at},${y(least)}`, `${at},${y(most)}`]));
  }
  return {
    line: `M${points.join("L")}`,
    current: `M0,${height - 2}H${x(from)}V${height - 16}H${x(to)}V${height - 2}H${width}`,
  };
};
