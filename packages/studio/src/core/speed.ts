/* The speed of a run, without the fluctuations of single frames. */

interface Sample {
  /** Wall-clock time, ms. */
  readonly at: number;
  /** Simulated time, ms. */
  readonly time: number;
}

/** Wall-clock time over which the speed is averaged, ms. */
const over = 1000;

export interface Speed {
  /** Adds a frame with the simulated time at its end. Returns the speed: simulated time per wall-clock time. */
  add(time: number, of: { readonly duration: number; readonly speed: number }): number;
}

/** Averages the speed over the last second. A frame that does not follow the one before begins anew. */
export const speedMeter = (now: () => number): Speed => {
  let samples: Sample[] = [];
  let last: Sample | undefined;
  return {
    add: (time, { duration, speed }) => {
      const at = now();
      const follows = last !== undefined && Math.abs(last.time + duration - time) < 1e-6 && at - last.at < over;
      last = { at, time };
      samples = follows ? [...samples, last] : [last];
      // One sample before the window stays, so that slow frames have a speed, too.
      while (samples.length > 2 && at - samples[1]!.at >= over) samples.shift();
      const first = samples[0]!;
      return samples.length > 1 && at > first.at ? (time - first.time) / (at - first.at) : speed;
    },
  };
};
