import { ConfigError, LeakySoma, simulate } from "../../src/entries/index.ts";
import { type Row, wrong } from "./row.test-support.ts";

const three = () => LeakySoma({ units: [3] });
const run = (options: object): Promise<unknown> => simulate(three(), wrong({ duration: 10, ...options }));
const withCurrent = (current: unknown) => (): Promise<unknown> => run({ inputs: { current } });
const withSpikes = (inSpikes: unknown) => (): Promise<unknown> => run({ inputs: { inSpikes } });

export const inputs: readonly Row[] = [
  [
    "a port that is not there",
    () => run({ inputs: { curent: 3 } }),
    ConfigError,
    'inputs.curent is unknown. Did you mean "current"?',
  ],
  [
    "a current that is text",
    withCurrent("300"),
    ConfigError,
    'inputs.current must be a number in pA, an array, a series, a generator, a function or an iterable; received "300". Give one of these.',
  ],
  [
    "a current of NaN",
    withCurrent(Number.NaN),
    ConfigError,
    "inputs.current must be a finite number; received NaN pA. Give a number here.",
  ],
  [
    "a current beyond single precision",
    withCurrent(1e39),
    ConfigError,
    'inputs.current is outside the range of single precision, 1.4e-45 to 3.4e+38; received 1e+39 pA. Use dtype: "f64".',
  ],
  [
    "a current for two of three units",
    withCurrent([1, 2]),
    ConfigError,
    "inputs.current has shape [2], but the population has shape [3]. Give one value per unit.",
  ],
  [
    "a current of infinity in an array",
    withCurrent([1, 2, Number.NEGATIVE_INFINITY]),
    ConfigError,
    "inputs.current[2] must be a finite number; received -Infinity. Give a number here.",
  ],
  [
    "an unknown kind of input",
    withCurrent({ ramps: {} }),
    ConfigError,
    'inputs.current must name a kind of input; received { ramps }. Did you mean "ramp"?',
  ],
  [
    "two kinds of input at once",
    withCurrent({ steps: [], series: [] }),
    ConfigError,
    "inputs.current contains both steps and series. Add them with { sum: [{ … }, { … }] }.",
  ],
  [
    "too few steps",
    withCurrent({ steps: [[1, 2, 3]] }),
    ConfigError,
    "inputs.current.steps contains 1 step (1 ms at dt 1 ms), but the run has 10 (10 ms). Give the missing steps, shorten the run, or give { series, interval, after }.",
  ],
  [
    "steps of too few units",
    withCurrent({ steps: Array(10).fill([1, 2]) }),
    ConfigError,
    "inputs.current.steps contains steps of another shape: each has shape [2], but the population has shape [3]. Give one value per unit.",
  ],
  [
    "NaN in a step",
    withCurrent({ steps: Array(10).fill([1, 2, Number.NaN]) }),
    ConfigError,
    "inputs.current.steps[0][2] must be a finite number; received NaN. Give a number here.",
  ],
  [
    "a series without times",
    withCurrent({ series: [1, 2, 3] }),
    ConfigError,
    "inputs.current.interval is missing. Give the time between samples in ms, or times.",
  ],
  [
    "a series that ends too early",
    withCurrent({ series: [1, 2, 3], interval: 1 }),
    ConfigError,
    'inputs.current.series ends at 3 ms (3 samples), but the run ends at 10 ms. Give more samples, shorten the run, or set after to "hold", "zero" or "repeat".',
  ],
  [
    "a series that begins too late",
    withCurrent({ series: [1, 2], interval: 10, start: 5 }),
    ConfigError,
    'inputs.current.series starts at 5 ms, but the run starts at 0 ms. Set before to "zero" or "hold".',
  ],
  [
    "times that go back",
    withCurrent({ series: [1, 2, 3], times: [0, 5, 4], after: "hold" }),
    ConfigError,
    "inputs.current.times[2] must be later than the time before, 5 ms; received 4 ms. Sort the samples by time.",
  ],
  [
    "an unknown way between samples",
    withCurrent({ series: [1], interval: 10, between: "cubic" }),
    ConfigError,
    'inputs.current.between must be "hold" or "linear"; received "cubic". Choose one of these.',
  ],
  [
    "a generator without its amplitude",
    withCurrent({ step: { from: 3 } }),
    ConfigError,
    "inputs.current.step.amplitude is missing. Give a number in pA.",
  ],
  [
    "an option beside its generator",
    withCurrent({ step: { amplitude: 3 }, from: 3 }),
    ConfigError,
    "inputs.current.from belongs inside step. Write { step: { from: … } }.",
  ],
  [
    "a negative standard deviation",
    withCurrent({ whiteNoise: { mean: 0, std: -1 } }),
    ConfigError,
    "inputs.current.whiteNoise.std must be at least 0 pA; received -1 pA. Give a number in this range.",
  ],
  [
    "noise without a time constant",
    withCurrent({ ornsteinUhlenbeck: { mean: 0, std: 1 } }),
    ConfigError,
    "inputs.current.ornsteinUhlenbeck.tau is missing. Give a number in ms.",
  ],
  [
    "pulses longer than their period",
    withCurrent({ pulses: { amplitude: 1, period: 2, width: 3 } }),
    ConfigError,
    "inputs.current.pulses.width must be at most the period, 2 ms; received 3 ms. Shorten it.",
  ],
  [
    "a sine faster than the steps",
    withCurrent({ sine: { amplitude: 1, frequency: 600 } }),
    ConfigError,
    "inputs.current.sine.frequency must be below half the number of steps per second, 500 Hz; received 600 Hz. Use a smaller dt.",
  ],
  [
    "an empty sum",
    withCurrent({ sum: [] }),
    ConfigError,
    "inputs.current.sum must be an array of inputs; received []. Give at least one.",
  ],
  [
    "a number of spikes",
    withSpikes(3),
    ConfigError,
    "inputs.inSpikes takes spikes; received 3. Give { events: { steps, units } }, { steps: [[0, 1, …], …] } or recorded spikes.",
  ],
  [
    "spikes of a unit that is not there",
    withSpikes({ events: { steps: [1], units: [3] } }),
    ConfigError,
    "inputs.inSpikes.events.units[0] must be a whole number from 0 to 2; received 3. Count units from 0.",
  ],
  [
    "spikes before the first step",
    withSpikes({ events: { steps: [0], units: [0] } }),
    ConfigError,
    "inputs.inSpikes.events.steps[0] must be a whole number of at least 1; received 0. Count steps from 1.",
  ],
  [
    "spikes without units",
    withSpikes({ events: { steps: [1, 2], units: [0] } }),
    ConfigError,
    "inputs.inSpikes.events.units must contain as many values as steps; received 1 unit and 2 steps. Give one of each per spike.",
  ],
  [
    "a spike twice",
    withSpikes({ events: { steps: [1, 1], units: [0, 0] } }),
    ConfigError,
    "inputs.inSpikes.events.steps[1] repeats the spike of unit 0 in step 1, which is at index 0. A unit spikes at most once per step: remove one.",
  ],
];
