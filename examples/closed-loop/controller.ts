import { compile, LeakySoma } from "spark-snn";

/** The rate and the current of a second. */
export interface Second {
  /** Hz */
  readonly target: number;
  readonly rate: number;
  /** pA */
  readonly current: number;
}

/**
 * Holds the mean rate of a population at a target by steering its current. Each step reads the spikes of the step before,
 * as a robot or a game would.
 */
export const holdRate = async (targets: readonly number[]): Promise<Second[]> => {
  const dt = 0.5;
  const units = 256;
  // Time constants are spread, or all units would spike in the same step.
  const potentialTau = Float64Array.from({ length: units }, (_, k) => 15 + (10 * k) / units);
  const sim = await compile(LeakySoma({ units: [units], potentialTau }), { dt });
  const current = sim.current; // live memory: what is written here is read by the next step
  const seconds: Second[] = [];
  let rate = 0;
  let drive = 0;
  for (const target of targets) {
    let spikes = 0;
    for (let step = 0; step < 1000 / dt; step++) {
      const { outSpikes } = sim.step();
      const count = outSpikes.count;
      spikes += count;
      // The rate as the controller sees it: the spikes of the last 50 ms or so, in Hz.
      rate += (dt / 50) * ((1000 * count) / (units * dt) - rate);
      drive += 0.02 * dt * (target - rate);
      current.fill(Math.max(0, drive));
    }
    seconds.push({ target, rate: spikes / units, current: Math.max(0, drive) });
  }
  sim.dispose();
  return seconds;
};
