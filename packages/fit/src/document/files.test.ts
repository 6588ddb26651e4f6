import { describe, expect, test } from "vitest";
import { fit } from "../fit.ts";
import { type ReadFitDocument, readFitDocument } from "./read.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const rows = (row: (k: number) => string): string => Array.from({ length: 100 }, (_, k) => row(k)).join("");
const files: Readonly<Record<string, Uint8Array>> = {
  "current.csv": text(`t,i\n${rows((k) => `${k},${100 + k}\n`)}`),
  "si.csv": text(
    `time_s,current_nA,voltage_V\n${rows((k) => `${k / 1000},${(100 + k) / 1000},${(-0.065 + k / 1e5).toFixed(5)}\n`)}`,
  ),
  "axon.atf": text(
    `ATF\t1.0\r\n1\t2\r\n"Comment="\r\n"Time (ms)"\t"Trace #1 (pA)"\r\n${rows((k) => `${k}\t${100 + k}\r\n`)}`,
  ),
  "excel.csv": text(`\uFEFFt;i\r\n${rows((k) => `${k},0;${100 + k},0\r\n`)}`),
  "late.csv": text("t,i\n5,1\n6,2\n"),
  "back.csv": text("# made by a program\nt,i\n0,1\n2,2\n1,3\n"),
  "spikes.csv": text("time_ms,repetition\n20,3\n10,0\n11,1\n12,4\n5,0\n"),
  "fromone.csv": text("time_ms,repetition\n20,4\n10,1\n11,2\n12,5\n5,1\n"),
  "none.csv": text("time_ms,repetition\n"),
  "spikes_s.csv": text("time_s,repetition\n0.0201,0\n0.0304,0\n"),
  "late.json": text('{ "spikes_ms": [[5, 20]] }'),
  "wrong.json": text("secret: yes\nno\n"),
  "cut.json": text("[[1, 2], [secret"),
  "half.csv": text("time_ms,repetition\n20,0.5\n"),
};
const readParts = (parts: object): Promise<ReadFitDocument> => {
  const current = { csv: "current.csv", time: "t", column: "i" };
  const document = { model: { soma: "LeakySoma" }, recordings: [{ current, spikes: [[1]], ...parts }] };
  return readFitDocument(document, { readFile: async (path) => files[path]! });
};
const read = async (
  parts: object,
): Promise<{ readonly current: never; readonly voltage: never; readonly spikes: number[][] }> =>
  (await readParts(parts)).options.recordings[0] as never;
/** The first problem that the reader of documents or the fit finds. */
const messageOf = async (parts: object): Promise<string> => {
  try {
    const { model, options } = await readParts(parts);
    await fit(model, { ...options, signal: AbortSignal.abort() });
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
};
const series = Array.from({ length: 100 }, (_, k) => 100 + k);

describe("a current is read", () => {
  test.each<[string, object]>([
    ["in other units", { csv: "si.csv", time: "time_s", column: "current_nA", units: { time: "s", column: "nA" } }],
    [
      "from an Axon text file",
      { csv: "axon.atf", time: "Time (ms)", column: "Trace #1 (pA)", separator: "\t", skipLines: 3 },
    ],
    ["from a spreadsheet", { csv: "excel.csv", time: "t", column: "i", separator: ";", decimal: "," }],
  ])("%s", async (_, current) => {
    expect(await read({ current })).toMatchObject({
      current: { series: Float64Array.from(series), interval: 1, start: 0 },
    });
  });

  test("and refused with the option that is missing", async () => {
    const path = "fit.recordings[0].current";
    expect(await messageOf({ current: { csv: "si.csv", time: "time_s", column: 1 } })).toBe(
      `${path}.time must be a column in ms; received "time_s", whose name says s. Add "units": { "time": "s" }, or convert the column to ms and rename it.`,
    );
    expect(await messageOf({ current: { csv: "si.csv", interval: 1, column: 1 } })).toContain("whose name says nA");
    expect(await messageOf({ current: { csv: "axon.atf", time: "Time (ms)", column: 1 } })).toContain(
      'set skipLines to 3 and separator to "\\t"',
    );
    expect(await messageOf({ current: { csv: "late.csv", time: "t", column: "i" } })).toContain(
      `${path}.csv ("late.csv" line 2, column "t") must be at most 0 ms, where the run starts; received 5 ms.`,
    );
    expect(await messageOf({ current: { csv: "back.csv", time: "t", column: "i", comment: "#" } })).toContain(
      `${path}.csv ("back.csv" line 5, column "t") must be later than the time before, 2 ms; received 1 ms.`,
    );
    expect(await messageOf({ current: { csv: "current.csv", time: "t", interval: 2, column: "i" } })).toBe(
      `${path}.interval cannot be combined with time. Remove one of them.`,
    );
  });
});

test("the document tells how its files were read", async () => {
  const si = { csv: "si.csv", time: "time_s", units: { time: "s", column: "nA" } };
  const { readings } = await readParts({
    current: { ...si, column: "current_nA" },
    voltage: { ...si, column: "voltage_V", units: { time: "s", column: "V" } },
    spikes: { csv: "fromone.csv", time: "time_ms", repetition: "repetition", repetitions: 5, firstId: 1 },
  });
  expect(readings).toEqual([
    { file: "si.csv", found: ["time in s", "current in nA", "voltage in V"] },
    { file: "fromone.csv", found: ["counts from 1"] },
  ]);
});

test("a voltage in V is converted", async () => {
  const { voltage } = await read({
    voltage: { csv: "si.csv", time: "time_s", column: "voltage_V", units: { time: "s", column: "V" } },
  });
  expect((voltage as { readonly series: Float64Array }).series.slice(0, 3)).toEqual(
    Float64Array.of(-65, -64.99, -64.98),
  );
});

describe("repetitions of spikes in a table", () => {
  const spikes = { csv: "spikes.csv", time: "time_ms", repetition: "repetition" };
  const five = [[5, 10], [11], [], [20], [12]];

  test("without spikes exist if the document gives the number of repetitions", async () => {
    expect((await read({ spikes: { ...spikes, repetitions: 5 } })).spikes).toEqual(five);
    expect((await read({ spikes: { ...spikes, csv: "fromone.csv", repetitions: 5, firstId: 1 } })).spikes).toEqual(
      five,
    );
    expect((await read({ spikes: { ...spikes, csv: "none.csv", repetitions: 2 } })).spikes).toEqual([[], []]);
    expect((await read({ spikes: { ...spikes, repetitions: 6 } })).spikes).toEqual([...five, []]);
  });

  test("are not dropped silently", async () => {
    const path = "fit.recordings[0].spikes.repetition";
    expect(await messageOf({ spikes })).toBe(
      `${path} contains no row of repetition 2 between 1 and 3. If the neuron did not spike in it, add "repetitions": 5; otherwise number the repetitions without gaps.`,
    );
    expect(await messageOf({ spikes: { ...spikes, csv: "fromone.csv" } })).toBe(
      `${path} contains no row of repetition 3 between 2 and 4. If the neuron did not spike in it, add "repetitions": 5 and "firstId": 1; otherwise number the repetitions without gaps.`,
    );
    expect(await messageOf({ spikes: { ...spikes, csv: "fromone.csv", repetitions: 5 } })).toBe(
      `${path} ("fromone.csv" line 5, column "repetition") must be a whole number from 0 to 4; received 5. If the file counts from 1, set "firstId": 1.`,
    );
    expect(await messageOf({ spikes: { ...spikes, repetitions: 4 } })).toContain(
      "must be a whole number from 0 to 3; received 4. Number the",
    );
    expect(await messageOf({ spikes: { ...spikes, csv: "half.csv" } })).toContain(
      '("half.csv" line 2, column "repetition") must be a whole number; received 0.5.',
    );
    expect(await messageOf({ spikes: { ...spikes, repetitions: 0 } })).toContain(
      "repetitions must be a whole number from 1 to 100000",
    );
    expect(await messageOf({ spikes: { csv: "spikes.csv", time: "time_ms", repetitions: 3 } })).toContain(
      "repetitions needs repetition",
    );
  });

  test("are read in seconds", async () => {
    const seconds = { ...spikes, csv: "spikes_s.csv", time: "time_s" };
    expect((await read({ spikes: { ...seconds, units: { time: "s" } } })).spikes).toEqual([[20.1, 30.4]]);
    expect(await messageOf({ spikes: seconds })).toContain('Add "units": { "time": "s" }');
  });
});

test("problems of values name their position in the file", async () => {
  const spikes = { csv: "spikes.csv", time: "time_ms", repetition: "repetition", repetitions: 5 };
  const message = "must be within the recording, 0 to 11 ms; received 20 ms.";
  expect(await messageOf({ duration: 11, spikes })).toContain(
    `fit.recordings[0].spikes.csv ("spikes.csv" line 2, column "time_ms") ${message}`,
  );
  expect(await messageOf({ duration: 11, spikes: { json: "late.json", key: "spikes_ms" } })).toContain(
    `fit.recordings[0].spikes.json ("late.json" spikes_ms[0][1]) ${message}`,
  );
});

test("a file that is not JSON is not quoted", async () => {
  for (const json of ["wrong.json", "cut.json"]) {
    const message = await messageOf({ spikes: { json } });
    expect(message).toMatch(
      /^fit\.recordings\[0\]\.spikes\.json cannot be used: \w+\.json is not JSON.*\. Correct it\.$/,
    );
    expect(message).not.toContain("secret");
  }
});
