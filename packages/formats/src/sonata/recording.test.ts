import { FileError } from "spark-snn";
import { expect, test } from "vitest";
import { hdf5Bytes } from "../hdf5/write.ts";
import { openRecording } from "../open-recording.ts";

const spikesFile = (populations: readonly string[]): Promise<Uint8Array> =>
  hdf5Bytes((root) => {
    const spikes = root.group("spikes");
    for (const name of populations) {
      const group = spikes.group(name);
      group.dataset("timestamps", Float64Array.of(30, 10, 20.5), { type: "f64" }).attribute("units", "ms");
      group.dataset("node_ids", [7, 3, 3], { type: "u64" });
    }
  });

test("spikes are read in the order of their times", async () => {
  const { format, channels, spikes } = await openRecording([{ name: "spikes.h5", bytes: await spikesFile(["cells"]) }]);
  expect([format, channels]).toEqual(["SONATA", []]);
  expect([[...spikes!.times], [...spikes!.senders]]).toEqual([
    [10, 20.5, 30],
    [3, 3, 7],
  ]);
});

test("one of several populations must be named, and named right", async () => {
  const file = { name: "spikes.h5", bytes: await spikesFile(["cells", "noise"]) };
  await expect(openRecording([file])).rejects.toThrow(
    "spikes.h5 has several populations: cells, noise. Name one, with population or --population.",
  );
  await expect(openRecording([file], { population: "cell" })).rejects.toThrow(
    'spikes.h5 has no population "cell"; it has cells, noise. Correct the name.',
  );
  expect((await openRecording([file], { population: "noise" })).spikes!.times).toHaveLength(3);
});

test("columns of a report are channels", async () => {
  const bytes = await hdf5Bytes((root) => {
    const cells = root.group("report").group("cells");
    cells.dataset("data", Float32Array.of(-70, -65, -60, -71, -66, -61), { shape: [2, 3] }).attribute("units", "mV");
    const mapping = cells.group("mapping");
    mapping.dataset("node_ids", [4, 9], { type: "u64" });
    mapping.dataset("index_pointers", [0, 1, 3], { type: "u64" });
    mapping.dataset("time", Float64Array.of(0.5, 1.5, 0.5), { type: "f64" });
  });
  const { channels, spikes } = await openRecording([{ name: "report.h5", bytes }]);
  expect(spikes).toBeUndefined();
  expect(channels.map(({ name, unit }) => [name, unit])).toEqual([
    ["node-4", "mV"],
    ["node-9", "mV"],
    ["node-9-1", "mV"],
  ]);
  const [sweep] = channels[2]!.sweeps;
  expect([sweep!.start, sweep!.interval, [...sweep!.values()]]).toEqual([0.5, 0.5, [-60, -61]]);
});

test("a damaged file names the place", async () => {
  const bytes = await hdf5Bytes((root) => {
    const group = root.group("spikes").group("cells");
    group.dataset("timestamps", Float64Array.of(1, 2), { type: "f64" });
    group.dataset("node_ids", [1], { type: "u64" });
  });
  await expect(openRecording([{ name: "spikes.h5", bytes }])).rejects.toThrow(
    "spikes.h5: /spikes/cells has 2 times and 1 nodes",
  );
});

const reportFile = (shape: readonly [number, number], maxShape?: readonly (number | null)[]): Promise<Uint8Array> =>
  hdf5Bytes((root) => {
    const [rows, columns] = shape;
    const cells = root.group("report").group("cells");
    const options = { shape, ...(maxShape && { maxShape, chunks: [1, 1000] }) };
    cells.dataset("data", new Float32Array(rows * columns), options).attribute("units", "mV");
    const mapping = cells.group("mapping");
    mapping.dataset("node_ids", [4, 9], { type: "u64" });
    mapping.dataset("index_pointers", [0, 1, columns], { type: "u64" });
    mapping.dataset("time", Float64Array.of(0, rows, 1), { type: "f64" });
  });

test("the shape of a report does not decide how much memory is taken", async () => {
  const bytes = await reportFile([0, 300_000_000], [null, 300_000_000]);
  expect(bytes.length).toBeLessThan(20_000);
  await expect(openRecording([{ name: "report.h5", bytes }])).rejects.toThrow(
    "report.h5: /report/cells/data has the shape [0, 300000000], more than 268435456 values.",
  );
});

test("files that are cut or changed anywhere are read or refused in words", async () => {
  let seed = 5;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const files = { "spikes.h5": await spikesFile(["cells", "noise"]), "report.h5": await reportFile([3, 2]) };
  let refused = 0;
  for (const [name, sound] of Object.entries(files)) {
    for (let round = 0; round < 60; round++) {
      const bytes = sound.slice(0, round % 3 === 0 ? next(sound.length) : sound.length);
      for (let k = 0; k < 4 && bytes.length > 0; k++) bytes[next(bytes.length)] = next(256);
      try {
        await openRecording([{ name, bytes }], { population: "cells" });
      } catch (error) {
        refused++;
        expect(error, `${name}, round ${round}: ${(error as Error).stack}`).toBeInstanceOf(FileError);
      }
    }
  }
  expect(refused).toBeGreaterThan(40);
});
