import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { nativeAvailable } from "../src/entries/node.ts";

const address = (name: string): string =>
  JSON.stringify(fileURLToPath(new URL(`../src/entries/${name}`, import.meta.url)));

/** Runs a program in a process of its own, which counts its threads, what keeps it alive, and its temporary files. */
const inProcess = (options: object, text: string): unknown => {
  const code = `
    import { mkdtempSync, readdirSync, rmSync } from "node:fs";
    import { join } from "node:path";
    import { tmpdir } from "node:os";
    import { setTimeout as wait } from "node:timers/promises";
    const folder = mkdtempSync(join(tmpdir(), "spark-snn-left-"));
    process.env.TMPDIR = folder;
    await import(${address("node.ts")});
    const { brain, compile, ExponentialSynapse, fixedInDegree, LeakySoma } = await import(${address("index.ts")});
    const loop = brain({
      populations: { cells: LeakySoma({ units: [20_000] }) },
      projections: {
        loop: {
          from: "cells", to: "cells", connect: fixedInDegree({ inDegree: 2 }), weight: 1, delay: 1.5,
          synapse: ExponentialSynapse({ tau: 5 }),
        },
      },
    });
    const open = () => compile(loop, { dt: 0.1, ...${JSON.stringify(options)} });
    const inputs = { cells: { current: 300 } };
    const long = { duration: 1e7, inputs };
    const count = () => process.platform === "linux" ? readdirSync("/proc/self/task").length : 0;
    const others = () => process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap" && name !== "TTYWrap");
    /** Threads more than before, what would keep the process alive, and files; ended threads take a moment to go. */
    const left = async (before) => {
      for (let k = 0; k < 250 && (count() > before || others().length > 0); k++) await wait(20);
      return [count() - before, others(), readdirSync(folder).filter((name) => name.startsWith("spark"))];
    };
    // Node starts threads of its own for what is loaded first: they are there before anything is counted.
    const first = await open();
    await first.run({ duration: 10, inputs });
    first.dispose();
    for (let last = -1; last !== count() || others().length > 0; ) {
      last = count();
      await wait(200);
    }
    ${text}
    rmSync(folder, { recursive: true });`;
  const child = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
    encoding: "utf8",
    timeout: 100_000,
  });
  expect([child.stderr, child.status]).toEqual(["", 0]);
  return JSON.parse(child.stdout);
};

const kinds: [string, object][] = [
  ["wasm", { threads: 2 }],
  ["wasm, the calling thread free", { threads: 2, worker: true }],
  ...(nativeAvailable().available ? [["native", { backend: "native", threads: 2 }] as [string, object]] : []),
];

describe.each(kinds)("threads of a network in %s", (_, options) => {
  test("are gone when it is disposed under load", () => {
    const answer = inProcess(
      options,
      `const before = count();
      const simulation = await open();
      const failed = simulation.run(long).catch((error) => error.message);
      await wait(300);
      const busy = count() - before;
      simulation.dispose();
      console.log(JSON.stringify([busy >= 1 || process.platform !== "linux", await failed, await left(before)]));`,
    );
    expect(answer).toEqual([true, expect.stringMatching(/was disposed while it ran\. /), [0, [], []]]);
  }, 70_000);

  test("are gone when it is aborted under load and disposed, and serve the next run until then", () => {
    const answer = inProcess(
      options,
      `const before = count();
      const simulation = await open();
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 200);
      const { complete, stoppedBy } = await simulation.run({ ...long, signal: stop.signal });
      const again = await simulation.run({ duration: 10, inputs });
      simulation.dispose();
      console.log(JSON.stringify([complete, stoppedBy, again.complete, await left(before)]));`,
    );
    expect(answer).toEqual([false, "abort", true, [0, [], []]]);
  }, 70_000);

  test("let a process end that forgot to dispose of it", () => {
    const answer = inProcess(
      options,
      `const simulation = await open();
      globalThis.kept = simulation;
      const { complete } = await simulation.run({ duration: 100, inputs });
      console.log(JSON.stringify([complete, (await left(count()))[1]]));`,
    );
    expect(answer).toEqual([true, []]);
  }, 70_000);
});
