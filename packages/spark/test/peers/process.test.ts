import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { type Command, lastLines, PeerProcess, runProgram } from "../../bench/peers/process.ts";

const node = (script: string, ...args: string[]): Command => ({
  program: process.execPath,
  args: ["--input-type=module", "-e", script, ...args],
  folder: tmpdir(),
});

/** Answers each line by what `body` makes of `line`. */
const answering = (body: string): Command =>
  node(`import { createInterface } from "node:readline";
    for await (const line of createInterface({ input: process.stdin })) { ${body} }`);

const dead = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};
const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe("PeerProcess", () => {
  it("answers line by line, and hands arguments over as they are", async () => {
    const peer = new PeerProcess(answering('console.log(JSON.stringify({ event: "unavailable", sentence: line }))'));
    const line = `$(touch x); "quoted" 'and' && more`;
    expect(await peer.ask(line, 20)).toEqual({ event: "unavailable", sentence: line });
    expect(await peer.ask("again", 20)).toEqual({ event: "unavailable", sentence: "again" });
    peer.stop();
  });

  it("reports a peer that dies, with its last words", async () => {
    const peer = new PeerProcess(answering('console.error("first\\nout of ideas"); process.exit(3)'));
    await expect(peer.ask("run", 20)).rejects.toThrow("it ended with status 3: first out of ideas");
    await expect(peer.ask("run", 20)).rejects.toThrow("it ended with status 3");
  });

  it("reports one that is killed", async () => {
    const peer = new PeerProcess(answering('process.kill(process.pid, "SIGSEGV")'));
    await expect(peer.ask("run", 20)).rejects.toThrow("it ended with SIGSEGV");
  });

  it("reports one that babbles, and one that is not there", async () => {
    await expect(new PeerProcess(answering('console.log("hello")')).ask("run", 20)).rejects.toThrow("not JSON: hello");
    const absent = new PeerProcess({ program: "/no/such/program", args: [], folder: tmpdir() });
    await expect(absent.ask("run", 20)).rejects.toThrow("ENOENT");
  });

  it("ends one that does not answer, what it started and its temporary files", async () => {
    const child = 'spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"])';
    const peer = new PeerProcess(
      node(`import { spawn } from "node:child_process"; import { tmpdir } from "node:os";
        import { createInterface } from "node:readline";
        const { pid } = ${child};
        const sentence = JSON.stringify([process.pid, pid, tmpdir()]);
        for await (const line of createInterface({ input: process.stdin })) {
          if (line === "who") console.log(JSON.stringify({ event: "unavailable", sentence }));
        }`),
    );
    const answer = await peer.ask("who", 20);
    if (answer.event !== "unavailable") throw new Error("the peer did not say who it is");
    const [own, started, scratch]: [number, number, string] = JSON.parse(answer.sentence);
    expect([dead(own), dead(started), existsSync(scratch)]).toEqual([false, false, true]);
    await expect(peer.ask("silence", 0.05)).rejects.toThrow("it gave no answer within 0.05 s");
    await until(() => dead(own) && dead(started));
    expect(existsSync(scratch)).toBe(false);
  });
});

describe("runProgram", () => {
  it("gives what was printed", async () => {
    expect(await runProgram(node("console.log(process.argv.at(-1))", "a b;c"), 20)).toBe("a b;c\n");
  });
  it("rejects with the last words of a failure, and after its time", async () => {
    await expect(runProgram(node('console.error("no space"); process.exit(2)'), 20)).rejects.toThrow(
      /ended with status 2: no space/,
    );
    await expect(runProgram(node("setInterval(() => {}, 1000)"), 0.2)).rejects.toThrow("took longer than 0.2 s");
  });
});

it("keeps the last lines that say something", () => {
  expect(lastLines("a\n\n b \nc\n\n", 2)).toBe("b c");
});
