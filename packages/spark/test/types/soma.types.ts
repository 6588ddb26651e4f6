/* Checked by tsc alone: each line under an expectation must be a compile error, and the others must not. */
import { field, positive } from "../../src/config/field.ts";
import { uniform } from "../../src/config/initializer.ts";
import { add, and, div, gt, mul, neg, relax, select, since, sub, when } from "../../src/expr/verbs.ts";
import { PortSpecs } from "../../src/model/ports.ts";
import { float, int } from "../../src/model/scope.ts";
import { soma } from "../../src/model/soma.ts";
import {
  type AdaptiveLeakySoma,
  type AdaptiveLeakySomaConfig,
  LeakySoma,
  type LeakySomaConfig,
  somas,
} from "../../src/somas/index.ts";

const fields = {
  tau: field(20, "ms", "Time constant.", positive),
  threshold: field(10, "mV", "Threshold."),
};

/** Declarations that must compile; nothing here is run. */
export const declarations = [
  () =>
    soma("Right", fields, {
      about: "Every token is typed.",
      state: (x) => ({ age: int(0, "Age."), w: float(x.threshold, "mV", "Moving threshold.") }),
      step(x) {
        const v = relax(x.potential, x.w, x.tau);
        const spikes = and(gt(v, x.threshold), gt(x.age, 3));
        return { spikes, potential: select(spikes, 0, v), age: since(spikes, x.age, 10), w: relax(x.w, 0, x.tau) };
      },
    }),
  () =>
    soma("MisspeltField", fields, {
      about: "",
      // @ts-expect-error: treshold is no field
      step: (x) => ({ spikes: gt(x.potential, x.treshold), potential: x.potential }),
    }),
  () =>
    soma("UndeclaredState", fields, {
      about: "",
      // @ts-expect-error: age is not declared in state
      step: (x) => ({ spikes: gt(x.age, 3), potential: x.potential }),
    }),
  () =>
    soma("BoolAsNumber", fields, {
      about: "",
      step(x) {
        const spikes = gt(x.potential, x.threshold);
        // @ts-expect-error: a truth value cannot be added
        return { spikes, potential: add(x.potential, spikes) };
      },
    }),
  () =>
    soma("NumberAsBool", fields, {
      about: "",
      // @ts-expect-error: a number is no condition
      step: (x) => ({ spikes: and(x.potential, gt(x.potential, 1)), potential: x.potential }),
    }),
  () =>
    soma("FloatWithInt", fields, {
      about: "",
      state: () => ({ age: int(0, "Age.") }),
      // @ts-expect-error: a count becomes a float by toFloat alone
      step: (x) => ({ spikes: gt(x.potential, x.threshold), potential: mul(x.potential, x.age), age: x.age }),
    }),
  () =>
    soma("MissingState", fields, {
      about: "",
      state: () => ({ age: int(0, "Age.") }),
      // @ts-expect-error: age has no value after the step
      step: (x) => ({ spikes: gt(x.potential, x.threshold), potential: x.potential }),
    }),
  () =>
    soma("MissingPotential", fields, {
      about: "",
      // @ts-expect-error: potential has no value after the step
      step: (x) => ({ spikes: gt(x.potential, x.threshold) }),
    }),
  () =>
    soma("MissingSpikes", fields, {
      about: "",
      // @ts-expect-error: nobody knows whether units spike
      step: (x) => ({ potential: x.potential }),
    }),
  () =>
    soma("StateOfAnotherType", fields, {
      about: "",
      state: () => ({ age: int(0, "Age.") }),
      // @ts-expect-error: age is an int
      step: (x) => ({ spikes: gt(x.potential, x.threshold), potential: x.potential, age: x.potential }),
    }),
  () =>
    soma("SpikesThatAreNumbers", fields, {
      about: "",
      // @ts-expect-error: spikes are truth values
      step: (x) => ({ spikes: x.potential, potential: x.potential }),
    }),
  () =>
    soma("StartFromState", fields, {
      about: "",
      // @ts-expect-error: a start knows fields alone
      state: (x) => ({ w: float(x.potential, "mV", "") }),
      step: (x) => ({ spikes: gt(x.potential, x.threshold), potential: x.potential, w: x.w }),
    }),
  () =>
    soma("Integrated", fields, {
      about: "Variables with a differential equation need no update.",
      state: (x) => ({ age: int(0, "Age."), w: float(x.threshold, "mV", "Moving threshold.") }),
      differential: (x) => ({ potential: div(sub(x.w, x.potential), x.tau), w: div(neg(x.w), x.tau) }),
      method: { potential: "exponentialEuler", w: "exact" },
      substeps: 2,
      step(x, after) {
        const spikes = gt(after.potential, x.threshold);
        return { spikes, age: since(spikes, x.age, 10), w: add(after.w, when(spikes, x.threshold)) };
      },
    }),
  () =>
    soma("MissingUpdate", fields, {
      about: "",
      state: () => ({ w: float(0, "mV", "") }),
      differential: (x) => ({ potential: div(neg(x.potential), x.tau) }),
      // @ts-expect-error: w has neither an equation nor an update
      step: (_, after) => ({ spikes: gt(after.potential, 1) }),
    }),
  () =>
    soma("UnknownVariable", fields, {
      about: "",
      // @ts-expect-error: u is not declared in state
      differential: (x) => ({ potential: div(neg(x.potential), x.tau), u: div(neg(x.potential), x.tau) }),
      step: (_, after) => ({ spikes: gt(after.potential, 1) }),
    }),
  () =>
    soma("NotIntegrated", fields, {
      about: "",
      state: () => ({ w: float(0, "mV", "") }),
      differential: (x) => ({ potential: div(neg(x.potential), x.tau) }),
      // @ts-expect-error: w is not integrated
      step: (x, after) => ({ spikes: gt(after.w, 1), w: x.w }),
    }),
  () =>
    soma("UnknownMethod", fields, {
      about: "",
      differential: (x) => ({ potential: div(neg(x.potential), x.tau) }),
      // @ts-expect-error: no method has that name
      method: "rk45",
      step: (_, after) => ({ spikes: gt(after.potential, 1) }),
    }),
  () =>
    soma("Conditions", fields, {
      about: "",
      // @ts-expect-error: an expression is not compared with >
      step: (x) => ({ spikes: x.potential > 3 ? gt(x.potential, 1) : gt(x.potential, 2), potential: x.potential }),
    }),
  // @ts-expect-error: people must be told what it is
  () => soma("NoAbout", fields, { step: (x) => ({ spikes: gt(x.potential, x.threshold), potential: x.potential }) }),
];

export const configs = [
  () => LeakySoma(),
  () => LeakySoma({ units: [28, 28], threshold: -45, potentialTau: uniform({ min: 15, max: 25 }), dtype: "f64" }),
  () => LeakySoma({ threshold: [[-40], [-41]], resistance: Float32Array.of(1, 2) }),
  // @ts-expect-error: no field of that name
  () => LeakySoma({ potential_tau: 20 }),
  // @ts-expect-error: the leaky soma has no cooldown
  () => LeakySoma({ cooldown: 2 }),
  // @ts-expect-error: f16 is no precision
  () => LeakySoma({ dtype: "f16" }),
  // @ts-expect-error: text is no value
  () => LeakySoma({ threshold: "-45" }),
  // @ts-expect-error: a shape is a list
  () => LeakySoma({ units: 1000 }),
  // @ts-expect-error: a uniform initializer has two ends
  () => LeakySoma({ threshold: uniform({ min: 1 }) }),
  // @ts-expect-error: gamma is no initializer
  () => LeakySoma({ threshold: { gamma: { shape: 1 } } }),
  // @ts-expect-error: a seed is a number
  () => LeakySoma({ seed: "a" }),
];

export const adaptive: AdaptiveLeakySomaConfig = { thresholdTau: 50, cooldown: [1, 2], seed: 3 };
// @ts-expect-error: a leaky soma does not adapt
export const leaky: LeakySomaConfig = { thresholdTau: 50 };

export const ports = [
  () => LeakySoma().build({ current: new PortSpecs({ payload: "CurrentArray", shape: [3] }) }),
  // @ts-expect-error: no payload of that name
  () => new PortSpecs({ payload: "Currents", shape: [3] }),
  // @ts-expect-error: an input is told by its specs
  () => LeakySoma().build({ current: [3] }),
];

/** A declaration knows the names of its fields and states. */
export const names: readonly (keyof typeof AdaptiveLeakySoma.model.fields)[] = ["thresholdTau", "cooldown"];
export const states: readonly (keyof typeof AdaptiveLeakySoma.model.state)[] = ["potential", "age", "adaptation"];
// @ts-expect-error: no state of that name
export const noState: keyof typeof LeakySoma.model.state = "age";
// @ts-expect-error: no soma of that name
export const noSoma = somas.QuadraticSoma;
