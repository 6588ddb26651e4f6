import type { ThemeName } from "./data.ts";

/** The colours of one theme, as #rrggbb. */
export interface Theme {
  readonly background: string;
  /** Text and the neutral mark. */
  readonly ink: string;
  /** Axis labels and remarks. */
  readonly muted: string;
  /** Marks that step back: what was missed, units of no group. */
  readonly faint: string;
  readonly grid: string;
  /** Filled areas behind the data. */
  readonly shade: string;
  /** Seven colours that stay apart in the three kinds of colour blindness and reach 3:1 on the background. */
  readonly series: readonly string[];
}

/**
 * After Okabe and Ito, "Color Universal Design" (2008). Their set is meant for filled areas: on white the light half of
 * it is too faint for lines, so the light theme darkens those, and the dark theme leaves out the dark blue.
 */
export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    background: "#ffffff",
    ink: "#1c2127",
    muted: "#59636e",
    faint: "#8a939c",
    grid: "#e4e7ea",
    shade: "#eceff2",
    series: ["#0072b2", "#d55e00", "#00916a", "#a8447f", "#3f9bd3", "#8a6100", "#4a4f55"],
  },
  dark: {
    background: "#13161a",
    ink: "#e9ecef",
    muted: "#a5adb6",
    faint: "#747d87",
    grid: "#2a2f36",
    shade: "#252a31",
    series: ["#56b4e9", "#e69f00", "#00b98a", "#d98fb9", "#f0e442", "#e0642a", "#c3c9cf"],
  },
};

/** The theme of that name; throws RangeError for another name. */
export function themeOf(name: ThemeName): Theme {
  if (Object.hasOwn(themes, name)) return themes[name];
  const names = Object.keys(themes)
    .map((known) => `"${known}"`)
    .join(" or ");
  throw new RangeError(`FigureOptions.theme must be ${names}; received ${JSON.stringify(name)}. Name one of them.`);
}
