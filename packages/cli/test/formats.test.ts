import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Report } from "@spark-snn/formats";
import { describe, expect, test } from "vitest";
import { makeFolder, runIn, small } from "./terminal.test-support.ts";

const folder = await makeFolder();
interface Golden {
  readonly cases: readonly { readonly file: unknown }[];
}
const golden = JSON.parse(
  readFileSync(new URL("../../formats/test/golden/scfg.json", import.meta.url), "utf8"),
) as Golden;
await writeFile(join(folder, "brain.scfg"), JSON.stringify(golden.cases[2]!.file));
await writeFile(join(folder, "small.json"), JSON.stringify(small));
await writeFile(join(folder, "spikes.dat"), "sender\ttime_ms\n1\t2.5\n");
const inputs = ["--input", "outside=5"];

describe("import", () => {
  test("writes an experiment that runs, its data, and the report", async () => {
    const { code, out, err } = await runIn(folder, ["import", "brain.scfg", "--out", "in/brain.json", ...inputs]);
    expect([code, err]).toEqual([0, ""]);
    expect((await readdir(join(folder, "in"))).sort()).toEqual(["brain.json", "connections.npz"]);
    expect(out).toContain("import of scfg 1.0: 12 faithful, 2 approximate, 0 unsupported");
    expect(out).toContain("inputs.outside: spikes of 5 units → population outside");
    expect(out).toContain("Wrote in/brain.json, in/connections.npz.");
    expect((await runIn(folder, ["check", "in/brain.json"])).out).toContain("in/brain.json is valid.");
    const again = await runIn(folder, ["import", "brain.scfg", "--out", "in/brain.json", ...inputs]);
    expect([again.code, again.err]).toEqual([4, expect.stringContaining("in/brain.json exists already")]);
  });

  test("prints the report as JSON", async () => {
    const argv = ["import", "brain.scfg", "--out", "in/brain.json", "--json", "--force", ...inputs];
    const { reports, files } = JSON.parse((await runIn(folder, argv)).out) as { reports: Report[]; files: string[] };
    expect(files).toEqual(["in/brain.json", "in/connections.npz"]);
    expect(reports[0]!.counts).toEqual({ faithful: 12, approximate: 2, unsupported: 0 });
    expect(reports[0]!.entries.at(0)).toEqual({
      path: "dtype",
      subject: "float32",
      fidelity: "faithful",
      result: "f32",
    });
  });

  test.each([
    [["import", "brain.scfg", "--out", "x.json"], 3, 'has the input "outside", whose size the file does not contain'],
    [
      ["import", "brain.scfg", "--out", "x.json", ...inputs, "--strict"],
      3,
      "is strict, and these parts are not faithful",
    ],
    [["import", "brain.scfg"], 2, "import needs --out FILE"],
    [["import", "brain.scfg", "--out", "x.json", "--input", "outside"], 2, "--input takes NAME=COUNT"],
    [["import", "brain.scfg", "--out", "x.json", "--units", "2.5"], 2, "--units takes whole numbers"],
    [["import", "brain.scfg", "--out", "x.json", "--format", "scgf"], 2, 'Did you mean "scfg"?'],
    [["import", "small.json", "--out", "x.json"], 4, "small.json has no format that can be imported. Known: scfg"],
    [["import", "spikes.dat", "--out", "x.json"], 4, "spikes.dat is a recording, not a model. Write it to a table"],
    [["import", "none.scfg", "--out", "x.json"], 4, "none.scfg"],
    [["export", "small.json", "--out", "x"], 2, "export needs --to FORMAT. Known formats: scfg"],
    [["export", "small.json", "--to", "scfg"], 2, "export needs --out DIR"],
  ] as const)("%j is refused", async (argv, expected, message) => {
    const { code, err } = await runIn(folder, argv);
    expect([code, err]).toEqual([expected, expect.stringContaining(message)]);
  });
});

test("export writes the files of a format and the report", async () => {
  const { code, out } = await runIn(folder, ["export", "small.json", "--to", "scfg", "--out", "python", "--all"]);
  expect(code).toBe(0);
  expect(out).toContain("faithful     model: LeakySoma → leaky_soma");
  const { __data__: data } = JSON.parse(await readFile(join(folder, "python", "model.scfg"), "utf8")) as {
    readonly __data__: unknown;
  };
  expect(data).toMatchObject({ __type__: "leaky_soma_config", __cfg__: { threshold: -45, dt: 0.5 } });
});

test("convert is import and export, with both reports", async () => {
  const argv = ["convert", "brain.scfg", "--to", "scfg", "--out", "converted", "--json", ...inputs];
  const { reports, files } = JSON.parse((await runIn(folder, argv)).out) as { reports: Report[]; files: string[] };
  expect(files).toEqual(["converted/model.scfg"]);
  expect(reports.map(({ direction, counts }) => [direction, counts.unsupported])).toEqual([
    ["import", 0],
    ["export", 0],
  ]);
});

describe("a model of NeuroML of several files", () => {
  const cell =
    '<iafCell id="iaf" leakReversal="-60mV" thresh="-50mV" reset="-65mV" C="0.2nF" leakConductance="0.01uS"/>';
  const files: Readonly<Record<string, string>> = {
    "LEMS_sim.xml":
      '<Lems><Target component="sim"/><Include file="Cells.xml"/><Include file="net.nml"/><Simulation id="sim" length="20ms" step="0.1ms" target="net"/></Lems>',
    "net.nml":
      '<neuroml id="n"><include href="cells/iaf.cell.nml"/><network id="net"><population id="cells" component="iaf" size="2"/><explicitInput target="cells[0]" input="pulse"/></network></neuroml>',
    "cells/iaf.cell.nml": `<neuroml id="c">${cell}<pulseGenerator id="pulse" delay="1ms" duration="9ms" amplitude="0.2nA"/></neuroml>`,
  };
  const write = async (name: string, wanted: readonly string[]): Promise<void> => {
    await mkdir(join(folder, name, "cells"), { recursive: true });
    for (const file of wanted) await writeFile(join(folder, name, file), files[file]!);
  };

  test("is read from its main file and from its folder", async () => {
    await write("nml", Object.keys(files));
    for (const operand of ["nml", "nml/LEMS_sim.xml", "nml/net.nml"]) {
      const { code, err } = await runIn(folder, ["import", operand, "--out", "nml.json", "--force"]);
      expect([code, err], operand).toEqual([0, ""]);
      const document = JSON.parse(await readFile(join(folder, "nml.json"), "utf8")) as Record<string, unknown>;
      expect(document).toMatchObject({ model: { populations: { cells: { soma: "LeakySoma", units: [2] } } } });
      expect(document["duration"]).toBe(operand === "nml/net.nml" ? 1000 : 20);
    }
    await rm(join(folder, "nml", "LEMS_sim.xml"));
    expect((await runIn(folder, ["import", "nml", "--out", "nml.json", "--force"])).code).toBe(0);
  });

  test("is refused if a file is missing, and if a folder has no main file or several", async () => {
    await write("missing", ["LEMS_sim.xml", "net.nml"]);
    const attempt = async (operand: string): Promise<readonly [number, string]> => {
      const { code, err } = await runIn(folder, ["import", operand, "--out", "x.json"]);
      return [code, err];
    };
    expect(await attempt("missing")).toEqual([
      4,
      expect.stringMatching(/net\.nml includes the file cells\/iaf\.cell\.nml, which cannot be read: .*does not exist/),
    ]);
    await writeFile(join(folder, "missing", "LEMS_other.xml"), files["LEMS_sim.xml"]!);
    expect(await attempt("missing")).toEqual([
      4,
      expect.stringMatching(/contains LEMS_other\.xml, LEMS_sim\.xml\. Name one of them, such as .*LEMS_other\.xml/),
    ]);
    expect(await attempt("missing/cells")).toEqual([4, expect.stringContaining("and no file LEMS….xml or .nml")]);
  });
});
