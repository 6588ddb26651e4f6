import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { field } from "../config/field.ts";
import { FileError } from "../errors/errors.ts";
import { div, gt, lt, select, stepIndex, sub } from "../expr/verbs.ts";
import { float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { makeFolder } from "./files.ts";
import { recordToFolder } from "./folder.ts";
import { PARTIAL } from "./folder-mark.ts";
import { decodeNpy } from "./npy.ts";

/** Bytes that still fit on the faked disk. */
const disk = { free: Number.POSITIVE_INFINITY };

// A full disk cannot be arranged on every system, so the tests fake its errors.
vi.mock("node:fs/promises", async (original) => {
  const actual = await original<typeof import("node:fs/promises")>();
  const open: typeof actual.open = async (...given) => {
    const handle = await actual.open(...given);
    const write = handle.write.bind(handle) as (...parts: unknown[]) => Promise<unknown>;
    let end = 0;
    handle.write = (async (bytes: Uint8Array, offset: number, length: number, position: number) => {
      // Overwriting needs no space.
      const needed = Math.max(0, position + length - end);
      if (needed > disk.free) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      disk.free -= needed;
      end = Math.max(end, position + length);
      return write(bytes, offset, length, position);
    }) as never;
    return handle;
  };
  return { ...actual, open };
});

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spark-full-"));
});
afterEach(() => {
  disk.free = Number.POSITIVE_INFINITY;
  rmSync(folder, { recursive: true, force: true });
});
const options = { duration: 20_000, inputs: { current: 300 }, record: { outSpikes: true, potential: true } } as const;
const model = LeakySoma({ units: [20] });

type Failure = Error & { readonly partial: { readonly steps: number }; readonly lastStep: number };
const failing = async (format: "csv" | "npz"): Promise<Failure> => {
  const sink = recordToFolder(folder, { format });
  const failed = await simulate(model, { ...options, sink }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(FileError);
  expect(sink.complete).toBe(false);
  expect([...sink.files].sort()).toEqual(
    readdirSync(folder)
      .filter((name) => name !== PARTIAL)
      .sort(),
  );
  return Object.assign(failed as Failure, { lastStep: sink.lastStep });
};

describe("a disk that is full during a run", () => {
  it("keeps all complete rows of text", async () => {
    disk.free = 3e6;
    const { message, partial, lastStep } = await failing("csv");
    expect(message).toContain("no space is left");
    expect(readdirSync(folder).sort()).toEqual([PARTIAL, "outSpikes.csv", "potential.csv"]);
    const lines = readFileSync(join(folder, "potential.csv"), "utf8").split("\n");
    expect(lines.at(-1)).toBe("");
    expect(lines.length).toBeGreaterThan(50_000);
    expect(lines.slice(1, -1).every((line) => line.split(",").length === 4)).toBe(true);
    expect(partial.steps).toBeGreaterThan(2500);
    // All files are complete up to this step, which is earlier than the end of the run.
    expect(lastStep).toBeGreaterThan(1000);
    expect(lastStep).toBeLessThan(partial.steps);
    const until = { ...options, duration: lastStep };
    const { outSpikes } = await simulate(model, until);
    const stepsIn = (name: string): number[] =>
      readFileSync(join(folder, name), "utf8")
        .split("\n")
        .slice(1, -1)
        .map((line) => Number(line.split(",")[0]))
        .filter((step) => step <= lastStep);
    expect(stepsIn("outSpikes.csv")).toEqual([...outSpikes.steps]);
    expect(stepsIn("potential.csv")).toHaveLength(20 * lastStep);
  });

  it("keeps all complete rows of arrays, each in a file", async () => {
    disk.free = 1e6;
    const { lastStep } = await failing("npz");
    const array = (name: string) => decodeNpy(readFileSync(join(folder, name)));
    const rows = array("potential.steps.npy").shape[0];
    expect(rows).toBeGreaterThanOrEqual(lastStep);
    expect(lastStep).toBeGreaterThan(1000);
    expect(array("potential.values.npy").shape).toEqual([rows, 20]);
    expect(array("potential.times.npy").shape).toEqual([rows]);
    expect(array("potential.units.npy").shape).toEqual([20]);
  });

  it("keeps the arrays if there is no space to join them", async () => {
    // The arrays have 20 000 · (20 · 4 + 16) bytes, and those of the spikes less.
    disk.free = 2.6e6;
    const { message, lastStep } = await failing("npz");
    expect(message).toContain("Records until then are in");
    expect(lastStep).toBe(20_000);
    expect(decodeNpy(readFileSync(join(folder, "potential.values.npy"))).shape).toEqual([20_000, 20]);
    expect(existsSync(join(folder, "potential.npz"))).toBe(false);
  });
});

describe("a folder of records", () => {
  it("is marked from the beginning of the run to its complete end", async () => {
    let during: string[] = [];
    const sink = recordToFolder(folder);
    await simulate(model, {
      ...options,
      sink,
      progress: () => {
        during = readdirSync(folder);
      },
    });
    expect(during).toContain(PARTIAL);
    expect(readdirSync(folder).sort()).toEqual(["outSpikes.csv", "potential.csv"]);
  });

  it("keeps a file whose final name cannot be taken, and names it", async () => {
    const sink = recordToFolder(folder);
    const failed = await simulate(model, {
      ...options,
      sink,
      progress: ({ fraction }) => {
        if (fraction === 1) mkdirSync(join(folder, "potential.csv"));
      },
    }).catch((error: unknown) => error as Error);
    const [, name] = /Its data are in .*\/(\.potential\.csv\.[0-9a-f]+\.tmp)\./.exec((failed as Error).message)!;
    expect(readFileSync(join(folder, name!), "utf8").split("\n")).toHaveLength(400_002);
    expect(sink.files).toEqual(["outSpikes.csv"]);
  });

  it("contains values that are not finite as NumPy writes them", async () => {
    const Diverging = soma(
      "Diverging",
      { q: field(1, "1", "A number.") },
      {
        about: "A soma whose state variable becomes NaN.",
        state: () => ({ z: float(0, "1", "A number.") }),
        step: (x) => ({
          spikes: gt(x.q, 5),
          potential: x.potential,
          z: select(lt(stepIndex, 30), x.q, div(sub(x.q, x.q), sub(x.q, x.q))),
        }),
      },
    );
    for (const record of [{ z: true }, { z: { reduce: "mean", over: "units" } }] as const) {
      const sink = recordToFolder(folder, { force: true });
      await simulate(Diverging(), { duration: 40, record, sink, nonFinite: "ignore" } as never);
      const lines = readFileSync(join(folder, "z.csv"), "utf8").trim().split("\n");
      expect(lines).toHaveLength(41);
      expect(lines[29]).toMatch(/,1$/);
      expect(lines[40]).toMatch(/,nan$/);
    }
  });
});

describe("makeFolder", () => {
  it("creates missing folders, and returns the first one", async () => {
    expect(await makeFolder(join(folder, "a", "b", "c"))).toBe(join(folder, "a"));
    expect(await makeFolder(join(folder, "a", "b"))).toBeUndefined();
    writeFileSync(join(folder, "file"), "text");
    await expect(makeFolder(join(folder, "file"))).rejects.toThrow("cannot be created: it is a file.");
    await expect(makeFolder(join(folder, "file", "b"))).rejects.toThrow("a part of its path is a file");
  });

  it.runIf(existsSync("/proc/self"))("refuses places that accept no folders", async () => {
    for (const path of ["/proc/self/foo", "/proc/foo/bar"]) {
      await expect(makeFolder(path)).rejects.toThrow(`${path} cannot be created: the file system does not accept it.`);
      await expect(simulate(model, { duration: 1, sink: recordToFolder(path) })).rejects.toThrow("cannot be created");
    }
  });
});
