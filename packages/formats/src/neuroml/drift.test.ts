import { expect, test } from "vitest";
import type { ReportEntry } from "../report.ts";
import { importNeuroml, type NeuromlImportOptions } from "./import.ts";

/* An import is compared with an interpreter of NeuroML that shares no code with it. */

const synapses =
  '<expCurrSynapse id="exp" tau_syn="3"/><alphaCurrentSynapse id="alpha" tau="2ms" ibase="100pA"/>' +
  '<expOneSynapse id="conductance" gbase="2nS" erev="0mV" tauDecay="3ms"/><alphaSynapse id="rising" gbase="3nS" erev="-80mV" tau="2ms"/>';
const cells = {
  leaky: '<iafCell id="c" leakReversal="-60mV" thresh="-50mV" reset="-65mV" C="0.2nF" leakConductance="0.01uS"/>',
  held: '<iafRefCell id="c" leakReversal="-60mV" thresh="-50mV" reset="-65mV" C="0.2nF" leakConductance="0.01uS" refract="3ms"/>',
  quadratic:
    '<izhikevich2007Cell id="c" v0="-60mV" C="100pF" k="0.7nS_per_mV" vr="-60mV" vt="-40mV" vpeak="35mV" a="0.03per_ms" b="-2nS" c="-50mV" d="100pA"/>',
  adaptive: (refract: string) =>
    `<adExIaFCell id="c" C="281pF" gL="30nS" EL="-70.6mV" reset="-48.5mV" VT="-50.4mV" thresh="-40.4mV" refract="${refract}" delT="2mV" tauw="40ms" a="4nS" b="0.08nA"/>`,
};

/** Two cells with a pulse of current, a train of spikes at the first, and synapses from it to the second. */
const network = (cell: string, amplitude: string, train: string, inner: string): Uint8Array =>
  new TextEncoder().encode(
    `<neuroml id="file">${cell}${synapses}<pulseGenerator id="pulse" delay="5ms" duration="80ms" amplitude="${amplitude}"/>
     <spikeArray id="train"><spike id="0" time="2ms"/><spike id="1" time="10ms"/><spike id="2" time="11ms"/></spikeArray>
     <network id="net"><population id="p" component="c" size="2"/><population id="s" component="train" size="1"/>
       <projection id="in" presynapticPopulation="s" postsynapticPopulation="p" synapse="${train}">
         <connectionWD id="0" preCellId="../s[0]" postCellId="../p[0]" weight="0.2" delay="1ms"/></projection>
       <projection id="on" presynapticPopulation="p" postsynapticPopulation="p" synapse="${inner}">
         <connectionWD id="0" preCellId="../p[0]" postCellId="../p[1]" weight="0.3" delay="2ms"/></projection>
       <inputList id="i" component="pulse" population="p">
         <inputW id="0" target="../p[0]" destination="synapses" weight="1"/>
         <inputW id="1" target="../p[1]" destination="synapses" weight="0.9"/></inputList>
     </network></neuroml>`,
  );

const driftOf = async (bytes: Uint8Array, options: NeuromlImportOptions = {}): Promise<ReportEntry | undefined> => {
  const { report } = await importNeuroml(bytes, { duration: 100, dt: 0.05, ...options });
  return report.entries.find(({ path }) => path === "drift check");
};

/** Mean difference of the potentials that the entry gives, mV: with the step of the document, and with a quarter of it. */
const differences = (entry: ReportEntry | undefined): readonly number[] =>
  Array.from(entry!.note!.matchAll(/([\d.e-]+) mV apart/g), ([, value]) => Number(value));

test.each([
  ["leaky", cells.leaky, "120pA", "exp", "alpha"],
  ["held", cells.held, "150pA", "alpha", "exp"],
] as const)(
  "%s cells with currents have the spikes and potentials of the interpreter",
  async (_, cell, amplitude, train, inner) => {
    const entry = await driftOf(network(cell, amplitude, train, inner));
    expect(entry).toMatchObject({
      ...{ path: "drift check", subject: "2000 steps of 1 population", fidelity: "faithful" },
      note: expect.stringContaining(" 0 of "),
    });
    expect(Number(entry!.result.split(" ")[0])).toBeGreaterThan(2);
    expect(differences(entry)[0]).toBeLessThan(0.001);
  },
);

test.each([
  ["leaky cells with conductances", cells.leaky, "120pA", "conductance", "rising"],
  ["held cells with conductances", cells.held, "150pA", "rising", "conductance"],
  ["Izhikevich's cells", cells.quadratic, "100pA", "conductance", "exp"],
  ["adaptive exponential cells", cells.adaptive("0ms"), "0.8nA", "exp", "conductance"],
] as const)("differences of %s shrink with the step", async (_, cell, amplitude, train, inner) => {
  const entry = await driftOf(network(cell, amplitude, train, inner));
  expect(entry!.fidelity, entry!.note).toBe("faithful");
  const [own, finer] = differences(entry);
  expect(own).toBeLessThan(5);
  if (finer !== undefined) expect(finer).toBeLessThan(own! / 2);
});

test("a difference that does not shrink with the step is reported", async () => {
  // NeuroML holds the potential during the refractory period, and the soma lets it leak.
  const bytes = network(cells.adaptive("5ms"), "0.8nA", "exp", "exp");
  const entry = await driftOf(bytes);
  expect(entry).toMatchObject({
    fidelity: "approximate",
    note: expect.stringMatching(/Either the spikes depend strongly on the step, or the equations differ\.$/),
  });
  expect(differences(entry)[1]).toBeGreaterThan(1);
  await expect(driftOf(bytes, { strict: true })).rejects.toThrow(/drift check is approximate/);
});

test("random inputs are replaced by the same spikes in both programs", async () => {
  const text = new TextDecoder().decode(network(cells.leaky, "120pA", "exp", "alpha"));
  const random = text
    .replace(/<spikeArray.*<\/spikeArray>/s, '<spikeGeneratorPoisson id="train" averageRate="100Hz"/>')
    .replace(
      "<network",
      '<poissonFiringSynapse id="noise" averageRate="300Hz" synapse="alpha" spikeTarget="./alpha"/><network',
    )
    .replace("</network>", '<explicitInput target="p[1]" input="noise"/></network>');
  const entry = await driftOf(new TextEncoder().encode(random));
  expect(entry).toMatchObject({ fidelity: "faithful", note: expect.stringContaining(" 0 of ") });
});

test("the check says if nothing happens, and is left out on request and for large networks", async () => {
  const bytes = network(cells.leaky, "120pA", "exp", "exp");
  expect(await driftOf(bytes, { driftSteps: 30 })).toMatchObject({
    ...{ subject: "30 steps of 1 population", result: "no activity" },
    note: "No potential changes in the first 1.5 ms, so only the rest is compared.",
  });
  expect(await driftOf(bytes, { driftSteps: 0 })).toBeUndefined();
  const large = new TextDecoder().decode(bytes).replace('component="c" size="2"', 'component="c" size="50000"');
  expect(await driftOf(new TextEncoder().encode(large))).toMatchObject({
    ...{ subject: "too large", result: "not run", note: "The network has 50001 cells." },
  });
});
