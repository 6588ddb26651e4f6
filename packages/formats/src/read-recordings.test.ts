import { type ExperimentDocument, experiment, type SpikeRecording, simulatePrepared } from "spark-snn";
import { beforeAll, describe, expect, test } from "vitest";
import { abf2, twoChannels } from "./abf/abf.test-support.ts";
import { hdf5Bytes } from "./hdf5/write.ts";
import { recordings } from "./read-recordings.ts";

/* Experiments that name recordings in place of currents and spikes. */

const text = (lines: string) => new TextEncoder().encode(lines);
const files: Readonly<Record<string, Uint8Array>> = {
  "cell.abf": abf2(twoChannels),
  "v.dat": text("sender\ttime_ms\tV_m\tI_syn_ex\n2\t0\t-70\t200\n2\t1\t-69\t300\n2\t2\t-69\t400\n"),
  "spikes-0.dat": text("sender\ttime_step\ttime_offset\n11\t20\t0\n"),
  "spikes-1.dat": text("sender\ttime_step\ttime_offset\n12\t30\t0\n11\t40\t0\n"),
};
const readFile = async (path: string): Promise<Uint8Array> => {
  const bytes = files[path];
  if (bytes) return bytes;
  throw new Error("There is no such file.");
};

const soma = (current: unknown): ExperimentDocument =>
  ({
    model: { soma: "LeakySoma", units: [1] },
    ...{ duration: 32, dt: 0.05, inputs: { current }, record: { current: true } },
  }) as unknown as ExperimentDocument;

const read = (document: ExperimentDocument) => experiment(document, { readFile, recordings, kind: "soma" });

describe("a current", () => {
  const currentOf = async (current: unknown): Promise<Float64Array> => {
    const { prepared } = await read({ ...soma(current), record: { potential: true } } as never);
    const run = (await simulatePrepared(prepared)) as unknown as {
      readonly potential: { readonly values: Float64Array };
    };
    return run.potential.values;
  };
  const series = (values: readonly number[], interval: number) => ({ series: values, interval, after: "hold" });

  test("is a channel of an Axon file, converted to pA", async () => {
    const listed = twoChannels.raw[1]!.map(([, raw]) => raw! * Math.fround(0.001) * 1000);
    const found = await currentOf({ abf: "cell.abf", channel: "I_mem", sweep: 1, after: "hold" });
    const expected = await currentOf(series(listed, 0.05));
    expect(Math.max(...found.map((value, k) => Math.abs(value - expected[k]!)))).toBeLessThan(1e-3);
    expect(Math.max(...found)).toBeGreaterThan(-65);
  });

  test("is a command of an Axon file", async () => {
    const found = await currentOf({ abf: "cell.abf", command: "Cmd 0", sweep: 2, after: "hold" });
    const expected = await currentOf({ abf: "cell.abf", command: 0, sweep: 2, after: "hold" });
    expect(found).toEqual(expected);
    expect(found[300]! - found[0]!).toBeGreaterThan(0);
  });

  test("is a column of a multimeter of NEST", async () => {
    const found = await currentOf({ nest: "v.dat", column: "I_syn_ex", after: "hold" });
    expect(found).toEqual(await currentOf(series([200, 300, 400], 1)));
  });

  test.each([
    [{ abf: "cell.abf", channel: "I_mem" }, 'channel "I_mem" has 3 sweeps. Add "sweep", from 0 to 2.'],
    [{ abf: "cell.abf", channel: "I_mem", sweep: 3 }, "has 3 sweeps; received sweep 3"],
    [{ abf: "cell.abf", channel: "I_men", sweep: 0 }, 'has no channel "I_men". Did you mean "I_mem"?'],
    [{ abf: "cell.abf", channel: 5, sweep: 0 }, "has 2 channels; received the index 5"],
    [{ abf: "cell.abf", channel: "IN 0", sweep: 0 }, 'must be a channel in pA; received "IN 0", which is in mV'],
    [{ abf: "cell.abf", channel: "I_mem", sweep: 0, unit: "s" }, "must be one of fA, pA, nA"],
    [{ abf: "cell.abf" }, "channel"],
    [{ abf: "cell.abf", channel: "I_mem", command: 0 }, "cannot be combined with channel"],
    [{ abf: "none.abf", channel: "I_mem" }, "none.abf"],
    [{ abf: "v.dat", channel: "I_mem" }, 'must begin with "ABF " or "ABF2"'],
    [{ nest: "v.dat", column: "I_e" }, 'v.dat has no column "I_e"'],
    [{ nest: "v.dat", column: "V_m" }, "must be a channel in pA"],
    [{ nest: "v.dat", column: "I_syn_ex", sender: 3 }, "v.dat has no rows of sender 3. It has rows of 2."],
    [{ nest: "spikes-0.dat", column: "V_m", resolution: 0.1 }, "It contains spikes only."],
  ])("%j is refused", async (current, message) => {
    await expect(read({ ...soma(current), record: { potential: true } } as never)).rejects.toThrow(message);
  });

  test("needs a reader of recordings", async () => {
    const document = soma({ abf: "cell.abf", channel: "I_mem", sweep: 0 });
    await expect(experiment(document, { readFile })).rejects.toThrow(
      'names a recording, which cannot be read here; received "cell.abf". Pass recordings of @spark-snn/formats',
    );
  });
});

describe("spikes", () => {
  const replay = (events: unknown) =>
    ({
      model: { source: "SpikeReplay", units: [2] },
      ...{ duration: 10, dt: 0.1, inputs: { inSpikes: { events } }, record: { outSpikes: true } },
    }) as unknown as ExperimentDocument;

  test("are those of a recorder of NEST, with units counted from the first sender", async () => {
    const nest = ["spikes-0.dat", "spikes-1.dat"];
    const { prepared } = await read(replay({ nest, firstSender: 11, resolution: 0.1 }));
    const { outSpikes } = (await simulatePrepared(prepared)) as unknown as { readonly outSpikes: SpikeRecording };
    expect(outSpikes.count).toBe(3);
    expect([...outSpikes.units]).toEqual([0, 1, 0]);
  });

  test.each([
    [{ nest: "spikes-0.dat", firstSender: 11 }, 'Add "resolution"'],
    [{ nest: "spikes-0.dat", resolution: 0.1 }, "firstSender"],
    [{ nest: "spikes-0.dat", firstSender: 12, resolution: 0.1 }, "has spikes of sender 11, before the firstSender 12"],
    [{ nest: "spikes-0.dat", firstSender: 5, resolution: 0.1 }, '"spikes-0.dat" spike 0'],
    [{ nest: "v.dat", firstSender: 2 }, "contains samples, not spikes"],
    [{ nest: [], firstSender: 2 }, "must be the path of a file, or a list of paths"],
    [{ abf: "cell.abf" }, "contains no spikes"],
  ])("%j is refused", async (events, message) => {
    await expect(read(replay(events))).rejects.toThrow(message);
  });
});

describe("files of SONATA", () => {
  const times = [5.2, 1, 12.7];
  const ids = [3, 4, 3];
  const made: Record<string, Uint8Array> = {};
  const sonataFile = async (path: string): Promise<Uint8Array> => {
    const bytes = made[path];
    if (bytes) return bytes;
    throw new Error("There is no such file.");
  };
  beforeAll(async () => {
    const write = (names: readonly string[]): Promise<Uint8Array> =>
      hdf5Bytes((root) => {
        const group = root.group("spikes");
        for (const name of names) {
          const own = group.group(name);
          own.dataset("timestamps", times, { type: "f64" }).attribute("units", "ms");
          own.dataset("node_ids", ids, { type: "u64" });
        }
      });
    made["spikes.h5"] = await write(["cells"]);
    made["two.h5"] = await write(["cells", "noise"]);
    made["cut.h5"] = made["spikes.h5"]!.slice(0, 900);
    made["report.h5"] = await hdf5Bytes((root) => {
      const own = root.group("report").group("cells");
      const rows = Float32Array.of(0.2, 9, 8, 0.3, 9, 8, 0.4, 9, 8);
      own.dataset("data", rows, { shape: [3, 3] }).attribute("units", "nA");
      const mapping = own.group("mapping");
      mapping.dataset("node_ids", [4, 9], { type: "u64" });
      mapping.dataset("index_pointers", [0, 1, 3], { type: "u64" });
      mapping.dataset("time", Float64Array.of(0, 3, 1), { type: "f64" });
    });
  });

  const replay = (events: object, units = 5): ExperimentDocument =>
    ({
      model: { source: "SpikeReplay", units: [units] },
      ...{ duration: 20, dt: 0.1, inputs: { inSpikes: { events } }, record: { outSpikes: true } },
    }) as unknown as ExperimentDocument;
  const opened = (document: ExperimentDocument) =>
    experiment(document, { readFile: sonataFile, recordings, kind: "soma" });
  const spikesOf = async (document: ExperimentDocument): Promise<number[][]> => {
    const { outSpikes } = (await simulatePrepared((await opened(document)).prepared)) as unknown as {
      readonly outSpikes: SpikeRecording;
    };
    return Array.from(outSpikes.steps, (step, k) => [step, outSpikes.units[k]!]);
  };

  test("replay as spikes, at the steps of the lists that they contain", async () => {
    const listed = await spikesOf(replay({ times, units: ids }));
    expect(listed).toHaveLength(3);
    expect(await spikesOf(replay({ sonata: "spikes.h5" }))).toEqual(listed);
    expect(await spikesOf(replay({ sonata: "two.h5", population: "noise" }))).toEqual(listed);
    const shifted = await spikesOf(replay({ sonata: "spikes.h5", firstNode: 3 }, 2));
    expect(shifted).toEqual(listed.map(([step, unit]) => [step, unit! - 3]));
  });

  test("are currents, converted to pA", async () => {
    const currentOf = async (current: object) => {
      const document = { ...soma(current), record: { potential: true } } as unknown as ExperimentDocument;
      return (
        (await simulatePrepared((await opened(document)).prepared)) as unknown as {
          readonly potential: { readonly values: Float64Array };
        }
      ).potential.values;
    };
    const found = await currentOf({ sonata: "report.h5", node: 4, after: "hold" });
    const values = Array.from(Float32Array.of(0.2, 0.3, 0.4), (value) => value * 1000);
    expect(found).toEqual(await currentOf({ series: values, interval: 1, after: "hold" }));
    await expect(currentOf({ sonata: "report.h5", node: 9, after: "hold" })).rejects.toThrow(
      "has 2 columns for node 9",
    );
    await expect(currentOf({ sonata: "report.h5", node: 5 })).rejects.toThrow('has no channel "node-5"');
    await expect(currentOf({ sonata: "spikes.h5", node: 4 })).rejects.toThrow("spikes.h5 contains no report");
    await expect(currentOf({ sonata: "report.h5" })).rejects.toThrow("inputs.current.node");
  });

  test.each([
    [{ sonata: "two.h5" }, "two.h5 has several populations: cells, noise. Name one"],
    [{ sonata: "two.h5", population: "cell" }, 'two.h5 has no population "cell"'],
    [{ sonata: "spikes.h5", firstNode: 4 }, "spikes of node 3, before the firstNode 4. Correct firstNode."],
    [{ sonata: "spikes.h5", firstNode: -1 }, "events.firstNode"],
    [{ sonata: "spikes.h5", node: 3 }, "events.node"],
    [{ sonata: "report.h5" }, "report.h5 contains no spikes. Name a file of spikes."],
    [{ sonata: "cut.h5" }, "events.sonata cannot be used: HDF5"],
    [{ sonata: "none.h5" }, "none.h5"],
    [{ sonata: 5 }, "events.sonata"],
  ])("%j is refused at its place", async (events, message) => {
    await expect(opened(replay(events))).rejects.toThrow(message);
  });

  test("with nodes beyond the population name the spike", async () => {
    await expect(opened(replay({ sonata: "spikes.h5" }, 4))).rejects.toThrow('"spikes.h5" spike 0, unit');
  });
});
