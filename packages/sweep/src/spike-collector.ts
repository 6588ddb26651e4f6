import type { RecordHeader, RecordSink } from "spark-snn";

/** Spikes as events. */
export interface Spikes {
  readonly steps: Uint32Array;
  readonly units: Uint32Array;
}

/** Passes records on, and collects the spikes. */
export class SpikeCollector implements RecordSink {
  readonly #sink: RecordSink;
  readonly #steps: Uint32Array[] = [];
  readonly #units: Uint32Array[] = [];

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  get collected(): Spikes {
    return { steps: joined(this.#steps), units: joined(this.#units) };
  }

  open(header: RecordHeader): void | Promise<void> {
    return this.#sink.open(header);
  }

  spikes(steps: Uint32Array, units: Uint32Array): void | Promise<void> {
    this.#steps.push(steps.slice());
    this.#units.push(units.slice());
    return this.#sink.spikes(steps, units);
  }

  rows(...given: Parameters<RecordSink["rows"]>): void | Promise<void> {
    return this.#sink.rows(...given);
  }

  reached(step: number): void | Promise<void> {
    return this.#sink.reached?.(step);
  }

  close(complete: boolean): void | Promise<void> {
    return this.#sink.close(complete);
  }
}

const joined = (parts: readonly Uint32Array[]): Uint32Array => {
  const whole = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
