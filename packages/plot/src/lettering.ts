/** Font stack of every text: Inter if installed, otherwise the sans serif of the system. */
export const fontStack = 'Inter, "Helvetica Neue", Helvetica, Arial, "DejaVu Sans", sans-serif';

/**
 * Width of a text, px, without a canvas, so that a figure has the same layout in Node and in every browser. The widths
 * are those of the broad fonts of the stack, so the real text is never wider.
 */
export function measureText(text: string, size: number): number {
  let width = 0;
  for (const letter of text) width += letterWidth(letter);
  return width * size;
}

function letterWidth(letter: string): number {
  if ("ijl|.,:;'!".includes(letter)) return 0.32;
  if (" ()[]/·ftr-".includes(letter)) return 0.41;
  if ("mwMW%@".includes(letter)) return 0.95;
  if ("=+−±×<>≤≥–".includes(letter)) return 0.8;
  if (letter >= "A" && letter <= "Z") return 0.72;
  return letter.codePointAt(0)! > 0x2e80 ? 1.05 : 0.63;
}

/**
 * Breaks a text into lines of at most `width` px, between words but not at no-break spaces. A single word may be wider.
 */
export function wrapText(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/[ \n\t]+/).filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && measureText(longer, size) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** Formats a number with `digits` significant digits, without trailing zeros, with a true minus sign. */
export function printNumber(value: number, digits = 4): string {
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

/**
 * Formats a number for a column: `digits` significant digits, with trailing zeros, so that all numbers are equally
 * precise.
 */
export function printFigures(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  if (rounded === 0 || Math.abs(rounded) >= 10 ** digits) return printNumber(rounded, digits);
  return rounded.toPrecision(digits).replace("-", "−");
}

/** A value with its unit, joined by a no-break space. */
export function printQuantity(value: number, unit: string, digits = 4): string {
  return `${printNumber(value, digits)}\u00a0${unit}`;
}

/** A count with a comma between groups of three digits, as on the axes. */
export function printCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A number of units in words. */
export function printUnits(count: number): string {
  return `${printCount(count)} ${count === 1 ? "unit" : "units"}`;
}

/** "2 of 10 units" if only some were recorded. */
export function printRecorded(recorded: number, count: number): string {
  return recorded === count ? printUnits(count) : `${printCount(recorded)} of ${printUnits(count)}`;
}

/**
 * Moves labels apart until neighbours are at least `gap` px away from each other, within `least` … `most`, without
 * changing their order. Returns the positions in the given order.
 */
export function spreadLabels(places: readonly number[], gap: number, least: number, most: number): number[] {
  const order = places.map((_, index) => index).sort((a, b) => places[a]! - places[b]! || a - b);
  const spread = [...places];
  let floor = least;
  for (const index of order) {
    spread[index] = Math.max(spread[index]!, floor);
    floor = spread[index]! + gap;
  }
  let ceiling = most;
  for (const index of order.reverse()) {
    spread[index] = Math.min(spread[index]!, ceiling);
    ceiling = spread[index]! - gap;
  }
  return spread;
}
