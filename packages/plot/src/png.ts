import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";

export interface PngOptions {
  /** Pixels of the image per px of the SVG, above 0, at most 8. Default 2. */
  readonly scale?: number;
  /** Background colour in CSS syntax. Default: that of the figure's theme. */
  readonly background?: string;
}

/**
 * Renders an SVG figure as a PNG file. Text uses the Inter font that comes with the package, never a font of the
 * system, so the same figure gives the same image on every machine. Node only.
 * @throws RangeError for an invalid scale or background; TypeError for a text that is not SVG
 */
export function toPng(svg: string, options: PngOptions = {}): Uint8Array {
  const { scale = 2, background } = options;
  if (!(scale > 0 && scale <= 8)) {
    throw new RangeError(`toPng.scale must be greater than 0, at most 8; received ${scale}. Give a scale such as 2.`);
  }
  const find = createRequire(import.meta.url).resolve;
  const fontFiles = ["400Regular/Inter_400Regular.ttf", "600SemiBold/Inter_600SemiBold.ttf"].map((file) =>
    find(`@expo-google-fonts/inter/${file}`),
  );
  try {
    return new Resvg(svg, {
      fitTo: { mode: "zoom", value: scale },
      ...(background === undefined ? {} : { background }),
      font: { loadSystemFonts: false, fontFiles, defaultFontFamily: "Inter", sansSerifFamily: "Inter" },
      logLevel: "error",
    })
      .render()
      .asPng();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TypeError(`toPng could not draw the SVG: ${reason}. Pass the text of a figure.`, { cause: error });
  }
}
