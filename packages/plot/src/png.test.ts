import { Resvg } from "@resvg/resvg-js";
import { expect, test } from "vitest";
import { intervalFigure } from "./interval.ts";
import { toPng } from "./png.ts";

const svg = intervalFigure({ intervals: [10, 20, 30] }, { title: "Intervals" });
const sizeOf = (png: Uint8Array): readonly [number, number] => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

test("the image has the size of the figure times the scale", () => {
  expect(sizeOf(toPng(svg))).toEqual([2000, 1000]);
  expect(sizeOf(toPng(svg, { scale: 0.5 }))).toEqual([500, 250]);
});

test("text uses the font of the package, never a font of the system", () => {
  const bare = new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng();
  const without = new Resvg(svg.replace(/<text.*?<\/text>/g, ""), { font: { loadSystemFonts: false } })
    .render()
    .asPng();
  expect(Buffer.compare(bare, without)).toBe(0);
  expect(toPng(svg, { scale: 1 }).length).toBeGreaterThan(bare.length + 2000);
});

test("the same figure gives the same bytes", () => {
  expect(Buffer.compare(toPng(svg), toPng(svg))).toBe(0);
});

test("a background replaces transparency", () => {
  const dot = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>';
  expect(Buffer.compare(toPng(dot), toPng(dot, { background: "#ff0000" }))).not.toBe(0);
});

test("invalid scales and texts that are not SVG are refused", () => {
  expect(() => toPng(svg, { scale: 0 })).toThrow("toPng.scale must be greater than 0, at most 8; received 0.");
  expect(() => toPng(svg, { scale: Number.NaN })).toThrow(RangeError);
  expect(() => toPng("no figure")).toThrow("toPng could not draw the SVG");
});
