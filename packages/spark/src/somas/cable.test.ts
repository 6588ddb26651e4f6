import { expect, test } from "vitest";
import { simulate } from "../run/simulate.ts";
import { cableSoma } from "./cable.ts";

const rest = -70;
const quiet = { potentialRest: rest, threshold: 1e6 };

/** Potentials of all compartments relative to rest, the soma first, after a run. */
const endOf = async (
  compartments: number,
  config: object,
  options: { readonly duration: number; readonly dt: number; readonly inputs?: object; readonly initial?: object },
): Promise<number[]> => {
  const names = ["potential", ...Array.from({ length: compartments }, (_, k) => `dendritePotential${k + 1}`)];
  const run = (await simulate(cableSoma(compartments)({ ...quiet, ...config }), {
    dtype: "f64",
    ...options,
    record: Object.fromEntries(names.map((name) => [name, true])),
  } as never)) as never as Record<string, { readonly values: Float64Array }>;
  return names.map((name) => run[name]!.values.at(-1)! - rest);
};

/** Solves a linear system by elimination with pivots. */
const solve = (matrix: number[][], right: number[]): number[] => {
  const rows = matrix.map((row, k) => [...row, right[k]!]);
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows.slice(k).reduce((best, row) => (Math.abs(row[k]!) > Math.abs(best[k]!) ? row : best));
    rows.splice(rows.indexOf(pivot), 1, rows[k]!);
    rows[k] = pivot;
    for (const row of rows) {
      if (row === pivot) continue;
      const share = row[k]! / pivot[k]!;
      row.forEach((_, column) => {
        row[column]! -= share * pivot[column]!;
      });
    }
  }
  return rows.map((row, k) => row.at(-1)! / row[k]!);
};

test("the steady state balances the currents through every compartment", async () => {
  const [somaLeak, leak, axial, count] = [5, 1, 20, 5];
  const inputs = { current: 30, dendriteCurrent2: 50, dendriteCurrent5: -20 };
  const found = await endOf(count, { somaLeak, leak, axialConductance: axial }, { duration: 2000, dt: 1, inputs });
  const matrix = found.map((_, row) =>
    found.map((_, column) => {
      const neighbours = row === 0 || row === count ? 1 : 2;
      if (row === column) return (row === 0 ? somaLeak : leak) + neighbours * axial;
      return Math.abs(row - column) === 1 ? -axial : 0;
    }),
  );
  const expected = solve(matrix, [30, 0, 50, 0, 0, -20]);
  for (const [k, value] of found.entries()) expect(value).toBeCloseTo(expected[k]!, 9);
});

/** Attenuation along a cable of a length in length constants, in n compartments. */
const attenuation = async (length: number, n: number): Promise<{ readonly found: number; readonly rall: number }> => {
  const leak = 20 / n;
  const axialConductance = leak * (n / length) ** 2;
  const values = await endOf(
    n,
    { leak, capacitance: 400 / n, axialConductance },
    { duration: 1500, dt: 1, inputs: { current: 100 } },
  );
  const half = length / n / 2;
  return { found: values[1]! / values[n]!, rall: Math.cosh(length - half) / Math.cosh(half) };
};

test("the attenuation approaches that of Rall's cable with the square of the length of a compartment", async () => {
  const errors: number[] = [];
  for (const n of [8, 16, 32]) {
    const { found, rall } = await attenuation(1.5, n);
    errors.push(Math.abs(found / rall - 1));
  }
  expect(errors[0]).toBeLessThan(0.01);
  expect(errors[1]! / errors[0]!).toBeCloseTo(1 / 4, 1);
  expect(errors[2]! / errors[1]!).toBeCloseTo(1 / 4, 1);
});

test("charge leaks with the membrane time constant, wherever it enters", async () => {
  const [capacitance, leak, dt, steps] = [20, 1, 0.5, 40];
  const config = { somaCapacitance: 100, somaLeak: 5, capacitance, leak };
  const start = { potential: rest + 1, dendritePotential3: rest + 7 };
  const end = await endOf(4, config, { duration: steps * dt, dt, initial: start });
  const charge = end.reduce((sum, value, k) => sum + (k === 0 ? 100 : capacitance) * value, 0);
  // Backward Euler with the time constant of 20 ms, which all compartments share.
  expect(charge).toBeCloseTo((100 * 1 + capacitance * 7) / (1 + dt / 20) ** steps, 9);
});

test("the first equalizing mode decays with Rall's time constant", async () => {
  const [n, length, dt] = [63, 1, 0.001];
  const equal = { somaCapacitance: 20, somaLeak: 1, capacitance: 20, leak: 1 };
  const config = { ...equal, axialConductance: ((n + 1) / length) ** 2 };
  const mode = (k: number): number => Math.cos((Math.PI * (k + 0.5)) / (n + 1));
  const initial = Object.fromEntries([
    ["potential", rest + mode(0)],
    ...Array.from({ length: n }, (_, k) => [`dendritePotential${k + 1}`, rest + mode(k + 1)]),
  ]);
  const duration = 1;
  const end = await endOf(n, config, { duration, dt, initial });
  const rate = -Math.log(end[0]! / mode(0)) / duration;
  expect((rate * 20) / (1 + (Math.PI / length) ** 2)).toBeCloseTo(1, 2);
});

test("every backend gives the same bits", async () => {
  const options = {
    duration: 50,
    dt: 0.1,
    inputs: { current: 300, dendriteCurrent4: 200 },
    record: { outSpikes: true, dendritePotential4: true },
  } as const;
  const [interpreted, compiled] = await Promise.all(
    (["interpreter", "wasm"] as const).map((backend) => simulate(cableSoma(4)(), { ...options, backend })),
  );
  expect(compiled!.outSpikes.count).toBeGreaterThan(1);
  expect(compiled!.dendritePotential4.values).toEqual(interpreted!.dendritePotential4.values);
});

test("a number of compartments out of range is refused", () => {
  for (const wrong of [0, 1.5, 201, Number.NaN]) {
    expect(() => cableSoma(wrong)).toThrow(
      `cableSoma takes a whole number of compartments from 1 to 200; received ${wrong}. Pass, for example, 10.`,
    );
  }
});
