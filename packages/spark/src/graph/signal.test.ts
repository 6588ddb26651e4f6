import { describe, expect, test } from "vitest";
import { documentOf } from "../experiment/document-of.ts";
import { experiment } from "../experiment/experiment.ts";
import { HebbianRule, PairStdp } from "../plasticity/index.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { PoissonSource, PoissonSpiker, SignalSource, TopologicalLinearSpiker } from "../sources/index.ts";
import { ExponentialSynapse } from "../synapses/index.ts";
import { brain } from "./brain.ts";
import { brainDiagram, brainMermaid } from "./diagram.ts";
import type { Signal } from "./signal.ts";
import { brainTable } from "./table.ts";

/* Reading signals: names, units and sizes, in code and in documents, and how networks show them. */

const ends = {
  from: "input",
  to: "cells",
  connect: { allToAll: {} },
  weight: 10,
  synapse: ExponentialSynapse(),
} as const;
const withSignals = (signals: Record<string, unknown>) =>
  brain({
    populations: {
      input: PoissonSource({ units: [4] }),
      cells: LeakySoma({ units: [5] }),
      level: SignalSource({ units: [1] }),
      spiker: PoissonSpiker({ units: [5] }),
      map: TopologicalLinearSpiker({ units: [2, 8] }),
    },
    projections: {
      learned: { ...ends, plasticity: HebbianRule() },
      plain: { ...ends, synapse: ExponentialSynapse({ tau: 4 }) },
      pairs: { ...ends, synapse: ExponentialSynapse({ tau: 3 }), plasticity: PairStdp() },
    },
    signals: signals as Record<string, Signal<"cells">>,
  });

const value = { from: "level", of: "value" };

describe("a signal is refused", () => {
  test.each([
    [
      { ...value, to: "cell" },
      'brain.signals.s.to must name a population or a projection; received "cell". Did you mean "cells"?',
    ],
    [
      { ...value, to: "cells.curent" },
      'brain.signals.s.to must name an input of cells; received "cells.curent". Did you mean "current"?',
    ],
    [{ ...value, to: "input" }, "brain.signals.s.to names input, but a PoissonSource takes no signals."],
    [
      { ...value, to: "learned" },
      'brain.signals.s.to must name a parameter of the plasticity of learned; received "learned". Write "learned.plasticity.modulation", for instance.',
    ],
    [
      { ...value, to: "learnt.plasticity.modulation" },
      'brain.signals.s.to must name a projection before ".plasticity"; received "learnt". Did you mean "learned"?',
    ],
    [
      { ...value, to: "plain.plasticity.modulation" },
      "brain.signals.s.to names plain, whose synapses do not learn. Give the projection a plasticity.",
    ],
    [
      { ...value, to: "learned.plasticity.modulaton" },
      'must name a parameter that can change: HebbianRule has no modulaton. Did you mean "modulation"?',
    ],
    [{ ...value, to: "a.b.c" }, 'must be "population.port" or "projection.plasticity.parameter"; received "a.b.c".'],
    [
      { from: "cels", to: "level" },
      'brain.signals.s.from must be the name of a population; received "cels". Did you mean "cells"?',
    ],
    [
      { from: "cells", of: "potental", to: "level" },
      'brain.signals.s.of must be a variable of cells (LeakySoma); received "potental".',
    ],
    [
      { from: "cells", mean: true, to: "level" },
      "brain.signals.s.scale is missing: the values are in Hz, but level.signal takes a number without unit. Give the factor, in 1 per Hz.",
    ],
    [
      { from: "cells", of: "potential", to: "cells" },
      "brain.signals.s.scale is missing: the values are in mV, but cells.current takes pA. Give the factor, in pA per mV.",
    ],
    [
      { from: "cells", scale: 1, to: "learned.plasticity.modulation" },
      "brain.signals.s.to takes one value, but the signal has 5. Add mean: true, or select units.",
    ],
    [{ from: "input", scale: 1, to: "cells" }, "brain.signals.s.to takes one value, or 5, but the signal has 4."],
    [{ from: "cells", scale: 1, to: "map" }, "brain.signals.s.to takes one value, or 2, but the signal has 5."],
    [
      { from: "cells", scale: 1, units: [0, 5], to: "map" },
      "brain.signals.s.units[1] must be a whole number from 0 to 4; received 5.",
    ],
    [{ from: ["cells", "level"], of: "value", to: "map" }, "must name one population"],
    [{ from: "cells", scal: 1, to: "cells" }, 'Did you mean "scale"?'],
    [{ from: "cells", scale: 1 }, "brain.signals.s.to is missing. Name it"],
    [7, "brain.signals.s takes an object; received 7."],
  ])("%j", (signal, message) => {
    expect(() => withSignals({ s: signal })).toThrow(message);
  });

  test("that drives a parameter which selects the equations", () => {
    const { model } = PairStdp;
    const fixed = Object.keys(model.fields).find((name) => name === "potentiationPower" || name === "power");
    if (fixed === undefined) return;
    expect(() => withSignals({ s: { ...value, to: `pairs.plasticity.${fixed}` } })).toThrow("selects the equations");
  });
});

const shown = () =>
  withSignals({
    release: { from: "cells", tau: 20, mean: true, scale: 0.05, offset: -1, to: "learned.plasticity.modulation" },
    drive: { ...value, to: "cells", scale: 300 },
    each: { from: ["cells", "input"], units: [8, 0], scale: 0.01, to: "map" },
  });

describe("a network shows its signals", () => {
  test("in its table", () => {
    expect(brainTable(shown()).signals).toEqual([
      {
        name: "release",
        from: "cells",
        to: "learned.plasticity.modulation",
        of: "rate × 0.05 − 1",
        units: 5,
        mean: true,
        filter: "low-pass, tau 20 ms",
      },
      {
        name: "drive",
        from: "level",
        to: "cells.current",
        of: "value × 300, pA",
        units: 1,
        mean: false,
        filter: "none",
      },
      {
        name: "each",
        from: "cells, input",
        to: "map.signal",
        of: "rate × 0.01",
        units: 2,
        mean: false,
        filter: "none",
      },
    ]);
  });

  test("in its diagrams", () => {
    const text = brainDiagram(shown());
    expect(text).toContain(
      "┄▷ learned.plasticity.modulation  release: rate × 0.05 − 1, mean of 5 units, low-pass, tau 20 ms",
    );
    expect(text).toContain("┄▷ cells.current                  drive: value × 300, pA, each of 1 unit");
    const chart = brainMermaid(shown());
    expect(chart).toContain('p1 -. "release<br>learned.plasticity.modulation" .-> p1');
    expect(chart).toContain('p2 -. "drive<br>cells.current" .-> p1');
  });
});

describe("a document contains signals", () => {
  const document = {
    model: {
      populations: {
        cells: { soma: "LeakySoma", units: [5] },
        level: { source: "SignalSource", units: [1] },
      },
      signals: { drive: { from: "level", of: "value", to: "cells", scale: 300 } },
    },
    duration: 5,
    dt: 1,
    inputs: { level: { signal: 1 } },
    record: { cells: { potential: true } },
  };

  test("and is the same network as in code", async () => {
    const read = await experiment(document as never);
    expect((read as unknown as { brain: { wiring: { signals: unknown } } }).brain.wiring.signals).toEqual([
      {
        name: "drive",
        sources: [1],
        of: "value",
        unit: "pA",
        tau: undefined,
        mean: false,
        units: undefined,
        scale: 300,
        offset: 0,
        target: { population: 0, port: "current" },
      },
    ]);
    const network = brain({
      populations: { cells: LeakySoma({ units: [5] }), level: SignalSource({ units: [1] }) },
      signals: document.model.signals as never,
    });
    const written = documentOf(network, { duration: 5, dt: 1 } as never) as { readonly model: unknown };
    expect(written.model).toEqual(document.model);
  });

  test("with messages in its language", async () => {
    const wrong = {
      ...document,
      model: { ...document.model, signals: { drive: { from: "level", of: "value", to: "cell" } } },
    };
    await expect(experiment(wrong as never)).rejects.toThrow(
      'experiment.model.signals.drive.to must name a population or a projection; received "cell". Did you mean "cells"?',
    );
  });
});
