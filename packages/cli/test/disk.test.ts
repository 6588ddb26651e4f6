import { spawn, spawnSync } from "node:child_process";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, mainFile, outcomeOf } from "./built.test-support.ts";
import { makeFolder, runIn, small } from "./terminal.test-support.ts";

/* What the disk refuses is said in plain English, whichever command needs it, with the exit code of files. */

const folder = await makeFolder();
await writeFile(join(folder, "small.json"), JSON.stringify(small));
await runIn(folder, ["run", "small.json", "--out", "first"]);

// Only root may mount, and only root can give up rights.
const isRoot = process.geteuid?.() === 0;
const disk = join(folder, "disk");
await mkdir(disk);
const canMount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).status === 0;

describe.runIf(canMount)("a read-only disk", () => {
  beforeAll(async () => {
    await runIn(folder, ["run", "small.json", "--out", "disk/old"]);
    spawnSync("mount", ["-o", "remount,ro", "tmpfs", disk]);
  });
  afterAll(() => void spawnSync("umount", [disk]));

  test.each([
    [["run", "small.json", "--out", "disk/new"], "disk/new cannot be created"],
    [["run", "small.json", "--out", "disk/a/b"], "disk/a/b cannot be created"],
    [["run", "small.json", "--out", "disk/old", "--force"], "disk/old/summary.json cannot be removed"],
    [["init", "disk/new.json"], "disk/new.json cannot be written"],
    [["plot", "first", "--out", "disk/a.svg"], "disk/a.svg cannot be written"],
    [["plot", "disk/old"], "disk/old/trace.svg cannot be written"],
  ] as const)("%j says that it is read-only", async (argv, sentence) => {
    const { code, err } = await runIn(folder, argv);
    const said = err.replaceAll(`${folder}/`, "");
    expect([code, said]).toEqual([4, `error ${sentence}: the disk is read-only. Choose a place on another disk.\n`]);
  });

  test("keeps its results readable", async () => {
    const { code, out } = await runIn(folder, ["analyze", "disk/old"]);
    expect([code, out]).toEqual([0, expect.stringContaining("190")]);
    expect((await readdir(join(disk, "old"))).sort()).toEqual((await readdir(join(folder, "first"))).sort());
  });
});

describe.runIf(canMount)("a disk that becomes full during a run", () => {
  const full = join(folder, "full");
  beforeAll(async () => {
    await mkdir(full);
    spawnSync("mount", ["-t", "tmpfs", "-o", "size=1500k", "tmpfs", full]);
  });
  afterAll(() => void spawnSync("umount", [full]));

  const document = {
    model: { soma: "LeakySoma", units: [100] },
    dt: 0.1,
    inputs: { current: 600 },
    record: { outSpikes: true, potential: { every: 100, units: [0] } },
  };
  const analyzed = async (name: string, ...window: string[]) => {
    const { code, out, err } = await runIn(folder, ["analyze", name, ...window, "--json"]);
    expect([code, err]).toEqual([0, expect.any(String)]);
    const { from, to, populations } = JSON.parse(out);
    const { rate, spikes } = populations.LeakySoma;
    return { window: [from, to], rate, spikes, err };
  };

  test("leaves results that are analyzed as far as all files are complete", async () => {
    await writeFile(join(folder, "long.json"), JSON.stringify({ ...document, duration: 1e6 }));
    const { code, err } = await runIn(folder, ["run", "long.json", "--out", "full/out", "--no-figure"]);
    expect([code, err]).toEqual([4, expect.stringContaining("no space is left on the disk")]);
    const partial = await analyzed("full/out");
    const [, end] = partial.window;
    const sentence = `full/out contains a run that was stopped early \\(error\\), after \\d+ ms. Its files are complete up to \\d+ ms.`;
    expect(partial.err).toMatch(new RegExp(sentence));
    await writeFile(join(folder, "whole.json"), JSON.stringify({ ...document, duration: end }));
    await runIn(folder, ["run", "whole.json", "--out", "whole", "--no-figure"]);
    const whole = await analyzed("whole");
    expect([partial.rate, partial.spikes, partial.window]).toEqual([whole.rate, whole.spikes, whole.window]);
    expect(whole.spikes).toBeGreaterThan(1000);
    expect((await runIn(folder, ["plot", "full/out", "--figure", "raster", "--out", "raster.svg"])).code).toBe(0);
  });
});

describe.runIf(isRoot)("a file of another user", () => {
  const permission = "there is no permission. Change its permissions.";

  test("is not reported as missing", async () => {
    await writeFile(join(folder, "secret.json"), JSON.stringify(small));
    await chmod(join(folder, "secret.json"), 0o600);
    await chmod(folder, 0o755);
    await mkdir(join(folder, "partial"));
    await writeFile(join(folder, "partial", "PARTIAL"), "");
    await writeFile(join(folder, "partial", "summary.json"), "{}");
    await chmod(join(folder, "partial", "summary.json"), 0o600);
    process.seteuid!(65534);
    try {
      const outcome = async (...argv: string[]) => {
        const { code, err } = await runIn(folder, argv);
        return [code, err.replaceAll(`${folder}/`, "")];
      };
      expect(await outcome("check", "secret.json")).toEqual([4, `error secret.json cannot be read: ${permission}\n`]);
      const summary = `error partial/summary.json cannot be read: ${permission}\n`;
      expect(await outcome("analyze", "partial")).toEqual([4, summary]);
      const [code, said] = await outcome("run", "small.json", "--out", "mine");
      const elsewhere = "Change the permissions or choose another place.";
      expect([code, said]).toEqual([4, `error mine cannot be created: there is no permission. ${elsewhere}\n`]);
    } finally {
      process.seteuid!(0);
    }
  });
});

describe.skipIf(process.platform === "win32")("the program", () => {
  beforeAll(ensureBuilt, 240_000);

  test("says that its current folder was deleted", async () => {
    const gone = join(folder, "gone");
    await mkdir(gone);
    // The shell removes its own folder, because one that starts later says so itself.
    const child = spawn("sh", ["-c", `rmdir "$PWD"; exec "${process.execPath}" "${mainFile}" list`], {
      cwd: gone,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { code, err } = await outcomeOf(child);
    const said = "error The current folder does not exist any more. Change to another folder.\n";
    expect([code, err]).toEqual([4, said]);
  });
});
