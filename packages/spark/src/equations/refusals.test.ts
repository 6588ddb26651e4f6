import { expect, test } from "vitest";
import { ModelError, UnitError } from "../errors/errors.ts";
import type { EquationsOptions } from "./options.ts";
import { somaFromEquations } from "./soma.ts";

/*
 * What authors of equations get wrong, and what they are told. Reading this table is reviewing the messages: each
 * names the line and the column, says what is wrong in the words of the text, and ends with what to do.
 */

const base = {
  dv: "dv/dt = (gL*(EL - v) - w + I)/C : mV",
  dw: "dw/dt = (a*(v - EL) - w)/tauw : pA",
  spike: "spike: v > VT",
  reset: "reset: v = Vr; w += b",
  p: "gL = 30 nS; EL = -70 mV; C = 281 pF; a = 4 nS; tauw = 144 ms; VT = -50 mV; Vr = -60 mV; b = 80.5 pA",
};

/** A sound text with some of its lines changed, and with `x` at its end. */
const text = (more: Partial<Record<keyof typeof base | "x", string>>): string =>
  Object.values({ ...base, ...more })
    .filter((line) => line !== "")
    .join("\n");

type Row = readonly [name: string, text: string, messages: readonly string[], options?: EquationsOptions];

const rows: readonly Row[] = [
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
    "empty unit",
    text({ dw: "dw/dt = (a*(v - EL) - w)/tauw :" }),
    ["line 2, column 32: expected a unit after the colon, such as mV, or 1 for a pure number. Give it."],
  ],
  [
    "unknown unit",
    text({ dw: "dw/dt = (a*(v - EL) - w)/tauw : pa" }),
    ['line 2, column 33: w has the unknown unit "pa". Did you mean "pA"?'],
  ],
  [
    "unknown unit of number",
    text({ x: "x = 3 furlong" }),
    [
      'line 6, column 7: "furlong" follows a number, but is not a unit. Write * to multiply, or a unit such as mV, ms, nS or pF.',
    ],
  ],
  [
    "unit in brackets",
    text({ x: "x = 3 [furlong]" }),
    ['line 6, column 7: "furlong" is not a unit. Use units such as mV, ms, nS, pF or 1/ms.'],
  ],
  [
    "potential not mV",
    text({ dv: "dv/dt = (gL*(EL - v) - w + I)/C : pA" }),
    [
      "line 1, column 35: v is the membrane potential, which must be in mV; received pA. Give : mV, or another potential: potential: u.",
    ],
  ],
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
    "reset unit",
    text({ reset: "reset: v = w" }),
    ["line 4, column 12: v must be in mV; w is in pA. Multiply w by a resistance in GΩ."],
  ],
  [
    "reset factor",
    text({ reset: "reset: v = Vr; w *= 2 pA" }),
    ["line 4, column 21: the factor of w must be a pure number; 2 pA is in pA. Divide 2 pA by a current in pA."],
  ],
  ["reset empty", text({ reset: "reset:" }), ["line 4, column 1: reset: assigns nothing. Write reset: v = …."]],
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
    "chained comparison",
    text({ spike: "spike: VT < v < EL" }),
    ['line 3, column 15: a comparison has two sides. Combine two of them with "and".'],
  ],
  ["single equals", text({ x: "x == 3" }), ["line 6, column 3: a definition has one equals sign. Write x = …."]],
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
  [
    "start not fixed",
    text({ x: "start: v = w*2 GOhm" }),
    [
      "line 6, column 12: a start value may depend on parameters only, because it is computed before a run; w changes during a run. Use parameters.",
    ],
  ],
  ["start unit", text({ x: "start: v = 3" }), ["line 6, column 12: v must be in mV; 3 has no unit. Write 3 mV."]],
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
  ["empty", "", ["line 1, column 1: the text has no equation of a variable. Write at least dv/dt = … : mV."]],
  ["unclosed parenthesis", text({ x: "x = (3 + 4" }), ["line 6, column 5: this parenthesis is not closed. Insert )."]],
  [
    "unclosed parenthesis 2",
    text({ x: "x = (3 + 4\ny = 4" }),
    ["line 6, column 5: this parenthesis is not closed. Insert )."],
  ],
  [
    "extra parenthesis",
    text({ x: "x = 3 + 4)" }),
    ['line 6, column 10: found ")" after "4". Remove it, or start a new line.'],
  ],
  [
    "missing operand",
    text({ x: "x = 3 +" }),
    ["line 6, column 8: expected a value; found the end of the text. Write a name, a number or a parenthesis."],
  ],
  [
    "two operators",
    text({ x: "x = 3 * / 4" }),
    ['line 6, column 9: expected a value; found "/". Write a name, a number or a parenthesis.'],
  ],
  [
    "missing operator",
    text({ x: "x = gL v" }),
    [
      'line 6, column 8: found "v" after "gL". Write * between factors, and start each equation in a new line or after a semicolon.',
    ],
  ],
  ["strange sign", text({ x: "x = gL $ v" }), ['line 6, column 8: the sign "$" has no meaning here. Remove it.']],
  [
    "prime",
    text({ x: "v' = 3" }),
    ['line 6, column 2: the sign "\'" has no meaning here. Write a derivative as dv/dt = ….'],
  ],
  [
    "open string",
    text({ x: 'x = normalNoise("a)' }),
    ['line 6, column 17: the sign "\\"" has no meaning here. Close the quotes in the same line.'],
  ],
  [
    "draw without purpose",
    text({ x: "x = normalNoise(3)" }),
    [
      'line 6, column 5: normalNoise takes the purpose of the draw in quotes, and at most an index. Write normalNoise("noise").',
    ],
  ],
  [
    "string elsewhere",
    text({ x: 'x = exp("a")' }),
    ["line 6, column 9: exp takes no text in quotes. Remove the quotes."],
  ],
  [
    "= in expression",
    text({ x: "x = y = 3" }),
    ['line 6, column 7: found "=" after "y". Remove it, or start a new line.'],
  ],
  [
    "+= outside",
    text({ x: "w += b" }),
    ["line 6, column 3: w += … changes a variable, which only a reset does. Write reset: w += …."],
  ],
  [
    "function definition",
    text({ x: "f(x) = x" }),
    ["line 6, column 2: own functions cannot be defined. Write the formula where it is used, or name it: f = …."],
  ],
  [
    "section typo",
    text({ spike: "spikes: v > VT" }),
    ["line 3, column 1: spikes: is not a section. Write spike: v > …."],
  ],
  [
    "threshold section",
    text({ spike: "threshold: v > VT" }),
    ["line 3, column 1: threshold: is not a section. Write spike: v > …."],
  ],
  [
    "section typo2",
    text({ reset: "resett: v = Vr" }),
    ['line 4, column 1: resett: is not a section. Did you mean "reset"?'],
  ],
  [
    "parameter without value",
    text({ x: "g : nS" }),
    ["line 6, column 1: g has a unit, but no value. Give its default, such as g = 0 nS."],
  ],
  [
    "spike twice",
    text({ x: "spike: w > 3 pA" }),
    ['line 6, column 1: spike: occurs twice. Combine the two with "or".'],
  ],
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
    "flag unknown",
    text({ dv: "dv/dt = (gL*(EL - v) - w + I)/C : mV (unless refactory)", x: "refractory: 2 ms" }),
    ["line 1, column 38: (unless refactory) has no meaning here. Known: (unless refractory)."],
  ],
  [
    "rule unknown",
    text({ x: "x = 3 (< 0)" }),
    [
      "line 6, column 7: (< 0) is not a rule of a parameter. Write (> 0), (>= 0), (from 0 to 1), or a role: (threshold), (reset), (refractory).",
    ],
  ],
  [
    "rule broken",
    text({ x: "x = -3 (> 0)" }),
    ["line 6, column 5: x is -3, which breaks its own rule (> 0). Change the value or the rule."],
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
    "not derivative",
    text({ x: "v/dt = 3" }),
    ["line 6, column 1: the left side must be a derivative such as dv/dt; found v/dt. Write dv/dt."],
  ],
  [
    "parameter condition",
    text({ x: "x = 3 > 2" }),
    ["line 6, column 5: x is a condition; a parameter is a number. Use 1 and 0, and compare the parameter with 0.5."],
  ],
  [
    "large number",
    text({ x: "x = 1e999" }),
    ["line 6, column 5: 1e999 is larger than any number that the library computes with. Give a smaller one."],
  ],
  ["division of literals", text({ x: "x = 1/0" }), ["line 6, column 7: the divisor is 0. Give another."]],
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
    "int fraction",
    "next v = v : mV\nnext n = n + 0.5 : int\nnext spikes = v > 0 mV\nstart: v = 0 mV; n = 0",
    [
      "line 2, column 10: next n must be an integer; n + 0.5 is a number that may have a fraction. Write steps(…) for a time, or toInt(…).",
    ],
  ],
  [
    "after",
    "next v = after(v) : mV\nnext spikes = v > 0 mV\nstart: v = 0 mV",
    [
      "line 1, column 10: v has no value after the integration here. Use after(…) of a variable with d…/dt, in next lines.",
    ],
  ],
  [
    "two units",
    "dv/dt = (EL - v)/(2 ms) : mV\nnext v = v : pA\nnext spikes = v > 0 mV\nstart: v = 0 mV\nEL = 3 mV",
    ["line 2, column 14: v has the units mV and pA. Give one of them."],
  ],
  ["time t", text({ x: "x = t/ms" }), ["line 6, column 5: t is not defined. The time is stepIndex()*dt."]],
  [
    "and of flags",
    text({ x: "x = v : mV (> 0)" }),
    ["line 6, column 12: (> 0) belongs to a parameter or a variable, not to a sub-expression. Remove it."],
  ],
  [
    "relative in d/dt",
    text({ dw: "dw/dt = (a*(v - EL) - w)/tauw : pA (relative to b)" }),
    ["line 2, column 36: (relative to b) has no meaning here. Only next lines take it."],
  ],
  [
    "keyword as name",
    text({ x: "and = 3" }),
    ['line 6, column 1: expected a name; found "and". It is a word of the notation: use another name.'],
  ],
  [
    "exponent unit",
    text({ x: "x = 2^v" }),
    ["line 6, column 7: an exponent must be a pure number; v is in mV. Divide v by a potential in mV."],
  ],
  [
    "base unit",
    text({ x: "x = v^w" }),
    [
      "line 6, column 5: the base of a power whose exponent is no plain number must be a pure number; v is in mV. Divide v by a potential in mV.",
      "line 6, column 7: an exponent must be a pure number; w is in pA. Divide w by a current in pA.",
    ],
  ],
];

test("the text that the table changes is sound", () => {
  expect(() => somaFromEquations("Sound", text({}))).not.toThrow();
});

test("the table has at least a hundred rows with different names", () => {
  expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThanOrEqual(100);
});

test.each(rows.map(([name, ...row]) => ({ name, row })))(
  "refuses: $name",
  ({ row: [source, messages, options = {}] }) => {
    let error: unknown;
    try {
      somaFromEquations("Wrong", source, options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error instanceof ModelError || error instanceof UnitError).toBe(true);
    const lines = (error as Error).message.split("\n");
    // Each problem is a sentence, the line of the text, and carets under the wrong part.
    expect(lines.filter((_, k) => k % 3 === 0)).toEqual(messages.map((message) => `Wrong, ${message}`));
    for (let k = 0; k < lines.length; k += 3) expect(lines[k + 2]).toMatch(/^ *\^+$/);
    for (const message of messages) expect(message).toMatch(/^line \d+, column \d+: .*[.?]$/);
  },
);

test("errors of units alone are UnitErrors; others are ModelErrors", () => {
  expect(() => somaFromEquations("Wrong", text({ spike: "spike: v > -50" }))).toThrow(UnitError);
  expect(() => somaFromEquations("Wrong", text({ spike: "spike: v > -50", x: "x = y" }))).toThrow(ModelError);
});

test("arguments of another kind are refused", () => {
  const read = somaFromEquations as (...args: unknown[]) => unknown;
  expect(() => read(3)).toThrow(
    'soma.equations takes the name of the soma first; received 3. Write soma.equations("AdEx", text).',
  );
  expect(() => read("A", ["v"])).toThrow(
    'soma.equations("A") takes the equations as a text; received ["v"]. Write them in backquotes.',
  );
  expect(() => read("A", text({}), 3)).toThrow(
    'soma.equations("A") takes options such as { method: "rk4" }; received 3. Give an object.',
  );
  expect(() => read("A", text({}), { metod: "rk4" })).toThrow(
    'soma.equations("A").metod is not an option. Did you mean "method"?',
  );
  expect(() => read("A", text({}), { about: 3 })).toThrow('soma.equations("A").about must be a text; received 3.');
  expect(() => read("a", text({}))).toThrow('soma("a") must be named in PascalCase');
  expect(() => read("A", text({}), { method: "rk5" })).toThrow("A.method must be a method of integration");
  expect(() => read("A", text({}), { method: { v: "rk4" } })).toThrow("A.method.w is missing");
  expect(() => read("A", " ".repeat(100_001))).toThrow("takes at most 100000 characters; received 100001");
});
