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
