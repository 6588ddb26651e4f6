import { readFileSync } from "node:fs";
import {
  ConfigError,
  type ExperimentDocument,
  experiment,
  FileError,
  type SpikeRecording,
  simulatePrepared,
} from "spark-snn";
import { describe, expect, test } from "vitest";
import { reportText } from "../report.ts";
import { dataReader, type Imported } from "../result.ts";
import { sharedPath } from "../shared-files.test-support.ts";
import { importScfg, type ScfgImportOptions } from "./import.ts";

/* Files and spikes of Python Spark 1.2.2 and 0.1.0, made by test/golden/make_scfg.py and make_scfg_old.py. */

type Events = readonly (readonly [step: number, unit: number])[];
interface Case {
  readonly name: string;
  readonly steps: number;
  readonly file: Readonly<Record<string, unknown>>;
  readonly port: string;
  readonly units: number;
  readonly given: Events;
  readonly spikes: Readonly<Record<string, Events>>;
}
const goldenFile = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../test/golden/${name}`, import.meta.url), "utf8"));
const golden = goldenFile("scfg.json") as { readonly cases: readonly Case[]; readonly packedSoma: string };
const old = (goldenFile("scfg-old.json") as { readonly files: Readonly<Record<string, unknown>> }).files;

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const importJson = (value: unknown, options?: ScfgImportOptions): Promise<Imported> =>
  importScfg(bytesOf(value), options);

type Run = Readonly<Record<string, { readonly outSpikes: SpikeRecording }>>;
const runOf = async ({ data }: Imported, document: ExperimentDocument): Promise<Run> => {
  const { prepared } = await experiment(document, { readFile: dataReader(data) });
  return (await simulatePrepared(prepared as never, {})) as unknown as Run;
};

describe("spikes of Python Spark", () => {
  test.each(golden.cases)("$name", async ({ file, port, units, given, steps, spikes }) => {
    const imported = await importJson(file, { inputs: { [port]: units } });
    const source = port === "in_spikes" ? "inSpikes" : port;
    const inSpikes = { steps: given.map(([step]) => step), units: given.map(([, unit]) => unit) };
    const { document } = imported;
    // The report says so of every input of these models.
    const late = 1;
    expect(reportText(imported.report)).toContain(
      "Its spikes act 1 step later, because a projection takes at least one step.",
    );
    const run = await runOf(imported, {
      ...document,
      duration: (steps + late) * document.dt!,
      inputs: { ...document.inputs, [source]: { inSpikes } },
    });
    for (const [name, expected] of Object.entries(spikes)) {
      const { outSpikes } = run[name === "out_spikes" ? "cells" : name]!;
      const found = Array.from(outSpikes.steps, (step, k) => [step - late, outSpikes.units[k]]);
      expect(found.length).toBeGreaterThan(10);
      expect(found).toEqual(expected);
    }
  });
});

test("a soma is read from xz, with its parameters", async () => {
  const { document, report } = await importScfg(Buffer.from(golden.packedSoma, "base64"), { units: [3], strict: true });
  expect(document.model).toEqual({
    soma: "LeakySoma",
    units: [3],
    ...{ potentialRest: -60, potentialReset: -50, potentialTau: 12, resistance: 0.1, threshold: -45 },
  });
  expect(report).toMatchObject({
    format: "scfg",
    version: "1.0",
    direction: "import",
    counts: { approximate: 0, unsupported: 0 },
  });
});

describe("files of 0.1", () => {
  test.each([
    ["lif", "LeakySoma", "LinearSynapse", "HebbianRule"],
    ["alif", "AdaptiveLeakySoma", "LinearSynapse", "ZenkeRule"],
    ["adex", "AdaptiveExponentialSoma", "LinearSynapse", "HebbianRule"],
  ])("%s runs", async (name, soma, synapse, rule) => {
    const imported = await importJson(old[name], { inputs: { in_spikes: 10 }, duration: 20 });
    const { populations, projections } = imported.document.model as unknown as Record<string, Record<string, object>>;
    expect(populations!["cells"]).toMatchObject({ soma, units: [5] });
    expect(projections!["inSpikesToCells"]).toMatchObject({ synapse: { synapse }, plasticity: { rule } });
    expect(await runOf(imported, imported.document)).toMatchObject({ steps: 20, complete: true });
  });

  test("a brain has the sizes of its inputs", async () => {
    const imported = await importJson(old["brain"], { duration: 20 });
    const { populations, projections } = imported.document.model as unknown as Record<string, Record<string, object>>;
    expect(populations!["spiker"]).toMatchObject({ source: "PoissonSpiker", units: [3], rateMax: 200 });
    expect(Object.keys(projections!)).toEqual(["spikerToPool", "poolToPool"]);
    expect(await runOf(imported, imported.document)).toMatchObject({ steps: 20 });
  });

  test("a soma has the equations of 0.1", async () => {
    const { document } = await importJson(old["soma"], { units: [2] });
    expect(document).toMatchObject({
      dt: 0.5,
      model: { soma: "StrictRefractoryLeakySoma", cooldown: 3, threshold: { uniform: { min: -40, max: 0 } } },
    });
  });
});

/** Files of the tutorial of Python Spark, which are not part of this project. */
const cartpole = sharedPath("reference/cartpole");

describe.runIf(cartpole)("the files of the CartPole tutorial", () => {
  test("the brain runs", async () => {
    const imported = await importScfg(readFileSync(`${cartpole}/ab_brain.scfg`), {
      inputs: { signal: 4 },
      duration: 20,
    });
    expect(imported.report.counts.unsupported).toBe(0);
    const { document } = imported;
    const run = await runOf(imported, { ...document, inputs: { spiker: { signal: [0.1, -0.2, 0.9, 0.6] } } });
    expect(Object.keys(document.record!)).toEqual([
      "AExcitatory",
      "BExcitatory",
      "AInhibitory",
      "BInhibitory",
      "spiker",
      "readouts",
    ]);
    expect(run["spiker"]!.outSpikes.count).toBeGreaterThan(0);
  });

  test("the neuron runs, with sizes that its file does not contain", async () => {
    const bytes = readFileSync(`${cartpole}/alif_mod_neuron.scfg`);
    await expect(importScfg(bytes, { inputs: { in_spikes: 8 } })).rejects.toThrow(
      "has no number of units. Give it, such as units: [100]",
    );
    const imported = await importScfg(bytes, { units: [5], inputs: { in_spikes: 8 }, duration: 20 });
    expect(await runOf(imported, imported.document)).toMatchObject({ complete: true });
  });
});

describe("refusals", () => {
  const [one] = golden.cases;
  const changed = (change: (text: string) => string): unknown => JSON.parse(change(JSON.stringify(one!.file)));

  const unknownInitializer = JSON.parse(
    JSON.stringify(old["lif"]).replace('"sparse_uniform_initializer_config"', '"poisson_initializer_config"'),
  ) as unknown;
  /** The kernel of a single input tells its size, so only a second input can make it wrong. */
  const twoInputs = changed((text) => {
    const map = (port: string): string =>
      `{"__type__":"port_map","__data__":{"origin":"__call__","port":"${port}","is_property":false}}`;
    return text.replace(map("in_spikes"), `${map("more")},${map("in_spikes")}`);
  });
  const cases: readonly { name: string; file: unknown; message: string; options?: ScfgImportOptions }[] = [
    {
      name: "an unknown version",
      file: changed((text) => text.replace('"1.0"', '"2.0"')),
      message: '__version__ must be "1.0", or absent for files of 0.1; received "2.0"',
    },
    {
      name: "an unknown class",
      file: { __type__: "calcium_dendrite_config", __cfg__: {} },
      message: '__type__ is "calcium_dendrite_config", which is unknown',
    },
    {
      name: "a part of a neuron",
      file: { __type__: "traced_synapses_config", __cfg__: { tau: 5 } },
      message: "cannot run without a neuron",
    },
    {
      name: "no configuration",
      file: { a: 1 },
      message: "must be a configuration with __type__ and __cfg__; received the keys a",
    },
    { name: "a list", file: [1, 2], message: "must contain a JSON object" },
    {
      name: "a kernel of another size",
      file: twoInputs,
      message: "has 54 weights, but 6 target units and 5 source units need 30",
      options: { inputs: { more: 2, in_spikes: 3 } },
    },
    {
      name: "no size of an input",
      file: old["lif"],
      message: 'has the input "in_spikes", whose size the file does not contain. Give it: inputs: { in_spikes: 100 }',
    },
    {
      name: "an unknown initializer",
      file: unknownInitializer,
      message: 'has the initializer "poisson_initializer", which is unknown',
      options: { inputs: { in_spikes: 5 } },
    },
  ];

  test.each(cases)("$name", async ({ file, message, options = {} }) => {
    await expect(importJson(file, options)).rejects.toThrow(message);
  });

  test("an array with a wrong number of values names its place", async () => {
    const file = changed((text) => text.replace(/"shape":\[6,9\]/, '"shape":[6,8]'));
    await expect(importJson(file)).rejects.toThrow(
      "modules_specs.synapses.kernel has the shape [6, 8], which needs 48 values; received 54",
    );
    const huge = changed((text) => text.replace(/"shape":\[6,9\]/, '"shape":[600000,900000]'));
    await expect(importJson(huge)).rejects.toThrow("at most 134217728 can be read");
  });

  test("strict refuses what is not faithful, and names it", async () => {
    const refused = importJson(old["lif"], { inputs: { in_spikes: 5 }, strict: true });
    await expect(refused).rejects.toThrow(/^import of scfg is strict, and these parts are not faithful/);
    await expect(refused).rejects.toThrow(
      "dtype is approximate: float16. Python Spark rounds values to half precision",
    );
  });

  test("an unsupported module is left out and reported", async () => {
    const file = JSON.parse(
      JSON.stringify(golden.cases[2]!.file).replace('"linear_synapses"', '"coupled_synapses"'),
    ) as unknown;
    const { report } = await importJson(file, { inputs: { outside: 5 } });
    expect(report.entries.filter(({ fidelity }) => fidelity === "unsupported").map(({ path }) => path)).toEqual([
      "modules_specs.b.modules_specs.synapses",
      "modules_specs.a.inputs",
    ]);
  });

  test("deep nesting is refused", async () => {
    await expect(importScfg(new TextEncoder().encode("[".repeat(100_000)))).rejects.toThrow(
      "nested more than 200 levels deep at character 201",
    );
  });
});

describe("damaged files", () => {
  const plain = bytesOf(golden.cases[2]!.file);
  const packed = Uint8Array.from(Buffer.from(golden.packedSoma, "base64"));
  const known = (error: unknown): boolean => error instanceof ConfigError || error instanceof FileError;

  test("every truncation is refused with an error of the package", async () => {
    const cuts = [
      ...Array.from({ length: 60 }, (_, k) => [plain, Math.floor((k * plain.length) / 60)] as const),
      ...Array.from({ length: packed.length }, (_, k) => [packed, k] as const),
    ];
    for (const [bytes, length] of cuts) {
      const outcome = await importScfg(bytes.subarray(0, length), { inputs: { outside: 5 } }).then(
        () => "read",
        (error: unknown) => (known(error) ? "refused" : String(error)),
      );
      expect([length, outcome]).toEqual([length, "refused"]);
    }
  });

  test("changed bytes are refused or read, and never crash", async () => {
    let state = 12_345;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from(round % 3 === 0 ? packed : plain);
      for (let k = 0; k <= round % 4; k++) bytes[random(bytes.length)] = random(256);
      const outcome = await importScfg(bytes, { inputs: { outside: 5 } }).then(
        () => "read",
        (error: unknown) => (known(error) ? "refused" : String(error)),
      );
      expect(["read", "refused"]).toContain(outcome);
    }
  });
});
