import fc from "fast-check";
import { expect, test } from "vitest";
import { ModelError, UnitError } from "../errors/errors.ts";
import { somaFromEquations } from "./soma.ts";
import { synapseFromEquations } from "./synapse.ts";

/* Whatever a text contains, the result is a soma or a message with a line and a column. */

const sound = `# An adaptive exponential soma.
dv/dt = (gL*(EL - v) + gL*DeltaT*exp((v - VT)/DeltaT) - w + I)/C : mV (unless refractory)
dw/dt = (a*(v - EL) - w)/tauw : pA
spike: v > 0 mV and not (w > 1 nA)
reset: v = Vr; w += b
refractory: 2*ms
gL = 30 nS; EL = -70.6*mV; C = 281 [pF]; DeltaT = 2 mV (> 0)
VT = -50.4 mV; a = 4 nS; tauw = 144 ms; b = 0.0805 nA; Vr = EL`;

const pieces = [
  ...sound.split(/(\s+|[()+\-*/;:=])/).filter((piece) => piece !== ""),
  ..."( ) [ ] ^ ** , ; : \n # ` \" ' $ next input potential start select exp after int e1 1e400 .5 0 dt jump true \\ é Ω".split(
    " ",
  ),
  "\n",
  "d",
  "(".repeat(500),
  "-".repeat(500),
  "1+".repeat(500),
  "not ".repeat(500),
];

const place = /^Fuzzy, line \d+, column \d+: [^\n]*[.?]\n[^\n]*\n *\^+$/;

const soundSynapse = `# A conductance that rises before it decays.
dg/dt = s/riseTau - g/decayTau : nS
ds/dt = -s/riseTau : nS
input w : weight nS
arrive: s = min(s + w, most); g *= 1
current: g*(E - v)/(1 + Mg/3.57*exp(-0.062*v/mV))
observe shown = g - s : nS  # A difference.
start: g = 0.1 nS
riseTau = 2 ms (> 0); decayTau = 10*ms; E = 0 mV; Mg = 1; most = 0.02 uS`;

const expectSomaOrPlace = (
  text: string,
  declare: (name: string, text: string) => unknown = somaFromEquations,
): void => {
  try {
    declare("Fuzzy", text);
  } catch (error) {
    if (!(error instanceof ModelError || error instanceof UnitError)) throw error;
    const problems = error.message.split(/\n(?=Fuzzy, line)/);
    for (const problem of problems) expect(problem).toMatch(place);
  }
};

test("a sound text is accepted", () => {
  somaFromEquations("Fuzzy", sound);
  synapseFromEquations("Fuzzy", soundSynapse);
});

test("a sound text of a synapse with a part removed, doubled or replaced gives a synapse or a place", () => {
  const own = soundSynapse.split(/(\s+|[()+\-*/;:=])/).filter((piece) => piece !== "");
  const insert = fc.constantFrom("", ...own, ...pieces);
  const edit = fc.record({ at: fc.nat(soundSynapse.length), length: fc.nat(12), insert });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      let text = soundSynapse;
      for (const { at, length, insert } of edits) text = text.slice(0, at) + insert + text.slice(at + length);
      expectSomaOrPlace(text, synapseFromEquations);
    }),
    { numRuns: 1500 },
  );
});

test("any characters give a soma or a place", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => expectSomaOrPlace(text)),
    { numRuns: 500 },
  );
});

test("any sequence of parts of texts gives a soma or a place", () => {
  const parts = fc.array(fc.constantFrom(...pieces), { maxLength: 60 });
  fc.assert(
    fc.property(parts, fc.constantFrom("", " "), (list, space) => expectSomaOrPlace(list.join(space))),
    { numRuns: 2000 },
  );
});

test("a sound text with a part removed, doubled or replaced gives a soma or a place", () => {
  const edit = fc.record({ at: fc.nat(sound.length), length: fc.nat(12), insert: fc.constantFrom("", ...pieces) });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      let text = sound;
      for (const { at, length, insert } of edits) text = text.slice(0, at) + insert + text.slice(at + length);
      expectSomaOrPlace(text);
    }),
    { numRuns: 2000 },
  );
});

test("long chains of names, operations and parentheses are refused with a place", () => {
  const chain = Array.from({ length: 5000 }, (_, k) => `a${k + 1} = a${k} + v`).join("\n");
  for (const text of [
    `dv/dt = a5000/ms : mV\nspike: v > 0 mV\nreset: v = 0 mV\na0 = v\n${chain}`,
    `dv/dt = ${"(".repeat(20_000)}v`,
    `dv/dt = ${"1*".repeat(20_000)}v/ms : mV`,
    `dv/dt = ${"2^".repeat(20_000)}v/ms : mV`,
  ]) {
    expectSomaOrPlace(text);
    expect(() => somaFromEquations("Fuzzy", text)).toThrow(/nested|in a row|chain/);
  }
});

test("a text of many short equations is read in a moment", () => {
  const many = Array.from({ length: 4000 }, (_, k) => `x${k} = v + ${k} mV`).join("\n");
  const start = performance.now();
  expectSomaOrPlace(`dv/dt = -v/ms : mV\nstart: v = 0 mV\nspike: v > 1 mV\nreset: v = 0 mV\n${many}`);
  expect(performance.now() - start).toBeLessThan(5000);
});
