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
  /** Eight colours that stay apart in the three kinds of colour blindness and reach 4.5:1 on the background. */
  readonly series: readonly string[];
}

/**
 * After Okabe and Ito, "Color Universal Design" (2008), whose hues are kept. Their set is meant for filled areas: for
 * lines and letters most of it is too faint on white, so the light theme is darker, and the dark theme brighter.
 */
export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    background: "#ffffff",
    ink: "#1c2127",
    muted: "#59636e",
    faint: "#8a939c",
    grid: "#e4e7ea",
    shade: "#eceff2",
    series: ["#0072b2", "#c04f00", "#00664c", "#a8447f", "#3a1d96", "#4a3a00", "#2b3036", "#9018f0"],
  },
  dark: {
    background: "#13161a",
    ink: "#e9ecef",
    muted: "#a5adb6",
    faint: "#747d87",
    grid: "#2a2f36",
    shade: "#252a31",
    series: ["#56b4e9", "#e69f00", "#1fd694", "#d169a5", "#f6ea58", "#e0562a", "#b9bfc6", "#a854fc"],
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
