import { describe, expect, test } from "vitest";
import { pairwiseBernoulli } from "../connectivity/rule.ts";
import { ConfigError } from "../errors/errors.ts";
import { add, gt, mul, quantity } from "../expr/verbs.ts";
import { type SomaScope, type SomaStep, soma } from "../model/soma.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../somas/leaky.ts";
import { PoissonDrive, PoissonSource, SpikeReplay } from "../sources/index.ts";
import { DeltaSynapse } from "../synapses/delta.ts";
import { ExponentialSynapse } from "../synapses/exponential.ts";
import { brain } from "./brain.ts";
import { buildBrain } from "./build.ts";
import { neuron } from "./neuron.ts";

const connect = pairwiseBernoulli({ probability: 0.1 });
const cell = (units = 10) => LeakySoma({ units: [units] });

const deafStep = (x: SomaScope<Record<never, never>>): SomaStep<Record<never, never>> => {
  const potential = add(x.potential, mul(x.current, quantity(0.1, "GΩ")));
  return { spikes: gt(potential, quantity(100, "mV")), potential };
};

/** What is said of a brain that is wrong, one line a problem. */
const refusal = (options: unknown): string[] => {
  try {
    brain(options as never);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message.split("\n");
  }
  throw new Error("was accepted");
};

describe("a brain", () => {
  test("shares one receptor among projections with equal synapses, and keeps others apart", () => {
    const synapse = (tau: number) => ExponentialSynapse({ tau });
    const { wiring } = brain({
      populations: { a: cell(), b: cell() },
      projections: {
        aa: { from: "a", to: "a", connect, weight: 1, synapse: synapse(5) },
        ba: { from: "b", to: "a", connect, weight: -1, synapse: synapse(5) },
        slow: { from: "b", to: "a", connect, weight: -1, synapse: synapse(10) },
        jumps: { from: "b", to: "a", connect, weight: 0.1, synapse: DeltaSynapse() },
      },
    });
    expect(wiring.populations[0]!.receptors.map(({ name }) => name)).toEqual(["exponential", "exponential2", "delta"]);
    expect(wiring.projections.map(({ receptor }) => receptor)).toEqual([0, 0, 1, 2]);
    expect(wiring.populations[1]!.receptors).toEqual([]);
  });

  test("reaches the synapses of a neuron by name, or the only one without", () => {
    const synapses = { fast: ExponentialSynapse({ tau: 2 }), slow: ExponentialSynapse({ tau: 50 }) };
    const { wiring } = brain({
      populations: {
        a: neuron({ soma: cell(), synapses }),
        b: neuron({ soma: cell(), synapses: { only: DeltaSynapse() }, inhibitory: true }),
      },
      projections: {
        slow: { from: "b", to: "a.slow", connect, weight: 1 },
        own: { from: "a", to: "b", connect, weight: 0.1 },
      },
    });
    expect(wiring.projections.map(({ target, receptor }) => [target, receptor])).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(wiring.populations[1]!.inhibitory).toBe(true);
  });

  test("draws different values for populations that are declared alike", () => {
    const soma = LeakySoma({ units: [50], potentialTau: { uniform: { min: 5, max: 50 } } });
    const { populations } = buildBrain(brain({ populations: { a: soma, b: soma } }), { dt: 1, seed: 3 });
    const [a, b] = populations.map(({ component }) => component.fields["potentialTau"] as Float64Array);
    expect([...a!]).not.toEqual([...b!]);
  });

  test("refuses every mistake of the wiring at once, each at its place", () => {
    expect(
      refusal({
        populations: { excitatory: cell(), "no name": cell(), steps: cell(), sizeless: LeakySoma(), other: 3 },
        projections: {
          ee: { from: "exitatory", to: "excitatory", connect, weight: 1, synapse: DeltaSynapse() },
          bare: { from: "excitatory", to: "excitatory", connect, weight: 1 },
          odd: {
            from: "excitatory",
            to: "excitatory.fast",
            weight: "much",
            delai: 1,
            connect: { pairwiseBernoulli: { probability: 2 } },
          },
        },
        drives: { outside: { to: "excitatory", synapse: cell(), drive: 5 } },
        projectons: {},
      }),
    ).toMatchInlineSnapshot(`
      [
        "brain.projectons is unknown. Did you mean "projections"?",
        "brain.populations.no name must be a name of letters and digits that starts with a letter. Rename it.",
        "brain.populations.steps is a name that every run has. Rename the population.",
        "brain.populations.sizeless needs units. Write LeakySoma({ units: [100], … }).",
        "brain.populations.other must be a soma, a neuron or a source of spikes; received 3. Give one of these.",
        "brain.projections.ee.from must be the name of a population; received "exitatory". Did you mean "excitatory"?",
        "brain.projections.bare.synapse is missing: no synapse model is given for spikes to excitatory. Add synapse: ExponentialSynapse({ tau: 5 }), for instance.",
        "brain.projections.odd.delai is unknown. Did you mean "delay"?",
        "brain.projections.odd.connect.pairwiseBernoulli.probability must be a probability from 0 to 1; received 2. Give the fraction of pairs to connect.",
        "brain.projections.odd.weight must be a number, a list or one of constant, uniform, normal, logNormal, sparseUniform, bySource, byTarget, byDistance; received "much". Give a number for the same value everywhere.",
        "brain.projections.odd.to must name a synapse of excitatory; received "fast". It has none: give the projection a synapse.",
        "brain.drives.outside.synapse takes a synapse such as ExponentialSynapse({ tau: 5 }); received { model, config, units, build }. Give one.",
        "brain.drives.outside.drive takes a drive such as PoissonDrive({ rate: 8, trains: 1000 }); received 5. Give one.",
      ]
    `);
  });

  test("refuses ends with more than a population and a synapse, and ends in sources of spikes", () => {
    const populations = {
      a: neuron({ soma: cell(), synapses: { s: DeltaSynapse() } }),
      noise: PoissonSource({ units: [10] }),
      replay: SpikeReplay({ units: [10] }),
    };
    const common = { from: "a", connect, weight: 1 };
    const projections = {
      far: { ...common, to: "a.s.t" },
      noisy: { ...common, to: "noise", synapse: DeltaSynapse() },
      relayed: { ...common, to: "replay", synapse: DeltaSynapse() },
    };
    const drives = { far: { to: "a.s.t.u", drive: PoissonDrive() } };
    expect(refusal({ populations, projections, drives })).toEqual([
      'brain.projections.far.to must name a synapse of a; received "s.t". Known: s.',
      "brain.projections.noisy.to must be a population with a membrane; noise is a PoissonSource, a source of spikes. Name a soma or a neuron.",
      "brain.projections.relayed.to must be a population with a membrane; replay is a SpikeReplay, a source of spikes. Name a soma or a neuron.",
      'brain.drives.far.to must be a population, population.synapse or population.compartment.synapse; received "a.s.t.u". Write "a.s", for instance.',
    ]);
  });

  test("resolves read-outs: of spikes, states and synapses, which projections may have brought", () => {
    const { wiring } = brain({
      populations: { a: cell(), noise: PoissonSource({ units: [10] }) },
      projections: { out: { from: "noise", to: "a", connect, weight: 1, synapse: ExponentialSynapse() } },
      readouts: {
        rate: { from: "noise", tau: 20, mean: true },
        current: { from: "a", of: "exponential.trace", units: [9, 0], scale: 2 },
        potential: { from: "a", of: "potential" },
      },
    });
    expect(wiring.readouts).toMatchObject([
      {
        name: "rate",
        source: 1,
        port: "outSpikes",
        unit: "Hz",
        tau: 20,
        mean: true,
        units: undefined,
        scale: 1,
      },
      {
        name: "current",
        source: 0,
        port: "exponential.trace",
        unit: "1",
        tau: undefined,
        mean: false,
        units: [9, 0],
        scale: 2,
      },
      {
        name: "potential",
        source: 0,
        port: "potential",
        unit: "mV",
        tau: undefined,
        mean: false,
        units: undefined,
        scale: 1,
      },
    ]);
  });

  test("refuses every mistake of read-outs at once", () => {
    const populations = { cells: AdaptiveLeakySoma({ units: [10] }), noise: PoissonSource({ units: [10] }) };
    const readouts = {
      outSpikes: { from: "cells" },
      "a b": { from: "cells" },
      lost: { from: "cels" },
      port: { from: "cells", of: "potental" },
      spikes2: { from: "cells", of: "spikes" },
      deaf: { from: "noise", of: "potential" },
      count: { from: "cells", of: "age" },
      synapse: { from: "cells", of: "exponential.trace" },
      odd: { from: "cells", tau: -5, mean: 1, units: [0, 10], scale: "2", weight: 3 },
      twice: { from: "cells", tau: "20 ms", units: [3, 3] },
      nothing: 3,
    };
    expect(refusal({ populations, readouts })).toMatchInlineSnapshot(`
      [
        "brain.readouts.outSpikes is the name of recorded spikes. Rename the read-out.",
        "brain.readouts.a b must be a name of letters and digits that starts with a letter. Rename it.",
        "brain.readouts.lost.from must be the name of a population; received "cels". Did you mean "cells"?",
        "brain.readouts.port.of must be a variable of cells (AdaptiveLeakySoma); received "potental". Did you mean "potential"?",
        "brain.readouts.spikes2.of must be a variable of cells (AdaptiveLeakySoma); received "spikes". Did you mean "outSpikes"?",
        "brain.readouts.deaf.of must be a variable of noise (PoissonSource); received "potential". Known: outSpikes.",
        "brain.readouts.count.of must be spikes or a float; age of cells is an integer. Known: outSpikes, potential, adaptation.",
        "brain.readouts.synapse.of must be a variable of cells (AdaptiveLeakySoma); received "exponential.trace". Known: outSpikes, potential, adaptation.",
        "brain.readouts.odd.weight is unknown. Known: from, of, tau, mean, units, integrator, scale.",
        "brain.readouts.odd.tau must be greater than 0 ms; received -5 ms. Leave it out for values that are not filtered.",
        "brain.readouts.odd.mean must be true or false; received 1. True gives one number for all units.",
        "brain.readouts.odd.scale must be a finite number; received "2". Leave it out for 1.",
        "brain.readouts.odd.units[1] must be a whole number from 0 to 9; received 10. Count units from 0, row by row.",
        "brain.readouts.twice.tau must be a number of ms greater than 0; received "20 ms". Leave it out for values that are not filtered.",
        "brain.readouts.twice.units[1] must not repeat a unit; received 3 again. Remove it.",
        "brain.readouts.nothing takes an object; received 3. Give its parts.",
      ]
    `);
    expect(refusal({ populations, readouts: [] })).toEqual([
      "brain.readouts takes an object by name; received []. Name each one.",
    ]);
    expect(refusal({ populations: { readouts: cell() } })).toEqual([
      "brain.populations.readouts is a name that every run has. Rename the population.",
    ]);
  });

  test("says what a newcomer meant: ends that are left out, a synapse as a source, a type that is not called", () => {
    const a = neuron({ soma: cell(), synapses: { fast: ExponentialSynapse() } });
    const common = { from: "a", to: "a", connect, weight: 1 };
    const projections = {
      bare: { to: "a" },
      back: { ...common, from: "a.fast" },
      uncalled: { ...common, synapse: DeltaSynapse },
      texts: { ...common, weight: "30 pA", delay: "1.5 ms", connect: "fixedIndegree" },
      called: { ...common, connect: pairwiseBernoulli },
    };
    const readouts = { rate: { tau: "5 ms" } };
    expect(refusal({ populations: { a, b: LeakySoma }, projections, readouts })).toMatchInlineSnapshot(`
      [
        "brain.populations.b must be a soma, a neuron or a source of spikes; received its type LeakySoma. Call it: LeakySoma({ … }).",
        "brain.projections.bare.from is missing. Name a population: a, b.",
        "brain.projections.bare.connect is missing. Write { "allToAll": { … } } or another.",
        "brain.projections.bare.weight is missing. Give a number for the same value everywhere.",
        "brain.projections.back.from must be the name of a population; received "a.fast". Spikes leave from the population: write "a".",
        "brain.projections.uncalled.synapse takes a synapse such as ExponentialSynapse({ tau: 5 }); received its type DeltaSynapse. Call it: DeltaSynapse({ … }).",
        "brain.projections.texts.connect must be a rule; received "fixedIndegree". Write { "fixedInDegree": { … } }.",
        "brain.projections.texts.weight must be a number, a list or one of constant, uniform, normal, logNormal, sparseUniform, bySource, byTarget, byDistance; received "30 pA". Write 30, a number without a unit.",
        "brain.projections.texts.delay must be a number, a list or one of constant, uniform, normal, logNormal, bySource, byTarget, byDistance; received "1.5 ms". Write 1.5, a number without a unit.",
        "brain.projections.called.connect must be a rule; received a function that was not called. Write { "allToAll": { … } } or another.",
        "brain.readouts.rate.from is missing. Name a population: a, b.",
        "brain.readouts.rate.tau must be a number of ms greater than 0; received "5 ms". Leave it out for values that are not filtered.",
      ]
    `);
  });

  test("needs a population", () => {
    expect(refusal({ populations: {} })).toEqual([
      "brain.populations takes an object of somas, neurons and sources; received {}. Name at least one population.",
    ]);
    expect(refusal({ population: {} } as never)).toEqual([
      'brain.population is unknown. Did you mean "populations"?',
      "brain.populations takes an object of somas, neurons and sources; received undefined. Name at least one population.",
    ]);
    expect(() => brain(undefined as never)).toThrow("brain takes an object of options; received undefined. Name");
    expect(() => neuron(undefined as never)).toThrow("neuron takes an object of options; received undefined. Name");
  });

  test("refuses a synapse on a port that the soma has not", () => {
    const deaf = soma("DeafSoma", {}, { about: "Takes a current only.", step: deafStep });
    const projections = { aa: { from: "a", to: "a", connect, weight: 1, synapse: DeltaSynapse() } };
    expect(refusal({ populations: { a: deaf({ units: [2] }) }, projections })).toEqual([
      "brain.projections.aa.synapse is a DeltaSynapse, which acts on the port jump; DeafSoma has current, inSpikes. Use a synapse that gives a current.",
    ]);
  });

  test("names the population and the unit whose drawn value breaks a rule", () => {
    const soma = LeakySoma({ units: [50], potentialTau: { uniform: { min: -5, max: 50 } } });
    expect(() => buildBrain(brain({ populations: { a: soma } }), { dt: 1, seed: 3 })).toThrow(
      /^brain\.populations\.a\.potentialTau\[\d+\] must be greater than 0 ms; received -/,
    );
  });
});

describe("a neuron", () => {
  test("refuses parts that do not fit", () => {
    expect(() => neuron({ soma: 3 as never })).toThrow(
      "neuron.soma takes a soma such as LeakySoma({ units: [100] }); received 3. Give one.",
    );
    expect(() =>
      neuron({ soma: cell(3), synapses: { "a b": DeltaSynapse(), c: 4 as never }, inhibitory: [true] }),
    ).toThrow(
      "neuron.synapses.a b must be named in camelCase, such as excitatory. Rename it.\nneuron.synapses.c takes a synapse such as ExponentialSynapse({ tau: 5 }); received 4. Give one.\nneuron.inhibitory must contain 3 values, one per unit; received 1. Give one per unit.",
    );
  });
});
