import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeFolder, runIn, small } from "./terminal.test-support.ts";

const folder = await makeFolder();
const put = (name: string, content: unknown): Promise<void> =>
  writeFile(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
await put("small.json", small);
await put("plain.json", { model: { soma: "LeakySoma" }, duration: 5 });
await runIn(folder, ["run", "small.json", "--out", "first"]);
await runIn(folder, ["run", "plain.json", "--out", "plain"]);
await mkdir(join(folder, "inner"));

const mistakes: readonly (readonly [string, readonly string[], number, string])[] = [
  ["no command", [], 2, ""],
  ["an unknown command", ["rnu"], 2, 'There is no command "rnu". Did you mean "run"?'],
  ["an unknown option", ["run", "small.json", "--ot", "x"], 2, 'run has no option --ot. Did you mean "--out"?'],
  ["no file", ["run"], 2, "run needs FILE. Write spark-snn run FILE."],
  ["no folder", ["run", "small.json"], 2, "run needs --out DIR, the folder for the results. Name one."],
  ["a superfluous file", ["check", "a", "b"], 2, 'check takes FILE; also received "b".'],
  ["an option without value", ["run", "small.json", "--out"], 2, "--out needs a value. Write --out DIR."],
  [
    "an option in place of a value",
    ["run", "small.json", "--out", "--json"],
    2,
    "--out needs a value; received the option --json. Write --out DIR.",
  ],
  ["a switch with a value", ["list", "--json=yes"], 2, '--json takes no value; received "yes". Write --json alone.'],
  ["an option twice", ["run", "a", "--out", "b", "--out", "c"], 2, "--out was given twice. Keep one of them."],
  [
    "an unknown format",
    ["run", "a", "--out", "b", "--format", "hdf"],
    2,
    '--format must be one of "csv", "npz", "sonata"; received "hdf". Omit it for csv.',
  ],
  [
    "an unknown backend",
    ["run", "a", "--out", "b", "--backend", "cuda"],
    2,
    "--backend must be one of wasm, native, fastest, interpreter",
  ],
  ["no assignment", ["check", "small.json", "--set", "seed"], 2, '--set takes path=value; received "seed".'],
  [
    "a path through a number",
    ["check", "small.json", "--set", "duration.ms=3"],
    2,
    "--set duration.ms leads through duration, which is 100. Set duration itself.",
  ],
  ["no megabytes", ["run", "small.json", "--out", "m", "--memory", "2GB"], 2, "--memory must be a number of megabytes"],
  ["an unknown model", ["show", "LekySoma"], 2, 'show knows no model "LekySoma". Did you mean "LeakySoma"?'],
  ["two views", ["show", "LeakySoma", "--latex", "--json"], 2, "show prints one view; received --latex and --json."],
  [
    "an unknown figure",
    ["plot", "first", "--figure", "rastr"],
    2,
    '--figure must be one of "trace", "raster", "intervals",',
  ],
  [
    "an image of another name",
    ["plot", "first", "--out", "a.pdf"],
    2,
    '--out must end in .svg or .png; received "a.pdf".',
  ],
  ["two image formats", ["plot", "first", "--out", "a.png", "--format", "svg"], 2, "--out a.png does not end in .svg,"],
  [
    "a window without end",
    ["plot", "first", "--from", "200"],
    2,
    "--to must be after --from; received 200 ms and 100 ms.",
  ],
  ["an invalid time", ["plot", "first", "--from", "start"], 2, "--from must be a time of at least 0 ms;"],
  [
    "a number of threads in words",
    ["run", "small.json", "--out", "t", "--threads", "many"],
    2,
    '--threads must be a whole number from 1 to 1024 or "all"; received "many". Give 1 for one thread.',
  ],
  ["no threads", ["run", "small.json", "--out", "t", "--threads", "0"], 2, "--threads must be a whole number from 1"],
  ["a wrong seed", ["check", "small.json", "--set", "seed=-1"], 3, "experiment.seed must be a whole number"],
  ["an invalid sample", ["check", "comma.json"], 3, "comma.json:1:5 must be a value: a number, a text in quotes,"],
  ["a text without end", ["check", "quote.json"], 3, "quote.json:2:3 begins a text that does not end on its line;"],
  ["a duplicate key", ["check", "twice.json"], 3, 'twice.json:3:2 repeats the key "dt". Keep one of them.'],
  ["brackets without end", ["check", "deep.json"], 3, "deep.json:1:201 is nested more than 200 levels deep."],
  ["nothing but a comment", ["check", "comment.json"], 3, "comment.json:1:"],
  ["an empty window", ["plot", "first", "--figure", "trace", "--from", "0.1", "--to", "0.2"], 3, "figure trace"],
  [
    "a figure without its record",
    ["plot", "plain", "--figure", "raster"],
    3,
    "figure raster needs spikes, which was not",
  ],
  ["nothing to draw", ["plot", "plain"], 3, "plain contains nothing to draw."],
  ["a missing document", ["check", "smal.json"], 4, "it does not exist. Did you mean"],
  [
    "a missing folder",
    ["plot", "nowhere"],
    4,
    `its folder ${join(folder, "nowhere")} does not exist. Correct the path.`,
  ],
  ["a document that is a folder", ["check", "first"], 4, "is a folder, not a file."],
  ["an empty document", ["check", "empty.json"], 4, "is empty, 0 bytes."],
  ["a document that is not text", ["check", "latin.json"], 4, "latin.json is not UTF-8 text. Save it as UTF-8."],
  ["a missing data file", ["check", "data.json"], 4, "experiment.inputs.current.csv cannot be used: "],
  ["a file in place of a folder", ["run", "small.json", "--out", "small.json"], 4, "small.json cannot be created: "],
  ["a folder without a summary", ["plot", "inner"], 4, "summary.json cannot be read"],
  ["a summary of something else", ["plot", "foreign"], 4, "summary.json is not a summary of a run."],
  ["a truncated summary", ["plot", "cut"], 4, "summary.json is not JSON."],
  ["a truncated record", ["plot", "damaged"], 4, "outSpikes.csv line 2"],
  [
    "more units than memory",
    ["check", "small.json", "--set", "model.units=[99999999]"],
    5,
    "experiment.model.units requests 99999999 units, which need up to ",
  ],
  [
    "fewer bytes than a population needs",
    ["run", "small.json", "--out", "m6", "--memory", "0.00001"],
    5,
    "bytes while they are built; memory is 10 bytes. Use fewer units, or raise memory.",
  ],
  ["a run beyond its memory", ["run", "small.json", "--out", "m5", "--memory", "0.001"], 5, "memory must be at least"],
];

describe("a mistake", async () => {
  await put("comma.json", "[1, , 3]");
  await put("quote.json", '{\n  "dt\n}');
  await put("twice.json", '{ "dt": 1,\n\n "dt": 2 }');
  await put("deep.json", "[".repeat(300));
  await put("comment.json", "// nothing");
  await put("empty.json", "");
  await writeFile(join(folder, "latin.json"), Uint8Array.of(0x7b, 0xe9, 0x7d));
  await put("data.json", { ...small, inputs: { current: { csv: "none.csv", time: 0, column: 1 } } });
  for (const name of ["foreign", "cut"]) await mkdir(join(folder, name));
  await put("foreign/summary.json", { kind: "other" });
  await put("cut/summary.json", '{ "kind": "spark-snn summary", ');
  await runIn(folder, ["run", "small.json", "--out", "damaged"]);
  await put("damaged/outSpikes.csv", "step,time_ms,unit\n1,1\n");

  test.each(mistakes)("exits with its code and a sentence: %s", async (_, argv, code, sentence) => {
    const outcome = await runIn(folder, argv);
    expect(outcome.code, outcome.err).toBe(code);
    expect(outcome.err).toContain(sentence);
    expect(outcome.err).not.toMatch(/\n\s+at |undefined|\[object/);
  });

  test("shows the stack with SPARK_DEBUG", async () => {
    const { err } = await runIn(folder, ["rnu"], { environment: { SPARK_DEBUG: "1" } });
    expect(err).toMatch(/\n\s+at /);
  });
});
