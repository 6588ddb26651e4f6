import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { standAlone } from "../../../../test/conformance/both.test-support.ts";
import { compileComponent } from "../../../compile/compile.ts";
import type { Machine } from "../../../program/machine.ts";
import type { Program } from "../../../program/program.ts";
import { simulate } from "../../../run/simulate.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../../../somas/leaky.ts";
import { watchThreads } from "../thread.test-support.ts";
import { ThreadedMachine } from "./machine.ts";
import { Team } from "./team.ts";

const programOf = (units: number) => ({
  ...compileComponent(AdaptiveLeakySoma({ units: [units] }).build(), {
    precision: "f32",
    inputs: { current: [{ kind: "scalar" }] },
  }),
  block: 32,
});
/** A program that claims more units than its buffers hold reads beyond its memory. */
const brokenProgram = () => ({ ...programOf(500), units: 1e6, block: 5e5 });

const create = (program: Program, team: Team, rows = 16): Promise<Machine> =>
  standAlone((network) => new ThreadedMachine(network, team, { leastWork: 0 }), program, rows);

describe("threads", () => {
  for (const joins of [true, false]) {
    const where = joins ? "and the calling one" : "beside the calling one";
    it(`${where}: a call that traps is an error of the run, and the threads serve the next machine`, async () => {
      const team = new Team(3, joins, 2);
      for (let turn = 0; turn < 3; turn++) {
        const broken = await create(brokenProgram(), team);
        await expect((async () => broken.advance(0, 1))()).rejects.toThrow(
          /^The threads of the simulation failed: RuntimeError: .*out of bounds.*\. Compile it again, or omit threads\.$/,
        );
        const sound = await create(programOf(500), team);
        await sound.advance(0, 16);
      }
      expect(team.broken).toBe(false);
      team.dispose();
    });

    it(`${where}: dispose ends a round that is under way and refuses the next`, async () => {
      const team = new Team(3, joins, 2);
      const machine = await create(programOf(3200), team, 20_000);
      await machine.advance(0, 1);
      const round = (async () => machine.advance(0, 20_000))();
      team.dispose();
      team.dispose();
      // The calling thread may have ended its part, and all of it, before it could be disposed.
      if (joins) await round.catch(() => {});
      else await expect(round).rejects.toThrow("Simulation was disposed while it ran. Wait for run() first.");
      expect(() => machine.advance(1, 1)).toThrow("The threads of the simulation have ended. Compile it again.");
      const late = await create(programOf(500), team);
      await expect((async () => late.advance(0, 1))()).rejects.toThrow("The threads of the simulation have ended.");
    });

    it(`${where}: dispose while they start ends the first round`, async () => {
      const team = new Team(3, joins, 2);
      const machine = await create(programOf(3200), team);
      const round = (async () => machine.advance(0, 1))();
      team.dispose();
      await expect(round).rejects.toThrow("Simulation was disposed while it ran. Wait for run() first.");
    });
  }

  it("that are lost while they work end the round with an error", async () => {
    const started = watchThreads();
    const { Team: Watched } = await import("./team.ts");
    const { ThreadedMachine: Watching } = await import("./machine.ts");
    const team = new Watched(2, false, 2);
    const machine = await standAlone(
      (network) => new Watching(network, team, { leastWork: 0 }),
      programOf(320_000),
      4096,
    );
    await machine.advance(0, 1);
    const round = machine.advance(0, 4096);
    setTimeout(() => started[0]!.end(), 30);
    await expect(round).rejects.toThrow("The threads of the simulation failed: the thread ended.");
    expect(team.broken).toBe(true);
    expect(() => machine.advance(0, 1)).toThrow("The threads of the simulation failed: the thread ended.");
    team.dispose();
  });
});

describe("a simulation on threads", () => {
  const soma = LeakySoma({ units: [40_000] });
  const options = { duration: 60, dt: 0.1, inputs: { current: 300 }, record: { outSpikes: true } } as const;

  it("gives the spikes of one thread, also where its page or loop stays free", async () => {
    const alone = await simulate(soma, options);
    for (const more of [{ threads: 2 }, { threads: "all" }, { threads: 3, worker: true }] as const) {
      const run = await simulate(soma, { ...options, ...more });
      expect(run.warnings).toEqual([]);
      expect(run.outSpikes.steps).toEqual(alone.outSpikes.steps);
      expect(run.outSpikes.units).toEqual(alone.outSpikes.units);
    }
  });

  it("warns where memory cannot be shared, and runs on one", async () => {
    vi.stubGlobal("crossOriginIsolated", false);
    const run = await simulate(LeakySoma(), { duration: 5, threads: 4, inputs: { current: 300 } });
    vi.unstubAllGlobals();
    expect(run.complete).toBe(true);
    expect(run.warnings).toEqual([
      "threads: 4 uses one thread here. Threads share memory, which requires a cross-origin isolated page. Serve the page with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.",
    ]);
  });

  const index = fileURLToPath(new URL("../../../entries/index.ts", import.meta.url));
  /** Runs a program in a process of its own, which counts the threads of the system that it has. */
  const inProcess = (text: string): unknown => {
    const code = `
      import { readdirSync } from "node:fs";
      import { setTimeout as wait } from "node:timers/promises";
      const { compile, LeakySoma } = await import(${JSON.stringify(index)});
      const open = (options) => compile(LeakySoma({ units: [50_000] }), { dt: 0.1, threads: 4, ...options });
      const long = { duration: 1e7, inputs: { current: 300 } };
      const count = () => process.platform === "linux" ? readdirSync("/proc/self/task").length : 0;
      const others = () => process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap" && name !== "TTYWrap");
      /** Threads more than before, and what would keep the process alive; ended threads take a moment to go. */
      const left = async (before) => {
        for (let k = 0; k < 1000 && (count() > before || others().length > 0); k++) await wait(20);
        return [count() - before, others()];
      };
      // Node starts threads of its own for what is loaded first: they are there before anything is counted.
      const first = await open({});
      await first.run({ duration: 10, inputs: { current: 300 } });
      first.dispose();
      for (let last = -1; last !== count() || others().length > 0; ) {
        last = count();
        await wait(200);
      }
      ${text}`;
    const child = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
      encoding: "utf8",
      timeout: 100_000,
    });
    expect([child.stderr, child.status]).toEqual(["", 0]);
    return JSON.parse(child.stdout);
  };

  for (const worker of [false, true]) {
    const suffix = worker ? ", the calling thread free" : "";
    it(`leaves no thread when it is disposed under load${suffix}`, () => {
      const answer = inProcess(`
        const before = count();
        const simulation = await open({ worker: ${worker} });
        const failed = simulation.run(long).catch((error) => error.message);
        // A busy computer takes its time to start threads.
        for (let k = 0; k < 500 && process.platform === "linux" && count() - before < 3; k++) await wait(20);
        await wait(300);
        const busy = count() - before;
        simulation.dispose();
        console.log(JSON.stringify([busy >= 3 || process.platform !== "linux", await failed, await left(before)]));`);
      expect(answer).toEqual([true, expect.stringMatching(/^Simulation was disposed while it ran\. /), [0, []]]);
    });

    it(`leaves no thread when it is aborted under load and disposed${suffix}`, () => {
      const answer = inProcess(`
        const before = count();
        const simulation = await open({ worker: ${worker} });
        const stop = new AbortController();
        setTimeout(() => stop.abort(), 200);
        const { complete, stoppedBy } = await simulation.run({ ...long, signal: stop.signal });
        const again = await simulation.run({ duration: 10 });
        simulation.dispose();
        console.log(JSON.stringify([complete, stoppedBy, again.complete, await left(before)]));`);
      expect(answer).toEqual([false, "abort", true, [0, []]]);
    });

    it(`lets a process end that forgot to dispose of it${suffix}`, () => {
      expect(
        inProcess(`
          const simulation = await open({ worker: ${worker} });
          const { steps } = await simulation.run({ duration: 100 });
          console.log(JSON.stringify([steps, (await left(count()))[1]]));`),
      ).toEqual([1000, []]);
    });
  }
});
