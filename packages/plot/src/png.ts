import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";

/** Options of `toPng`. */
export interface PngOptions {
  /** Pixels of the image for each px of the SVG, above 0, at most 8; 2 when left out. */
  readonly scale?: number;
  /** Colour behind the figure, as CSS writes it; that of the figure's theme when left out. */
  readonly background?: string;
}

/**
 * The PNG file of an SVG figure. The letters are those of the Inter font that comes with the package, never those of the
 * system: the same figure gives the same image on every machine, also on one without any font. Node only.
 * Throws RangeError for a bad scale or background and TypeError for a text that is no SVG.
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
    throw new TypeError(`toPng could not draw the SVG: ${reason}. Give it the text of a figure.`, { cause: error });
  }
}
