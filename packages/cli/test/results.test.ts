import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { makeFolder, runIn, small } from "./terminal.test-support.ts";

const folder = await makeFolder();
const network = {
  model: {
    populations: {
      a: { soma: "LeakySoma", units: [4], threshold: -45 },
      b: { soma: "LeakySoma", units: [3], threshold: -45 },
    },
  },
  duration: 100,
  dt: 0.5,
  inputs: { a: { current: 400 }, b: { current: 350 } },
  record: { a: { outSpikes: { from: 20, to: 60 } }, b: { outSpikes: true } },
};
const summaryOf = async (name: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(folder, name, "summary.json"), "utf8"));

beforeAll(async () => {
  await writeFile(join(folder, "small.json"), JSON.stringify(small));
  await writeFile(join(folder, "network.json"), JSON.stringify(network));
  for (const name of ["small", "network"]) {
    const { code, err } = await runIn(folder, ["run", `${name}.json`, "--out", name, "--no-figure", "--quiet"]);
    expect([code, err]).toEqual([0, ""]);
  }
});

describe("an edited summary", () => {
  /** Paths of all values that commands use. */
  const pathsIn = (value: unknown, path: readonly string[]): (readonly string[])[] =>
    typeof value === "object" && value !== null
      ? [path, ...Object.keys(value).flatMap((key) => pathsIn((value as never)[key], [...path, key]))]
      : [path];
  const changed = (summary: object, path: readonly string[], value: unknown): object => {
    const copy = structuredClone(summary);
    let at = copy as Record<string, never>;
    for (const key of path.slice(0, -1)) at = at[key]!;
    if (value === undefined) delete at[path.at(-1)!];
    else at[path.at(-1)!] = value as never;
    return copy;
  };
  const values = [undefined, null, "x", -1, 0.5, 1e12, 1e300, [], {}, [null], "../../../../etc/passwd"];

  test.each(["small", "network"])("of %s gives a sentence, never an unexpected error", async (name) => {
    const { versions, warnings, files, wallTime, spikes, projections, experiment, ...used } = await summaryOf(name);
    await cp(join(folder, name), join(folder, `${name}-edited`), { recursive: true });
    const wrong: string[] = [];
    const { record } = experiment as { record: object };
    const paths = [...pathsIn(used, []).slice(1), ...pathsIn(record, ["experiment", "record"])];
    for (const path of paths) {
      for (const value of values) {
        const text = JSON.stringify(changed(await summaryOf(name), path, value));
        await writeFile(join(folder, `${name}-edited`, "summary.json"), text);
        const { code, err } = await runIn(folder, ["analyze", `${name}-edited`]);
        if (code === 1) wrong.push(`${path.join(".")} = ${JSON.stringify(value)}: ${err}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("names the value, and never reads files outside the folder", async () => {
    const edited = join(folder, "edited");
    await cp(join(folder, "small"), edited, { recursive: true });
    const summary = await summaryOf("small");
    const refusal = async (path: readonly string[], value: unknown): Promise<string> => {
      await writeFile(join(edited, "summary.json"), JSON.stringify(changed(summary, path, value)));
      const { code, err } = await runIn(folder, ["plot", "edited", "--force"]);
      expect(code).toBe(4);
      return err;
    };
    expect(await refusal(["dt"], -1)).toContain("summary.json holds an invalid dt; received -1. It was edited");
    expect(await refusal(["steps"], 1e12)).toContain("holds an invalid duration; received 100.");
    for (const file of ["../small/outSpikes.csv", "/etc/passwd", "a/../../x.csv", "C:\\x.csv"]) {
      expect(await refusal(["records", "0", "file"], file)).toContain("holds an invalid records[0].file");
    }
    expect(await refusal(["units"], [1])).toContain("but summary.json names 1 units, counted from 0");
    expect(await refusal(["shown", "threshold"], [])).toContain("holds an invalid shown.threshold; received [].");
  });
});

describe("results of a run that did not end", () => {
  test("are named as such by analyze and plot", async () => {
    await cp(join(folder, "small"), join(folder, "marked"), { recursive: true });
    await writeFile(join(folder, "marked", "PARTIAL"), "text");
    await writeFile(join(folder, "marked", ".potential.csv.0123456789ab.tmp"), "step");
    for (const command of [["analyze"], ["plot", "--force"]]) {
      const { code, err } = await runIn(folder, [command[0]!, "marked", ...command.slice(1)]);
      expect(code).toBe(0);
      expect(err).toContain("marked contains PARTIAL: a later run did not end, and files may be of different runs.");
      expect(err).toContain("a temporary file of a run that was killed or still runs: .potential.csv.0123456789ab.tmp");
    }
    const summary = { ...(await summaryOf("small")), complete: false, stoppedBy: "abort" };
    await writeFile(join(folder, "marked", "summary.json"), JSON.stringify(summary));
    const { err } = await runIn(folder, ["analyze", "marked"]);
    expect(err).toContain("marked contains a run that was stopped early (abort), after 100 ms.");
    await rm(join(folder, "marked", "summary.json"));
    const { code, err: missing } = await runIn(folder, ["analyze", "marked"]);
    expect([code, missing]).toEqual([4, expect.stringContaining("no summary.json, because its run was killed")]);
    const { err: again } = await runIn(folder, ["run", "small.json", "--out", "marked", "--force", "--quiet"]);
    expect(again).toContain("temporary file");
    expect(await readdir(join(folder, "marked"))).not.toContain("PARTIAL");
  });

  for (const [name, record] of [
    ["small", "potential.csv"],
    ["network", "b/outSpikes.csv"],
  ] as const) {
    test(`do not mix with those of an earlier run, ${name}`, async () => {
      const out = `mixed-${name}`;
      await cp(join(folder, name), join(folder, out), { recursive: true });
      await writeFile(join(folder, out, "figure.svg"), "an old figure");
      // The new run cannot finish one of its files.
      await rm(join(folder, out, record));
      const running = runIn(folder, [
        ...["run", `${name}.json`, "--out", out, "--force", "--quiet", "--duration", "400000", "--no-figure"],
      ]);
      // One watcher at a time: two that see the file at once would both make the folder.
      const blocked = (async () => {
        for (;;) {
          const open = await readdir(join(folder, out, dirname(record)));
          if (open.some((file) => file.startsWith(`.${basename(record)}.`))) break;
          await delay(5);
        }
        await mkdir(join(folder, out, record));
      })();
      const [{ code, err }] = await Promise.all([running, blocked]);
      expect([code, err]).toEqual([4, expect.stringContaining(basename(record))]);
      const summary = await summaryOf(out);
      expect(summary).toMatchObject({ complete: false, stoppedBy: "error", steps: 800_000 });
      expect(await readdir(join(folder, out))).toContain("PARTIAL");
      expect(await readdir(join(folder, out))).not.toContain("figure.svg");
      expect((await runIn(folder, ["analyze", out])).err).toContain("stopped early (error)");
    });
  }
});

test("analyze prints the window that it used", async () => {
  const { out } = await runIn(folder, ["analyze", "network"]);
  expect(out).toContain("a from 20 to 60 ms; b from 0 to 100 ms; correlation of counts");
  const { out: single } = await runIn(folder, ["analyze", "small", "--from", "10"]);
  expect(single).toContain("From 10 to 100 ms; correlation of counts");
  const { out: json } = await runIn(folder, ["analyze", "network", "--json"]);
  expect(JSON.parse(json)).toMatchObject({ from: 0, to: 100, populations: { a: { from: 20, to: 60 } } });
});
