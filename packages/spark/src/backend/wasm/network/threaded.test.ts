import { expect, test } from "vitest";
import { networkOf } from "../../../../test/conformance/networks.test-support.ts";
import type { Machine } from "../../../program/machine.ts";
import type { NetworkProgram } from "../../../program/network.ts";
import { watchThreads } from "../thread.test-support.ts";
import { Team } from "../threads/team.ts";
import { ThreadedNetwork } from "./threaded.ts";

/** Two shards; every unit of the first ends at one of the second, a step later. */
const pairs = (units: number): NetworkProgram =>
  networkOf({
    precision: "f32",
    cuts: [units / 2],
    wide: true,
    populations: [{ units, receptors: 1 }],
    bundles: [
      {
        population: 0,
        weights: "source",
        synapses: Array.from({ length: units / 2 }, (_, source) => ({
          source,
          receptor: 0,
          unit: units / 2 + source,
          delay: 1,
          weight: 1,
        })),
      },
    ],
  });

/** The same with targets that lie beyond any memory. */
const beyond = (): NetworkProgram => {
  const network = pairs(256);
  const bundles = network.bundles.map((bundle) => ({
    ...bundle,
    fill: (parts: Parameters<typeof bundle.fill>[0]) => {
      bundle.fill(parts);
      for (const { targets } of parts) targets.fill(2 ** 29);
    },
  }));
  return { ...network, bundles };
};
const attach = (machine: Machine, rows: number): Machine => {
  const { populations } = machine.network;
  void machine.attach({ rows, populations: populations.map(({ program }) => ({ program, probes: [] })) });
  return machine;
};
const spike = [{ step: 0, sources: Uint32Array.of(3, 70) }];

test.each([true, false])(
  "a delivery that traps is an error of the run, and the threads serve on (calling one: %s)",
  async (joins) => {
    const team = new Team(2, joins, 2);
    for (let turn = 0; turn < 3; turn++) {
      const broken = attach(new ThreadedNetwork(beyond(), team, { leastWork: 0, free: !joins }), 8);
      broken.setSpikes(spike);
      await expect((async () => broken.advance(1, 4))()).rejects.toThrow(
        /^The threads of the simulation failed: RuntimeError: .*out of bounds.*\. Compile it again, or omit threads\.$/,
      );
      broken.dispose();
      const sound = attach(new ThreadedNetwork(pairs(256), team, { leastWork: 0, free: !joins }), 8);
      sound.setSpikes(spike);
      await sound.advance(1, 4);
      const { program } = sound.populations[0]!;
      const trace = program.buffers.findIndex(({ name }) => name.endsWith(".trace"));
      expect([128 + 3, 128 + 70, 128 + 4].map((unit) => sound.populations[0]!.view(trace)[unit]! > 0)).toEqual([
        true,
        true,
        false,
      ]);
      sound.dispose();
    }
    expect(team.broken).toBe(false);
    team.dispose();
  },
);

test("dispose ends a chunk that is under way, and refuses the next", async () => {
  const team = new Team(2, false, 2);
  const machine = attach(new ThreadedNetwork(pairs(6400), team, { leastWork: 0, free: true }), 2000);
  const chunk = (async () => machine.advance(0, 2000))();
  team.dispose();
  await expect(chunk).rejects.toThrow("Simulation was disposed while it ran. Wait for run() first.");
  await expect((async () => machine.advance(0, 1))()).rejects.toThrow("The threads of the simulation have ended.");
  machine.dispose();
});

test("a thread that is lost between two meetings ends the chunk with an error", async () => {
  const started = watchThreads();
  const { Team: Watched } = await import("../threads/team.ts");
  const { ThreadedNetwork: Network } = await import("./threaded.ts");
  const team = new Watched(2, false, 2);
  const machine = attach(new Network(pairs(64_000), team, { leastWork: 0, free: true }), 100);
  const lost = (async () => {
    for (let step = 0; ; step += 100) await machine.advance(step, 100);
  })();
  setTimeout(() => started[0]!.end(), 30);
  await expect(lost).rejects.toThrow("The threads of the simulation failed: the thread ended.");
  expect(team.broken).toBe(true);
  team.dispose();
});
