import { describe, expect, test } from "vitest";
import { ConfigError, FileError } from "../errors/errors.ts";
import { experiment } from "./experiment.ts";
import { files, options } from "./files.test-support.ts";

const base = { duration: 20, dt: 0.1, record: { outSpikes: true } } as const;
const three = { soma: "LeakySoma", units: [3] } as const;

const refused: readonly (readonly [string, object, new (...args: never[]) => Error, string])[] = [
  [
    "a missing file",
    { csv: "nothing.csv", time: 0, column: 1 },
    FileError,
    "experiment.inputs.current.csv cannot be used: nothing.csv cannot be read: it does not exist. Correct the path.",
  ],
  [
    "a missing column",
    { csv: "currents.csv", time: "time", column: "a" },
    FileError,
    'experiment.inputs.current.csv cannot be used: currents.csv must have the requested column; received "time". Its columns are "time_ms", "a", "b", "c". Did you mean "time_ms"?',
  ],
  [
    "a row that is too short",
    { csv: "short.csv", time: 0, column: 1 },
    FileError,
    'experiment.inputs.current.csv cannot be used: short.csv line 3 must have 2 cells like the header; received 1 in "1". Write one cell per column in each row.',
  ],
  [
    "times that stand still",
    { csv: "gap.csv", time: "time_ms", column: "a" },
    ConfigError,
    'experiment.inputs.current.csv ("gap.csv" line 4, column "time_ms") must be later than the time before, 1 ms; received 1 ms. Sort the samples by time.',
  ],
  [
    "a column twice",
    { csv: "currents.csv", time: "a", column: "a" },
    ConfigError,
    'experiment.inputs.current.csv repeats column "a". Request each column once.',
  ],
  [
    "a series that is too short",
    { csv: "currents.csv", column: "a", interval: 0.01 },
    ConfigError,
    'experiment.inputs.current.csv ends at 0.5 ms (50 samples), but the run ends at 20 ms. Give more samples, shorten the run, or set after to "hold", "zero" or "repeat".',
  ],
  [
    "an array without an axis",
    { npy: "one.npy" },
    FileError,
    "experiment.inputs.current.npy cannot be used: one.npy must contain at least one row; received shape []. Save an array of steps × units.",
  ],
  [
    "whole numbers beyond doubles",
    { npy: "huge.npy" },
    FileError,
    "experiment.inputs.current.npy cannot be used: huge.npy element 0 exceeds the integers that a double can represent; received 1152921504606846976. Save it as float64.",
  ],
  [
    "an array of another shape",
    { npy: "whole.npy" },
    ConfigError,
    "experiment.inputs.current.npy must contain an array of 3 values for each step; received [900, 20, 300]. Give the steps in order, each with one value per unit.",
  ],
  [
    "a file that is no array",
    { npy: "spikes.csv" },
    FileError,
    "experiment.inputs.current.npy cannot be used: spikes.csv is not a NumPy .npy file: byte 0 must be 0x93; received 0x73. Save it with numpy.save.",
  ],
  [
    "options of a series without interval",
    { npy: "currents.npy", after: "hold" },
    ConfigError,
    "experiment.inputs.current.after needs interval. Without one each row of the array is one step of the run.",
  ],
  [
    "neither time nor interval",
    { csv: "currents.csv", column: "a" },
    ConfigError,
    "experiment.inputs.current.time is missing. Name the column of times in ms, or give the interval between rows in ms.",
  ],
  [
    "time and interval",
    { csv: "currents.csv", column: "a", time: 0, interval: 1 },
    ConfigError,
    "experiment.inputs.current.interval cannot be combined with time. Remove one of them.",
  ],
  [
    "no column",
    { csv: "currents.csv", time: 0 },
    ConfigError,
    "experiment.inputs.current.column is missing. Name the column of currents in pA, or columns with one per unit.",
  ],
  [
    "another separator",
    { csv: "currents.csv", time: 0, column: 1, separator: "|" },
    ConfigError,
    'experiment.inputs.current.separator must be ",", ";", a tab, or " " for spaces; received "|". Convert the file if it has another one.',
  ],
];

describe("inputs from files", () => {
  test.each(refused)("refuse %s", async (_, current, kind, message) => {
    const document = { ...base, model: three, inputs: { current } };
    const error = await experiment(document, options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toBe(message);
  });

  test("name the line of a spike of a unit that is not there", async () => {
    const document = { ...base, model: three, inputs: { inSpikes: { events: { csv: "late.csv" } } } };
    await expect(experiment(document, options)).rejects.toThrow(
      'experiment.inputs.inSpikes.events.csv ("late.csv" line 3, column "unit") must be a whole number from 0 to 2; received 7.',
    );
  });

  test("of spikes may be archives, as a run writes them", async () => {
    const spikesOf = async (events: object) =>
      (await experiment({ ...base, model: three, inputs: { inSpikes: { events } } } as never, options)).options.inputs;
    const listed = { inSpikes: { events: { steps: [1, 1, 150], units: [0, 2, 1] } } };
    const plain = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value, (_, one) => (ArrayBuffer.isView(one) ? Array.from(one as never) : one)));
    expect(plain(await spikesOf({ npz: "spikes.npz" }))).toEqual(listed);
    expect(plain(await spikesOf({ csv: "spikes.csv" }))).toEqual(listed);
    const path = "experiment.inputs.inSpikes.events";
    await expect(spikesOf({ npz: "coarse.npz" })).rejects.toThrow(
      `${path}.npz cannot be used: coarse.npz must have steps of 0.1 ms, as the run; received a dt of 0.5 ms. Run with the dt of the file.`,
    );
    await expect(spikesOf({ npz: "late.npz" })).rejects.toThrow(
      `${path}.npz ("late.npz" units[1]) must be a whole number from 0 to 2; received 7.`,
    );
    await expect(spikesOf({ npz: "steps.npz" })).rejects.toThrow(
      `${path}.npz cannot be used: steps.npz must contain the array "units"; received steps. Save steps or times in ms, and units of spikes, under these names.`,
    );
    await expect(spikesOf({ csv: "spikes.csv", npz: "spikes.npz" })).rejects.toThrow(`${path}.npz is unknown.`);
  });

  test("are refused where files cannot be read", async () => {
    const document = { ...base, model: three, inputs: { current: { npy: "a.npy" } } };
    await expect(experiment(document)).rejects.toThrow(
      'experiment.inputs.current.npy names a file, but files cannot be read here; received "a.npy". Pass readFile, or put the values into the document.',
    );
  });

  test("are read once each", async () => {
    const read: string[] = [];
    const current = { sum: [0, 1].map((column) => ({ csv: "currents.csv", column: column + 1, interval: 1 })) };
    await experiment(
      { ...base, model: three, inputs: { current } },
      {
        readFile: async (path) => {
          read.push(path);
          return files[path]!;
        },
      },
    );
    expect(read).toEqual(["currents.csv"]);
  });

  test("report whatever a reader throws", async () => {
    const document = { ...base, model: three, inputs: { current: { npy: "a.npy" } } };
    const readFile = (): Promise<Uint8Array> => Promise.reject(new TypeError("fetch failed"));
    await expect(experiment(document, { readFile })).rejects.toThrow(FileError);
    await expect(experiment(document, { readFile })).rejects.toThrow(
      '"a.npy" cannot be read: fetch failed. Check the path.',
    );
  });
});
