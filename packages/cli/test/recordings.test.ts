import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openRecording } from "@spark-snn/formats";
import { decodeNpz, LeakySoma, readCsv, simulate } from "spark-snn";
import { beforeAll, describe, expect, test } from "vitest";
import { abf2 } from "../../formats/src/abf/abf.test-support.ts";
import { withHdf5 } from "../../formats/src/hdf5/read.ts";
import { hdf5Bytes } from "../../formats/src/hdf5/write.ts";
import { makeFolder, runIn } from "./terminal.test-support.ts";

/* Recordings of other programs in the command line: a fit, tables, and what show prints. */

const folder = await makeFolder();
const put = (name: string, value: Uint8Array | string): Promise<void> => writeFile(join(folder, name), value);

/** pA, every 0.5 ms. */
const current = Array.from({ length: 2000 }, (_, k) =>
  Math.round(260 + 120 * Math.sin(k / 14) + 90 * Math.sin(k / 46)),
);

beforeAll(async () => {
  const run = await simulate(LeakySoma({ potentialTau: 12, threshold: -42, potentialReset: -58 }), {
    ...{ duration: 1000, dt: 0.5 },
    inputs: { current: { series: current, interval: 0.5 } },
    record: { outSpikes: true, potential: true },
  });
  const spikes = [...run.outSpikes.times()];
  expect(spikes.length).toBeGreaterThan(10);
  // The potential of each sample, with the peak of a spike where there is one.
  const potential = Array.from(run.potential.trace(), (value) => value);
  for (const step of run.outSpikes.steps) potential[step - 1] = 30;
  const channels = [
    { name: "Vm", unit: "mV", gain: 0.01 },
    { name: "Im", unit: "nA", gain: 0.0001 },
  ];
  const raw = [current.map((value, k) => [Math.round(potential[k]! * 100), value * 10])];
  await put("cell.abf", abf2({ channels, raw, interval: 500 }));
  const head = "# NEST version: 3.10.0\nsender\ttime_ms\n";
  await put("spikes-0.dat", `${head}${spikes.map((time) => `7\t${time}`).join("\n")}\n`);
  await put("spikes-1.dat", `${head}8\t1.5\n`);
  await put("cut.dat", `${head}8\t1.`);
  await put("cut.nwb", (await hdf5Bytes((root) => void root.dataset("a", current))).subarray(0, 900));
  await put("other", abf2({ channels, raw, interval: 500 }));
  await put("table.csv", "time_ms,current_pA\n0,1\n");
  await mkdir(join(folder, "fits"));
  const document = {
    model: { soma: "LeakySoma", potentialRest: -60, resistance: 0.1 },
    dt: 0.5,
    recordings: [
      {
        name: "axon",
        current: { abf: "../cell.abf", channel: "Im" },
        voltage: { abf: "../cell.abf", channel: "Vm" },
      },
      {
        name: "nest",
        current: { abf: "../cell.abf", channel: 1 },
        spikes: { nest: ["../spikes-0.dat", "../spikes-1.dat"], sender: 7 },
      },
    ],
    objective: { coincidence: { window: 2 } },
    budget: { candidates: 800, generation: 50 },
  };
  await put("fits/fit.json", JSON.stringify(document));
});

describe("fit", () => {
  test("takes current, voltage and spikes of recordings, and its experiment runs with them", async () => {
    const { code, err } = await runIn(folder, ["fit", "fits/fit.json", "--out", "fitted", "--no-figure"]);
    expect([code, err]).toEqual([0, ""]);
    const fit = JSON.parse(await readFile(join(folder, "fitted/fit.json"), "utf8")) as {
      readonly recordings: readonly { readonly name: string; readonly meanCoincidence: number }[];
    };
    for (const { meanCoincidence } of fit.recordings) expect(meanCoincidence).toBeGreaterThan(0.75);
    const { inputs } = JSON.parse(await readFile(join(folder, "fitted/experiment.json"), "utf8")) as {
      readonly inputs: unknown;
    };
    expect(inputs).toEqual({ current: { abf: "../cell.abf", channel: "Im", after: "hold" } });
    expect((await runIn(folder, ["run", "fitted/experiment.json", "--out", "run", "--quiet"])).err).toBe("");
  }, 60_000);

  test("names the place of a channel that is not there", async () => {
    const argv = ["fit", "fits/fit.json", "--out", "x", "--set", "recordings[0].current.channel=In"];
    const { code, err } = await runIn(folder, argv);
    expect([code, err]).toEqual([4, expect.stringContaining('cell.abf has no channel "In"')]);
    expect(err).toContain("recordings[0].current");
  });
});

describe("how files were read", () => {
  const check = async (document: object) => {
    await put("told.json", JSON.stringify(document));
    return runIn(folder, ["check", "told.json"]);
  };
  const cell = { model: { soma: "LeakySoma" }, duration: 10, dt: 0.5, record: { outSpikes: true } };
  const excel = {
    ...{ csv: "excel.csv", time: "Zeit [s]", column: "Strom [nA]", units: { time: "s", column: "nA" } },
    ...{ separator: ";", decimal: ",", after: "hold" },
  };
  const told = "excel.csv: semicolons, decimal commas, time in s, current in nA";

  beforeAll(() => put("excel.csv", "Zeit [s];Strom [nA]\r\n0,000;0,1\r\n0,005;0,3\r\n0,010;0,2\r\n"));

  test("is printed by check and run, and is in the summary", async () => {
    const abf = { abf: "cell.abf", channel: "Im", after: "hold" };
    const document = { ...cell, inputs: { current: { sum: [excel, abf] } } };
    const { code, out } = await check(document);
    expect(code).toBe(0);
    expect(out).toContain(`\n  read     ${told}\n           cell.abf: current in nA\n`);
    const ran = await runIn(folder, ["run", "told.json", "--out", "told", "--no-figure"]);
    expect(ran.out).toContain(`\n  read       ${told}\n             cell.abf: current in nA\n`);
    const { readings } = JSON.parse(await readFile(join(folder, "told/summary.json"), "utf8")) as {
      readonly readings: unknown;
    };
    expect(readings).toEqual([
      { file: "excel.csv", found: ["semicolons", "decimal commas", "time in s", "current in nA"] },
      { file: "cell.abf", found: ["current in nA"] },
    ]);
    expect((await check({ ...cell, inputs: { current: 300 } })).out).not.toContain("read");
  });

  test("is printed for networks", async () => {
    const { model, ...others } = cell;
    const document = {
      ...others,
      model: { populations: { cells: { ...model, units: [1] } } },
      inputs: { cells: { current: excel } },
      record: { cells: { outSpikes: true } },
    };
    expect((await check(document)).out).toContain(`\n  read     ${told}\n`);
    const ran = await runIn(folder, ["run", "told.json", "--out", "network-told", "--no-figure"]);
    expect(ran.out).toContain(`\n  read       ${told}\n`);
  });

  test("is printed by check and fit of a fit, and is in its JSON", async () => {
    const { after, ...current } = excel;
    const document = {
      model: { soma: "LeakySoma" },
      dt: 0.5,
      recordings: [{ current, spikes: [[4, 8]] }],
      objective: { coincidence: { window: 1 } },
      budget: { candidates: 60, generation: 20 },
    };
    const checked = await check(document);
    expect(checked.err).toBe("");
    expect(checked.out).toContain(`\n  read    ${told}\n`);
    const ran = await runIn(folder, ["fit", "told.json", "--out", "fit-told", "--no-figure"]);
    expect(ran.out).toContain(`\n  read      ${told}\n`);
    const { readings } = JSON.parse(await readFile(join(folder, "fit-told/fit.json"), "utf8")) as {
      readonly readings: readonly { readonly file: string }[];
    };
    expect(readings.map(({ file }) => file)).toEqual(["excel.csv"]);
  }, 60_000);
});

describe("convert", () => {
  test("writes channels of an Axon file as a table with units", async () => {
    const { code, out } = await runIn(folder, ["convert", "cell.abf", "--out", "cell.csv"]);
    expect([code, out]).toEqual([0, "ABF 2.6.0.0: cell.abf\nWrote cell.csv with time_ms, Vm (mV), Im (nA).\n"]);
    const { columns } = readCsv(await readFile(join(folder, "cell.csv")), { columns: ["time_ms", "Im (nA)"] });
    expect([columns[0]![3], columns[1]![0]!.toFixed(4)]).toEqual([1.5, (current[0]! / 1000).toFixed(4)]);
    const again = await runIn(folder, ["convert", "cell.abf", "--out", "cell.csv"]);
    expect([again.code, again.err]).toEqual([4, expect.stringContaining("cell.csv exists already")]);
  });

  test("joins the spikes of several files as arrays, with units counted from the first sender", async () => {
    const argv = ["convert", "spikes-0.dat", "spikes-1.dat", "--out", "spikes.npz", "--first-sender", "7"];
    expect((await runIn(folder, argv)).code).toBe(0);
    const { times, units } = decodeNpz(await readFile(join(folder, "spikes.npz")));
    expect([times!.data[0], units!.data[0], units!.data[1]]).toEqual([1.5, 1, 0]);
  });

  test.each([
    [["convert", "cell.abf", "--out", "x.csv", "--channel", "Vn"], 4, 'has no channel "Vn". Name one of Vm, Im.'],
    [["convert", "cell.abf", "--out", "x.csv", "--sweep", "1"], 4, "has 1 sweeps; received sweep 1"],
    [["convert", "cell.abf", "--out", "x.csv", "--sweep", "one"], 2, "--sweep takes a whole number"],
    [["convert", "cell.abf", "--out", "x.csv", "--strict"], 2, "--strict belongs to models"],
    [["convert", "cell.abf", "spikes-0.dat", "--out", "x.csv"], 4, "so it is read alone"],
    [["convert", "cell.abf", "--out", "x.xlsx"], 2, "and models with --to FORMAT --out DIR; received --out x.xlsx."],
    [["convert", "cell.abf"], 2, "received neither --out nor --to. Write one of them."],
    [["show", "cut.dat"], 4, "cut.dat ends within its last line, so it is truncated."],
    [["show", "cut.nwb"], 4, "cut.nwb: HDF5 cannot open the file: the file is truncated: it ends at byte 900 of"],
    [["check", "cell.abf"], 4, 'Name it in one, such as { "abf": "cell.abf", "channel": 0 }.'],
    [
      ["run", "other", "--out", "x"],
      4,
      'other contains data, and is no experiment or fit. Name it in one, such as { "abf"',
    ],
    [["fit", "table.csv", "--out", "x"], 4, '{ "csv": "table.csv", "time": NAME, "column": NAME }'],
    [["show", "table.csv"], 4, "table.csv contains data, and is no experiment or fit."],
    [["convert", "fits/fit.json", "--out", "x.csv"], 4, "is no recording of Axon (ABF), NWB, SONATA, or NEST"],
    [["convert", "none.abf", "--out", "x.csv"], 4, "none.abf"],
    [["convert", "spikes-0.dat", "--out", "x.csv", "--first-sender", "9"], 4, "before the first sender 9"],
    [["convert", "spikes-0.dat", "--out", "x.csv", "--resolution", "0"], 2, "--resolution takes a number of ms"],
  ] as const)("%j is refused", async (argv, expected, message) => {
    const { code, err } = await runIn(folder, argv);
    expect([code, err]).toEqual([expected, expect.stringContaining(message)]);
  });
});

test("show prints the channels of a recording, or its spikes", async () => {
  const axon = await runIn(folder, ["show", "cell.abf"]);
  expect(axon.out).toMatch(/Vm +recorded +mV +1 +2000 +0\.5/);
  const nest = await runIn(folder, ["show", "spikes-1.dat"]);
  expect(nest.out).toContain("1 spikes of 1 senders from 8 to 8\nfrom 1.5 to 1.5 ms");
});

describe("results as NWB", () => {
  const network = {
    name: "Two populations",
    model: {
      populations: {
        excitatory: { soma: "LeakySoma", units: [3], threshold: -45 },
        inhibitory: { soma: "LeakySoma", units: [2], threshold: -45 },
      },
    },
    ...{ duration: 100, dt: 0.1 },
    inputs: { excitatory: { current: [300, 0, 400] }, inhibitory: { current: [350, 450] } },
    record: {
      excitatory: { outSpikes: true, potential: { every: 5 } },
      inhibitory: { outSpikes: { units: [1], from: 20 }, rate: { bin: 10 } },
    },
  };
  const start = ["--session-start", "2026-03-01T12:00:00Z"];

  beforeAll(async () => {
    await put("network.json", JSON.stringify(network));
    const argv = ["run", "network.json", "--out", "network", "--quiet", "--no-figure"];
    expect(await runIn(folder, argv)).toMatchObject({ code: 0, err: "" });
  });

  test("have the spikes and values of all populations", async () => {
    const { code, out, err } = await runIn(folder, ["convert", "network", "--out", "network.nwb", ...start]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe("Wrote network.nwb with excitatory.potential, inhibitory.rate, units.\n");
    const bytes = new Uint8Array(await readFile(join(folder, "network.nwb")));
    const { channels, spikes } = await openRecording([{ name: "network.nwb", bytes }]);
    const tables = ["excitatory/outSpikes.csv", "inhibitory/outSpikes.csv"].map(async (name) => {
      const given = { columns: ["time_ms", "unit"], name };
      const { columns } = readCsv(await readFile(join(folder, "network", name)), given);
      return Array.from(columns[0]!, (time, k) => [time, columns[1]![k]!] as const);
    });
    const [first, second] = await Promise.all(tables);
    // Rows are the three units of the first population, and the recorded one of the second.
    const expected = [...first!, ...second!.map(([time]) => [time, 3] as const)].sort(
      ([a, x], [b, y]) => a - b || x - y,
    );
    expect(expected.length).toBeGreaterThan(10);
    expect(Array.from(spikes!.times, (time, k) => [time, spikes!.senders[k]])).toEqual(expected);
    const names = [0, 1, 2].map((unit) => `excitatory.potential[${unit}]`);
    expect(channels.map(({ name, unit }) => [name, unit])).toEqual([
      ...names.map((name) => [name, "V"]),
      ["inhibitory.rate", "Hz"],
    ]);
    const again = await runIn(folder, ["convert", "network", "--out", "again.nwb", ...start, "--json"]);
    expect(JSON.parse(again.out)).toMatchObject({ files: ["again.nwb"], leftOut: [] });
    expect(new Uint8Array(await readFile(join(folder, "again.nwb")))).toEqual(bytes);
  });

  test("have the persons, the keywords and the subject that options name", async () => {
    const given = [
      "--experimenter",
      "Núñez, Ana",
      "--experimenter",
      "Smith, J.",
      "--institution",
      "Here",
      "--lab",
      "L",
    ];
    const more = ["--keyword", "cortex", "--subject", "species=Mus musculus", "--subject", "description=a=b", "--json"];
    const { code, err } = await runIn(folder, ["convert", "network", "--out", "m.nwb", ...start, ...given, ...more]);
    expect([code, err]).toEqual([0, ""]);
    const bytes = new Uint8Array(await readFile(join(folder, "m.nwb")));
    const read = await withHdf5(bytes, (root) => [
      root.dataset("session_description").text(),
      ...["experiment_description", "institution", "lab"].map((name) => root.dataset(`general/${name}`).text()),
      ...["experimenter", "keywords"].map((name) => root.dataset(`general/${name}`).strings()),
      ...["subject_id", "species", "sex", "description"].map((name) => root.dataset(`general/subject/${name}`).text()),
    ]);
    expect(read).toEqual([
      "Simulation of Two populations.",
      "Simulation of excitatory (LeakySoma, units [3]), inhibitory (LeakySoma, units [2]): 100 ms in steps of 0.1 ms, seed 1.",
      ...["Here", "L", ["Núñez, Ana", "Smith, J."], ["cortex"]],
      ...["simulation", "Mus musculus", "U", "a=b"],
    ]);
  });

  test.each([
    [
      ["convert", "network", "--out", "x.nwb", ...start, "--subject", "P9D"],
      2,
      'takes KEY=TEXT; received "P9D". Write --subject age=P90D.',
    ],
    [
      ["convert", "network", "--out", "x.nwb", ...start, "--subject", "specie=Mus musculus"],
      2,
      '--subject has no key "specie". Did you mean "species"?',
    ],
    [
      ["convert", "network", "--out", "x.nwb", ...start, "--subject", "sex=M", "--subject", "sex=F"],
      2,
      "--subject sex was given twice",
    ],
    [["convert", "network", "--out", "x.nwb", ...start, "--subject", "species=mouse"], 4, 'received "mouse"'],
    [["convert", "network", "--out", "x.nwb", ...start, "--experimenter", "A. B."], 4, '"Last, First"'],
    [["convert", "cell.abf", "--out", "x.csv", "--lab", "L"], 2, "--lab applies to NWB files."],
    [["convert", "network", "--out", "x.nwb"], 2, "Add --session-start 2026-03-01T12:00:00Z."],
    [["convert", "network", "--out", "x.nwb", "--session-start", "today"], 4, 'received "today"'],
    [["convert", "network", "network", "--out", "x.nwb", ...start], 2, "Name one folder."],
    [["convert", "cell.abf", "--out", "x.nwb", ...start], 4, "cell.abf is not a folder."],
    [["convert", "fits", "--out", "x.nwb", ...start], 4, "summary.json"],
    [["convert", "network", "--out", "x.nwb", ...start, "--sweep", "1"], 2, "--sweep does not apply to results."],
    [["convert", "cell.abf", "--out", "x.csv", ...start], 2, "--session-start applies to NWB files."],
    [["convert", "network", "--out", "network.nwb", ...start], 4, "network.nwb exists already"],
  ])("%j is refused", async (argv, expected, message) => {
    const { code, err } = await runIn(folder, argv);
    expect([code, err]).toEqual([expected, expect.stringContaining(message)]);
  });
});
