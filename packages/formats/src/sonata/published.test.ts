import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ExperimentDocument, experiment, type SpikeRecording, simulatePrepared } from "spark-snn";
import { expect, test } from "vitest";
import { withHdf5 } from "../hdf5/read.ts";
import { dataReader, type Imported } from "../result.ts";
import { sharedPath } from "../shared-files.test-support.ts";
import { importSonata } from "./import.ts";
import { readSpikes } from "./spikes.ts";

/*
 * The public examples of SONATA give the spikes of NEST and NEURON. test/golden/make_sonata.py made the spikes of NEST;
 * those of NEURON are among the examples. The examples are not part of the project.
 */

const shared = sharedPath("data/sonata");
if (shared === undefined) {
  console.info("The public examples of SONATA are not here, so they are not run. Name their folder in SPARK_SHARED.");
}

interface Summary {
  readonly spikes: number;
  readonly digest: number;
}
const golden = JSON.parse(readFileSync(new URL("../../test/golden/sonata.json", import.meta.url), "utf8")) as Readonly<
  Record<string, Summary & { readonly first300ms: Summary }>
>;

/** FNV-1a of 32 bits over steps and nodes, sorted. */
const summaryOf = ({ steps, units }: SpikeRecording): Summary => {
  const pairs = Array.from(steps, (step, k) => [step, units[k]!]).sort(([a, b], [c, d]) => a! - c! || b! - d!);
  let digest = 2166136261;
  for (const number of pairs.flat()) {
    for (const shift of [0, 8, 16, 24]) digest = Math.imul(digest ^ ((number >>> shift) & 255), 16777619) >>> 0;
  }
  return { spikes: pairs.length, digest };
};

const iaf = (tau_m: number, C_m: number, E_L: number, V_th: number, V_reset: number): object => ({
  ...{ I_e: 0, tau_m, C_m, t_ref: 3, E_L, V_th, V_reset },
});

/** The parameters of the models in the shared components of the examples. */
const parameters: Readonly<Record<string, object>> = {
  "472363762_point.json": iaf(44.9, 239, -78, -43, -55),
  "472912177_point.json": iaf(22.2, 180, -82, -35, -50),
  "473862421_point.json": iaf(12.5, 78, -73, -37, -55),
  "473863035_point.json": iaf(22.1, 117, -78, -47, -50),
  "473863510_point.json": iaf(11.5, 53, -72, -25, -50),
  "ExcToExc.json": {},
  "ExcToInh.json": {},
  "InhToExc.json": {},
  "InhToInh.json": {},
  "IntFire1_exc_1.json": { tau: 0.024, type: "NEURON_IntFire1", refrac: 0.003 },
  "IntFire1_inh_1.json": { tau: 0.007, type: "NEURON_IntFire1", refrac: 0.003 },
  "instanteneousExc.json": { level_of_detail: "instanteneous", sign: 1 },
  "instanteneousInh.json": { level_of_detail: "instanteneous", sign: -1 },
};

const importExample = (path: string, duration?: number): Promise<Imported> => {
  const folder = join(shared!, path);
  return importSonata(readFileSync(join(folder, "config.json")), {
    readFile: async (name) => {
      const own = parameters[name.slice(name.lastIndexOf("/") + 1)];
      return own ? new TextEncoder().encode(JSON.stringify(own)) : readFileSync(join(folder, name));
    },
    ...(duration !== undefined && { duration }),
  });
};

const spikesOf = async (imported: Imported, population: string): Promise<SpikeRecording> => {
  const document = { ...imported.document, record: { [population]: { outSpikes: true } } } as ExperimentDocument;
  const { prepared } = await experiment(document, { readFile: dataReader(imported.data) });
  const run = await simulatePrepared(prepared as never, {});
  return (run as unknown as Record<string, { readonly outSpikes: SpikeRecording }>)[population]!.outSpikes;
};

const inNest = [
  ["one_cell_iclamp", "oneCellIclamp", "sim_tests/intfire/one_cell_iclamp_nest/input", undefined],
  ["ten_cells_iclamp", "tenCellsIclamp", "sim_tests/intfire/ten_cells_iclamp_nest/input", undefined],
  ["post", "post", "sim_tests/intfire/ten_cells_spikes_nest/input", 300],
  ["internal", "internal", "300_pointneurons", 300],
] as const;

test.runIf(shared)("the golden spikes are many", () => {
  expect(golden["internal"]!.spikes).toBe(18794);
});

test.runIf(shared).each(inNest)("%s gives the spikes of NEST at the same steps", async (name, own, path, duration) => {
  const imported = await importExample(path, duration);
  expect(imported.report.counts.unsupported).toBe(0);
  const { spikes, digest, first300ms } = golden[name]!;
  expect(summaryOf(await spikesOf(imported, own))).toEqual(duration === 300 ? first300ms : { spikes, digest });
});

test.runIf(shared)("300_intfire gives the spikes of NEURON, within one step of 0.01 ms", async () => {
  const imported = await importExample("300_intfire", 1300);
  expect(imported.report.counts.unsupported).toBe(0);
  expect(imported.document.dt).toBe(0.01);
  const { steps, units } = await spikesOf(imported, "v1");
  const [theirs] = await withHdf5(readFileSync(join(shared!, "300_intfire/output/spikes.h5")), (root) =>
    readSpikes(root, "spikes.h5"),
  );
  const expected = Array.from(theirs!.times, (time, k) => [theirs!.ids[k]!, time] as const).filter(
    ([, time]) => time < 1300,
  );
  const found = Array.from(steps, (step, k) => [units[k]!, step * 0.01] as const);
  const sorted = (list: (readonly [number, number])[]): (readonly [number, number])[] =>
    list.sort(([a, s], [b, t]) => a - b || s - t);
  expect(expected.length).toBeGreaterThan(1500);
  expect(sorted(found).map(([unit]) => unit)).toEqual(sorted(expected).map(([unit]) => unit));
  const late = sorted(found).map(([, time], k) => time - expected[k]![1]);
  expect(Math.min(...late)).toBeGreaterThan(-1e-6);
  // Delays of several synapses in a row round several times.
  expect(Math.max(...late)).toBeLessThan(0.03);
});
