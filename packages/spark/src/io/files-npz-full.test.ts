import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { npzStream } from "./files-npz.ts";
import { decodeNpy } from "./npy.ts";
import { decodeNpz } from "./npz.ts";

const PAGE = 4096;

/** A disk with sparse files: what is written takes whole pages, and what is cut or removed frees them. */
const disk = {
  pages: new Map<string, Set<number>>(),
  most: Number.POSITIVE_INFINITY,
  peak: 0,
  used: () => [...disk.pages.values()].reduce((sum, { size }) => sum + size * PAGE, 0),
  /** Returns the number of bytes that fit. */
  write(path: string, offset: number, length: number): number {
    const own = disk.pages.get(path)!;
    let end = offset;
    for (let page = Math.floor(offset / PAGE); end < offset + length; page++) {
      if (!own.has(page)) {
        if (disk.used() + PAGE > disk.most) break;
        own.add(page);
      }
      end = Math.min(offset + length, (page + 1) * PAGE);
    }
    if (end === offset) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    disk.peak = Math.max(disk.peak, disk.used());
    return end - offset;
  },
};

vi.mock("node:fs/promises", async (original) => {
  const actual = await original<typeof import("node:fs/promises")>();
  const open: typeof actual.open = async (path, ...given) => {
    const handle = await actual.open(path, ...given);
    const name = String(path);
    disk.pages.set(name, disk.pages.get(name) ?? new Set());
    const write = handle.write.bind(handle) as (...parts: unknown[]) => Promise<unknown>;
    handle.write = (async (bytes: Uint8Array, offset: number, length: number, position: number) => {
      return write(bytes, offset, disk.write(name, position, length), position);
    }) as never;
    const truncate = handle.truncate.bind(handle);
    handle.truncate = async (length = 0) => {
      const own = disk.pages.get(name)!;
      for (const page of own) if (page * PAGE >= length) own.delete(page);
      return truncate(length);
    };
    return handle;
  };
  const unlink: typeof actual.unlink = async (path) => {
    disk.pages.delete(String(path));
    return actual.unlink(path);
  };
  const rename: typeof actual.rename = async (from, to) => {
    disk.pages.set(String(to), disk.pages.get(String(from)) ?? new Set());
    disk.pages.delete(String(from));
    return actual.rename(from, to);
  };
  return { ...actual, open, unlink, rename };
});

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spark-npzfull-"));
  disk.pages.clear();
  disk.most = Number.POSITIVE_INFINITY;
  disk.peak = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const members = { steps: { dtype: "i8" }, times: { dtype: "f8" }, values: { dtype: "f4", row: [3] } } as const;
const ROWS = 200_000;
const data = {
  steps: BigInt64Array.from({ length: ROWS }, (_, k) => BigInt(k)),
  times: Float64Array.from({ length: ROWS }, (_, k) => k / 10),
  values: Float32Array.from({ length: 3 * ROWS }, (_, k) => k / 7),
};
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
const fill = async () => {
  const file = await npzStream(join(folder, "grown.npz"), members);
  for (const [name, array] of Object.entries(data)) await file.append(name, array);
  file.commit();
  return file;
};

it("an archive needs little more space than its final size while its arrays are joined", async () => {
  await (await fill()).finish();
  const { size } = statSync(join(folder, "grown.npz"));
  expect(size).toBeGreaterThan(28 * ROWS);
  expect(disk.peak).toBeLessThan(1.06 * size);
  const { steps, times, values } = decodeNpz(readFileSync(join(folder, "grown.npz")));
  expect(bytesOf(steps!.data).equals(bytesOf(data.steps))).toBe(true);
  expect(bytesOf(times!.data).equals(bytesOf(data.times))).toBe(true);
  expect(bytesOf(values!.data).equals(bytesOf(data.values))).toBe(true);
  expect(values!.shape).toEqual([ROWS, 3]);
  expect(readdirSync(folder)).toEqual(["grown.npz"]);
});

it("arrays that were partly moved when the disk became full move back, even if no space is left at all", async () => {
  // How many writes of the archive succeed before another program takes all space, also that of the pieces that moved.
  for (const writes of [1, 2, 7, 33, 34, 40, 65, 80]) {
    const file = await fill();
    let count = 0;
    const { write } = disk;
    disk.write = (path, offset, length) => {
      if (/\.grown\.npz\.[0-9a-f]+\.tmp$/.test(path) && ++count === writes) disk.most = disk.used() + 5 * PAGE;
      return write(path, offset, length);
    };
    await expect(file.finish()).rejects.toThrow("no space is left");
    expect([...(await file.keep())].sort()).toEqual(["grown.steps.npy", "grown.times.npy", "grown.values.npy"]);
    disk.write = write;
    disk.most = Number.POSITIVE_INFINITY;
    for (const [name, array] of Object.entries(data)) {
      const kept = decodeNpy(readFileSync(join(folder, `grown.${name}.npy`))).data;
      expect(bytesOf(kept).equals(bytesOf(array))).toBe(true);
    }
    expect(readdirSync(folder)).toHaveLength(3);
  }
});
