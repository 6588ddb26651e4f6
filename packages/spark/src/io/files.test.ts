import * as disk from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FileError, StateError } from "../errors/errors.ts";
import { atomicStream, readFileStrict, writeAtomic } from "./files.ts";
import { decodeNpy, npyBody, npyHeader } from "./npy.ts";

const failure: { code: string | undefined; on: "open" | "write" | "sync" } = { code: undefined, on: "open" };

function failWith(code: string): never {
  throw Object.assign(new Error(`${code}: the disk reports an error`), { code });
}

// A full or forbidden disk cannot be arranged on every system, so the tests fake its errors.
vi.mock("node:fs/promises", async (original) => {
  const actual = await original<typeof import("node:fs/promises")>();
  const open: typeof actual.open = async (...given) => {
    if (failure.code !== undefined && failure.on === "open") failWith(failure.code);
    const handle = await actual.open(...given);
    if (failure.code !== undefined)
      vi.spyOn(handle, failure.on as "sync").mockImplementation(async () => failWith(failure.code!));
    return handle;
  };
  return { ...actual, open };
});

let folder = "";
beforeEach(async () => {
  folder = await disk.mkdtemp(join(tmpdir(), "spark-files-"));
});
afterEach(async () => {
  failure.code = undefined;
  await disk.rm(folder, { recursive: true, force: true });
});

/** The message of the FileError that rejects a promise. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FileError);
  return (error as FileError).message;
}

describe("writeAtomic", () => {
  it("writes text and bytes, replaces the old file, and leaves no other file", async () => {
    const path = join(folder, "summary.json");
    await writeAtomic(path, "grün");
    expect(await disk.readFile(path, "utf8")).toBe("grün");
    await writeAtomic(path, Uint8Array.of(1, 2, 3));
    expect([...(await disk.readFile(path))]).toEqual([1, 2, 3]);
    await writeAtomic(path, "");
    expect(await disk.readFile(path, "utf8")).toBe("");
    expect(await disk.readdir(folder)).toEqual(["summary.json"]);
  });

  it("keeps the permissions of the file and follows its link", async () => {
    const path = join(folder, "real.csv");
    await disk.writeFile(path, "old", { mode: 0o640 });
    await disk.chmod(path, 0o640);
    await disk.symlink(path, join(folder, "link.csv"));
    await writeAtomic(join(folder, "link.csv"), "new");
    expect(await disk.readFile(path, "utf8")).toBe("new");
    expect((await disk.stat(path)).mode & 0o777).toBe(0o640);
    expect((await disk.lstat(join(folder, "link.csv"))).isSymbolicLink()).toBe(true);
  });

  it("refuses paths where no file is possible", async () => {
    await disk.mkdir(join(folder, "results"));
    await disk.writeFile(join(folder, "plain"), "x");
    expect(await refusal(writeAtomic(join(folder, "result", "a.csv"), "x"))).toBe(
      `${join(folder, "result", "a.csv")} cannot be written: its folder ${join(folder, "result")} does not exist. Did you mean ${join(folder, "results")}?`,
    );
    expect(await refusal(writeAtomic(join(folder, "results"), "x"))).toMatch(
      /is a folder and cannot be replaced by a file/,
    );
    expect(await refusal(writeAtomic(join(folder, "plain", "a.csv"), "x"))).toMatch(/a part of its path is a file/);
    expect(await refusal(writeAtomic("/dev/null", "x"))).toMatch(/is a device or pipe and cannot be replaced/);
    expect(await refusal(writeAtomic("", "x"))).toMatch(/is empty/);
    expect(await refusal(writeAtomic(join(folder, "n".repeat(300)), "x"))).toMatch(/the path is too long/);
    expect((await disk.readdir(folder)).sort()).toEqual(["plain", "results"]);
  });

  it.each([
    ["ENOSPC", "write", "no space is left on the disk"],
    ["EDQUOT", "sync", "the disk quota is used up"],
    ["EACCES", "open", "there is no permission"],
    ["EROFS", "open", "the disk is read-only"],
    ["EODD", "sync", "EODD: the disk reports an error. Check the path"],
  ] as const)("explains %s on %s, keeps the old file and removes its own", async (code, on, sentence) => {
    const path = join(folder, "a.csv");
    await disk.writeFile(path, "old");
    Object.assign(failure, { code, on });
    expect(await refusal(writeAtomic(path, "new"))).toContain(`${path} cannot be written: ${sentence}`);
    expect(await disk.readFile(path, "utf8")).toBe("old");
    expect(await disk.readdir(folder)).toEqual(["a.csv"]);
  });
});

describe("atomicStream", () => {
  it("writes in order without waiting, and patches a header", async () => {
    const path = join(folder, "spikes.npy");
    const stream = await atomicStream(path);
    const rows = 50;
    stream.write(npyHeader("f4", [0, 2]));
    for (let row = 0; row < rows; row++) stream.write(npyBody(Float32Array.of(row, -row)));
    stream.patch(0, npyHeader("f4", [rows, 2]));
    expect(await disk.readdir(folder)).not.toContain("spikes.npy");
    await stream.finish();
    const array = decodeNpy(await readFileStrict(path));
    expect(array.shape).toEqual([50, 2]);
    expect(array.data).toEqual(Float32Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? i / 2 : -(i - 1) / 2)));
    expect(await disk.readdir(folder)).toEqual(["spikes.npy"]);
  });

  it("leaves nothing when aborted, even twice, and then refuses further calls", async () => {
    const stream = await atomicStream(join(folder, "a.csv"));
    await stream.write("a\n");
    await stream.abort();
    await stream.abort();
    expect(await disk.readdir(folder)).toEqual([]);
    await expect(stream.write("b\n")).rejects.toThrow(StateError);
    await expect(stream.finish()).rejects.toThrow(StateError);
  });

  it("keeps a finished file if it is aborted afterwards", async () => {
    const stream = await atomicStream(join(folder, "a.csv"));
    await stream.write("a\n");
    await stream.finish();
    await stream.abort();
    expect(await disk.readFile(join(folder, "a.csv"), "utf8")).toBe("a\n");
    await expect(stream.patch(0, Uint8Array.of(1))).rejects.toThrow(StateError);
  });

  it("refuses to patch bytes that were not written", async () => {
    const stream = await atomicStream(join(folder, "a.csv"));
    await stream.write("abc");
    expect(await refusal(stream.patch(2, Uint8Array.of(1, 2)))).toMatch(
      /within the 3 bytes written .* received 2 bytes at 2/,
    );
    expect(await refusal(stream.patch(-1, Uint8Array.of(1)))).toMatch(/received 1 bytes at -1/);
    await stream.abort();
  });

  it("reports a failed write at finish(), even if nobody waited for the write", async () => {
    Object.assign(failure, { code: "ENOSPC", on: "write" });
    const stream = await atomicStream(join(folder, "a.csv"));
    stream.write("a");
    stream.write("b");
    expect(await refusal(stream.finish())).toMatch(/no space is left/);
    await stream.abort();
    expect(await disk.readdir(folder)).toEqual([]);
  });
});

describe("readFileStrict", () => {
  it("reads the bytes", async () => {
    await disk.writeFile(join(folder, "04.csv"), "abc");
    expect(await readFileStrict(join(folder, "04.csv"), { limit: 3 })).toEqual(Uint8Array.of(97, 98, 99));
  });

  it("suggests the nearest name if the file is missing", async () => {
    expect(await refusal(readFileStrict(join(folder, "x.csv")))).toMatch(/its folder .* is empty/);
    for (const name of ["current-04.csv", "notes.txt"]) await disk.writeFile(join(folder, name), "x");
    expect(await refusal(readFileStrict(join(folder, "curent-04.csv")))).toBe(
      `${join(folder, "curent-04.csv")} cannot be read: it does not exist. Did you mean ${join(folder, "current-04.csv")}?`,
    );
    expect(await refusal(readFileStrict(join(folder, "zzz")))).toContain(
      `it does not exist; ${folder} contains current-04.csv, notes.txt. Correct the path.`,
    );
  });

  it("refuses folders, devices, empty files and files over the limit", async () => {
    await disk.writeFile(join(folder, "none"), "");
    await disk.writeFile(join(folder, "four"), "1234");
    expect(await refusal(readFileStrict(folder))).toBe(`${folder} is a folder, not a file. Name a file in it.`);
    expect(await refusal(readFileStrict("/dev/null"))).toMatch(/is a device or pipe/);
    expect(await refusal(readFileStrict(join(folder, "none")))).toMatch(/is empty, 0 bytes/);
    expect(await refusal(readFileStrict(join(folder, "four"), { limit: 3 }))).toMatch(
      /has 4 bytes, more than the limit of 3/,
    );
  });

  it("explains a forbidden file", async () => {
    await disk.writeFile(join(folder, "a"), "x");
    Object.assign(failure, { code: "EACCES", on: "open" });
    expect(await refusal(readFileStrict(join(folder, "a")))).toMatch(/cannot be read: there is no permission/);
  });
});
