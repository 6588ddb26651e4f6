import { unzipSync, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { encodeNpz } from "../io/npz.ts";
import { simulate } from "../run/simulate.ts";
import { experiment } from "./experiment.ts";

/* Tables of instruments, spreadsheets and simulators in documents: options, units, ids, and tables without rows. */

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const listed = (rows: (time: number) => string): string => Array.from({ length: 40 }, (_, k) => rows(k / 2)).join("");
const level = (time: number): number => (time >= 5 ? 300 : 0);
const arrays = {
  pre: { data: BigInt64Array.from([1n, 2n]), shape: [2] },
  post: { data: Int32Array.of(2, 3), shape: [2] },
  s: { data: Float64Array.of(0.0015, 0.002), shape: [2] },
};

const files: Readonly<Record<string, Uint8Array>> = {
  "units.csv": text(`time_s,current_nA\n${listed((t) => `${t / 1000},${level(t) / 1000}\n`)}`),
  "plain.csv": text(`time_ms,current_pA\n${listed((t) => `${t},${level(t)}\n`)}`),
  "row.csv": text(`time,current\n[s],[nA]\n${listed((t) => `${t / 1000},${level(t) / 1000}\n`)}`),
  "oddrow.csv": text("time,current\nminutes,furlong\n0,0\n"),
  "neurons.csv": text(`t,I_A\n${listed((t) => `${t},${level(t)}\n`)}`),
  "excel.csv": text(
    `\uFEFFZeit (ms);Strom (pA)\r\n${listed((t) => `${String(t).replace(".", ",")};${level(t)},000\r\n`)}`,
  ),
  "sep.csv": text(`sep=;\r\nt;i\r\n${listed((t) => `${t};${level(t)}\r\n`)}`),
  "matlab.csv": text(listed((t) => `${t},${level(t)}\n`)),
  "savetxt.txt": text(
    `# time_ms current_pA\n${listed((t) => `${t.toExponential(18)} ${level(t).toExponential(18)}\n`)}`,
  ),
  "axon.atf": text(
    `ATF\t1.0\r\n1\t2\r\n"Comment="\r\n"Time (ms)"\t"Trace #1 (pA)"\r\n${listed((t) => `${t}\t${level(t)}\r\n`)}`,
  ),
  "swapped.csv": text("a_pA,b_ms\n0,0\n"),
  "nest2.gdf": text("1\t9.900\t\n1\t12.800\t\n3\t9.900\t\n"),
  "nest3.dat": text("# NEST version: 3.6.0\n# backend\nsender\ttime_ms\n1\t9.900\n1\t12.800\n3\t9.900\n"),
  "seconds.csv": text("time_s,unit\n0.0099,1\n0.0128,1\n0.0099,3\n"),
  "none.csv": text("time_ms,unit\n"),
  "nobody.csv": text("source,target,weight\n"),
  "weights.csv": text("source,target,weight,delay\n0,1,120,1.5\n0,2,80,1.5\n2,0,95,0.8\n"),
  "units.conn": text("source,target,weight_nA,delay_s\n0,1,0.12,0.0015\n"),
  "nest2.conn": text("1\t2\t120\t1.5\t\n2\t3\t80\t2\t\n"),
  "pynn.txt": text('# columns = ["i", "j"]\n0 1 120 1.5\n1 2 80 2\n'),
  "one.npz": encodeNpz(arrays),
  // An archive with a member that is no array, and one with an array that cannot be read.
  "more.npz": zipSync({
    ...unzipSync(encodeNpz(arrays)),
    "readme.txt": text("made by a program"),
    "names.npy": text("not an array"),
    "folder/x.npy": text("a path"),
  }),
  "none.npz": encodeNpz({
    i: { data: Int32Array.of(), shape: [0] },
    j: { data: Int32Array.of(), shape: [0] },
  }),
  "times.npz": encodeNpz({
    times: { data: Float64Array.of(0.0099, 0.0128, 0.0099), shape: [3] },
    units: { data: BigInt64Array.from([1n, 1n, 3n]), shape: [3] },
    dt: { data: Float32Array.of(0.1), shape: [1] },
  }),
  "times4.npz": encodeNpz({
    times: { data: Float32Array.of(9.9, 12.8, 9.9), shape: [3] },
    units: { data: BigInt64Array.from([0n, 0n, 2n]), shape: [3] },
  }),
  "seconds4.npz": encodeNpz({
    times: { data: Float32Array.of(0.0099, 0.0128, 0.0099), shape: [3] },
    units: { data: BigInt64Array.from([0n, 0n, 2n]), shape: [3] },
  }),
  "late4.npz": encodeNpz({
    times: { data: Float32Array.of(2e6), shape: [1] },
    units: { data: BigInt64Array.from([0n]), shape: [1] },
  }),
  "single.csv": text("t,u\n9.899999618530273438e+00,0\n1.280000019073486328e+01,0\n9.899999618530273438e+00,2\n"),
  "single.npz": encodeNpz({
    steps: { data: Float32Array.of(99, 128, 99), shape: [3] },
    units: { data: BigInt64Array.from([0n, 0n, 2n]), shape: [3] },
    dt: { data: Float32Array.of(0.1), shape: [1] },
  }),
};
const readFile = async (path: string): Promise<Uint8Array> => files[path]!;
const messageOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "accepted",
    (error: Error) => error.message,
  );

const base = { duration: 20, dt: 0.1 } as const;
const currentOf = (current: object): object => ({
  ...base,
  model: { soma: "LeakySoma" },
  inputs: { current },
  record: { potential: true },
});
const endOf = async (current: object): Promise<number> => {
  const { component, options } = await experiment(currentOf(current), { readFile, kind: "soma" });
  const { potential } = await simulate(component, options);
  return (potential as unknown as { readonly values: Float32Array }).values.at(-1)!;
};
/** Potential after 15 ms of 300 pA: −60 + 30 · (1 − e^(−15 / 20)) mV. */
const expected = -60 + 30 * (1 - Math.exp(-15 / 20));

describe("a current is read", () => {
  test.each<[string, object]>([
    [
      "in units that the document gives",
      { csv: "units.csv", time: "time_s", column: "current_nA", units: { time: "s", column: "nA" } },
    ],
    ["in the units of a row", { csv: "row.csv", time: "time", column: "current", unitsRow: true }],
    [
      "from a German spreadsheet",
      { csv: "excel.csv", time: "Zeit (ms)", column: "Strom (pA)", separator: ";", decimal: "," },
    ],
    [
      "from a spreadsheet with a declared separator",
      { csv: "sep.csv", time: "t", column: "i", separator: ";", skipLines: 1 },
    ],
    ["from numbers without a header", { csv: "matlab.csv", time: 0, column: 1, header: false }],
    [
      "from spaces below a comment",
      { csv: "savetxt.txt", time: 0, column: 1, comment: "#", header: false, separator: " " },
    ],
    [
      "from an Axon text file",
      { csv: "axon.atf", time: "Time (ms)", column: "Trace #1 (pA)", skipLines: 3, separator: "\t" },
    ],
  ])("%s", async (_, current) => {
    expect(await endOf({ ...current, after: "hold" })).toBeCloseTo(expected, 2);
  });

  test.each<[object, readonly string[]]>([
    [
      { csv: "units.csv", time: "time_s", column: "current_nA", units: { time: "s", column: "nA" } },
      ["time in s", "current in nA"],
    ],
    [
      { csv: "row.csv", time: "time", column: "current", unitsRow: true },
      ["a row of units", "time in s", "current in nA"],
    ],
    [
      { csv: "excel.csv", time: "Zeit (ms)", column: "Strom (pA)", separator: ";", decimal: "," },
      ["semicolons", "decimal commas"],
    ],
    [
      { csv: "sep.csv", time: "t", column: "i", separator: ";", skipLines: 1 },
      ["semicolons", "1 line skipped", "time taken as ms", "current taken as pA"],
    ],
    [
      { csv: "savetxt.txt", time: 0, column: 1, comment: "#", header: false, separator: " " },
      ["spaces", "comments after #", "no names of columns", "time taken as ms", "current taken as pA"],
    ],
    [{ csv: "axon.atf", interval: 0.5, columns: [1], skipLines: 3, separator: "\t" }, ["tabs", "3 lines skipped"]],
    [{ csv: "neurons.csv", time: "t", column: "I_A", units: { column: "pA" } }, ["time taken as ms"]],
  ])("and the result tells how: %j", async (current, found) => {
    const { readings } = await experiment(currentOf({ ...current, after: "hold" }), { readFile });
    expect(readings).toEqual([{ file: (current as { readonly csv: string }).csv, found }]);
  });

  test("and the result tells nothing about a plain table, and each thing once", async () => {
    const plain = { csv: "plain.csv", time: "time_ms", column: "current_pA", after: "hold" };
    const other = { csv: "units.csv", interval: 0.5, column: "current_nA", units: { column: "nA" }, after: "hold" };
    const readingsOf = async (current: object) => (await experiment(currentOf(current), { readFile })).readings;
    expect(await readingsOf(plain)).toEqual([]);
    expect(await readingsOf({ sum: [plain, other, other] })).toEqual([{ file: "units.csv", found: ["current in nA"] }]);
  });

  test("and refused in other units than the document's", async () => {
    expect(await messageOf(endOf({ csv: "units.csv", time: "time_s", column: "current_nA" }))).toBe(
      [
        'experiment.inputs.current.time must be a column in ms; received "time_s", whose name says s. Add "units": { "time": "s" }, or convert the column to ms and rename it.',
        'experiment.inputs.current.column must be a column in pA; received "current_nA", whose name says nA. Add "units": { "column": "nA" }, or convert the column to pA and rename it.',
      ].join("\n"),
    );
    expect(await messageOf(endOf({ csv: "units.csv", time: 0, column: 1 }))).toContain(
      'received "time_s", whose name says s',
    );
    expect(await messageOf(endOf({ csv: "units.csv", interval: 0.5, columns: ["current_nA"] }))).toContain(
      'experiment.inputs.current.columns[0] must be a column in pA; received "current_nA", whose name says nA. Add "units": { "columns": "nA" }',
    );
    expect(await messageOf(endOf({ csv: "swapped.csv", time: "a_pA", column: "b_ms" }))).toContain(
      'must be a column in ms; received "a_pA", whose name says pA. Name another column.',
    );
    expect(
      await messageOf(endOf({ csv: "units.csv", time: "time_s", column: 1, units: { time: "min", column: "nA" } })),
    ).toBe(
      'experiment.inputs.current.units.time is min, but the name of the column, "time_s", says s. Correct the unit, or rename the column.',
    );
    expect(await messageOf(endOf({ csv: "oddrow.csv", time: "time", column: "current", unitsRow: true }))).toContain(
      'oddrow.csv line 2 gives the unit "furlong" for column, which must be one of fA, pA, nA, µA, mA, A.',
    );
  });

  test("of a neuron A, if the document says that A is not the unit", async () => {
    const current = { csv: "neurons.csv", time: "t", column: "I_A", after: "hold" };
    expect(await messageOf(endOf(current))).toBe(
      'experiment.inputs.current.column must be a column in pA; received "I_A", whose name says A. Add "units": { "column": "A" } (or "pA", if the name means something else), or convert the column to pA and rename it.',
    );
    expect(await endOf({ ...current, units: { column: "pA" } })).toBeCloseTo(expected, 2);
  });

  test("and refused if a line of names is given as one name", async () => {
    const line = "Zeit (ms);Strom (pA)";
    const current = { csv: "excel.csv", time: line, column: line };
    const remedy = `must be the name of one column; received "${line}". If ";" separates names, add "separator": ";" and name one of them.`;
    expect(await messageOf(endOf(current))).toBe(
      `experiment.inputs.current.time ${remedy}\nexperiment.inputs.current.column ${remedy}`,
    );
  });

  test("and its options are checked", async () => {
    const current = { csv: "matlab.csv", time: 0, column: 1 };
    expect(await messageOf(endOf(current))).toContain("Set header to false");
    expect(await messageOf(endOf({ ...current, header: "no" }))).toContain(
      "experiment.inputs.current.header must be true or false",
    );
    expect(await messageOf(endOf({ ...current, units: { unit: "s" } }))).toContain(
      "experiment.inputs.current.units.unit is unknown",
    );
    expect(await messageOf(endOf({ ...current, units: { time: "h" } }))).toContain("must be one of ns, µs, ms, s, min");
    expect(await messageOf(endOf({ ...current, units: 3 }))).toContain("units takes an object");
    expect(
      await messageOf(endOf({ csv: "matlab.csv", interval: 1, column: 1, header: false, units: { time: "s" } })),
    ).toContain("units.time is unknown");
    expect(await messageOf(endOf({ ...current, firstId: 1 }))).toContain("firstId is unknown");
  });
});

const replayOf = (events: object): object => ({
  ...base,
  model: { populations: { r: { source: "SpikeReplay", units: [3] } } },
  inputs: { r: { inSpikes: { events } } },
  record: { r: { outSpikes: true } },
});
const replayed = async (events: object): Promise<unknown> => {
  const { brain, options } = await experiment(replayOf(events), { readFile, kind: "brain" });
  const run = (await simulate(brain, options)) as unknown as Record<
    string,
    Record<string, Record<string, Uint32Array>>
  >;
  const { steps, units } = run["r"]!["outSpikes"]!;
  return Array.from(steps!, (step, k) => `${units![k]}@${step}`);
};

describe("spikes are read", () => {
  test.each<[string, object]>([
    ["from NEST 2", { csv: "nest2.gdf", time: 1, unit: 0, separator: "\t", header: false, firstId: 1 }],
    ["from NEST 3", { csv: "nest3.dat", time: "time_ms", unit: "sender", separator: "\t", comment: "#", firstId: 1 }],
    ["in seconds", { csv: "seconds.csv", time: "time_s", unit: "unit", units: { time: "s" }, firstId: 1 }],
    ["from an archive in seconds", { npz: "times.npz", units: { time: "s" }, firstId: 1 }],
    ["from an archive with a dt in single precision", { npz: "single.npz" }],
    ["in single precision", { npz: "times4.npz" }],
    ["in single precision and seconds", { npz: "seconds4.npz", units: { time: "s" } }],
    ["in single precision from a text", { csv: "single.csv", time: "t", unit: "u" }],
  ])("%s", async (_, events) => {
    expect(await replayed(events)).toEqual(["0@99", "2@99", "0@128"]);
  });

  test("from a table without rows", async () => {
    expect(await replayed({ csv: "none.csv", time: "time_ms", unit: "unit" })).toEqual([]);
  });

  test("and refused with the option that is missing", async () => {
    expect(await messageOf(replayed({ csv: "nest2.gdf", time: 1, unit: 0, separator: "\t" }))).toContain(
      "nest2.gdf line 1 contains numbers instead of column names",
    );
    expect(await messageOf(replayed({ csv: "seconds.csv", time: "time_s", unit: "unit" }))).toContain(
      'experiment.inputs.r.inSpikes.events.time must be a column in ms; received "time_s", whose name says s. Add "units": { "time": "s" }',
    );
    expect(
      await messageOf(replayed({ csv: "nest3.dat", time: "time_ms", unit: "sender", separator: "\t", comment: "#" })),
    ).toBe(
      'experiment.inputs.r.inSpikes.events.csv ("nest3.dat" line 6, column "sender") must be a whole number from 0 to 2; received 3. Count units from 0. If the file counts from 1, set "firstId": 1.',
    );
    expect(await messageOf(replayed({ npz: "times.npz", units: { time: "s" } }))).toBe(
      'experiment.inputs.r.inSpikes.events.npz ("times.npz" units[2]) must be a whole number from 0 to 2; received 3. Count units from 0. If the file counts from 1, set "firstId": 1.',
    );
    expect(await messageOf(replayed({ npz: "late4.npz" }))).toContain(
      "late4.npz has times in single precision, which are 0.125 ms apart at 2000000 ms, more than a step of 0.1 ms.",
    );
    expect(await messageOf(replayed({ npz: "single.npz", units: { time: "s" } }))).toContain(
      "contains steps, which have no unit",
    );
  });
});

const connected = (explicit: object, more: object = "weights" in explicit ? {} : { weight: 1 }): object => ({
  ...base,
  model: {
    populations: { a: { source: "PoissonSource", units: [3] }, b: { soma: "LeakySoma", units: [3] } },
    projections: {
      p: { from: "a", to: "b", synapse: { synapse: "LinearSynapse" }, connect: { explicit }, ...more },
    },
  },
  record: { b: { outSpikes: true } },
});
const lists = async (explicit: object): Promise<unknown> => {
  const { brain } = await experiment(connected(explicit), { readFile, kind: "brain" });
  const options = brain.wiring.projections[0]!.rule.options as Record<string, ArrayLike<number>>;
  return Object.fromEntries(Object.entries(options).map(([key, list]) => [key, Array.from(list)]));
};
const pairs = { sources: [0, 1], targets: [1, 2] };

describe("connections are read", () => {
  test.each<[string, object, object]>([
    [
      "from NEST 2",
      { csv: "nest2.conn", sources: 0, targets: 1, weights: 2, delays: 3, separator: "\t", header: false, firstId: 1 },
      { weights: [120, 80], delays: [1.5, 2] },
    ],
    [
      "from PyNN",
      { csv: "pynn.txt", sources: 0, targets: 1, delays: 3, separator: " ", header: false, comment: "#" },
      { delays: [1.5, 2] },
    ],
    [
      "from an archive, with delays in seconds",
      { npz: "one.npz", sources: "pre", targets: "post", delays: "s", firstId: 1, units: { delays: "s" } },
      { delays: [1.5, 2] },
    ],
  ])("%s", async (_, explicit, more) => {
    expect(await lists(explicit)).toEqual({ ...pairs, ...more });
  });

  test("from an archive whose other members cannot be read", async () => {
    const explicit = { npz: "more.npz", sources: "pre", targets: "post", firstId: 1 };
    expect(await lists(explicit)).toEqual(pairs);
    expect(await messageOf(lists({ ...explicit, targets: "names" }))).toContain(
      'more.npz member "names.npy" is not a NumPy',
    );
  });

  test.each<[string, object]>([
    ["table", { csv: "nobody.csv", sources: "source", targets: "target" }],
    ["archive", { npz: "none.npz", sources: "i", targets: "j" }],
  ])("from a %s without rows", async (_, explicit) => {
    expect(await lists(explicit)).toEqual({ sources: [], targets: [] });
  });

  test("with weights and delays of their own, or of the projection, never of both", async () => {
    const table = { csv: "weights.csv", sources: "source", targets: "target" };
    const listed = { ...table, weights: "weight", delays: "delay" };
    const check = (explicit: object, more: object): Promise<string> =>
      messageOf(experiment(connected(explicit, more), { readFile }));
    const path = "experiment.model.projections.p";
    expect(await check(listed, {})).toBe("accepted");
    expect(await check(table, { weight: 2, delay: 3 })).toBe("accepted");
    expect(await check(listed, { weight: 7, delay: 9 })).toBe(
      [
        `${path}.weight cannot be combined with ${path}.connect.explicit.weights, which lists one value per synapse. Remove one of them.`,
        `${path}.delay cannot be combined with ${path}.connect.explicit.delays, which lists one value per synapse. Remove one of them.`,
      ].join("\n"),
    );
    expect(await check(table, {})).toBe(`${path}.weight is missing. Give a number for the same value everywhere.`);
    expect(await check({ ...table, csv: "units.conn", weights: "weight_nA", delays: "delay_s" }, {})).toBe(
      [
        `${path}.connect.explicit.weights must be a column in pA, mV or nS; received "weight_nA", whose name says nA. Convert the column and rename it.`,
        `${path}.connect.explicit.delays must be a column in ms; received "delay_s", whose name says s. Add "units": { "delays": "s" }, or convert the column to ms and rename it.`,
      ].join("\n"),
    );
    // Problems of the file come alone.
    expect(await check({ ...listed, weights: "wieght" }, {})).toMatch(
      /^experiment\S+explicit\.csv cannot be used: [^\n]+$/,
    );
  });

  test("and refused with the option that is missing", async () => {
    const table = { csv: "nest2.conn", sources: 0, targets: 1, separator: "\t" };
    expect(await messageOf(lists(table))).toContain("nest2.conn line 1 contains numbers instead of column names");
    expect(await messageOf(lists({ ...table, header: false }))).toContain(
      '("nest2.conn" line 2, column 1) must be a whole number from 0 to 2; received 3. Count the units of the population from 0. If the file counts from 1, set "firstId": 1.',
    );
  });
});
