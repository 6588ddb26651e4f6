import { describe, expect, test } from "vitest";
import { committedStore } from "./committed-store.ts";
import { openHdf5, withHdf5 } from "./read.ts";
import { type ByteStore, memoryStore } from "./store.ts";
import { createHdf5 } from "./write.ts";

const text = (store: ByteStore): string => {
  const bytes = new Uint8Array(store.size);
  expect(store.read(bytes, 0)).toBe(store.size);
  return new TextDecoder().decode(bytes).replaceAll("\0", ".");
};
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A store that takes a number of bytes. */
const smallDisk = (room: number) => {
  const inner = memoryStore();
  let most = room;
  const store: ByteStore & { bytes(): Uint8Array } = {
    get size() {
      return inner.size;
    },
    read: (into, at) => inner.read(into, at),
    write(written, at) {
      // As a disk, it takes what fits.
      const fits = Math.max(0, most - at);
      inner.write(written.subarray(0, fits), at);
      if (fits < written.length) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
    },
    resize: (to) => inner.resize(to),
    bytes: () => inner.bytes(),
  };
  return { store, grow: (to: number) => (most = to) };
};

describe("a store with commits", () => {
  test("changes its file only in a commit", () => {
    const file = memoryStore(bytes("abcdef"));
    const store = committedStore(file);
    store.write(bytes("XY"), 2);
    store.write(bytes("ghi"), 6);
    expect([text(store), text(file)]).toEqual(["abXYefghi", "abcdef"]);
    store.commit();
    expect([text(store), text(file)]).toEqual(["abXYefghi", "abXYefghi"]);
  });

  test("is cut and grown like a file", () => {
    const file = memoryStore(bytes("abcdef"));
    const store = committedStore(file);
    store.resize(3);
    store.resize(5);
    store.write(bytes("z"), 7);
    expect([text(store), text(file)]).toEqual(["abc....z", "abcdef"]);
    store.commit();
    expect(text(file)).toBe("abc....z");
    store.resize(2);
    store.commit();
    expect(text(file)).toBe("ab");
  });

  test("does the same as a store without commits, in random order", () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const file = memoryStore();
    const store = committedStore(file);
    const plain = memoryStore();
    const same = (): void => {
      const [own, other] = [new Uint8Array(store.size), new Uint8Array(plain.size)];
      store.read(own, 0);
      plain.read(other, 0);
      expect(Buffer.compare(own, other)).toBe(0);
    };
    for (let k = 0; k < 200; k++) {
      const at = random(200_000);
      const action = random(10);
      if (action === 0) {
        store.commit();
        expect(Buffer.compare(file.bytes(), plain.bytes())).toBe(0);
      } else if (action === 1) {
        for (const one of [store, plain]) one.resize(at);
      } else {
        const part = new Uint8Array(1 + random(100_000)).fill(1 + random(255));
        for (const one of [store, plain]) one.write(part, at);
      }
      same();
    }
  });

  test("keeps the last commit on a full disk, and can write the rest when there is space", () => {
    const { store: disk, grow } = smallDisk(100_000);
    const store = committedStore(disk);
    store.write(new Uint8Array(90_000).fill(1), 0);
    store.commit();
    store.write(Uint8Array.of(7, 7), 5);
    store.write(new Uint8Array(150_000).fill(2), 90_000);
    expect(() => store.commit()).toThrow("ENOSPC");
    expect([disk.size, [...disk.bytes().subarray(4, 8)]]).toEqual([90_000, [1, 1, 1, 1]]);
    grow(1e6);
    store.commit();
    expect([disk.size, [...disk.bytes().subarray(4, 8)], disk.bytes().at(-1)]).toEqual([240_000, [1, 7, 7, 1], 2]);
  });
});

describe("an HDF5 file in a store with commits", () => {
  /** Appends a thousand numbers and commits, again and again. */
  const started = async (disk: ByteStore) => {
    const store = committedStore(disk);
    const file = await createHdf5(store);
    const list = file.root.group("a").dataset("list", new Float64Array(0), { maxShape: [null], chunks: [512] });
    let count = 0;
    const commit = (): void => {
      file.flush();
      store.commit();
    };
    return {
      file,
      commit,
      append(): void {
        list.append(Float64Array.from({ length: 1000 }, (_, k) => count + k));
        commit();
        count += 1000;
      },
    };
  };
  const read = (disk: { bytes(): Uint8Array }): Promise<Float64Array> =>
    withHdf5(disk.bytes().slice(), (root) => root.group("a").dataset("list").numbers() as Float64Array);

  test("is readable after each commit, although it is still open", async () => {
    const disk = memoryStore();
    const { append, commit, file } = await started(disk);
    commit();
    expect(await read(disk)).toHaveLength(0);
    for (let k = 1; k <= 60; k++) {
      append();
      const values = await read(disk);
      expect([values.length, values.at(-1)]).toEqual([1000 * k, 1000 * k - 1]);
    }
    file.close();
  });

  test("keeps what was committed before the disk is full", async () => {
    const { store: disk } = smallDisk(200_000);
    const { append, file } = await started(disk);
    let commits = 0;
    expect(() => {
      for (;;) {
        append();
        commits++;
      }
    }).toThrow("ENOSPC");
    file.close();
    expect(commits).toBeGreaterThan(15);
    expect(await read(disk)).toEqual(Float64Array.from({ length: 1000 * commits }, (_, k) => k));
    await expect(openHdf5(disk.bytes().slice(0, 5000))).rejects.toThrow("HDF5");
  });
});
