import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readFileStrict } from "./files.ts";
import { decodeNpy, encodeNpy, type NpySource, npyHeader } from "./npy.ts";
import { decodeNpz, encodeNpz } from "./npz.ts";
import { eventsToCsv, traceFromCsv, traceToCsv } from "./tables.ts";

const python = process.env["SPARK_PYTHON"] ?? "python3";
const has = (module: string): boolean => spawnSync(python, ["-c", `import ${module}`]).status === 0;
const numpy = has("numpy");
const pandas = numpy && has("pandas");
if (!pandas)
  console.info(
    `${python} lacks ${numpy ? "pandas" : "NumPy"}, so these tests are skipped. Name an interpreter in SPARK_PYTHON.`,
  );

const folder = mkdtempSync(join(tmpdir(), "spark-python-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Output of a Python program that runs in the folder of the files. */
function run(program: string): string {
  const { status, stdout, stderr } = spawnSync(python, ["-W", "ignore", "-c", program], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout.trim();
}

const arrays: Record<string, NpySource> = {
  f4: { data: Float32Array.of(0.1, -0, Number.NaN, Number.POSITIVE_INFINITY), shape: [2, 2] },
  f8: { data: Float64Array.of(0.1, 1e300), shape: [2] },
  i1: { data: Int8Array.of(-128, 127), shape: [1, 2, 1] },
  i2: { data: Int16Array.of(-32_768), shape: [] },
  i4: { data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1), shape: [2] },
  i8: { data: BigInt64Array.of(-(2n ** 63n)), shape: [1] },
  u1: { data: Uint8Array.of(255), shape: [1] },
  u2: { data: Uint16Array.of(65_535), shape: [1] },
  u4: { data: new Uint32Array(0), shape: [0, 3] },
  u8: { data: BigUint64Array.of(2n ** 64n - 1n), shape: [1] },
  b1: { data: Uint8Array.of(0, 1, 1), shape: [3], dtype: "b1" },
};

describe("NumPy", () => {
  it.runIf(numpy)("loads every dtype from .npy and .npz, compressed or not, with its values", () => {
    writeFileSync(join(folder, "plain.npz"), encodeNpz(arrays));
    writeFileSync(join(folder, "packed.npz"), encodeNpz(arrays, { compress: true }));
    for (const [name, array] of Object.entries(arrays)) writeFileSync(join(folder, `${name}.npy`), encodeNpy(array));
    const printed = run(`
import numpy as np
for source in (np.load("plain.npz"), np.load("packed.npz"), {n: np.load(n + ".npy") for n in ${JSON.stringify(Object.keys(arrays))}}):
    print([(n, a.dtype.str[-2:], a.shape, a.tolist()) for n, a in source.items()])`);
    const expected =
      "[('f4', 'f4', (2, 2), [[0.10000000149011612, -0.0], [nan, inf]]), ('f8', 'f8', (2,), [0.1, 1e+300]), " +
      "('i1', 'i1', (1, 2, 1), [[[-128], [127]]]), ('i2', 'i2', (), -32768), ('i4', 'i4', (2,), [-2147483648, 2147483647]), " +
      "('i8', 'i8', (1,), [-9223372036854775808]), ('u1', 'u1', (1,), [255]), ('u2', 'u2', (1,), [65535]), ('u4', 'u4', (0, 3), []), " +
      "('u8', 'u8', (1,), [18446744073709551615]), ('b1', 'b1', (3,), [False, True, True])]";
    expect(printed.split("\n")).toEqual([expected, expected, expected]);
  });

  it.runIf(numpy)("accepts a header that was patched", () => {
    const file = Uint8Array.from([...npyHeader("f4", [0, 2]), ...new Uint8Array(16)]);
    file.set(npyHeader("f4", [2, 2]));
    writeFileSync(join(folder, "patched.npy"), file);
    expect(run('import numpy as np; print(np.load("patched.npy").shape)')).toBe("(2, 2)");
  });

  it.runIf(numpy)("writes files that the library reads, in both byte and index orders and every format", async () => {
    run(`
import numpy as np
from numpy.lib import format
a = np.arange(6).reshape(2, 3)
np.savez("np.npz", big=a.astype(">i4"), fortran=np.asfortranarray(a.astype("<f8")), bools=a > 2, scalar=np.float32(0.1))
np.savez_compressed("npc.npz", äπ=a.astype("<u2"))
for major in (1, 2, 3):
    with open(f"v{major}.npy", "wb") as f: format.write_array(f, a.astype("<i2"), version=(major, 0))
np.save("objects.npy", np.array([None, {}], dtype=object), allow_pickle=True)`);
    const read = async (name: string): Promise<Uint8Array> => readFileStrict(join(folder, name));
    const six = [0, 1, 2, 3, 4, 5];
    const plain = decodeNpz(await read("np.npz"));
    expect(plain["big"]).toEqual({ data: Int32Array.from(six), shape: [2, 3], dtype: "i4" });
    expect(plain["fortran"]).toEqual({ data: Float64Array.from(six), shape: [2, 3], dtype: "f8" });
    expect(plain["bools"]).toEqual({ data: Uint8Array.of(0, 0, 0, 1, 1, 1), shape: [2, 3], dtype: "b1" });
    expect(plain["scalar"]).toEqual({ data: Float32Array.of(0.1), shape: [], dtype: "f4" });
    expect(decodeNpz(await read("npc.npz"))["äπ"]).toEqual({ data: Uint16Array.from(six), shape: [2, 3], dtype: "u2" });
    for (const version of [1, 2, 3])
      expect(decodeNpy(await read(`v${version}.npy`))).toEqual({
        data: Int16Array.from(six),
        shape: [2, 3],
        dtype: "i2",
      });
    const objects = await read("objects.npy");
    expect(() => decodeNpy(objects)).toThrow('received "|O"');
  });
});

describe("pandas", () => {
  it.runIf(pandas)("reads the tables with the exact values", () => {
    const values = Float32Array.from({ length: 600 }, (_, i) => Math.fround(-60 + (i * i * 0.618_034) / 977));
    const steps = Float64Array.from({ length: 200 }, (_, i) => i * 5 + 1);
    const text = [...traceToCsv({ steps, units: [0, 3, 4], values }, { dt: 0.1 })].join("");
    writeFileSync(join(folder, "potential.csv"), text);
    writeFileSync(join(folder, "expected.npy"), encodeNpy({ data: values, shape: [600] }));
    writeFileSync(join(folder, "spikes.csv"), [...eventsToCsv({ steps: [1, 3], units: [0, 9] }, { dt: 0.1 })].join(""));
    expect(
      run(`
import numpy as np, pandas as pd
t = pd.read_csv("potential.csv")
e = pd.read_csv("spikes.csv")
same = t["potential_mV"].to_numpy().astype("f4").view("u4") == np.load("expected.npy").view("u4")
print(list(t.columns), bool(same.all()), t["time_ms"].iloc[6], e.values.tolist())`),
    ).toBe("['step', 'time_ms', 'unit', 'potential_mV'] True 1.1 [[1.0, 0.1, 0.0], [3.0, 0.3, 9.0]]");
    expect(Float32Array.from(traceFromCsv(text).values)).toEqual(values);
  });

  it.runIf(pandas)("writes tables that the library reads", async () => {
    run(`
import pandas as pd
pd.DataFrame({"step": [2, 2, 4, 4], "time_ms": [.2, .2, .4, .4], "unit": [0, 1, 0, 1], "potential_mV": [-60, -59.5, 1e-7, 1/3]}).to_csv("pandas.csv", index=False, lineterminator="\\r\\n", encoding="utf-8-sig")`);
    const back = traceFromCsv(await readFileStrict(join(folder, "pandas.csv")), { dt: 0.1 });
    expect(back.values).toEqual(Float64Array.of(-60, -59.5, 1e-7, 1 / 3));
    expect(back.units).toEqual(Float64Array.of(0, 1));
  });
});
