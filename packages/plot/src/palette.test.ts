import { expect, test } from "vitest";
import type { ThemeName } from "./data.ts";
import { intervalFigure } from "./interval.ts";
import { themes } from "./palette.ts";

type Triple = readonly [number, number, number];

function linear(colour: string): Triple {
  const channel = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** Contrast ratio of WCAG 2.2. */
function contrast(one: string, other: string): number {
  const luminance = ([red, green, blue]: Triple): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const [low, high] = [luminance(linear(one)), luminance(linear(other))].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

/**
 * Complete colour blindness of each kind on linear RGB: Machado, Oliveira, Fernandes 2009, IEEE TVCG 15:1291, severity
 * 1.
 */
const sights: Readonly<Record<string, readonly number[]>> = {
  full: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

function lab(colour: string, sight: readonly number[]): Triple {
  const source = linear(colour);
  const seen = [0, 3, 6].map((row) => {
    const value = sight[row]! * source[0] + sight[row + 1]! * source[1] + sight[row + 2]! * source[2];
    return Math.min(1, Math.max(0, value));
  });
  const [red, green, blue] = seen as unknown as Triple;
  const root = (value: number): number => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116);
  const x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
  const y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

for (const name of ["light", "dark"] as const) {
  const theme = themes[name];

  test(`text and lines of the ${name} theme have enough contrast with its background`, () => {
    expect(contrast(theme.ink, theme.background)).toBeGreaterThanOrEqual(7);
    expect(contrast(theme.faint, theme.background)).toBeGreaterThanOrEqual(3);
    for (const colour of [theme.muted, ...theme.series]) {
      expect(contrast(colour, theme.background), colour).toBeGreaterThanOrEqual(4.5);
    }
  });

  test(`the series of the ${name} theme are distinguishable with every kind of colour vision`, () => {
    for (const [kind, sight] of Object.entries(sights)) {
      for (const [i, one] of theme.series.entries()) {
        for (const other of theme.series.slice(0, i)) {
          const a = lab(one, sight);
          const b = lab(other, sight);
          const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
          expect(distance, `${one} and ${other}, ${kind}`).toBeGreaterThan(11);
        }
      }
    }
  });
}

test("an unknown theme is refused with the names of the themes", () => {
  expect(() => intervalFigure({ intervals: [] }, { theme: "sepia" as ThemeName })).toThrow(
    'intervalFigure.theme must be "light" or "dark"; received "sepia".',
  );
});
