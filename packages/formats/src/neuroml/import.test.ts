import fc from "fast-check";
import { type ExperimentDocument, experiment, SparkError } from "spark-snn";
import { expect, test } from "vitest";
import { formatOf } from "../formats.ts";
import { type Files, neighbourReader } from "../result.ts";
import { exportNeuroml } from "./export.ts";
import { importNeuroml, type NeuromlImportOptions } from "./import.ts";
import { readQuantity } from "./quantities.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const cell =
  '<iafCell id="iaf" leakReversal="-60mV" thresh="-50 mV" reset="-0.06 V" C="0.2 nF" leakConductance="0.01 uS"/>';
const fast = '<expOneSynapse id="fast" gbase="0.5nS" erev="0mV" tauDecay="3ms"/>';
const pulse = '<pulseGenerator id="pulse" delay="10ms" duration="0.02 s" amplitude="0.15 nA"/>';
const cells = '<population id="in_cells" component="iaf" size="3"/>';

/** A file with components and the content of its network. */
const nml = (components: string, network: string): Uint8Array =>
  bytesOf(
    `<?xml version="1.0"?>\n<!-- A model. -->\n<neuroml xmlns="http://www.neuroml.org/schema/neuroml2" id="file">${components}<network id="net">${network}</network></neuroml>`,
  );

const imported = async (bytes: Uint8Array, options: NeuromlImportOptions = {}) => {
  const { document, report } = await importNeuroml(bytes, { duration: 100, dt: 0.1, ...options });
  return { document: document as unknown as Record<string, never>, report };
};

const projection = (content: string): string =>
  `<projection id="wires" presynapticPopulation="in_cells" postsynapticPopulation="in_cells" synapse="fast">${content}</projection>`;

test("a network of cells, synapses and pulses is read in the units of the library", async () => {
  const { document, report } = await imported(
    nml(
      cell + fast + pulse,
      `<notes>Text &amp; more</notes>${cells}${projection(
        `<connection id="0" preCellId="../in_cells[0]" postCellId="../in_cells/1/iaf"/>
         <connectionWD id="1" preCellId="../in_cells[1]" postCellId="../in_cells[2]" weight="3" delay="0.0015s"/>
         <connectionWD id="2" preCellId="../in_cells[1]" postCellId="../in_cells[2]" weight="3" delay="2ms"/>`,
      )}
      <inputList id="inputs" component="pulse" population="in_cells">
        <input id="0" target="../in_cells[0]" destination="synapses"/>
        <inputW id="1" target="../in_cells/2/iaf" destination="synapses" weight="2"/>
      </inputList>
      <explicitInput target="in_cells[2]" input="pulse"/>`,
    ),
  );
  expect(document).toMatchObject({
    model: {
      populations: {
        inCells: {
          ...{ soma: "LeakySoma", units: [3], potentialRest: -60, potentialReset: -60, threshold: -50 },
          ...{ potentialTau: 20, resistance: 0.1 },
          synapses: { fast: { synapse: "ConductanceExponentialSynapse", potentialReversal: 0, tau: 3 } },
        },
      },
      projections: {
        wires: {
          ...{ from: "inCells", to: "inCells.fast" },
          connect: {
            explicit: { sources: [0, 1, 1], targets: [1, 2, 2], weights: [0.5, 1.5, 1.5], delays: [0.1, 1.5, 2] },
          },
        },
      },
    },
    inputs: { inCells: { current: { step: { amplitude: [150, 0, 450], from: 10, to: 30 } } } },
    record: { inCells: { outSpikes: true } },
  });
  expect(report.counts).toEqual({ faithful: 4, approximate: 1, unsupported: 0 });
  expect(report.entries.find(({ fidelity }) => fidelity === "approximate")).toMatchObject({
    path: "net.wires",
    note: expect.stringContaining("The shortest delay is 0 ms"),
  });
  await experiment(document as unknown as ExperimentDocument);
});

test("sources, Poisson synapses, instances and start potentials are read", async () => {
  const components =
    `${cell}${fast}<izhikevich2007Cell id="iz" v0="-58mV" C="100pF" k="0.7nS_per_mV" vr="-60mV" vt="-40mV" vpeak="35mV" a="30per_s" b="-2nS" c="-50mV" d="0.1nA"/>` +
    '<spikeArray id="train"><spike id="0" time="0.25ms"/><spike id="1" time="0.29ms"/><spike id="2" time="5s"/></spikeArray>' +
    '<spikeGeneratorPoisson id="random" averageRate="0.02 per_ms"/>' +
    '<poissonFiringSynapse id="noise" averageRate="50Hz" synapse="fast" spikeTarget="./fast"/>' +
    '<expTwoSynapse id="unused" gbase="1nS" erev="0mV" tauRise="1ms" tauDecay="2ms"/>';
  const { document, report } = await imported(
    nml(
      components,
      `${cells}<population id="others" component="iz" type="populationList">
         <instance id="7"><location x="0" y="0" z="0"/></instance><instance id="3"><location x="1" y="0" z="0"/></instance>
       </population>
       <population id="trains" component="train" size="2"/><population id="randoms" component="random" size="4"/>
       <projection id="p" presynapticPopulation="trains" postsynapticPopulation="others" synapse="fast">
         <connection id="0" preCellId="../trains[1]" postCellId="../others/3/iz"/>
       </projection>
       <inputList id="all" component="noise" population="others">
         <input id="0" target="../others/7/iz" destination="synapses"/><input id="1" target="../others/3/iz" destination="synapses"/>
       </inputList>
       <inputList id="some" component="noise" population="in_cells">
         <input id="0" target="../in_cells[1]" destination="synapses"/>
       </inputList>`,
    ),
  );
  expect(document).toMatchObject({
    model: {
      populations: {
        others: { soma: "Izhikevich2007Soma", units: [2], recoveryRate: 0.03, recoveryDelta: 100 },
        trains: { source: "SpikeReplay", units: [2] },
        randoms: { source: "PoissonSource", units: [4], rate: 20 },
        noise: { source: "PoissonSource", units: [1], rate: 50 },
      },
      projections: {
        p: { connect: { explicit: { sources: [1], targets: [1] } }, weight: 0.5 },
        noise: { from: "noise", to: "inCells.fast", connect: { explicit: { sources: [0], targets: [1] } } },
      },
      drives: { noise: { to: "others.fast", poisson: { rate: 50, trains: 1, weight: 0.5 } } },
    },
    inputs: { trains: { inSpikes: { events: { steps: [3, 4, 3, 4], units: [0, 0, 1, 1] } } } },
    initial: { others: { potential: -58 } },
  });
  const notes = report.entries.map(({ subject, fidelity, result }) => `${fidelity} ${subject} ${result}`);
  for (const note of [
    "approximate spikeGeneratorPoisson PoissonSource",
    "approximate poissonFiringSynapse drive",
    "approximate poissonFiringSynapse PoissonSource",
    "approximate 2 spikes spikes of the next free step",
    "faithful 2 spikes left out",
    "faithful expTwoSynapse not used",
  ]) {
    expect(notes).toContain(note);
  }
  await experiment(document as unknown as ExperimentDocument);
});

test("a synapse with given spikes becomes a source that sends them a step before they act", async () => {
  const { document, report } = await imported(
    nml(
      `${cell}${fast}<timedSynapticInput id="given" synapse="fast" spikeTarget="./fast"><spike id="0" time="2ms"/><spike id="1" time="15.02 ms"/></timedSynapticInput>`,
      `${cells}<inputList id="some" component="given" population="in_cells">
         <input id="0" target="../in_cells[0]" destination="synapses"/>
         <inputW id="1" target="../in_cells[2]" destination="synapses" weight="3"/>
       </inputList>`,
    ),
  );
  expect(document).toMatchObject({
    model: {
      populations: { given: { source: "SpikeReplay", units: [1] } },
      projections: {
        given: {
          ...{ from: "given", to: "inCells.fast", delay: 0.1 },
          connect: { explicit: { sources: [0, 0], targets: [0, 2], weights: [0.5, 1.5] } },
        },
      },
    },
    inputs: { given: { inSpikes: { events: { steps: [19, 150], units: [0, 0] } } } },
  });
  expect(report.counts).toEqual({ faithful: 3, approximate: 0, unsupported: 0 });
  expect(report.entries.find(({ path }) => path === "drift check")!.note).toMatch(/apart on average/);
});

test("a LEMS file gives the times, the network and the records", async () => {
  const files: Files = {
    "net/cells/a.cell.nml": bytesOf(`<neuroml id="a">${cell}</neuroml>`),
    "net/net.nml": bytesOf(
      `<neuroml id="n"><include href="cells/a.cell.nml"/><network id="net">${cells}</network><network id="other"/></neuroml>`,
    ),
  };
  const lems = bytesOf(
    `<Lems><Target component="sim"/><Include file="Cells.xml"/><Include file="net.nml"/>
     <Simulation id="sim" length="0.2s" step="0.05ms" target="net">
       <Display id="d"><Line id="l" quantity="in_cells[1]/v"/><Line id="m" quantity="in_cells[1]/u"/></Display>
       <EventOutputFile id="e" fileName="x"><EventSelection id="0" select="in_cells/0/iaf" eventPort="spike"/></EventOutputFile>
     </Simulation></Lems>`,
  );
  const options = { file: "net/LEMS_sim.xml", readFile: neighbourReader(files) };
  const { document, report } = await importNeuroml(lems, options);
  expect(document).toMatchObject({
    ...{ duration: 200, dt: 0.05, dtype: "f64" },
    record: { inCells: { outSpikes: true, potential: { units: [1] } } },
  });
  expect(report.entries.filter(({ fidelity }) => fidelity === "unsupported")).toMatchObject([
    { path: "sim.outputs", subject: "in_cells[1]/u" },
  ]);
  await expect(importNeuroml(lems, { ...options, strict: true })).rejects.toThrow(/is strict/);
  await expect(importNeuroml(lems, { file: "LEMS_sim.xml" })).rejects.toThrow(
    "LEMS_sim.xml includes the file net.nml, but only one file was given. Give a folder or a zip with all files",
  );
  const { "net/cells/a.cell.nml": _, ...rest } = files;
  await expect(importNeuroml(lems, { ...options, readFile: neighbourReader(rest) })).rejects.toThrow(
    "net/net.nml includes the file net/cells/a.cell.nml, which cannot be read: it is not among them.",
  );
});

test("a file of a model may have the name of a file of simulators", async () => {
  const lems = bytesOf(
    `<Lems><Include file="Cells.xml"/><Include file="Synapses.xml"/><network id="net">${cells}</network></Lems>`,
  );
  const own: Files = { "Cells.xml": bytesOf(`<Lems><ComponentType name="other"/>${cell}</Lems>`) };
  const { document } = await imported(lems, { file: "LEMS_sim.xml", readFile: neighbourReader(own) });
  expect(document).toMatchObject({ model: { populations: { inCells: { soma: "LeakySoma" } } } });
  await expect(imported(lems, { file: "LEMS_sim.xml" })).rejects.toThrow(/component "iaf", which is in none/);
});

test("populations are joined only if their parts are complete", async () => {
  const parts = (first: string, second: string): Uint8Array =>
    nml(
      cell,
      `<property tag="sparkUnits:a" value="${first}"/><property tag="sparkUnits:b" value="${second}"/>
       <population id="a" component="iaf" size="2"/><population id="b" component="iaf" size="1"/>`,
    );
  const units = async (first: string, second: string): Promise<unknown> => {
    const { document } = await imported(parts(first, second));
    const { populations } = document["model"] as unknown as {
      readonly populations: Record<string, { readonly units: unknown }>;
    };
    return Object.entries(populations).map(([name, one]) => `${name} ${one.units}`);
  };
  expect(await units("whole 0 2", "whole 1")).toEqual(["whole 3"]);
  for (const [first, second] of [
    ["whole 0 2", "whole 0"],
    ["whole 0", "whole 1"],
    ["whole 0 x", "whole 1"],
    ["whole 0 3", "whole 1"],
    ["one 0 2", "other 1"],
  ] as const) {
    expect(await units(first, second)).toEqual(["a 2", "b 1"]);
  }
});

test("parts without a counterpart are named, with their place and a remedy", async () => {
  const { report } = await importNeuroml(
    nml(
      `${cell}${fast}${pulse}<hindmarshRose1984Cell id="hr"/><gapJunction id="slow"/><sineGenerator id="sine"/>`,
      `${cells}<population id="lost" component="hr" size="2"/>
       <projection id="a" presynapticPopulation="in_cells" postsynapticPopulation="lost" synapse="fast"/>
       <projection id="b" presynapticPopulation="in_cells" postsynapticPopulation="in_cells" synapse="slow"/>
       ${projection('<connectionWD id="0" preCellId="../in_cells[0]" postCellId="../in_cells[0]" weight="-1" delay="1ms"/>')}
       <electricalProjection id="gap" presynapticPopulation="in_cells" postsynapticPopulation="in_cells"/>
       <explicitInput target="in_cells[0]" input="sine"/><explicitInput target="lost[0]" input="pulse"/>`,
    ),
  );
  expect(
    report.entries
      .filter(({ fidelity }) => fidelity !== "faithful")
      .map(({ path, subject, fidelity }) => `${fidelity} ${path}: ${subject}`),
  ).toEqual([
    "approximate simulation: no simulation",
    "unsupported net.lost: hindmarshRose1984Cell",
    "unsupported net.gap: electricalProjection",
    "unsupported net.a: expOneSynapse",
    "unsupported net.b: gapJunction",
    "unsupported net.wires: negative weights",
    "unsupported net.pulse: pulseGenerator",
    "unsupported net.sine: sineGenerator",
  ]);
  for (const { note } of report.entries) if (note) expect(note).toMatch(/\.$/);
  await expect(
    imported(nml('<hindmarshRose1984Cell id="hr"/>', '<population id="a" component="hr" size="1"/>')),
  ).rejects.toThrow(/leaves nothing of the model/);
});

test.each([
  [nml("", '<population id="a" component="iaf" size="1"/>'), /population a has the component "iaf", which is in none/],
  [nml(cell, '<population id="a" component="iaf" size="1e9"/>'), /population a\.size must be a whole number/],
  [nml(cell, '<population id="a" component="iaf"/>'), /population a population has no attribute size/],
  [nml(cell + cell, cells), /iafCell iaf has the id of network\.net\.nml iafCell iaf/],
  [nml(cell, cells + cells), /population in_cells has the id of another population/],
  [nml(cell, cells + projection("")), /wires\.synapse names the component "fast", which is in none/],
  [
    nml(cell + fast, cells + projection('<connection id="4" preCellId="../in_cells[3]" postCellId="../in_cells[0]"/>')),
    /projection wires connection 4\.preCellId names no cell of the population in_cells, which has 3; received "\.\.\/in_cells\[3\]"/,
  ],
  [
    nml(
      cell + fast,
      `${cells}<projection id="p" presynapticPopulation="x" postsynapticPopulation="in_cells" synapse="fast"/>`,
    ),
    /presynapticPopulation names the population "x", which the network does not have. Its populations are in_cells/,
  ],
  [
    nml(cell.replace("-50 mV", "-50 ms"), cells),
    /iafCell iaf\.thresh must be a number with a unit of V, mV; received "-50 ms"/,
  ],
  [nml(cell.replace("0.2 nF", "-1pF"), cells), /iafCell iaf\.C must be greater than 0; received "-1pF"/],
  [nml(cell.replace(/C="[^"]*"/, ""), cells), /iafCell has no attribute C/],
  [bytesOf("<neuroml id='a'></neuroml>"), /contains no network/],
  [bytesOf("<neuroml id='a'><network id='n'/><network id='m'/></neuroml>"), /has the networks n, m/],
  [bytesOf("<sbml/>"), /has the root element sbml; expected neuroml or Lems/],
  [bytesOf("<neuroml id='a'>"), /is not valid XML/],
  [bytesOf('<!DOCTYPE a [<!ENTITY b "c">]><neuroml id="&b;"/>'), /has a DOCTYPE/],
  [new Uint8Array([0x3c, 0xff]), /is not UTF-8 text/],
  [bytesOf(`<neuroml id="a">${"<a>".repeat(60)}${"</a>".repeat(60)}</neuroml>`), /is not valid XML/],
])("an invalid file is refused with its place: %#", async (bytes, message) => {
  await expect(imported(bytes)).rejects.toThrow(message);
});

test("quantities have the units of NeuroML, and are rounded once", () => {
  const read = (text: string, dimension: Parameters<typeof readQuantity>[1]) => readQuantity(text, dimension, "a");
  expect(read("20 ms", "time")).toBe(20);
  expect(read("0.2 nF", "capacitance")).toBe(200);
  expect(read("1.1e-12F", "capacitance")).toBe(1.1);
  expect(read("0.0007 nA", "current")).toBe(0.7);
  expect(read("-.06V", "voltage")).toBe(-60);
  expect(read("3 S_per_V", "curvature")).toBe(3e6);
  for (const text of [
    "20",
    "ms",
    "20 furlong",
    "1e999 ms",
    "0x10ms",
    "--1ms",
    "1 2ms",
    "constructor",
    `${"1".repeat(1e6)}x`,
  ]) {
    expect(() => read(text, "time")).toThrow(/^a must be a number with a unit of s, ms, us; received /);
  }
  expect(() => read("1 ms", "number")).toThrow("must be a number without a unit");
});

test("files are recognised by their root element", () => {
  expect(formatOf(nml(cell, cells))).toBe("neuroml");
  expect(formatOf(bytesOf("\uFEFF <?xml version='1.0'?><!-- < --><Lems>"))).toBe("neuroml");
  for (const text of ["<html><neuroml>", "<neuromlx>", "<?xml", "text <neuroml>"]) {
    expect(() => formatOf(bytesOf(text))).toThrow(/no format that can be read/);
  }
});

test("truncated and changed files give an error or a model, and never another failure", async () => {
  const { files } = await exportNeuroml(
    await experiment({
      model: {
        populations: {
          noise: { source: "PoissonSource", units: [3], rate: 100 },
          cells: { soma: "StrictRefractoryLeakySoma", units: [3], potentialTau: [10, 20, 10] },
        },
        projections: {
          wires: {
            ...{ from: "noise", to: "cells", connect: { allToAll: {} }, weight: 20 },
            synapse: { synapse: "AlphaSynapse" },
          },
        },
      },
      ...{ duration: 20, inputs: { cells: { current: { step: { amplitude: 90, from: 5 } } } } },
      record: { cells: { outSpikes: true } },
    } as unknown as ExperimentDocument),
  );
  const network = files["network.net.nml"]!;
  const attempt = async (bytes: Uint8Array): Promise<boolean> => {
    try {
      await importNeuroml(bytes, { duration: 20, dt: 0.1 });
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(SparkError);
      return false;
    }
  };
  expect(await attempt(network)).toBe(true);
  const end = new TextDecoder().decode(network).trimEnd().length;
  for (let length = 0; length < end; length += 37) expect(await attempt(network.subarray(0, length))).toBe(false);
  const edit = fc.record({
    at: fc.nat(end - 1),
    cut: fc.nat(12),
    text: fc.oneof(
      fc.constantFrom('"', "<", ">", "&", "/>", "<!--", "<![CDATA[", "-", "1e9", "__proto__", '<a b="c">', "\0"),
      fc.string({ maxLength: 5 }),
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
      let text = new TextDecoder().decode(network);
      for (const { at, cut, text: added } of edits) text = text.slice(0, at) + added + text.slice(at + cut);
      await attempt(bytesOf(text));
    }),
    { numRuns: 400 },
  );
});
