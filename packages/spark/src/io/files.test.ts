import { spawnSync } from "node:child_process";
import * as disk from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FileError, StateError } from "../errors/errors.ts";
import { atomicStream, makeFolder, makeResultsFolder, readFileStrict, removeFile, writeAtomic } from "./files.ts";
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
    expect(await refusal(writeAtomic(join(folder, "n".repeat(300)), "x"))).toMatch(/its name or path is too long/);
    expect((await disk.readdir(folder)).sort()).toEqual(["plain", "results"]);
  });

  it.each([
    ["ENOSPC", "write", "no space is left on the disk"],
    ["EDQUOT", "sync", "the disk quota is used up"],
    ["EACCES", "open", "there is no permission"],
    ["EROFS", "open", "the disk is read-only"],
    ["EMFILE", "open", "this program has too many open files"],
    ["EIO", "write", "the disk failed"],
    ["EODD", "sync", 'the system reports "the disk reports an error" (EODD). Check the path'],
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

  it("explains paths that lead to no file", async () => {
    await disk.writeFile(join(folder, "plain"), "x");
    await disk.symlink("absent.csv", join(folder, "dangling"));
    await disk.symlink("loop", join(folder, "loop"));
    const read = (...parts: string[]) => refusal(readFileStrict(join(folder, ...parts)));
    expect(await read("dangling")).toBe(
      `${join(folder, "dangling")} cannot be read: it is a symbolic link to absent.csv, which does not exist. Correct the link.`,
    );
    expect(await read("loop")).toContain("symbolic links form a loop. Correct the links.");
    expect(await read("plain", "a.csv")).toContain("a part of its path is a file, not a folder.");
    expect(await read("n".repeat(300))).toContain("its name or path is too long.");
    expect(await read("a\0b")).toContain("its path contains a null character.");
    expect(await refusal(readFileStrict(""))).toBe(" cannot be read: its path is empty. Name a file.");
  });
});

describe("symbolic links to files that do not exist", () => {
  it("get their file when they are written", async () => {
    await disk.mkdir(join(folder, "inner"));
    await disk.symlink(join("inner", "new.csv"), join(folder, "link"));
    await writeAtomic(join(folder, "link"), "text");
    expect((await disk.lstat(join(folder, "link"))).isSymbolicLink()).toBe(true);
    expect(await disk.readFile(join(folder, "inner", "new.csv"), "utf8")).toBe("text");
  });
});

/** A small disk in memory, mounted on a folder of its own. Only root may mount. */
const mount = async (options: string): Promise<string> => {
  const path = join(folder, "disk");
  await disk.mkdir(path);
  return spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]).status === 0 ? path : "";
};
const unmount = (path: string): void => void spawnSync("umount", [path]);
const remount = (path: string, options: string): void =>
  void spawnSync("mount", ["-o", `remount,${options}`, "tmpfs", path]);

const probe = await disk.mkdtemp(join(tmpdir(), "spark-mount-"));
const canMount = spawnSync("mount", ["-t", "tmpfs", "tmpfs", probe]).status === 0;
unmount(probe);
await disk.rmdir(probe);

describe.runIf(canMount)("a read-only disk", () => {
  it("is named as such for files, folders and removals, and can be read", async () => {
    const path = await mount("size=64k");
    try {
      await disk.writeFile(join(path, "old.csv"), "old");
      remount(path, "ro");
      const why = "the disk is read-only. Choose a place on another disk.";
      const old = join(path, "old.csv");
      const inner = join(path, "a", "b");
      expect(await refusal(writeAtomic(join(path, "new.csv"), "x"))).toBe(
        `${join(path, "new.csv")} cannot be written: ${why}`,
      );
      expect(await refusal(writeAtomic(old, "x"))).toBe(`${old} cannot be written: ${why}`);
      expect(await refusal(makeFolder(inner))).toBe(`${inner} cannot be created: ${why}`);
      const results = makeResultsFolder(inner, { force: true, permit: "", shown: "results" });
      expect(await refusal(results)).toBe(`results cannot be created: ${why}`);
      expect(await refusal(removeFile(old))).toBe(`${old} cannot be removed: ${why}`);
      expect(await readFileStrict(old)).toEqual(new TextEncoder().encode("old"));
      await makeFolder(path);
      await removeFile(join(path, "absent"));
    } finally {
      unmount(path);
    }
  });
});

describe.runIf(canMount)("a full disk", () => {
  it("is named as such, and keeps the old file", async () => {
    const path = await mount("size=64k");
    try {
      const file = join(path, "a.csv");
      await writeAtomic(file, "old");
      const why = "no space is left on the disk. Free some or choose another place.";
      expect(await refusal(writeAtomic(file, new Uint8Array(200_000)))).toBe(`${file} cannot be written: ${why}`);
      expect(await disk.readFile(file, "utf8")).toBe("old");
      expect(await disk.readdir(path)).toEqual(["a.csv"]);
    } finally {
      unmount(path);
    }
  });
});

// Root may do everything, so the test gives up its rights for a while.
describe.runIf(process.geteuid?.() === 0)("another user's file or folder", () => {
  it("is not reported as missing", async () => {
    const own = join(folder, "own");
    await disk.mkdir(own, { mode: 0o700 });
    await disk.writeFile(join(own, "a.csv"), "x");
    const listed = join(folder, "unlisted");
    await disk.mkdir(listed);
    await disk.writeFile(join(folder, "secret.csv"), "x", { mode: 0o600 });
    await disk.chmod(listed, 0o711);
    await disk.chmod(folder, 0o755);
    process.seteuid!(65534);
    try {
      const read = (...parts: string[]) => refusal(readFileStrict(join(folder, ...parts)));
      const permission = "there is no permission. Change its permissions.";
      expect(await read("secret.csv")).toBe(`${join(folder, "secret.csv")} cannot be read: ${permission}`);
      expect(await read("own", "a.csv")).toBe(`${join(own, "a.csv")} cannot be read: ${permission}`);
      expect(await read("own", "absent")).toBe(`${join(own, "absent")} cannot be read: ${permission}`);
      // The folder exists, but its files cannot be listed.
      expect(await read("unlisted", "absent")).toBe(
        `${join(listed, "absent")} cannot be read: it does not exist. Correct the path.`,
      );
      const elsewhere = "there is no permission. Change the permissions or choose another place.";
      expect(await refusal(writeAtomic(join(folder, "new"), "x"))).toContain(`cannot be written: ${elsewhere}`);
      expect(await refusal(makeFolder(join(folder, "a", "b")))).toContain(`cannot be created: ${elsewhere}`);
      expect(await refusal(removeFile(join(folder, "secret.csv")))).toContain(`cannot be removed: ${elsewhere}`);
    } finally {
      process.seteuid!(0);
    }
  });
});
