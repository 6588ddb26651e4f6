import {
  add,
  ConfigError,
  cableSoma,
  equationsSource,
  field,
  float,
  gt,
  LeakySoma,
  ModelError,
  mul,
  plasticity,
  positive,
  quantity,
  relax,
  soma,
  sqrt,
  sub,
  UnitError,
  withPresets,
} from "../../src/entries/index.ts";
import { type Row, wrong } from "./row.test-support.ts";

const mV = (value: number) => field(value, "mV", "A potential.");
const step = (x: { readonly potential: never; readonly current: never }) => ({
  spikes: gt(x.potential, quantity(1, "mV")),
  potential: x.potential,
});
const even = { holds: (value: number) => value % 2 === 0, requirement: "must be even", schema: {} };
export const declarations: readonly Row[] = [
  [
    "the text of a soma with a rule of its own",
    () => equationsSource(soma("Mine", { tau: field(2, "ms", "T.", even) }, wrong({ about: "", step })).model),
    ModelError,
    "Mine contains a rule of its own for tau (must be even), which a text cannot express. Keep the model in code.",
  ],
  [
    "equations without a text",
    () => soma.equations("Mine", wrong(3)),
    ModelError,
    'soma.equations("Mine") takes the equations as a text; received 3. Write them in backquotes.',
  ],
  [
    "a cable without compartments",
    () => cableSoma(0),
    ModelError,
    "cableSoma takes a whole number of compartments from 1 to 200; received 0. Pass, for example, 10.",
  ],
  [
    "presets of what is not a soma",
    () => withPresets(wrong({}), {}),
    ModelError,
    "withPresets takes a soma; received {}. Pass the result of soma().",
  ],
  [
    "a list of presets",
    () => withPresets(LeakySoma, wrong([])),
    ModelError,
    "LeakySoma.presets must be an object of presets; received []. Give one.",
  ],
  [
    "a preset without a description",
    () => withPresets(LeakySoma, { slow: wrong({ parameters: {} }) }),
    ModelError,
    "LeakySoma.presets.slow must have about, a text, and parameters, an object; received { parameters }. Give both.",
  ],
  [
    "a parameter named preset",
    () => withPresets(soma("Mine", { preset: mV(1) }, { about: "", step: wrong(step) }), {}),
    ModelError,
    "Mine.preset is a parameter, and the key that names a preset. Rename the parameter.",
  ],
  [
    "a preset with a value out of range",
    () => withPresets(LeakySoma, { slow: { about: "", parameters: { potentialTau: -1 } } }),
    ConfigError,
    "LeakySoma.presets.slow.potentialTau must be greater than 0 ms; received -1 ms. The default is 20 ms.",
  ],
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
    'Mine.tau has the unknown unit "msec". Use V, A, s, Hz, Ω, S, F with a prefix, such as mV, products before quotients, such as nS·mV/ms, or "1" for a pure number.',
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
    "Mine.a is declared twice, as a field and as a state variable. Rename one of them.",
  ],
  [
    "a state without an equation",
    () => soma("Mine", {}, { about: "", state: () => ({ a: float(0, "mV", "A.") }), step: wrong(step) }),
    ModelError,
    "Mine.step must return a, a state variable of the soma. Add it to the result of step.",
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
    "Mine.step returns b, which is not a state variable. Declare it under state, or remove it.",
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
    "sqrt takes (float); argument 1 is undefined: check its name.",
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
    "Mine.potential: add(potential, current) takes two values in one unit; received potential in mV and current in pA. Multiply current by a resistance in GΩ.",
  ],
  [
    "a bare number beside a potential",
    () => soma("Mine", {}, { about: "", step: (x) => ({ spikes: gt(x.potential, 30), potential: x.potential }) }),
    UnitError,
    'Mine.spikes: gt(potential, 30) takes two values in one unit; received potential in mV and 30 without a unit. Write quantity(30, "mV").',
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
    'Mine.potential must be in mV; step returns mul(r, current) in MΩ·pA. Declare r in GΩ, with the default 0.001, or multiply r by quantity(0.001, "GΩ/MΩ").',
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
    "Mine.spikes: gt(potential, threshold) takes two values in one unit; received potential in mV and threshold in pA. Declare threshold in mV, or multiply threshold by a resistance in GΩ.",
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
    "Mine.potential: relax(potential, 0, tau) takes a time in ms; received tau in mV. Declare tau in ms.",
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
    "Mine.spikes: sub(potential, tau) takes two values in one unit; received potential in mV and tau in ms. Declare tau in mV.",
  ],
  [
    "a weight that grows by a pure number",
    () =>
      plasticity(
        "Growing",
        { rate: field(0.1, "1", "A rate.") },
        { about: "", fire: (x) => ({ weight: add(x.weight, x.rate) }) },
      ),
    UnitError,
    "Growing.fire.weight: add(weight, rate) takes two values in one unit; received weight in weight and rate without a unit. Declare rate in weight, or multiply rate by a weight.",
  ],
  [
    "a plasticity rule that changes nothing",
    () => plasticity("Idle", {}, { about: "" }),
    ModelError,
    "Idle is not declared. Write fields and at least one of arrive, fire and end.",
  ],
];
