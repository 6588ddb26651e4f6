import { describe, expect, test } from "vitest";
import { simulate } from "../run/simulate.ts";
import { AdaptiveExponentialSoma } from "./exponential.ts";
import { AccommodatingIzhikevichSoma, IzhikevichSoma } from "./izhikevich.ts";
import { accommodation, currentOf, izhikevichProtocols, naudCurrents } from "./patterns.test-support.ts";

describe("Izhikevich's presets spike where his program spikes", () => {
  for (const protocol of izhikevichProtocols) {
    const { preset, dt, duration, spikes } = protocol;
    test(preset, async () => {
      const run = await simulate(IzhikevichSoma({ preset }), {
        duration,
        dt,
        dtype: "f64",
        inputs: { current: { steps: Float64Array.from(currentOf(protocol)) } },
        record: { outSpikes: true },
      });
      expect([...run.outSpikes.steps]).toEqual(spikes);
    });
  }
});

test("a soma whose recovery does not decay spikes in a fast ramp only, where his program spikes", async () => {
  const { preset, duration, dt, spikes } = accommodation;
  const options = { duration, dt, dtype: "f64", record: { outSpikes: true } } as const;
  const inputs = { current: { steps: Float64Array.from(currentOf(accommodation)) } };
  const run = await simulate(AccommodatingIzhikevichSoma({ preset }), { ...options, inputs });
  expect([...run.outSpikes.steps]).toEqual(spikes);
  // With a recovery that decays, the slow ramp causes spikes too.
  const { parameters } = AccommodatingIzhikevichSoma.model.presets!["accommodation"]!;
  const other = await simulate(IzhikevichSoma(parameters), { ...options, inputs });
  expect(other.outSpikes.count).not.toBe(1);
});

test("every preset of Izhikevich's soma has a protocol", () => {
  expect(izhikevichProtocols.map(({ preset }) => preset)).toEqual(Object.keys(IzhikevichSoma.presets));
});

/** The intervals between the spikes of a pattern of Naud et al. 2008 in a second, after its first spike. */
const pattern = async (preset: keyof typeof naudCurrents) => {
  const run = await simulate(AdaptiveExponentialSoma({ preset }), {
    duration: 1000,
    dt: 0.02,
    dtype: "f64",
    inputs: { current: naudCurrents[preset] },
    record: { outSpikes: true },
  });
  const times = [...run.outSpikes.times()];
  return { first: times[0]!, intervals: times.slice(1).map((time, k) => time - times[k]!) };
};
const isGrowing = (values: readonly number[]): boolean => values.every((value, k) => k === 0 || value > values[k - 1]!);

describe("the adaptive exponential soma has the patterns of Naud et al. 2008", () => {
  test("tonic spiking has equal intervals", async () => {
    const { intervals } = await pattern("tonicSpiking");
    const late = intervals.slice(10);
    expect(Math.max(...late) - Math.min(...late)).toBeLessThan(0.1);
  });

  test("adaptation has intervals that grow several times", async () => {
    const { intervals } = await pattern("adaptation");
    expect(isGrowing(intervals.slice(0, 7))).toBe(true);
    expect(intervals.at(-1)! / intervals[0]!).toBeGreaterThan(5);
  });

  test("an initial burst is followed by regular spikes", async () => {
    const { first, intervals } = await pattern("initialBurst");
    expect(first).toBeLessThan(10);
    expect(Math.max(...intervals.slice(0, 2))).toBeLessThan(10);
    expect(Math.min(...intervals.slice(2))).toBeGreaterThan(50);
  });

  test("regular bursting alternates short and long intervals", async () => {
    const late = (await pattern("regularBursting")).intervals.slice(2);
    expect(late.filter((interval) => interval < 10).length).toBeGreaterThan(5);
    expect(late.every((interval, k) => k === 0 || interval < 10 !== late[k - 1]! < 10)).toBe(true);
  });

  test("delayed accelerating has intervals that shrink", async () => {
    const { first, intervals } = await pattern("delayedAccelerating");
    expect(first).toBeGreaterThan(30);
    expect(isGrowing(intervals.slice(0, 20).reverse())).toBe(true);
  });

  test("delayed regular bursting has bursts of four spikes", async () => {
    const { first, intervals } = await pattern("delayedRegularBursting");
    expect(first).toBeGreaterThan(50);
    const pauses = intervals.flatMap((interval, k) => (interval > 40 ? [k] : []));
    expect(pauses.length).toBeGreaterThan(10);
    expect(pauses.slice(1).every((place, k) => place - pauses[k]! === 4)).toBe(true);
  });

  test("transient spiking has one spike", async () => {
    expect((await pattern("transientSpiking")).intervals).toEqual([]);
  });

  test("irregular spiking has intervals of many lengths", async () => {
    const { intervals } = await pattern("irregularSpiking");
    const early = intervals.slice(0, 9);
    expect(Math.max(...early) / Math.min(...early)).toBeGreaterThan(4);
    expect(isGrowing(early)).toBe(false);
  });
});
