import { LeakySoma, simulate } from "spark-snn";
import { describe, expect, test } from "vitest";
import type { Hdf5Group } from "../hdf5/objects.ts";
import { withHdf5 } from "../hdf5/read.ts";
import { openRecording } from "../open-recording.ts";
import { readNwb } from "./read.ts";
import type { NwbPopulation } from "./results.ts";
import { nwbUnit } from "./units.ts";
import { resultsToNwb } from "./write.ts";

const sessionStart = "2026-03-01T12:00:00.250+01:00";
const run = await simulate(LeakySoma({ units: [3], threshold: -45 }), {
  ...{ duration: 200, dt: 0.1, inputs: { current: [300, 0, 400] } },
  record: { outSpikes: true, potential: { units: [0, 2], every: 5 } },
});
const { outSpikes, potential } = run as never as {
  readonly outSpikes: { readonly units: Uint32Array; times(): Float64Array };
  readonly potential: NonNullable<NwbPopulation["traces"]>[number];
};
const spikes = { times: outSpikes.times(), units: outSpikes.units, windows: [{ from: 0, to: 200 }], dt: 0.1 };
const cells: NwbPopulation = { name: "cells", units: 3, spikes, traces: [potential] };
const file = await resultsToNwb([cells], { sessionStart });

const open = <T>(bytes: Uint8Array, read: (root: Hdf5Group) => T): Promise<T> => withHdf5(bytes, read);
const idsIn = (group: Hdf5Group): string[] => [
  `${group.attribute("object_id") ?? ""}`,
  ...group.names().flatMap((name) => {
    const found = group.get(name)!;
    return found.kind === "group" ? idsIn(found) : [`${found.attribute("object_id") ?? ""}`];
  }),
];

test("the reader gets the spikes and values of a run to the bit", async () => {
  const { format, channels, spikes: read, notes } = await openRecording([{ name: "run.nwb", bytes: file.bytes }]);
  expect([format, notes, file.names, file.leftOut]).toEqual(["NWB 2.11.0", [], ["potential", "units"], []]);
  expect(read!.times.length).toBeGreaterThan(10);
  expect([read!.times, [...read!.senders]]).toEqual([spikes.times, [...spikes.units]]);
  expect(channels.map(({ name, unit }) => [name, unit])).toEqual([
    ["potential[0]", "V"],
    ["potential[1]", "V"],
  ]);
  for (const [column, { sweeps }] of channels.entries()) {
    expect([sweeps[0]!.start, sweeps[0]!.interval, sweeps[0]!.count]).toEqual([0.5, 0.5, 400]);
    const own = Float64Array.from(sweeps[0]!.values().keys(), (row) => potential.values[2 * row + column]! * 1e-3);
    expect(sweeps[0]!.values()).toEqual(own);
  }
  const [, second] = (await readNwb(file.bytes, "run.nwb", { series: "potential[1]" })).channels;
  expect(second!.sweeps[0]!.values()).toEqual(channels[1]!.sweeps[0]!.values());
  const stored = await open(file.bytes, (root) => root.dataset("acquisition/potential/data").numbers());
  expect(stored).toEqual(potential.values);
});

test("the table of units has a row for each recorded unit, and its columns", async () => {
  const others = { name: "others", units: 4, spikes: { times: [7, 3, 5], units: [3, 1, 3], recorded: [1, 2, 3] } };
  const { bytes, names } = await resultsToNwb([{ ...cells, spikes: { ...spikes, times: [], units: [] } }, others], {
    sessionStart,
  });
  expect(names).toEqual(["cells.potential", "units"]);
  await open(bytes, (root) => {
    const units = root.group("units");
    expect(units.attribute("colnames")).toEqual(["population", "unit", "spike_times"]);
    expect(units.dataset("population").strings()).toEqual([...Array(3).fill("cells"), ...Array(3).fill("others")]);
    expect([...units.dataset("unit").numbers()]).toEqual([0, 1, 2, 1, 2, 3]);
    expect([...units.dataset("spike_times_index").numbers()]).toEqual([0, 0, 0, 1, 1, 3]);
    expect([...units.dataset("spike_times").numbers()]).toEqual([0.003, 0.005, 0.007]);
  });
  await open(file.bytes, (root) => {
    expect(root.dataset("units/spike_times").attribute("resolution")).toBe(1e-4);
    expect(root.group("acquisition/potential").attribute("description")).toBe(
      "potential of cells in a simulation. Units of the columns: 0, 2.",
    );
    expect(root.dataset("units/obs_intervals").shape).toEqual([3, 2]);
    expect([...root.dataset("units/obs_intervals_index").numbers()]).toEqual([1, 2, 3]);
  });
});

test("times with unequal distances are timestamps, and long series are compressed", async () => {
  const one = { name: "a", unit: "nA", units: [5], columns: 1 };
  const long = { ...one, name: "b", times: Float64Array.from({ length: 2e5 }, (_, k) => k / 10) };
  const { bytes, leftOut } = await resultsToNwb(
    [
      {
        ...{ name: "cells", units: 9 },
        traces: [
          { ...one, times: [1, 2, 4], values: Float64Array.of(1, 2, 3) },
          { ...long, values: Float32Array.from(long.times, (time) => Math.round(time)) },
          { ...one, name: "bins", times: [1], columns: 3, values: Int32Array.of(1, 2, 3) },
          { ...one, name: "never", times: [], values: new Float64Array(0) },
        ],
      },
    ],
    { sessionStart },
  );
  expect([bytes.length < 2e5, leftOut]).toEqual([true, ["bins", "never"]]);
  const { channels, spikes: none } = await readNwb(bytes, "a.nwb");
  expect(none).toBeUndefined();
  const [a, b] = channels.map(({ sweeps }) => sweeps[0]!);
  expect([[...a!.times!()], [...a!.values()]]).toEqual([
    [1, 2, 4],
    [1e-9, 2e-9, 3 * 1e-9],
  ]);
  expect([b!.count, b!.interval, b!.values()[199_990]]).toEqual([2e5, 0.1, 19_999 * 1e-9]);
});

describe("identity", () => {
  test("equal results give equal bytes, also later, and other ones other identifiers", async () => {
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await resultsToNwb([cells], { sessionStart })).bytes).toEqual(file.bytes);
    const other = await resultsToNwb([{ ...cells, traces: [{ ...potential, unit: "V" }] }], { sessionStart });
    const identifier = (bytes: Uint8Array) => open(bytes, (root) => root.dataset("identifier").text());
    expect(await identifier(other.bytes)).not.toBe(await identifier(file.bytes));
    const [own, others] = [await open(file.bytes, idsIn), await open(other.bytes, idsIn)];
    const ids = own.filter((id) => id !== "");
    expect(ids.length).toBe(11);
    expect(new Set([...ids, ...others.filter((id) => id !== "")]).size).toBe(22);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test("dates, programs and the experiment are in the file", async () => {
    const { bytes } = await resultsToNwb([cells], {
      ...{ sessionStart, created: "2026-03-02T00:00:00Z", description: "Ein Versuch: µ", identifier: "run 7" },
      software: [["spark-snn", "2.0.0"]],
      source: { name: "experiment.json", text: '{ "dt": 0.1 }' },
    });
    const paths = ["session_start_time", "timestamps_reference_time", "session_description", "identifier"];
    const read = await open(bytes, (root) => [
      ...paths.map((path) => root.dataset(path).text()),
      ...root.dataset("file_create_date").strings(),
      ...root.dataset("general/was_generated_by").strings(),
      root.dataset("general/source_script").text(),
    ]);
    expect(read).toEqual([
      ...[sessionStart, sessionStart, "Ein Versuch: µ", "run 7", "2026-03-02T00:00:00Z"],
      ...["spark-snn", "2.0.0", '{ "dt": 0.1 }'],
    ]);
  });
});

test.each([
  ["mV", "volts", 1e-3],
  ["pA", "amperes", 1e-12],
  ["nS", "siemens", 1e-9],
  ["ms", "seconds", 1e-3],
  ["MΩ", "ohms", 1e6],
  ["Hz", "hertz", 1],
  ["pA/mV", "pA/mV", 1],
  ["1", "1", 1],
])("%s is in %s by %d", (unit, word, conversion) => {
  expect(nwbUnit(unit)).toEqual({ unit: word, conversion });
});

test.each([
  [{ sessionStart: "2026-03-01" }, "The start of the session must be a date and time with a time zone"],
  [{ sessionStart: "2026-13-01T00:00:00Z" }, 'received "2026-13-01T00:00:00Z"'],
  [{ sessionStart, created: "now" }, "The creation of the file must be a date and time"],
  [{ sessionStart, experimenter: ["Ana Núñez"] }, 'must be a name in the form "Last, First"; received "Ana Núñez".'],
  [{ sessionStart, institution: " " }, "The institution is empty. Write a text, or leave it out."],
  [{ sessionStart, keywords: ["a", ""] }, "A keyword is empty."],
  [{ sessionStart, subject: { id: "a/b" } }, 'The id of the subject must be a text without slashes; received "a/b".'],
  [{ sessionStart, subject: { species: "mouse" } }, "must be a Latin name such as Mus musculus, or a link"],
  [{ sessionStart, subject: { age: "60 days" } }, "must be a duration of ISO 8601 such as P90D for 90 days"],
  [{ sessionStart, subject: { age: "P1.2.3D" } }, 'received "P1.2.3D"'],
  [{ sessionStart, subject: { age: "P3M/P60D" } }, 'received "P3M/P60D"'],
  [{ sessionStart, subject: { age: "P1D/P2D/P3D" } }, 'received "P1D/P2D/P3D"'],
  [{ sessionStart, subject: { sex: "female" } }, 'must be M or F or O or U; received "female".'],
  [
    { sessionStart, subject: { species: "Caenorhabditis elegans" } },
    'The sex of a subject of the species Caenorhabditis elegans must be XO or XX; received "U".',
  ],
] as const)("%j is refused", async (options, message) => {
  await expect(resultsToNwb([cells], options)).rejects.toThrow(message);
});

test.each(["P90D", "P1Y6M", "P2W", "P1.5D", "PT12H", "P60D/P90D", "P1M/P60D", "P60D/", "/P2Y"])(
  "the age %s is accepted",
  async (age) => {
    const { bytes } = await resultsToNwb([cells], { sessionStart, subject: { age } });
    expect(await open(bytes, (root) => root.dataset("general/subject/age").text())).toBe(age);
  },
);

test("a spike of a unit that was not recorded is refused", async () => {
  const wrong = { name: "cells", units: 2, spikes: { times: [1, 2], units: [0, 2] } };
  await expect(resultsToNwb([wrong], { sessionStart })).rejects.toThrow(
    "The population cells has a spike 1 of unit 2, which is not one of its recorded units.",
  );
});
