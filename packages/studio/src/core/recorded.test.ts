import { describe, expect, test } from "vitest";
import { binsIn, combinedRates, rateBefore } from "./rates.ts";
import { addFrame, type Recorded, recordedOf } from "./recorded.ts";
import { spikeStore } from "./spikes.ts";
import { pointsOf, rowStore } from "./traces.ts";

const numbers = (count: number, of: (k: number) => number): number[] => Array.from({ length: count }, (_, k) => of(k));

describe("the store of spikes", () => {
  test("keeps all spikes until it is full, and then forgets whole steps from the oldest on", () => {
    const store = spikeStore(1000, 0);
    for (let step = 1; step <= 300; step++) store.append([step, step, step, step], [0, 1, 2, 3]);
    expect(store.count).toBeLessThanOrEqual(1000);
    expect(store.count).toBeGreaterThanOrEqual(700);
    expect(store.count % 4).toBe(0);
    const kept = Array.from(store.steps.subarray(0, store.count));
    expect(kept[0]).toBe(store.since + 1);
    expect(kept.at(-1)).toBe(300);
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
  });

  test("takes more spikes at once than it keeps", () => {
    const store = spikeStore(100, 0);
    store.append([1, 2], [0, 0]);
    store.append(
      numbers(500, (k) => k + 3),
      numbers(500, () => 1),
    );
    expect(store.steps[store.count - 1]).toBe(502);
    store.append([600], [2]);
    expect([store.steps[store.count - 1], store.units[store.count - 1]]).toEqual([600, 2]);
  });

  test("forgets the future", () => {
    const store = spikeStore(100, 0);
    store.append([1, 5, 5, 9], [0, 1, 2, 3]);
    store.cut(5);
    expect(store.count).toBe(3);
    store.append([6], [7]);
    expect(Array.from(store.units.subarray(0, store.count))).toEqual([0, 1, 2, 7]);
  });
});

describe("the store of rows", () => {
  test("keeps the newest rows", () => {
    const store = rowStore(2, 200);
    for (let step = 1; step <= 500; step++) store.append([step], [step, -step]);
    expect(store.count).toBeLessThanOrEqual(100);
    expect(store.count).toBeGreaterThanOrEqual(75);
    const last = store.count - 1;
    expect([store.steps[last], store.values[2 * last], store.values[2 * last + 1]]).toEqual([500, 500, -500]);
    expect(store.values[0]).toBe(store.steps[0]);
  });

  test("gives all points if they fit, and one more on each side of the window", () => {
    const store = rowStore(1, 1000);
    store.append(
      numbers(100, (k) => k + 1),
      numbers(100, (k) => k),
    );
    const { x, y } = pointsOf(store, [0], { from: 10, to: 20, dt: 0.5, most: 100 });
    expect(x).toEqual(numbers(11, (k) => (10 + k) * 0.5));
    expect(y[0]).toEqual(numbers(11, (k) => 9 + k));
  });

  test("keeps peaks where it leaves points out", () => {
    const store = rowStore(2, 1_000_000);
    const values = new Float32Array(200_000);
    values[2 * 54_321] = 100;
    values[2 * 54_322 + 1] = -100;
    store.append(
      numbers(100_000, (k) => k + 1),
      values,
    );
    const { x, y } = pointsOf(store, [0, 1], { from: 0, to: 100_000, dt: 1, most: 500 });
    expect(x.length).toBeLessThanOrEqual(520);
    expect(x).toEqual(x.toSorted((a, b) => a - b));
    expect(Math.max(...(y[0] as number[]))).toBe(100);
    expect(Math.min(...(y[1] as number[]))).toBe(-100);
  });

  test("points keep their places while the window moves", () => {
    const store = rowStore(1, 1_000_000);
    store.append(
      numbers(10_000, (k) => k + 1),
      numbers(10_000, (k) => Math.sin(k)),
    );
    const at = (from: number) => pointsOf(store, [0], { from, to: from + 5000, dt: 1, most: 200 }).x;
    const [first, second] = [at(1000), at(1010)];
    expect(second.filter((value) => first.includes(value)).length).toBeGreaterThan(180);
  });
});

describe("rates", () => {
  test("wider bins are means of whole bins, and keep their places", () => {
    const store = rowStore(1, 1000);
    store.append(
      numbers(20, (k) => 10 * (k + 1)),
      numbers(20, (k) => k),
    );
    expect(binsIn(5, 1)).toBe(5);
    expect(binsIn(0.2, 1)).toBe(1);
    const bins = combinedRates(store, 5, { from: 0, to: 190, stepsPerBin: 10 });
    expect(Array.from(bins.steps.subarray(0, bins.count))).toEqual([50, 100, 150]);
    expect(Array.from(bins.values.subarray(0, bins.count))).toEqual([2, 7, 12]);
  });

  test("the present rate is the mean of the last bins", () => {
    const store = rowStore(1, 1000);
    expect(rateBefore(store, 100, 3)).toBe(0);
    store.append([10, 20, 30, 40], [1, 2, 3, 8]);
    expect(rateBefore(store, 30, 2)).toBe(2.5);
    expect(rateBefore(store, 40, 100)).toBe(3.5);
  });
});

const network = (): Recorded =>
  recordedOf(
    {
      dt: 0.1,
      populations: [
        { name: "a", units: 4, shape: [4] },
        { name: "b", units: 2, shape: [2] },
      ],
    },
    {},
  );

const spikes = (steps: readonly number[]) => ({ steps, units: steps.map(() => 0), count: steps.length });
const rows = (units: readonly number[], steps: readonly number[], value: number) => ({
  unit: "mV",
  units,
  columns: units.length,
  steps,
  values: new Float32Array(steps.length * units.length).fill(value),
});

describe("frames", () => {
  test("add to the records of their populations", () => {
    const recorded = network();
    addFrame(recorded, {
      firstStep: 1,
      steps: 10,
      records: { a: { outSpikes: spikes([3, 7]) }, b: { rate: rows([], [10], 0) } },
    });
    addFrame(recorded, { firstStep: 11, steps: 5, records: { a: { outSpikes: spikes([12]) } } });
    expect(recorded.populations.get("a")!.spikes!.count).toBe(3);
    expect(recorded.last).toBe(15);
  });

  test("after going back replace what they repeat", () => {
    const recorded = network();
    const frame = (firstStep: number, steps: readonly number[]) =>
      addFrame(recorded, {
        firstStep,
        steps: 10,
        records: { a: { outSpikes: spikes(steps), potential: rows([1], steps, firstStep) } },
      });
    frame(1, [2, 8]);
    frame(11, [12, 18]);
    frame(6, [7, 9]);
    const { spikes: kept, traces } = recorded.populations.get("a")!;
    expect(Array.from(kept!.steps.subarray(0, kept!.count))).toEqual([2, 7, 9]);
    const { rows: potential } = traces.get("potential")!;
    expect(Array.from(potential.values.subarray(0, potential.count))).toEqual([1, 6, 6]);
  });

  test("with other units keep the columns that both have", () => {
    const recorded = network();
    const frame = (firstStep: number, units: readonly number[]) =>
      addFrame(recorded, { firstStep, steps: 1, records: { a: { potential: rows(units, [firstStep], firstStep) } } });
    frame(1, [0, 2]);
    frame(2, [1, 2]);
    const { units, rows: own } = recorded.populations.get("a")!.traces.get("potential")!;
    expect(units).toEqual([1, 2]);
    expect(Array.from(own.values.subarray(0, 4))).toEqual([Number.NaN, 1, 2, 2]);
  });

  test("of a document with a single population, and of read-outs", () => {
    const single = recordedOf({ dt: 1, populations: [{ name: "", units: 1, shape: [1] }] }, {});
    addFrame(single, { firstStep: 1, steps: 2, records: { outSpikes: spikes([1]) } });
    expect(single.populations.get("")!.spikes!.count).toBe(1);
    const recorded = network();
    addFrame(recorded, { firstStep: 1, steps: 2, records: { readouts: { left: rows([0], [1, 2], 3) } } });
    expect(recorded.readouts.get("left")!.rows.count).toBe(2);
  });
});
