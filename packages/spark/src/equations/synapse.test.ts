import { describe, expect, test } from "vitest";
import { field, positive } from "../config/field.ts";
import { UnitError } from "../errors/errors.ts";
import { add, div, mul, neg, sub } from "../expr/verbs.ts";
import { brain } from "../graph/brain.ts";
import { neuron } from "../graph/neuron.ts";
import { float } from "../model/scope.ts";
import { synapse as codeSynapse } from "../model/synapse.ts";
import { simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/index.ts";
import { PoissonSource } from "../sources/index.ts";
import { ConductanceExponentialSynapse, DeltaSynapse, ExponentialSynapse, synapses } from "../synapses/index.ts";
import { equationsText } from "../tell/equations.ts";
import { differenceOf, equationsSource } from "./source.ts";
import { synapse, synapseFromEquations } from "./synapse.ts";

test.each(Object.entries(synapses))("%s is written as text and read back as the same graph", (name, type) => {
  const { equations, ...options } = equationsSource(type.model);
  const { model } = synapseFromEquations(name, equations, options);
  expect(differenceOf(type.model, model)).toBe(undefined);
  expect(equationsText(model)).toBe(equationsText(type.model));
  expect(equationsSource(model).equations).toBe(equations);
});

const rising = `
  # Conductance that rises before it decays.
  dg/dt = s/riseTau - g/decayTau : nS  # Conductance at the end of the step.
  ds/dt = -s/riseTau : nS
  input w : weight nS
  arrive: s += w
  current: g*(E - v)
  riseTau = 2 ms (> 0); decayTau = 10 ms (> 0); E = 0 mV`;
const Rising = synapse.equations("RisingSynapse", rising, { method: "exact" });

test("a text declares the synapse that code would declare", () => {
  const fields = {
    riseTau: field(2, "ms", "riseTau of the equations.", positive),
    decayTau: field(10, "ms", "decayTau of the equations.", positive),
    E: field(0, "mV", "E of the equations."),
  };
  const { riseTau, decayTau, E } = fields;
  const InCode = codeSynapse(
    "RisingSynapse",
    { riseTau, decayTau, reversal: E },
    {
      about: "",
      weightUnit: "nS",
      state: () => ({ g: float(0, "nS", ""), s: float(0, "nS", "") }),
      differential: (x) => ({
        g: sub(div(x.s, x.riseTau), div(x.g, x.decayTau)),
        s: div(neg(x.s), x.riseTau),
      }),
      method: "exact",
      step: (x, after) => ({
        current: mul(x.g, sub(x.reversal, x.potential)),
        g: after.g,
        s: add(after.s, x.arriving),
      }),
    },
  );
  const renamed = rising.replace("(E - v)", "(reversal - v)").replace("E = 0 mV", "reversal = 0 mV");
  const { model } = synapse.equations("RisingSynapse", renamed, { method: "exact" });
  expect(differenceOf(InCode.model, model)).toBe(undefined);
  expect(model.about).toBe("Conductance that rises before it decays.");
  expect(model.state["g"]!.description).toBe("Conductance at the end of the step. Starts at 0.");
});

const run = async (own: ReturnType<typeof Rising> | ReturnType<typeof ExponentialSynapse>, weight: number) => {
  const network = brain({
    populations: {
      input: PoissonSource({ units: [30], rate: 20 }),
      cells: neuron({
        soma: LeakySoma({ units: [7] }),
        synapses: { own: own as ReturnType<typeof ExponentialSynapse> },
      }),
    },
    projections: { in: { from: "input", to: "cells.own", connect: { allToAll: {} }, weight, delay: 1.5 } },
  });
  const { cells } = await simulate(network, {
    duration: 100,
    dt: 0.1,
    record: { cells: { potential: true, outSpikes: true } },
  });
  return { potential: [...cells.potential.values], steps: [...cells.outSpikes.steps] };
};

describe("a synapse by its equations runs", () => {
  test("like those of the library, to the bit", async () => {
    const exponential = synapse.equations(
      "MyExponential",
      "next x = decay(x, tau) + w : pA; input w : weight pA; current: meanDecay(x, tau); tau = 5 ms; start: x = 0",
    );
    expect(await run(exponential() as never, 30)).toEqual(await run(ExponentialSynapse(), 30));
    const delta = synapse.equations("MyDelta", "input w : weight mV; jump: w");
    expect(await run(delta() as never, 1)).toEqual(await run(DeltaSynapse() as never, 1));
    const conductance = synapse.equations(
      "MyConductance",
      "dg/dt = -g/tau : nS; input w : weight nS; arrive: g += w; current: g*(E - v); tau = 5 ms; E = 0 mV",
      { method: "exact" },
    );
    const byValue = ConductanceExponentialSynapse({ currentOf: "value" });
    const [mine, library] = [await run(conductance() as never, 0.5), await run(byValue as never, 0.5)];
    // The library multiplies by exp(−dt/tau), the exact method adds the difference: the last bits may differ.
    expect(Math.max(...mine.potential) - mine.potential[0]!).toBeGreaterThan(1);
    mine.potential.forEach((value, k) => {
      expect(Math.abs(value - library.potential[k]!)).toBeLessThan(1e-4);
    });
  });

  test("with its parameters and units of the author", async () => {
    const volts = synapse.equations(
      "InVolts",
      "dg/dt = -g/tau : uS; input w : weight nS; arrive: g += w; current: g*(E - v); tau = 0.005 s; E = 0 V",
      { method: "exact" },
    );
    expect(volts.model.fields["tau"]).toMatchObject({ default: 0.005, unit: "s" });
    expect(volts.model.weightUnit).toBe("nS");
    const slower = await run(volts({ tau: 0.02 }) as never, 3);
    expect(slower.steps.length).toBeGreaterThan((await run(volts() as never, 3)).steps.length);
  });

  test("and observes values of its variables", () => {
    const { model } = synapse.equations(
      "Observed",
      "da/dt = -a/tau : pA; db/dt = -b/(2*tau) : pA; input w : weight pA; arrive: a += w; b += w; current: b - a; tau = 2 ms\nobserve trace = b - a : pA  # Difference.",
    );
    expect(model.observables["trace"]).toMatchObject({ unit: "pA", description: "Difference." });
    expect(equationsSource(model).equations).toContain("observe trace = b - a : pA");
  });
});

const base = "dg/dt = -g/tau : nS; input w : weight nS; arrive: g += w; current: g*(E - v); tau = 5 ms; E = 0 mV";

describe("refuses", () => {
  test.each<[string, string, string]>([
    ["nothing", "# nothing", "the text does not say what the synapse gives. Add current: …, in pA, or jump: …, in mV."],
    [
      "no weights",
      base.replace("input w : weight nS; ", "").replace("+= w", "+= 1 nS"),
      "the text does not say the unit of the weights. Add input w : weight nS",
    ],
    [
      "weights without a unit",
      base.replace("weight nS", "weight"),
      "the weights need a unit. Write input w : weight nS",
    ],
    ["weights in no unit", base.replace("weight nS", "weight nSS"), "w has the unknown unit"],
    [
      "another input",
      base.replace("w : weight nS", "w : current"),
      "the input of a synapse is the weight of the spikes that arrive; received current.",
    ],
    ["a second input", `${base}; input u : weight nS`, "a synapse has one input, the weights. Remove the line."],
    [
      "weights without effect",
      base.replace("arrive: g += w; ", ""),
      "the weights are not used, so spikes have no effect. Add arrive: g += w",
    ],
    ["no output", base.replace("current: g*(E - v); ", ""), "the text does not say what the synapse gives."],
    ["two outputs", `${base}; jump: 1 mV`, "jump: is a second output, but a synapse gives one current or one jump."],
    ["a current in another unit", base.replace("g*(E - v)", "g"), "current: must be in pA"],
    ["a jump in another unit", base.replace("current: g*(E - v)", "jump: g"), "jump: must be in mV"],
    ["an arrival in another unit", base.replace("weight nS", "weight pA"), "w is in pA"],
    [
      "an arrival at a parameter",
      base.replace("g += w", "E += w"),
      "E is a parameter, which an arrival cannot change.",
    ],
    ["an arrival at nothing", base.replace("g += w", "h += w"), "h is not a variable. Known: g."],
    ["a name that is not defined", base.replace("(E - v)", "(e - v)"), "e is not defined. Did you mean"],
    ["a spike", `${base}; spike: g > 1 nS`, "spike: is not a section."],
    ["Brian2's words", base.replace("arrive:", "on_pre:"), "on_pre: is not a section. Write arrive: g += w."],
    [
      "a change outside of an arrival",
      `${base}; g += w`,
      "g += … changes a variable, which only an arrival does. Write arrive: g += ….",
    ],
    [
      "next lines with an arrival",
      base.replace("dg/dt = -g/tau", "next g = decay(g, tau)"),
      "arrive: cannot be combined with next lines. Add the weights in next g = ….",
    ],
    [
      "next lines without a start",
      "next g = decay(g, tau) + w : pA; input w : weight pA; current: g; tau = 5 ms",
      "g has no start value. Add it: start: g = ….",
    ],
    ["a variable without a unit", base.replace("-g/tau : nS", "-g/tau"), "g has no unit. Give it after a colon"],
    ["a name of every synapse", base.replaceAll("tau", "port"), "port is a name that every synapse has. Rename it."],
    ["a name twice", `${base}; tau = 3 ms`, "tau is defined twice."],
    [
      "an observable of an input",
      `${base}; observe x = w : nS`,
      "w is known only within a step. Observe variables and parameters.",
    ],
    ["an observable without a unit", `${base}; observe x = 2*g`, "x has no unit. Give one after a colon: … : pA."],
    ["a quotient of 0 by 0", base.replace("current: g*(E - v)", "current: 1 pA*(E - v)/(E - v)"), "0/0"],
    ["a wrong flag", base.replace(": nS;", ": nS (unless refractory);"), "(unless refractory) has no meaning here."],
    ["a syntax error", base.replace("g += w", "g + w"), 'expected "=" or "+=" after g'],
  ])("%s", (_, text, message) => {
    expect(() => synapse.equations("Wrong", text)).toThrow(message);
  });

  test("all problems at once, each with its place", () => {
    const text =
      "dg/dt = -g/tau : nS\ninput w : weight nS\narrive: g += w + 1 mV\ncurrent: g*(E - u)\ntau = 5 ms; E = 0 mV";
    expect(() => synapse.equations("Wrong", text)).toThrow(
      /Wrong, line 3, column 16: [\s\S]*Wrong, line 4, column 17: u is not defined/,
    );
    const units = "dg/dt = -g/tau : nS\ninput w : weight pA\narrive: g += w\ncurrent: g\ntau = 5 ms";
    expect(() => synapse.equations("Wrong", units)).toThrow(UnitError);
  });

  test("wrong arguments", () => {
    expect(() => synapse.equations(3 as never, base)).toThrow("synapse.equations takes the name of the synapse first");
    expect(() => synapse.equations("Wrong", 3 as never)).toThrow(
      'synapse.equations("Wrong") takes the equations as a text',
    );
    expect(() => synapse.equations("Wrong", base, { potential: "v" } as never)).toThrow(
      'synapse.equations("Wrong").potential is not an option.',
    );
    expect(() => synapse.equations("Wrong", base, { method: "exactly" as never })).toThrow("exactly");
    expect(() => synapse.equations("wrong", base)).toThrow("PascalCase");
  });
});
