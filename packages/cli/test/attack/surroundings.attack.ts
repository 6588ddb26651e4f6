import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { decodeNpy, decodeNpz } from "spark-snn";
import { expect } from "vitest";
import { attack } from "../../../spark/test/attack/attack.test-support.ts";
import { outcomeOf, runBuilt, start } from "../built.test-support.ts";
import { makeFolder, runIn } from "../terminal.test-support.ts";

const folder = await makeFolder();
const document = {
  model: { soma: "AdaptiveLeakySoma", units: [50], potentialTau: { uniform: { min: 10, max: 30 } } },
  dt: 0.1,
  duration: 3000,
  inputs: { current: 350 },
  record: { outSpikes: true, potential: { units: [0, 7] } },
};
await writeFile(join(folder, "run.json"), JSON.stringify(document));
await writeFile(join(folder, "long.json"), JSON.stringify({ ...document, duration: 1e8 }));

/** Records of a whole run, which all others begin like. */
const whole = await runBuilt(folder, ["run", "run.json", "--out", "whole", "--no-figure"]);
expect([whole.code, whole.err]).toEqual([0, ""]);
const texts = {
  "outSpikes.csv": await readFile(join(folder, "whole", "outSpikes.csv"), "utf8"),
  "potential.csv": await readFile(join(folder, "whole", "potential.csv"), "utf8"),
};

/** The steps up to which the summary of a folder says that all files are complete. */
const lastStepIn = async (path: string): Promise<number> => {
  const text = await readFile(join(path, "summary.json"), "utf8").catch(() => "{}");
  const { steps = 0, recordedSteps = steps } = JSON.parse(text) as { steps?: number; recordedSteps?: number };
  return recordedSteps;
};

/** Length of the rows of a table up to a step. */
const lengthUntil = (table: string, step: number): number => {
  let end = table.indexOf("\n") + 1;
  while (end < table.length && Number.parseInt(table.slice(end, end + 12), 10) <= step) {
    end = table.indexOf("\n", end) + 1;
  }
  return end;
};

/** Text tables consist of whole rows of the whole run, up to the step in the summary or later; arrays can be read. */
const expectReadable = async (path: string): Promise<void> => {
  const last = await lastStepIn(path);
  for (const name of existsSync(path) ? await readdir(path) : []) {
    const bytes = await readFile(join(path, name));
    if (name.endsWith(".npy")) decodeNpy(bytes);
    if (name.endsWith(".npz")) decodeNpz(bytes);
    const meant = texts[name as keyof typeof texts];
    if (meant === undefined) continue;
    const given = bytes.toString("utf8");
    const length = Math.min(given.length, meant.length);
    expect(given.slice(0, length) === meant.slice(0, length), `${name} begins like that of the whole run`).toBe(true);
    expect(given === "" || given.endsWith("\n"), `${name} ends with a whole row`).toBe(true);
    if (last > 0)
      expect(given.length, `${name} is complete up to step ${last}`).toBeGreaterThanOrEqual(lengthUntil(meant, last));
  }
};

const disk = join(folder, "disk");
await mkdir(disk);
const mount = (size: number): boolean =>
  spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}k`, "tmpfs", disk], { stdio: "ignore" }).status === 0;
const unmount = (): void => void spawnSync("umount", [disk], { stdio: "ignore" });
const canMount = mount(64);
unmount();

if (canMount) {
  const cases = fc.record({ size: fc.integer({ min: 4, max: 3000 }), format: fc.constantFrom("csv", "npz") });
  attack("a disk that becomes full keeps what was recorded, and the command says so", cases, async (given) => {
    expect(mount(given.size)).toBe(true);
    try {
      const argv = ["run", "run.json", "--out", "disk/out", "--format", given.format, "--no-figure"];
      const { code, err } = await runBuilt(folder, argv);
      expect([0, 4], err).toContain(code);
      expect(err).not.toMatch(/\n\s+at /);
      if (code === 4) expect(err).toMatch(/full|space/);
      await expectReadable(join(disk, "out"));
    } finally {
      unmount();
    }
  });
} else {
  console.log("A small disk cannot be mounted here, which only the user root may do, so full disks are not tried.");
}

const signals = fc.record({
  signal: fc.constantFrom("SIGINT" as const, "SIGTERM" as const, "SIGHUP" as const, "SIGKILL" as const),
  after: fc.integer({ min: 0, max: 900 }),
  format: fc.constantFrom("csv", "npz"),
});
attack("a signal at any moment leaves records that can be read", signals, async ({ signal, after, format }) => {
  const out = join(folder, "stopped");
  await rm(out, { recursive: true, force: true });
  const child = start(folder, ["run", "long.json", "--out", "stopped", "--format", format, "--no-figure"]);
  const ended = outcomeOf(child);
  await new Promise((resolve) => setTimeout(resolve, after));
  child.kill(signal);
  const { code, err, signal: endedBy } = await ended;
  // Node ends by the signal itself before the command has begun.
  if (endedBy === null) expect([code, err]).toEqual([130, ""]);
  else expect(endedBy).toBe(signal);
  if (!existsSync(out)) return;
  if (signal !== "SIGKILL") await expectReadable(out);
  for (const argv of [
    ["analyze", "stopped"],
    ["plot", "stopped", "--out", "stopped.svg"],
  ]) {
    const told = await runIn(folder, argv);
    expect([0, 3, 4], told.err).toContain(told.code);
    expect(told.err, "says that the run did not end").toMatch(
      /stopped early|stopped before|did not end|killed or still runs|cannot be read/,
    );
  }
});
