import { type Row, text } from "./refusals.test-support.ts";

/** What authors define, name or leave out: names, cycles, what a soma needs, its sections and inputs. */
export const namesRows: readonly Row[] = [
  [
    "unknown name",
    text({ dv: "dv/dt = (gL*(EL - V) - w + I)/C : mV" }),
    ['line 1, column 19: V is not defined. Did you mean "v"?'],
  ],
  [
    "unknown name 2",
    text({ dv: "dv/dt = (gL*(EL - v) - w2 + I)/C : mV" }),
    ['line 1, column 24: w2 is not defined. Did you mean "w"?'],
  ],
  [
    "unknown function",
    text({ dv: "dv/dt = (gL*(EL - v) - w + I)/C*sinh(1) : mV" }),
    ['line 1, column 33: sinh is not a function of equations. Did you mean "sin"?'],
  ],
  [
    "other name function",
    text({ dv: "dv/dt = (gL*(EL - v) - w + I)/C*ln(2) : mV" }),
    ["line 1, column 33: ln is not a function of equations. Use log(…)."],
  ],
  [
    "function without call",
    text({ x: "x = exp + 1" }),
    ["line 6, column 5: exp is a function. Write exp(…), or define the name."],
  ],
  ["variable called", text({ x: "x = w (3)" }), ["line 6, column 5: w is not a function. Write * to multiply."]],
  ["call variable", text({ x: "x = 2 + w(3)" }), ["line 6, column 9: w is not a function. Write * to multiply."]],
  ["wrong arity", text({ x: "x = exp(1, 2)" }), ["line 6, column 5: exp takes 1 argument; received 2. Write exp(x)."]],
  [
    "cycle",
    text({ x: "x = y + 1\ny = z*2\nz = x" }),
    ["line 6, column 1: x is defined by itself: x → y → z → x. Define it by variables and parameters."],
  ],
  [
    "self",
    text({ x: "x = x + 1" }),
    ["line 6, column 1: x is defined by itself: x → x. Define it by variables and parameters."],
  ],
  [
    "twice parameter",
    text({ x: "gL = 3 nS" }),
    ["line 6, column 1: gL is defined twice. Rename or remove one of the definitions."],
  ],
  [
    "twice derivative",
    text({ x: "dv/dt = 0 : mV" }),
    ["line 6, column 2: v is defined twice. Rename or remove one of the definitions."],
  ],
  [
    "parameter and variable",
    text({ x: "w = 3 pA" }),
    ["line 6, column 1: w is defined twice. Rename or remove one of the definitions."],
  ],
  [
    "missing spike",
    text({ spike: "" }),
    ["line 1, column 1: the text does not say when units spike. Add a condition, such as spike: v > 0 mV."],
  ],
  [
    "missing reset",
    text({ reset: "" }),
    [
      "line 3, column 1: nothing resets at a spike, so units would spike in every step in which the condition holds. Add reset: v = …, or refractory: 3 ms.",
    ],
  ],
  [
    "reset parameter",
    text({ reset: "reset: v = Vr; VT += 1 mV" }),
    [
      "line 4, column 16: VT is a parameter, which a reset cannot change. Give it an equation, such as dVT/dt = 0, or start its definition in a new line.",
    ],
  ],
  ["reset unknown", text({ reset: "reset: v = Vr; u += b" }), ["line 4, column 16: u is not a variable. Known: v, w."]],
  [
    "reset subexpression",
    text({ reset: "reset: v = Vr; x = 2", x: "x = v/mV" }),
    ["line 4, column 16: x is a sub-expression, which follows from its definition. Assign a variable."],
  ],
  [
    "reset input",
    text({ reset: "reset: v = Vr; I = 2 pA" }),
    ["line 4, column 16: I is an input, which cannot be assigned. Assign a variable."],
  ],
  [
    "start not fixed",
    text({ x: "start: v = w*2 GOhm" }),
    [
      "line 6, column 12: a start value may depend on parameters only, because it is computed before a run; w changes during a run. Use parameters.",
    ],
  ],
  [
    "start twice",
    text({ x: "start: v = EL\nstart: v = VT" }),
    ["line 7, column 8: v has two start values. Remove one."],
  ],
  ["start unknown", text({ x: "start: vv = EL" }), ['line 6, column 8: vv is not a variable. Did you mean "v"?']],
  ["start +=", text({ x: "start: v += EL" }), ["line 6, column 8: a start value has the sign =. Write v = …."]],
  [
    "no start",
    text({ dv: "dv/dt = (gL*(EL - v)*(VT - v)/mV - w + I)/C : mV" }),
    [
      "line 1, column 2: v has no start value, and its equation has no leak of the form (E - v) that would give one. Add a line such as start: v = EL.",
    ],
  ],
  [
    "no potential",
    "du/dt = -u/tau : mV\ntau = 3 ms\nspike: u > 3 mV\nreset: u = 0 mV",
    ["line 1, column 2: no variable is the membrane potential. Name it v, or tell its name: potential: u."],
  ],
  [
    "potential option",
    text({}),
    ["line 1, column 1: the potential u is not a variable with an equation. Known: v, w."],
    { potential: "u" },
  ],
  [
    "potential line",
    text({ x: "potential: ww" }),
    ['line 6, column 12: the potential ww is not a variable with an equation. Did you mean "w"?'],
  ],
  [
    "no equation",
    "gL = 30 nS",
    ["line 1, column 1: the text has no equation of a variable. Write at least dv/dt = … : mV."],
  ],
  [
    "draw without purpose",
    text({ x: "x = normalNoise(3)" }),
    [
      'line 6, column 5: normalNoise takes the purpose of the draw in quotes, and at most an index. Write normalNoise("noise").',
    ],
  ],
  [
    "spike twice",
    text({ x: "spike: w > 3 pA" }),
    ['line 6, column 1: spike: occurs twice. Combine the two with "or".'],
  ],
  [
    "refractory variable",
    text({ x: "refractory: w/(1 pA/ms)" }),
    [
      "line 6, column 13: the refractory period may depend on parameters only, because it is computed before a run; w changes during a run. Use parameters.",
    ],
  ],
  [
    "unless refractory",
    text({ dv: "dv/dt = (gL*(EL - v) - w + I)/C : mV (unless refractory)" }),
    [
      "line 1, column 38: v holds in the refractory period, but the text has none. Add refractory: 2 ms, or remove the words.",
    ],
  ],
  [
    "name camel",
    text({ x: "τ = 3 ms" }),
    [
      "line 6, column 1: τ must consist of the letters A to Z, digits and _, and start with a letter. Rename the parameter.",
    ],
  ],
  [
    "name reserved",
    text({ x: "units = 3" }),
    ["line 6, column 1: units is a name that every soma has. Rename the parameter."],
  ],
  ["name dt", text({ x: "dt = 3 ms" }), ["line 6, column 1: dt is a name that every soma has. Rename the parameter."]],
  [
    "name object",
    text({ x: "constructor = 3" }),
    ["line 6, column 1: constructor is a name that every JavaScript object has. Rename the parameter."],
  ],
  [
    "name result",
    text({ x: "drate/dt = 0/ms : 1\n" }),
    ["line 6, column 2: rate is a name in the results of every run. Rename the variable."],
  ],
  [
    "name potential",
    text({ x: "dpotential/dt = 0 mV/ms : mV" }),
    [
      "line 1, column 2: v has no start value, and its equation has no leak of the form (E - v) that would give one. Add a line such as start: v = EL.",
      "line 6, column 2: potential is the library's name of v. Rename the variable.",
    ],
  ],
  [
    "jump",
    text({ x: "x = jump" }),
    [
      "line 6, column 5: jump adds to the potential by itself. Leave it out, or declare an input with: input kick : jump.",
    ],
  ],
  [
    "input unused",
    text({ x: "input I : current\ninput J : current" }),
    ["line 7, column 7: the input J is not used. Use it in an equation, or remove it."],
  ],
  [
    "input kind",
    text({ x: "input I : curent" }),
    ['line 6, column 11: curent is not a kind of input. Did you mean "current"?'],
  ],
  [
    "input signal",
    text({ x: "input D : signal\nx = D\ninput I : current" }),
    ["line 6, column 11: a signal needs a unit. Write input D : signal 1 for a pure number."],
  ],
  ["input on", text({ x: "input I : current (on w)" }), ["line 6, column 19: w is not a variable in mV. Known: v."]],
  [
    "next and spike",
    text({ x: "next n = n + 1 : int" }),
    [
      "line 1, column 2: the text has next lines, but does not say when units spike. Add next spikes = v > ….",
      "line 2, column 2: w has no start value. Add it: start: w = ….",
      "line 3, column 1: spike: cannot be combined with next lines. Write next spikes = … and next v = ….",
      "line 4, column 8: reset: cannot be combined with next lines. Write the reset with next v = select(…).",
      "line 6, column 6: n has no start value. Add it: start: n = ….",
    ],
  ],
  [
    "next without spikes",
    "next v = v : mV\nstart: v = 0 mV",
    ["line 1, column 6: the text has next lines, but does not say when units spike. Add next spikes = v > …."],
  ],
  [
    "next without start",
    "next v = v : mV\nnext spikes = v > 0 mV",
    ["line 1, column 6: v has no start value. Add it: start: v = …."],
  ],
  [
    "after",
    "next v = after(v) : mV\nnext spikes = v > 0 mV\nstart: v = 0 mV",
    [
      "line 1, column 10: v has no value after the integration here. Use after(…) of a variable with d…/dt, in next lines.",
    ],
  ],
  ["time t", text({ x: "x = t/ms" }), ["line 6, column 5: t is not defined. The time is stepIndex()*dt."]],
  [
    "relative in d/dt",
    text({ dw: "dw/dt = (a*(v - EL) - w)/tauw : pA (relative to b)" }),
    ["line 2, column 36: (relative to b) has no meaning here. Only next lines take it."],
  ],
];
