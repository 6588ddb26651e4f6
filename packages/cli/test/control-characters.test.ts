import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder, runIn } from "./terminal.test-support.ts";

const folder = await makeFolder();
const put = (name: string, content: object): Promise<void> => writeFile(join(folder, name), JSON.stringify(content));

const title = "\u001b]0;taken\u0007\u001b[31mred\r\u009b2J\u202eb\nerror fake: ok";
const common = { duration: 20, dt: 0.1 };
const soma = { soma: "LeakySoma", units: [3] };
const single = {
  ...common,
  model: soma,
  inputs: { current: 300 },
  record: { outSpikes: true, potential: { every: 10 } },
};

/** What may not reach a terminal: everything but line breaks and tabs. */
const forbidden = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u;
const forged = /^error fake/m;

test("names in documents reach the terminal with their control characters as text", async () => {
  await put("network.json", {
    ...common,
    name: title,
    model: { populations: { a: soma } },
    record: { a: { outSpikes: true } },
  });
  for (const argv of [
    ["show", "network.json"],
    ["show", "network.json", "--json"],
    ["show", "network.json", "--mermaid"],
    ["check", "network.json"],
    ["run", "network.json", "--out", "network"],
    ["analyze", "network"],
  ]) {
    const { code, out, err } = await runIn(folder, argv);
    expect([code, forbidden.test(out + err), forged.test(out + err)], argv.join(" ")).toEqual([0, false, false]);
  }
  expect((await runIn(folder, ["check", "network.json"])).out).toContain("\\u001b]0;taken\\u0007\\u001b[31mred");
});

test("paths of results reach the terminal as text, too", async () => {
  await put("single.json", single);
  const { out } = await runIn(folder, ["run", "single.json", "--no-figure", "--out", "o\u001b[31mut\nerror fake: ok"]);
  expect(out).toContain("o\\u001b[31mut\\u000aerror fake: ok/outSpikes.csv");
  expect(out.split("Next")[0]).not.toMatch(/[^\P{Cc}\n]/u);
});

test("keys and values in errors cannot move the cursor or forge lines", async () => {
  await put("keys.json", { ...single, "\u001b[2Jkey\nerror fake: ok": 1, dt: "\u001b[2J\nerror fake: ok" });
  await put("model.json", { ...single, model: { soma: "A\u001b[2J\nerror fake: ok" } });
  for (const file of ["keys.json", "model.json"]) {
    const { code, out, err } = await runIn(folder, ["check", file]);
    expect([code, forbidden.test(out + err), forged.test(out + err)], file).toEqual([3, false, false]);
    expect(err).toContain("\\u001b[2J");
  }
});

test("colours of the program remain", async () => {
  const { err } = await runIn(folder, ["check", "keys.json"], { errIsTerminal: true });
  expect(err).toContain("\u001b[31merror\u001b[0m");
  expect(err.replaceAll("\u001b[31m", "").replaceAll("\u001b[0m", "")).not.toMatch(forbidden);
});

test("a figure with such a name is XML", async () => {
  await put("figure.json", { ...single, name: "a\bb\u0000 \u001b[31mred \uffff\ud800 & <b>" });
  expect((await runIn(folder, ["run", "figure.json", "--out", "figure"])).code).toBe(0);
  expect((await runIn(folder, ["plot", "figure", "--figure", "raster", "--out", "raster.svg"])).code).toBe(0);
  for (const file of [join("figure", "figure.svg"), "raster.svg"]) {
    const svg = await readFile(join(folder, file), "utf8");
    expect(svg).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
    expect(svg).toContain("ab [31mred");
  }
});
