import { describe, expect, test } from "vitest";
import { field, positive } from "../config/field.ts";
import { add, div, exp, gt, mul, neg, quantity, select, sub, when } from "../expr/verbs.ts";
import type { IntegrationMethod } from "../model/methods.ts";
import { float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { equationsLatex, equationsText } from "./equations.ts";
import { modelPage } from "./page.ts";

const fields = {
  tau: field(20, "ms", "Membrane time constant.", positive),
  slope: field(2, "mV", "Slope of the upstroke.", positive),
  resistance: field(0.1, "GΩ", "Resistance."),
  adaptationTau: field(100, "ms", "Time constant of the adaptation.", positive),
  threshold: field(20, "mV", "Threshold."),
};

type Methods = IntegrationMethod | { readonly potential: IntegrationMethod; readonly w: IntegrationMethod };

/** An exponential soma with adaptation. */
const adaptive = (method: Methods, substeps: number) =>
  soma("Adaptive", fields, {
    about: "A test.",
    state: () => ({ w: float(0, "pA", "Adaptation current.") }),
    differential: (x) => ({
      potential: div(
        add(sub(mul(x.slope, exp(div(x.potential, x.slope))), x.potential), mul(x.resistance, sub(x.current, x.w))),
        x.tau,
      ),
      w: div(neg(x.w), x.adaptationTau),
    }),
    method,
    substeps,
    step: (x, after) => {
      const spikes = gt(after.potential, x.threshold);
      return {
        spikes,
        potential: select(spikes, 0, after.potential),
        w: add(after.w, when(spikes, quantity(5, "pA"))),
      };
    },
  }).model;

/** Two coupled linear equations. */
const Cascade = soma("Cascade", fields, {
  about: "A test.",
  state: () => ({ i: float(0, "mV", "A trace.") }),
  differential: (x) => ({ potential: div(sub(x.i, x.potential), x.tau), i: div(neg(x.i), x.adaptationTau) }),
  method: "exact",
  step: (x, after) => ({ spikes: gt(after.potential, x.threshold) }),
}).model;

describe("the text of differential equations", () => {
  test("shows the update that each variable gets by itself", () => {
    expect(equationsText(adaptive("exponentialEuler", 2))).toMatchInlineSnapshot(`
      "Adaptive
        at start          potential = 0 mV
                          w = 0 pA
        equations         a = exp(potential/slope)
                          d potential/dt = (slope·a − potential + resistance·(current − w))/tau
                          d w/dt = (−w)/adaptationTau
        exponentialEuler  δ = dt/2
                          potential ← potential + δ·exprel(δ·((1/slope·a·slope − 1)/tau))·potential′
                          w ← w + δ·exprel(δ·((−1)/adaptationTau))·w′
        each step         b = after.potential > threshold
                          outSpikes ← b
                          potential ← b ? 0 : after.potential
                          w ← after.w + (b ? 5 pA : 0)"
    `);
  });

  test("shows the stages of a Runge–Kutta method once, for any number of sub-steps", () => {
    expect(equationsText(adaptive("rk4", 100))).toMatchInlineSnapshot(`
      "Adaptive
        at start   potential = 0 mV
                   w = 0 pA
        equations  d potential/dt = (slope·exp(potential/slope) − potential + resistance·(current − w))/tau
                   d w/dt = (−w)/adaptationTau
        rk4        δ = dt/100
                   x = (potential, w)
                   f(x) = (potential′, w′)
                   s1 = f(x)
                   s2 = f(x + δ/2·s1)
                   s3 = f(x + δ/2·s2)
                   s4 = f(x + δ·s3)
                   x ← x + δ/6·(s1 + 2·s2 + 2·s3 + s4)
        each step  a = after.potential > threshold
                   outSpikes ← a
                   potential ← a ? 0 : after.potential
                   w ← after.w + (a ? 5 pA : 0)"
    `);
  });

  test("shows each method with its variables", () => {
    expect(equationsText(adaptive({ potential: "heun", w: "euler" }, 1))).toMatchInlineSnapshot(`
      "Adaptive
        at start   potential = 0 mV
                   w = 0 pA
        equations  d potential/dt = (slope·exp(potential/slope) − potential + resistance·(current − w))/tau
                   d w/dt = (−w)/adaptationTau
        euler      w ← w + dt·w′
        heun       x = potential
                   f(x) = potential′
                   s1 = f(x)
                   s2 = f(x + dt·s1)
                   x ← x + dt/2·(s1 + s2)
        each step  a = after.potential > threshold
                   outSpikes ← a
                   potential ← a ? 0 : after.potential
                   w ← after.w + (a ? 5 pA : 0)"
    `);
  });

  test("shows coupled linear equations as one system", () => {
    expect(equationsText(Cascade)).toMatchInlineSnapshot(`
      "Cascade
        at start   potential = 0 mV
                   i = 0 mV
        equations  d potential/dt = (i − potential)/tau
                   d i/dt = (−i)/adaptationTau
        exact      x = (potential, i)
                   f(x) = (potential′, i′)
                   A = ∂f/∂x
                   x ← x + dt·exprel(dt·A)·f(x)
        each step  outSpikes ← after.potential > threshold
                   potential ← after.potential
                   i ← after.i"
    `);
  });
});

test("LaTeX puts a hat on integrated values and a dot on derivatives", () => {
  expect(equationsLatex(adaptive({ potential: "rk4", w: "exact" }, 2))).toMatchInlineSnapshot(`
    "\\begin{aligned}
    &\\textbf{at start} \\\\
    \\mathrm{potential} &= 0\\,\\mathrm{mV} \\\\
    \\mathrm{w} &= 0\\,\\mathrm{pA} \\\\
    &\\textbf{equations} \\\\
    \\frac{d\\,\\mathrm{potential}}{dt} &= \\frac{\\mathrm{slope} \\cdot e^{\\frac{\\mathrm{potential}}{\\mathrm{slope}}} - \\mathrm{potential} + \\mathrm{resistance} \\cdot \\left(\\mathrm{current} - \\mathrm{w}\\right)}{\\mathrm{tau}} \\\\
    \\frac{d\\,\\mathrm{w}}{dt} &= \\frac{-\\mathrm{w}}{\\mathrm{adaptationTau}} \\\\
    &\\textbf{exact} \\\\
    \\delta &= \\frac{\\Delta t}{2} \\\\
    \\mathrm{w} &\\leftarrow \\mathrm{w} + \\delta \\cdot \\mathrm{exprel}\\left(\\delta \\cdot \\frac{-1}{\\mathrm{adaptationTau}}\\right) \\cdot \\dot{\\mathrm{w}} \\\\
    &\\textbf{rk4} \\\\
    x &= \\mathrm{potential} \\\\
    f(x) &= \\dot{\\mathrm{potential}} \\\\
    s_{1} &= f(x) \\\\
    s_{2} &= f\\left(x + \\frac{\\delta}{2} \\cdot s_{1}\\right) \\\\
    s_{3} &= f\\left(x + \\frac{\\delta}{2} \\cdot s_{2}\\right) \\\\
    s_{4} &= f\\left(x + \\delta \\cdot s_{3}\\right) \\\\
    x &\\leftarrow x + \\frac{\\delta}{6} \\cdot \\left(s_{1} + 2 s_{2} + 2 s_{3} + s_{4}\\right) \\\\
    &\\textbf{each step} \\\\
    a &\\iff \\widehat{\\mathrm{potential}} > \\mathrm{threshold} \\\\
    \\mathrm{outSpikes} &\\leftarrow a \\\\
    \\mathrm{potential} &\\leftarrow \\begin{cases} 0 & \\text{if } a \\\\ \\widehat{\\mathrm{potential}} & \\text{otherwise} \\end{cases} \\\\
    \\mathrm{w} &\\leftarrow \\widehat{\\mathrm{w}} + \\left[a\\right] \\cdot \\left(5\\,\\mathrm{pA}\\right)
    \\end{aligned}"
  `);
});

test("the page of a model explains the signs of its differential equations", () => {
  expect(modelPage(adaptive("rk4", 2))).toContain("A hat marks");
  expect(modelPage(Cascade)).toContain("exprel(z) = (e^z − 1)/z");
});
