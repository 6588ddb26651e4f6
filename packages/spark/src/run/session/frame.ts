import { timeOfStep } from "../../config/time.ts";
import {
  type Recordings,
  type SpikeRecording,
  spikeRecording,
  type TraceRecording,
  traceRecording,
  type WeightRecording,
} from "../../record/recordings.ts";
import type { StepWindow } from "../../record/windows.ts";
import type { Frame } from "./model.ts";

type Recording = Recordings[string];

/** The steps of a frame: those after `first`, up to and including `last`. */
export interface Extent {
  readonly first: number;
  readonly last: number;
}

/** Hides a property from copies, such as a function that `postMessage` would refuse. */
const hide = <T extends object>(of: T, name: keyof T): void => {
  Object.defineProperty(of, name, { enumerable: false });
};

/** The parts of recorded windows within a frame, as steps. */
const stepsOf = (windows: NonNullable<SpikeRecording["windows"]>, { first, last }: Extent, dt: number): StepWindow[] =>
  windows
    .map(({ from, to }) => ({
      first: Math.max(first, Math.round(from / dt)) + 1,
      last: Math.min(last, Math.round(to / dt)),
    }))
    .filter((own) => own.first <= own.last);

const ownSpikes = (
  { steps, units, dt, unitCount, from, to, windows }: SpikeRecording,
  { first, last }: Extent,
  looksBack: boolean,
): SpikeRecording => {
  const earliest = looksBack && windows?.[0] ? Math.min(first, Math.round(windows[0].from / dt)) : first;
  const start = looksBack ? earliest : Math.max(first, Math.round(from / dt));
  const end = Math.max(start, Math.min(last, Math.round(to / dt)));
  const own = spikeRecording(
    { steps: steps.slice(), units: units.slice(), dt, unitCount },
    { first: start + 1, last: end },
    windows && stepsOf(windows, { first: start, last: end }, dt),
  );
  hide(own, "times");
  return own;
};

const ownTrace = ({ name, unit, units, steps, columns, values, edges }: TraceRecording, dt: number): TraceRecording => {
  const copies = { steps: steps.slice(), values: values.slice(), edges };
  const own = traceRecording({ name, unit, units, dt, columns, ...copies });
  hide(own, "trace");
  return own;
};

const ownWeights = (recording: WeightRecording): WeightRecording =>
  Object.fromEntries(
    Object.entries(recording).map(([name, value]) => [name, ArrayBuffer.isView(value) ? copyOf(value) : value]),
  ) as unknown as WeightRecording;

/** A copy of a typed array in memory of its own. */
const copyOf = (view: ArrayBufferView): ArrayBufferView => (view as unknown as Float64Array).slice();

const isWeights = (recording: Recording): recording is WeightRecording => "synapses" in recording;

const isSpikes = (recording: Recording): recording is SpikeRecording => "count" in recording;

/** Copies of recordings in memory of their own. `looksBack`: whether spikes of earlier steps belong to the frame. */
export const ownRecords = (recordings: Recordings, extent: Extent, dt: number, looksBack: boolean): Recordings =>
  Object.fromEntries(
    Object.entries(recordings).map(([name, recording]) => [
      name,
      isSpikes(recording)
        ? ownSpikes(recording, extent, looksBack)
        : isWeights(recording)
          ? ownWeights(recording)
          : ownTrace(recording, dt),
    ]),
  );

const buffersIn = (value: unknown): ArrayBuffer[] => {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(buffersIn) : [];
};

/** Makes a frame. `wallTime` is in seconds. */
export const frameOf = (records: object, { first, last }: Extent, dt: number, wallTime: number): Frame => {
  const duration = timeOfStep(last - first, dt);
  const frame = {
    firstStep: first + 1,
    steps: last - first,
    start: timeOfStep(first, dt),
    duration,
    wallTime,
    speed: duration / 1000 / Math.max(wallTime, 1e-6),
    records,
    buffers: buffersIn(records),
  };
  hide(frame, "buffers");
  return frame as unknown as Frame;
};
