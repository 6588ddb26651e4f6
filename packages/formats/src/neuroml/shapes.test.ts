import { experiment } from "spark-snn";
import { expect, test } from "vitest";
import { importNeuroml, type NeuromlImportOptions } from "./import.ts";

/* Files in the shapes of the published examples of NeuroML 2 (LEMSexamples), written for these tests. */

const lems = (content: string, length = "60ms"): Uint8Array =>
  new TextEncoder().encode(
    `<Lems><Target component="sim" reportFile="report.txt"/><Include file="Cells.xml"/><Include file="Networks.xml"/>
     ${content}<Simulation id="sim" length="${length}" step="0.02ms" target="net"/></Lems>`,
  );

const imported = async (bytes: Uint8Array, options: NeuromlImportOptions = {}) => {
  const { document, data, report } = await importNeuroml(bytes, options);
  expect(data).toEqual({});
  await experiment(document);
  const drift = report.entries.find(({ path }) => path === "drift check")!;
  const refused = report.entries.filter(({ fidelity }) => fidelity === "unsupported");
  const plain = document as unknown as Readonly<Record<string, unknown>>;
  return { document: plain, drift, refused: refused.map(({ path, subject, note }) => ({ path, subject, note })) };
};

test("cells with a time constant spike by themselves", async () => {
  const { document, drift, refused } = await imported(
    lems(
      `<iafTauCell id="tau" leakReversal="-50mV" thresh="-55mV" reset="-70mV" tau="10ms"/>
       <iafTauRefCell id="held" leakReversal="-50mV" thresh="-55mV" reset="-70mV" tau="10ms" refract="5ms"/>
       <network id="net"><population id="a" component="tau" size="1"/><population id="b" component="held" size="1"/></network>`,
    ),
  );
  expect(refused).toEqual([]);
  expect(document).toMatchObject({
    model: {
      populations: {
        a: { soma: "LeakySoma", potentialRest: -50, threshold: -55, potentialTau: 10, resistance: 0 },
        b: { soma: "StrictRefractoryLeakySoma", cooldown: 5 },
      },
    },
  });
  expect(drift).toMatchObject({ fidelity: "faithful", note: expect.stringMatching(/: 0 of [1-9]\d* spikes at other/) });
});

const izhikevich = '<izhikevichCell id="iz" v0="-70mV" thresh="30mV" a="0.02" b="0.2" c="-50.0" d="2"/>';

test("Izhikevich's cells of 2003 take numbers as inputs", async () => {
  const content = `${izhikevich}<pulseGeneratorDL id="i" delay="2ms" duration="50ms" amplitude="15"/>
     <network id="net"><population id="p" component="iz" size="1"/><explicitInput target="p[0]" input="i" destination="synapses"/></network>`;
  const { document, drift, refused } = await imported(lems(content));
  expect(refused).toEqual([]);
  expect(document).toMatchObject({
    model: { populations: { p: { soma: "IzhikevichSoma", resistance: 1, potentialReset: -50, recoveryUpdate: 2 } } },
    inputs: { p: { current: { step: { amplitude: 15, from: 2, to: 52 } } } },
  });
  expect(drift.fidelity, drift.note).toBe("faithful");
  expect(Number(drift.result.split(" ")[0])).toBeGreaterThan(3);
});

test("single connections, regular sources and synapses with rise and decay are read", async () => {
  const { document, drift, refused } = await imported(
    lems(
      `<spikeGenerator id="regular" period="7 ms"/><spikeArray id="given"><spike id="0" time="5ms"/></spikeArray>
       <iafCell id="iaf" leakReversal="-70mV" thresh="-55mV" reset="-70mV" C="0.2nF" leakConductance="0.01uS"/>
       <expTwoSynapse id="AMPA" gbase="40nS" erev="0mV" tauRise="1ms" tauDecay="2ms"><notes>Rise and decay.</notes></expTwoSynapse>
       <network id="net">
         <population id="sources" component="regular" size="1"/><population id="others" component="given" size="1"/>
         <population id="cells" component="iaf" size="3"/>
         <synapticConnection from="sources[0]" to="cells[0]" synapse="AMPA" destination="synapses"/>
         <synapticConnectionWD from="sources[0]" to="cells[1]" synapse="AMPA" destination="synapses" weight="0.5" delay="2ms"/>
         <synapticConnectionWD from="others[0]" to="cells[2]" synapse="AMPA" destination="synapses" weight="2" delay="1ms"/>
       </network>`,
    ),
  );
  expect(refused).toEqual([]);
  const { populations, projections } = document["model"] as {
    readonly populations: Readonly<Record<string, { readonly synapses?: unknown }>>;
    readonly projections: Readonly<Record<string, { readonly connect: { readonly explicit: unknown } }>>;
  };
  expect(populations["cells"]!.synapses).toMatchObject({
    ampa: { name: "ExpTwoSynapse", parameters: { potentialReversal: 0, tauRise: 1, tauDecay: 2 } },
  });
  // The conductance peaks at the weight: 40 nS times the factor 4 of these time constants.
  expect(projections["sourcesCellsAMPA"]!.connect.explicit).toMatchObject({
    ...{ sources: [0, 0], targets: [0, 1], delays: [0.02, 2] },
    weights: [expect.closeTo(160, 9), expect.closeTo(80, 9)],
  });
  expect(document["inputs"]).toMatchObject({
    sources: { inSpikes: { events: { steps: [350, 700, 1050, 1400, 1750, 2100, 2450, 2800] } } },
  });
  expect(drift.fidelity, drift.note).toBe("faithful");
  expect(Number(drift.result.split(" ")[0])).toBeGreaterThan(3);
});

test("the instances of a population count, as in jNeuroML", async () => {
  const instances = [0, 1, 2, 3].map((id) => `<instance id="${id}"><location x="${id}" y="0" z="0"/></instance>`);
  const { document } = await imported(
    lems(
      `${izhikevich}<network id="net"><population id="p" component="iz" size="3" type="populationList">${instances.join("")}</population></network>`,
    ),
  );
  expect(document).toMatchObject({ model: { populations: { p: { units: [4] } } } });
});

test("inputs that a cell does not take are refused by name", async () => {
  const content = `${izhikevich}<iafTauCell id="tau" leakReversal="-50mV" thresh="-55mV" reset="-70mV" tau="10ms"/>
     <iafCell id="iaf" leakReversal="-70mV" thresh="-55mV" reset="-70mV" C="0.2nF" leakConductance="0.01uS"/>
     <pulseGenerator id="nA" delay="2ms" duration="50ms" amplitude="1nA"/><pulseGeneratorDL id="plain" delay="2ms" duration="50ms" amplitude="15"/>
     <expOneSynapse id="s" gbase="1nS" erev="0mV" tauDecay="3ms"/>
     <network id="net"><population id="p" component="iz" size="2"/><population id="q" component="tau" size="1"/><population id="r" component="iaf" size="1"/>
       <explicitInput target="p[0]" input="nA"/><explicitInput target="p[1]" input="nA"/><explicitInput target="q[0]" input="nA"/>
       <explicitInput target="r[0]" input="plain"/>
       <synapticConnection from="p[0]" to="q[0]" synapse="s"/></network>`;
  const { document, refused } = await imported(lems(content));
  expect(document).not.toHaveProperty("inputs");
  expect(refused).toEqual([
    {
      ...{ path: "net.p_q_s", subject: "expOneSynapse" },
      note: "The cells of q have no capacitance, so they take no input. Use iafCell or iafRefCell.",
    },
    {
      ...{ path: "net.nA", subject: "pulseGenerator" },
      note: "The cells of p take numbers, such as pulseGeneratorDL, and this input gives currents. Use another cell or input.",
    },
    {
      ...{ path: "net.nA", subject: "pulseGenerator" },
      note: "The cells of q have no capacitance, so they take no input. Use iafCell or iafRefCell.",
    },
    {
      ...{ path: "net.plain", subject: "pulseGeneratorDL" },
      note: "The cells of r take currents, and this input gives numbers. Use another cell or input.",
    },
  ]);
  const equal = '<expTwoSynapse id="s" gbase="1nS" erev="0mV" tauRise="2ms" tauDecay="2ms"/>';
  const bytes = new TextEncoder().encode(
    new TextDecoder()
      .decode(lems(content))
      .replace(/<expOneSynapse[^>]*>/, equal)
      .replace('to="q[0]"', 'to="r[0]"'),
  );
  await expect(importNeuroml(bytes)).rejects.toThrow(/s\.tauRise must differ from tauDecay; both are 2 ms/);
});
