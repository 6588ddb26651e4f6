import { describe, expect, test } from "vitest";
import {
  AdaptiveLeakySoma,
  add,
  analysis,
  ConfigError,
  CurrentArray,
  compile,
  decodeNpy,
  decodeNpz,
  encodeNpy,
  encodeNpz,
  eventsFromCsv,
  experiment,
  FileError,
  field,
  float,
  gt,
  LeakySoma,
  MemoryError,
  ModelError,
  mul,
  normal,
  PortSpecs,
  positive,
  quantity,
  RefractoryLeakySoma,
  readCsv,
  relax,
  ShapeError,
  SpikeArray,
  StateError,
  simulate,
  soma,
  sqrt,
  sub,
  traceFromCsv,
  UnitError,
  uniform,
} from "../src/index.ts";

/*
 * What users get wrong, through the public names alone. Each row: what is called, the class of the error, and all that
 * it says. Reading this table is reviewing the messages: where, what, the value with its unit, and the remedy.
 */

type Class = new (...args: never[]) => Error;
type Row = readonly [name: string, call: () => unknown, kind: Class, message: string];

/** JavaScript callers have no types: this makes wrong values of any kind fit. */
const wrong = (value: unknown): never => value as never;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const configs: readonly Row[] = [
  [
    "a negative time constant",
    () => AdaptiveLeakySoma({ thresholdTau: -5 }),
    ConfigError,
    "AdaptiveLeakySoma.thresholdTau must be greater than 0 ms; received -5 ms. The default is 20 ms.",
  ],
  [
    "a parameter of zero that must not be",
    () => LeakySoma({ potentialTau: 0 }),
    ConfigError,
    "LeakySoma.potentialTau must be greater than 0 ms; received 0 ms. The default is 20 ms.",
  ],
  [
    "a negative cooldown",
    () => RefractoryLeakySoma({ cooldown: -0.1 }),
    ConfigError,
    "RefractoryLeakySoma.cooldown must be at least 0 ms; received -0.1 ms. The default is 2 ms.",
  ],
  [
    "NaN",
    () => LeakySoma({ threshold: Number.NaN }),
    ConfigError,
    "LeakySoma.threshold must be a finite number; received NaN mV. The default is -40 mV.",
  ],
  [
    "infinity",
    () => LeakySoma({ resistance: Number.POSITIVE_INFINITY }),
    ConfigError,
    "LeakySoma.resistance must be a finite number; received Infinity GΩ. The default is 0.1 GΩ.",
  ],
  [
    "text in place of a number",
    () => LeakySoma({ threshold: wrong("-40") }),
    ConfigError,
    'LeakySoma.threshold must be a number, an array or an initializer; received "-40". The default is -40 mV.',
  ],
  [
    "null in place of a number",
    () => LeakySoma({ threshold: wrong(null) }),
    ConfigError,
    "LeakySoma.threshold must be a number, an array or an initializer; received null. The default is -40 mV.",
  ],
  [
    "a misspelt field",
    () => LeakySoma(wrong({ treshold: -40 })),
    ConfigError,
    'LeakySoma.treshold is unknown. Did you mean "threshold"?',
  ],
  [
    "a field in snake_case",
    () => LeakySoma(wrong({ potential_tau: 20 })),
    ConfigError,
    'LeakySoma.potential_tau is unknown. Did you mean "potentialTau"?',
  ],
  [
    "a field of another model",
    () => LeakySoma(wrong({ cooldown: 2 })),
    ConfigError,
    "LeakySoma.cooldown is unknown. Known: potentialRest, potentialReset, potentialTau, resistance, threshold, units, dt, dtype, seed, skipValidation.",
  ],
  [
    "several mistakes at once",
    () => LeakySoma(wrong({ tau: 3, potentialTau: -1, seed: 0.5 })),
    ConfigError,
    'LeakySoma.tau is unknown. Did you mean "potentialTau"?\nLeakySoma.seed must be a whole number from 0 to 4294967295; received 0.5. Give such a number.\nLeakySoma.potentialTau must be greater than 0 ms; received -1 ms. The default is 20 ms.',
  ],
  [
    "a config that is a number",
    () => LeakySoma(wrong(3)),
    ConfigError,
    "LeakySoma takes an object of fields; received 3. Write LeakySoma({ … }).",
  ],
  [
    "one bad value of many",
    () => LeakySoma({ potentialTau: [20, 0, -1] }),
    ConfigError,
    "LeakySoma.potentialTau[1] must be greater than 0 ms; received 0 ms. 1 more of 3 values break this rule. The default is 20 ms.",
  ],
  [
    "a bad value in a grid",
    () =>
      LeakySoma({
        potentialTau: [
          [20, 20],
          [20, -3],
        ],
      }),
    ConfigError,
    "LeakySoma.potentialTau[1][1] must be greater than 0 ms; received -3 ms. The default is 20 ms.",
  ],
  [
    "NaN in an array",
    () => LeakySoma({ threshold: Float64Array.of(-40, Number.NaN) }),
    ConfigError,
    "LeakySoma.threshold[1] must be a finite number; received NaN. Give a number at this place.",
  ],
  [
    "rows of different lengths",
    () => LeakySoma({ threshold: [[1, 2], [3]] }),
    ConfigError,
    "LeakySoma.threshold[1] must hold 2 values like its neighbours; received 1. Make the rows equally long.",
  ],
  [
    "an empty array",
    () => LeakySoma({ threshold: [] }),
    ConfigError,
    "LeakySoma.threshold must hold at least one value; received an empty array. Give one value a unit.",
  ],
  [
    "units that are a number",
    () => LeakySoma({ units: wrong(100) }),
    ConfigError,
    "LeakySoma.units must be a list of sizes such as [1000] or [28, 28]; received 100. Give one whole number an axis.",
  ],
  [
    "no units at all",
    () => LeakySoma({ units: [10, 0] }),
    ConfigError,
    "LeakySoma.units[1] must be a whole number of at least 1; received 0. Give the size of the axis.",
  ],
  [
    "half a unit",
    () => LeakySoma({ units: [2.5] }),
    ConfigError,
    "LeakySoma.units[0] must be a whole number of at least 1; received 2.5. Give the size of the axis.",
  ],
  [
    "more units than can be counted",
    () => LeakySoma({ units: [65536, 65536] }),
    ConfigError,
    "LeakySoma.units must not exceed 2147483647 units; received 4294967296. Split the population.",
  ],
  [
    "a step of no length",
    () => LeakySoma({ dt: 0 }),
    ConfigError,
    "LeakySoma.dt must be greater than 0 ms; received 0 ms. Give the length of a step.",
  ],
  [
    "an unknown precision",
    () => LeakySoma({ dtype: wrong("float32") }),
    ConfigError,
    'LeakySoma.dtype must be "f32" or "f64"; received "float32". Choose single or double precision.',
  ],
  [
    "a negative seed",
    () => LeakySoma({ seed: -1 }),
    ConfigError,
    "LeakySoma.seed must be a whole number from 0 to 4294967295; received -1. Give such a number.",
  ],
  [
    "a flag that is text",
    () => LeakySoma({ skipValidation: wrong("yes") }),
    ConfigError,
    'LeakySoma.skipValidation must be true or false; received "yes". Leave it out to validate.',
  ],
  [
    "arrays of different shapes",
    () => LeakySoma({ threshold: [1, 2], resistance: [1, 2, 3] }).build(),
    ShapeError,
    "LeakySoma.threshold has shape [2], but resistance has shape [3]. Give both the same shape.",
  ],
  [
    "an array that is not of the units",
    () => LeakySoma({ units: [4], threshold: [1, 2] }).build(),
    ShapeError,
    "LeakySoma.threshold has shape [2], but units has shape [4]. Give both the same shape.",
  ],
  [
    "an unknown initializer",
    () => LeakySoma({ threshold: wrong({ gamma: { shape: 1 } }) }),
    ConfigError,
    'LeakySoma.threshold must name one initializer; received "gamma". Known: constant, uniform, normal, logNormal, sparseUniform, normalizedSparseUniform.',
  ],
  [
    "a misspelt option of an initializer",
    () => LeakySoma({ threshold: wrong({ normal: { mean: 1, sdt: 2 } }) }),
    ConfigError,
    'LeakySoma.threshold.normal.sdt is unknown. Did you mean "std"?\nLeakySoma.threshold.normal.std is missing. Give a number.',
  ],
  [
    "a negative spread",
    () => LeakySoma({ threshold: normal({ mean: -40, std: -2 }) }),
    ConfigError,
    "LeakySoma.threshold.normal.std must be at least 0; received -2. Give a non-negative spread.",
  ],
  [
    "bounds in the wrong order",
    () => LeakySoma({ threshold: uniform({ min: 3, max: 1 }) }),
    ConfigError,
    "LeakySoma.threshold.uniform.max must be above min; received max 1 and min 3. Swap or widen the bounds.",
  ],
  [
    "a drawn value that breaks a rule",
    () => LeakySoma({ units: [9], potentialTau: uniform({ min: -1, max: -0.5 }) }).build(),
    ConfigError,
    "LeakySoma.potentialTau[0] must be greater than 0 ms; received -0.6704447231849955 ms as drawn for that unit. Change the initializer's range or add a min.",
  ],
  [
    "bounds without room",
    () => LeakySoma({ units: [2], threshold: normal({ mean: 0, std: 1, min: 50 }) }).build(),
    ConfigError,
    "LeakySoma.threshold found no value between min and max in 10000 draws for unit [0]. Widen the bounds.",
  ],
];

const ports: readonly Row[] = [
  [
    "an unknown payload",
    () => new PortSpecs({ payload: wrong("Current"), shape: [1] }),
    ConfigError,
    'PortSpecs.payload must be one of SpikeArray, CurrentArray, PotentialArray; received "Current". Name the payload.',
  ],
  [
    "a port that is not there",
    () => LeakySoma().build({ curent: new PortSpecs({ payload: "CurrentArray", shape: [1] }) }),
    ConfigError,
    'LeakySoma.curent is no input port. Did you mean "current"?',
  ],
  [
    "a port of another payload",
    () => LeakySoma().build({ current: new PortSpecs({ payload: "SpikeArray", shape: [1] }) }),
    ConfigError,
    "LeakySoma.current takes a CurrentArray (pA); received a SpikeArray. Wire a port of that payload.",
  ],
  [
    "currents of another length",
    () => new CurrentArray(Float32Array.of(1, 2), [3]),
    ShapeError,
    "CurrentArray.values must hold 3 values for shape [3]; received 2. Give one value a unit.",
  ],
  [
    "a spike of a unit that is not there",
    () => SpikeArray.fromIndices([3], [3]),
    ShapeError,
    "SpikeArray.indices must be from 0 to 2; received 3. Count units from 0.",
  ],
];

const mV = (value: number) => field(value, "mV", "A potential.");
const step = (x: { readonly potential: never; readonly current: never }) => ({
  spikes: gt(x.potential, quantity(1, "mV")),
  potential: x.potential,
});
const declarations: readonly Row[] = [
  [
    "a name in lower case",
    () => soma("mySoma", {}, { about: "", step: wrong(step) }),
    ModelError,
    'soma("mySoma") must be named in PascalCase, such as LeakySoma. Rename it.',
  ],
  [
    "a field in snake_case",
    () => soma("Mine", { my_field: mV(1) }, { about: "", step: wrong(step) }),
    ModelError,
    "Mine.my_field must be named in camelCase, such as potentialTau. Rename the field.",
  ],
  [
    "a reserved name",
    () => soma("Mine", { seed: mV(1) }, { about: "", step: wrong(step) }),
    ModelError,
    "Mine.seed is a name that every soma has. Rename the field.",
  ],
  [
    "an unknown unit",
    () => soma("Mine", { tau: field(1, "msec", "Time.") }, { about: "", step: wrong(step) }),
    ModelError,
    'Mine.tau has the unknown unit "msec". Use 1, mV, V, pA, nA, A, ms, s, Hz, kHz, GΩ, MΩ, nS, µS, pF, nF, or products such as mV/ms.',
  ],
  [
    "a default that breaks its rule",
    () => soma("Mine", { tau: field(0, "ms", "Time.", positive) }, { about: "", step: wrong(step) }),
    ModelError,
    "Mine.tau must be greater than 0 ms, but its default is 0 ms. Change the default.",
  ],
  [
    "a name taken twice",
    () => soma("Mine", { a: mV(1) }, { about: "", state: () => ({ a: float(0, "mV", "A.") }), step: wrong(step) }),
    ModelError,
    "Mine.a is declared twice, as a field and as a state. Rename one of them.",
  ],
  [
    "a state without an equation",
    () => soma("Mine", {}, { about: "", state: () => ({ a: float(0, "mV", "A.") }), step: wrong(step) }),
    ModelError,
    "Mine.step must return a, a state of the soma. Add it to what step returns.",
  ],
  [
    "an equation without a state",
    () =>
      soma(
        "Mine",
        {},
        { about: "", step: wrong((x: never) => ({ ...step(x), b: (x as { potential: never }).potential })) },
      ),
    ModelError,
    "Mine.step returns b, which is not a state. Declare it in state, or drop it.",
  ],
  [
    "no spikes",
    () => soma("Mine", {}, { about: "", step: wrong((x: { potential: never }) => ({ potential: x.potential })) }),
    ModelError,
    "Mine.step must return spikes, a bool; received nothing. Return { spikes: gt(v, …), … }.",
  ],
  [
    "spikes that are a number",
    () =>
      soma(
        "Mine",
        {},
        { about: "", step: wrong((x: { potential: never }) => ({ spikes: x.potential, potential: x.potential })) },
      ),
    ModelError,
    "Mine.step must return spikes, a bool; received float. Return { spikes: gt(v, …), … }.",
  ],
  [
    "a bool in a sum",
    () => add(wrong(gt(quantity(1, "mV"), 0)), 1),
    TypeError,
    "add takes (float, float); argument 1 is a bool expression.",
  ],
  [
    "a verb without its argument",
    () => sqrt(wrong(undefined)),
    TypeError,
    "sqrt takes (float); argument 1 is missing.",
  ],
  [
    "potential plus current",
    () =>
      soma(
        "Mine",
        {},
        { about: "", step: (x) => ({ spikes: gt(x.potential, 0), potential: add(x.potential, x.current) }) },
      ),
    UnitError,
    "Mine.potential combines mV and pA in potential + current. Convert one of them.",
  ],
  [
    "a bare number beside a potential",
    () => soma("Mine", {}, { about: "", step: (x) => ({ spikes: gt(x.potential, 30), potential: x.potential }) }),
    UnitError,
    'Mine.spikes combines a pure number and mV in potential > 30. Give a number its unit with quantity(30, "mV").',
  ],
  [
    "a state that becomes another unit",
    () =>
      soma(
        "Mine",
        { r: field(1, "MΩ", "R.") },
        { about: "", step: (x) => ({ spikes: gt(x.potential, 0), potential: mul(x.r, x.current) }) },
      ),
    UnitError,
    "Mine.potential is declared in mV but becomes 10^−6 V. Change its equation or its unit.",
  ],
  [
    "a threshold in another unit",
    () =>
      soma(
        "Mine",
        { threshold: field(1, "pA", "T.") },
        { about: "", step: (x) => ({ spikes: gt(x.potential, x.threshold), potential: x.potential }) },
      ),
    UnitError,
    "Mine.spikes combines pA and mV in potential > threshold. Convert one of them.",
  ],
  [
    "a time constant that is no time",
    () =>
      soma(
        "Mine",
        { tau: mV(1) },
        { about: "", step: (x) => ({ spikes: gt(x.potential, 0), potential: relax(x.potential, 0, x.tau) }) },
      ),
    UnitError,
    "Mine.potential takes expm1 of V^−1·s in expm1(−dt/tau). Divide by a quantity of that unit first.",
  ],
  [
    "a difference of unlike units",
    () =>
      soma(
        "Mine",
        { tau: field(1, "ms", "T.") },
        { about: "", step: (x) => ({ spikes: gt(sub(x.potential, x.tau), 0), potential: x.potential }) },
      ),
    UnitError,
    "Mine.spikes combines mV and ms in potential − tau. Convert one of them.",
  ],
];

const three = () => LeakySoma({ units: [3] });
const run = (options: object): Promise<unknown> => simulate(three(), wrong({ duration: 10, ...options }));
const withCurrent = (current: unknown) => (): Promise<unknown> => run({ inputs: { current } });
const withSpikes = (inSpikes: unknown) => (): Promise<unknown> => run({ inputs: { inSpikes } });
const withRecord = (record: unknown) => (): Promise<unknown> => run({ record });

const runs: readonly Row[] = [
  [
    "a type in place of a component",
    () => simulate(wrong(LeakySoma), { duration: 1 }),
    ConfigError,
    "simulate takes a component; received its type LeakySoma. Call it: LeakySoma({ … }).",
  ],
  [
    "nothing in place of a component",
    () => compile(wrong(null)),
    ConfigError,
    "compile takes a component such as LeakySoma(); received null. Make one first.",
  ],
  [
    "an unknown option",
    () => run({ backedn: "wasm" }),
    ConfigError,
    'simulate.backedn is unknown. Did you mean "backend"?',
  ],
  [
    "no duration",
    () => simulate(three(), wrong({})),
    ConfigError,
    "simulate.duration is missing. Give the length of the run in ms.",
  ],
  [
    "a negative duration",
    () => run({ duration: -10 }),
    ConfigError,
    "simulate.duration must be greater than 0 ms; received -10 ms. Give the length of the run in ms.",
  ],
  [
    "a duration between two steps",
    () => run({ duration: 10.25, dt: 0.1 }),
    ConfigError,
    "simulate.duration must be a whole number of steps of 0.1 ms; received 10.25 ms. The nearest is 10.3 ms.",
  ],
  [
    "an unknown backend",
    () => run({ backend: "cuda" }),
    ConfigError,
    'simulate.backend must be "wasm" or "interpreter"; received "cuda". Leave it out for wasm.',
  ],
  [
    "two different steps",
    () => simulate(LeakySoma({ dt: 1 }), { duration: 1, dt: 0.5 }),
    ConfigError,
    "simulate.dt is 0.5, but LeakySoma.dt is 1. Set it in one place.",
  ],
  [
    "no memory",
    () => run({ memory: 0 }),
    ConfigError,
    "simulate.memory must be a number of bytes greater than 0; received 0. Leave it out for 2 GiB.",
  ],
  [
    "more records than memory",
    () => simulate(LeakySoma({ units: [1000] }), { duration: 100_000, record: { potential: true }, memory: 10e6 }),
    MemoryError,
    "memory must be at least 435.8 MB for this run (simulation 626752 bytes, potential 401.6 MB); received 10.0 MB. Record potential 52 times as rarely (every), or fewer units or a shorter window, reduce it, stream to files with a sink, or raise memory to 435800000.",
  ],
  [
    "a start value of no state",
    () => run({ initial: { potental: -60 } }),
    ConfigError,
    'initial.potental is unknown. Did you mean "potential"?',
  ],
  [
    "a start value that is text",
    () => run({ initial: { potential: "rest" } }),
    ConfigError,
    'initial.potential must be a number, an array or an initializer; received "rest". Give one of these.',
  ],
];

const inputs: readonly Row[] = [
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
    'inputs.current must be a current in pA: a number, an array, a series, a generator, a function or an iterable; received "300". Give one of these.',
  ],
  [
    "a current of NaN",
    withCurrent(Number.NaN),
    ConfigError,
    "inputs.current must be a finite number; received NaN pA. Give a number at this place.",
  ],
  [
    "a current beyond single precision",
    withCurrent(1e39),
    ConfigError,
    'inputs.current is beyond the range of single precision; received 1e+39 pA. Use dtype: "f64" or a smaller number.',
  ],
  [
    "a current for two of three units",
    withCurrent([1, 2]),
    ConfigError,
    "inputs.current has shape [2], but the population has shape [3]. Give one value a unit.",
  ],
  [
    "a current of infinity in an array",
    withCurrent([1, 2, Number.NEGATIVE_INFINITY]),
    ConfigError,
    "inputs.current[2] must be a finite number; received -Infinity. Give a number at this place.",
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
    "inputs.current names both steps and series. Add them up with { sum: [{ … }, { … }] }.",
  ],
  [
    "too few steps",
    withCurrent({ steps: [[1, 2, 3]] }),
    ConfigError,
    "inputs.current.steps holds 1 step (1 ms at dt 1 ms), but the run has 10 (10 ms). Give the other steps, shorten the run, or give { series, interval, after }.",
  ],
  [
    "steps of too few units",
    withCurrent({ steps: Array(10).fill([1, 2]) }),
    ConfigError,
    "inputs.current.steps holds steps of another shape: each has shape [2], but the population has shape [3]. Give one value a unit.",
  ],
  [
    "NaN in a step",
    withCurrent({ steps: Array(10).fill([1, 2, Number.NaN]) }),
    ConfigError,
    "inputs.current.steps[0][2] must be a finite number; received NaN. Give a number at this place.",
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
    'inputs.current.series lasts to 3 ms (3 samples), but the run lasts to 10 ms. Give more samples, shorten the run, or say what follows with after: "hold", "zero" or "repeat".',
  ],
  [
    "a series that begins too late",
    withCurrent({ series: [1, 2], interval: 10, start: 5 }),
    ConfigError,
    'inputs.current.series starts at 5 ms, but the run starts at 0 ms. Say what flows before with before: "zero" or "hold".',
  ],
  [
    "times that go back",
    withCurrent({ series: [1, 2, 3], times: [0, 5, 4], after: "hold" }),
    ConfigError,
    "inputs.current.times[2] must be later than the time before it, 5 ms; received 4 ms. Sort the samples by time.",
  ],
  [
    "an unknown way between samples",
    withCurrent({ series: [1], interval: 10, between: "cubic" }),
    ConfigError,
    'inputs.current.between must be one of "hold", "linear"; received "cubic". Known: hold, linear.',
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
    "inputs.current.from belongs within step. Write { step: { from: … } }.",
  ],
  [
    "a negative standard deviation",
    withCurrent({ whiteNoise: { mean: 0, std: -1 } }),
    ConfigError,
    "inputs.current.whiteNoise.std must be at least 0 pA; received -1 pA. Give such a number.",
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
    "inputs.current.sine.frequency must be below half of the steps a second, 500 Hz; received 600 Hz. Use a smaller dt.",
  ],
  [
    "an empty sum",
    withCurrent({ sum: [] }),
    ConfigError,
    "inputs.current.sum must be an array of inputs; received []. Give one or more.",
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
    "inputs.inSpikes.events.units must hold as many values as steps; received 1 units and 2 steps. Give one of each a spike.",
  ],
  [
    "a spike twice",
    withSpikes({ events: { steps: [1, 1], units: [0, 0] } }),
    ConfigError,
    "inputs.inSpikes.events.steps[1] repeats the spike of unit 0 in step 1, which is at place 0. A unit spikes once a step at most: drop one.",
  ],
];

const records: readonly Row[] = [
  [
    "a record that is no object",
    withRecord(true),
    ConfigError,
    "record takes an object such as { outSpikes: true }; received true. Name what to keep.",
  ],
  [
    "an unknown variable",
    withRecord({ potental: true }),
    ConfigError,
    'record.potental is unknown. Did you mean "potential"?',
  ],
  [
    "a variable of another model",
    withRecord({ adaptation: true }),
    ConfigError,
    "record.adaptation is unknown. Known: outSpikes, rate, potential.",
  ],
  [
    "a misspelt option",
    withRecord({ potential: { evry: 2 } }),
    ConfigError,
    'record.potential.evry is unknown. Did you mean "every"?',
  ],
  [
    "every half step",
    withRecord({ potential: { every: 0.5 } }),
    ConfigError,
    "record.potential.every must be a whole number of at least 1; received 0.5. Give a count of steps.",
  ],
  [
    "a unit that is not there",
    withRecord({ potential: { units: [0, 3] } }),
    ConfigError,
    "record.potential.units[1] must be a whole number from 0 to 2; received 3. Count units from 0, row by row.",
  ],
  [
    "a unit twice",
    withRecord({ outSpikes: { units: [1, 1] } }),
    ConfigError,
    "record.outSpikes.units[1] must name a unit once; received 1 again. Remove it.",
  ],
  [
    "no units",
    withRecord({ outSpikes: { units: [] } }),
    ConfigError,
    "record.outSpikes.units must be a list of unit indices such as [0, 1]; received []. Leave it out for all units.",
  ],
  [
    "a window behind the run",
    withRecord({ potential: { from: 20 } }),
    ConfigError,
    "record.potential.from must leave steps within the run, 0 ms to 10 ms; received 20 ms to 10 ms. Move the window.",
  ],
  [
    "a window that ends before it begins",
    withRecord({ potential: { from: 5, to: 2 } }),
    ConfigError,
    "record.potential.to must be at least a step after from; received from 5 ms and to 2 ms. Widen the window.",
  ],
  [
    "an unknown reduction",
    withRecord({ potential: { reduce: "median" } }),
    ConfigError,
    'record.potential.reduce must be "mean" or "min" or "max"; received "median". Choose one.',
  ],
  [
    "a reduction that is not named",
    withRecord({ potential: { over: "time" } }),
    ConfigError,
    'record.potential.over needs reduce. Add reduce: "mean", or drop over.',
  ],
  [
    "rates without bins",
    withRecord({ rate: true }),
    ConfigError,
    "record.rate must say the width of its bins. Write rate: { bin: 10 } for bins of 10 ms.",
  ],
  [
    "bins that do not divide the run",
    withRecord({ rate: { bin: 3 } }),
    ConfigError,
    "record.rate.bin must divide the window of 10 ms; received 3 ms. Change the bin, or set from and to.",
  ],
];

const compiled = () => compile(three(), { dt: 1 });
const simulations: readonly Row[] = [
  [
    "a step of too many currents",
    async () => (await compiled()).step({ current: Float32Array.of(1, 2, 3, 4) }),
    ShapeError,
    "step.current must hold 3 values, one a unit; received 4. Give as many as the population has units.",
  ],
  [
    "a step of NaN",
    async () => (await compiled()).step({ current: Float32Array.of(1, Number.NaN, 3) }),
    ConfigError,
    "step.current[1] must be a finite number; received NaN pA. Check where it was computed.",
  ],
  [
    "a step of a plain array",
    async () => (await compiled()).step({ current: wrong([1, 2, 3]) }),
    ConfigError,
    "step.current must be a number, a typed array or a CurrentArray; received [1, 2, 3]. Give one value a unit, in pA.",
  ],
  [
    "a step of spikes of others",
    async () => (await compiled()).step({ inSpikes: SpikeArray.fromIndices([0], [64]) }),
    ShapeError,
    "step.inSpikes has shape [64], but the population has shape [3]. Give one value a unit.",
  ],
  [
    "a simulation after its end",
    async () => {
      const simulation = await compiled();
      simulation.dispose();
      simulation.step();
    },
    StateError,
    "Simulation was used after dispose(). Compile it again.",
  ],
  [
    "two runs at once",
    async () => {
      const simulation = await compiled();
      const first = simulation.run({ duration: 10 });
      try {
        await simulation.run({ duration: 10 });
      } finally {
        await first;
      }
    },
    StateError,
    "Simulation is running. Wait for run() before the next call.",
  ],
  [
    "a snapshot of another model",
    async () => (await compiled()).restore((await compile(RefractoryLeakySoma({ units: [3] }))).snapshot()),
    ConfigError,
    'snapshot.model must be "LeakySoma"; received "RefractoryLeakySoma". Restore it into the simulation that it came from.',
  ],
  [
    "a snapshot of other units",
    async () => (await compiled()).restore((await compile(LeakySoma({ units: [2] }), { dt: 1 })).snapshot()),
    ShapeError,
    "snapshot.units must be [3]; received [2]. Restore it into the simulation that it came from.",
  ],
  [
    "a snapshot that is none",
    async () => (await compiled()).restore(wrong({})),
    ConfigError,
    "snapshot must be what snapshot() gave; received {}. Give that object, or one from loadSnapshot.",
  ],
];

const documents: readonly Row[] = [
  [
    "a document that is text",
    () => experiment("{}"),
    ConfigError,
    'experiment takes an object with model, duration, inputs and record; received "{}". Give one.',
  ],
  [
    "an empty document",
    () => experiment({}),
    ConfigError,
    'experiment.model is missing. Give { "soma": "LeakySoma" } with its fields.\nexperiment.duration is missing. Give the length of the run in ms.',
  ],
  [
    "a model by its name alone",
    () => experiment({ model: "LeakySoma", duration: 1 }),
    ConfigError,
    'experiment.model takes an object such as { "soma": "LeakySoma" }; received "LeakySoma". Give one.',
  ],
  [
    "an unknown soma",
    () => experiment({ model: { soma: "LekySoma" }, duration: 1 }),
    ConfigError,
    'experiment.model.soma must be the name of a soma; received "LekySoma". Did you mean "LeakySoma"?',
  ],
  [
    "a misspelt soma key",
    () => experiment({ model: { sona: "LeakySoma" }, duration: 1 }),
    ConfigError,
    'experiment.model.soma is missing; received "sona" in its place. Rename it.',
  ],
  [
    "a field with a wrong value",
    () => experiment({ model: { soma: "LeakySoma", potentialTau: "20 ms" }, duration: 1 }),
    ConfigError,
    'experiment.model.potentialTau must be a number, an array or an initializer; received "20 ms". The default is 20 ms.',
  ],
  [
    "a key that is not known",
    () => experiment({ model: { soma: "LeakySoma" }, durration: 1 }),
    ConfigError,
    'experiment.durration is unknown. Did you mean "duration"?\nexperiment.duration is missing. Give the length of the run in ms.',
  ],
  [
    "a number that JSON does not have",
    () => experiment({ model: { soma: "LeakySoma" }, duration: Number.NaN }),
    ConfigError,
    "experiment.duration must be a finite number; received NaN. JSON has no such number: give another.",
  ],
  [
    "a file without a reader",
    () => experiment({ model: { soma: "LeakySoma" }, duration: 1, inputs: { current: { npy: "a.npy" } } }),
    ConfigError,
    'experiment.inputs.current.npy names a file, but files cannot be read here; received "a.npy". Give experiment() a readFile, or put the values into the document.',
  ],
];

const goodNpy = encodeNpy({ data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] });
const goodNpz = encodeNpz({ a: { data: Float32Array.of(1, 2), shape: [2] } });
const changed = (source: Uint8Array, at: number, value: number): Uint8Array => {
  const copy = source.slice();
  copy[at] = value;
  return copy;
};
const files: readonly Row[] = [
  ["an empty CSV", () => readCsv(""), FileError, "CSV is empty. Give a header and rows."],
  ["a CSV without rows", () => readCsv("t,i\n"), FileError, "CSV has a header and no rows. Give at least one row."],
  [
    "a row that is too short",
    () => readCsv("t,i\n0,1\n2\n"),
    FileError,
    'CSV line 3 must have 2 cells as the header has; received 1 in "2". Give each row one cell per column.',
  ],
  [
    "a cell that is no number",
    () => readCsv("t,i\n0,1\n1,two\n"),
    FileError,
    'CSV line 3 column "i" is not a number; received "two". Write a decimal number such as -12.5.',
  ],
  [
    "an empty cell",
    () => readCsv("t,i\n0,\n"),
    FileError,
    'CSV line 2 column "i" is empty. Write a number, or leave the row out.',
  ],
  [
    "NaN in a cell",
    () => readCsv("t,i\n0,nan\n"),
    FileError,
    'CSV line 2 column "i" must be finite; received "nan". Remove the row or fill the gap.',
  ],
  [
    "a number beyond doubles",
    () => readCsv("t\n1e999\n"),
    FileError,
    'CSV line 2 column "t" is too large for a double; received "1e999". Write a finite number.',
  ],
  [
    "a decimal comma",
    () => readCsv('t;i\n0;"1,5"\n', { separator: ";" }),
    FileError,
    'CSV line 2 column "i" is not a number; received "1,5". Write a decimal number such as -12.5.',
  ],
  [
    "a blank line within",
    () => readCsv("t,i\n0,1\n\n1,2\n"),
    FileError,
    "CSV line 3 is blank and rows follow. Remove the line.",
  ],
  [
    "a column that is not there",
    () => readCsv("time_ms,current\n0,1\n", { columns: ["time"] }),
    FileError,
    'CSV must have the column asked for; received "time". Its columns are "time_ms", "current". Did you mean "time_ms"?',
  ],
  [
    "two columns of one name",
    () => readCsv("a,a\n0,1\n"),
    FileError,
    'CSV line 1 names columns 1 and 2 the same; received "a". Give each column its own name.',
  ],
  [
    "a quote that does not end",
    () => readCsv('t,i\n0,"1\n'),
    FileError,
    'CSV line 2 opens a quote that is not closed on the same line; received "\\"1". Close it, or take line breaks out of the cell.',
  ],
  [
    "UTF-16 text",
    () => readCsv(Uint8Array.of(0xff, 0xfe, 0x74, 0x00)),
    FileError,
    "CSV is UTF-16 text. Save it as UTF-8.",
  ],
  [
    "a column asked for twice",
    () => readCsv("t,i\n0,1\n", { columns: ["t", 0] }),
    ConfigError,
    'columns[1] asks for column "t" a second time. Ask for each once.',
  ],
  [
    "a spike at step 0",
    () => eventsFromCsv("step,time_ms,unit\n0,0,1\n"),
    FileError,
    'CSV line 2 column "step" must be a whole number from 1; received 0. Count steps from 1.',
  ],
  [
    "a spike at another dt",
    () => eventsFromCsv("step,time_ms,unit\n2,0.2,1\n", { dt: 0.5 }),
    FileError,
    'CSV line 2 column "time_ms" must be 1 ms, step 2 of 0.5 ms; received 0.2 ms. Give the dt of the run that wrote the file.',
  ],
  [
    "a trace that is cut",
    () => traceFromCsv("step,time_ms,unit,potential_mV\n1,1,0,-60\n1,1,1,-60\n2,2,0,-60\n"),
    FileError,
    "CSV ends at line 4 with 1 of 2 units of step 2. The file was cut; copy or save it again.",
  ],
  [
    "text in place of an array",
    () => decodeNpy(bytes("step,time_ms\n")),
    FileError,
    "NPY data is not a NumPy .npy file: byte 0 must be 0x93; received 0x73. Save it with numpy.save.",
  ],
  [
    "an array that is cut",
    () => decodeNpy(goodNpy.subarray(0, goodNpy.length - 3), { name: "a.npy" }),
    FileError,
    "a.npy must hold 16 bytes from byte 128 for shape [2, 2] of f4; received 13. The file was cut; copy or save it again.",
  ],
  [
    "an array with something behind it",
    () => decodeNpy(Uint8Array.from([...goodNpy, 0]), { name: "a.npy" }),
    FileError,
    "a.npy must hold 16 bytes from byte 128 for shape [2, 2] of f4; received 17. Save one array a file.",
  ],
  [
    "an empty array file",
    () => decodeNpy(new Uint8Array()),
    FileError,
    "NPY data is not a NumPy .npy file: byte 0 must be 0x93; received the end of the file. Save it with numpy.save.",
  ],
  [
    "a format of the future",
    () => decodeNpy(changed(goodNpy, 6, 9), { name: "a.npy" }),
    FileError,
    "a.npy byte 6 must give .npy format 1.0, 2.0 or 3.0; received 9.0. Save it with numpy.save.",
  ],
  [
    "an archive that is cut",
    () => decodeNpz(goodNpz.subarray(0, 40), { name: "a.npz" }),
    FileError,
    "a.npz begins as a zip but has no directory at its end, byte 40. The file was cut; copy or save it again.",
  ],
  [
    "an archive that is damaged",
    () => decodeNpz(changed(goodNpz, 170, 7), { name: "a.npz" }),
    FileError,
    'a.npz member "a.npy" has CRC-32 0x0f131ea9 where the zip directory says 0xe7abca9a. The file is damaged; copy or save it again.',
  ],
  [
    "an archive that is text",
    () => decodeNpz(bytes("hello"), { name: "a.npz" }),
    FileError,
    'a.npz is not a zip: byte 0 must begin with "PK". Save it with numpy.savez.',
  ],
  [
    "an archive beyond its limit",
    () => decodeNpz(goodNpz, { name: "a.npz", limit: 10 }),
    FileError,
    'a.npz member "a.npy" takes the arrays to 136 bytes, more than the limit of 10. Raise the limit if the file is trusted.',
  ],
];

const analyses: readonly Row[] = [
  [
    "times that go back",
    () => analysis.coefficientOfVariation([1, 3, 2]),
    ConfigError,
    "coefficientOfVariation.times[2] must not be earlier than the spike before it, 3 ms; received 2 ms. Sort the times in ascending order.",
  ],
  [
    "a window without width",
    () => analysis.firingRate([1, 2], { from: 5, to: 5 }),
    ConfigError,
    "firingRate.to must be finite and greater than from, 5 ms; received 5 ms. Give an end after the start.",
  ],
  [
    "a unit that is not there",
    () => analysis.trainsOf({ steps: [1], units: [2] }, { dt: 1, unitCount: 2 }),
    ConfigError,
    "trainsOf.events.units[0] must be a whole number in 0 … 1; received 2. Give flat indices of units and their number as unitCount.",
  ],
];

const table: Readonly<Record<string, readonly Row[]>> = {
  configs,
  ports,
  declarations,
  runs,
  inputs,
  records,
  simulations,
  documents,
  files,
  analyses,
};

describe.each(Object.entries(table))("%s refuse", (_, rows) => {
  test.each(rows)("%s", async (_, call, kind, message) => {
    let error: unknown;
    try {
      await call();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toBe(message);
  });
});

test("at least eighty wrong uses are refused, each under a name of its own", () => {
  const names = Object.entries(table).flatMap(([part, rows]) => rows.map(([name]) => `${part}: ${name}`));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(80);
});

test("every message names a place, says what is wrong, and ends with a sentence that helps", () => {
  for (const [name, , kind, message] of Object.values(table).flat()) {
    if ((kind as unknown) === TypeError) continue;
    for (const line of message.split("\n")) {
      expect(line, name).not.toMatch(/undefined|\[object| {2}/);
      expect(line, name).toMatch(/[.?]$/);
      expect(line.split(/[.?] /).length, name).toBeGreaterThanOrEqual(2);
    }
  }
});
