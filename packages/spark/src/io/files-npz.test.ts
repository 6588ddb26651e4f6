import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { npzStream } from "./files-npz.ts";
import { decodeNpz, encodeNpz } from "./npz.ts";

const folder = mkdtempSync(join(tmpdir(), "spark-npzstream-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const members = { a: { dtype: "f4", row: [2, 3] }, é: { dtype: "i4" }, one: { dtype: "f8", single: true } } as const;
const values = Float32Array.from({ length: 60_000 }, (_, k) => k / 7);
const fill = async (path: string, limit?: number): Promise<void> => {
  const file = await npzStream(path, members, limit);
  await file.append("one", Float64Array.of(Math.PI));
  for (let k = 0; k < 10; k++) {
    await file.append("a", values.subarray(k * 6000, (k + 1) * 6000));
    await file.append("é", Int32Array.of(k));
  }
  await file.finish();
};

describe("an NPZ file that grows", () => {
  it("contains the same as one written at once", async () => {
    const path = join(folder, "grown.npz");
    await fill(path);
    const é = Int32Array.from({ length: 10 }, (_, k) => k);
    const arrays = {
      a: { data: values, shape: [10_000, 2, 3] },
      é: { data: é, shape: [10] },
      one: { data: Float64Array.of(Math.PI), shape: [] },
    };
    expect(decodeNpz(readFileSync(path))).toEqual(decodeNpz(encodeNpz(arrays)));
    expect(readdirSync(folder)).toEqual(["grown.npz"]);
    const first = readFileSync(path);
    await fill(path);
    expect(readFileSync(path).equals(first)).toBe(true);
  });

  it("may stay empty", async () => {
    const path = join(folder, "empty.npz");
    const file = await npzStream(path, { a: { dtype: "f4", row: [0] }, b: { dtype: "i8" } });
    await file.finish();
    const { a, b } = decodeNpz(readFileSync(path));
    expect([a?.shape, b?.shape]).toEqual([[0, 0], [0]]);
  });

  it("leaves nothing behind if it is aborted or its path is unusable", async () => {
    const before = readdirSync(folder);
    const file = await npzStream(join(folder, "gone.npz"), members);
    await file.append("é", Int32Array.of(1));
    await file.abort();
    await file.abort();
    await expect(npzStream(join(folder, "no", "where.npz"), members)).rejects.toThrow("does not exist");
    const taken = join(folder, "taken.npz");
    const late = await npzStream(taken, members);
    mkdirSync(taken);
    await expect(late.finish()).rejects.toThrow("is a folder");
    await late.abort();
    rmSync(taken, { recursive: true });
    expect(readdirSync(folder)).toEqual(before);
  });

  const python = process.env["SPARK_PYTHON"] ?? "python3";
  const numpy = spawnSync(python, ["-c", "import numpy"]).status === 0;
  // Limits with which sizes, offsets or both need zip64.
  for (const limit of [0, 1000, 100_000]) {
    it.runIf(numpy)(`is read by NumPy with zip64 from ${limit} bytes on`, async () => {
      const path = join(folder, `zip64-${limit}.npz`);
      await fill(path, limit);
      const program = `
import numpy as np, zipfile
print(zipfile.ZipFile("${path}").testzip())
f = np.load("${path}")
print(f["a"].shape, f["a"].dtype, f["a"].ravel()[-1] == np.float32(59999 / 7), f["é"].tolist(), float(f["one"]))`;
      const { stdout, stderr } = spawnSync(python, ["-c", program], { encoding: "utf8" });
      expect(stderr).toBe("");
      expect(stdout).toBe(`None\n(10000, 2, 3) float32 True [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] ${Math.PI}\n`);
    });
  }
});
