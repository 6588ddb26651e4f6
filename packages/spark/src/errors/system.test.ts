import { getSystemErrorMap } from "node:util";
import { expect, test } from "vitest";
import { systemCode, systemReason } from "./system.ts";

const systemError = (code: string, said: string): Error =>
  Object.assign(new Error(`${code}: ${said}, open 'a.csv'`), { code, errno: -1, syscall: "open" });

test.each([
  ["EROFS", "the disk is read-only. Choose a place on another disk."],
  ["ENOSPC", "no space is left on the disk. Free some or choose another place."],
  ["EACCES", "there is no permission. Change the permissions or choose another place."],
  ["EMFILE", "this program has too many open files. Close some, or raise the limit of the system."],
  ["ENAMETOOLONG", "its name or path is too long. Shorten it."],
  ["ELOOP", "symbolic links form a loop. Correct the links."],
  ["EBUSY", "another program uses it. Close that program and try again."],
])("%s while writing is explained in plain English", (code, text) => {
  expect(systemReason(systemError(code, "raw text"), "written")).toBe(text);
});

test("what helps to write a file is not said of a file that is read", () => {
  expect(systemReason(systemError("EACCES", "permission denied"), "read")).toBe(
    "there is no permission. Change its permissions.",
  );
  expect(systemReason(systemError("EIO", "i/o error"), "read")).toBe("the disk failed. Check the disk.");
});

test("no error of files of the system is shown as its raw text, and each sentence ends with a remedy", () => {
  for (const [, [code, said]] of getSystemErrorMap()) {
    for (const action of ["read", "written"] as const) {
      const text = systemReason(systemError(code, said), action);
      expect(text, code).toMatch(/^[a-z][^.]*\. [A-Z].*\.$/);
      expect(text, code).not.toContain("open 'a.csv'");
      expect(text, code).not.toMatch(new RegExp(`^${code}`));
    }
  }
});

test("an unknown code keeps the words of the system", () => {
  expect(systemReason(systemError("EODD", "the disk sings"), "written")).toBe(
    'the system reports "the disk sings" (EODD). Check the path and the disk.',
  );
});

test("other errors keep their message", () => {
  expect(systemReason(new Error("fetch failed."), "read")).toBe("fetch failed. Check the path.");
  expect(systemReason("nothing", "read")).toBe("nothing. Check the path.");
  expect(systemCode(new Error("fetch failed"))).toBeUndefined();
});
