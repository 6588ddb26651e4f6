import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileStore } from "./node-store.ts";
import type { Hdf5Group } from "./objects.ts";
import { openHdf5, withHdf5 } from "./read.ts";
import { memoryStore } from "./store.ts";
import { createHdf5, hdf5Bytes, type WrittenGroup } from "./write.ts";

const written = (fill: (root: WrittenGroup) => void): Promise<Uint8Array> => hdf5Bytes(fill);

/** What `use` returns for a file that `fill` wrote. */
const through = async <T>(fill: (root: WrittenGroup) => void, use: (root: Hdf5Group) => T): Promise<T> =>
  withHdf5(await written(fill), use);

describe("a file that was written", () => {
  test("has its groups, in groups", async () => {
    const names = await through(
      (root) => root.group("a").group("b").dataset("c", 1),
      (root) => [root.names(), root.group("a").names(), root.get("a/b/c")?.path, root.get("a/x")],
    );
    expect(names).toEqual([["a"], ["b"], "/a/b/c", undefined]);
  });

  test("has its attributes", async () => {
    const attributes = await through(
      (root) => {
        root.attribute("text", "0.1 µS");
        root.attribute("texts", ["a", "", "ü"]);
        root.attribute("count", 3, { type: "u64" });
        root.attribute("pair", Int32Array.of(-1, 2));
        root.dataset("d", [1, 2]).attribute("unit", "ms");
      },
      (root) => [
        root.attributeNames(),
        ["text", "texts", "count", "pair", "none"].map((name) => root.attribute(name)),
        root.dataset("d").attribute("unit"),
      ],
    );
    expect(attributes).toEqual([
      ["count", "pair", "text", "texts"],
      ["0.1 µS", ["a", "", "ü"], 3, Int32Array.of(-1, 2), undefined],
      "ms",
    ]);
  });

  test.each([
    ["f32", Float32Array.of(0.1, -Infinity)],
    ["f64", Float64Array.of(0.1, Number.NaN)],
    ["i8", Int8Array.of(-128, 127)],
    ["i16", Int16Array.of(-32768, 32767)],
    ["i32", Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
    ["u8", Uint8Array.of(0, 255)],
    ["u16", Uint16Array.of(0, 65535)],
    ["u32", Uint32Array.of(0, 2 ** 32 - 1)],
  ] as const)("has numbers of the type %s", async (type, values) => {
    const fill = (root: WrittenGroup): void => {
      root.dataset("typed", values);
      root.dataset("listed", [...values], { type });
    };
    const read = await through(fill, (root) => [root.dataset("typed").numbers(), root.dataset("listed").numbers()]);
    expect(read).toEqual([values, values]);
  });

  test("has 64-bit integers up to 2^53", async () => {
    const values = [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
    const read = await through(
      (root) => {
        root.dataset("u", values, { type: "u64" });
        root.dataset("i", [Number.MIN_SAFE_INTEGER, -1], { type: "i64" });
      },
      (root) => [root.dataset("u").numbers(), root.dataset("i").numbers()],
    );
    expect(read).toEqual([Float64Array.from(values), Float64Array.of(Number.MIN_SAFE_INTEGER, -1)]);
  });

  test("has strings with axes, and single values", async () => {
    const read = await through(
      (root) => {
        root.dataset("edges", ["in", "a.b", "a.b", "öut"], { shape: [2, 2] });
        root.dataset("type", "LIF");
        root.dataset(
          "many",
          Array.from({ length: 20_000 }, (_, k) => `unit ${k}`),
        );
        root.dataset("one", 0.5);
      },
      (root) => {
        const edges = root.dataset("edges");
        const many = root.dataset("many").strings();
        return [edges.shape, edges.strings(), root.dataset("type").text(), many.length, many[19_999]];
      },
    );
    expect(read).toEqual([[2, 2], ["in", "a.b", "a.b", "öut"], "LIF", 20_000, "unit 19999"]);
  });

  test("gives slices", async () => {
    const values = Float64Array.from({ length: 4 * 5 * 6 }, (_, k) => k);
    const slice = await through(
      (root) => root.dataset("cube", values, { shape: [4, 5, 6], chunks: [2, 2, 2], compression: 9 }),
      (root) => [
        root.dataset("cube").numbers([
          [1, 3],
          [4, 5],
        ]),
        root.dataset("cube").numbers([[2, 2]]).length,
      ],
    );
    expect(slice).toEqual([Float64Array.of(...values.subarray(54, 60), ...values.subarray(84, 90)), 0]);
  });

  test("is read in blocks with the same values", async () => {
    // 3 × 1.5 M doubles: one row is larger than a block.
    const columns = 1_500_000;
    const values = Float64Array.from({ length: 3 * columns }, (_, k) => k);
    const options = { shape: [3, columns], maxShape: [null, columns], chunks: [1, 100_000], compression: 1 };
    const read = await through(
      (root) => root.dataset("wide", values, options),
      (root) => root.dataset("wide").numbers(),
    );
    expect(Buffer.compare(new Uint8Array(read.buffer), new Uint8Array(values.buffer))).toBe(0);
  });

  test("has empty lists", async () => {
    const read = await through(
      (root) => {
        root.dataset("numbers", []);
        root.dataset("texts", [], { type: "text", shape: [0, 2] });
      },
      (root) => [root.dataset("numbers").numbers(), root.dataset("texts").strings()],
    );
    expect(read).toEqual([new Float64Array(0), []]);
  });

  test("grows by rows", async () => {
    const read = await through(
      (root) => {
        const rows = root.dataset("rows", [], { type: "u64", shape: [0, 2], maxShape: [null, 2], chunks: [8, 2] });
        rows.append([1, 2, 3, 4]);
        rows.append([]);
        rows.append(Uint32Array.of(5, 6));
      },
      (root) => [root.dataset("rows").shape, root.dataset("rows").numbers()],
    );
    expect(read).toEqual([[3, 2], Float64Array.of(1, 2, 3, 4, 5, 6)]);
  });
});

describe("a mistake of the caller is an error that names the path:", () => {
  test.each<readonly [string, (root: Hdf5Group) => unknown]>([
    ["HDF5 /g/x: is missing; expected a dataset.", (root) => root.dataset("g/x")],
    ["HDF5 /texts: is a dataset; expected a group.", (root) => root.group("texts")],
    ["HDF5 /texts: contains strings; expected numbers.", (root) => root.dataset("texts").numbers()],
    ["HDF5 /numbers: contains 4-byte floats; expected strings.", (root) => root.dataset("numbers").strings()],
    ["HDF5 /numbers: has 3 values; expected one.", (root) => root.dataset("numbers").number()],
    [
      "HDF5 /numbers: axis 0 has 3 values; received the range from 0 to 4.",
      (root) => root.dataset("numbers").numbers([[0, 4]]),
    ],
    [
      "HDF5 /numbers: has the shape [3]; received a slice of 2 axes.",
      (root) =>
        root.dataset("numbers").numbers([
          [0, 1],
          [0, 1],
        ]),
    ],
  ])("%s", async (message, use) => {
    const fill = (root: WrittenGroup): void => {
      root.group("g");
      root.dataset("texts", ["a", "b"]);
      root.dataset("numbers", Float32Array.of(1, 2, 3));
    };
    await expect(through(fill, use)).rejects.toThrow(message);
  });

  test.each<readonly [string, (root: WrittenGroup) => unknown]>([
    ['HDF5 /a/b: "a/b" is not a name of an object.', (root) => root.group("a/b")],
    [
      "HDF5 /d: has 3 values, which do not fill the shape [2, 2].",
      (root) => root.dataset("d", [1, 2, 3], { shape: [2, 2] }),
    ],
    [
      "HDF5 /d: value 1 is 1.5, which the type u64 does not hold.",
      (root) => root.dataset("d", [1, 1.5], { type: "u64" }),
    ],
    ["HDF5 /d: value 0 is 256, which the type u8 does not hold.", (root) => root.dataset("d", [256], { type: "u8" })],
    ["HDF5 cannot append to the dataset /d", (root) => root.dataset("d", [1, 2]).append([3])],
    [
      "HDF5 /d: 3 values are not whole rows of 2.",
      (root) => root.dataset("d", [1, 2], { shape: [1, 2], maxShape: [null, 2], chunks: [1, 2] }).append([1, 2, 3]),
    ],
    [
      "HDF5 cannot create the group /g: ",
      (root) => {
        root.group("g");
        root.group("g");
      },
    ],
  ])("%s", async (message, fill) => {
    await expect(written(fill)).rejects.toThrow(message);
  });

  test("integers beyond 2^53 are refused with their exact value", async () => {
    const bytes = await written((root) => root.dataset("ids", [2 ** 52, 5], { type: "u64" }));
    // 2^52 in the file becomes 2^53 + 1.
    const at = bytes.findIndex(
      (_, k) => k % 8 === 0 && new DataView(bytes.buffer, k, 8).getBigUint64(0, true) === 2n ** 52n,
    );
    new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(at, 2n ** 53n + 1n, true);
    await expect(withHdf5(bytes, (root) => root.dataset("ids").numbers())).rejects.toThrow(
      "HDF5 /ids: value 0 is 9007199254740993, which is beyond 2^53",
    );
  });
});

test("an attribute refers to an object, which must exist", async () => {
  const bytes = await written((root) => {
    const target = root.group("g").dataset("d", [1, 2]);
    root.dataset("index", [2]).reference("target", target);
    const missing = { ...target, path: "/g/none" };
    expect(() => root.reference("target", missing)).toThrow("HDF5 cannot write the attribute /@target: ");
  });
  await withHdf5(bytes, (root) => {
    expect(root.dataset("index").attributeNames()).toEqual(["target"]);
    expect(() => root.dataset("index").attribute("target")).toThrow(/references/);
  });
});

describe("bombs are refused before they are read:", () => {
  /** A dataset without written values takes no space, whatever its shape. */
  const huge = (root: WrittenGroup): void => {
    const rows = root.dataset("bomb", [], {
      shape: [0, 1000],
      maxShape: [null, 1000],
      chunks: [100, 1000],
      compression: 9,
    });
    for (let k = 0; k < 5; k++) rows.append(new Float64Array(1_000_000));
  };

  test("a dataset that expands to more than the limit", async () => {
    const bytes = await written(huge);
    expect(bytes.length).toBeLessThan(1e6);
    const read = withHdf5(bytes, (root) => root.dataset("bomb").numbers(), { limit: 1e7 });
    await expect(read).rejects.toThrow(
      "HDF5 /bomb: the values of shape [5000, 1000] take 40000000 bytes; the limit is 10000000.",
    );
    const slice = await withHdf5(bytes, (root) => root.dataset("bomb").numbers([[4999, 5000]]), { limit: 1e7 });
    expect(slice).toEqual(new Float64Array(1000));
  });

  test("a chunk that does, of which one value is read", async () => {
    const bytes = await written((root) =>
      root.dataset("bomb", new Float64Array(1_000_000), { chunks: [1_000_000], compression: 9 }),
    );
    const read = withHdf5(bytes, (root) => root.dataset("bomb").numbers([[0, 1]]), { limit: 1e6 });
    await expect(read).rejects.toThrow(
      "HDF5 /bomb: the chunks of shape [1000000] take 8000000 bytes; the limit is 1000000.",
    );
  });

  test("strings that do", async () => {
    const bytes = await written((root) => root.dataset("texts", new Array<string>(100).fill("x".repeat(1000))));
    const read = withHdf5(bytes, (root) => root.dataset("texts").strings(), { limit: 1e5 });
    await expect(read).rejects.toThrow("HDF5 /texts: its strings take more than 100000 bytes.");
  });
});

describe("a file that is no HDF5 file", () => {
  test.each([
    ["is empty", new Uint8Array(0)],
    ["is a text", new TextEncoder().encode("time,voltage\n0,1\n")],
    ["is zeros", new Uint8Array(5000)],
  ])("%s", async (_name, bytes) => {
    await expect(openHdf5(bytes)).rejects.toThrow("The file is not an HDF5 file");
  });

  test("is truncated anywhere", async () => {
    const bytes = await written((root) => root.group("g").dataset("d", [1, 2, 3]));
    for (let length = 8; length < bytes.length; length += 97) {
      await expect(openHdf5(bytes.slice(0, length))).rejects.toThrow(/^HDF5 cannot open the file: .*truncated/);
    }
  });
});

describe("a damaged heap of strings", () => {
  const heapOf = async (): Promise<{ bytes: Uint8Array; at: number }> => {
    const bytes = await written((root) => root.dataset("texts", ["one", "two"]));
    return { bytes, at: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf("GCOL") };
  };
  const read = (bytes: Uint8Array): Promise<unknown> => withHdf5(bytes, (root) => root.dataset("texts").strings());

  test("with an object of size 0 is an error, on which the library would not end", async () => {
    const { bytes, at } = await heapOf();
    // The object 0 is the free space after the two strings.
    const free = at + 16 + 2 * 24;
    expect(bytes[free]).toBe(0);
    bytes.fill(0, free + 8, free + 16);
    await expect(read(bytes)).rejects.toThrow("the global heap has an object of 0 bytes");
  });

  test("with a size beyond the file is an error", async () => {
    const { bytes, at } = await heapOf();
    bytes.fill(0xff, at + 8, at + 12);
    await expect(read(bytes)).rejects.toThrow("HDF5 cannot read the dataset /texts: ");
  });

  test("does not change later files", async () => {
    const { bytes, at } = await heapOf();
    const sound = bytes.slice();
    bytes.fill(0xff, at + 24, at + 28);
    await expect(read(bytes)).rejects.toThrow("HDF5 cannot read the dataset /texts: ");
    expect(await read(sound)).toEqual(["one", "two"]);
  });
});

describe("a file on the disk", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "spark-hdf5-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("is written as rows arrive, with the same bytes as in memory, and read in slices", async () => {
    const fill = (root: WrittenGroup): void => {
      const rows = root.dataset("t", [], { shape: [0], maxShape: [null], chunks: [4096], compression: 1 });
      for (let k = 0; k < 50; k++) rows.append(Float64Array.from({ length: 1000 }, (_, i) => k * 1000 + i));
    };
    const path = join(folder, "a.h5");
    const out = fileStore(path, "w");
    const file = await createHdf5(out);
    fill(file.root);
    file.close();
    out.close();
    expect(new Uint8Array(readFileSync(path))).toEqual(await written(fill));
    const store = fileStore(path, "r");
    expect(await withHdf5(store, (root) => root.dataset("t").numbers([[49_998, 50_000]]))).toEqual(
      Float64Array.of(49_998, 49_999),
    );
    store.close();
  });

  test("tells the error of the disk", async () => {
    const store = memoryStore();
    let left = 10_000;
    const full = {
      ...store,
      get size() {
        return store.size;
      },
      write(bytes: Uint8Array, at: number) {
        left -= bytes.length;
        if (left < 0) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
        store.write(bytes, at);
      },
    };
    const file = await createHdf5(full);
    const rows = file.root.dataset("t", [], { shape: [0], maxShape: [null], chunks: [4096] });
    const fill = (): void => {
      for (let k = 0; k < 50; k++) rows.append(new Float64Array(1000).fill(k));
    };
    expect(fill).toThrow(/^HDF5 cannot .*: ENOSPC: no space left on device, write\./);
    expect(() => file.close()).toThrow(/ENOSPC/);
    // The library can still be used.
    expect(
      await through(
        (root) => root.dataset("d", 1),
        (root) => root.dataset("d").number(),
      ),
    ).toBe(1);
  });
});
