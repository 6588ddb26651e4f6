import { describe, expect, test } from "vitest";
import { looksLikeNest, readNest } from "./read.ts";

const file = (text: string, name = "spikes.dat") => ({ name, bytes: new TextEncoder().encode(text) });
const head = "# NEST version: 3.10.0\n# RecordingBackendASCII version: 2\n";

describe("spikes", () => {
  test("of several threads are joined in the order of their times", () => {
    const { format, spikes, channels } = readNest([
      file(`${head}sender\ttime_ms\n2\t27.800\n4\t27.800\n6\t27.726\n`),
      file(`${head}sender\ttime_ms\n1\t57.6\n`),
      file(`${head}sender\ttime_ms\n`),
    ]);
    expect([format, channels]).toEqual(["NEST 3.10.0", []]);
    expect([[...spikes!.times], [...spikes!.senders]]).toEqual([
      [27.726, 27.8, 27.8, 57.6],
      [6, 2, 4, 1],
    ]);
  });

  test("in steps need the resolution; an offset lies before the end of the step", () => {
    const steps = file(`${head}sender\ttime_step\ttime_offset\n2\t278\t0.000\n6\t278\t0.074\n`);
    expect(() => readNest([steps])).toThrow('spikes.dat gives times in steps, and not their length. Add "resolution"');
    const { spikes } = readNest([steps], { resolution: 0.1 });
    expect([...spikes!.times]).toEqual([27.8 - 0.074, 27.8]);
  });

  test("of NEST 2 have no header, so their columns are named", () => {
    const old = file("3\t12.100\t\n4\t12.300\t\n");
    expect(() => readNest([old])).toThrow('spikes.dat has no header, and 2 columns. Add "columns"');
    const { spikes } = readNest([old], { columns: ["sender", "time_ms"] });
    expect([...spikes!.times, ...spikes!.senders]).toEqual([12.1, 12.3, 3, 4]);
    expect([...readNest([file("7 1.5\n")], { columns: ["sender", "time_ms"] }).spikes!.senders]).toEqual([7]);
  });
});

test("a multimeter has a channel for each variable and neuron, with the units of NEST", () => {
  const { channels, spikes } = readNest([
    file(
      `${head}sender\ttime_ms\tV_m\tg_ex\tother\n2\t1.0\t-68.5\t1\t9\n4\t1.0\t-70\t2\t8\n2\t2.0\t-67.1\t3\t7\n4\t2\t-69\t4\t6\n`,
    ),
  ]);
  expect(spikes).toBeUndefined();
  expect(channels.map(({ name, unit }) => [name, unit])).toEqual([
    ["V_m of 2", "mV"],
    ["g_ex of 2", "nS"],
    ["other of 2", ""],
    ["V_m of 4", "mV"],
    ["g_ex of 4", "nS"],
    ["other of 4", ""],
  ]);
  const [sweep] = channels[3]!.sweeps;
  expect([[...sweep!.values()], [...sweep!.times!()]]).toEqual([
    [-70, -69],
    [1, 2],
  ]);
});

test.each([
  ["sender\ttime_ms\n1\t2\n1\tx\n", 'spikes.dat line 3 column "time_ms"'],
  ["sender\ttime_ms\n1.5\t2\n", "has the sender 1.5, which is no whole number"],
  ["sender\tV_m\n1\t2\n", 'has no column "time_ms" or "time_step"; received sender, V_m'],
  ["time_ms\tV_m\n1\t2\n", 'has no column "sender"'],
  ["sender\ttime_ms\ttime_ms\n1\t2\t2\n", "several columns of one name"],
  ["sender\ttime_ms\tV_m\n1\t2\t-70\n1\t2\t-70\n", "has two samples of sender 1 at 2 ms"],
  ["sender\ttime_ms\n1\t2\n1\n", "spikes.dat line 3"],
])("%j is refused with its place", (text, message) => {
  expect(() => readNest([file(text)])).toThrow(message);
});

test("files of other recorders and wrong numbers of names are refused", () => {
  const spikes = file("sender\ttime_ms\n1\t2\n");
  const potential = file("sender\ttime_ms\tV_m\n1\t2\t-70\n", "v.dat");
  expect(() => readNest([spikes, potential])).toThrow(
    "v.dat has the columns sender, time_ms, V_m; spikes.dat has sender, time_ms",
  );
  expect(() => readNest([file("1\t2\n")], { columns: ["sender", "time_ms", "V_m"] })).toThrow(
    "received 3 names in columns",
  );
});

test("files with a header are recognised, other text is not", () => {
  const looks = (text: string) => looksLikeNest(new TextEncoder().encode(text));
  expect([head, "sender\ttime_ms\n", "# a comment\nsender\ttime_ms\n", "a,b\n1,2\n", ""].map(looks)).toEqual([
    ...[true, true, true],
    ...[false, false],
  ]);
});
