import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FileError } from "../errors/errors.ts";
import { decodeNpy, elementCount, encodeNpy, type NpyDtype, npyBody, npyHeader } from "./npy.ts";
import { dtypeSize } from "./npyheader.ts";
import { anyArray, anyShape, arraysOf, bitsOf, everyDtype } from "./testing/arbitrary.ts";

/** A .npy file with the given header text. */
function fileWith(text: string, body: Uint8Array = new Uint8Array(0), version = 1): Uint8Array {
  const header = new TextEncoder().encode(text);
  const length =
    version === 1 ? [header.length & 0xff, header.length >> 8] : [header.length & 0xff, header.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...new TextEncoder().encode("NUMPY"), version, 0, ...length, ...header, ...body]);
}

const plain = "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }\n";
const six = npyBody(Int16Array.of(1, 2, 3, 4, 5, 6));

describe("a .npy file", () => {
  it.each(everyDtype)("keeps shape and bits of %s arrays of any shape", (dtype) => {
    fc.assert(
      fc.property(arraysOf(dtype), ({ data, shape }) => {
        const back = decodeNpy(encodeNpy({ data, shape, dtype }));
        expect(back.shape).toEqual(shape);
        expect(back.dtype).toBe(dtype);
        expect(back.data.constructor).toBe(data.constructor);
        expect(bitsOf(back.data)).toEqual(bitsOf(data));
      }),
    );
  });

  it("is read from an unaligned view and into its own memory", () => {
    const bytes = encodeNpy({ data: Float64Array.of(1, 2), shape: [2] });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const back = decodeNpy(Buffer.from(shifted.buffer, 3));
    shifted.fill(0);
    expect(back.data).toEqual(Float64Array.of(1, 2));
  });

  it("is read in either byte order", () => {
    fc.assert(
      fc.property(anyArray, ({ data, shape, dtype }) => {
        const size = dtypeSize(dtype);
        const body = bitsOf(data);
        for (let at = 0; at < body.length; at += size) body.subarray(at, at + size).reverse();
        const tuple = shape.map((length) => `${length},`).join("");
        const text = `{'descr': '>${dtype}', 'fortran_order': False, 'shape': (${tuple})}`;
        expect(bitsOf(decodeNpy(fileWith(text, body)).data)).toEqual(bitsOf(data));
      }),
    );
  });

  it("is read with the first index varying fastest", () => {
    const text = plain.replace("False", "True");
    expect(decodeNpy(fileWith(text, six)).data).toEqual(Int16Array.of(1, 3, 5, 2, 4, 6));
    fc.assert(
      fc.property(anyShape, (shape) => {
        const count = elementCount(shape);
        const rowMajor = Int32Array.from({ length: count }, (_, i) => i);
        const file = new Int32Array(count);
        for (let i = 0; i < count; i++) {
          let rest = i;
          let at = 0;
          for (let axis = shape.length - 1; axis >= 0; axis--) {
            at += (rest % shape[axis]!) * elementCount(shape.slice(0, axis));
            rest = Math.floor(rest / shape[axis]!);
          }
          file[at] = i;
        }
        const tuple = shape.map((length) => `${length},`).join("");
        const header = `{'descr': '<i4', 'fortran_order': True, 'shape': (${tuple})}`;
        expect(decodeNpy(fileWith(header, npyBody(file))).data).toEqual(rowMajor);
      }),
    );
  });

  it("is read in formats 2.0 and 3.0, with the keys in any order and Python 2's long integers", () => {
    const text = '{"shape":(2L,3),"fortran_order":False,"descr":"<i2"}   \n';
    for (const version of [1, 2, 3]) expect(decodeNpy(fileWith(text, six, version)).shape).toEqual([2, 3]);
  });
});

describe("npyHeader", () => {
  it("has the same header text as NumPy writes", () => {
    const text = new TextDecoder("latin1").decode(npyHeader("f4", [12, 3]));
    expect(text.slice(10).trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (12, 3), }");
    expect(text.at(-1)).toBe("\n");
  });

  it("has a header length that does not depend on the first dimension, so that a growing file can be patched", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), anyShape, (rows, rest) => {
        const placeholder = npyHeader("f4", [0, ...rest]);
        expect(npyHeader("f4", [rows, ...rest]).length).toBe(placeholder.length);
        expect(placeholder.length % 64).toBe(0);
      }),
    );
    const data = Float32Array.of(1, 2, 3, 4);
    const file = Uint8Array.from([...npyHeader("f4", [0, 2]), ...npyBody(data)]);
    file.set(npyHeader("f4", [2, 2]), 0);
    expect(decodeNpy(file)).toEqual({ data, shape: [2, 2], dtype: "f4" });
  });

  it.each([[[-1]], [[1.5]], [[2, Number.NaN]], [Array.from({ length: 33 }, () => 1)]])(
    "refuses the shape %j",
    (shape) => {
      expect(() => npyHeader("f4", shape)).toThrow(FileError);
    },
  );
});

describe("encodeNpy refuses", () => {
  it.each([
    [{ data: new Float32Array(5), shape: [2, 3] }, "encodeNpy.shape [2, 3] holds 6 elements; received 5."],
    [{ data: new Float32Array(2), shape: [] }, "encodeNpy.shape [] holds 1 elements; received 2."],
    [
      { data: new Float32Array(1), shape: [1], dtype: "f8" as NpyDtype },
      'must be "f4" for Float32Array; received "f8"',
    ],
    [
      { data: Uint8Array.of(0, 2), shape: [2], dtype: "b1" as NpyDtype },
      "byte 1 must be 0 or 1 in a bool array; received 2",
    ],
  ])("case %#", (array, message) => {
    expect(() => encodeNpy(array)).toThrow(FileError);
    expect(() => encodeNpy(array)).toThrow(message);
  });
});

describe("decodeNpy refuses", () => {
  const i2 = (descr: string): string => plain.replace("'<i2'", descr);
  it.each([
    ["an empty file", new Uint8Array(0), "byte 0 must be 0x93; received the end of the file"],
    [
      "another file",
      new TextEncoder().encode("time_ms,x"),
      "x.npy is not a NumPy .npy file: byte 0 must be 0x93; received 0x74",
    ],
    ["a damaged magic", Uint8Array.from([0x93, 0x4e, 0x55, 0, 0, 0, 1, 0]), "byte 3 must be 0x4d; received 0x00"],
    [
      "a future format",
      Uint8Array.from([...fileWith(plain, six).slice(0, 6), 4, 0]),
      "format 1.0, 2.0 or 3.0; received 4.0",
    ],
    ["a cut header", fileWith(plain, six).slice(0, 30), "ends at byte 30, inside its header, which extends to byte 70"],
    [
      "a header that is too long",
      Uint8Array.from([...fileWith(plain, six, 2).slice(0, 8), 0, 0, 0, 99]),
      "at most 65536 bytes; received 1660944384",
    ],
    [
      "cut data",
      fileWith(plain, six.slice(0, 11)),
      "must contain 12 bytes from byte 70 for shape [2, 3] of i2; received 11.",
    ],
    ["extra bytes", fileWith(plain, Uint8Array.from([...six, 0])), "received 13. Save one array per file."],
    ["objects", fileWith(i2("'|O'"), six), 'header at byte 20 has an unsupported dtype; received "|O". Convert it'],
    ["text", fileWith(i2("'<U5'"), six), 'received "<U5"'],
    ["complex numbers", fileWith(i2("'<c8'"), six), 'received "<c8"'],
    ["half floats", fileWith(i2("'<f2'"), six), 'received "<f2"'],
    ["a dtype without byte order", fileWith(i2("'|i2'"), six), 'received "|i2"'],
    ["structures", fileWith(i2("[('a', '<i2')]"), six), "has a structured dtype"],
    [
      "no dict",
      fileWith("[1, 2]\n"),
      'header at byte 10 is not a literal dict: expected a dict that opens with {; received "[1, 2]\\n"',
    ],
    ["a call", fileWith(plain.replace("False", "exit()"), six), 'expected True or False; received "exit(), \'sha"'],
    ["an unclosed dict", fileWith(plain.slice(0, 40)), "received its end"],
    [
      "a duplicate key",
      fileWith(plain.replace("'fortran_order': False", "'descr': '<i2'"), six),
      "once each; received 'descr'",
    ],
    ["an unknown key", fileWith(plain.replace("'shape'", "'size'"), six), "once each; received 'size'"],
    ["a missing key", fileWith("{'descr': '<i2', 'shape': (6,)}", six), "lacks 'fortran_order'"],
    [
      "a shape that is a number",
      fileWith(plain.replace("(2, 3)", "(6)"), six),
      "has a shape that is not a tuple; received (6)",
    ],
    [
      "a negative length",
      fileWith(plain.replace("(2, 3)", "(-2, -3)"), six),
      'expected a length, a whole number from 0; received "-2, -3), }\\n"',
    ],
    ["an infinite axis", fileWith(plain.replace("(2, 3)", "(99999999999999999999, 0)")), "an axis that is too long"],
    ["text after the dict", fileWith(`${plain}1`, six), "expected nothing but spaces after the dict"],
    [
      "a bool of 2",
      fileWith(i2("'|b1'"), Uint8Array.of(0, 1, 2, 0, 0, 0)),
      "byte 72 must be 0 or 1 in a bool array; received 2",
    ],
  ])("%s", (_, bytes, message) => {
    expect(() => decodeNpy(bytes, { name: "x.npy" })).toThrow(FileError);
    expect(() => decodeNpy(bytes, { name: "x.npy" })).toThrow(message);
  });
});

describe("decodeNpy for damaged bytes", () => {
  /** Either an error of the library, or an array whose size fits its shape. */
  function readOrRefuse(bytes: Uint8Array): void {
    try {
      const back = decodeNpy(bytes);
      expect(back.data.length).toBe(elementCount(back.shape));
    } catch (error) {
      expect(error).toBeInstanceOf(FileError);
    }
  }

  it("refuses every truncation", () => {
    const bytes = encodeNpy({ data: Float32Array.of(1, 2, 3), shape: [3, 1] });
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeNpy(bytes.slice(0, length))).toThrow(FileError);
  });

  it("reads or refuses every flipped bit", () => {
    const bytes = encodeNpy({ data: Uint8Array.of(1, 0), shape: [2], dtype: "b1" });
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      readOrRefuse(damaged);
    }
  });

  it("reads or refuses random bytes and random headers", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), readOrRefuse));
    const word = fc.constantFrom(
      "{",
      "}",
      "(",
      ")",
      ",",
      ":",
      " ",
      "'descr'",
      "'shape'",
      "'fortran_order'",
      "'<f4'",
      "True",
      "3",
      "0",
      "L",
    );
    fc.assert(fc.property(fc.array(word, { maxLength: 30 }), (words) => readOrRefuse(fileWith(words.join("")))));
  });
});
