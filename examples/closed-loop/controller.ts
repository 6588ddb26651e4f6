import { compile, LeakySoma } from "spark-snn";

/** Rate and current during one second. */
export interface Second {
  /** Hz */
  readonly target: number;
  readonly rate: number;
  /** pA */
  readonly current: number;
}

/**
 * Holds the mean rate of a population at a target by controlling its current. Each step reads the spikes of the
 * previous step, like in a robot or a game.
 */
export const holdRate = async (targets: readonly number[]): Promise<Second[]> => {
  const dt = 0.5;
  const units = 256;
  // Time constants differ between units; otherwise all units would spike in the same step.
  const potentialTau = Float64Array.from({ length: units }, (_, k) => 15 + (10 * k) / units);
  const sim = await compile(LeakySoma({ units: [units], potentialTau }), { dt });
  const current = sim.current; // live memory: the next step reads the values written here
  const seconds: Second[] = [];
  let rate = 0;
  let drive = 0;
  for (const target of targets) {
    let spikes = 0;
    for (let step = 0; step < 1000 / dt; step++) {
      const { outSpikes } = sim.step();
      const count = outSpikes.count;
      spikes += count;
      // The rate that the controller uses: an exponential average of the spikes with 50 ms, in Hz.
      rate += (dt / 50) * ((1000 * count) / (units * dt) - rate);
      drive += 0.02 * dt * (target - rate);
      current.fill(Math.max(0, drive));
    }
    seconds.push({ target, rate: spikes / units, current: Math.max(0, drive) });
  }
  sim.dispose();
  return seconds;
};
