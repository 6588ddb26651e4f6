import { type Row, text } from "./refusals.test-support.ts";

/** What authors write with wrong units and values: units that do not fit, conditions and numbers, divisions by 0. */
export const unitsRows: readonly Row[] = [
  [
    "pure number",
    text({ x: "x = exp(v)" }),
    ["line 6, column 9: an argument of exp must be a pure number; v is in mV. Divide v by a potential in mV."],
  ],
  [
    "wrong unit sum",
    text({ dv: "dv/dt = (gL*(EL - v) - w + v)/C : mV" }),
    [
      "line 1, column 26: these cannot be added: gL*(EL - v) - w is in pA, and v is in mV. Multiply v by a conductance in nS.",
    ],
  ],
  [
    "bare number",
    text({ spike: "spike: v > -50" }),
    ["line 3, column 10: these cannot be compared: v is in mV, and -50 has no unit. Write -50 mV."],
  ],
  [
    "derivative's unit",
    text({ dv: "dv/dt = gL*(EL - v) - w + I : mV" }),
    [
      "line 1, column 9: dv/dt must be in mV/ms; gL*(EL - v) - w + I is in pA. Divide gL*(EL - v) - w + I by a capacitance in pF.",
    ],
  ],
  [
    "subexpression unit",
    text({ x: "x = gL*v : mV" }),
    ["line 6, column 5: x must be in mV; gL*v is in pA. Multiply gL*v by a resistance in GΩ."],
  ],
  [
    "missing unit",
    text({ dw: "dw/dt = (a*(v - EL) - w)/tauw" }),
    ["line 2, column 2: w has no unit. Give it after a colon: … : pA, or : 1 for a pure number."],
  ],
  [
    "potential not mV",
    text({ dv: "dv/dt = (gL*(EL - v) - w + I)/C : pA" }),
    [
      "line 1, column 35: v is the membrane potential, which must be in mV; received pA. Give : mV, or another potential: potential: u.",
    ],
  ],
  [
    "reset unit",
    text({ reset: "reset: v = w" }),
    ["line 4, column 12: v must be in mV; w is in pA. Multiply w by a resistance in GΩ."],
  ],
  [
    "reset factor",
    text({ reset: "reset: v = Vr; w *= 2 pA" }),
    ["line 4, column 21: the factor of w must be a pure number; 2 pA is in pA. Divide 2 pA by a current in pA."],
  ],
  [
    "spike number",
    text({ spike: "spike: v" }),
    ["line 3, column 8: spike: must be a condition; v is a number. Compare it, as in v > 0 mV."],
  ],
  [
    "spike assigns",
    text({ spike: "spike: v = 3" }),
    ['line 3, column 10: found "=" after "v". Remove it, or start a new line.'],
  ],
  [
    "condition as number",
    text({ x: "x = (v > VT) + 1" }),
    ["line 6, column 5: + takes numbers; v > VT is a condition. Write select(v > VT, a, b) or when(…)."],
  ],
  [
    "number as condition",
    text({ x: "x = v and w" }),
    [
      "line 6, column 5: the left side of and must be a condition; v is a number. Compare it, as in v > 0 mV.",
      "line 6, column 11: the right side of and must be a condition; w is a number. Compare it, as in v > 0 mV.",
    ],
  ],
  [
    "0/0",
    text({ x: "x = 0.1/ms/mV*(v + 40 mV)/(1 - exp(-(v + 40 mV)/(10 mV)))" }),
    [
      "line 6, column 27: 1 - exp(-(v + 40 mV)/(10 mV)) is 0 where its exponent is 0, so the quotient can be 0/0. For a rate a*x/(1 - exp(-x/k)), write linoid(a, x, k); otherwise use exprel(x), which is (exp(x) - 1)/x.",
    ],
  ],
  [
    "0/0 common",
    text({ x: "x = (v - EL)/(EL - v)" }),
    [
      "line 6, column 14: EL - v is 0 at the same time as the dividend, so the quotient can be 0/0. Cancel the common factor.",
    ],
  ],
  ["division by 0", text({ x: "x = v/0" }), ["line 6, column 7: the divisor is 0. Give another."]],
  ["start unit", text({ x: "start: v = 3" }), ["line 6, column 12: v must be in mV; 3 has no unit. Write 3 mV."]],
  [
    "refractory unit",
    text({ x: "refractory: 3" }),
    ["line 6, column 13: refractory: must be in ms; 3 has no unit. Write 3 ms."],
  ],
  [
    "refractory condition",
    text({ x: "refractory: v > VT" }),
    [
      "line 6, column 13: the refractory period may depend on parameters only, because it is computed before a run; v changes during a run. Use parameters.",
    ],
  ],
  [
    "rule broken",
    text({ x: "x = -3 (> 0)" }),
    ["line 6, column 5: x is -3, which breaks its own rule (> 0). Change the value or the rule."],
  ],
  [
    "parameter condition",
    text({ x: "x = 3 > 2" }),
    ["line 6, column 5: x is a condition; a parameter is a number. Use 1 and 0, and compare the parameter with 0.5."],
  ],
  ["division of literals", text({ x: "x = 1/0" }), ["line 6, column 7: the divisor is 0. Give another."]],
  [
    "input unit",
    text({ x: "input I : current nA" }),
    ["line 6, column 19: an input of kind current has its own unit. Remove nA."],
  ],
  [
    "integer derivative",
    text({ x: "dn/dt = 0/ms : int" }),
    ["line 6, column 16: n has a derivative, so it is no integer. Give a unit, or 1 for a pure number."],
  ],
  [
    "int fraction",
    "next v = v : mV\nnext n = n + 0.5 : int\nnext spikes = v > 0 mV\nstart: v = 0 mV; n = 0",
    [
      "line 2, column 10: next n must be an integer; n + 0.5 is a number that may have a fraction. Write steps(…) for a time, or toInt(…).",
    ],
  ],
];
