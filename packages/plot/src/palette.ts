import type { FigureOptions, ThemeName } from "./data.ts";

/** The colours of one theme, as #rrggbb. */
export interface Theme {
  readonly background: string;
  /** Text and neutral marks. */
  readonly ink: string;
  /** Axis labels and remarks. */
  readonly muted: string;
  /** Less important marks: missed spikes, units without a group. */
  readonly faint: string;
  readonly grid: string;
  /** Filled areas behind the data. */
  readonly shade: string;
  /**
   * Eight colours that stay distinguishable with the three kinds of colour blindness, with a contrast of at least
   * 4.5:1.
   */
  readonly series: readonly string[];
}

/**
 * After Okabe and Ito, "Color Universal Design" (2008), with the same hues. Their set is made for filled areas; most of
 * it is too faint on white for lines and text. The light theme is therefore darker, and the dark theme brighter.
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

/** The colours that the options choose. */
export function themeOf({ theme = "light" }: FigureOptions): Theme {
  return themes[theme];
}
