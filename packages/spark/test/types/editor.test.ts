import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ASKED, compile, Editor, type Message, WRONG } from "./editor.test-support.ts";

/* What a user reads while writing: one message for one mistake, at the wrong word, that names it. */

interface Case {
  /** The mistake, in words. */
  readonly what: string;
  /** The program; the wrong word stands behind the mark. */
  readonly code: string;
  /** What the message says. */
  readonly says: RegExp;
}

const imports = `import { AdaptiveLeakySoma, LeakySoma, PoissonSource, PoissonDrive, ExponentialSynapse, DeltaSynapse, brain, neuron,
  compile, simulate, fixedInDegree, pairwiseBernoulli, ornsteinUhlenbeck, uniform, stepCurrent, type Component } from "spark-snn";
export type { Component };
export const unused = [AdaptiveLeakySoma, LeakySoma, PoissonSource, PoissonDrive, ExponentialSynapse, DeltaSynapse, brain, neuron, compile, simulate, fixedInDegree, pairwiseBernoulli, ornsteinUhlenbeck, uniform, stepCurrent];
const soma = LeakySoma({ units: [3] });
const cells = neuron({ soma: AdaptiveLeakySoma({ units: [3] }), synapses: { fast: DeltaSynapse(), slow: ExponentialSynapse() } });
const connect = fixedInDegree({ inDegree: 2 });
const network = brain({
  populations: { excitatory: cells, inhibitory: LeakySoma({ units: [3] }), noise: PoissonSource({ units: [3] }) },
  projections: { ee: { from: "excitatory", to: "excitatory.slow", connect, weight: 1 } },
  readouts: { activity: { from: "excitatory", tau: 10 } },
});
export { soma, cells, connect, network };
`;

const cases: readonly Case[] = [
  {
    what: "a misspelt record",
    code: "simulate(soma, { duration: 10, record: { /*!*/outSpike: true } });",
    says: /'outSpike' does not exist.*|Did you mean to write 'outSpikes'/s,
  },
  { what: "a missing duration", code: "simulate(soma, /*!*/{ record: { outSpikes: true } });", says: /duration/ },
  {
    what: "a misspelt duration",
    code: "simulate(soma, { /*!*/durations: 10, duration: 10 });",
    says: /'durations' does not exist/,
  },
  {
    what: "a duration that is no number",
    code: 'simulate(soma, { /*!*/duration: "10 ms" });',
    says: /'string' is not assignable to type 'number'/,
  },
  {
    what: "a misspelt input",
    code: "simulate(soma, { duration: 10, inputs: { /*!*/curent: 250 } });",
    says: /'curent' does not exist.*Did you mean to write 'current'|'curent' does not exist/s,
  },
  {
    what: "a wrong option of a generator",
    code: "simulate(soma, { duration: 10, inputs: { current: ornsteinUhlenbeck({ /*!*/men: 250, mean: 1, std: 1, tau: 1 }) } });",
    says: /'men' does not exist/,
  },
  {
    what: "a wrong option of a generator that is written as data",
    code: "simulate(soma, { duration: 10, inputs: { current: { sine: { /*!*/amplitud: 250, amplitude: 1, period: 5 } } } });",
    says: /'amplitud' does not exist/,
  },
  {
    what: "an option of a record that does not exist",
    code: "simulate(soma, { duration: 10, record: { potential: { units: [0], /*!*/evry: 10 } } });",
    says: /'evry' does not exist/,
  },
  {
    what: "a reduction that does not exist",
    code: 'simulate(soma, { duration: 10, record: { potential: { /*!*/reduce: "average" } } });',
    says: /"average"' is not assignable to type.*"mean"/s,
  },
  {
    what: "an option of recorded weights that does not exist",
    code: "simulate(network, { duration: 10, record: { weights: { ee: { /*!*/evry: 10 } } } });",
    says: /'evry' does not exist/,
  },
  {
    what: "a condition on a variable that does not exist",
    code: "simulate(soma, { duration: 10, record: { outSpikes: { when: { /*!*/potental: { above: -50 } } } } });",
    says: /'potental' does not exist/,
  },
  {
    what: "an option of a condition that does not exist",
    code: "simulate(network, { duration: 10, record: { inhibitory: { rate: { bin: 5, when: { outSpikes: { /*!*/atLest: 3 } } } } } });",
    says: /'atLest' does not exist/,
  },
  {
    what: "a record that was not asked for",
    code: "const run = await simulate(soma, { duration: 10, record: { outSpikes: true } });\nrun./*!*/potential;",
    says: /Property 'potential' does not exist/,
  },
  {
    what: "an unknown backend",
    code: 'simulate(soma, { duration: 10, /*!*/backend: "wasmm" });',
    says: /"wasmm"' is not assignable/,
  },
  {
    what: "a start value of a state that does not exist",
    code: "simulate(soma, { duration: 10, initial: { /*!*/potentail: -65 } });",
    says: /'potentail' does not exist/,
  },
  {
    what: "a model that was not called",
    code: "simulate(/*!*/LeakySoma, { duration: 10 });",
    says: /is not assignable to/,
  },
  {
    what: "an unknown parameter of a soma",
    code: "LeakySoma({ /*!*/potentialTua: 15 });",
    says: /'potentialTua' does not exist.*Did you mean to write 'potentialTau'|'potentialTua' does not exist/s,
  },
  {
    what: "a text as a parameter",
    code: 'LeakySoma({ /*!*/potentialTau: "15 ms" });',
    says: /'string' is not assignable to type 'Parameter<"Membrane time constant.", "ms", 20>/,
  },
  {
    what: "a wrong option of an initializer",
    code: "LeakySoma({ potentialTau: uniform({ min: 1, /*!*/maxx: 2, max: 2 }) });",
    says: /'maxx' does not exist/,
  },
  {
    what: "an option of compile that does not exist",
    code: "compile(soma, { /*!*/sed: 3 });",
    says: /'sed' does not exist/,
  },
  {
    what: "a misspelt input of a step",
    code: "(await compile(soma)).step({ /*!*/curent: 250 });",
    says: /'curent' does not exist/,
  },
  {
    what: "an unknown population among records",
    code: "simulate(network, { duration: 10, record: { /*!*/exitatory: { outSpikes: true } } });",
    says: /'exitatory' does not exist/,
  },
  {
    what: "an unknown state of a population",
    code: "simulate(network, { duration: 10, record: { inhibitory: { /*!*/adaptation: true } } });",
    says: /'adaptation' does not exist/,
  },
  {
    what: "a read-out of an unknown population",
    code: 'brain({ populations: { excitatory: cells }, readouts: { activity: { /*!*/from: "excitatry" } } });',
    says: /"excitatry"' is not assignable to type '"excitatory"/,
  },
  {
    what: "an unknown population among inputs",
    code: "simulate(network, { duration: 10, inputs: { /*!*/excitatori: { current: 1 } } });",
    says: /'excitatori' does not exist/,
  },
  {
    what: "an unknown port of a population",
    code: "simulate(network, { duration: 10, inputs: { excitatory: { /*!*/curent: 1 } } });",
    says: /'curent' does not exist/,
  },
  {
    what: "an unknown read-out",
    code: "simulate(network, { duration: 10, record: { readouts: { /*!*/activty: true } } });",
    says: /'activty' does not exist/,
  },
  {
    what: "a missing duration of a network",
    code: "simulate(network, /*!*/{ record: { excitatory: { outSpikes: true } } });",
    says: /duration/,
  },
  {
    what: "a projection from an unknown population",
    code: 'brain({ populations: { excitatory: cells }, projections: { ee: { /*!*/from: "excitatroy", to: "excitatory.slow", connect, weight: 1 } } });',
    says: /"excitatroy"' is not assignable to type '"excitatory"'/,
  },
  {
    what: "a projection to an unknown synapse",
    code: 'brain({ populations: { excitatory: cells }, projections: { ee: { from: "excitatory", /*!*/to: "excitatory.slaw", connect, weight: 1 } } });',
    says: /"excitatory.slaw"' is not assignable to type.*"excitatory.slow"/s,
  },
  {
    what: "an unknown option of a projection",
    code: 'brain({ populations: { excitatory: cells }, projections: { ee: { from: "excitatory", to: "excitatory.slow", connect, weight: 1, /*!*/dellay: 1 } } });',
    says: /'dellay' does not exist/,
  },
  {
    what: "a wrong option of a connection rule",
    code: "fixedInDegree({ /*!*/inDegre: 10, inDegree: 10 });",
    says: /'inDegre' does not exist/,
  },
  {
    what: "an unknown parameter of a synapse",
    code: "ExponentialSynapse({ /*!*/tua: 5 });",
    says: /'tua' does not exist/,
  },
  {
    what: "an unknown layout",
    code: 'brain({ populations: { excitatory: cells }, projections: { ee: { from: "excitatory", to: "excitatory.slow", connect, weight: 1, /*!*/layout: "sparser" } } });',
    says: /"sparser"' is not assignable to type/,
  },
];

/** Programs without a mistake: an editor underlines nothing. */
const right: Readonly<Record<string, string>> = {
  soma: 'const run = await simulate(soma, { duration: 10, inputs: { current: 250 }, record: { outSpikes: true, potential: { units: [0] } } });\nrun.outSpikes.count; run.potential.values; run.stoppedBy === "abort";',
  network:
    "const run = await simulate(network, { duration: 10, inputs: { excitatory: { current: 250 } }, record: { excitatory: { outSpikes: true, potential: true, 'slow.current': true }, readouts: { activity: true } } });\nrun.excitatory.outSpikes.count; run.excitatory.potential.values; run.readouts.activity.values;",
  compiled:
    "const simulation = await compile(network, { seed: 3 });\nsimulation.step({ excitatory: { current: 250 } }).excitatory.outSpikes.count; (await simulation.run({ duration: 1, record: { noise: { outSpikes: true } } })).noise.outSpikes.count;",
  records: "const run = await simulate(soma, { duration: 10 });\nrun.complete; run.backend;",
  chosen:
    "const run = await simulate(soma, { duration: 10, record: { outSpikes: Math.random() > 0.5 } });\nrun.outSpikes?.count;",
};

/** Where completions are asked for, and exactly what is offered. */
const completions: Readonly<Record<string, { readonly code: string; readonly offers: readonly string[] }>> = {
  "records of a soma": {
    code: "simulate(soma, { duration: 10, record: { /*?*/ } });",
    offers: ["activeFraction", "outSpikes", "potential", "rate"],
  },
  "inputs of a soma": { code: "simulate(soma, { duration: 10, inputs: { /*?*/ } });", offers: ["current", "inSpikes"] },
  "start values of a soma": { code: "simulate(soma, { duration: 10, initial: { /*?*/ } });", offers: ["potential"] },
  "records of a network": {
    code: "simulate(network, { duration: 10, record: { /*?*/ } });",
    offers: ["excitatory", "inhibitory", "noise", "readouts", "weights"],
  },
  "records of a population": {
    code: "simulate(network, { duration: 10, record: { inhibitory: { /*?*/ } } });",
    offers: ["activeFraction", "outSpikes", "potential", "rate"],
  },
  "conditions of a record": {
    code: "simulate(network, { duration: 10, record: { inhibitory: { potential: { when: { /*?*/ } } } } });",
    offers: ["outSpikes", "potential"],
  },
  "inputs of a network": {
    code: "simulate(network, { duration: 10, inputs: { /*?*/ } });",
    offers: ["excitatory", "inhibitory", "noise"],
  },
  "read-outs of a network": {
    code: "simulate(network, { duration: 10, record: { readouts: { /*?*/ } } });",
    offers: ["activity"],
  },
  "inputs of a step": { code: "(await compile(soma)).step({ /*?*/ });", offers: ["current", "inSpikes"] },
};

/** What an editor shows at a word. */
const hovers: Readonly<Record<string, { readonly code: string; readonly shows: string }>> = {
  "a parameter of a soma": {
    code: "LeakySoma({ /*?*/potentialTau: 15 });",
    shows: '(property) potentialTau?: Parameter<"Membrane time constant.", "ms", 20>',
  },
  "a parameter of a synapse": {
    code: "ExponentialSynapse({ /*?*/tau: 5 });",
    shows: '(property) tau?: Parameter<"Time constant of the current.", "ms", 5>',
  },
  "a rate that may change in time": {
    code: "PoissonSource({ /*?*/rate: 5 });",
    shows: '(property) rate?: VaryingParameter<"Mean rate of each unit.", "Hz", 10>',
  },
};

const texts: Readonly<Record<string, string>> = Object.fromEntries([
  ...cases.map(({ code }, k) => [`wrong${k}`, imports + code]),
  ...Object.entries(right).map(([name, code]) => [`right-${name}`, imports + code]),
  ...Object.values(completions).map(({ code }, k) => [`complete${k}`, imports + code]),
  ...Object.values(hovers).map(({ code }, k) => [`hover${k}`, imports + code]),
]);

/** One message, at the marked word, that names the mistake. */
const expectOne = ({ code, says }: Case, messages: readonly Message[]): void => {
  const wrong = code.slice(code.indexOf(WRONG) + WRONG.length);
  expect(messages.map(({ text }) => text)).toHaveLength(1);
  const [message] = messages;
  expect(message!.text).toMatch(says);
  expect(message!.text).not.toContain("No overload");
  expect(wrong.startsWith(message!.token) || message!.token.startsWith(wrong.split(/[:,\s})]/, 1)[0]!)).toBe(true);
};

for (const compiler of ["typescript-5.9", "typescript"]) {
  describe(`an editor with ${compiler}`, () => {
    let editor: Editor;
    beforeAll(() => {
      editor = new Editor(compiler, texts);
    });
    afterAll(() => editor.dispose());

    test.each(cases.map((each, k) => [each.what, each, k] as const))("says of %s what is wrong", (_, each, k) => {
      expectOne(each, editor.messages(`wrong${k}`));
    });
    test.each(Object.keys(right))("underlines nothing in a program that is right: %s", (name) => {
      expect(editor.messages(`right-${name}`)).toEqual([]);
    });
    test.each(Object.entries(completions).map(([what, { offers }], k) => [what, offers, k] as const))(
      "offers exactly the %s",
      (_, offers, k) => {
        expect(editor.completions(`complete${k}`)).toEqual(offers);
      },
    );
    test.each(Object.entries(hovers).map(([what, { shows }], k) => [what, shows, k] as const))(
      "shows what %s is",
      (_, shows, k) => {
        expect(editor.hover(`hover${k}`)).toBe(shows);
      },
    );
    test("marks each program where it asks", () => {
      expect(Object.values(completions).every(({ code }) => code.includes(ASKED))).toBe(true);
    });
  });
}

describe("the compiler of typescript-7.0", () => {
  let found: Map<string, Message[]>;
  beforeAll(() => {
    found = compile("typescript-7.0", texts);
  });
  test.each(cases.map((each, k) => [each.what, each, k] as const))("says of %s what is wrong", (_, each, k) => {
    expectOne(each, found.get(`wrong${k}`)!);
  });
  test.each(Object.keys(right))("accepts a program that is right: %s", (name) => {
    expect(found.get(`right-${name}`)).toEqual([]);
  });
});
