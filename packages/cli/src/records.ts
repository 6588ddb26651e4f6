/** Spikes of a run. */
export interface Spikes {
  readonly steps: ArrayLike<number>;
  readonly units: ArrayLike<number>;
}

/** A recorded variable; `units` is empty for a reduction over units. */
export interface Trace {
  readonly name: string;
  readonly unit: string;
  readonly steps: ArrayLike<number>;
  readonly times: Float64Array;
  readonly units: ArrayLike<number>;
  readonly columns: number;
  readonly values: Float32Array | Float64Array | Int32Array;
}

/** Records of a run. */
export interface Results {
  readonly spikes: Spikes | undefined;
  readonly traces: readonly Trace[];
}
