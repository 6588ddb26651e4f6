import { expect, test } from "vitest";
import { field, positive } from "../config/field.ts";
import { add, div, exp, gt, mul, normalNoise, not, quantity, select, sub } from "../expr/verbs.ts";
import { float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { AdaptiveLeakySoma, LeakySoma, RefractoryLeakySoma, StrictRefractoryLeakySoma } from "../somas/index.ts";
import { equations, equationsLatex, equationsText } from "./equations.ts";

test("LeakySoma", () => {
  expect(equationsText(LeakySoma.model)).toMatchInlineSnapshot(`
    "LeakySoma
      at build   k1 = −expm1(−dt/potentialTau)
                 k2 = threshold − potentialRest
                 k3 = potentialReset − potentialRest
      at start   potential = 0 mV
      each step  a = potential + k1·(resistance·current − potential) + jump
                 b = a > k2
                 outSpikes ← b
                 potential ← b ? k3 : a"
  `);
});

test("RefractoryLeakySoma", () => {
  expect(equationsText(RefractoryLeakySoma.model)).toMatchInlineSnapshot(`
    "RefractoryLeakySoma
      at build   k1 = round(cooldown/dt)
                 k2 = −expm1(−dt/potentialTau)
                 k3 = threshold − potentialRest
                 k4 = potentialReset − potentialRest
                 k5 = k1 + 1
      at start   potential = 0 mV
                 age = k5
      each step  a = age > k1
                 b = potential + k2·(resistance·(a ? current : 0) − potential)
                 c = a ? b + jump : b
                 d = a and c > k3
                 outSpikes ← d
                 potential ← d ? k4 : c
                 age ← d ? 0 : min(age + 1, k5)"
  `);
});

test("StrictRefractoryLeakySoma", () => {
  expect(equationsText(StrictRefractoryLeakySoma.model)).toMatchInlineSnapshot(`
    "StrictRefractoryLeakySoma
      at build   k1 = round(cooldown/dt)
                 k2 = −expm1(−dt/potentialTau)
                 k3 = potentialReset − potentialRest
                 k4 = threshold − potentialRest
                 k5 = k1 + 1
      at start   potential = 0 mV
                 age = k5
      each step  a = age ≥ k1
                 b = a ? potential + k2·(resistance·current − potential) + jump : k3
                 c = a and b > k4
                 outSpikes ← c
                 potential ← c ? k3 : b
                 age ← c ? 0 : min(age + 1, k5)"
  `);
});

test("AdaptiveLeakySoma", () => {
  expect(equationsText(AdaptiveLeakySoma.model)).toMatchInlineSnapshot(`
    "AdaptiveLeakySoma
      at build   k1 = round(cooldown/dt)
                 k2 = −expm1(−dt/potentialTau)
                 k3 = threshold − potentialRest
                 k4 = potentialReset − potentialRest
                 k5 = k1 + 1
                 k6 = −expm1(−dt/thresholdTau)
      at start   potential = 0 mV
                 age = k5
                 adaptation = 0 mV
      each step  a = age > k1
                 b = potential + k2·(resistance·(a ? current : 0) − potential)
                 c = a ? b + jump : b
                 d = a and c > k3 + adaptation
                 outSpikes ← d
                 potential ← d ? k4 : c
                 age ← d ? 0 : min(age + 1, k5)
                 adaptation ← adaptation + k6·(0 − adaptation) + (d ? thresholdDelta : 0)"
  `);
});

test("LaTeX of the leaky soma", () => {
  expect(equationsLatex(LeakySoma.model)).toMatchInlineSnapshot(`
    "\\begin{aligned}
    &\\textbf{at build} \\\\
    k_{1} &= 1 - e^{-\\frac{\\Delta t}{\\mathrm{potentialTau}}} \\\\
    k_{2} &= \\mathrm{threshold} - \\mathrm{potentialRest} \\\\
    k_{3} &= \\mathrm{potentialReset} - \\mathrm{potentialRest} \\\\
    &\\textbf{at start} \\\\
    \\mathrm{potential} &= 0\\,\\mathrm{mV} \\\\
    &\\textbf{each step} \\\\
    a &= \\mathrm{potential} + k_{1} \\cdot \\left(\\mathrm{resistance} \\cdot \\mathrm{current} - \\mathrm{potential}\\right) + \\mathrm{jump} \\\\
    b &\\iff a > k_{2} \\\\
    \\mathrm{outSpikes} &\\leftarrow b \\\\
    \\mathrm{potential} &\\leftarrow \\begin{cases} k_{3} & \\text{if } b \\\\ a & \\text{otherwise} \\end{cases}
    \\end{aligned}"
  `);
});

const Crowded = soma(
  "Crowded",
  {
    a: field(1, "ms", "Occupies the first letter.", positive),
    k1: field(2, "ms", "Occupies the first constant."),
    potentialTau: field(20, "ms", "Time constant.", positive),
  },
  {
    about: "Names that collide with those of the equations.",
    state: (x) => ({ c: float(div(x.k1, x.a), "1", "Occupies the third letter.") }),
    step(x) {
      const decay = exp(div(x.k1, x.a));
      const half = mul(sub(1, decay), x.potential);
      const noisy = add(half, mul(quantity(2, "mV"), normalNoise("soma")));
      const spikes = gt(noisy, quantity(30, "mV"));
      return { spikes, potential: select(not(spikes), noisy, half), c: mul(decay, x.c) };
    },
  },
);

test("generated names avoid the names of the declaration, and repeated parts share one name", () => {
  expect(equationsText(Crowded.model)).toMatchInlineSnapshot(`
    "Crowded
      at build   k2 = k1/a
                 k3 = exp(k2)
                 k4 = 1 − k3
      at start   potential = 0 mV
                 c = k2
      each step  b = k4·potential
                 d = b + (2 mV)·normalNoise("soma")
                 e = d > 30 mV
                 outSpikes ← e
                 potential ← not e ? d : b
                 c ← k3·c"
  `);
});

test("a soma without fixed parts has no section for them", () => {
  const Relay = soma(
    "Relay",
    {},
    {
      about: "Spikes while a current flows.",
      step: (x) => ({ spikes: gt(x.current, 0), potential: x.potential }),
    },
  );
  expect(equationsText(Relay.model)).toMatchInlineSnapshot(`
    "Relay
      at start   potential = 0 mV
      each step  outSpikes ← current > 0
                 potential ← potential"
  `);
});

test("the lines are also data", () => {
  const { build, start, step } = equations(AdaptiveLeakySoma.model);
  expect(build.map(({ name }) => name)).toEqual(["k1", "k2", "k3", "k4", "k5", "k6"]);
  expect(start.map(({ name, sign, text }) => `${name} ${sign} ${text}`)).toEqual([
    "potential = 0 mV",
    "age = k5",
    "adaptation = 0 mV",
  ]);
  expect(step.map(({ name, sign, dtype }) => `${name} ${sign} ${dtype}`)).toEqual([
    "a = bool",
    "b = float",
    "c = float",
    "d = bool",
    "outSpikes ← bool",
    "potential ← float",
    "age ← int",
    "adaptation ← float",
  ]);
});
