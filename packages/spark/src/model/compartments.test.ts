import { describe, expect, test } from "vitest";
import { InterpreterMachine } from "../backend/interpreter/machine.ts";
import { compilePopulation } from "../compile/population.ts";
import { receptorNode } from "../compile/receptors.ts";
import { field, positive } from "../config/field.ts";
import { add, gt, mul, quantity, relax, select, sub } from "../expr/verbs.ts";
import { neuron } from "../graph/neuron.ts";
import { alone } from "../program/network.ts";
import { probeOf } from "../program/probe.ts";
import { ConductanceExponentialSynapse, DeltaSynapse, ExponentialSynapse } from "../synapses/index.ts";
import { current, jump, signal, targetPort } from "./ports.ts";
import { float } from "./scope.ts";
import { soma } from "./soma.ts";

/**
 * A soma and a dendrite that leak toward their own resting potentials and into each other, and a modulator of the
 * threshold.
 */
const TwoCompartmentSoma = soma(
  "TwoCompartmentSoma",
  {
    potentialRest: field(-70, "mV", "Resting potential of the soma."),
    dendriteRest: field(-60, "mV", "Resting potential of the dendrite."),
    potentialTau: field(10, "ms", "Time constant of both membranes.", positive),
    resistance: field(0.1, "GΩ", "Resistance of both membranes."),
    coupling: field(0.02, "1", "Fraction of the difference that flows in a step."),
    firing: field(-50, "mV", "Potential above which the soma spikes."),
  },
  {
    about: "Two compartments.",
    inputs: {
      soma: current("Current into the soma."),
      dendrite: current("Current into the dendrite.", { potential: "dendritePotential" }),
      kick: jump("Jump of the dendrite's potential.", { potential: "dendritePotential" }),
      level: signal("mV", "Shift of the threshold by a modulator."),
    },
    state: (x) => ({
      potential: float(0, "mV", "Potential of the soma.", { from: x.potentialRest }),
      dendritePotential: float(0, "mV", "Potential of the dendrite.", { from: x.dendriteRest }),
    }),
    roles: { threshold: "firing" },
    step(x) {
      const far = add(x.dendritePotential, sub(x.dendriteRest, x.potentialRest));
      const v = add(
        relax(x.potential, mul(x.resistance, x.soma), x.potentialTau),
        mul(x.coupling, sub(far, x.potential)),
      );
      const d = add(relax(x.dendritePotential, mul(x.resistance, x.dendrite), x.potentialTau), x.kick);
      const spikes = gt(v, sub(add(x.firing, x.level), x.potentialRest));
      return { spikes, potential: select(spikes, mul(0, v), v), dendritePotential: d };
    },
  },
);

describe("a soma with several inputs", () => {
  test("has the ports that it declares, and adds spikes from outside to the first current", () => {
    const { inputs, observables, state } = TwoCompartmentSoma.model;
    expect(Object.keys(inputs)).toEqual(["soma", "inSpikes", "dendrite", "kick", "level"]);
    expect(inputs["inSpikes"]!.into).toBe("soma");
    expect(state["dendritePotential"]!.from).toBeDefined();
    expect(observables["dendritePotential"]!.description).toBe("Potential of the dendrite, absolute.");
  });

  test("sums the inputs of each port separately", () => {
    const built = TwoCompartmentSoma({ units: [1] }).build({}, { dt: 0.5 });
    const { program, inputs } = compilePopulation(built, {
      precision: "f64",
      inputs: {
        soma: [{ kind: "scalar" }, { kind: "scalar" }],
        dendrite: [{ kind: "scalar" }],
        level: [{ kind: "scalar" }],
      },
    });
    const machine = new InterpreterMachine(alone(program));
    const probes = ["potential", "dendritePotential"].map((name) => probeOf(program, name, 1));
    machine.attach({ rows: 1, populations: [{ program, probes }] });
    const [population] = machine.populations;
    population!.schedule.set([0, 1, 0, 0, 1, 0]);
    const give = (port: string, ...values: number[]): void => {
      for (const [k, value] of values.entries()) population!.view(inputs[port]![k]![0]!)[0] = value;
    };
    give("soma", 30, 20);
    give("dendrite", 100);
    give("level", 5);
    machine.advance(0, 1);
    const kept = -Math.expm1(-0.5 / 10);
    // One step from rest: 50 pA and 100 pA through 0.1 GΩ, and the current from a dendrite that rests 10 mV higher.
    expect(population!.record(0)[0]).toBeCloseTo(-70 + kept * 5 + 0.02 * 10, 12);
    expect(population!.record(1)[0]).toBeCloseTo(-60 + kept * 10, 12);
  });

  test("gives synapses the potential of the compartment that they act on", () => {
    const built = TwoCompartmentSoma({ units: [1] }).build({}, { dt: 0.5 });
    const conductance = ConductanceExponentialSynapse({ potentialReversal: 0, port: "dendrite" });
    const own = conductance.build([1], { dt: 0.5, path: "cells.distal" });
    const receptor = {
      name: "distal",
      model: own.model,
      fields: own.fields,
      start: own.state,
      seed: 1,
      port: "dendrite",
      wired: true,
      drives: [],
    };
    const { program } = compilePopulation(built, { precision: "f64", inputs: {}, receptors: [receptor], receptorNode });
    const machine = new InterpreterMachine(alone(program));
    const names = ["dendritePotential", "potential"];
    machine.attach({ rows: 2, populations: [{ program, probes: names.map((name) => probeOf(program, name, 2)) }] });
    const [population] = machine.populations;
    population!.schedule.set([0, 1, 1, 0, 1, 1]);
    population!.view(program.buffers.findIndex(({ name }) => name.endsWith("arrivals")))[0] = 10; // nS
    machine.advance(0, 2);
    expect(population!.record(0)[1]).toBeGreaterThan(-60);
    // The soma receives it only through the coupling, one step later.
    const quiet = new InterpreterMachine(alone(program));
    quiet.attach({ rows: 2, populations: [{ program, probes: names.map((name) => probeOf(program, name, 2)) }] });
    quiet.populations[0]!.schedule.set([0, 1, 1, 0, 1, 1]);
    quiet.advance(0, 2);
    expect(population!.record(1)[0]).toBe(quiet.populations[0]!.record(1)[0]);
  });

  test("puts a synapse on the input that it names, otherwise on the first that fits", () => {
    const { inputs } = TwoCompartmentSoma.model;
    expect(targetPort(inputs, "current")).toBe("soma");
    expect(targetPort(inputs, "current", "dendrite")).toBe("dendrite");
    expect(targetPort(inputs, "jump")).toBe("kick");
    expect(targetPort(inputs, "jump", "dendrite")).toBeUndefined();
    const cells = neuron({
      soma: TwoCompartmentSoma({ units: [2] }),
      synapses: {
        proximal: ExponentialSynapse(),
        distal: ExponentialSynapse({ port: "dendrite" }),
        kick: DeltaSynapse(),
      },
    });
    expect(cells.synapses.distal.port).toBe("dendrite");
  });

  test("refuses synapses on inputs that do not exist or take another payload", () => {
    const soma = TwoCompartmentSoma({ units: [2] });
    expect(() => neuron({ soma, synapses: { far: ExponentialSynapse({ port: "dendrit" }) } })).toThrow(
      'neuron.synapses.far.port is not an input of TwoCompartmentSoma. Did you mean "dendrite"?',
    );
    expect(() => neuron({ soma, synapses: { far: DeltaSynapse({ port: "dendrite" }) } })).toThrow(
      "neuron.synapses.far is a DeltaSynapse, which acts on dendrite with a jump; TwoCompartmentSoma has soma, inSpikes, dendrite, kick, level. Use a synapse that gives a current.",
    );
  });
});

describe("declaring inputs", () => {
  const declare = (inputs: Record<string, ReturnType<typeof current>>) => () =>
    soma(
      "Wrong",
      { firing: field(-40, "mV", "Threshold.") },
      {
        about: "",
        inputs: { soma: current("Current."), ...inputs },
        step: (x) => {
          const v = add(x.potential, mul(quantity(0.1, "GΩ"), x.soma));
          return { spikes: gt(v, x.firing), potential: v };
        },
      },
    );

  test("refuses an input that the equations do not use", () => {
    expect(declare({ dendrite: current("Unused.") })).toThrow(
      "Wrong.inputs.dendrite is declared, but step does not use it. Use x.dendrite, or remove it.",
    );
  });

  test("refuses a name that is not in camelCase", () => {
    expect(declare({ Dendrite: current("Unused.") })).toThrow("Wrong.inputs.Dendrite must be named in camelCase");
  });

  test("refuses a port on a potential that is not a state variable", () => {
    expect(declare({ soma: current("Current.", { potential: "firing" }) })).toThrow(
      "Wrong.inputs.soma acts on the potential firing, which is not a state variable in mV. Name one.",
    );
  });
});
