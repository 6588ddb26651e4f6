import { describe, expect, test } from "vitest";
import { field, positive } from "../config/field.ts";
import { normal, uniform } from "../config/initializer.ts";
import { gt, mul, quantity, relax, select } from "../expr/verbs.ts";
import { soma } from "../model/soma.ts";
import { LeakySoma, StrictRefractoryLeakySoma } from "../somas/leaky.ts";
import { frequencyCurve } from "./frequency.ts";
import { absoluteRefractory } from "./refractory.ts";

/** Steps of one interval of LeakySoma with its defaults: tau·ln((RI − reset')/(RI − θ)), rounded up. */
const intervalSteps = (current: number, dt: number): number =>
  Math.ceil((20 * Math.log((0.1 * current - 10) / (0.1 * current - 20))) / dt);

describe("frequencyCurve", () => {
  test("gives the rates of the interval formula", async () => {
    const currents = [210, 250, 300, 350, 500, 900];
    const dt = 0.1;
    const { rates } = await frequencyCurve(LeakySoma, { currents, duration: 20_000, settle: 200, dt, dtype: "f64" });
    currents.forEach((current, k) => {
      const spikes = 20_000 / (intervalSteps(current, dt) * dt);
      expect(Math.abs(rates[k]! * 20 - spikes), `at ${current} pA`).toBeLessThanOrEqual(1);
    });
  });

  test("adds the refractory period to each interval", async () => {
    const component = StrictRefractoryLeakySoma({ cooldown: absoluteRefractory(5, 0.1), dt: 0.1, dtype: "f64" });
    const { rates } = await frequencyCurve(component, { currents: [300], duration: 18_800, settle: 100 });
    // 138.6 ms·0.1 to the threshold after 5 ms at the reset; one of these steps is the step of the spike.
    expect(Math.abs(rates[0]! * 18.8 - 18_800 / (4.9 + intervalSteps(300, 0.1) * 0.1))).toBeLessThanOrEqual(1);
  });

  test("gives the latency of the first spike from rest, also within the settling time, and Infinity without a spike", async () => {
    const currents = [300, 150, 400];
    const { latencies, rates } = await frequencyCurve(LeakySoma, { currents, duration: 50, settle: 100, dt: 0.1 });
    const fromRest = (current: number): number =>
      Math.ceil(200 * Math.log((0.1 * current) / (0.1 * current - 20))) / 10;
    expect([...latencies]).toEqual([fromRest(300), Number.POSITIVE_INFINITY, fromRest(400)]);
    expect(rates[1]).toBe(0);
  });

  test("keeps the order of the currents and takes a typed array", async () => {
    const up = await frequencyCurve(LeakySoma, { currents: [100, 300, 600], duration: 1000 });
    const down = await frequencyCurve(LeakySoma(), { currents: Float32Array.of(600, 300, 100), duration: 1000 });
    expect([...down.rates].reverse()).toEqual([...up.rates]);
    expect([...down.currents]).toEqual([600, 300, 100]);
    expect(up.rates[0]).toBe(0);
    expect(up.rates[2]).toBeGreaterThan(up.rates[1]!);
  });

  test("takes the config of the component", async () => {
    const lower = await frequencyCurve(LeakySoma({ threshold: -45 }), { currents: [180], duration: 1000 });
    const higher = await frequencyCurve(LeakySoma(), { currents: [180], duration: 1000 });
    expect(lower.rates[0]).toBeGreaterThan(0);
    expect(higher.rates[0]).toBe(0);
  });

  test("takes a custom soma", async () => {
    const Plain = soma(
      "PlainSoma",
      { tau: field(10, "ms", "Time constant.", positive), gain: field(1, "GΩ", "Potential for a current.") },
      {
        about: "Spikes above 10 mV and resets to zero.",
        step(x) {
          const v = relax(x.potential, mul(x.gain, x.current), x.tau);
          const spikes = gt(v, quantity(10, "mV"));
          return { spikes, potential: select(spikes, 0, v) };
        },
      },
    );
    const { rates } = await frequencyCurve(Plain({ tau: 20 }), { currents: [9, 20], duration: 14_000, dtype: "f64" });
    // 20·ln 2 = 13.86 ms, which is 14 steps of 1 ms.
    expect([...rates]).toEqual([0, 1000 / 14]);
  });

  test("measures each unit of a population as if it were alone", async () => {
    const resistance = [0.1, 0.2, 0.3];
    const options = { currents: [90, 250, 400], duration: 500, settle: 50, dt: 0.5 };
    const all = await frequencyCurve(LeakySoma({ units: [3], resistance }), options);
    expect(all.units).toBe(3);
    for (const [unit, own] of resistance.entries()) {
      const alone = await frequencyCurve(LeakySoma({ resistance: own }), options);
      const of = (values: Float64Array) => options.currents.map((_, k) => values[k * 3 + unit]);
      expect(of(all.rates)).toEqual([...alone.rates]);
      expect(of(all.latencies)).toEqual([...alone.latencies]);
    }
  });

  test("measures drawn populations, with progress, and stops", async () => {
    const drawn = LeakySoma({
      units: [2, 5],
      threshold: normal({ mean: -45, std: 3 }),
      potentialTau: uniform({ min: 9, max: 20 }),
    });
    const seen: number[] = [];
    const options = {
      currents: [300, 200],
      duration: 300,
      progress: ({ fraction }: { fraction: number }) => seen.push(fraction),
    };
    const { units, rates } = await frequencyCurve(drawn, options);
    expect([units, rates.length, new Set(rates).size > 4]).toEqual([10, 20, true]);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    const signal = AbortSignal.abort();
    await expect(frequencyCurve(drawn, { ...options, signal })).rejects.toThrow(
      "frequencyCurve was aborted at 300 pA.",
    );
  });

  test("takes a constant initializer and one unit", async () => {
    const component = LeakySoma({ units: [1], resistance: { constant: 0.2 } });
    const { rates } = await frequencyCurve(component, { currents: [101, 99], duration: 1000 });
    expect(rates[0]).toBeGreaterThan(0);
    expect(rates[1]).toBe(0);
  });

  test.each([
    [
      { currents: [] },
      "frequencyCurve.currents must contain at least one current; received an empty array. Give at least one.",
    ],
    [
      { currents: [1, Number.NaN] },
      "frequencyCurve.currents[1] must be a finite number; received NaN pA. Give a current.",
    ],
    [{ currents: 200 }, "frequencyCurve.currents must be an array of currents in pA; received 200. Give at least one."],
    [{ duration: 0 }, "frequencyCurve.duration must be greater than 0 ms; received 0 ms."],
    [{ settle: -1 }, "frequencyCurve.settle must be greater than 0 ms; received -1 ms."],
    [{ settle: 0.5 }, "frequencyCurve.settle must be a whole number of steps of 1 ms; received 0.5 ms."],
    [{ curents: [1] }, "frequencyCurve.curents is unknown."],
  ])("refuses %o", async (wrong, message) => {
    const options = { currents: [200], duration: 10, ...wrong } as never;
    await expect(frequencyCurve(LeakySoma, options)).rejects.toThrow(message);
  });

  test("reports that it was aborted", async () => {
    const controller = new AbortController();
    controller.abort();
    const options = { currents: [200], duration: 10, signal: controller.signal };
    await expect(frequencyCurve(LeakySoma, options)).rejects.toThrow("frequencyCurve was aborted at 0 ms.");
  });
});
