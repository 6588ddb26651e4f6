/** Bits in a lane. */
export type Width = 8 | 16 | 32 | 64;

/** The sixteen bytes of a vector. */
export const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, 16);
/** A vector of zeros. */
export const emptyVector = (): DataView => new DataView(new ArrayBuffer(16));

/** A lane as a signed integer. */
export function lane(view: DataView, width: Width, place: number): bigint {
  let value = 0n;
  for (let byte = width / 8 - 1; byte >= 0; byte--)
    value = value * 256n + BigInt(view.getUint8((place * width) / 8 + byte));
  return BigInt.asIntN(width, value);
}

/** Stores the lowest bits of an integer in a lane. */
export function setLane(view: DataView, width: Width, place: number, value: bigint): void {
  for (let byte = 0; byte < width / 8; byte++) {
    view.setUint8((place * width) / 8 + byte, Number(BigInt.asUintN(8, value >> BigInt(8 * byte))));
  }
}

/** How many lanes a vector has. */
export const count = (width: Width): number => 128 / width;

/** A vector by its lanes. */
export function lanes(width: Width, value: (place: number) => bigint): DataView {
  const result = emptyVector();
  for (let place = 0; place < count(width); place++) setLane(result, width, place, value(place));
  return result;
}

/** A lane as a number. */
export function float(view: DataView, width: Width, place: number): number {
  return width === 32 ? view.getFloat32(place * 4, true) : view.getFloat64(place * 8, true);
}

/** A vector by its first lanes, as numbers; the others are 0. */
export function floatLanes(width: Width, filled: number, value: (place: number) => number): DataView {
  const result = emptyVector();
  for (let place = 0; place < filled; place++) {
    if (width === 32) result.setFloat32(place * 4, value(place), true);
    else result.setFloat64(place * 8, value(place), true);
  }
  return result;
}
