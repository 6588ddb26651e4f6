import { type ExperimentDocument, experiment, type SpikeRecording, simulatePrepared } from "spark-snn";
import { describe, expect, test } from "vitest";
import { hdf5Bytes, type WrittenGroup } from "../hdf5/write.ts";
import { openRecording } from "../open-recording.ts";
import { recordings } from "../read-recordings.ts";
import { readNwb } from "./read.ts";

interface WrittenSeries {
  readonly data: ArrayLike<number>;
  readonly unit: string;
  readonly conversion?: number;
  readonly offset?: number;
  readonly start?: number;
  readonly rate?: number;
  readonly timestamps?: readonly number[];
}

const addSeries = (folder: WrittenGroup, name: string, series: WrittenSeries): void => {
  const group = folder.group(name);
  const data = group.dataset("data", series.data);
  data.attribute("unit", series.unit);
  data.attribute("conversion", series.conversion ?? 1);
  data.attribute("offset", series.offset ?? 0);
  if (series.rate !== undefined) group.dataset("starting_time", series.start ?? 0).attribute("rate", series.rate);
  if (series.timestamps) group.dataset("timestamps", series.timestamps);
};

/** A small NWB file. */
const nwb = (fill: (root: WrittenGroup) => void = () => {}): Promise<Uint8Array> =>
  hdf5Bytes((root) => {
    root.attribute("nwb_version", "2.7.0");
    fill(root);
  });

const current = Float64Array.from({ length: 200 }, (_, k) => (k >= 20 ? 300 : 0));
const cell = await nwb((root) => {
  const acquisition = root.group("acquisition");
  const millivolts = Int16Array.from(current, (_, k) => -70 + (k % 7));
  addSeries(acquisition, "response", {
    data: millivolts,
    unit: "volts",
    conversion: 1e-3,
    offset: 1e-3,
    start: 2,
    rate: 2000,
  });
  addSeries(acquisition, "timed", { data: [1, 2, 3], unit: "volts", timestamps: [0, 0.1, 0.3] });
  acquisition.group("image").dataset("data", [1, 2, 3, 4], { shape: [2, 2, 1] });
  addSeries(root.group("stimulus").group("presentation"), "stimulus", {
    ...{ data: current, unit: "amperes", conversion: 1e-12, start: 2, rate: 2000 },
  });
  const units = root.group("units");
  units.dataset("spike_times", [0.0021, 0.004, 0.003]);
  units.dataset("spike_times_index", [2, 2, 3]);
});

test("series have their units and times, and spikes the rows of the table of units", async () => {
  const { format, channels, spikes, notes } = await openRecording([{ name: "cell.nwb", bytes: cell }]);
  expect(format).toBe("NWB 2.7.0");
  expect(channels.map(({ name, unit, kind }) => [name, unit, kind])).toEqual([
    ["response", "V", "recorded"],
    ["timed", "V", "recorded"],
    ["stimulus", "A", "recorded"],
  ]);
  const [response, timed] = channels.map(({ sweeps }) => sweeps[0]!);
  expect([response!.start, response!.interval, response!.count]).toEqual([2000, 0.5, 200]);
  expect(response!.values()[3]).toBeCloseTo(-0.066, 12);
  expect([...timed!.times!()]).toEqual([0, 100, 300]);
  expect([[...spikes!.times], [...spikes!.senders]]).toEqual([
    [2.1, 3, 4],
    [0, 2, 0],
  ]);
  expect(notes).toEqual(["The series /acquisition/image has the shape [2, 2, 1], and was left out."]);
});

describe("an experiment", () => {
  const readFile = async () => cell;
  const run = async (document: unknown) => {
    const { prepared } = await experiment(document as ExperimentDocument, { readFile, recordings, kind: "soma" });
    return (await simulatePrepared(prepared)) as unknown as {
      readonly potential: { readonly values: Float64Array };
      readonly outSpikes: SpikeRecording;
    };
  };
  const driven = (given: unknown) => ({
    model: { soma: "LeakySoma", units: [1] },
    ...{ duration: 100, dt: 0.5, inputs: { current: given }, record: { potential: true } },
  });

  test("takes a current of a series, in pA, with times from an origin", async () => {
    const found = await run(driven({ nwb: "cell.nwb", series: "stimulus", origin: 2000, after: "hold" }));
    const expected = await run(driven({ series: [...current], interval: 0.5, after: "hold" }));
    const worst = found.potential.values.reduce(
      (most, v, k) => Math.max(most, Math.abs(v - expected.potential.values[k]!)),
      0,
    );
    expect(worst).toBeLessThan(1e-4);
  });

  test("takes the spikes of the table of units", async () => {
    const { outSpikes } = await run({
      model: { source: "SpikeReplay", units: [3] },
      ...{ duration: 5, dt: 0.1, inputs: { inSpikes: { events: { nwb: "cell.nwb" } } }, record: { outSpikes: true } },
    });
    expect([...outSpikes.units]).toEqual([0, 2, 0]);
  });

  test.each([
    [{ nwb: "cell.nwb", series: "stimulos" }, 'cell.nwb has no channel "stimulos". Did you mean "stimulus"?'],
    [{ nwb: "cell.nwb", series: "response" }, 'must be a channel in pA; received "response", which is in V'],
    [{ nwb: "cell.nwb" }, "series"],
  ])("refuses %j", async (given, message) => {
    await expect(run(driven(given))).rejects.toThrow(message);
  });
});

test.each([
  ["no NWB file", () => hdf5Bytes((root) => void root.group("a")), "is an HDF5 file without nwb_version"],
  [
    "an old version",
    () => hdf5Bytes((root) => root.attribute("nwb_version", "NWB-1.0.6")),
    "is of NWB NWB-1.0.6; version 2",
  ],
  [
    "a series without times",
    () => nwb((root) => addSeries(root.group("acquisition"), "a", { data: [1], unit: "volts" })),
    "/acquisition/a has no starting_time and no timestamps",
  ],
  [
    "a rate of 0",
    () => nwb((root) => addSeries(root.group("acquisition"), "a", { data: [1], unit: "volts", rate: 0 })),
    "/acquisition/a has a rate of 0 Hz",
  ],
  [
    "too few times",
    () => nwb((root) => addSeries(root.group("acquisition"), "a", { data: [1, 2], unit: "volts", timestamps: [0] })),
    "has 2 samples, but 1 timestamps",
  ],
  [
    "an index past the spikes",
    () =>
      nwb((root) => {
        const units = root.group("units");
        units.dataset("spike_times", [1]);
        units.dataset("spike_times_index", [5]);
      }),
    "/units/spike_times_index row 0 must be from 0 to 1; received 5",
  ],
] as const)("%s is refused with the place", async (_, make, message) => {
  await expect(readNwb(await make(), "a.nwb")).rejects.toThrow(message);
});

test("truncated files are refused in words", async () => {
  for (const size of [100, 800, 3000, cell.length - 200]) {
    await expect(readNwb(cell.subarray(0, size), "a.nwb"), `${size}`).rejects.toThrow(
      /^a\.nwb: HDF5 .*Copy or save it again/s,
    );
  }
});
