import fc from "fast-check";
import { expect, test } from "vitest";
import { fourierPower } from "./fourier.ts";

/** The transform computed from its definition. */
const directPower = (values: Float64Array): number[] =>
  Array.from({ length: Math.floor(values.length / 2) + 1 }, (_, k) => {
    let real = 0;
    let imaginary = 0;
    values.forEach((value, n) => {
      const angle = (2 * Math.PI * ((k * n) % values.length)) / values.length;
      real += value * Math.cos(angle);
      imaginary -= value * Math.sin(angle);
    });
    return real ** 2 + imaginary ** 2;
  });

test("the power equals that of the definition, for every length up to 70", () => {
  for (let count = 1; count <= 70; count++) {
    const values = Float64Array.from({ length: count }, (_, n) => Math.sin(3 * n * n) + n / count);
    const direct = directPower(values);
    fourierPower(count)(values).forEach((power, k) => {
      expect(Math.abs(power - direct[k]!)).toBeLessThan(1e-11 * count * count);
    });
  }
});

test.each([4096, 9973, 10_000])("a wave of %i samples appears in its own line only", (count) => {
  const line = 1234;
  const values = Float64Array.from(
    { length: count },
    (_, n) => 2 * Math.cos((2 * Math.PI * ((line * n) % count)) / count),
  );
  const power = fourierPower(count)(values);
  // Amplitude 2: |X| = N at the line.
  expect(power[line]! / count ** 2).toBeCloseTo(1, 10);
  power[line] = 0;
  expect(Math.max(...power) / count ** 2).toBeLessThan(1e-20);
});

test("the values are not changed, and a plan serves many series", () => {
  const series = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 12, maxLength: 12 });
  const plan = fourierPower(12);
  fc.assert(
    fc.property(series, (list) => {
      const values = Float64Array.from(list);
      const first = plan(values);
      expect([...values]).toEqual(list);
      expect([...plan(values)]).toEqual([...first]);
    }),
  );
});
