import { afterEach, expect, test } from "vitest";
import { type Client, connect } from "../core/client.ts";
import type { Channel, FrameMessage } from "../core/protocol.ts";
import { serve } from "./engine.ts";

let ports: MessageChannel | undefined;
afterEach(() => ports?.port1.close());

const opened = (): { client: Client; frames: FrameMessage[] } => {
  ports = new MessageChannel();
  serve(ports.port2 as unknown as Channel);
  const frames: FrameMessage[] = [];
  const client = connect(ports.port1 as unknown as Channel, {
    frame: (frame) => void frames.push(frame),
    progress: () => undefined,
    ended: () => undefined,
  });
  return { client, frames };
};

const soma = { model: { soma: "LeakySoma", units: [3] }, duration: 100, inputs: { current: 400 } };

test("describes the models of the library", async () => {
  const { client } = opened();
  const { somas, synapses, sources, plasticity } = await client.call("catalogue");
  expect(somas.find(({ name }) => name === "LeakySoma")?.fields[0]).toMatchObject({
    name: "potentialRest",
    unit: "mV",
  });
  expect([synapses.length, sources.length, plasticity.length].every((count) => count > 2)).toBe(true);
});

test("reports problems at their keys", async () => {
  const { client } = opened();
  const { problems } = await client.call("check", { ...soma, model: { ...soma.model, potentialTau: -1 } });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ keys: ["model", "potentialTau"], path: "model.potentialTau" });
});

test("opens, steps, records and goes back", async () => {
  const { client, frames } = opened();
  const built = await client.call("open", {
    document: soma,
    record: { outSpikes: true },
    pace: "fastest",
    paused: true,
    threads: 1,
    rewind: 2 ** 20,
  });
  expect(built).toMatchObject({ kind: "soma", step: 0, populations: [{ name: "", units: 3 }] });
  expect(await client.call("step", 100)).toMatchObject({ step: 100, playing: false });
  // Frames may arrive after the answer to a call.
  await expect.poll(() => frames.reduce((total, { steps }) => total + steps, 0)).toBe(100);
  const counts = frames.map(({ records }) => (records["outSpikes"] as { count: number }).count);
  expect(counts.reduce((total, count) => total + count, 0)).toBeGreaterThan(0);
  expect(await client.call("seek", 40)).toMatchObject({ step: 40 });
});

test("fails a call without a session", async () => {
  await expect(opened().client.call("step", 1)).rejects.toThrow("Run the experiment first");
});

test("a network that needs too much memory is refused with a remedy that a page has", async () => {
  const { client } = opened();
  const model = {
    populations: { a: { soma: "LeakySoma", units: [100_000] } },
    projections: {
      all: {
        from: "a",
        to: "a",
        connect: { fixedInDegree: { inDegree: 20_000 } },
        weight: { uniform: { min: 1, max: 2 } },
        delay: 1,
        synapse: { synapse: "ExponentialSynapse", tau: 5 },
      },
    },
  };
  const request = { record: {}, pace: "fastest", paused: true, threads: 1, rewind: 0 } as const;
  const document = { model, duration: 100, dt: 0.1 };
  await expect(client.call("open", { document, ...request })).rejects.toThrow(
    /must be at least 12\.01 GB for this network.* or run it outside of the page: save it, and use "spark-snn run"\./,
  );
  const large = { model: { soma: "LeakySoma", units: [2e9] }, duration: 100, dt: 0.1 };
  const { problems } = await client.call("check", large);
  expect(problems.map(({ path, message }) => [path, message])).toEqual([
    [
      "model.units",
      expect.stringMatching(/^requests 2000000000 units, which need up to 96\.00 GB.* or run it outside of the page/),
    ],
  ]);
  // The engine goes on.
  expect(await client.call("open", { document: soma, ...request })).toMatchObject({ step: 0 });
});
