/*
 * The adaptive exponential neuron of NEST's voltage-based synapse (aeif_psc_delta_clopath, NEST 3.10), integrated as NEST
 * does: Runge-Kutta-Fehlberg 4(5) with the step size control of the GNU Scientific Library, at a tolerance of 1e-6. A
 * spike holds the potential at 33 mV for 2 ms. All times are in ms, potentials in mV, currents in pA.
 */

const soma = {
  rest: -70.6,
  reset: -49.6,
  peak: 33,
  leak: 30,
  capacitance: 281,
  slope: 2,
  adaptationTau: 144,
  adaptation: 4,
  adaptationStep: 0.0805,
  afterTau: 40,
  after: 400,
  thresholdTau: 50,
  threshold: -50.4,
  thresholdMax: 30.4,
  fastTau: 7,
  slowTau: 10,
};
/** Steps of 0.1 ms in which the potential is held after a spike. */
const HELD = 20;
const DT = 0.1;
const TOLERANCE = 1e-6;

/** potential, adaptation, after-current, threshold, fast and slow filter of the potential */
type State = readonly number[];

const slopesOf = ([v = 0, w = 0, z = 0, threshold = 0, fast = 0, slow = 0]: State, held: boolean): number[] => {
  const p = soma;
  const potential = held ? p.peak : Math.min(v, p.peak);
  const spiking = p.leak * p.slope * Math.exp((potential - threshold) / p.slope);
  return [
    held ? 0 : (-p.leak * (potential - p.rest) + spiking - w + z) / p.capacitance,
    held ? 0 : (p.adaptation * (potential - p.rest) - w) / p.adaptationTau,
    -z / p.afterTau,
    (p.threshold - threshold) / p.thresholdTau,
    (potential - fast) / p.fastTau,
    (potential - slow) / p.slowTau,
  ];
};

const stages = [
  [],
  [1 / 4],
  [3 / 32, 9 / 32],
  [1932 / 2197, -7200 / 2197, 7296 / 2197],
  [8341 / 4104, -32832 / 4104, 29440 / 4104, -845 / 4104],
  [-6080 / 20520, 41040 / 20520, -28352 / 20520, 9295 / 20520, -5643 / 20520],
] as const;
const fifth = [902880, 0, 3953664, 3855735, -1371249, 277020].map((part) => part / 7618050);
const difference = [1 / 360, 0, -128 / 4275, -2197 / 75240, 1 / 50, 2 / 55];

const attempt = (state: State, h: number, held: boolean): { readonly state: number[]; readonly error: number } => {
  const slopes: number[][] = [];
  const along = (parts: readonly number[], k: number): number =>
    parts.reduce((sum, part, s) => sum + part * slopes[s]![k]!, 0) * h;
  for (const parts of stages)
    slopes.push(
      slopesOf(
        state.map((value, k) => value + along(parts, k)),
        held,
      ),
    );
  const next = state.map((value, k) => value + along(fifth, k));
  const ends = slopesOf(next, held);
  const errors = next.map((_, k) => Math.abs(along(difference, k)) / (TOLERANCE * Math.abs(h * ends[k]!) + TOLERANCE));
  return { state: next, error: Math.max(...errors) };
};

/** What a rule can see of the neuron: its potential, and low-pass filters of it that are integrated with it. */
export interface Potentials {
  readonly potential: number;
  readonly fast: number;
  readonly slow: number;
}

/** The neuron. Returns a function that advances it by a step of 0.1 ms with a jump of its potential. */
export const startNeuron = (): ((jump: number) => Potentials) => {
  const { rest, threshold, peak } = soma;
  let state: State = [rest, 0, 0, threshold, rest, rest];
  let size = 0.01;
  let held = 0;
  return (jump) => {
    let left = jump;
    for (let time = 0; time < DT; ) {
      let h = size;
      for (;;) {
        const isLast = h > DT - time;
        if (isLast) h = DT - time;
        const tried = attempt(state, h, held > 0);
        if (tried.error > 1.1) {
          h *= Math.max(0.2, 0.9 / tried.error ** (1 / 5));
          continue;
        }
        time = isLast ? DT : time + h;
        state = tried.state;
        size = tried.error < 0.5 ? h * Math.min(5, Math.max(1, 0.9 / tried.error ** (1 / 6))) : h;
        break;
      }
      const [v = 0, w = 0, z = 0, level = 0, fast = 0, slow = 0] = state;
      const moved = held === 0 ? v + left : v;
      left = 0;
      if (moved >= peak && held === 0) {
        state = [peak, w + soma.adaptationStep, soma.after, soma.thresholdMax, fast, slow];
        held = HELD + 1;
      } else if (held === 1) {
        state = [soma.reset, w, z, level, fast, slow];
        held = 0;
      } else state = [moved, w, z, level, fast, slow];
    }
    if (held > 0) held--;
    return { potential: state[0]!, fast: state[4]!, slow: state[5]! };
  };
};
