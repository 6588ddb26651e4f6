import { readFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
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
    [["import", "small.json", "--out", "x.json"], 4, "has no format that can be read. Known: scfg"],
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
