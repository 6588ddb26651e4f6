import {
  AdaptiveLeakySoma,
  ConfigError,
  CurrentArray,
  LeakySoma,
  normal,
  PortSpecs,
  RefractoryLeakySoma,
  ShapeError,
  SpikeArray,
  uniform,
} from "../../src/entries/index.ts";
import { type Row, wrong } from "./row.test-support.ts";

export const configs: readonly Row[] = [
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
    'LeakySoma.tau is unknown. Did you mean "potentialTau"?\nLeakySoma.seed must be a whole number from 0 to 4294967295; received 0.5. Give a whole number in this range.\nLeakySoma.potentialTau must be greater than 0 ms; received -1 ms. The default is 20 ms.',
  ],
  [
    "a config that is a number",
    () => LeakySoma(wrong(3)),
    ConfigError,
    "LeakySoma takes an object of parameters; received 3. Write LeakySoma({ … }).",
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
    "LeakySoma.threshold[1] must be a finite number; received NaN. Give a number here.",
  ],
  [
    "rows of different lengths",
    () => LeakySoma({ threshold: [[1, 2], [3]] }),
    ConfigError,
    "LeakySoma.threshold[1] must contain 2 values like its neighbours; received 1. Make all rows equally long.",
  ],
  [
    "an empty array",
    () => LeakySoma({ threshold: [] }),
    ConfigError,
    "LeakySoma.threshold must contain at least one value; received an empty array. Give one value per unit.",
  ],
  [
    "units that are a number",
    () => LeakySoma({ units: wrong(100) }),
    ConfigError,
    "LeakySoma.units must be a list of sizes such as [1000] or [28, 28]; received 100. Give one whole number per axis.",
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
    "LeakySoma.dt must be greater than 0 ms; received 0 ms. Give the time step in ms.",
  ],
  [
    "an unknown precision",
    () => LeakySoma({ dtype: wrong("float32") }),
    ConfigError,
    'LeakySoma.dtype must be "f32" or "f64"; received "float32". Choose a precision.',
  ],
  [
    "a negative seed",
    () => LeakySoma({ seed: -1 }),
    ConfigError,
    "LeakySoma.seed must be a whole number from 0 to 4294967295; received -1. Give a whole number in this range.",
  ],
  [
    "a flag that is text",
    () => LeakySoma({ skipValidation: wrong("yes") }),
    ConfigError,
    'LeakySoma.skipValidation must be true or false; received "yes". Omit it to check the values.',
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
    "LeakySoma.threshold.normal.std must be at least 0; received -2. Give a standard deviation of at least 0.",
  ],
  [
    "bounds in the wrong order",
    () => LeakySoma({ threshold: uniform({ min: 3, max: 1 }) }),
    ConfigError,
    "LeakySoma.threshold.uniform.max must be greater than min; received max 1 and min 3. Swap or widen the bounds.",
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

export const ports: readonly Row[] = [
  [
    "an unknown payload",
    () => new PortSpecs({ payload: wrong("Current"), shape: [1] }),
    ConfigError,
    'PortSpecs.payload must be one of SpikeArray, CurrentArray, PotentialArray, JumpArray, SignalArray; received "Current". Name the payload.',
  ],
  [
    "a port that is not there",
    () => LeakySoma().build({ curent: new PortSpecs({ payload: "CurrentArray", shape: [1] }) }),
    ConfigError,
    'LeakySoma.curent is not an input port. Did you mean "current"?',
  ],
  [
    "a port of another payload",
    () => LeakySoma().build({ current: new PortSpecs({ payload: "SpikeArray", shape: [1] }) }),
    ConfigError,
    "LeakySoma.current takes a CurrentArray (pA); received a SpikeArray. Connect a port with that payload.",
  ],
  [
    "currents of another length",
    () => new CurrentArray(Float32Array.of(1, 2), [3]),
    ShapeError,
    "CurrentArray.values must contain 3 values for shape [3]; received 2. Give one value per unit.",
  ],
  [
    "a spike of a unit that is not there",
    () => SpikeArray.fromIndices([3], [3]),
    ShapeError,
    "SpikeArray.indices must be from 0 to 2; received 3. Count units from 0.",
  ],
];
