import { type Row, text } from "./refusals.test-support.ts";

/** What authors write that is no notation of equations: signs, parentheses, sections, and how units and flags are written. */
export const notationRows: readonly Row[] = [
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
  ["reset empty", text({ reset: "reset:" }), ["line 4, column 1: reset: assigns nothing. Write reset: v = …."]],
  [
    "chained comparison",
    text({ spike: "spike: VT < v < EL" }),
    ['line 3, column 15: a comparison has two sides. Combine two of them with "and".'],
  ],
  ["single equals", text({ x: "x == 3" }), ["line 6, column 3: a definition has one equals sign. Write x = …."]],
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
    "not derivative",
    text({ x: "v/dt = 3" }),
    ["line 6, column 1: the left side must be a derivative such as dv/dt; found v/dt. Write dv/dt."],
  ],
  [
    "large number",
    text({ x: "x = 1e999" }),
    ["line 6, column 5: 1e999 is larger than any number that the library computes with. Give a smaller one."],
  ],
  [
    "two units",
    "dv/dt = (EL - v)/(2 ms) : mV\nnext v = v : pA\nnext spikes = v > 0 mV\nstart: v = 0 mV\nEL = 3 mV",
    ["line 2, column 14: v has the units mV and pA. Give one of them."],
  ],
  [
    "and of flags",
    text({ x: "x = v : mV (> 0)" }),
    ["line 6, column 12: (> 0) belongs to a parameter or a variable, not to a sub-expression. Remove it."],
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
