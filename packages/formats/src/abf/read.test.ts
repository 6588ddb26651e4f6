import { describe, expect, test } from "vitest";
import type { Channel } from "../recordings/recording.ts";
import { abf1, abf2, twoChannels, type WrittenEpoch } from "./abf.test-support.ts";
import { shapes } from "./header.ts";
import { looksLikeAbf, readAbf } from "./read.ts";

describe.each([
  ["1.83", abf1(twoChannels)],
  ["2.6.0.0", abf2(twoChannels)],
])("a file of version %s", (version, bytes) => {
  const { format, channels, notes } = readAbf(bytes, "cell.abf");
  const [potential, current, command] = channels;

  test("has its channels with names, units and sweeps", () => {
    expect([format, notes]).toEqual([`ABF ${version}`, []]);
    expect(channels.slice(0, 3).map(({ name, unit, kind, sweeps }) => [name, unit, kind, sweeps.length])).toEqual([
      ["IN 0", "mV", "recorded", 3],
      ["I_mem", "nA", "recorded", 3],
      ["Cmd 0", "pA", "command", 3],
    ]);
    expect(potential!.sweeps[1]).toMatchObject({ count: 640, start: 0, interval: 0.05 });
  });

  test("gives the values of each channel and sweep in its unit", () => {
    const expected = (channel: number, sweep: number, gain: number) =>
      twoChannels.raw[sweep]!.map((row) => row[channel]! * gain);
    for (const sweep of [0, 1, 2]) {
      const worst = (one: Channel | undefined, values: readonly number[]) =>
        Math.max(...one!.sweeps[sweep]!.values().map((value, k) => Math.abs(value - values[k]!)));
      expect(worst(potential, expected(0, sweep, 0.01))).toBeLessThan(1e-4);
      expect(worst(current, expected(1, sweep, 0.001))).toBeLessThan(1e-6);
    }
  });

  test("gives the command: holding, the epochs of the sweep, and holding", () => {
    for (const sweep of [0, 2]) {
      const values = command!.sweeps[sweep]!.values();
      const level = 10 * (sweep + 1);
      expect([values[9], values[10], values[109], values[110], values[309]]).toEqual([-5, 0, 0, level, level]);
      expect(values[310]).toBe(level);
      expect(values[334]!).toBeCloseTo(level * (1 - 24 / 49));
      expect([values[359], values[360], values[639]]).toEqual([0, -5, -5]);
    }
  });
});

test("samples can be floats", () => {
  const file = { ...twoChannels, isFloat: true, raw: [[[1.5, 2.5] as const]] };
  for (const bytes of [abf1(file), abf2(file)]) {
    expect(
      readAbf(bytes)
        .channels.slice(0, 2)
        .map(({ sweeps }) => sweeps[0]!.values()[0]),
    ).toEqual([1.5, 2.5]);
  }
});

describe("commands", () => {
  const commandWith = (epochs: readonly WrittenEpoch[], more: object = {}) => {
    const file = { ...twoChannels, command: { ...twoChannels.command!, epochs, ...more } };
    return readAbf(abf2(file), "cell.abf").channels.find(({ kind }) => kind === "command")!;
  };
  const train = { level: 10, duration: 100, period: 20, width: 10 };

  test("have trains of pulses, triangles, cosines and biphasic pulses", () => {
    const at = (shape: number, ...samples: number[]) => {
      const values = commandWith([{ shape, ...train }], { holding: 0 }).sweeps[0]!.values();
      return samples.map((k) => Number(values[10 + k]!.toFixed(3)));
    };
    expect(at(shapes.pulses, 0, 9, 10, 20, 30)).toEqual([10, 10, 0, 10, 0]);
    expect(at(shapes.triangles, 0, 9, 10, 19, 20)).toEqual([0, 10, 10, 0, 0]);
    expect(at(shapes.biphasic, 0, 4, 5, 9, 10)).toEqual([10, 10, -10, -10, 0]);
    expect(at(shapes.cosine, 0, 99)).toEqual([0, 0]);
    expect(Math.max(...at(shapes.cosine, ...Array.from({ length: 100 }, (_, k) => k)))).toBeCloseTo(10, 1);
  });

  test("can keep the last level until the next sweep", () => {
    const epochs = [{ shape: 1, level: 10, levelStep: 5, duration: 100 }];
    const [first, second] = commandWith(epochs, { keepsLevel: true }).sweeps;
    expect([first!.values()[0], first!.values()[639]]).toEqual([-5, 10]);
    expect([second!.values()[0], second!.values()[639]]).toEqual([10, 15]);
  });

  test("from another file, of an unknown shape and with negative durations are refused", () => {
    const values = (epochs: readonly WrittenEpoch[], more?: object) => () =>
      commandWith(epochs, more).sweeps[1]!.values();
    expect(values([], { source: 2 })).toThrow("its levels come from another file (C:\\stimulus.atf)");
    expect(values([{ shape: 9, level: 1, duration: 5 }])).toThrow("epoch 0 has the unknown shape 9");
    expect(values([{ shape: 1, level: 1, duration: 5, durationStep: -9 }])).toThrow(
      "epoch 0 has -4 samples in sweep 1",
    );
  });
});

describe("damaged files", () => {
  const whole = { abf1: abf1(twoChannels), abf2: abf2(twoChannels) };

  test("other bytes are no Axon file", () => {
    expect(looksLikeAbf(new TextEncoder().encode("PNG"))).toBe(false);
    expect(() => readAbf(new TextEncoder().encode("GIF89a"), "a.gif")).toThrow(
      'must begin with "ABF " or "ABF2"; received "GIF8"',
    );
  });

  test.each(Object.entries(whole))("every truncated %s is refused with the place", (_, bytes) => {
    for (let size = 4; size < bytes.length - 512; size += 97) {
      expect(() => readAbf(bytes.subarray(0, size), "cell.abf"), `${size}`).toThrow(/^cell\.abf .*\. |It is damaged/);
    }
  });

  test.each(Object.entries(whole))(
    "a %s with wrong bytes is read or refused in words, in bounded time and memory",
    (_, bytes) => {
      let seed = 7;
      const random = () => {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        return seed / 2 ** 32;
      };
      for (let round = 0; round < 400; round++) {
        const changed = bytes.slice();
        for (let k = 0; k < 4; k++) changed[Math.floor(random() * 1200)] = Math.floor(random() * 256);
        try {
          const { channels } = readAbf(changed, "cell.abf");
          for (const { sweeps } of channels.slice(0, 3)) for (const sweep of sweeps.slice(0, 3)) sweep.values();
        } catch (error) {
          expect((error as Error).name).toBe("FileError");
          expect((error as Error).message).toMatch(/\.$/);
        }
      }
    },
  );

  test("huge numbers of samples, sweeps and entries are refused before memory is allocated", () => {
    const set = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
      const changed = bytes.slice();
      new DataView(changed.buffer).setInt32(at, value, true);
      return changed;
    };
    expect(() => readAbf(set(whole.abf1, 10, 2 ** 31 - 1), "a.abf")).toThrow("a.abf ends at byte");
    expect(() => readAbf(set(whole.abf1, 16, 2 ** 31 - 1), "a.abf")).toThrow("has 2147483647 sweeps, but 3840 samples");
    expect(() => readAbf(set(whole.abf2, 244, 2 ** 31 - 1), "a.abf")).toThrow("a.abf ends at byte");
    expect(() => readAbf(set(whole.abf2, 324, 2 ** 30), "a.abf")).toThrow("the section of sweeps");
    expect(() => readAbf(set(whole.abf2, 100, 5000), "a.abf")).toThrow(
      "the section of channels needs bytes 1024 to 641024",
    );
  });
});
