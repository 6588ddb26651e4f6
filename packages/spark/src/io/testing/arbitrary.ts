import fc from "fast-check";
import type { NpyDtype, NpySource, TypedArray } from "../npy.ts";

/** Every dtype with an array class and random elements for it. */
const elements = {
  f4: (n: number) => fc.float32Array({ minLength: n, maxLength: n }),
  f8: (n: number) => fc.float64Array({ minLength: n, maxLength: n }),
  i1: (n: number) => fc.int8Array({ minLength: n, maxLength: n }),
  i2: (n: number) => fc.int16Array({ minLength: n, maxLength: n }),
  i4: (n: number) => fc.int32Array({ minLength: n, maxLength: n }),
  i8: (n: number) => fc.bigInt64Array({ minLength: n, maxLength: n }),
  u1: (n: number) => fc.uint8Array({ minLength: n, maxLength: n }),
  u2: (n: number) => fc.uint16Array({ minLength: n, maxLength: n }),
  u4: (n: number) => fc.uint32Array({ minLength: n, maxLength: n }),
  u8: (n: number) => fc.bigUint64Array({ minLength: n, maxLength: n }),
  b1: (n: number) => fc.uint8Array({ minLength: n, maxLength: n, max: 1 }),
} satisfies Record<NpyDtype, (n: number) => fc.Arbitrary<TypedArray>>;

export const everyDtype = Object.keys(elements) as readonly NpyDtype[];

/** Shapes of rank 0 to 4, including empty axes. */
export const anyShape: fc.Arbitrary<number[]> = fc.array(fc.nat({ max: 5 }), { maxLength: 4 });

/** Arrays of one dtype and any shape. */
export function arraysOf(dtype: NpyDtype): fc.Arbitrary<Required<NpySource>> {
  return anyShape.chain((shape) => {
    const count = shape.reduce((product, length) => product * length, 1);
    return elements[dtype](count).map((data: TypedArray) => ({ data, shape, dtype }));
  });
}

/** Arrays of any dtype and shape. */
export const anyArray: fc.Arbitrary<Required<NpySource>> = fc.constantFrom(...everyDtype).chain(arraysOf);

/** The bytes of an array's elements. NaN payloads and −0 compare as stored. */
export function bitsOf(data: TypedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
}
